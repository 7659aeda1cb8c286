"""gunicorn itself: many at once, starting, stopping."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import uuid
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.browser.conftest import KIOSK
from tests.browser.conftest import Server
from tests.browser.conftest import wait_until


def test_40_simultaneous_scans_of_one_code_admit_exactly_once(server: Server) -> None:
    code = server.demo["codes"][-1]["code"]
    before = _rows(server)
    start = threading.Barrier(40)
    answers: list[tuple[int, str]] = []

    def scan() -> None:
        body = {"scan_id": str(uuid.uuid4()), "code": code}
        start.wait()
        status, answer = server.call("POST", "/scans", "gate", body)
        answers.append((status, answer.get("verdict")))

    threads = [threading.Thread(target=scan) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answers) == {(200, "admitted"): 1, (200, "already_in"): 39}
    assert _rows(server) == before + 40


def _rows(server: Server) -> int:
    out = server.data / "scans.csv"
    server.run("export", server.demo["meeting"], "--what", "scans", "--out", str(out))
    return len(out.read_text(encoding="utf-8-sig").strip().splitlines())


def test_screens_hold_no_thread_and_give_their_places_back(server: Server) -> None:
    path = f"/live/{server.demo['meeting']}?view=attendance"
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Authorization: Bearer {server.demo['tokens']['organiser']}\r\n\r\n"
    port = int(server.env["PORT"])
    before = _threads(port)
    screens: list[socket.socket] = []
    try:
        for _ in range(100):
            screen = socket.create_connection(("127.0.0.1", port), timeout=10)
            screens.append(screen)
            screen.sendall(head.encode())
            with screen.makefile("rb") as answer:
                assert any(line.startswith(b"event: attendance") for line in answer)
        assert _threads(port) < before + 20
        code = server.demo["codes"][0]["code"]
        body = {"scan_id": str(uuid.uuid4()), "code": code}
        assert server.call("POST", "/scans", "gate", body)[1]["verdict"] == "admitted"
        told = f'"present":{server.call("GET", "/attendance", "organiser")[1]["present"]},'.encode()
        for screen in screens:
            with screen.makefile("rb") as answer:
                assert any(told in line for line in answer)
        open_files = _open_files(port)
    finally:
        for screen in screens:
            screen.close()
    wait_until(lambda: _open_files(port) <= open_files - 100)


def _processes(port: int) -> list[Path]:
    """The server that listens on this port, with its workers: all hold the same socket."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening, local = "0A", f":{port:04X}"
    sockets = {
        f"socket:[{row[9]}]" for row in rows if row[1].endswith(local) and row[3] == listening
    }
    found = [one for one in Path("/proc").glob("[0-9]*") if sockets & _open(one)]
    assert len(found) > 1, "the server and its workers were not found"
    return found


def _open(process: Path) -> set[str]:
    """What a process holds open; nothing when it has just ended."""
    with suppress(OSError):
        return {os.readlink(one) for one in (process / "fd").iterdir()}
    return set()


def _threads(port: int) -> int:
    return sum(len(list((one / "task").iterdir())) for one in _processes(port))


def _open_files(port: int) -> int:
    return sum(len(list((one / "fd").iterdir())) for one in _processes(port))


def test_a_wrong_setting_stops_the_start_with_one_line(server: Server) -> None:
    env = {**server.env, "KIOSK_LANGUAGE": "fr"}
    done = subprocess.run(
        [str(KIOSK), "serve"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "KIOSK_LANGUAGE: must be vi or en, not fr"


def test_bad_usage_exits_with_2(server: Server) -> None:
    for arguments in (
        ["serve", "--port", "99999"],
        ["dance"],
        ["token", "none", "--role", "gate", "--name", "x"],
    ):
        done = subprocess.run(
            [str(KIOSK), *arguments], env=server.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr


def test_a_token_from_the_command_line_opens_its_role(server: Server) -> None:
    printed = server.run("token", server.demo["meeting"], "--role", "observer", "--name", "Xem")
    server.demo["tokens"]["observer"] = printed.strip()
    assert server.call("GET", "/attendance", "observer")[0] == 200
    assert server.call("GET", "/delegates", "observer")[0] == 403


def test_making_the_demo_again_keeps_the_meeting(server: Server) -> None:
    assert "đã có sẵn" in server.run("demo")
    second = server.run("demo", "--meeting", "khu-khac", "--households", "12")
    assert "đã sẵn sàng" in second


def _first_line(port: int, data: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sent:
        sent.sendall(data)
        return sent.recv(4096).split(b"\r\n", 1)[0].decode()


def test_a_body_in_broken_chunks_is_the_senders_mistake(server: Server) -> None:
    head = (
        f"POST /api/v1/meetings/{server.demo['meeting']}/scans HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {server.demo['tokens']['gate']}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    port = int(server.env["PORT"])
    for body in (b"XY\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}too long\r\n"):
        assert _first_line(port, head + body) == "HTTP/1.1 400 BAD REQUEST"
    assert _first_line(port, head + b"2\r\n{}\r\n0\r\n\r\n").startswith("HTTP/1.1 422")
