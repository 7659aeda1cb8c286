"""Exact undo: each step of the queue keeps what it changed, as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.models import Meeting
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import QueueStep
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import rules

_TURN = (
    "topic_id",
    "kind",
    "note",
    "state",
    "position",
    "absences",
    "started_at",
    "paused_at",
    "seconds_paused",
    "ended_at",
    "allotted",
    "part",
    "part_started_at",
    "seconds_spoken",
    "seconds_answered",
    "granted",
    "answered_by",
    "removed_at",
    "outcome",
    "told_at",
)
_FLOOR = (
    "open",
    "present_only",
    "seconds",
    "locked",
    "policy",
    "pace",
    "shortest",
    "answer_seconds",
    "closing_seconds",
    "seed",
    "seed_is_number",
    "slide",
    "resumes_at",
    "began_at",
    "closed_at",
)
# Steps that doors, phones and the road may take too: they tell of no moderator at work.
_OF_OTHERS = frozenset(
    {"turn.registered", "turn.woken", "turn.withdraw", "turn.stepped_back", "turn.edited"}
)
VIEW = "speakers"

Picture = dict[int, dict[str, Any]]


def new_floor(meeting_id: int) -> Floor:
    """Return the floor as it is before anybody has touched it; not stored."""
    return Floor(
        meeting_id=meeting_id,
        open=True,
        present_only=False,
        seconds=None,
        locked=0,
        policy="arrival",
        pace="fixed",
        shortest=rules.SHORTEST_FITTED,
        answer_seconds=rules.ANSWER_SECONDS,
        closing_seconds=rules.CLOSING_SECONDS,
        seed="",
        seed_is_number=False,
        moved_at=0,
        slide="",
        resumes_at=None,
        began_at=None,
        closed_at=None,
    )


def floor_of(session: Session, meeting_id: int) -> Floor:
    """Return the floor of a meeting, made when it is first needed and locked for this step."""
    statement = select(Floor).where(Floor.meeting_id == meeting_id).with_for_update()
    floor = session.scalar(statement)
    if floor is not None:
        return floor
    # Another request may make it at the same moment: then that one is ours too.
    with suppress(IntegrityError), session.begin_nested():
        session.add(new_floor(meeting_id))
    return session.scalars(statement).one()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _value(name: str, plain: Any) -> Any:
    is_moment = name.endswith("_at") and plain is not None
    return datetime.fromisoformat(plain) if is_moment else plain


def _turns(session: Session, meeting_id: int) -> Picture:
    turns = session.scalars(select(Turn).where(Turn.meeting_id == meeting_id))
    return {turn.id: {name: _plain(getattr(turn, name)) for name in _TURN} for turn in turns}


def _settings(floor: Floor) -> dict[str, Any]:
    return {name: _plain(getattr(floor, name)) for name in _FLOOR}


def _begin(session: Session, floor: Floor, kind: str, now: datetime) -> None:
    """Remember the moderator's first step on the day of the meeting."""
    if floor.began_at is not None or kind in _OF_OTHERS:
        return
    meeting = session.get_one(Meeting, floor.meeting_id)
    days = [clock.local(moment).date() for moment in (meeting.starts_at, now, meeting.ends_at)]
    if days[0] <= days[1] <= days[2]:
        floor.began_at = now


@contextmanager
def step(
    session: Session,
    meeting_id: int,
    kind: str,
    *,
    actor: str,
    now: datetime,
    turn_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Iterator[Floor]:
    """Take one step of the queue; it can be undone and the views that show it move.

    `facts` go into the ledger beside the turns that it made and changed.
    """
    floor = floor_of(session, meeting_id)
    before, settings = _turns(session, meeting_id), _settings(floor)
    yield floor
    session.flush()
    after = _turns(session, meeting_id)
    made = [i for i in after if i not in before]
    if after != before or settings != _settings(floor):
        _begin(session, floor, kind, now)
    inverse: dict[str, Any] = {
        "turns": {str(i): old for i, old in before.items() if after.get(i) != old},
        "made": made,
        "floor": settings if settings != _settings(floor) else None,
    }
    if not (inverse["turns"] or made or inverse["floor"]):
        return
    taken = QueueStep(meeting_id=meeting_id, at=now, actor=actor, kind=kind, inverse=inverse)
    taken.turn_id = turn_id or next(iter(made), None)
    session.add(taken)
    session.flush()
    changed = {"turns": [int(i) for i in inverse["turns"]], "made": made}
    _record(session, floor, kind, actor, {**changed, **(facts or {})})


def _record(session: Session, floor: Floor, kind: str, actor: str, facts: dict[str, Any]) -> None:
    raised = ledger.record(session, floor.meeting_id, kind, actor=actor, facts=facts)
    floor.moved_at = raised.get(VIEW, 0)
    session.flush()


def last_steps(session: Session, meeting_id: int, count: int) -> list[QueueStep]:
    """Return the latest steps that can be taken back, the last one first."""
    return list(
        session.scalars(
            select(QueueStep)
            .where(QueueStep.meeting_id == meeting_id, QueueStep.undone.is_(False))
            .order_by(QueueStep.id.desc())
            .limit(count)
        )
    )


def undo(session: Session, meeting_id: int, wanted: int | None, *, actor: str) -> str:
    """Take the last step back; returns its kind. Conflict when there is none.

    `wanted` is the step that the asker means: Conflict `stale` when another came after
    it. Without that, "undo" pressed a second after somebody registered at the door
    would remove that person.
    """
    floor = floor_of(session, meeting_id)
    found = next(iter(last_steps(session, meeting_id, 1)), None)
    if found is None:
        raise Conflict("nothing_to_undo", _l("There is no step to take back."))
    if wanted not in (None, found.id):
        raise Conflict("stale", _l("The list has changed meanwhile. Look again, then repeat."))
    made, turns = found.inverse["made"], found.inverse["turns"]
    if made:
        session.execute(delete(Turn).where(Turn.id.in_(made)))
    # Nobody runs while the old states come back: the rule "one at a time" is checked row
    # by row.
    session.execute(
        update(Turn)
        .where(Turn.id.in_([int(i) for i in turns]), Turn.state.in_(("speaking", "paused")))
        .values(state="finished")
    )
    session.expire_all()
    floor = floor_of(session, meeting_id)
    for turn_id, old in turns.items():
        turn = session.get_one(Turn, int(turn_id))
        for name, value in old.items():
            setattr(turn, name, _value(name, value))
        session.flush()
    if found.inverse["floor"]:
        for name, value in found.inverse["floor"].items():
            setattr(floor, name, _value(name, value))
    found.undone = True
    session.flush()
    _record(session, floor, "turn.undone", actor, {"kind": found.kind, "step": found.id})
    return found.kind
