"""The parts of the speakers view: entries, clock, topics, forecast, questions, steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.models import Topic
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.speakers.models import QueueStep
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.models import WrittenQuestion
from kiosk.plugins.speakers.queue import forecast_rules
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.course import AFTER
from kiosk.plugins.speakers.queue.course import Course
from kiosk.plugins.speakers.queue.undo import last_steps

MOST_STEPS = 5


@dataclass(frozen=True)
class Row:
    """A turn with its person."""

    turn: Turn
    name: str
    salutation: str
    title: str
    area: str
    area_id: int | None
    household: str
    group: str
    group_id: int
    walk_in: bool = False


@dataclass(frozen=True)
class Names:
    """What entries of one moment share: topics, offices, who is inside, who has spoken,
    who was here and went out, whose invitation was withdrawn."""

    now: datetime
    topics: Mapping[int, Topic]
    bodies: Mapping[int, str]
    inside: set[int]
    spoken: Mapping[int, int] = field(default_factory=dict)
    outside: frozenset[int] = frozenset()
    uninvited: frozenset[int] = frozenset()

    def topic(self, topic_id: int | None) -> Topic | None:
        """Return the topic, or None for no topic."""
        return None if topic_id is None else self.topics.get(topic_id)

    def body(self, body_id: int | None) -> dict[str, Any] | None:
        """Return an office as screens see it."""
        if body_id is None or body_id not in self.bodies:
            return None
        return {"id": body_id, "name": self.bodies[body_id]}


def names_of(session: Session, meeting_id: int, rows: Sequence[Row], now: datetime) -> Names:
    """Return what the entries of a meeting share."""
    spoken = Counter(
        row.turn.delegate_id
        for row in rows
        if row.turn.state == rules.FINISHED and row.turn.kind == "normal"
    )
    come = checkin.presence(session, meeting_id)
    bodies = select(Body.id, Body.name).where(Body.meeting_id == meeting_id)
    return Names(
        now,
        {topic.id: topic for topic in meetings.topics(session, meeting_id)},
        {body.id: body.name for body in session.execute(bodies)},
        {one.delegate_id for one in come if one.state == "in"},
        spoken,
        frozenset(one.delegate_id for one in come if one.state != "in"),
        invitations.withdrawn(session, meeting_id),
    )


def rows_of(session: Session, meeting_id: int) -> list[Row]:
    """Return every turn on the record with its person, the waiting ones in order."""
    rows = session.execute(
        select(
            Turn,
            Delegate.name,
            Delegate.salutation,
            Delegate.title,
            Area.name,
            Delegate.area_id,
            Household.number,
            Group.name,
            Delegate.group_id,
            Delegate.origin == "walk_in",
        )
        .join(Delegate, Delegate.id == Turn.delegate_id)
        .join(Group, Group.id == Delegate.group_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .where(
            Turn.meeting_id == meeting_id,
            Turn.removed_at.is_(None),
            (Turn.state != rules.WAITING) | Delegate.removed_at.is_(None),
        )
        .order_by(Turn.position, Turn.id)
    )
    return [
        Row(turn, name, salutation, title, area or "", area_id, number or "", group, group_id, walk)
        for turn, name, salutation, title, area, area_id, number, group, group_id, walk in rows
    ]


def entry(
    row: Row, names: Names, position: int = 0, expected_at: datetime | None = None
) -> dict[str, Any]:
    """Return a turn as screens and programs see it."""
    turn, now = row.turn, names.now
    topic = names.topic(turn.topic_id)
    times = names.spoken.get(turn.delegate_id, 0)
    return {
        "id": turn.id,
        "delegate": turn.delegate_id,
        "name": row.name,
        "salutation": row.salutation,
        "title": row.title,
        "area": row.area,
        "area_id": row.area_id,
        "household": row.household,
        "group": row.group,
        "topic": topic.name if topic else "",
        "topic_id": turn.topic_id,
        "icon": topic.icon if topic else "",
        "body": names.body(topic.body_id if topic else None),
        "kind": turn.kind,
        "state": _state(turn, names.inside),
        "part": turn.part if turn.state in rules.CURRENT else None,
        "position": position,
        "seconds_spoken": turns.seconds_spoken(turn, now),
        "seconds_answered": turns.seconds_answered(turn, now),
        "answered_by": names.body(turn.answered_by),
        "times_spoken": times,
        "first": times == 0,
        "expected_at": _moment(expected_at),
        "requested_at": clock.rfc3339(turn.requested_at),
        "started_at": _moment(turn.started_at),
        "ended_at": _moment(turn.ended_at),
        "absences": turn.absences,
        "went_out": turn.delegate_id in names.outside,
        "uninvited": turn.delegate_id in names.uninvited,
        "outcome": turn.outcome,
        "told_at": _moment(turn.told_at),
        "walk_in": row.walk_in,
        "body_id": turn.answered_by or (topic.body_id if topic else None),
        "note": turn.note,
    }


def _state(turn: Turn, inside: set[int]) -> str:
    waits = turn.state == rules.WAITING
    return "expected" if waits and turn.delegate_id not in inside else turn.state


def _moment(moment: datetime | None) -> str | None:
    return clock.rfc3339(moment) if moment else None


def clock_of(runs: Turn | None, now: datetime, set_seconds: int) -> dict[str, Any]:
    """Return the clock of the part that runs; else stopped at what the next one is given."""
    states = {rules.SPEAKING: "running", rules.PAUSED: "paused"}
    return {
        "state": states[runs.state] if runs else "stopped",
        "part": runs.part if runs else None,
        "allotted": runs.allotted if runs else set_seconds,
        "remaining": runs.allotted - turns.spoken_part(runs, now) if runs else set_seconds,
        "at": now.isoformat(timespec="milliseconds"),
    }


def forecast_of(plan: forecast_rules.Plan, run: Course) -> dict[str, Any]:
    """Return the forecast with what would help; of a meeting that is over, its end."""
    found = forecast_rules.forecast(plan)
    if run.phase == AFTER:
        found = forecast_rules.over(plan, run.ended_at)
    return {
        "ends_at": clock.rfc3339(found.ends_at),
        "over_seconds": found.over_seconds,
        "planned_end": clock.rfc3339(plan.planned_end),
        "level": found.level,
        "speech_seconds": plan.pace.speech(plan.seconds),
        "answer_seconds": plan.pace.answer,
        "measured": plan.pace.measured,
        "fits": found.fits,
        "helps": [_help(each, plan.planned_end) for each in found.helps],
        "closing_seconds": plan.closing,
        "rest_seconds": plan.rest,
        "waiting": plan.waiting,
    }


def _help(found: forecast_rules.Help, planned_end: datetime) -> dict[str, Any]:
    ends_at = planned_end + timedelta(seconds=found.over_seconds)
    about: dict[str, Any] = {"what": found.what}
    if found.seconds:
        about["seconds"] = found.seconds
    if found.turns:
        about["turns"] = found.turns
    return {**about, "over_seconds": found.over_seconds, "ends_at": clock.rfc3339(ends_at)}


def bodies_of(session: Session, meeting_id: int, names: Names) -> list[dict[str, Any]]:
    """Return the bodies that answer, each with whether one of its people is inside."""
    rows = session.execute(
        select(Body.id, DelegateRole.delegate_id)
        .outerjoin(DelegateRole, DelegateRole.body_id == Body.id)
        .where(Body.meeting_id == meeting_id, Body.answers)
        .order_by(Body.rank, Body.id)
    )
    here: dict[int, bool] = {}
    for body_id, delegate_id in rows:
        here[body_id] = here.get(body_id, False) or delegate_id in names.inside
    return [{"id": i, "name": names.bodies[i], "here": inside} for i, inside in here.items()]


def outcomes_of(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many finished turns were answered, promised in writing, passed up."""
    done = Counter(row.turn.outcome for row in rows if row.turn.state == rules.FINISHED)
    return {name: done[name] for name in rules.OUTCOMES}


