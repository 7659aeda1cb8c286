"""Verbs that change a turn, the last ones, or how the list works. Each is one step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import service
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.floor import body_named
from kiosk.plugins.speakers.queue.undo import floor_of
from kiosk.plugins.speakers.queue.undo import step


def edit(
    session: Session,
    meeting_id: int,
    turn_id: int,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    only_waiting: bool = False,
) -> None:
    """Change `note`, `topic`, `priority`, `body` or `outcome` of a turn.

    Priority moves it between the lanes; an outcome is of a turn that has begun.
    `only_waiting` holds the asker to turns that have not begun. Conflict `wrong_state` or
    `already_waiting`, Refused `invalid`, NotFound `no_turn`; nothing is changed then.
    """
    with step(session, meeting_id, "turn.edited", actor=actor, now=now, turn_id=turn_id):
        turn = turns.one(session, meeting_id, turn_id)
        if only_waiting:
            turns.must(turn, (rules.WAITING,))
        _describe(session, turn, values)
        if values.get("priority") is not None:
            _change_lane(session, turn, "priority" if values["priority"] else "normal")
        _answered(session, turn, values)


def _describe(session: Session, turn: Turn, values: Mapping[str, Any]) -> None:
    if "note" in values:
        turn.note = vietnamese.clean(values["note"] or "")[:300]
    if "topic" in values:
        turns.check_topic(session, turn.meeting_id, values["topic"])
        turn.topic_id = values["topic"]


def _answered(session: Session, turn: Turn, values: Mapping[str, Any]) -> None:
    if values.get("outcome") is not None:
        turns.must(turn, (*rules.CURRENT, rules.FINISHED))
        turn.outcome = values["outcome"]
    if values.get("body") is not None:
        turn.answered_by = body_named(session, turn.meeting_id, values["body"])


def _change_lane(session: Session, turn: Turn, kind: str) -> None:
    turns.must(turn, (rules.WAITING,))
    if turn.kind == kind:
        return
    others = [t for t in turns.waiting(session, turn.meeting_id) if t is not turn]
    if service.waits(others, turn.delegate_id, kind):
        raise turns.already_waiting()
    turn.kind = kind
    index = rules.joins_at([other.kind for other in others], "priority")
    turns.number([*others[:index], turn, *others[index:]])


def to_writing(
    session: Session, meeting_id: int, count: int, version: int, *, actor: str, now: datetime
) -> None:
    """Take the last `count` normal requests off the list: they are asked to write instead.

    Conflict `stale` as for ordering; Refused `invalid` when fewer wait.
    """
    with step(session, meeting_id, "turn.to_writing", actor=actor, now=now):
        service.must_be_fresh(session, floor_of(session, meeting_id), version)
        normal = [t for t in turns.waiting(session, meeting_id) if t.kind == "normal"]
        if count > len(normal):
            words = {"turns": _l("This number is too large.")}
            raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
        for turn in normal[-count:]:
            turn.state, turn.position = rules.WITHDRAWN, 0
        session.flush()
        turns.number(turns.waiting(session, meeting_id))


def patch(
    session: Session, meeting_id: int, values: dict[str, Any], *, actor: str, now: datetime
) -> None:
    """Change how the list works; the names of `values` are those of Floor.

    `break_minutes` says for how long the slide of a break is meant.
    """
    if "policy" in values:
        service.policy_named(values["policy"])
    values = {**values}
    minutes = values.pop("break_minutes", None)
    with step(session, meeting_id, "floor.changed", actor=actor, now=now) as floor:
        for name, value in values.items():
            setattr(floor, name, value)
        if "slide" in values or minutes:
            until = now.replace(second=0, microsecond=0) + timedelta(minutes=minutes or 0)
            floor.resumes_at = until if minutes and floor.slide == "break" else None
        if "slide" in values:
            # Shown again, the closing is still the one that ended the meeting.
            is_closed = floor.slide == rules.CLOSING
            floor.closed_at = (floor.closed_at or now) if is_closed else None


def step_back(
    session: Session, meeting_id: int, turn_id: int, *, actor: str, now: datetime
) -> None:
    """Let the next person who is in the hall speak before this one.

    NotFound `no_turn`, Conflict `wrong_state` when the turn does not wait, `nobody_behind`
    when nobody who is here waits after it; nothing is changed then.
    """
    with step(session, meeting_id, "turn.stepped_back", actor=actor, now=now, turn_id=turn_id):
        turn = turns.one(session, meeting_id, turn_id)
        turns.must(turn, (rules.WAITING,))
        waiting = turns.waiting(session, meeting_id)
        here = checkin.present_ids(session, meeting_id)
        place = waiting.index(turn)
        # Behind somebody who has not come, one would be called at once all the same.
        after = next(
            (i for i in range(place + 1, len(waiting)) if waiting[i].delegate_id in here), None
        )
        if after is None:
            words = _l("Nobody waits after you. The moderator can call you a little later.")
            raise Conflict("nobody_behind", words)
        turns.number(
            [*waiting[:place], *waiting[place + 1 : after + 1], turn, *waiting[after + 1 :]]
        )
