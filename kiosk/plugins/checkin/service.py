"""Verbs of the door: one scan in, one verdict out."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import ledger
from kiosk import text
from kiosk.access import Actor
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import Refused
from kiosk.events import announce
from kiosk.limits import count_try
from kiosk.model import Area
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin import statements
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.checkin.messages import message
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings

VIEW = "attendance"
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

    def __post_init__(self) -> None:
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
    facts: dict[str, Any] = field(default_factory=dict)


def record_scan(door: Door, attempt: Attempt) -> dict[str, Any]:
    """Decide one scan, write it down and return the answer.

    The same `scan_id` answers the same again and changes nothing; with other content it
    raises Conflict(`scan_id_reused`).
    """
    _check(door, attempt)
    connection = door.session.connection()
    odd = rules.flags(attempt.scanned_at, door.now, door.day_begins)
    content = _content(attempt)
    key = connection.execute(
        statements.CLAIM[connection.dialect.name],
        {
            "meeting_id": door.meeting.id,
            "scan_id": attempt.scan_id,
            "content": content,
            "token_id": door.actor.token_id,
            "device": door.actor.name,
            "verdict": "",
            "direction": attempt.direction,
            "via": attempt.via,
            "offline": attempt.offline,
            "scanned_at": attempt.scanned_at,
            "received_at": door.now,
            "flags": odd,
            "substitute": attempt.substitute,
        },
    ).scalar()
    if key is None:
        return _replay(door, attempt.scan_id, content)
    outcome = _act(door, attempt)
    if outcome.verdict == "review":
        odd.append("conflict")
    version = _write_down(door, outcome)
    answer = {"flags": odd, "version": version, **outcome.facts}
    connection.execute(
        statements.FINISH,
        {
            "key": key,
            "about": outcome.who.id if outcome.who is not None else None,
            "verdict": outcome.verdict,
            "flags": odd,
            "effect": outcome.effect,
            "undoes": outcome.undoes,
            "answer": answer,
        },
    )
    return _answer(attempt.scan_id, outcome.verdict, outcome.who, answer, replay=False)


def _check(door: Door, attempt: Attempt) -> None:
    staffed = bool(door.roles & {"desk", "organiser"})
    named = attempt.delegate is not None or attempt.walk_in is not None
    if (named or attempt.direction == "undo" or attempt.observer) and not staffed:
        raise Forbidden("staff_only", _l("This is done at the staffed desk."))
    if attempt.walk_in is not None and not text.clean(attempt.walk_in.get("name", "")):
        words = _l("Please enter the full name, letters only.")
        raise Refused(
            "invalid", _l("Some fields need to be mended."), fields={"walk_in.name": words}
        )


def _content(attempt: Attempt) -> str:
    # Whether a retry came from the outbox does not make it another scan. Keyed, since a
    # short code could be guessed from a bare digest.
    facts = {key: value for key, value in asdict(attempt).items() if key != "offline"}
    canonical = json.dumps(facts, sort_keys=True, default=str).encode()
    return hmac.digest(registry().settings.secret_key.encode(), canonical, "sha256").hex()


def _replay(door: Door, scan_id: str, content: str) -> dict[str, Any]:
    found = door.session.scalar(
        statements.BY_SCAN_ID, {"meeting_id": door.meeting.id, "scan_id": scan_id}
    )
    if found is None or found.content != content:
        raise Conflict(
            "scan_id_reused",
            _l("This scan number was used for another scan. Please scan once more."),
        )
    who = _who(door, found.delegate_id) if found.delegate_id else None
    return _answer(scan_id, found.verdict, who, found.answer or {}, replay=True)


def _who(door: Door, delegate_id: int) -> Any:
    return door.session.connection().execute(statements.WHO, {"delegate_id": delegate_id}).first()


def _act(door: Door, attempt: Attempt) -> Outcome:
    if attempt.walk_in is not None:
        return _enter(door, attempt, _who(door, _add_walk_in(door, attempt.walk_in)))
    kind, delegate_id, facts = _identify(door, attempt)
    who = _who(door, delegate_id) if delegate_id is not None else None
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
        who = _who(door, attempt.delegate)
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


def _told(
    door: Door, attempt: Attempt, verdict: str, who: Any, facts: dict[str, Any]
) -> Outcome:
    if verdict in {"already_in", "review"}:
        at = _counted(door, attempt)
        facts = {**facts, "first": _first(who)}
        if verdict == "review":
            door.session.connection().execute(
                statements.EARLIER, {"about": who.id, "earlier": at}
            )
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
    connection = door.session.connection()
    seat = None if attempt.observer else who.household_id
    entered = connection.execute(
        statements.ENTER[connection.dialect.name],
        {
            "delegate_id": who.id,
            "meeting_id": door.meeting.id,
            "household_id": seat,
            "state": "in",
            "since": at,
            "first_at": at,
            "first_device": door.actor.name,
            "first_token_id": door.actor.token_id,
            "via": attempt.via,
            "observer": attempt.observer,
            "substitute": attempt.substitute,
        },
    ).scalar()
    if entered is None:
        return _too_late(door, attempt, who)
    announce(door.session, DelegateArrived(door.meeting.id, who.id, first=True))
    facts = {"at": clock.rfc3339(at), "observer": attempt.observer}
    if attempt.substitute:
        facts["substitute"] = attempt.substitute
    return Outcome("admitted", who, effect="first", kind="presence.in", facts=facts)


def _too_late(door: Door, attempt: Attempt, who: Any) -> Outcome:
    """Say who was faster: the same person elsewhere, or a member of the household."""
    again = _who(door, who.id)
    if again.state is not None:
        return _told(door, attempt, "already_in", again, {})
    holder = (
        door.session.connection()
        .execute(statements.SEAT_HOLDER, {"household_id": who.household_id})
        .first()
    )
    facts: dict[str, Any] = {}
    if holder is not None:
        facts["seat_holder"] = text.called(holder.salutation, holder.name)
        facts["first"] = {"at": clock.rfc3339(holder.first_at), "device": ""}
    return Outcome("household_in", who, facts=facts)


def _move(door: Door, attempt: Attempt, who: Any, step: str) -> Outcome:
    before, after = ("in", "out") if step == "leave" else ("out", "in")
    at = _counted(door, attempt)
    moved = (
        door.session.connection()
        .execute(
            statements.MOVE, {"about": who.id, "before": before, "after": after, "moved_at": at}
        )
        .scalar()
    )
    if moved is None:
        return _told(door, attempt, "already_in" if after == "in" else "not_inside", who, {})
    facts = {"at": clock.rfc3339(at)}
    if step == "leave":
        announce(door.session, DelegateLeft(door.meeting.id, who.id))
        return Outcome("left", who, effect="left", kind="presence.out", facts=facts)
    announce(door.session, DelegateArrived(door.meeting.id, who.id, first=False))
    return Outcome("admitted", who, effect="return", kind="presence.in", facts=facts)


def _undo(door: Door, who: Any) -> Outcome:
    connection = door.session.connection()
    last = connection.execute(statements.LAST_EFFECT, {"delegate_id": who.id}).first()
    if last is None or not rules.may_undo(last.received_at, door.now):
        return Outcome("nothing_to_undo", who)
    if last.effect == "first":
        connection.execute(statements.FORGET, {"about": who.id})
    else:
        before, after = ("in", "out") if last.effect == "return" else ("out", "in")
        connection.execute(
            statements.MOVE,
            {"about": who.id, "before": before, "after": after, "moved_at": door.now},
        )
    announce(door.session, EntryUndone(door.meeting.id, who.id))
    return Outcome("undone", who, effect="undone", undoes=last.id, kind="presence.undone")


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


def _write_down(door: Door, outcome: Outcome) -> int:
    if outcome.kind:
        raised = ledger.record(
            door.session,
            door.meeting.id,
            outcome.kind,
            actor=door.actor.name,
            subject=f"delegate:{outcome.who.id}",
        )
        if VIEW in raised:
            return raised[VIEW]
    return ledger.version_of(door.session, door.meeting.id, VIEW)


def _answer(
    scan_id: str, verdict: str, who: Any, facts: dict[str, Any], *, replay: bool
) -> dict[str, Any]:
    return {
        "scan_id": scan_id,
        "verdict": verdict,
        "message": message(verdict, who.salutation if who is not None else ""),
        "replay": replay,
        "delegate": _delegate(who) if who is not None else None,
        **facts,
    }


def _delegate(who: Any) -> dict[str, Any]:
    return {
        "id": who.id,
        "name": who.name,
        "salutation": who.salutation,
        "title": who.title,
        "group": who.group_name,
        "group_kind": who.group_kind,
        "area": who.area_name or "",
        "household": who.number or "",
        "seat": None,
    }


