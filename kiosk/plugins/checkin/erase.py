"""What is erased about the door when a meeting is over."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy import null
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.plugins.checkin.models import Call
from kiosk.plugins.checkin.models import Guess
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan

# Of an answer, what names nobody: a repeated scan still gets its verdict.
_KEPT = {"flags", "version", "first"}


def erase(session: Session, meeting_id: int) -> None:
    """Forget substitutes, what callers typed, names in answers; verdicts and times stay."""
    session.execute(
        update(Presence).where(Presence.meeting_id == meeting_id).values(substitute=null())
    )
    session.execute(
        update(Call).where(Call.meeting_id == meeting_id).values(sentence="", walk_in=null())
    )
    session.execute(delete(Guess).where(Guess.meeting_id == meeting_id))
    rows = session.execute(select(Scan.id, Scan.answer).where(Scan.meeting_id == meeting_id)).all()
    for scan_id, answer in rows:
        kept = {name: value for name, value in (answer or {}).items() if name in _KEPT}
        session.execute(
            update(Scan).where(Scan.id == scan_id).values(substitute=null(), answer=kept)
        )
