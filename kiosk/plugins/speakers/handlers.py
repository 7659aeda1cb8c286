"""What happens to a delegate elsewhere, followed in the order.

Who asked before coming wakes up when walking in; who cannot come is withdrawn; of two
entries of one person the turns become one's.
"""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import reading
from kiosk.models import Body
from kiosk.models import DelegateRole
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.invitations.events import InvitationReplaced
from kiosk.plugins.invitations.events import InvitationWithdrawn
from kiosk.plugins.invitations.events import Replied
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.models import WrittenQuestion
from kiosk.plugins.speakers.queue import floor
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import service
from kiosk.plugins.speakers.queue import turns

_WAITS = (
    select(Turn.id)
    .where(
        Turn.meeting_id == bindparam("meeting_id"),
        Turn.delegate_id == bindparam("delegate_id"),
        Turn.state == rules.WAITING,
    )
    .limit(1)
)
# Whether an answering body is in the room is part of the view too.
_ANSWERS = (
    select(DelegateRole.id)
    .join(Body, Body.id == DelegateRole.body_id)
    .where(DelegateRole.delegate_id == bindparam("delegate_id"), Body.answers)
    .limit(1)
)
# Asked at every arrival: in one breath.
_SHOWN = Prepared(
    select(
        _WAITS.scalar_subquery().label("waits"),
        _ANSWERS.scalar_subquery().label("answers"),
    )
)


def invitation_moved(event: InvitationWithdrawn | InvitationReplaced) -> None:
    """Move the speakers view when it shows that this delegate is invited, or no more."""
    with reading() as line:
        waits, _answers = line.first(
            _SHOWN, meeting_id=event.meeting_id, delegate_id=event.delegate_id
        )
    if waits is not None:
        with writing() as session:
            _moved(session, event.meeting_id, event.delegate_id)


def _moved(session: Session, meeting_id: int, delegate_id: int) -> None:
    ledger.record(
        session, meeting_id, "turn.awake", actor="kiosk", subject=f"delegate:{delegate_id}"
    )


def presence_moved(event: DelegateArrived | DelegateLeft | EntryUndone) -> None:
    """Move the speakers view when it shows this delegate or the body; else leave it alone.

    Whether somebody is "expected" is derived from presence and not stored, so nothing
    is lost should this not run: the next change shows it. Who arrives takes the place
    that the list's own policy gives.
    """
    with reading() as line:
        waits, answers = line.first(
            _SHOWN, meeting_id=event.meeting_id, delegate_id=event.delegate_id
        )
    if waits is None and answers is None:
        return
    with writing() as session:
        if waits is not None and isinstance(event, DelegateArrived) and event.first:
            service.wake(
                session, event.meeting_id, event.delegate_id, actor="kiosk", now=clock.now()
            )
        _moved(session, event.meeting_id, event.delegate_id)


def replied(event: Replied) -> None:
    """Withdraw what a delegate who cannot come had asked for; the moderator can undo it."""
    if event.answer != "no" or not _asked(db.session(), event):
        return
    with writing() as session:
        for turn_id in _asked(session, event):
            floor.act(
                session, event.meeting_id, turn_id, "withdraw", actor="delegate", now=clock.now()
            )


def _asked(session: Session, event: Replied) -> list[int]:
    # Whoever is inside after all keeps the place.
    if checkin.has_come(session, event.delegate_id):
        return []
    waiting = turns.waiting(session, event.meeting_id)
    return [turn.id for turn in waiting if turn.delegate_id == event.delegate_id]


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
