"""What is erased about invitations when a meeting is over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.auth import meeting_keys
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations.models import Delivery
from kiosk.plugins.invitations.models import DeliveryBatch
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.models import LetterWording
from kiosk.plugins.invitations.models import Reply


def erase(session: Session, meeting_id: int) -> None:
    """Withdraw every code and throw away the key, so that no letter can be made again.

    Answers stay as counts: without names, relations and reasons.
    """
    erase_deliveries(session, meeting_id)
    session.execute(
        update(Invitation)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
    key = meeting_keys.new(registry().settings.secret_key, meeting_id)
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(code_key=key))
    session.execute(
        update(Reply).where(Reply.meeting_id == meeting_id).values(name="", relation="", reason="")
    )


def erase_deliveries(session: Session, meeting_id: int) -> None:
    """Take addresses, carriers and what mail servers said away; counts by channel stay."""
    session.execute(update(Delegate).where(Delegate.meeting_id == meeting_id).values(email=""))
    batches = DeliveryBatch.meeting_id == meeting_id
    session.execute(update(DeliveryBatch).where(batches).values(carrier="", made_by="", title=""))
    session.execute(
        update(Delivery)
        .where(Delivery.delivery_batch_id.in_(select(DeliveryBatch.id).where(batches)))
        .values(detail="")
    )
    session.execute(
        update(LetterWording)
        .where(LetterWording.meeting_id == meeting_id)
        .values(words={}, saved_by="")
    )
