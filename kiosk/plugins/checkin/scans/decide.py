"""The steps of a scan: who it is about, and what is tried in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kiosk import clock
from kiosk import vietnamese
from kiosk.auth.rate_limits import count_try
from kiosk.db import ledger
from kiosk.models import Area
from kiosk.models import Group
from kiosk.models import Meeting
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.scans import guessing
from kiosk.plugins.checkin.scans import reconcile
from kiosk.plugins.checkin.scans import rules
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.statements import Who
from kiosk.plugins.checkin.scans.values import Attempt as Attempt
from kiosk.plugins.checkin.scans.values import Door as Door
from kiosk.plugins.checkin.scans.values import Outcome
from kiosk.plugins.checkin.scans.values import find
from kiosk.plugins.checkin.scans.values import first_of
from kiosk.plugins.checkin.scans.values import opening
from kiosk.plugins.checkin.scans.values import record_of
from kiosk.plugins.invitations import queries as invitations

# Codes that are not ours and ID cards, which are no codes at all.
STRANGE_CODES_PER_MINUTE = 60


def act(door: Door, attempt: Attempt) -> Outcome:
    """Decide the scan and change what it changes; writes no scan row."""
    if attempt.walk_in is not None:
        return _walk_in(door, attempt, attempt.walk_in)
    kind, delegate_id, facts = _identify(door, attempt)
    who = find(door, delegate_id) if delegate_id is not None else None
    if who is None or (kind != "current" and not _only_leaves(attempt, kind, who)):
        return _refused(door, attempt, kind, who, facts)
    if reconcile.is_needed(door, attempt, who):
        return reconcile.merge(door, attempt, who)
    step = rules.decide(rules.Situation(attempt.direction, door.is_open(attempt), who.state))
    if step == "admit":
        return _enter(door, attempt, who)
    if step in {"return", "leave"}:
        return _move(door, attempt, who, step)
    return _told(door, step, who)


def _only_leaves(attempt: Attempt, kind: str, who: Who) -> bool:
    # Who is off the list and in the hall would stay in its head count for ever.
    return kind == "cancelled" and attempt.direction == "out" and who.state == "in"


def _walk_in(door: Door, attempt: Attempt, walk_in: dict[str, str]) -> Outcome:
    if not door.is_open(attempt):
        return Outcome("not_open", facts=opening(door))
    added = find(door, _add_walk_in(door, walk_in))
    if added is None:
        raise RuntimeError("a guest who was just added is gone")
    return _enter(door, attempt, added)


def _refused(
    door: Door, attempt: Attempt, kind: str, who: Who | None, facts: dict[str, Any]
) -> Outcome:
    # A worthless letter may be in other hands: the row keeps whose it was, nobody is told.
    if who is None:
        return Outcome(rules.REFUSED[kind], facts=facts)
    if attempt.offline and attempt.direction == "in":
        reconcile.open_review(door, reconcile.Seat(who.id, who.household_id))
    return Outcome(rules.REFUSED[kind], about=who.id, facts=facts)


def _chosen(
    door: Door, attempt: Attempt, delegate_id: int
) -> tuple[str, int | None, dict[str, Any]]:
    """Return whom a helper chose from the list."""
    who = find(door, delegate_id)
    if who is None or who.meeting_id != door.meeting.id:
        return "unknown", None, {}
    if who.removed_at is not None and not _only_leaves(attempt, "cancelled", who):
        return "unknown", None, {}
    return "current", who.id, {}


def _identify(door: Door, attempt: Attempt) -> tuple[str, int | None, dict[str, Any]]:
    if attempt.delegate is not None:
        return _chosen(door, attempt, attempt.delegate)
    if attempt.is_card:
        # A card never admits by itself, whatever it says: somebody is chosen, or nobody fits.
        _count_strange(door)
        return "id_card", None, {"candidates": _candidates(door, attempt)}
    paired = door.actor.kind == "token" or "organiser" in door.roles
    found = invitations.resolve(door.session, door.meeting.id, attempt.read, short_codes=paired)
    if attempt.is_guess:
        # Counted by `guessing.ask` before; what turns out to be ours was no guess.
        if found.kind != "unknown":
            guessing.is_ours(door, attempt)
    elif found.kind in {"unknown", "mistyped"}:
        _count_strange(door)
    if found.other is not None:
        return found.kind, None, {"other": _meeting_facts(found.other)}
    return found.kind, found.delegate_id, {}


def _meeting_facts(other: Meeting) -> dict[str, str]:
    """Return what a door may say of another meeting: which, when and where, nobody's name."""
    return {
        "title": other.title,
        "starts_at": clock.rfc3339(other.starts_at),
        "venue": other.venue,
    }


