"""Verbs of the speaker queue. Each is one step that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import ledger
from kiosk import text
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Delegate
from kiosk.model import Meeting
from kiosk.model import Topic
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.undo import floor_of
from kiosk.plugins.speakers.undo import step

VIEW = "speakers"


@dataclass(frozen=True)
class Request:
    """Somebody asks to speak."""

    delegate_id: int
    topic_id: int | None = None
    kind: str = "normal"
    note: str = ""


def waiting(session: Session, meeting_id: int) -> list[Turn]:
    """Return the waiting turns in order."""
    return list(
        session.scalars(
            select(Turn)
            .where(Turn.meeting_id == meeting_id, Turn.state == rules.WAITING)
            .order_by(Turn.position, Turn.id)
        )
    )


def _places(turns: Sequence[Turn]) -> list[rules.Place]:
    return [rules.Place(turn.id, turn.kind, turn.requested_at) for turn in turns]


def _number(turns: Sequence[Turn]) -> None:
    for position, turn in enumerate(turns, start=1):
        turn.position = position


def register(
    session: Session,
    meeting_id: int,
    request: Request,
    *,
    by_moderator: bool,
    actor: str,
    now: datetime,
    only_present: bool = False,
) -> int:
    """Put somebody on the list; returns the turn's id.

    `only_present` holds this asker to people who are inside, whatever the list allows.
    Conflict `closed`, `not_present` or `already_waiting`; nothing is changed then.
    """
    delegate = session.get(Delegate, request.delegate_id)
    if delegate is None or delegate.meeting_id != meeting_id or delegate.removed_at is not None:
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    topic = session.get(Topic, request.topic_id) if request.topic_id is not None else None
    if request.topic_id is not None and (topic is None or topic.meeting_id != meeting_id):
        words = {"topic": _l("Please choose a topic from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    with step(session, meeting_id, "turn.registered", actor=actor, now=now) as floor:
        if not floor.open and not by_moderator:
            raise Conflict("closed", _l("The list is closed. The moderator can still add you."))
        if (floor.present_only or only_present) and not checkin.has_come(session, delegate.id):
            raise Conflict("not_present", _l("Only people who have checked in may register."))
        turns = waiting(session, meeting_id)
        if any(t.delegate_id == delegate.id and t.kind == request.kind for t in turns):
            raise Conflict("already_waiting", _l("This person is on the list already."))
        turn = Turn(
            meeting_id=meeting_id,
            delegate_id=delegate.id,
            topic_id=request.topic_id,
            kind=request.kind,
            note=text.clean(request.note)[:300],
            requested_at=now,
        )
        turns.insert(rules.joins_at(_places(turns), request.kind), turn)
        session.add(turn)
        _number(turns)
    return turn.id


def _turn(session: Session, meeting_id: int, turn_id: int) -> Turn:
    turn = session.get(Turn, turn_id)
    if turn is None or turn.meeting_id != meeting_id:
        raise NotFound("no_turn", _l("There is no such turn on the list."))
    return turn


def _must(turn: Turn, states: Sequence[str]) -> None:
    if turn.state not in states:
        raise Conflict(
            "wrong_state",
            _l("This cannot be done now: the turn has moved on. Look at the list again."),
            state=turn.state,
        )


def act(
    session: Session,
    meeting_id: int,
    turn_id: int,
    action: str,
    *,
    actor: str,
    now: datetime,
    seconds: int = 0,
) -> None:
    """Do one of start, pause, resume, finish, withdraw, absent, extend to a turn."""
    with step(session, meeting_id, f"turn.{action}", actor=actor, now=now):
        turn = _turn(session, meeting_id, turn_id)
        if action == "start":
            _start(session, meeting_id, turn, now)
        elif action == "pause":
            _must(turn, (rules.SPEAKING,))
            turn.state, turn.paused_at = rules.PAUSED, now
        elif action == "resume":
            _must(turn, (rules.PAUSED,))
            _end_pause(turn, now)
            turn.state = rules.SPEAKING
        elif action == "finish":
            _must(turn, rules.CURRENT)
            _finish(turn, now)
        elif action == "withdraw":
            _must(turn, (rules.WAITING,))
            turn.state, turn.position = rules.WITHDRAWN, 0
            session.flush()
        elif action == "absent":
            _absent(session, meeting_id, turn)
        elif action == "extend":
            _must(turn, rules.CURRENT)
            turn.allotted += seconds
        session.flush()
        _number(waiting(session, meeting_id))


def _end_pause(turn: Turn, now: datetime) -> None:
    if turn.paused_at is not None:
        turn.seconds_paused += max(0, int((now - turn.paused_at).total_seconds()))
    turn.paused_at = None


def _finish(turn: Turn, now: datetime) -> None:
    _end_pause(turn, now)
    turn.state, turn.ended_at = rules.FINISHED, now


def _start(session: Session, meeting_id: int, turn: Turn, now: datetime) -> None:
    _must(turn, (rules.WAITING,))
    running = session.scalar(
        select(Turn).where(Turn.meeting_id == meeting_id, Turn.state.in_(rules.CURRENT))
    )
    if running is not None:
        # The one before ends at the moment the next begins; written first, since the
        # database allows one running turn.
        _finish(running, now)
        session.flush()
    floor = floor_of(session, meeting_id)
    meeting = session.get_one(Meeting, meeting_id)
    turn.state, turn.position, turn.started_at = rules.SPEAKING, 0, now
    turn.allotted = floor.seconds or meeting.seconds_per_turn


def _absent(session: Session, meeting_id: int, turn: Turn) -> None:
    """Send who does not answer the call to the end, the second time off the list."""
    _must(turn, (rules.WAITING,))
    turn.absences += 1
    if turn.absences > 1:
        turn.state, turn.position = rules.ABSENT, 0
        return
    turns = [other for other in waiting(session, meeting_id) if other.id != turn.id]
    _number([*turns, turn])


def reorder(
    session: Session,
    meeting_id: int,
    ids: Sequence[int],
    version: int,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Put the waiting turns into this order.

    Conflict `stale` when the list has changed since `version`, Refused
    `not_a_permutation` when an id is missing, foreign or twice; the order stays then.
    """
    with step(session, meeting_id, "turn.reordered", actor=actor, now=now):
        _must_be_fresh(session, meeting_id, version)
        turns = {turn.id: turn for turn in waiting(session, meeting_id)}
        if not rules.is_permutation(ids, list(turns)):
            raise Refused(
                "not_a_permutation", _l("The order must name everyone who waits, each once.")
            )
        _number([turns[i] for i in ids])


