"""What stands between a door and its server, and can be told to do badly.

The worker of the door lets some requests go straight to the network, past the driver's own
interception: so whoever must meet them stands where the network is.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from http.client import HTTPConnection
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import Any

OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


@dataclass
class Answer:
    """What goes back to whoever asked."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, status: int, found: Any, **more: str) -> Answer:
        headers = [(name.replace("_", "-"), value) for name, value in more.items()]
        headers.append(("Content-Type", "application/json"))
        return cls(status, json.dumps(found).encode(), headers)


class Asked:
    """One request on its way; `onward()` asks the server and returns its answer."""

    def __init__(self, body: bytes, onward: Callable[[], Answer]) -> None:
        self.body = body
        self.onward = onward


# What is done to a request; None: the line is cut without an answer.
Act = Callable[[Asked], Answer | None]


class Between:
    """Passes everything on, but for the addresses it was told something about."""

    def __init__(self, port: int) -> None:
        self.upstream = port
        self._acts: dict[str, Act] = {}
        self._freed = threading.Event()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Passing", (_Passing,), {"standing": self})
        )
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def on(self, address: str, act: Act) -> None:
        """Do this to every request whose path holds the expression, from now on."""
        self._acts[address] = act

    def hold(self, address: str) -> None:
        """Neither answer nor pass on, until `free()`."""
        freed = self._freed

        def wait(_: Asked) -> None:
            freed.wait()

        self.on(address, wait)

    def free(self) -> None:
        """Pass everything on again; what was held is cut."""
        self._acts.clear()
        self._freed.set()
        self._freed = threading.Event()

    def act_on(self, path: str) -> Act | None:
        found = (act for address, act in self._acts.items() if re.search(address, path))
        return next(found, None)

    def close(self) -> None:
        self.free()
        self._server.shutdown()
        self._server.server_close()


def cut_off(_: Asked) -> None:
    """Give no answer at all."""


def lose(asked: Asked) -> None:
    """Let the server work and lose its answer."""
    asked.onward()


class _Passing(BaseHTTPRequestHandler):
    """One connection of a page; the class of one `Between` knows it by `standing`."""

    protocol_version = "HTTP/1.1"
    standing: Between

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the server has its own log."""

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        act = self.standing.act_on(self.path)
        if act is None:
            self._stream(body)
            return
        answer = act(Asked(body, lambda: self._whole(body)))
        if answer is None:
            self.close_connection = True
            return
        self._begin(answer.status, answer.headers, len(answer.body))
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = pass_on

    def _begin(self, status: int, headers: list[tuple[str, str]], length: int | None) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in {*OF_ONE_CONNECTION, "content-length"}:
                self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        elif status not in {204, 304}:
            # A stream without a length ends with its connection.
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def _asked(self, body: bytes) -> tuple[HTTPConnection, HTTPResponse]:
        line = HTTPConnection("127.0.0.1", self.standing.upstream)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in OF_ONE_CONNECTION
        }
        line.request(self.command, self.path, body or None, headers)
        return line, line.getresponse()

    def _whole(self, body: bytes) -> Answer:
        line, found = self._asked(body)
        answer = Answer(found.status, found.read(), found.getheaders())
        line.close()
        return answer

    def _stream(self, body: bytes) -> None:
        try:
            line, found = self._asked(body)
        except OSError:
            self.close_connection = True
            return
        length = found.getheader("Content-Length")
        self._begin(found.status, found.getheaders(), int(length) if length else None)
        try:
            while self.command != "HEAD" and (piece := found.read1(65536)):
                self.wfile.write(piece)
        except OSError:
            self.close_connection = True
        finally:
            line.close()