def _count_strange(door: Door) -> None:
    key = f"codes:{door.actor.kind}:{door.actor.id}"
    count_try(door.session, key, STRANGE_CODES_PER_MINUTE)


def _candidates(door: Door, attempt: Attempt) -> list[dict[str, Any]]:
    """Return whom a card may belong to; a tablet without a helper is told of nobody."""
    if not door.staffed:
        return []
    if attempt.read.kind == "code":
        found = invitations.resolve(door.session, door.meeting.id, attempt.read)
        holder = found.delegate_id if found.kind == "current" else None
        return [] if holder is None else queries.candidate(door.session, holder)
    # A short code in the place of a card is not looked up: there are too few of them.
    person = rules.id_card(attempt.code)
    return [] if person is None else queries.alike(door.session, door.meeting.id, *person)


def _told(door: Door, verdict: str, who: Who) -> Outcome:
    facts: dict[str, Any] = {}
    if verdict == "already_in":
        facts = first_of(who)
    elif verdict == "not_open":
        facts = opening(door)
    return Outcome(verdict, who, facts=facts)


def _enter(door: Door, attempt: Attempt, who: Who) -> Outcome:
    at = door.counted(attempt)
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
    facts: dict[str, Any] = {
        "at": clock.rfc3339(at),
        "first": record_of(at, door.actor.name),
        "observer": attempt.observer,
    }
    if attempt.substitute:
        facts["substitute"] = attempt.substitute
    arrived = DelegateArrived(door.meeting.id, who.id, first=True)
    return Outcome(
        "admitted", who, effect="first", kind="presence.in", events=[arrived], facts=facts
    )


def _too_late(door: Door, attempt: Attempt, who: Who) -> Outcome:
    """Say who was faster: the same person elsewhere, or a member of the household."""
    again = find(door, who.id)
    if again is not None and again.state is not None:
        return _told(door, "already_in", again)
    holder = door.line.first(statements.SEAT_HOLDER, household_id=who.household_id)
    facts: dict[str, Any] = {}
    if holder is not None:
        facts["seat_holder"] = vietnamese.called(holder.salutation, holder.name)
        facts["first"] = record_of(holder.first_at, holder.first_device)
    return Outcome("household_in", who, facts=facts)


def _move(door: Door, attempt: Attempt, who: Who, step: str) -> Outcome:
    before, after = ("in", "out") if step == "leave" else ("out", "in")
    at = door.counted(attempt)
    moved = door.line.scalar(statements.MOVE, about=who.id, before=before, after=after, moved_at=at)
    if moved is None:
        return _told(door, "already_in" if after == "in" else "not_inside", who)
    facts: dict[str, Any] = {"at": clock.rfc3339(at)}
    if step == "leave":
        left = DelegateLeft(door.meeting.id, who.id)
        return Outcome("left", who, effect="left", kind="presence.out", events=[left], facts=facts)
    facts |= first_of(who)
    back = DelegateArrived(door.meeting.id, who.id, first=False)
    return Outcome("admitted", who, effect="return", kind="presence.in", events=[back], facts=facts)


def _add_walk_in(door: Door, walk_in: dict[str, str]) -> int:
    name = vietnamese.titled(walk_in["name"])
    areas = select(Area).where(Area.meeting_id == door.meeting.id)
    wanted = vietnamese.fold(walk_in.get("area", ""))
    area = next((a for a in door.session.scalars(areas) if vietnamese.fold(a.name) == wanted), None)
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
            "folded": vietnamese.search_key(searched)[:600],
            "sort_key": vietnamese.sort_key(name)[:600],
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
