"""Two entries of one person: their scans and their presence become one."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.models import Delegate
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.delegates.events import DelegatesMerged


def merge(session: Session, event: DelegatesMerged) -> None:
    """Give the scans of the one to the other; who came under either name has come."""
    session.execute(
        update(Scan).where(Scan.delegate_id == event.gone).values(delegate_id=event.kept)
    )
    gone, kept = session.get(Presence, event.gone), session.get(Presence, event.kept)
    if gone is None:
        return
    if kept is None:
        facts = {name: getattr(gone, name) for name in _FACTS}
        seat = gone.household_id
        session.delete(gone)
        # The seat is unique: it must be free before it is taken again.
        session.flush()
        own = session.get_one(Delegate, event.kept).household_id
        taken = own is None or session.query(Presence).filter_by(household_id=own).count()
        seat = seat if seat is None or taken else own
        session.add(Presence(delegate_id=event.kept, household_id=seat, **facts))
    else:
        if gone.first_at < kept.first_at:
            kept.first_at, kept.first_device = gone.first_at, gone.first_device
            kept.first_token_id = gone.first_token_id
        if gone.since > kept.since:
            kept.since, kept.state = gone.since, gone.state
        session.delete(gone)
    session.flush()


_FACTS = (
    "meeting_id",
    "state",
    "since",
    "first_at",
    "first_device",
    "first_token_id",
    "via",
    "observer",
    "substitute",
)
