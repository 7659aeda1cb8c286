"""Erasing who brought an opinion: the words stay, the person goes from everything kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.errors import NotFound
from kiosk.models import Delegate
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import service
from kiosk.plugins.speakers import queries as speakers


def forget(session: Session, meeting_id: int, author_id: int, *, actor: str, now: datetime) -> None:
    """Erase one author of an opinion, also the full name in the words and their history."""
    author = session.get(OpinionAuthor, author_id)
    opinion = session.get(Opinion, author.opinion_id) if author else None
    if author is None or opinion is None or opinion.meeting_id != meeting_id:
        raise NotFound("no_author", _l("There is no such person in this meeting."))
    _leave_turn(session, author)
    _forget(session, [author], now)
    ledger.record(session, meeting_id, "opinion.author_erased", actor=actor)


def forget_everyone(session: Session, meeting_id: int, *, actor: str, now: datetime) -> int:
    """Erase the authors of all opinions of a meeting; returns how many were erased."""
    found = session.scalars(
        select(OpinionAuthor)
        .join(Opinion, Opinion.id == OpinionAuthor.opinion_id)
        .where(Opinion.meeting_id == meeting_id, OpinionAuthor.erased_at.is_(None))
    ).all()
    _forget(session, found, now)
    ledger.record(session, meeting_id, "opinion.authors_erased", actor=actor)
    return len(found)


def erase(session: Session, meeting_id: int) -> None:
    """Erase the authors of a meeting that is over; what was asked and answered stays."""
    forget_everyone(session, meeting_id, actor="kiosk erase", now=clock.now())


def _forget(session: Session, authors: Iterable[OpinionAuthor], now: datetime) -> None:
    for author in authors:
        name = author.name
        if author.delegate_id is not None:
            delegate = session.get(Delegate, author.delegate_id)
            name = delegate.name if delegate else name
        author.delegate_id, author.erased_at = None, now
        author.name = author.folded = ""
        for matter in session.scalars(
            select(Matter).where(Matter.opinion_id == author.opinion_id)
        ).all():
            _unname(session, matter, [name])
    session.flush()


def _leave_turn(session: Session, author: OpinionAuthor) -> None:
    """Part the words from the turn of a person who is erased: minutes would name the speaker."""
    opinion = session.get_one(Opinion, author.opinion_id)
    if opinion.turn_id is None:
        return
    owner = speakers.delegate_of(session, opinion.meeting_id, opinion.turn_id)
    if owner == author.delegate_id:
        opinion.turn_id = None


def _unname(session: Session, matter: Matter, names: list[str]) -> None:
    matter.text = rules.nameless(matter.text, names)
    matter.title = rules.nameless(matter.title, names)
    matter.answer = rules.nameless(matter.answer, names)
    matter.folded = service.folded(matter)
    matter.revision += 1
    for step in session.scalars(select(MatterStep).where(MatterStep.matter_id == matter.id)):
        step.before, step.after = _bare(step.before, names), _bare(step.after, names)


def _bare(values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {k: rules.nameless(v, names) if isinstance(v, str) else v for k, v in values.items()}
