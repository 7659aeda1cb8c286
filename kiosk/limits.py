"""Rate limits, kept in the database so that they hold across workers and machines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite

from kiosk import clock
from kiosk.db import writing
from kiosk.errors import TooMany
from kiosk.people import Tries

_KEPT_MINUTES = 60


def limit(key: str, per_minute: int) -> None:
    """Count one try and raise TooMany when there were more than `per_minute` this minute.

    Commits by itself: call it outside `writing()`.
    """
    now = int(clock.now().timestamp())
    minute = now // 60
    with writing() as session:
        make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = (
            make(Tries)
            .values(key=key[:120], minute=minute, count=1)
            .on_conflict_do_update(
                index_elements=["key", "minute"], set_={"count": Tries.count + 1}
            )
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
