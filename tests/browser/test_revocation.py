"""A screen, a role or an account that is taken away: its live stream ends within 5 seconds."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench import servers
from tests.browser.conftest import KIOSK
from tests.browser.conftest import Demo
from tests.browser.conftest import Server
from tests.browser.conftest import wait_until
from tests.visitor import Browser

SECONDS = 5.0
# How long nothing may come after that, though there is news.
QUIET_SECONDS = 2.0


@pytest.fixture(scope="module", params=["adopted", "tls"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, demo: Demo
) -> Iterator[Server]:
    """A server that writes to sockets itself, and one whose screens keep their threads."""
    data, port = tmp_path_factory.mktemp("revoking"), servers.free_port()
    made = demo.copy(data)
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
    more = ["--https", "--host", "127.0.0.1"] if request.param == "tls" else []
    serving = subprocess.Popen([str(KIOSK), "serve", "--port", str(port), *more], env=env)
    trust = None
    if more:
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    try:
        servers.wait_ready(port, seconds=120)
        yield Server(f"http://127.0.0.1:{port}", data, env, made, trust)
    finally:
        serving.terminate()
        serving.wait(timeout=30)


def _screen(server: Server, header: str, view: str) -> socket.socket:
    """Follow a view; returns the connection when the first frame is there."""
    plain = socket.create_connection(("127.0.0.1", int(server.env["PORT"])), timeout=30)
    screen = plain if server.trust is None else server.trust.wrap_socket(plain)
    head = f"GET /live/{server.demo['meeting']}?view={view} HTTP/1.1\r\nHost: localhost\r\n"
    screen.sendall(f"{head}{header}\r\n\r\n".encode())
    _wait_for_frame(screen, view)
    return screen


def _wait_for_frame(screen: socket.socket, view: str) -> None:
    got, until = b"", time.monotonic() + 60
    while f"event: {view}".encode() not in got or not got.endswith(b"\n\n\r\n"):
        assert time.monotonic() < until
        part = screen.recv(1 << 16)
        assert part, got
        got += part


def _seconds_until_it_ends(screen: socket.socket) -> float:
    """Return after how long a stream ends: with the last chunk, or its connection."""
    begun, last = time.monotonic(), b""
    screen.settimeout(20)
    while not last.endswith(b"0\r\n\r\n"):
        part = screen.recv(1 << 16)
        if not part:
            break
        last = (last + part)[-16:]
    return time.monotonic() - begun


def _stays_quiet(screen: socket.socket) -> bool:
    screen.settimeout(QUIET_SECONDS)
    try:
        return screen.recv(1) == b""
    except TimeoutError:
        return True


def _someone_comes(server: Server) -> None:
    code = {"scan_id": str(uuid.uuid4()), "code": server.demo["codes"][0]["code"]}
    leaving = {**code, "scan_id": str(uuid.uuid4()), "direction": "out"}
    for body in (code, leaving):
        assert server.call("POST", "/scans", "desk", body)[0] == 200


def _ends_in_time(server: Server, screen: socket.socket) -> None:
    _someone_comes(server)
    assert _seconds_until_it_ends(screen) < SECONDS
    _someone_comes(server)
    assert _stays_quiet(screen)


def _paired(server: Server) -> tuple[int, str]:
    offered = server.call("POST", "/devices", "organiser", {"name": "Máy", "profile": "screen"})[1]
    body = json.dumps({"code": offered["code"]}).encode()
    kind = {"Content-Type": "application/json"}
    status, words = Browser(server.url).ask("POST", "/api/v1/devices/pair", body, kind)
    assert status == 201
    made: dict[str, Any] = json.loads(words)
    return offered["id"], made["token"]


def test_a_revoked_screen_gets_nothing_more(served: Server) -> None:
    device, token = _paired(served)
    screen = _screen(served, f"Authorization: Bearer {token}", "speakers")
    with screen:
        assert served.call("DELETE", f"/devices/{device}", "organiser")[0] == 204
        _ends_in_time(served, screen)
    again = {"Authorization": f"Bearer {token}"}
    path = f"/live/{served.demo['meeting']}?view=speakers"
    assert Browser(served.url).ask("GET", path, None, again)[0] == 401


def test_who_is_shut_out_at_the_machine_gets_nothing_more(served: Server) -> None:
    email, password = (served.demo["moderator"][part] for part in ("email", "password"))
    secure = served.url.replace("http:", "https:") if served.trust else served.url
    visitor = Browser(secure, served.trust)
    visitor.get("/login")
    assert visitor.send("/login", {"email": email, "password": password})[0] == 302
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.cookies)
    stays = f"Authorization: Bearer {served.demo['tokens']['organiser']}"
    with (
        _screen(served, f"Cookie: {cookies}", "attendance") as screen,
        _screen(served, stays, "attendance") as other,
    ):
        served.run("user", "disable", email)
        _ends_in_time(served, screen)
        # Who may stay is told what happened meanwhile.
        _wait_for_frame(other, "attendance")
    served.run("user", "enable", email)
    wait_until(lambda: visitor.ask("GET", "/")[0] == 302)
