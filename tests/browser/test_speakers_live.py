"""Screens of the floor when the line is bad: the server dies, a proxy buffers, places are taken."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page
from playwright.sync_api import Response
from playwright.sync_api import expect

from tests.browser.conftest import KIOSK
from tests.browser.conftest import Demo
from tests.browser.conftest import Server
from tests.browser.conftest import wait_until
from tests.browser.floor import Floor
from tests.browser.floor import clock_of

BACK_SECONDS = 5


class Mortal:
    """A server of its own that a test may kill and start again on the same port."""

    def __init__(self, data: Path, demo: Demo) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            port = listening.getsockname()[1]
        self.env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
        self.server = Server(f"http://localhost:{port}", data, self.env, demo.copy(data))
        self.start()

    def start(self) -> None:
        port = self.env["PORT"]
        # A session of its own: killing its group ends the workers too, and nobody else.
        self.serving = subprocess.Popen(
            [str(KIOSK), "serve", "--port", port], env=self.env, start_new_session=True
        )
        wait_until(self.is_ready, 90)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.server.url}/readyz", timeout=2) as answer:  # noqa: S310  # our own server
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        os.killpg(self.serving.pid, signal.SIGKILL)
        self.serving.wait(timeout=20)

    def stop(self) -> None:
        self.serving.terminate()
        self.serving.wait(timeout=20)


@pytest.fixture
def mortal(tmp_path: Path, demo: Demo) -> Iterator[Mortal]:
    found = Mortal(tmp_path, demo)
    yield found
    found.stop()


def moderator(browser: Browser, server: Server) -> BrowserContext:
    """A browser in which the moderator of a server is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{server.url}/login")
    page.fill("input[name=email]", server.demo["moderator"]["email"])
    page.fill("input[name=password]", server.demo["moderator"]["password"])
    page.click("form.f button.primary")
    page.wait_for_url(f"{server.url}/")
    page.close()
    return context


def shown(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def off_by(page: Page, floor: Floor) -> float:
    """By how many seconds the page's clock differs from the server's.

    The server is asked before and after: on a busy machine seconds pass between two looks.
    """
    before = float(floor.now()["clock"]["remaining"])
    shown = clock_of(page)
    after = float(floor.now()["clock"]["remaining"])
    return max(0, shown - before, after - shown)


def test_a_killed_server_that_comes_back_finds_hall_and_console_within_5_s_with_the_right_clock(
    mortal: Mortal, launch: Callable[..., Browser]
) -> None:
    floor = Floor(mortal.server)
    turn = floor.wait("Bạch Thị An")
    floor.act(turn, "start")
    context = moderator(launch(), mortal.server)
    hall = shown(context, mortal.server.page("/hall"))
    console = shown(context, mortal.server.page("/speakers"))
    chair = shown(context, mortal.server.page("/chair"))
    expect(hall.locator("#name")).to_have_text("Bà Bạch Thị An")
    expect(console.locator(f"#nowbox [data-turn='{turn}']")).to_be_visible()
    mortal.kill()
    expect(hall.locator("#strip[data-net=offline]")).to_be_visible()
    expect(console.locator("#stale")).to_be_visible()
    expect(chair.locator("#stale")).to_be_visible()
    was = clock_of(hall)
    # It goes on counting while nobody answers.
    expect(hall.locator("[role=timer]")).not_to_have_attribute("data-clock", str(was))
    mortal.start()
    began = time.monotonic()
    expect(hall.locator("#strip[data-net=online]")).to_be_visible(timeout=BACK_SECONDS * 1000)
    expect(console.locator("#stale")).not_to_be_visible(timeout=BACK_SECONDS * 1000)
    expect(chair.locator("#stale")).not_to_be_visible(timeout=BACK_SECONDS * 1000)
    assert time.monotonic() - began <= BACK_SECONDS
    for page in (hall, console, chair):
        assert off_by(page, floor) <= 1
    # And they follow again: what happens next is on every screen.
    following = floor.wait("Bạch Thị Bích")
    floor.act(following, "start")
    expect(hall.locator("#name")).to_have_text("Bà Bạch Thị Bích")
    expect(console.locator(f"#nowbox [data-turn='{following}']")).to_be_visible()
    expect(chair.locator("#name")).to_have_text("Bà Bạch Thị Bích")


class Buffering(BaseHTTPRequestHandler):
    """A proxy that gives nothing on before an answer is complete: a stream never is."""

    upstream = ""
    closing = threading.Event()

    def do_GET(self) -> None:
        if self.path.startswith("/live/"):
            self.closing.wait()
            return
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _pass_on(self, body: bytes | None) -> None:
        kept = {name: value for name, value in self.headers.items() if name != "Connection"}
        request = urllib.request.Request(  # noqa: S310  # our own server
            self.upstream + self.path, data=body, method=self.command, headers=kept
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # our own server
                status, headers, data = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, data = error.code, error.headers, error.read()
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"transfer-encoding", "content-length", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(server: Server) -> Iterator[str]:
    class Here(Buffering):
        upstream = server.url
        closing = threading.Event()

    running = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{running.server_address[1]}"
    Here.closing.set()
    running.shutdown()
    running.server_close()


def test_behind_a_proxy_that_buffers_the_screens_find_out_and_ask(
    server: Server, proxy: str, launch: Callable[..., Browser]
) -> None:
    floor = Floor(server)
    floor.clear()
    context = moderator(launch(), server)
    path = f"/m/{server.demo['meeting']}"
    hall, console = (shown(context, f"{proxy}{path}/{name}") for name in ("hall", "speakers"))
    turn = floor.wait("Nghiêm Thị An")
    floor.act(turn, "start")
    # Six seconds to find out, at most five to ask again.
    expect(hall.locator("#name")).to_have_text("Bà Nghiêm Thị An", timeout=14000)
    expect(console.locator(f"#nowbox [data-turn='{turn}']")).to_be_visible(timeout=14000)
    assert off_by(hall, floor) <= 1
    floor.act(turn, "answer")
    expect(hall.locator("#what")).to_have_text("Đang trả lời", timeout=7000)
    expect(hall.locator("#strip[data-net=online]")).to_be_visible()
    expect(console.locator("#stale")).not_to_be_visible()
    expect(console.locator("#nowbox[data-part=answer]")).to_be_visible(timeout=7000)
    # What is pressed goes through such a proxy as ever.
    console.locator("#nowbox .big1").click()
    expect(console.locator("#nowbox[data-part=none]")).to_be_visible()


def test_when_every_place_is_taken_the_screens_ask_and_an_unchanged_list_is_not_sent_again(
    server: Server, launch: Callable[..., Browser]
) -> None:
    floor = Floor(server)
    floor.clear()
    context = moderator(launch(), server)
    context.route("**/live/**", lambda route: route.fulfill(status=503, body="{}"))
    page = context.new_page()
    answers: list[int] = []

    def heard(response: Response) -> None:
        if response.url.endswith("/speakers") and "/api/" in response.url:
            answers.append(response.status)

    page.on("response", heard)
    page.goto(server.page("/hall"))
    turn = floor.wait("Vi Thị An")
    floor.act(turn, "start")
    expect(page.locator("#name")).to_have_text("Bà Vi Thị An", timeout=8000)
    expect(page.locator("#strip[data-net=online]")).to_be_visible()
    before = len(answers)
    expect(page.locator("#strip[data-net=online]")).to_be_visible()
    page.wait_for_event("response", lambda r: "/api/" in r.url and r.status == 304, timeout=12000)
    assert set(answers[before:]) <= {304}
    expect(page.locator("#strip[data-net=online]")).to_be_visible()
