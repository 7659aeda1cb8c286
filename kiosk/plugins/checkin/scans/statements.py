"""The SQL of a scan, built once: at the door every millisecond is somebody waiting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from typing import NamedTuple

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

from kiosk.db.compiled import Prepared
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Review
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations import queries as invitations

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
    "observer",
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


class Who(NamedTuple):
    """A delegate at the door, with seat and presence; `state` None: has not come."""

    id: int
    meeting_id: int
    name: str
    salutation: str
    title: str
    household_id: int | None
    removed_at: datetime | None
    group_name: str
    group_kind: str
    area_name: str | None
    number: str | None
    seat: str
    state: str | None
    first_at: datetime | None
    first_device: str | None
    first_token_id: int | None
    announced_name: str | None
    announced_relation: str | None


class PastScan(NamedTuple):
    """A scan row as part of the story of a seat."""

    id: int
    scan_id: str
    delegate_id: int
    token_id: int | None
    device: str
    verdict: str
    direction: str
    via: str
    offline: bool
    scanned_at: datetime
    received_at: datetime
    undoes: int | None
    observer: bool
    counts: bool | None
    substitute: dict[str, str] | None


class Place(NamedTuple):
    """A row of presence."""

    delegate_id: int
    household_id: int | None
    state: str
    since: datetime
    first_at: datetime
    first_device: str
    first_token_id: int | None
    via: str
    observer: bool
    substitute: dict[str, str] | None


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
        func.coalesce(func.nullif(Delegate.seat, ""), Group.zone).label("seat"),
        Presence.state,
        Presence.first_at,
        Presence.first_device,
        Presence.first_token_id,
        invitations.ANNOUNCED.c.announced_name,
        invitations.ANNOUNCED.c.announced_relation,
    )
    .join(Group, Group.id == Delegate.group_id)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .outerjoin(Presence, Presence.delegate_id == Delegate.id)
    .outerjoin(invitations.ANNOUNCED, invitations.ANNOUNCED.c.delegate_id == Delegate.id)
    .where(Delegate.id == bindparam("delegate_id")),
    Who,
)
# Guarded by the state before, so that of two at once only one changes anything.
MOVE = Prepared(
    update(Presence)
    .where(Presence.delegate_id == bindparam("about"), Presence.state == bindparam("before"))
    .values(state=bindparam("after"), since=bindparam("moved_at"))
    .returning(Presence.delegate_id)
)
SEAT_HOLDER = Prepared(
    select(
        Delegate.id, Delegate.name, Delegate.salutation, Presence.first_at, Presence.first_device
    )
    .join(Presence, Presence.delegate_id == Delegate.id)
    .where(Presence.household_id == bindparam("household_id"))
)

# Who shares a seat: the members of a household, or one alone.
_SHARING = or_(
    Delegate.id == bindparam("delegate_id"),
    Delegate.household_id == bindparam("household_id", type_=Integer),
)
STORY = Prepared(
    select(*(getattr(Scan, name) for name in PastScan._fields))
    .where(Scan.delegate_id.in_(select(Delegate.id).where(_SHARING)))
    .order_by(Scan.id),
    PastScan,
)
PLACES = Prepared(
    select(*(getattr(Presence, name) for name in Place._fields)).where(
        Presence.delegate_id.in_(select(Delegate.id).where(_SHARING))
    ),
    Place,
)
_KEPT = [name for name in Place._fields if name != "delegate_id"]
PLACE = Prepared(
    update(Presence)
    .where(Presence.delegate_id == bindparam("about"))
    .values({name: bindparam(name) for name in _KEPT})
)
FORGET = Prepared(delete(Presence).where(Presence.delegate_id == bindparam("about")))


def _open_review(make: Any) -> Any:
    """Return "open the review of a seat, or open it again": what came changes the picture."""
    names = ("meeting_id", "seat", "delegate_id", "opened_at")
    return (
        make(Review)
        .values({**{name: bindparam(name) for name in names}, "decided_by": ""})
        .on_conflict_do_update(
            index_elements=["meeting_id", "seat"],
            set_={"decision": None, "decided_at": None, "decided_by": ""},
        )
    )


OPEN_REVIEW = Prepared(
    {"sqlite": _open_review(sqlite.insert), "postgresql": _open_review(postgresql.insert)}
)
# What turned out to be in order needs no review; what somebody has decided stays.
CLOSE_REVIEW = Prepared(
    delete(Review).where(
        Review.meeting_id == bindparam("meeting_id"),
        Review.seat == bindparam("seat"),
        Review.decision.is_(None),
        Review.added_id.is_(None),
    )
)
ADD_WALK_IN = insert(Delegate).returning(Delegate.id)
