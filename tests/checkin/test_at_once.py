"""Many tablets at one moment, on the real server and on both databases."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func
from sqlalchemy import select

from kiosk.config import Settings
from kiosk.db.base import db
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door

KIOSK = Path(sys.executable).parent / "kiosk"

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _call(method: str, url: str, headers: dict[str, str], body: Any) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310  # our own server
        url,
        method=method,
        data=json.dumps(body).encode(),
        headers={**headers, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # our own server
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2):  # noqa: S310  # our own server
            return True
    except OSError:
        return False


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[str]:
    """The test's database, served by gunicorn with two workers."""
    port = _free_port()
    env = {
        **os.environ,
        "KIOSK_DATA": str(settings.data),
        "KIOSK_DATABASE_URL": settings.database_url,
        "KIOSK_SECRET_KEY": settings.secret_key,
    }
    command = [str(KIOSK), "serve", "--port", str(port), "--workers", "2"]
    serving = subprocess.Popen(command, env=env)
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    try:
        while not _ready(url):
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.02)  # between two looks
        yield url
    finally:
        serving.terminate()
        serving.wait(timeout=30)


def _all_at_once(works: list[Callable[[], None]]) -> None:
    start = Barrier(len(works))

    def one(work: Callable[[], None]) -> None:
        start.wait()
        work()

    threads = [Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _count(app: Flask, table: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_of_40_simultaneous_scans_of_one_code_one_is_admitted(
    app: Flask,
    served: str,
    bearer: Callable[..., dict[str, str]],
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    url = f"{served}/api/v1/meetings/kd"
    assert _call("PATCH", url, bearer("organiser"), {"doors": "open"})[0] == 200
    gate = bearer("gate")
    answers: list[tuple[int, str]] = []

    def scan() -> None:
        body = {"scan_id": str(uuid.uuid4()), "code": code}
        status, answer = _call("POST", f"{url}/scans", gate, body)
        answers.append((status, answer.get("verdict")))

    _all_at_once([scan] * 40)
    assert Counter(answers) == {(200, "admitted"): 1, (200, "already_in"): 39}
    assert (_count(app, Scan), _count(app, Presence)) == (40, 1)


def test_simultaneous_copies_of_one_request_leave_one_row_and_answer_alike(
    app: Flask, gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    body = {
        "scan_id": "0191f7c2-0000-7000-8000-00000000dddd",
        "code": code,
        "scanned_at": "2023-10-26T13:05:00+07:00",
    }
    answers: list[dict[str, Any]] = []
    _all_at_once([lambda: answers.append(gate.scan(**body))] * 8)
    replays = [answer.pop("replay") for answer in answers]
    assert sorted(replays) == [False] + [True] * 7
    assert all(answer == answers[0] for answer in answers)
    assert _count(app, Scan) == 1


def test_two_tablets_send_what_waited_in_opposite_order_and_nothing_is_lost(
    app: Flask, make_door: Callable[..., Door], add_delegate: AddDelegate, invite: Invite
) -> None:
    codes = [invite(add_delegate(f"Nguyễn Thị {number}")).code for number in range(20)]
    doors = [make_door("gate", f"Bàn đón số {number}") for number in (1, 2)]
    results: list[str] = []

    def send(door: Door, order: list[str]) -> None:
        scans = [{"scan_id": str(uuid.uuid4()), "code": code, "offline": True} for code in order]
        url = "/api/v1/meetings/kd/scans/batch"
        answer = door.client.post(url, json={"scans": scans}, headers=door.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        results.extend(item["verdict"] for item in (answer.json or {})["results"])

    _all_at_once([lambda: send(doors[0], codes), lambda: send(doors[1], codes[::-1])])
    assert Counter(results) == {"admitted": 20, "review": 20}
    assert (_count(app, Scan), _count(app, Presence)) == (40, 20)
