"""Reviews: both records side by side, three readings, one decision that can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.events import announce
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Household
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Review
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.checkin.reviews import rules as reviews
from kiosk.plugins.checkin.scans import reconcile
from kiosk.plugins.checkin.scans import rules
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.statements import PastScan
from kiosk.plugins.checkin.scans.timeline_rules import Pass
from kiosk.plugins.checkin.scans.timeline_rules import fold
from kiosk.plugins.checkin.scans.values import Door

_MEASURED = 40


@dataclass(frozen=True)
class Record:
    """One of the scans in question; `ahead` is how far its device's clock is ahead."""

    row: int
    delegate_id: int
    name: str
    device: str
    at: datetime
    received_at: datetime
    via: str
    offline: bool
    ahead: timedelta | None

    @property
    def really(self) -> datetime:
        """The time by the server's clock, as far as it is known."""
        return self.at - (self.ahead or timedelta())


@dataclass(frozen=True)
class Case:
    """A review with all that is known; `present_since` is what counts now."""

    id: int
    kind: str
    name: str
    area: str
    household: str
    records: tuple[Record, ...]
    decision: str | None
    decided_at: datetime | None
    decided_by: str
    present_since: datetime | None

    @property
    def readings(self) -> tuple[str, ...]:
        """How it may be read."""
        return reviews.READINGS[self.kind]

    @property
    def apart(self) -> timedelta:
        """How long after the first record the last was made."""
        times = [record.at for record in self.records]
        return max(times) - min(times) if times else timedelta()


def count_waiting(session: Session, meeting_id: int) -> int | None:
    """Return how many reviews wait for a decision; None for none."""
    found = session.scalar(
        select(func.count())
        .select_from(Review)
        .where(Review.meeting_id == meeting_id, Review.decision.is_(None))
    )
    return found or None


def cases(door: Door) -> list[Case]:
    """Return every review of the meeting, those without a decision first."""
    rows = door.session.scalars(
        select(Review)
        .where(Review.meeting_id == door.meeting.id)
        .order_by(Review.decision.is_not(None), Review.id)
    )
    return [_case(door, review) for review in rows]


def _case(door: Door, review: Review) -> Case:
    delegate, area, number = door.session.execute(
        select(Delegate, Area.name, Household.number)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .where(Delegate.id == review.delegate_id)
    ).one()
    kind, scans = _in_question(door, _seat(delegate))
    records = tuple(_record(door, scan) for scan in scans)
    since = door.session.scalar(
        select(Presence.first_at).where(Presence.delegate_id == review.delegate_id)
    )
    return Case(
        id=review.id,
        kind=kind,
        name=vietnamese.greeting(delegate.salutation, delegate.name),
        area=area or "",
        household=number or "",
        records=records,
        decision=review.decision,
        decided_at=review.decided_at,
        decided_by=review.decided_by,
        present_since=since,
    )


def _seat(delegate: Delegate) -> reconcile.Seat:
    return reconcile.Seat(delegate.id, delegate.household_id)


def _in_question(door: Door, seat: reconcile.Seat) -> tuple[str, list[PastScan]]:
    """Return what the review is about, and the scans it is about in their own order.

    As the devices left it: what a decision left out or let in stays in the picture.
    """
    story = reconcile.read(door, seat, decided=False)
    doubtful = fold(story.passes).doubtful
    kind = reviews.kind_of(one.who for one in doubtful.values())
    if kind == "worthless":
        return kind, [row for row in story.scans if reconcile.is_worthless(row)]
    order: list[Pass] = sorted(doubtful.values(), key=lambda one: one.order)
    rows = {row.scan_id: row for row in story.scans}
    return kind, [rows[one.key] for one in order]


def _record(door: Door, row: PastScan) -> Record:
    name, salutation = door.session.execute(
        select(Delegate.name, Delegate.salutation).where(Delegate.id == row.delegate_id)
    ).one()
    return Record(
        row=row.id,
        delegate_id=row.delegate_id,
        name=vietnamese.greeting(salutation, name),
        device=row.device,
        at=row.scanned_at,
        received_at=row.received_at,
        via=row.via,
        offline=row.offline,
        ahead=_ahead(door, row),
    )


