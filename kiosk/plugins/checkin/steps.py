"""The steps of a scan: who it is about, and what is tried in the database."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import ledger
from kiosk import text
from kiosk.access import Actor
from kiosk.limits import count_try
from kiosk.model import Area
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin import statements
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings
from kiosk.prepared import Line
from kiosk.prepared import line

STRANGE_CODES_PER_MINUTE = 60


@dataclass(frozen=True)
class Attempt:
    """One scan as the device sent it."""

    scan_id: str
    code: str
    scanned_at: datetime
    via: str = "camera"
    direction: str = "in"
    delegate: int | None = None
    substitute: dict[str, str] | None = None
    walk_in: dict[str, str] | None = None
    observer: bool = False
    offline: bool = False


@dataclass
class Door:
    """What a scan is decided with: the meeting, the device, the moment."""

    session: Session
    meeting: Meeting
    actor: Actor
    roles: frozenset[str]
    now: datetime
    day_begins: datetime = field(init=False)
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        # Asked for once: a session takes its time to hand its connection out.
        self.line = line(self.session)
        day = clock.local(self.meeting.starts_at).date()
        self.day_begins = datetime.combine(day, time.min, clock.VN)


@dataclass
class Outcome:
    """What came of a scan, before it is written down."""

    verdict: str
    who: Any = None
    effect: str | None = None
    undoes: int | None = None
    kind: str = ""
    event: object = None
    facts: dict[str, Any] = field(default_factory=dict)


def find(door: Door, delegate_id: int) -> Any:
    """Return the delegate with seat and presence, as one row."""
    return door.line.first(statements.WHO, delegate_id=delegate_id)


def act(door: Door, attempt: Attempt) -> Outcome:
    """Decide the scan and change what it changes; writes no scan row."""
    if attempt.walk_in is not None:
        return _enter(door, attempt, find(door, _add_walk_in(door, attempt.walk_in)))
    kind, delegate_id, facts = _identify(door, attempt)
    who = find(door, delegate_id) if delegate_id is not None else None
    step = rules.decide(
        rules.Situation(
            kind=kind,
            direction=attempt.direction,
            doors_open=meetings.doors_open(door.meeting, _counted(door, attempt)),
            state=who.state if who is not None else None,
            offline=attempt.offline,
            same_device=who is None or who.first_token_id == door.actor.token_id,
        )
    )
    if step == "admit":
        return _enter(door, attempt, who)
    if step in {"return", "leave"}:
        return _move(door, attempt, who, step)
    if step == "undo":
        return _undo(door, who)
    # A worthless letter may be in other hands: it tells no name.
    shown = who if kind == "current" else None
    return _told(door, attempt, step, shown, facts)


def _identify(door: Door, attempt: Attempt) -> tuple[str, int | None, dict[str, Any]]:
    if attempt.delegate is not None:
        who = find(door, attempt.delegate)
        if who is None or who.meeting_id != door.meeting.id or who.removed_at is not None:
            return "unknown", None, {}
        return "current", who.id, {}
    paired = door.actor.kind == "token" or "organiser" in door.roles
    found = invitations.resolve(door.session, door.meeting.id, attempt.code, short_codes=paired)
    if found.kind in {"unknown", "mistyped"}:
        count_try(
            door.session,
            f"codes:{door.actor.kind}:{door.actor.id}",
            STRANGE_CODES_PER_MINUTE,
        )
    if found.kind == "id_card":
        return "id_card", None, {"candidates": _candidates(door, attempt.code)}
    if found.other is not None:
        other = {
            "title": found.other.title,
            "starts_at": clock.rfc3339(found.other.starts_at),
            "venue": found.other.venue,
        }
        return found.kind, None, {"other": other}
    return found.kind, found.delegate_id, {}


def _candidates(door: Door, raw: str) -> list[dict[str, Any]]:
    person = rules.id_card(raw)
    return [] if person is None else queries.alike(door.session, door.meeting.id, *person)


def _counted(door: Door, attempt: Attempt) -> datetime:
    return rules.counted_at(attempt.scanned_at, door.now, door.day_begins)


def _told(door: Door, attempt: Attempt, verdict: str, who: Any, facts: dict[str, Any]) -> Outcome:
    if verdict in {"already_in", "review"}:
        at = _counted(door, attempt)
        facts = {**facts, "first": _first(who)}
        if verdict == "review":
            door.line.run(statements.EARLIER, about=who.id, earlier=at)
    if verdict == "not_open":
        opens = door.meeting.doors_open_at
        facts = {
            **facts,
            "opens_at": clock.rfc3339(opens),
            "over": door.now > door.meeting.ends_at,
        }
    kind = "presence.review" if verdict == "review" else ""
    return Outcome(verdict, who, facts=facts, kind=kind)


def _first(who: Any) -> dict[str, str]:
    return {"at": clock.rfc3339(who.first_at), "device": who.first_device}


def _enter(door: Door, attempt: Attempt, who: Any) -> Outcome:
    at = _counted(door, attempt)
    seat = None if attempt.observer else who.household_id
    entered = door.line.scalar(
        statements.ENTER,
        delegate_id=who.id,
        meeting_id=door.meeting.id,
        household_id=seat,
        state="in",
        since=at,
        first_at=at,
        first_device=door.actor.name,
        first_token_id=door.actor.token_id,
        via=attempt.via,
        observer=attempt.observer,
        substitute=attempt.substitute,
    )
    if entered is None:
        return _too_late(door, attempt, who)
    facts = {"at": clock.rfc3339(at), "observer": attempt.observer}
    if attempt.substitute:
        facts["substitute"] = attempt.substitute
    arrived = DelegateArrived(door.meeting.id, who.id, first=True)
    return Outcome("admitted", who, effect="first", kind="presence.in", event=arrived, facts=facts)


def _too_late(door: Door, attempt: Attempt, who: Any) -> Outcome:
    """Say who was faster: the same person elsewhere, or a member of the household."""
    again = find(door, who.id)
    if again.state is not None:
        return _told(door, attempt, "already_in", again, {})
    holder = door.line.first(statements.SEAT_HOLDER, household_id=who.household_id)
    facts: dict[str, Any] = {}
    if holder is not None:
        facts["seat_holder"] = text.called(holder.salutation, holder.name)
        facts["first"] = {"at": clock.rfc3339(holder.first_at), "device": ""}
    return Outcome("household_in", who, facts=facts)


def _move(door: Door, attempt: Attempt, who: Any, step: str) -> Outcome:
    before, after = ("in", "out") if step == "leave" else ("out", "in")
    at = _counted(door, attempt)
    moved = door.line.scalar(statements.MOVE, about=who.id, before=before, after=after, moved_at=at)
    if moved is None:
        return _told(door, attempt, "already_in" if after == "in" else "not_inside", who, {})
    facts = {"at": clock.rfc3339(at)}
    if step == "leave":
        left = DelegateLeft(door.meeting.id, who.id)
        return Outcome("left", who, effect="left", kind="presence.out", event=left, facts=facts)
    back = DelegateArrived(door.meeting.id, who.id, first=False)
    return Outcome("admitted", who, effect="return", kind="presence.in", event=back, facts=facts)


def _undo(door: Door, who: Any) -> Outcome:
    last = door.line.first(statements.LAST_EFFECT, delegate_id=who.id)
    if last is None or not rules.may_undo(last.received_at, door.now):
        return Outcome("nothing_to_undo", who)
    if last.effect == "first":
        door.line.run(statements.FORGET, about=who.id)
    else:
        before, after = ("in", "out") if last.effect == "return" else ("out", "in")
        door.line.run(statements.MOVE, about=who.id, before=before, after=after, moved_at=door.now)
    undone = EntryUndone(door.meeting.id, who.id)
    return Outcome(
        "undone", who, effect="undone", undoes=last.id, kind="presence.undone", event=undone
    )


def _add_walk_in(door: Door, walk_in: dict[str, str]) -> int:
    name = text.titled(walk_in["name"])
    areas = select(Area).where(Area.meeting_id == door.meeting.id)
    wanted = text.fold(walk_in.get("area", ""))
    area = next((a for a in door.session.scalars(areas) if text.fold(a.name) == wanted), None)
    group_id = door.session.scalar(
        select(Group.id)
        .where(Group.meeting_id == door.meeting.id)
        .order_by(Group.kind != "guest", Group.kind != "household", Group.rank)
    )
    searched = f"{name} {area.name if area else ''}"
    added = door.session.execute(
        statements.ADD_WALK_IN,
        {
            "meeting_id": door.meeting.id,
            "group_id": group_id,
            "area_id": area.id if area else None,
            "name": name[:200],
            "salutation": walk_in.get("salutation", ""),
            "title": "",
            "phone": "",
            "note": "",
            "origin": "walk_in",
            "folded": text.search_key(searched)[:600],
            "sort_key": text.sort_key(name)[:600],
            "created_at": door.now,
        },
    ).scalar_one()
    ledger.record(
        door.session,
        door.meeting.id,
        "delegate.walk_in",
        actor=door.actor.name,
        subject=f"delegate:{added}",
    )
    return int(added)
