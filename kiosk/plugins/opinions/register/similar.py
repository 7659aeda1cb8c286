"""Finding matters that say nearly the same."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz import process
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Topic
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import TopicRule

# Folded words of 8 of 10 the same: measured on the demo's matters, pairs that a person
# calls the same stand above, others below.
ALIKE_PERCENT = 72
MOST = 3
_SHORTEST = 8


@dataclass(frozen=True)
class Alike:
    """A matter like another, with how much of it is the same in per cent."""

    id: int
    number: int | None
    words: str
    state: str
    percent: int


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Return how alike two texts are: words in any order, length counted half."""
    found = (fuzz.token_set_ratio(one, other) + fuzz.token_sort_ratio(one, other)) / 2
    return found if score_cutoff is None or found >= score_cutoff else 0.0


def alike(
    session: Session, meeting_id: int, words: str, apart_from: int | None = None
) -> list[Alike]:
    """Return up to three matters that say nearly the same, the most alike first.

    Complaints, denunciations and duplicates are never suggested.
    """
    key = rules.likeness_key(words)
    if len(key) < _SHORTEST:
        return []
    rows = session.execute(
        select(Matter.id, Matter.number, Matter.title, Matter.text, Matter.state).where(
            Matter.meeting_id == meeting_id,
            Matter.kind.not_in(rules.SPLIT_OUT),
            Matter.state != rules.DUPLICATE,
        )
    ).all()
    others = {i: rules.likeness_key(row.text) for i, row in enumerate(rows) if row.id != apart_from}
    found = process.extract(
        key, others, scorer=_likeness, processor=None, limit=MOST, score_cutoff=ALIKE_PERCENT
    )
    return [
        Alike(rows[i].id, rows[i].number, rows[i].title or rows[i].text, rows[i].state, int(score))
        for _, score, i in found
    ]


def suggestion(
    session: Session, meeting_id: int, topic_id: int | None, words: str
) -> rules.Suggestion:
    """Return topic and bodies that the ward's topic rules suggest for a matter."""
    kept = session.scalars(
        select(TopicRule).where(TopicRule.meeting_id == meeting_id).order_by(TopicRule.id)
    )
    defaults = {
        row.id: row.body_id
        for row in session.execute(
            select(Topic.id, Topic.body_id).where(Topic.meeting_id == meeting_id)
        )
    }
    found = [
        rules.Rule(rule.topic_id, tuple(rule.words), rule.lead_body_id, tuple(rule.with_body_ids))
        for rule in kept
    ]
    return rules.suggest(found, defaults, topic_id, words)
