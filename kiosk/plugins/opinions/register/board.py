"""The board: a card per matter, counted and narrowed in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import and_
from sqlalchemy import case
from sqlalchemy import func
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterBody
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor

CARDS = 30
_CUT = 220


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to. `names` lets words also find who brought a matter."""

    q: str = ""
    topic_id: int | None = None
    body_id: int | None = None
    state: str = ""
    column: str = ""
    channel: str = ""
    late: bool = False
    unassigned: bool = False
    only_body: int | None = None
    names: bool = False
    secrets: bool = False


@dataclass(frozen=True)
class Card:
    """A matter on the board."""

    id: int
    number: int | None
    words: str
    topic_id: int | None
    kind: str
    state: str
    lead_id: int | None
    due_on: date | None
    closed_on: date | None
    late_days: int
    sent: bool
    published: bool
    same: int


def open_today() -> date:
    """Return today's date in Vietnam."""
    return clock.local(clock.now()).date()


def where(meeting_id: int, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions of a list; denunciations only when `secrets`."""
    found: list[ColumnElement[bool]] = [Matter.meeting_id == meeting_id]
    if not wanted.secrets:
        found.append(Matter.kind != rules.DENUNCIATION)
    found += [_has(word, wanted.names) for word in vietnamese.search_words(wanted.q)]
    for column, value in (
        (Matter.topic_id, wanted.topic_id),
        (Matter.lead_body_id, wanted.body_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.only_body is not None:
        found.append(given_to(wanted.only_body))
    return found + _standing(wanted, today)


def _standing(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.unassigned:
        found.append(Matter.lead_body_id.is_(None))
    if wanted.state:
        found.append(Matter.state == wanted.state)
    if wanted.column:
        found.append(Matter.state.in_(rules.COLUMNS.get(wanted.column, ())))
    if wanted.channel:
        opinions = select(Opinion.id).where(Opinion.channel == wanted.channel)
        found.append(Matter.opinion_id.in_(opinions))
    if wanted.late:
        found.append(and_(Matter.due_on < today, Matter.state.in_(rules.OPEN)))
    return found


def given_to(body_id: int) -> ColumnElement[bool]:
    """Return the condition that a matter was given to a body, and may be seen by it."""
    partners = select(MatterBody.matter_id).where(MatterBody.body_id == body_id)
    return and_(
        or_(Matter.lead_body_id == body_id, Matter.id.in_(partners)),
        Matter.kind.not_in(rules.SPLIT_OUT),
        Matter.state != rules.DUPLICATE,
    )


def _has(word: str, names: bool) -> ColumnElement[bool]:
    inside = Matter.folded.contains(word, autoescape=True)
    if not names:
        return inside
    people = (
        select(OpinionAuthor.opinion_id)
        .outerjoin(Delegate, Delegate.id == OpinionAuthor.delegate_id)
        .where(
            or_(
                Delegate.folded.contains(word, autoescape=True),
                OpinionAuthor.folded.contains(word, autoescape=True),
            )
        )
    )
    return or_(inside, Matter.opinion_id.in_(people))


def cards(
    session: Session,
    meeting_id: int,
    wanted: Wanted,
    *,
    limit: int | None = CARDS,
    offset: int = 0,
) -> list[Card]:
    """Return cards: late ones first, then by due date, then by number."""
    today = open_today()
    same = (
        select(Matter.duplicate_of_id.label("main"), func.count().label("count"))
        .where(Matter.meeting_id == meeting_id, Matter.duplicate_of_id.is_not(None))
        .group_by(Matter.duplicate_of_id)
        .subquery()
    )
    short = func.substr(Matter.text, 1, _CUT + 1)
    rows = session.execute(
        select(
            Matter.id,
            Matter.number,
            case((Matter.title != "", Matter.title), else_=short),
            Matter.topic_id,
            Matter.kind,
            Matter.state,
            Matter.lead_body_id,
            Matter.due_on,
            Matter.closed_at,
            Matter.sent_at,
            Matter.published_at,
            func.coalesce(same.c.count, 0),
        )
        .outerjoin(same, same.c.main == Matter.id)
        .where(*where(meeting_id, wanted, today))
        .order_by(Matter.due_on.is_(None), Matter.due_on, Matter.number, Matter.id)
        .limit(limit)
        .offset(offset)
    )
    return [_card(row, today) for row in rows]


def _card(row: Any, today: date) -> Card:
    matter, number, words, topic, kind, state, lead, due, closed, sent, published, same = row
    late = rules.days_late(due, today) if state in rules.OPEN else 0
    return Card(
        matter,
        number,
        words if len(words) <= _CUT else words[:_CUT].rsplit(" ", 1)[0] + "…",
        topic,
        kind,
        state,
        lead,
        due,
        clock.local(closed).date() if closed else None,
        late,
        sent is not None and state in {rules.PREPARING, rules.ASSIGNED, rules.IN_PROGRESS},
        published is not None,
        same,
    )


@dataclass(frozen=True)
class Counts:
    """How many matters stand where, under the list's other conditions."""

    all: int
    by_column: dict[str, int]
    by_state: dict[str, int]
    by_topic: dict[int | None, int]
    by_body: dict[int | None, int]
    late: int


def counts(session: Session, meeting_id: int, wanted: Wanted) -> Counts:
    """Count what the conditions find: one statement."""
    today = open_today()
    late = and_(Matter.due_on < today, Matter.state.in_(rules.OPEN))
    rows = session.execute(
        select(
            Matter.state,
            Matter.topic_id,
            Matter.lead_body_id,
            func.count(),
            func.sum(case((late, 1), else_=0)),
        )
        .where(*where(meeting_id, wanted, today))
        .group_by(Matter.state, Matter.topic_id, Matter.lead_body_id)
    ).all()
    by_column = dict.fromkeys(rules.COLUMNS, 0)
    by_state: dict[str, int] = {}
    by_topic: dict[int | None, int] = {}
    by_body: dict[int | None, int] = {}
    for state, topic, body, count, _late in rows:
        by_column[rules.column_of(state)] += count
        by_state[state] = by_state.get(state, 0) + count
        by_topic[topic] = by_topic.get(topic, 0) + count
        by_body[body] = by_body.get(body, 0) + count
    return Counts(
        sum(by_state.values()),
        by_column,
        by_state,
        by_topic,
        by_body,
        sum(row[4] or 0 for row in rows),
    )


def names_of_cards(session: Session, found: Sequence[Card]) -> dict[int, list[str]]:
    """Return the authors' full names by matter, to take them out of the words."""
    ids = [card.id for card in found]
    rows = session.execute(
        select(Matter.id, func.coalesce(Delegate.name, OpinionAuthor.name))
        .join(OpinionAuthor, OpinionAuthor.opinion_id == Matter.opinion_id)
        .outerjoin(Delegate, Delegate.id == OpinionAuthor.delegate_id)
        .where(Matter.id.in_(ids))
    )
    names: dict[int, list[str]] = {}
    for matter, name in rows:
        names.setdefault(matter, []).append(name)
    return names


def body_names(session: Session, meeting_id: int) -> dict[int, str]:
    """Return the short names of the meeting's bodies."""
    rows = session.execute(
        select(Body.id, Body.short_name, Body.name)
        .where(Body.meeting_id == meeting_id)
        .order_by(Body.rank)
    )
    return {body: short or name for body, short, name in rows}
