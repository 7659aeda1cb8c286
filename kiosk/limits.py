"""Rate limits, kept in the database so that they hold across workers and machines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import writing
from kiosk.errors import TooMany
from kiosk.people import Tries

_KEPT_MINUTES = 60


def count_try(session: Session, key: str, per_minute: int) -> None:
    """Count one try in the caller's transaction.

    Raises TooMany when there were more than `per_minute` this minute; the caller's
    transaction is then rolled back and the count stays at the limit.
    """
    now = int(clock.now().timestamp())
    minute = now // 60
    on_postgresql = session.connection().dialect.name == "postgresql"
    make = postgresql.insert if on_postgresql else sqlite.insert
    statement = (
        make(Tries)
        .values(key=key[:120], minute=minute, count=1)
        .on_conflict_do_update(index_elements=["key", "minute"], set_={"count": Tries.count + 1})
        .returning(Tries.count)
    )
    count = session.execute(statement).scalar_one()
    if count == 1:
        session.execute(delete(Tries).where(Tries.minute < minute - _KEPT_MINUTES))
    if count > per_minute:
        raise TooMany(
            "too_many",
            _l("Too many tries. Please wait a minute, then try again."),
            retry_after=60 - now % 60,
        )


def limit(key: str, per_minute: int) -> None:
    """Count one try and commit it; see `count_try`. Call it outside `writing()`."""
    with writing() as session:
        count_try(session, key, per_minute)
