"""Exact undo: each step of the queue keeps what it changed, as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk import ledger
from kiosk.errors import Conflict
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import QueueStep
from kiosk.plugins.speakers.models import Turn

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
)
_FLOOR = ("open", "present_only", "seconds", "locked", "policy")

Picture = dict[int, dict[str, Any]]


def floor_of(session: Session, meeting_id: int) -> Floor:
    """Return the floor of a meeting, made when it is first needed and locked for this step."""
    statement = select(Floor).where(Floor.meeting_id == meeting_id).with_for_update()
    floor = session.scalar(statement)
    if floor is not None:
        return floor
    # Another request may make it at the same moment: then that one is ours too.
    with suppress(IntegrityError), session.begin_nested():
        session.add(Floor(meeting_id=meeting_id, open=True, present_only=False, locked=0))
    return session.scalars(statement).one()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _turns(session: Session, meeting_id: int) -> Picture:
    turns = session.scalars(select(Turn).where(Turn.meeting_id == meeting_id))
    return {turn.id: {name: _plain(getattr(turn, name)) for name in _TURN} for turn in turns}


def _settings(floor: Floor) -> dict[str, Any]:
    return {name: getattr(floor, name) for name in _FLOOR}


@contextmanager
def step(
    session: Session, meeting_id: int, kind: str, *, actor: str, now: datetime
) -> Iterator[Floor]:
    """Take one step of the queue; it can be undone and the views that show it move."""
    floor = floor_of(session, meeting_id)
    before, settings = _turns(session, meeting_id), _settings(floor)
    yield floor
    session.flush()
    after = _turns(session, meeting_id)
    inverse = {
        "turns": {str(i): old for i, old in before.items() if after.get(i) != old},
        "made": [i for i in after if i not in before],
        "floor": settings if settings != _settings(floor) else None,
    }
    if not (inverse["turns"] or inverse["made"] or inverse["floor"]):
        return
    session.add(QueueStep(meeting_id=meeting_id, at=now, actor=actor, kind=kind, inverse=inverse))
    session.flush()
    ledger.record(session, meeting_id, kind, actor=actor, facts={"turns": inverse["made"]})


def last_step(session: Session, meeting_id: int) -> int | None:
    """Return the step that an undo would take back."""
    return session.scalar(
        select(func.max(QueueStep.id)).where(
            QueueStep.meeting_id == meeting_id, QueueStep.undone.is_(False)
        )
    )


def undo(session: Session, meeting_id: int, wanted: int | None, *, actor: str) -> str:
    """Take the last step back; returns its kind. Conflict when there is none.

    `wanted` is the step that the asker means: Conflict `stale` when another came after
    it. Without that, "undo" pressed a second after somebody registered at the door
    would remove that person.
    """
    floor = floor_of(session, meeting_id)
    found = last_step(session, meeting_id)
    if found is None:
        raise Conflict("nothing_to_undo", _l("There is no step to take back."))
    if wanted not in (None, found):
        raise Conflict("stale", _l("The list has changed meanwhile. Look again, then repeat."))
    last = session.get_one(QueueStep, found)
    made, turns = last.inverse["made"], last.inverse["turns"]
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
    for turn_id, old in turns.items():
        turn = session.get_one(Turn, int(turn_id))
        for name, value in old.items():
            is_moment = name.endswith("_at") and value is not None
            setattr(turn, name, datetime.fromisoformat(value) if is_moment else value)
        session.flush()
    if last.inverse["floor"]:
        floor = floor_of(session, meeting_id)
        for name, value in last.inverse["floor"].items():
            setattr(floor, name, value)
    last.undone = True
    session.flush()
    ledger.record(session, meeting_id, "turn.undone", actor=actor, facts={"kind": last.kind})
    return last.kind
