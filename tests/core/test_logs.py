"""Who has only the log learns nobody's name and gets in nowhere."""

from __future__ import annotations

import io
import json
import logging
import os
import resource
import signal
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from subprocess import STDOUT
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kiosk import logs
from kiosk.db.base import engine_options
from tests.bench import servers
from tests.visitor import Browser

NAME, PHONE, EMAIL = "Trịnh Thị Kín Đáo", "0987654321", "kin.dao@xa.example"
NOTE, PASSWORD = "không ai được đọc dòng này", "mật khẩu chỉ tôi biết"
CODE, SHORT = "K12F8QZ3TBX49CJ7MNPR5S60", "4827 0365"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("GET /first/abc-DEF_123", "GET /first/…"),
        (f"GET /I/{CODE}/now 200", "GET /I/… 200"),
        (f"/i/{CODE.lower()}", "/i/…"),
        ("GET /pair?code=ABCD2345 HTTP", "GET /pair?… HTTP"),
        ("see /r/7F2K and go", "see /r/… and go"),
        ("/m/kd/delegates?q=Hoa%20Mai", "/m/kd/delegates?…"),
        ("Authorization: Bearer abc def", "Authorization:…"),
        ("{'Cookie': 'kiosk_session=abc'}", "{'Cookie':…"),
        ("set-cookie=a; b", "set-cookie=…"),
        ("bearer s3cret!", "bearer …"),
        (f"mail to <{EMAIL}>, again", "mail to <…>, again"),
        (f"call {PHONE} or 098 765 4321.", "call … or …."),
        (f"typed {SHORT}, {SHORT.replace(' ', '')} and {CODE}", "typed …, … and …"),
        ("K12F-8QZ3-TBX4-9CJ7-MNPR-5S60", "…"),
        ("DETAIL:  Key (email)=(x) exists.", "DETAIL:…"),
        ("Booting worker with pid: 18852", "Booting worker with pid: 18852"),
        (
            "Listening at: http://127.0.0.1:8391 (17672)",
            "Listening at: http://127.0.0.1:8391 (17672)",
        ),
        ("A handler of Admitted failed", "A handler of Admitted failed"),
    ],
)
def test_what_could_name_somebody_or_let_somebody_in_is_cut(line: str, left: str) -> None:
    assert logs.redacted(line) == left


def _written(error: BaseException | None, words: str = "A request failed") -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.Redacting("%(message)s"))
    record = logging.LogRecord("kiosk", logging.ERROR, "x.py", 1, words, (), None)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
        record.exc_text = f"put together by another handler: {NAME}"
    handler.emit(record)
    return out.getvalue()


def test_an_exception_is_written_by_type_and_place_and_says_nothing() -> None:
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise KeyError(PHONE) from error
    except KeyError as error:
        found = _written(error)
    assert "builtins.ValueError" in found
    assert "builtins.KeyError" in found
    assert "test_logs.py" in found
    assert NAME not in found
    assert PHONE not in found


def test_a_failed_statement_is_written_without_its_values() -> None:
    engine = create_engine("sqlite://", hide_parameters=engine_options("")["hide_parameters"])
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": NAME})
    engine.dispose()
    assert NAME not in str(caught.value)
    found = _written(caught.value)
    assert "INSERT INTO nowhere" in found
    assert NAME not in found


def test_only_a_level_that_there_is_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, taken in (("DEBUG", "debug"), ("loud", "warning"), ("", "warning")):
        monkeypatch.setenv("KIOSK_LOG", asked)
        assert logs.level() == taken


class Served:
    """A server of its own at the most talkative level, and what it has logged."""

    def __init__(self, port: int, demo: dict[str, Any], process: subprocess.Popen[bytes]) -> None:
        self.base, self.demo, self.process = f"http://127.0.0.1:{port}", demo, process
        self.meeting = demo["meeting"]
        self.browser = Browser(self.base)

    def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """Call the API as a program does."""
        headers = {
            "Authorization": f"Bearer {self.demo['tokens'][token]}",
            "Content-Type": "application/json",
        }
        address = f"/api/v1/meetings/{self.meeting}{path}"
        data = None if body is None else json.dumps(body).encode()
        status, words = Browser(self.base).ask(method, address, data, headers)
        return status, json.loads(words or "null")


