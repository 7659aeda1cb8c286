"""Noticing that another connection committed something."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any
from typing import Protocol

import psycopg
from sqlalchemy import Engine

from kiosk.db.ledger import CHANNEL

POLL_SECONDS = 0.03


class Tail(Protocol):
    """Waits for commits."""

    def __enter__(self) -> Tail:
        """Open the connection."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""

    def moved(self, seconds: float) -> bool:
        """Wait at most so long; say whether anything was committed since the last call."""


class SqliteTail:
    """Asks `PRAGMA data_version`, which is a look at shared memory: idle cost is nil."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen = -1

    def __enter__(self) -> SqliteTail:
        # A raw connection outside any transaction: inside one the pragma stands still.
        self._connection: Any = self._engine.raw_connection()
        self._cursor = self._connection.cursor()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def moved(self, seconds: float) -> bool:
        """Poll until something was committed or the time is over."""
        until = time.monotonic() + seconds
        while True:
            version = self._cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._seen:
                self._seen = version
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(POLL_SECONDS, left))


class PostgresTail:
    """LISTENs on the ledger's channel."""

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def __enter__(self) -> PostgresTail:
        self._connection = psycopg.connect(self._url, autocommit=True)
        try:
            self._connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def moved(self, seconds: float) -> bool:
        """Wait for a notification; several that came together count once."""
        return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))


def tail_of(engine: Engine) -> Tail:
    """Return the tail that fits the database."""
    return SqliteTail(engine) if engine.dialect.name == "sqlite" else PostgresTail(engine)