def _ahead(door: Door, row: PastScan) -> timedelta | None:
    times = door.session.execute(
        select(Scan.scanned_at, Scan.received_at)
        .where(
            Scan.meeting_id == door.meeting.id,
            Scan.token_id == row.token_id,
            Scan.offline.is_(False),
        )
        .order_by(Scan.id.desc())
        .limit(_MEASURED)
    )
    pairs = [(a, b) for a, b in times if not rules.is_late(a, b)]
    measured = reviews.skew(pairs)
    if measured is None and row.scanned_at > row.received_at:
        return row.scanned_at - row.received_at
    return measured


def decide(door: Door, review_id: int, decision: str, guest: str) -> str:
    """Write down how a review is read and make the presence follow; returns the name.

    `guest` is what the second person of one letter is called until the name is known.
    """
    if door.line.on_postgresql:
        door.line.first(statements.ONE_AFTER_ANOTHER, meeting_id=door.meeting.id)
    session = door.session
    review = session.get(Review, review_id)
    if review is None or review.meeting_id != door.meeting.id:
        raise NotFound("no_review", _l("There is no such review."))
    delegate = session.get_one(Delegate, review.delegate_id)
    seat = _seat(delegate)
    kind, scans = _in_question(door, seat)
    if decision not in reviews.READINGS[kind]:
        words = _l("Please choose one of the three readings.")
        raise Refused("invalid", words, fields={"decision": words})
    before = review.decision
    _let_count(door, scans, decision, delegate.id)
    moved = _follow(door, seat, scans)
    moved += _second_person(door, review, delegate, scans, guest, wanted=decision == "two_people")
    review.decision, review.decided_at = decision, door.now
    review.decided_by = door.actor.name
    session.flush()
    ledger.record(
        session,
        door.meeting.id,
        "presence.reviewed",
        actor=door.actor.name,
        subject=f"delegate:{delegate.id}",
        facts={"decision": decision, "before": before},
    )
    for event in moved:
        announce(session, event)
    return vietnamese.greeting(delegate.salutation, delegate.name)


def _let_count(door: Door, scans: list[PastScan], decision: str, first: int) -> None:
    """Say which of the scans count; without a word each counts by its verdict."""
    holder = scans[0].delegate_id if scans else first
    for row in scans:
        counts: bool | None = None
        if decision == "let_in":
            counts = True
        elif decision == "first_only" and row.delegate_id != holder:
            counts = False
        door.session.execute(update(Scan).where(Scan.id == row.id).values(counts=counts))


def _follow(door: Door, seat: reconcile.Seat, scans: list[PastScan]) -> list[object]:
    story = reconcile.read(door, seat)
    members = {*story.members, *(row.delegate_id for row in scans)}
    return reconcile.settle(door, seat, fold(story.passes), members)


def _second_person(
    door: Door,
    review: Review,
    delegate: Delegate,
    scans: list[PastScan],
    guest: str,
    *,
    wanted: bool,
) -> list[object]:
    """Put the second person of one letter on the list as an observer, or take them off."""
    added = door.session.get(Delegate, review.added_id) if review.added_id else None
    if not wanted:
        if added is None or added.removed_at is not None:
            return []
        added.removed_at = door.now
        door.line.run(statements.FORGET, about=added.id)
        return [EntryUndone(door.meeting.id, added.id)]
    if added is None:
        added = _new_guest(door, delegate, guest)
        review.added_id = added.id
    added.removed_at = None
    door.session.flush()
    door.line.scalar(statements.ENTER, **_observing(door, added.id, scans[-1]))
    return [DelegateArrived(door.meeting.id, added.id, first=True)]


def _new_guest(door: Door, delegate: Delegate, name: str) -> Delegate:
    added = Delegate(
        meeting_id=delegate.meeting_id,
        group_id=delegate.group_id,
        area_id=delegate.area_id,
        household_id=delegate.household_id,
        name=vietnamese.clean(name)[:200],
        origin="walk_in",
        folded=vietnamese.search_key(name)[:600],
        sort_key=vietnamese.sort_key(name)[:600],
        created_at=door.now,
    )
    door.session.add(added)
    door.session.flush()
    return added


def _observing(door: Door, delegate_id: int, row: PastScan) -> dict[str, Any]:
    begins = door.earliest(offline=row.offline)
    at = rules.counted_at(row.scanned_at, row.received_at, begins)
    return {
        "delegate_id": delegate_id,
        "meeting_id": door.meeting.id,
        "household_id": None,
        "state": "in",
        "since": at,
        "first_at": at,
        "first_device": row.device,
        "first_token_id": row.token_id,
        "via": row.via,
        "observer": True,
        "substitute": None,
    }
