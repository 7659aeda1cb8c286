"""Releases of the product that differ in marks, and one address in front of several nodes."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from kiosk.paths import PACKAGE
from kiosk.paths import STATIC
from kiosk.paths import TEMPLATES
from tests.browser.conftest import Server
from tests.browser.conftest import _free_port
from tests.browser.conftest import _ready
from tests.browser.conftest import wait_until

# Every page, style and script says of which release it is; fonts and the decoder by their address.
MARKS = """() => {
  const style = getComputedStyle(document.documentElement);
  const styles = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .flatMap((rule) => [...(rule.style ?? [])]).filter((name) => name.startsWith('--mark-'));
  const asked = performance.getEntriesByType('resource')
    .map((entry) => new URL(entry.name).pathname);
  return {
    page: document.documentElement.dataset.mark,
    styles: Object.fromEntries(styles.map((name) => [name, style.getPropertyValue(name)])),
    scripts: Object.fromEntries(globalThis.marks ?? []),
    addresses: [...new Set(asked.filter((path) => path.startsWith('/static/v/')))],
  };
}"""
_WANTED = {
    "checkin/scans/kiosk.js",
    "checkin/offline/outbox.js",
    "checkin/scans/screens.js",
    "ui.js",
    "http.js",
}


def make_release(folder: Path, mark: str) -> Path:
    """Copy the product into a folder and write a mark into every file that a browser gets."""
    shutil.copytree(PACKAGE, folder / "kiosk")
    shutil.copytree(TEMPLATES, folder / "templates")
    shutil.copytree(STATIC, folder / "static", copy_function=os.link)
    base = folder / "templates" / "base.html"
    text = base.read_text(encoding="utf-8")
    base.write_text(text.replace("<html ", f'<html data-mark="{mark}" ', 1), encoding="utf-8")
    for path in (folder / "static").rglob("*.*"):
        name = path.relative_to(folder / "static").as_posix()
        if name.startswith("vendor/"):
            continue
        if path.suffix == ".js":
            _append(path, f"\n(globalThis.marks ??= []).push(['{name}', '{mark}']);\n")
        elif path.suffix == ".css":
            slug = name.removesuffix(".css").replace("/", "-")
            _append(path, f"\n:root{{--mark-{slug}:{mark}}}\n")
    return folder


def _append(path: Path, more: str) -> None:
    text = path.read_text(encoding="utf-8") + more
    # It is another name of the checkout's own file until here.
    path.unlink()
    path.write_text(text, encoding="utf-8")


@dataclass
class Node:
    """A running server of one release."""

    port: int
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def start_node(release: Path, data: Path) -> Node:
    """Serve a folder's data with a release."""
    port = _free_port()
    command = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve"]
    env = {**os.environ, "KIOSK_DATA": str(data), "PYTHONPATH": str(release)}
    process = subprocess.Popen([*command, "--port", str(port)], env=env, cwd=release)
    wait_until(lambda: _ready(f"http://localhost:{port}"), 90)
    return Node(port, process)


@dataclass
class Front:
    """One address; each request goes to the next of its nodes, or is cut off."""

    port: int
    nodes: list[Node] = field(default_factory=list)
    cuts: Callable[[str], bool] = lambda _path: False
    changes: Callable[[str, bytes], bytes] = lambda _path, body: body
    turn: int = 0
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def next(self, method: str, path: str) -> Node | None:
        with self.lock:
            self.seen[method, path.split("?")[0]] += 1
            self.turn += 1
            return self.nodes[self.turn % len(self.nodes)] if self.nodes else None

    def asked(self, end: str, times: int, method: str = "GET", seconds: float = 90) -> None:
        """Wait until an address that ends so was asked for so many times more."""

        def count() -> int:
            with self.lock:
                return sum(
                    n
                    for (how, path), n in self.seen.items()
                    if how == method and path.endswith(end)
                )

        before = count()
        wait_until(lambda: count() >= before + times, seconds)


class _Handler(BaseHTTPRequestHandler):
    front: Front

    def _pass_on(self) -> None:
        node = self.front.next(self.command, self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        self.close_connection = True
        if node is None or self.front.cuts(self.path):
            return
        line = http.client.HTTPConnection("127.0.0.1", node.port, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            line.request(self.command, self.path, body, headers)
            self._answer(line.getresponse())
        except OSError:
            return
        finally:
            line.close()

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        hop = {"transfer-encoding", "connection", "content-length"}
        streams = answer.headers.get_content_type() == "text/event-stream"
        body = b"" if streams else self.front.changes(self.path, answer.read())
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in hop:
                self.send_header(name, value)
        if not streams and answer.status != 304:
            length = answer.headers.get("Content-Length", "") if self.command == "HEAD" else ""
            self.send_header("Content-Length", length or str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        while streams and (piece := answer.read1(65536)):
            self.wfile.write(piece)
            self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        # A browser that goes away in the middle is no trouble of the test.
        try:
            super().handle()
        except OSError:
            self.close_connection = True


@contextmanager
def fronting() -> Iterator[Front]:
    """Open an address to put nodes behind."""
    front = Front(0)
    handler = type("Handler", (_Handler,), {"front": front})
    listening = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    listening.daemon_threads = True
    front.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield front
    finally:
        listening.shutdown()
        listening.server_close()
        while front.nodes:
            front.nodes.pop().stop()


@dataclass
class Fronted(Server):
    """The demo meeting behind such an address."""

    front: Front = field(default_factory=lambda: Front(0))


def one_release(page: Page) -> str:
    """Return the mark of a page whose page, styles, scripts and addresses are of one release."""
    found = page.evaluate(MARKS)
    marks = {found["page"], *found["styles"].values(), *found["scripts"].values()}
    assert len(marks) == 1, found
    assert set(found["scripts"]) >= _WANTED, found
    assert {"--mark-tokens", "--mark-checkin-scans-kiosk", "--mark-checkin-scans-fonts"} <= set(
        found["styles"]
    )
    assert len({path.split("/")[3] for path in found["addresses"]}) <= 1, found
    mark: str = found["page"]
    return mark
