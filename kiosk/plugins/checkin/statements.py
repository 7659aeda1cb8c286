"""The SQL of a scan, built once: at the door every millisecond is somebody waiting."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite

from kiosk.model import Area
from kiosk.model import Delegate
from kiosk.model import Group
from kiosk.model import Household
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.prepared import Prepared

_RECORDED = (
    "meeting_id",
    "scan_id",
    "content",
    "token_id",
    "device",
    "delegate_id",
    "verdict",
    "direction",
    "via",
    "offline",
    "scanned_at",
    "received_at",
    "flags",
    "effect",
    "undoes",
    "substitute",
    "answer",
)
_ENTERED = (
    "delegate_id",
    "meeting_id",
    "household_id",
    "state",
    "since",
    "first_at",
    "first_device",
    "first_token_id",
    "via",
    "observer",
    "substitute",
)


def _insert_or_nothing(table: type[Any], names: tuple[str, ...], key: Any) -> Prepared:
    """Return "insert unless it is there, and say whether"."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return Prepared(
        {
            "sqlite": sqlite.insert(table).values(values).on_conflict_do_nothing().returning(key),
            "postgresql": postgresql.insert(table)
            .values(values)
            .on_conflict_do_nothing()
            .returning(key),
        }
    )


# On PostgreSQL: the scans of a meeting one after another, as the row of the view's version
# would have them in any case; two devices that send many at once would wait for each other
# other needs (a deadlock). The first number tells this lock from others.
ONE_AFTER_ANOTHER = Prepared(
    select(func.pg_advisory_xact_lock(literal(20231026), bindparam("meeting_id", type_=Integer)))
)
RECORD = _insert_or_nothing(Scan, _RECORDED, Scan.id)
ENTER = _insert_or_nothing(Presence, _ENTERED, Presence.delegate_id)

BY_SCAN_ID = select(Scan).where(
    Scan.meeting_id == bindparam("meeting_id"), Scan.scan_id == bindparam("scan_id")
)
WHO = Prepared(
    select(
        Delegate.id,
        Delegate.meeting_id,
        Delegate.name,
        Delegate.salutation,
        Delegate.title,
        Delegate.household_id,
        Delegate.removed_at,
        Group.name.label("group_name"),
        Group.kind.label("group_kind"),
        Area.name.label("area_name"),
        Household.number,
        Presence.state,
        Presence.since,
        Presence.first_at,
        Presence.first_device,
        Presence.first_token_id,
        Presence.observer,
        Presence.substitute,
    )
    .join(Group, Group.id == Delegate.group_id)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .outerjoin(Presence, Presence.delegate_id == Delegate.id)
    .where(Delegate.id == bindparam("delegate_id"))
)
# Guarded by the state before, so that of two at once only one changes anything.
MOVE = Prepared(
    update(Presence)
    .where(Presence.delegate_id == bindparam("about"), Presence.state == bindparam("before"))
    .values(state=bindparam("after"), since=bindparam("moved_at"))
    .returning(Presence.delegate_id)
)
EARLIER = Prepared(
    update(Presence)
    .where(Presence.delegate_id == bindparam("about"), Presence.first_at > bindparam("earlier"))
    .values(first_at=bindparam("earlier"))
)
FORGET = Prepared(delete(Presence).where(Presence.delegate_id == bindparam("about")))
SEAT_HOLDER = Prepared(
    select(Delegate.id, Delegate.name, Delegate.salutation, Presence.first_at)
    .join(Presence, Presence.delegate_id == Delegate.id)
    .where(Presence.household_id == bindparam("household_id"))
)
LAST_EFFECT = Prepared(
    select(Scan.id, Scan.effect, Scan.received_at)
    .where(
        Scan.delegate_id == bindparam("delegate_id"),
        or_(*(Scan.effect == effect for effect in ("first", "return", "left"))),
        Scan.id.not_in(select(Scan.undoes).where(Scan.undoes.is_not(None))),
    )
    .order_by(Scan.id.desc())
    .limit(1)
)
ADD_WALK_IN = insert(Delegate).returning(Delegate.id)
