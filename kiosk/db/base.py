"""The database: one base class, one way to write, and what a connection does.

Reading uses `db.session`, whose transactions begin deferred. Writing goes through
`writing()`: writers queue on a lock, in the process and then across processes, before
`BEGIN IMMEDIATE`. SQLite's own busy-wait is unfair and starves writers for hundreds of
milliseconds; the queue keeps the slowest answer near the usual one. PostgreSQL has row
locks and needs no queue.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime
from sqlalchemy import Dialect
from sqlalchemy import Engine
from sqlalchemy import MetaData
from sqlalchemy import String
from sqlalchemy import TypeDecorator
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session

from kiosk import events

# What an id column holds on PostgreSQL; on SQLite it could be larger.
LARGEST_ID = 2**31 - 1

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=_NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("kiosk_writing", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in and out, kept in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; a naive one is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: take the time from kiosk.clock")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_text(length: int) -> String:
    """Return a text type compared byte by byte on both databases, for sort keys."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class WriterQueue:
    """One writer at a time: first among the threads, then among the processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._owner = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, hold it, give it back."""
        with self._threads:
            file = self._handle()
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    def _handle(self) -> int:
        # A lock belongs to the open file: after a fork each process needs its own.
        if self._file is None or self._owner != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._owner = os.getpid()
        return self._file


@contextmanager
def _no_queue() -> Iterator[None]:
    yield


@contextmanager
def writing() -> Iterator[Session]:
    """Open the request's one write transaction, commit it, then publish its events.

    Ends an open read transaction first, so that nothing decided on is stale. An
    exception rolls everything back and forgets the announced events.
    """
    session = db.session()
    if _writing.get():
        raise RuntimeError("writing() is open already: one commit per request")
    session.rollback()
    queue: WriterQueue | None = current_app.extensions.get("kiosk.writers")
    with queue.turn() if queue else _no_queue():
        token = _writing.set(True)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            events.take(session)
            raise
        finally:
            _writing.reset(token)
    events.publish(events.take(session))


def engine_options(url: str) -> dict[str, Any]:
    """Return the pool's options. Streams hold no connection, so the pool stays small."""
    options: dict[str, Any] = {
        "pool_size": 8,
        "max_overflow": 40,
        "pool_timeout": 10,
        # The connection used last: its page cache is warm, the others' stay small.
        "pool_use_lifo": True,
        # What was being stored is nobody's business who reads a log.
        "hide_parameters": True,
    }
    if url.startswith("postgresql"):
        options["pool_pre_ping"] = True
    return options


def prepare(engine: Engine) -> None:
    """Say what a connection does when it opens and when a transaction begins."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "cache_size=-512",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@event.listens_for(Session, "before_flush")
def _only_when_writing(session: Session, _context: object, _objects: object) -> None:
    # A flush on a read transaction would be rolled back in silence at the end of the request.
    if not _writing.get() and not session.info.get("kiosk.free"):
        raise RuntimeError("write inside `with writing()`")
