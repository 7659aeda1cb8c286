"""Bringing an installation up to this version: one node at a time, and never without a copy."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy import Engine
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import inspect
from sqlalchemy import select
from sqlalchemy import text

from kiosk import clock
from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.errors import Conflict
from kiosk.ops import backup
from kiosk.ops.generation import Installation
from kiosk.plugin import Plugin

# Any number that nothing else in the database locks: "kiosk" on a telephone's keys.
_LOCK = 54675
# Who brought each step: what names the plugin when it is not installed any more.
_OWNERS = "steps"


@dataclass(frozen=True)
class Upgraded:
    """What was done: the steps, in no order, and the copy that was made before them."""

    steps: tuple[str, ...] = ()
    copy: Path | None = None


def check(engine: Engine, plugins: list[Plugin]) -> None:
    """Raise Conflict, in one sentence, when the database has a step that nobody here knows.

    The step comes from a newer Kiosk or from a plugin that is not installed: going on would
    misread what is there. A database that was never made has none.
    """
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return
    with engine.connect() as connection:
        strange = migrate.unknown_steps(migrate.heads(connection), plugins)
        known = _owners(connection) if strange else {}
    if strange:
        code, words = migrate.refusal(strange[0], known, plugins)
        raise Conflict(code, _l("The database cannot be used: %(reason)s", reason=words))


def bring_up(engine: Engine, settings: Settings, plugins: list[Plugin]) -> Upgraded:
    """Run the steps that the database has not seen, after a copy; others wait meanwhile.

    Raises Conflict for a database that is newer than this version.
    """
    with _alone(engine, settings):
        check(engine, plugins)
        if migrate.is_current(engine, plugins):
            return Upgraded()
        with engine.connect() as connection:
            before = migrate.heads(connection)
        copy = _copy(engine, settings, plugins, clock.now()) if before else None
        missing = migrate.missing_steps(before, plugins)
        migrate.upgrade(engine, plugins, settings.secret_key)
        _remember(engine, plugins)
    return Upgraded(tuple(missing), copy)


def _copy(engine: Engine, settings: Settings, plugins: list[Plugin], now: datetime) -> Path:
    stamp = clock.local(now).strftime("%Y%m%d-%H%M%S")
    file = settings.data / f"before-upgrade-{stamp}.zip"
    backup.write(engine, settings, plugins, file, now)
    return file


@contextmanager
def _alone(engine: Engine, settings: Settings) -> Iterator[None]:
    """Hold the lock that every node of this database takes before it looks at the schema."""
    if engine.dialect.name == "postgresql":
        # A connection of its own: the lock is the session's, and steps commit.
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
        return
    file = Path(engine.url.database or settings.data / "kiosk").with_suffix(".upgrade.lock")
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _owners(connection: Connection) -> dict[str, str]:
    if not inspect(connection).has_table(Installation.__tablename__):
        return {}
    value = connection.scalar(select(Installation.value).where(Installation.key == _OWNERS))
    found: dict[str, str] = json.loads(value) if value else {}
    return found


def _remember(engine: Engine, plugins: list[Plugin]) -> None:
    with engine.begin() as connection:
        # What an uninstalled plugin brought stays known.
        known = {**_owners(connection), **migrate.owners(plugins)}
        connection.execute(delete(Installation).where(Installation.key == _OWNERS))
        connection.execute(insert(Installation).values(key=_OWNERS, value=json.dumps(known)))
