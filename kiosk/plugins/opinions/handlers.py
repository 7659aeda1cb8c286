"""Two entries of one person: what either said is one person's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.opinions.models import OpinionAuthor


def merge(session: Session, event: DelegatesMerged) -> None:
    """Make the one the author of what the other brought; nobody is author of it twice."""
    mine = select(OpinionAuthor.opinion_id).where(OpinionAuthor.delegate_id == event.kept)
    both = session.scalars(
        select(OpinionAuthor).where(
            OpinionAuthor.delegate_id == event.gone, OpinionAuthor.opinion_id.in_(mine)
        )
    )
    for author in both:
        session.delete(author)
    session.flush()
    session.execute(
        update(OpinionAuthor)
        .where(OpinionAuthor.delegate_id == event.gone)
        .values(delegate_id=event.kept)
    )
