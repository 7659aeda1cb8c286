"""A real server and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import ConsoleMessage
from playwright.sync_api import Page
from playwright.sync_api import Playwright
from playwright.sync_api import expect
from playwright.sync_api import sync_playwright

from tests import warm

KIOSK = Path(sys.executable).parent / "kiosk"
# The browser without windows of its own does half the work of the whole one.
CHROMIUM = "/usr/bin/chromium-headless-shell"
# Only the whole one asks people for their permission, and stops each request of a page that has
# a service worker where a test puts itself between page and server.
WHOLE_CHROMIUM = "/usr/bin/chromium"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A condition that comes true later on a busy machine has come true.
expect.set_options(timeout=15_000)
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Server:
    """`kiosk serve` with the demo meeting, in a folder of its own."""

    url: str
    data: Path
    env: dict[str, str]
    demo: dict[str, Any]
    # Over https: what its certificate is compared with.
    trust: ssl.SSLContext | None = None

    def run(self, *arguments: str) -> str:
        """Run a kiosk command beside the server."""
        command = [str(warm.command()), *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """Call the API with one of the demo's tokens."""
        request = urllib.request.Request(  # noqa: S310  # our own server
            f"{self.url}/api/v1/meetings/{self.demo['meeting']}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.demo['tokens'][token]}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(  # noqa: S310  # our own server
                request, timeout=10, context=self.trust
            ) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def page(self, path: str) -> str:
        return f"{self.url}/m/{self.demo['meeting']}{path}"


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for a condition; fail when it does not come true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)  # between two looks at the condition


def wait_for(page: Page, condition: str, arg: Any = None, seconds: float = 15) -> None:
    """Wait until an expression is true on the page.

    The driver's own waiting evaluates text inside the page, which our CSP refuses from the
    second look on.
    """
    wait_until(lambda: bool(page.evaluate(condition, arg)), seconds)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310  # our own server
            return bool(answer.status == 200)
    except OSError:
        return False


@dataclass(frozen=True)
class Demo:
    """The demo meeting as `kiosk demo` leaves it; every server has a copy of its own."""

    data: Path
    told: str
    made_at: datetime

    def copy(self, data: Path) -> dict[str, Any]:
        """Put it into a folder; return what the command told about it.

        It begins 20 minutes from now, as when it was made: a run of all tests takes longer.
        """
        shutil.copytree(self.data, data, dirs_exist_ok=True)
        late = f"+{int((datetime.now(UTC) - self.made_at).total_seconds()) // 60} minutes"
        with closing(sqlite3.connect(data / "kiosk.sqlite3")) as database:
            for name in ("doors_open_at", "starts_at", "ends_at"):
                statement = f"UPDATE meeting SET {name} = datetime({name}, ?)"  # noqa: S608
                database.execute(statement, (late,))
            database.commit()
        found: dict[str, Any] = json.loads(self.told)
        return found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    data = tmp_path_factory.mktemp("demo")
    command = [str(warm.command()), "demo", "--json"]
    env = {**os.environ, "KIOSK_DATA": str(data)}
    made = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return Demo(data, made.stdout, datetime.now(UTC))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("server")
    made = demo.copy(data)
    port = _free_port()
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
    serving = subprocess.Popen([str(warm.command()), "serve", "--port", str(port)], env=env)
    url = f"http://localhost:{port}"
    try:
        wait_until(lambda: _ready(url), 90)
        yield Server(url, data, env, made)
    finally:
        serving.terminate()
        serving.wait(timeout=20)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def install(authority: Path, home: Path) -> dict[str, str | float | bool]:
    """Make a home whose browser trusts this authority; return the environment to start it in."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for more in (
        ["-N", "--empty-password"],
        ["-A", "-n", "kiosk", "-t", "C,,", "-i", str(authority)],
    ):
        subprocess.run(["certutil", "-d", f"sql:{store}", *more], check=True)
    return {**os.environ, "HOME": str(home)}


@dataclass
class Watched:
    """What browsers asked for and complained about."""

    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def watch(self, page: Page) -> None:
        page.on(
            "request",
            lambda request: (
                self.hosts.add(request.url.split("/")[2])
                if request.url.startswith(("http", "ws"))
                else None
            ),
        )
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture
def watched(server: Server) -> Iterator[Watched]:
    """Every request stays on our server and no page complains, in every browser test."""
    found = Watched()
    yield found
    assert found.hosts <= {server.url.removeprefix("http://")}
    complaints = [
        text for text in found.complaints if not any(word in text for word in found.expected)
    ]
    assert complaints == []


@pytest.fixture(scope="session")
def plain(playwright: Playwright) -> Iterator[Browser]:
    """A browser without anything special, for every test that needs no other."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture
def launch(playwright: Playwright, plain: Browser) -> Iterator[Callable[..., Browser]]:
    """Give a browser; `camera` is what its camera sees, None means it has none."""
    started: list[Browser] = []

    def start(camera: Path | None = None, *more: str) -> Browser:
        if camera is None and not more:
            return plain
        arguments = [*QUIET, *more]
        asks = FAKE_CAMERA[0] in arguments and FAKE_CAMERA[1] not in arguments
        program = WHOLE_CHROMIUM if asks else CHROMIUM
        if camera is not None:
            arguments += [*FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        started.append(browser)
        return browser

    yield start
    for context in plain.contexts:
        context.close()
    for browser in started:
        browser.close()


@pytest.fixture
def open_page(watched: Watched) -> Callable[..., Page]:
    """Open a page in a fresh context of a browser, at a real size."""

    def make(browser: Browser, width: int = 1280, height: int = 800) -> Page:
        context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN"
        )
        page = context.new_page()
        watched.watch(page)
        return page

    return make


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return what axe finds on a page that is serious or critical, one line each."""
    source = AXE.read_text()

    def look(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:160]}"
            for rule in found["violations"]
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        ]

    return look


@pytest.fixture
def sign_in_as(server: Server) -> Callable[[Page, str], Page]:
    def sign_in(page: Page, who: str) -> Page:
        page.goto(f"{server.url}/login")
        page.fill("input[name=email]", server.demo[who]["email"])
        page.fill("input[name=password]", server.demo[who]["password"])
        page.click("form.f button.primary")
        page.wait_for_url(f"{server.url}/")
        return page

    return sign_in


def press_pair(page: Page, server: Server, code: str, more: str = "") -> None:
    """Open the address of a pairing code, as a tablet does after scanning it, and press."""
    page.goto(f"{server.url}/pair?code={code}{more}")
    page.locator("main form[method=post] button").click()
    page.wait_for_url(lambda url: "/pair" not in url)


@pytest.fixture
def pair(server: Server) -> Callable[[Page, str], Page]:
    """Make a browser a device: with a token, or by the address of the pairing QR code."""

    def pair_as(page: Page, profile: str) -> Page:
        token = server.demo["tokens"].get(profile)
        if token is not None:
            page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
            page.goto(server.page("/kiosk"))
            expect(page.locator("#status")).to_have_attribute("data-net", "online")
            # The page's scripts have run when they say what the camera does.
            expect(page.locator("#cam:not([data-state=starting])")).to_be_visible()
            return page
        body = {"name": f"Máy {profile}", "profile": profile}
        status, offered = server.call("POST", "/devices", "organiser", body)
        assert status == 201
        press_pair(page, server, offered["code"])
        return page

    return pair_as


@pytest.fixture
def gate(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> Page:
    """A self-service tablet without a camera."""
    return pair(open_page(launch()), "gate")


@pytest.fixture
def desk(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> Page:
    """A staffed tablet without a camera."""
    return pair(open_page(launch()), "desk")