def _must_be_fresh(session: Session, meeting_id: int, version: int) -> None:
    if ledger.version_of(session, meeting_id, VIEW) != version:
        raise Conflict("stale", _l("The list has changed meanwhile. Look again, then repeat."))


def arrange(
    session: Session,
    meeting_id: int,
    policy: str,
    *,
    preview: bool,
    version: int,
    actor: str,
    now: datetime,
) -> list[int]:
    """Order the list by a policy, or only say how it would be; returns the ids in order."""
    if policy != "arrival":
        raise Refused("no_policy", _l("This way of ordering is not there yet."))
    floor = floor_of(session, meeting_id)
    turns = {turn.id: turn for turn in waiting(session, meeting_id)}
    _must_be_fresh(session, meeting_id, version)
    ids = rules.by_arrival(_places(list(turns.values())), floor.locked)
    if not preview:
        with step(session, meeting_id, "turn.arranged", actor=actor, now=now):
            _number([turns[i] for i in ids])
    return ids


def patch(
    session: Session, meeting_id: int, values: dict[str, Any], *, actor: str, now: datetime
) -> None:
    """Change open, present_only, seconds, locked or policy of the list."""
    with step(session, meeting_id, "floor.changed", actor=actor, now=now) as floor:
        for name, value in values.items():
            setattr(floor, name, value)


def restore(session: Session, meeting_id: int, *, actor: str, now: datetime) -> None:
    """Put the last finished speaker first again, with times cleared."""
    with step(session, meeting_id, "turn.restored", actor=actor, now=now):
        last = session.scalar(
            select(Turn)
            .where(Turn.meeting_id == meeting_id, Turn.state == rules.FINISHED)
            .order_by(Turn.ended_at.desc(), Turn.id.desc())
            .limit(1)
        )
        if last is None:
            raise Conflict("none_finished", _l("Nobody has finished speaking yet."))
        turns = waiting(session, meeting_id)
        if any(t.delegate_id == last.delegate_id and t.kind == last.kind for t in turns):
            raise Conflict("already_waiting", _l("This person is on the list already."))
        last.state, last.started_at, last.ended_at, last.paused_at = rules.WAITING, None, None, None
        last.seconds_paused, last.allotted = 0, 0
        _number([last, *turns])
