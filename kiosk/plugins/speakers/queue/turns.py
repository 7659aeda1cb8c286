"""Turns as the verbs and the views meet them: who waits, what a policy may know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.models import Topic
from kiosk.plugin import Asking
from kiosk.plugin import Heard
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import forecast_rules
from kiosk.plugins.speakers.queue import rules


def waiting(session: Session, meeting_id: int) -> list[Turn]:
    """Return the waiting turns in order; people removed from the meeting do not wait."""
    return list(
        session.scalars(
            select(Turn)
            .join(Delegate, Delegate.id == Turn.delegate_id)
            .where(
                Turn.meeting_id == meeting_id,
                Turn.state == rules.WAITING,
                Delegate.removed_at.is_(None),
            )
            .order_by(Turn.position, Turn.id)
        )
    )


def number(turns: Sequence[Turn]) -> None:
    """Give the turns the places 1 to n."""
    for position, turn in enumerate(turns, start=1):
        turn.position = position


def one(session: Session, meeting_id: int, turn_id: int) -> Turn:
    """Return a turn of the meeting. NotFound `no_turn` when it is not on the record."""
    turn = session.get(Turn, turn_id)
    if turn is None or turn.meeting_id != meeting_id or turn.removed_at is not None:
        raise _no_turn()
    if turn.state == rules.WAITING:
        delegate = session.get_one(Delegate, turn.delegate_id)
        if delegate.removed_at is not None:
            raise _no_turn()
    return turn


def _no_turn() -> NotFound:
    return NotFound("no_turn", _l("There is no such turn on the list."))


def must(turn: Turn, states: Sequence[str], parts: Sequence[str] = ()) -> None:
    """Raise Conflict `wrong_state` unless the turn is in one of these states and parts."""
    if turn.state not in states or (parts and turn.part not in parts):
        raise Conflict(
            "wrong_state",
            _l("This cannot be done now: the turn has moved on. Look at the list again."),
            state=turn.state,
        )


def already_waiting() -> Conflict:
    """Return the refusal of a second waiting entry of one kind."""
    return Conflict("already_waiting", _l("This person is on the list already."))


def current(session: Session, meeting_id: int) -> Turn | None:
    """Return the turn that runs or is paused."""
    return session.scalar(
        select(Turn).where(Turn.meeting_id == meeting_id, Turn.state.in_(rules.CURRENT))
    )


def check_topic(session: Session, meeting_id: int, topic_id: int | None) -> None:
    """Raise Refused `invalid` when the topic is not one of the meeting's."""
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic_id is not None and (topic is None or topic.meeting_id != meeting_id):
        words = {"topic": _l("Please choose a topic from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)


def delegate_of(session: Session, meeting_id: int, delegate_id: int) -> Delegate:
    """Return a delegate of the meeting. NotFound `no_delegate`."""
    delegate = session.get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != meeting_id or delegate.removed_at is not None:
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    return delegate


def finished(session: Session, meeting_id: int) -> list[Turn]:
    """Return the finished turns in the order in which they ended."""
    return list(
        session.scalars(
            select(Turn)
            .where(
                Turn.meeting_id == meeting_id,
                Turn.state == rules.FINISHED,
                Turn.removed_at.is_(None),
            )
            .order_by(Turn.ended_at, Turn.id)
        )
    )


def spoken_part(turn: Turn, now: datetime) -> int:
    """Return the seconds of the part that runs; 0 when none runs."""
    if turn.state not in rules.CURRENT:
        return 0
    return rules.seconds_of(turn.part_started_at, turn.paused_at, turn.seconds_paused, now)


def seconds_spoken(turn: Turn, now: datetime) -> int:
    """Return for how long the delegate has spoken in this turn, pauses left out."""
    running = 0 if turn.part == rules.ANSWER else spoken_part(turn, now)
    return turn.seconds_spoken + running


def seconds_answered(turn: Turn, now: datetime) -> int:
    """Return for how long the answering body has spoken in this turn."""
    running = spoken_part(turn, now) if turn.part == rules.ANSWER else 0
    return turn.seconds_answered + running


def askings(session: Session, meeting_id: int, turns: Sequence[Turn]) -> list[Asking]:
    """Return the turns as a policy sees them."""
    areas = _areas(session, [turn.delegate_id for turn in turns])
    topics = select(Topic.id).where(Topic.meeting_id == meeting_id).order_by(Topic.rank, Topic.id)
    places = {topic_id: place for place, topic_id in enumerate(session.scalars(topics))}
    spoken = _spoken(session, meeting_id)
    return [
        Asking(
            turn.id,
            turn.delegate_id,
            turn.kind,
            turn.requested_at,
            areas.get(turn.delegate_id),
            None if turn.topic_id is None else places.get(turn.topic_id),
            *spoken.get(turn.delegate_id, (0, 0)),
        )
        for turn in turns
    ]


def _areas(session: Session, delegates: Sequence[int]) -> dict[int, int | None]:
    rows = session.execute(
        select(Delegate.id, Delegate.area_id).where(Delegate.id.in_(set(delegates)))
    )
    return {row.id: row.area_id for row in rows}


def _spoken(session: Session, meeting_id: int) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for turn in finished(session, meeting_id):
        times, seconds = found.get(turn.delegate_id, (0, 0))
        times += turn.kind == "normal"
        found[turn.delegate_id] = (times, seconds + turn.seconds_spoken)
    return found


def heard(session: Session, meeting_id: int, seed: str) -> Heard:
    """Return what the hall has heard: finished speeches, and who speaks as the latest."""
    ended = finished(session, meeting_id)
    runs = current(session, meeting_id)
    latest = [runs] if runs else ended[-1:]
    areas = _areas(session, [turn.delegate_id for turn in [*ended, *latest]])
    return Heard(
        tuple(areas[turn.delegate_id] for turn in ended),
        tuple(areas[turn.delegate_id] for turn in latest),
        seed,
    )


def plan_of(
    meeting: Meeting,
    floor: Floor,
    pace: forecast_rules.Pace,
    runs: Turn | None,
    count: int,
    now: datetime,
) -> forecast_rules.Plan:
    """Return what the forecast starts from; each gets the time that the list gives now."""
    remaining = runs.allotted - spoken_part(runs, now) if runs else 0
    plan = forecast_rules.Plan(
        # Before the meeting begins nobody speaks: the forecast counts from its opening.
        begins=max(now, meeting.starts_at),
        planned_end=meeting.ends_at,
        rest=forecast_rules.rest_of(runs.part if runs else None, remaining, pace),
        waiting=count,
        seconds=floor.seconds or meeting.seconds_per_turn,
        closing=floor.closing_seconds,
        open=floor.open,
        pace=pace,
    )
    if floor.pace == "shrink":
        return forecast_rules.with_seconds(plan, forecast_rules.fitted(plan, floor.shortest))
    return plan


def pace_of(ended: Sequence[Turn], floor: Floor) -> forecast_rules.Pace:
    """Return how long the finished turns took."""
    return forecast_rules.measured(
        [(turn.seconds_spoken, turn.granted) for turn in ended if turn.granted],
        [turn.seconds_answered for turn in ended if turn.seconds_answered],
        floor.answer_seconds,
    )


def count_waiting(session: Session, meeting_id: int) -> int:
    """Return how many wait to speak."""
    found = session.scalar(
        select(func.count())
        .select_from(Turn)
        .join(Delegate, Delegate.id == Turn.delegate_id)
        .where(
            Turn.meeting_id == meeting_id,
            Turn.state == rules.WAITING,
            Delegate.removed_at.is_(None),
        )
    )
    return found or 0
