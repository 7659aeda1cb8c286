"""Snapshots of the live views: the register's counts, and what was prepared for speakers."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.plugin import Snapshot
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import board


def register(session: Session, meeting_id: int) -> Snapshot:
    """Return how many matters stand where: no words, no names."""
    counts = board.counts(session, meeting_id, board.Wanted())
    return {
        "all": counts.all,
        "by_column": counts.by_column,
        "by_state": counts.by_state,
        "by_topic": {str(topic or ""): count for topic, count in counts.by_topic.items()},
        "late": counts.late,
    }


def prepared(session: Session, meeting_id: int) -> Snapshot:
    """Return what each delegate brought and what was prepared, by delegate."""
    people = session.scalars(
        select(OpinionAuthor.delegate_id)
        .join(Matter, Matter.opinion_id == OpinionAuthor.opinion_id)
        .where(Matter.meeting_id == meeting_id, OpinionAuthor.delegate_id.is_not(None))
        .distinct()
    )
    found = queries.prepared_for(session, meeting_id, [one for one in people if one])
    return {"delegates": {str(k): [asdict(p) for p in v] for k, v in found.items()}}