@contextmanager
def _served(data: Path, log: Path) -> Iterator[Served]:
    demo, port = servers.demo(data, 6), servers.free_port()
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port), "KIOSK_LOG": "debug"}
    command = [str(servers.BIN / "kiosk"), "serve", "--port", str(port), "--workers", "1"]
    # Through a pipe: a file of its own would be as full as the disk that is played.
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=STDOUT) as process,
    ):
        assert process.stdout is not None
        copying = threading.Thread(target=copyfileobj, args=(process.stdout, out))
        copying.start()
        try:
            servers.wait_ready(port, seconds=120)
            yield Served(port, demo, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            copying.join()


def _whole_day(server: Served) -> list[str]:
    """Play what people do; returns every secret and every name that came by."""
    browser, office = server.browser, server.demo["organiser"]
    meeting = f"/m/{server.meeting}"
    browser.get("/login")
    browser.send("/login", {"email": office["email"], "password": PASSWORD})
    known = {"email": office["email"], "password": office["password"]}
    assert browser.send("/login", known)[0] == 302
    browser.get(f"{meeting}/people")
    form = {"name": NAME, "email": EMAIL, "role": "secretary"}
    page = browser.send(f"{meeting}/people", form)[1]
    link = page.partition("/first/")[2].partition('"')[0]
    invited = Browser(server.base)
    invited.get(f"/first/{link}")
    assert invited.send(f"/first/{link}", {"password": PASSWORD})[0] == 302
    added = server.call("POST", "/delegates", "desk", {"name": NAME})[1]
    issued = server.call("POST", f"/delegates/{added['id']}/invitation", "organiser")[1]
    server.call("GET", f"/delegates?q={NAME}", "desk")
    for code in (issued["code"], issued["short"], server.demo["codes"][0]["code"]):
        body = {"scan_id": str(uuid.uuid4()), "code": code}
        assert server.call("POST", "/scans", "desk", body)[0] == 200
    browser.get(f"/I/{issued['code']}")
    offered = {"name": NAME, "profile": "gate"}
    device = server.call("POST", "/devices", "organiser", offered)[1]
    Browser(server.base).get(f"/pair?code={device['code']}")
    table = f"Họ và tên,Điện thoại,Ghi chú\n{NAME},{PHONE},{NOTE}\n".encode()
    browser.get(f"{meeting}/import")
    assert browser.upload(f"{meeting}/import", "danh-sach.csv", table)[0] < 400
    return [
        *(NAME, PHONE, EMAIL, NOTE, PASSWORD, office["email"], office["password"], link),
        *(issued["code"], issued["short"], device["code"]),
        *(entry[part] for entry in server.demo["codes"] for part in ("name", "code", "short")),
        *server.demo["tokens"].values(),
        *(str(cookie.value) for cookie in browser.cookies),
    ]


def _add(server: Served) -> int:
    return server.call("POST", "/delegates", "desk", {"name": NAME})[0]


def test_a_whole_day_with_everything_going_wrong_names_nobody_in_the_log(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    with _served(data, log) as server:
        planted = _whole_day(server)
        database = data / "kiosk.sqlite3"
        with closing(sqlite3.connect(database, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            assert _add(server) >= 500
            held.execute("ROLLBACK")
        workers = subprocess.run(
            ["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        for worker in map(int, workers):
            # As on a full disk: no file grows any more.
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        assert _add(server) >= 500
        for worker in map(int, workers):
            whole = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(worker, resource.RLIMIT_FSIZE, whole)
        _until_writable(server)
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE delegate RENAME TO nowhere")
            other.commit()
        assert _add(server) >= 500
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE tries RENAME TO no_tries")
            other.commit()
        known = {"email": server.demo["organiser"]["email"], "password": PASSWORD}
        assert server.browser.send("/login", known)[0] >= 500
    written = log.read_text(errors="replace")
    assert "POST /first/…" in written
    assert "INSERT INTO" in written
    assert written.count("Error") >= 3
    assert [secret for secret in planted if secret in written] == []


def _until_writable(server: Served) -> None:
    until = time.monotonic() + 60
    while _add(server) >= 500:
        assert time.monotonic() < until
