"""Fixtures of running an installation: a meeting with scans, a second installation."""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON
from sqlalchemy import MetaData
from sqlalchemy import Text
from sqlalchemy import cast
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.db.base import db
from kiosk.ops import backup
from kiosk.ops import restore
from kiosk.plugin import discover
from kiosk.plugin import registry
from kiosk.plugins.invitations.queries import Code
from tests import postgres
from tests.conftest import Known

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def guests(
    add_delegate: Callable[..., int], invite: Callable[[int], Code], meeting: Known
) -> list[Code]:
    """Twelve households with invitations."""
    assert meeting.id
    return [
        invite(add_delegate(f"Nguyễn Thị Hồng {n}", phone=f"09123456{n:02d}", birth_year=1950 + n))
        for n in range(12)
    ]


@pytest.fixture
def scan(
    app: Flask, bearer: Callable[..., dict[str, str]], meeting: Known
) -> Callable[..., dict[str, Any]]:
    """Send a scan to an application; returns its answer."""
    headers = bearer("desk", "Bàn cán bộ")

    def send(code: str, where: Flask = app, **more: Any) -> dict[str, Any]:
        body = {"scan_id": str(uuid.uuid4()), "code": code, **more}
        url = f"/api/v1/meetings/{meeting.name}/scans"
        answer = where.test_client().post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json or {}
        return found

    return send


@pytest.fixture
def installation(
    make_app: Callable[..., Flask], tmp_path: Path, cluster: str | None
) -> Callable[..., Flask]:
    """Make another, empty installation: its own folder, key and database."""

    def make(kind: str = "sqlite") -> Flask:
        data = tmp_path / f"other-{uuid.uuid4().hex}"
        data.mkdir()
        if kind == "postgresql":
            assert cluster is not None
            url = postgres.fresh_database(cluster)
        else:
            url = f"sqlite:///{data / 'kiosk.sqlite3'}"
        app = make_app(data=data, database_url=url, secret_key="another secret altogether")
        with app.app_context():
            migrate.upgrade(db.engine, discover())
        return app

    return make


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Back an installation up; returns the file."""

    def write(app: Flask, name: str = "copy.zip") -> Path:
        target = tmp_path / name
        with app.app_context():
            settings: Settings = app.extensions["kiosk"].settings
            plugins = list(registry().plugins.values())
            backup.write(db.engine, settings, plugins, target, kiosk_clock.now())
        return target

    return write


def bring_back(app: Flask, source: Path, **other: Any) -> restore.Restored:
    """Restore a backup into an installation, as the command does."""
    replace_it = other.pop("replace", False)
    with app.app_context():
        found = registry()
        known = {"plugins": list(found.plugins.values()), "environ_secret": None, **other}
        target = restore.Target(db.engine, found.settings, **known)
        return restore.restore(target, source, replace=replace_it, now=kiosk_clock.now())


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as packed:
        found: dict[str, Any] = json.loads(packed.read("manifest.json"))
        return found


def _plain(value: Any) -> Any:
    """Return a value as it is on either database."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def everything(app: Flask) -> Rows:
    """Return every row of every table, read past the code that copies them."""
    found = {}
    with app.app_context(), db.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            columns = sorted(table.columns, key=lambda column: column.name)
            read = select(*(cast(c, Text) if isinstance(c.type, JSON) else c for c in columns))
            rows = [tuple(_plain(value) for value in row) for row in connection.execute(read)]
            found[table.name] = sorted(rows, key=repr)
    return found


def with_key(app: Flask, make_app: Callable[..., Flask]) -> Flask:
    """Start an installation anew: with the secret key that now lies in its folder."""
    settings: Settings = app.extensions["kiosk"].settings
    key = (settings.data / "secret-key").read_text().strip()
    known = replace(settings, secret_key=key)
    return make_app(data=known.data, database_url=known.database_url, secret_key=key)


def words_of(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of everything that the database holds."""
    with app.app_context(), db.engine.connect() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type.python_type, type) and column.type.python_type is bytes:
                    continue
                for value in connection.scalars(select(cast(column, Text))):
                    if value is not None:
                        yield f"{table.name}.{column.name}", _readable(value)


def _readable(value: str) -> str:
    # JSON is stored with escapes, behind which a name would hide.
    with suppress(ValueError):
        return json.dumps(json.loads(value), ensure_ascii=False)
    return value
