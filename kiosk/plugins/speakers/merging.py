"""Two entries of one person: their turns and questions become one person's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.db import ledger
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.models import WrittenQuestion


def merge(session: Session, event: DelegatesMerged) -> None:
    """Give the turns of the one to the other; of two requests waiting the first stays."""
    waiting = session.scalars(
        select(Turn)
        .where(Turn.delegate_id.in_((event.kept, event.gone)), Turn.state == "waiting")
        .order_by(Turn.requested_at, Turn.id)
    )
    seen: set[str] = set()
    for turn in waiting:
        if turn.kind in seen:
            turn.state = "withdrawn"
        seen.add(turn.kind)
    session.flush()
    moved = session.execute(
        update(Turn).where(Turn.delegate_id == event.gone).values(delegate_id=event.kept)
    )
    session.execute(
        update(WrittenQuestion)
        .where(WrittenQuestion.delegate_id == event.gone)
        .values(delegate_id=event.kept)
    )
    if moved.rowcount:  # type: ignore[attr-defined]
        ledger.record(
            session,
            event.meeting_id,
            "turn.merged",
            actor="kiosk",
            subject=f"delegate:{event.kept}",
        )