def topics_of(rows: Sequence[Row], names: Names) -> list[dict[str, Any]]:
    """Return how often each topic was heard and how many wait with it, in the plan's order."""
    heard: Counter[int | None] = Counter()
    waiting: Counter[int | None] = Counter()
    seconds: Counter[int | None] = Counter()
    for row in rows:
        turn = row.turn
        waiting[turn.topic_id] += turn.state == rules.WAITING
        heard[turn.topic_id] += turn.state == rules.FINISHED
        seconds[turn.topic_id] += turns.seconds_spoken(turn, names.now)
    shown: list[int | None] = list(names.topics)
    if heard[None] or waiting[None]:
        shown.append(None)
    found = []
    for topic_id in shown:
        topic = names.topic(topic_id)
        found.append(
            {
                "id": topic_id,
                "name": topic.name if topic else "",
                "icon": topic.icon if topic else "",
                "heard": heard[topic_id],
                "waiting": waiting[topic_id],
                "seconds": seconds[topic_id],
            }
        )
    return found


def questions_of(
    session: Session, meeting_id: int, names: Names, delegate_id: int | None = None
) -> list[dict[str, Any]]:
    """Return the written questions: those not read out first, each by the time of asking."""
    statement = (
        select(WrittenQuestion, Delegate.name, Delegate.salutation, Area.name)
        .join(Delegate, Delegate.id == WrittenQuestion.delegate_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .where(
            WrittenQuestion.meeting_id == meeting_id,
            WrittenQuestion.withdrawn_at.is_(None),
            Delegate.removed_at.is_(None),
        )
        .order_by(WrittenQuestion.read_at.is_not(None), WrittenQuestion.id)
    )
    if delegate_id is not None:
        statement = statement.where(WrittenQuestion.delegate_id == delegate_id)
    found = []
    for question, name, salutation, area in session.execute(statement):
        topic = names.topic(question.topic_id)
        found.append(
            {
                "id": question.id,
                "delegate": question.delegate_id,
                "name": name,
                "salutation": salutation,
                "area": area or "",
                "topic": topic.name if topic else "",
                "icon": topic.icon if topic else "",
                "text": question.text,
                "asked_at": clock.rfc3339(question.asked_at),
                "read_at": _moment(question.read_at),
            }
        )
    return found


def steps_of(session: Session, meeting_id: int) -> list[dict[str, Any]]:
    """Return the latest steps that can be taken back, the last one first."""
    steps = last_steps(session, meeting_id, MOST_STEPS)
    people = session.execute(
        select(Turn.id, Delegate.name, Delegate.salutation)
        .join(Delegate, Delegate.id == Turn.delegate_id)
        .where(Turn.id.in_({step.turn_id for step in steps}))
    )
    who = {turn_id: (name, salutation) for turn_id, name, salutation in people}
    return [_step(step, *who.get(step.turn_id or 0, ("", ""))) for step in steps]


def _step(step: QueueStep, name: str, salutation: str) -> dict[str, Any]:
    return {
        "step": step.id,
        "kind": step.kind,
        "by": step.actor,
        "at": clock.rfc3339(step.at),
        "turn": step.turn_id,
        "name": name,
        "salutation": salutation,
    }
