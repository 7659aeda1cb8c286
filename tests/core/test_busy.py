"""The database is locked, full, away or restarting: 503, nothing lost, right again afterwards."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import ProgrammingError

from kiosk import busy
from kiosk import ready
from kiosk.db import db
from kiosk.plugins.invitations.queries import Code
from tests import postgres
from tests.conftest import ON_POSTGRESQL
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
ADDRESS = "/api/v1/meetings/kd/scans"


def _sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    return error


class _Shutdown(psycopg.errors.AdminShutdown):
    sqlstate = "57P01"


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (_sqlite_error(sqlite3.SQLITE_BUSY), True),
        (_sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
        (_sqlite_error(sqlite3.SQLITE_FULL), True),
        (_sqlite_error(sqlite3.SQLITE_IOERR_WRITE), True),
        (_sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE), False),
        (_sqlite_error(sqlite3.SQLITE_ERROR), False),
        (OperationalError("SELECT 1", {}, _sqlite_error(sqlite3.SQLITE_BUSY)), True),
        (ProgrammingError("SELECT 1", {}, psycopg.errors.UndefinedTable("no")), False),
        (_Shutdown("bye"), True),
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.DeadlockDetected("two"), True),
        (psycopg.errors.UniqueViolation("two"), False),
        (ValueError("ours"), False),
    ],
)
def test_what_passes_by_itself_is_told_from_what_does_not(error: Exception, passes: bool) -> None:
    assert busy.is_busy(error) is passes


def test_a_cause_is_looked_through() -> None:
    error = RuntimeError("while writing")
    error.__cause__ = _sqlite_error(sqlite3.SQLITE_FULL)
    assert busy.is_busy(error)


def _scan(
    client: FlaskClient, code: Code, headers: dict[str, str], scan_id: str
) -> tuple[int, str]:
    body = {"scan_id": scan_id, "code": code.code, "via": "camera"}
    answer = client.post(ADDRESS, json=body, headers=headers)
    told = answer.get_json(force=True)
    return answer.status_code, told.get("verdict") or told["code"]


@contextmanager
def _unreachable(url: str) -> Iterator[None]:
    """Hold the file as another program would, or have the server take no connection."""
    if not ON_POSTGRESQL:
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        with closing(holder):
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")
        return
    server, name = url.replace("postgresql+psycopg", "postgresql").rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as outside:
        outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        outside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        outside.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


def test_what_cannot_be_written_now_is_busy_and_is_taken_afterwards(
    client: FlaskClient,
    app: Flask,
    database_url: str,
    meeting: Known,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    code, headers, scan_id = invite(add_delegate("Bùi Văn Bền")), bearer("gate"), str(uuid.uuid4())
    person = Person(app.test_client())
    assert person.token
    with _unreachable(database_url):
        assert _scan(client, code, headers, scan_id) == (503, "busy")
        assert client.get("/readyz").status_code == 503
        page = person.post("/login", {"email": "x", "password": "y"})
        assert page.status_code == 503
        assert "gửi lại" in page.get_data(as_text=True)
    assert client.get("/readyz").status_code == 200
    assert _scan(client, code, headers, scan_id) == (200, "admitted")


def test_a_full_disk_is_not_ready_but_where_the_database_has_one_of_its_own(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "SMALLEST_FREE", 2**80)
    answer = client.get("/readyz")
    assert answer.status_code == (200 if ON_POSTGRESQL else 503)
    assert ("đầy" in answer.get_data(as_text=True)) is not ON_POSTGRESQL


def test_while_the_server_of_the_database_restarts_every_request_is_busy(
    make_app: Callable[..., Flask],
) -> None:
    with postgres.restartable() as (url, stop, start):
        app = make_app(database_url=postgres.fresh_database(url))
        client = app.test_client()
        assert client.get("/readyz").status_code == 503  # nothing was made in it yet
        with app.app_context():
            db.metadata.create_all(db.engine)
        assert client.get("/readyz").status_code == 200
        stop()
        headers = {"Authorization": "Bearer nobody"}
        for _ in range(3):
            answer = client.get("/api/v1/meetings/kd", headers=headers)
            assert (answer.status_code, answer.get_json(force=True)["code"]) == (503, "busy")
            assert answer.headers["Retry-After"] == "2"
            assert client.get("/readyz").status_code == 503
            assert client.get("/p/kd").status_code == 503
        start()
        assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 401
        assert client.get("/readyz").status_code == 200
