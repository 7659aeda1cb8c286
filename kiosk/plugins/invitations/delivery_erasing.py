"""What is erased about wording and delivery when a meeting is over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.models import Delegate
from kiosk.plugins.invitations.delivery_models import Delivery
from kiosk.plugins.invitations.delivery_models import DeliveryBatch
from kiosk.plugins.invitations.delivery_models import LetterWording


def erase(session: Session, meeting_id: int) -> None:
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
