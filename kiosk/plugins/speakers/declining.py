"""Who answers that nobody can come gives the place on the list away."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.invitations.events import Replied
from kiosk.plugins.speakers import speaking
from kiosk.plugins.speakers import turns


def replied(event: Replied) -> None:
    """Withdraw what a delegate who cannot come had asked for; the moderator can undo it."""
    if event.answer != "no" or not _asked(db.session(), event):
        return
    with writing() as session:
        for turn_id in _asked(session, event):
            speaking.act(
                session, event.meeting_id, turn_id, "withdraw", actor="delegate", now=clock.now()
            )


def _asked(session: Session, event: Replied) -> list[int]:
    # Whoever is inside after all keeps the place.
    if checkin.has_come(session, event.delegate_id):
        return []
    waiting = turns.waiting(session, event.meeting_id)
    return [turn.id for turn in waiting if turn.delegate_id == event.delegate_id]
