"""Verbs of a turn that is called: its parts, pauses and end. Each is one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk.errors import Refused
from kiosk.models import Body
from kiosk.models import Meeting
from kiosk.models import Topic
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.undo import step


@dataclass(frozen=True)
class Doing:
    """What is done to a turn: `seconds` on the clock, the `body` that answers."""

    seconds: int | None = None
    body_id: int | None = None


@dataclass(frozen=True)
class _Scene:
    session: Session
    meeting_id: int
    floor: Floor
    turn: Turn
    now: datetime
    doing: Doing


def act(
    session: Session,
    meeting_id: int,
    turn_id: int,
    action: str,
    *,
    actor: str,
    now: datetime,
    doing: Doing | None = None,
) -> None:
    """Do one of start, pause, resume, finish, withdraw, absent, extend, answer, follow_up, told.

    NotFound `no_turn`, Conflict `wrong_state`; nothing is changed then.
    """
    kind = f"turn.{action}"
    with step(session, meeting_id, kind, actor=actor, now=now, turn_id=turn_id) as floor:
        turn = turns.one(session, meeting_id, turn_id)
        _VERBS[action](_Scene(session, meeting_id, floor, turn, now, doing or Doing()))
        session.flush()
        turns.number(turns.waiting(session, meeting_id))


def _start(scene: _Scene) -> None:
    turns.must(scene.turn, (rules.WAITING,))
    session, turn, now = scene.session, scene.turn, scene.now
    each = _each(scene)
    running = turns.current(session, scene.meeting_id)
    if running is not None:
        # The one before ends at the moment the next begins; written first, since the
        # database allows one running turn.
        end(running, now)
        session.flush()
    turn.state, turn.position, turn.started_at, turn.ended_at = rules.SPEAKING, 0, now, None
    turn.granted = each
    # Whatever the hall showed, it now shows who speaks; a meeting that was closed goes on.
    scene.floor.slide, scene.floor.resumes_at, scene.floor.closed_at = "", None, None
    _open_part(turn, rules.SPEECH, each, now)


def _each(scene: _Scene) -> int:
    """Return what the next speaker gets: the list's time, or what still fits."""
    session, floor = scene.session, scene.floor
    ended = turns.finished(session, scene.meeting_id)
    meeting = session.get_one(Meeting, scene.meeting_id)
    count = turns.count_waiting(session, scene.meeting_id)
    # The running turn ends now: nothing of it is still to come.
    pace = turns.pace_of(ended, floor)
    return turns.plan_of(meeting, floor, pace, None, count, scene.now).seconds


def _open_part(turn: Turn, part: str, seconds: int, now: datetime) -> None:
    turn.part, turn.part_started_at, turn.allotted = part, now, seconds
    turn.state, turn.paused_at, turn.seconds_paused = rules.SPEAKING, None, 0


def _close_part(turn: Turn, now: datetime) -> None:
    seconds = turns.spoken_part(turn, now)
    if turn.part == rules.ANSWER:
        turn.seconds_answered += seconds
    else:
        turn.seconds_spoken += seconds
    turn.part_started_at, turn.paused_at, turn.seconds_paused = None, None, 0


def end(turn: Turn, now: datetime) -> None:
    """End a turn that runs or is paused."""
    _close_part(turn, now)
    turn.state, turn.ended_at = rules.FINISHED, now


def _pause(scene: _Scene) -> None:
    turns.must(scene.turn, (rules.SPEAKING,))
    scene.turn.state, scene.turn.paused_at = rules.PAUSED, scene.now


def _resume(scene: _Scene) -> None:
    turn = scene.turn
    turns.must(turn, (rules.PAUSED,))
    if turn.paused_at is not None:
        turn.seconds_paused += max(0, int((scene.now - turn.paused_at).total_seconds()))
    turn.state, turn.paused_at = rules.SPEAKING, None


def _finish(scene: _Scene) -> None:
    turns.must(scene.turn, rules.CURRENT)
    end(scene.turn, scene.now)


def _withdraw(scene: _Scene) -> None:
    turns.must(scene.turn, (rules.WAITING,))
    scene.turn.state, scene.turn.position = rules.WITHDRAWN, 0


def _absent(scene: _Scene) -> None:
    """Send who does not answer the call to the end, the second time off the list."""
    turn = scene.turn
    turns.must(turn, (rules.WAITING,))
    turn.absences += 1
    if turn.absences > 1:
        turn.state, turn.position = rules.ABSENT, 0
        return
    others = [each for each in turns.waiting(scene.session, scene.meeting_id) if each is not turn]
    turns.number([*others, turn])


def _extend(scene: _Scene) -> None:
    turns.must(scene.turn, rules.CURRENT)
    longest = rules.LONGEST_CLOCK
    seconds = scene.doing.seconds or 0
    if scene.turn.allotted + seconds > longest:
        words = {"seconds": _l("This number is too large.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    scene.turn.allotted += seconds


def _answer(scene: _Scene) -> None:
    """Let the answering body reply: the speech ends, the answer has its own clock."""
    turn, floor = scene.turn, scene.floor
    turns.must(turn, rules.CURRENT, rules.NEXT_PARTS[rules.ANSWER])
    turn.answered_by = _body(scene)
    turn.outcome = turn.outcome or rules.ANSWERED
    _close_part(turn, scene.now)
    _open_part(turn, rules.ANSWER, scene.doing.seconds or floor.answer_seconds, scene.now)


def _body(scene: _Scene) -> int | None:
    if scene.doing.body_id is not None:
        return body_named(scene.session, scene.meeting_id, scene.doing.body_id)
    if scene.turn.answered_by is not None or scene.turn.topic_id is None:
        return scene.turn.answered_by
    return scene.session.get_one(Topic, scene.turn.topic_id).body_id


def body_named(session: Session, meeting_id: int, body_id: int) -> int:
    """Return the body's id. Refused `invalid` unless it is one of those that answer."""
    body = session.get(Body, body_id)
    if body is None or body.meeting_id != meeting_id or not body.answers:
        words = {"body": _l("Please choose an office from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    return body_id


def _follow_up(scene: _Scene) -> None:
    """Give the same person the floor again, briefly, after the answer."""
    turns.must(scene.turn, rules.CURRENT, rules.NEXT_PARTS[rules.FOLLOW_UP])
    _close_part(scene.turn, scene.now)
    seconds = scene.doing.seconds or rules.FOLLOW_UP_SECONDS
    _open_part(scene.turn, rules.FOLLOW_UP, seconds, scene.now)


def _told(scene: _Scene) -> None:
    """Remember that this person was told to get ready."""
    turns.must(scene.turn, (rules.WAITING,))
    scene.turn.told_at = scene.now


_VERBS: dict[str, Callable[[_Scene], None]] = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "finish": _finish,
    "withdraw": _withdraw,
    "absent": _absent,
    "extend": _extend,
    "answer": _answer,
    "follow_up": _follow_up,
    "told": _told,
}
