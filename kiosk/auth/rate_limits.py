"""Rate limits, kept in the database so that they hold across workers and machines."""

from __future__ import annotations

from ipaddress import IPv4Address
from ipaddress import ip_address
from ipaddress import ip_network

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import TooMany
from kiosk.models import Tries

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
        raise _too_many(now)


def _too_many(now: int) -> TooMany:
    words = _l("Too many tries. Please wait a minute, then try again.")
    return TooMany("too_many", words, retry_after=60 - now % 60)


def limit(key: str, per_minute: int) -> None:
    """Count one try and commit it; see `count_try`. Call it outside `writing()`."""
    now = int(clock.now().timestamp())
    count = db.session.scalar(
        select(Tries.count).where(Tries.key == key[:120], Tries.minute == now // 60)
    )
    if count is not None and count >= per_minute:
        # Who floods us does not even queue among the writers.
        db.session.rollback()
        raise _too_many(now)
    with writing() as session:
        count_try(session, key, per_minute)


def give_back(*keys: str) -> None:
    """Take back one counted try of each key that turned out well; outside `writing()`."""
    minute = int(clock.now().timestamp()) // 60
    with writing() as session:
        session.execute(
            update(Tries)
            .where(
                Tries.key.in_([key[:120] for key in keys]), Tries.minute == minute, Tries.count > 0
            )
            .values(count=Tries.count - 1)
        )


def network_of(address: str | None) -> str:
    """Return whose tries count together: an IPv4 address, of IPv6 the network (/64).

    A household has 2^64 IPv6 addresses, and only one IPv4 address.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, 64), strict=False))
