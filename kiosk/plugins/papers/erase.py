"""What is erased about papers when a meeting is over: words by hand may name people."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.plugins.papers.models import PaperCorrection


def erase(session: Session, meeting_id: int) -> None:
    """Forget every correction; numbers and dates of papers stay."""
    session.execute(delete(PaperCorrection).where(PaperCorrection.meeting_id == meeting_id))
