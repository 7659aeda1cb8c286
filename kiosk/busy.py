"""Temporary trouble of the database: locked, full, restarting or away.

None of it is a mistake of the asker or of ours, and all of it passes: whoever asked is told
to send again. Nothing was written, so sending again is safe.
"""

from __future__ import annotations

import sqlite3

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiosk.errors import Unavailable

RETRY_SECONDS = 2
# Primary result codes of SQLite (https://www.sqlite.org/rescode.html): busy, locked, out of
# memory, disk I/O, full, cannot open, lock protocol.
_SQLITE = frozenset({5, 6, 7, 10, 13, 14, 15})
# SQLSTATE classes and states of PostgreSQL (appendix A of its manual): connection, insufficient
# resources, shut down or starting, a write refused by a standby; then deadlock, serialization
# failure and a lock that was not to be had in time.
_CLASSES = ("08", "53", "57P")
_STATES = frozenset({"25006", "40001", "40P01", "55P03"})


def refusal() -> Unavailable:
    """Return what whoever asked is told."""
    words = _l("The data cannot be reached for a moment. Nothing was lost; please send it again.")
    return Unavailable("busy", words, retry_after=RETRY_SECONDS)


def is_busy(error: BaseException | None) -> bool:
    """Whether this error of the database passes by itself; looks through its causes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, PoolTimeout) or _passes(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _passes(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _passes(error.orig or Exception())
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and (code & 0xFF) in _SQLITE
    if not any(kind.__module__.startswith("psycopg") for kind in type(error).__mro__):
        return False
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:
        # Refused, cut off or never answered: the driver knows no state for it.
        return type(error).__name__ in {"OperationalError", "InterfaceError"}
    return state.startswith(_CLASSES) or state in _STATES
