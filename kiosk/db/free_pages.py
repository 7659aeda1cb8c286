"""What was deleted or written over, taken out of the database's files too."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine
from sqlalchemy import text


def forget(engine: Engine) -> bool:
    """Write the database anew: erased rows would stay readable in its free pages.

    Returns False when others use the database too much for that right now.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM FULL"))
            return True
        cursor = connection.connection.cursor()
        try:
            cursor.execute("VACUUM")
            busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        finally:
            cursor.close()
        return not busy
