"""Whether this process could write something down now, asked by whoever watches it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import Engine

from kiosk import busy
from kiosk.errors import Unavailable

# Less free space than this and the next commit may not fit: a page of the database, the same
# in the log, and what the file system keeps for itself.
SMALLEST_FREE = 256 * 1024
# Our own writers hold the lock for milliseconds; a second of it is somebody else's.
_PATIENCE_MS = 1000


def check_writing(engine: Engine, data: Path) -> None:
    """Look whether the disk has room and the file can be locked; changes nothing.

    Raises Unavailable `disk_full` or `busy`. PostgreSQL looks after its own disk and locks.
    """
    if engine.dialect.name != "sqlite":
        return
    file = Path(engine.url.database or data)
    found = os.statvfs(file.parent)
    if found.f_bavail * found.f_frsize < SMALLEST_FREE:
        raise Unavailable(
            "disk_full", _l("The disk is full. Please free some space; nothing was lost.")
        )
    looking = sqlite3.connect(file, timeout=_PATIENCE_MS / 1000, isolation_level=None)
    try:
        looking.execute("BEGIN IMMEDIATE")
        looking.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise busy.refusal() from error
    finally:
        looking.close()
