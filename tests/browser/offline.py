"""What the tests of the door without network share: a server that can be stopped, a
camera that sees one letter after another, everything that a tablet holds."""

from __future__ import annotations

import csv
import io
import os
import ssl
import subprocess
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk.addresses import this_machine
from tests.browser.between import Between
from tests.browser.conftest import KIOSK
from tests.browser.conftest import Demo
from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import _free_port
from tests.browser.conftest import _ready
from tests.browser.conftest import wait_until

# The browser plays a .mjpeg at 30 frames a second, again and again.
FRAMES_A_CODE = 30
BLANK_FRAMES = 30 * 10
NOISE = ("Failed to load resource", "net::ERR_")


@dataclass
class Stoppable(Server):
    """A server that is stopped and started again on its own port and data."""

    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        command = [str(KIOSK), "serve", "--port", self.env["PORT"]]
        secure = self.url.startswith("https")
        if secure:
            command.append("--https")
        self.running.append(subprocess.Popen(command, env=self.env))
        # Both are on one port.
        wait_until(lambda: _ready(self.url.replace("https", "http")), 90)
        if secure:
            self.trust = ssl.create_default_context(cafile=self.authority)

    @property
    def authority(self) -> Path:
        """The certificate that tablets install."""
        return self.data / "certificates" / "ca.crt"

    def stop(self) -> None:
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(timeout=20)

    def scans(self) -> list[dict[str, str]]:
        """Every scan that the server has understood, one line each."""
        out = self.data / "scans.csv"
        self.run("export", self.demo["meeting"], "--what", "scans", "--out", str(out))
        return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))

    def offer(self, profile: str, name: str) -> dict[str, Any]:
        """Offer a place to a device; the answer holds its pairing code."""
        body = {"name": name, "profile": profile}
        status, offered = self.call("POST", "/devices", "organiser", body)
        assert status == 201
        found: dict[str, Any] = offered
        return found


@contextmanager
def serving(data: Path, demo: Demo, *, https: bool = False) -> Iterator[Stoppable]:
    """Serve a demo meeting of its own; over https as tablets in the hall reach it."""
    port = _free_port()
    url = f"https://{this_machine().facing}:{port}" if https else f"http://localhost:{port}"
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
    server = Stoppable(url, data, env, demo.copy(data))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def standing_before(server: Stoppable) -> Iterator[Between]:
    """Let every page and call reach the server through somebody between, until the end."""
    direct, way = server.url, Between(int(server.env["PORT"]))
    server.url = f"http://localhost:{way.port}"
    try:
        yield way
    finally:
        way.close()
        server.url = direct


def show_letters(codes: Iterable[str], path: Path) -> Path:
    """Write a video that goes round: one code after another is held up, then nothing."""
    with path.open("wb") as video:
        for code in codes:
            frame = Image.new("RGB", (1280, 720), (150, 140, 130))
            made = qrcode.make(code, border=4, box_size=12)
            picture = made.get_image().convert("RGB")
            frame.paste(picture, ((1280 - picture.width) // 2, (720 - picture.height) // 2))
            video.write(_jpeg(frame) * FRAMES_A_CODE)
        video.write(_jpeg(Image.new("RGB", (1280, 720), (150, 140, 130))) * BLANK_FRAMES)
    return path


def _jpeg(frame: Image.Image) -> bytes:
    out = io.BytesIO()
    frame.save(out, "JPEG", quality=85, subsampling=2)
    return out.getvalue()


def enter(page: Page, server: Stoppable, profile: str, name: str, url: str = "") -> None:
    """Make a browser a device of that name and open the door, ready for anything."""
    meeting = server.demo["meeting"]
    token = server.run("token", meeting, "--role", profile, "--name", name).strip()
    where = url or server.url
    # As pairing sets it, without pairing's limit of five a minute: it outlives the browser.
    cookie = {"name": "kiosk_device", "value": token, "url": where, "expires": time.time() + 86400}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict of the same keys
    page.goto(f"{where}/m/{meeting}/kiosk")
    status(page, net="online")
    expect(page.locator("#status[data-roster-at*=T]")).to_be_attached(timeout=30_000)
    if page.evaluate("isSecureContext"):
        page.evaluate("navigator.serviceWorker.ready")


def wedge(page: Page, text: str) -> None:
    """Type as a hand-held scanner does: fast, into its field, with Enter."""
    page.locator("input[name=code]").focus()
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def verdict(page: Page, name: str, text: str = "") -> None:
    """Wait until the page shows this verdict, on this person."""
    expect(page.locator(f"#verdict[data-verdict={name}]")).to_contain_text(text)


def status(page: Page, **data: str) -> None:
    """Wait until the status line says so: net="offline", waiting="3"."""
    for name, value in data.items():
        attribute = f"data-{name.replace('_', '-')}"
        expect(page.locator("#status")).to_have_attribute(attribute, value, timeout=30_000)


def cut(page: Page) -> None:
    """Take the network away and wait until the tablet has noticed."""
    page.context.set_offline(True)
    status(page, net="offline")


def until(page: Page, expression: str, given: Any = None, seconds: float = 30) -> None:
    """Wait until an expression of the page is true; the page's policy forbids its own eval."""
    wait_until(lambda: bool(page.evaluate(expression, given)), seconds)


HOLDINGS = """async () => {
  const found = {stores: {}, caches: {}, local: {...localStorage}, session: {...sessionStorage}};
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of db.objectStoreNames) {
      found.stores[`${name}/${store}`] = await new Promise((done) => {
        const asked = db.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const kept = await cache.match(request);
      found.caches[request.url] = /wasm|woff2/.test(request.url) ? '' : await kept.text();
    }
  }
  return found;
}"""


def holdings(page: Page) -> dict[str, Any]:
    """Everything that the browser keeps for this page."""
    found: dict[str, Any] = page.evaluate(HOLDINGS)
    return found


@pytest.fixture
def way(server: Stoppable) -> Iterator[Between]:
    """What stands between the door and its server, for tests of what happens on the way."""
    with standing_before(server) as between:
        yield between


@pytest.fixture
def opened(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> Callable[[str], Page]:
    """Open the door on a paired tablet that is ready for anything."""
    watched.expected = NOISE

    def make(profile: str = "gate") -> Page:
        page = open_page(launch())
        enter(page, server, profile, f"Máy {profile}")
        return page

    return make


@pytest.fixture
def gate(opened: Callable[[str], Page]) -> Page:
    return opened("gate")
