"""What is erased about delegates when a meeting is over."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Household
from kiosk.plugins.delegates.models import ImportDraft


def erase(session: Session, meeting_id: int) -> None:
    """Put numbers in the place of names; groups, areas and bodies stay, so counts do."""
    mine = Delegate.meeting_id == meeting_id
    ids = session.scalars(select(Delegate.id).where(mine).order_by(Delegate.id)).all()
    for number, delegate_id in enumerate(ids, start=1):
        name = _("Delegate %(number)s", number=number)
        session.execute(
            update(Delegate)
            .where(Delegate.id == delegate_id)
            .values(
                name=name,
                salutation="",
                title="",
                birth_year=None,
                phone="",
                note="",
                excused_reason="",
                folded=vietnamese.fold(name),
                sort_key=f"{number:06d}",
            )
        )
    session.execute(delete(ImportDraft).where(ImportDraft.meeting_id == meeting_id))
    session.execute(
        update(Household).where(Household.meeting_id == meeting_id).values(number="", address="")
    )
    session.execute(
        update(DelegateRole)
        .where(DelegateRole.delegate_id.in_(select(Delegate.id).where(mine)))
        .values(title="")
    )
