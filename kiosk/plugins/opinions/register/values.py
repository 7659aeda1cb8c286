"""Matters as plain values, with names instead of ids; a few statements however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm import aliased

from kiosk import clock
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import Topic
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterBody
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor


@dataclass(frozen=True)
class AuthorView:
    """Somebody who brought a matter; an erased author has no name."""

    id: int
    name: str
    salutation: str
    area: str
    delegate_id: int | None
    erased: bool
    opinion_id: int


@dataclass(frozen=True)
class MatterView:
    """A matter as screens and papers see it."""

    id: int
    opinion_id: int
    number: int | None
    revision: int
    title: str
    text: str
    topic_id: int | None
    topic: str
    icon: str
    kind: str
    competence: str
    channel: str
    state: str
    authors: tuple[AuthorView, ...]
    anonymous: bool
    area: str
    turn_id: int | None
    read_back: bool
    lead_id: int | None
    lead: str
    partner_ids: tuple[int, ...]
    partners: tuple[str, ...]
    due_on: date | None
    answer: str
    answer_by: str
    proposed: str
    sent_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    duplicate_of_id: int | None
    duplicate_of: int | None
    same: tuple[int, ...]
    received_at: datetime
    late_days: int

    @property
    def words(self) -> str:
        """The short wording, or the words as brought."""
        return self.title or self.text

    @property
    def column(self) -> str:
        """The board's column."""
        return rules.column_of(self.state)

    def without_names(self) -> MatterView:
        """Return the matter for those who must not know who brought it."""
        names = [author.name for author in self.authors]
        return replace(
            self,
            authors=(),
            turn_id=None,
            title=rules.nameless(self.title, names),
            text=rules.nameless(self.text, names),
            answer=rules.nameless(self.answer, names),
        )


_Lead = aliased(Body)


def load(
    session: Session, *where: ColumnElement[bool], order: Any = None, limit: int | None = None
) -> list[MatterView]:
    """Return the matters that fit, each with authors, bodies and duplicates."""
    statement = (
        select(Matter, Opinion, Topic.name, Topic.icon, _Lead.short_name, _Lead.name, Area.name)
        .join(Opinion, Opinion.id == Matter.opinion_id)
        .outerjoin(Topic, Topic.id == Matter.topic_id)
        .outerjoin(_Lead, _Lead.id == Matter.lead_body_id)
        .outerjoin(Area, Area.id == Opinion.area_id)
        .where(*where)
        .order_by(*(order if order is not None else (Matter.number, Matter.id)))
    )
    rows = session.execute(statement.limit(limit)).all()
    ids = [row[0].id for row in rows]
    same = _duplicates(session, ids)
    opinions = {row[1].id for row in rows} | {o for found in same.values() for _, _, o in found}
    authors = _authors(session, opinions)
    partners = _partners(session, ids)
    mains = _numbers(session, {row[0].duplicate_of_id for row in rows})
    today = clock.local(clock.now()).date()
    return [
        _view(row, authors, partners.get(row[0].id, []), same.get(row[0].id, []), mains, today)
        for row in rows
    ]


def _view(
    row: Any,
    authors: dict[int, list[AuthorView]],
    partners: list[tuple[int, str]],
    same: list[tuple[int, int | None, int]],
    mains: dict[int, int | None],
    today: date,
) -> MatterView:
    matter, opinion, topic, icon, short, lead, area = row
    brought_in = dict.fromkeys([opinion.id, *(o for _, _, o in same)])
    late = rules.days_late(matter.due_on, today) if matter.state in rules.OPEN else 0
    return MatterView(
        id=matter.id,
        opinion_id=opinion.id,
        number=matter.number,
        revision=matter.revision,
        title=matter.title,
        text=matter.text,
        topic_id=matter.topic_id,
        topic=topic or "",
        icon=icon or "message-square",
        kind=matter.kind,
        competence=matter.competence,
        channel=opinion.channel,
        state=matter.state,
        authors=_once(a for o in brought_in for a in authors.get(o, [])),
        anonymous=opinion.anonymous,
        area=area or "",
        turn_id=opinion.turn_id,
        read_back=opinion.read_back,
        lead_id=matter.lead_body_id,
        lead=short or lead or "",
        partner_ids=tuple(body for body, _ in partners),
        partners=tuple(name for _, name in partners),
        due_on=matter.due_on,
        answer=matter.answer,
        answer_by=matter.answer_by,
        proposed=matter.proposed,
        sent_at=matter.sent_at,
        answered_at=matter.answered_at,
        closed_at=matter.closed_at,
        published_at=matter.published_at,
        duplicate_of_id=matter.duplicate_of_id,
        duplicate_of=mains.get(matter.duplicate_of_id) if matter.duplicate_of_id else None,
        same=tuple(number for _, number, _ in same if number is not None),
        received_at=opinion.received_at,
        late_days=late,
    )


def _once(authors: Iterable[AuthorView]) -> tuple[AuthorView, ...]:
    """Return each person once: a delegate by id, others as often as they came."""
    found: dict[object, AuthorView] = {}
    for author in authors:
        key = ("d", author.delegate_id) if author.delegate_id else ("a", author.id)
        found.setdefault(key, author)
    return tuple(found.values())


def _duplicates(session: Session, ids: list[int]) -> dict[int, list[tuple[int, int | None, int]]]:
    found: dict[int, list[tuple[int, int | None, int]]] = defaultdict(list)
    rows = session.execute(
        select(Matter.duplicate_of_id, Matter.id, Matter.number, Matter.opinion_id)
        .where(Matter.duplicate_of_id.in_(ids))
        .order_by(Matter.number)
    )
    for main, matter, number, opinion in rows:
        if main is not None:
            found[main].append((matter, number, opinion))
    return found


def _authors(session: Session, opinions: Iterable[int]) -> dict[int, list[AuthorView]]:
    found: dict[int, list[AuthorView]] = defaultdict(list)
    rows = session.execute(
        select(OpinionAuthor, Delegate.name, Delegate.salutation, Area.name)
        .outerjoin(Delegate, Delegate.id == OpinionAuthor.delegate_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .where(OpinionAuthor.opinion_id.in_(list(opinions)))
        .order_by(OpinionAuthor.id)
    )
    for author, name, salutation, area in rows:
        found[author.opinion_id].append(
            AuthorView(
                author.id,
                name or author.name,
                salutation or "",
                area or "",
                author.delegate_id,
                author.erased_at is not None,
                author.opinion_id,
            )
        )
    return found


def _partners(session: Session, ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = session.execute(
        select(MatterBody.matter_id, Body.id, Body.short_name, Body.name)
        .join(Body, Body.id == MatterBody.body_id)
        .where(MatterBody.matter_id.in_(ids))
        .order_by(Body.rank)
    )
    for matter, body, short, name in rows:
        found[matter].append((body, short or name))
    return found


def _numbers(session: Session, ids: set[int | None]) -> dict[int, int | None]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    rows = session.execute(select(Matter.id, Matter.number).where(Matter.id.in_(wanted)))
    return {row.id: row.number for row in rows}
