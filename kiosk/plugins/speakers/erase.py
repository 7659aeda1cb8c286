"""What is erased about speeches when a meeting is over."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.plugins.speakers.models import QueueStep
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.models import WrittenQuestion


def erase(session: Session, meeting_id: int) -> None:
    """Forget notes and what could be undone; who spoke how long stays, without a name."""
    session.execute(update(Turn).where(Turn.meeting_id == meeting_id).values(note=""))
    session.execute(
        update(WrittenQuestion).where(WrittenQuestion.meeting_id == meeting_id).values(text="")
    )
    session.execute(delete(QueueStep).where(QueueStep.meeting_id == meeting_id))
