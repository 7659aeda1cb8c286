"""E-mail addresses of delegates: read and keep. A list that is brought in may fill them too."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Refused
from kiosk.models import Delegate
from kiosk.plugins.invitations.delivery import rules


def emails(session: Session, meeting_id: int) -> dict[int, str]:
    """Return the e-mail address of everyone who has one."""
    rows = session.execute(
        select(Delegate.id, Delegate.email).where(
            Delegate.meeting_id == meeting_id, Delegate.email != ""
        )
    )
    return {row.id: row.email for row in rows}


def set_emails(session: Session, meeting_id: int, addresses: dict[int, str], *, actor: str) -> int:
    """Keep e-mail addresses, an empty one takes it away; returns how many changed.

    Raises Refused that names each address that cannot be one.
    """
    cleaned = {key: vietnamese.clean(value) for key, value in addresses.items()}
    wrong = {
        f"email_{key}": _l("This does not look like an e-mail address, such as hoa@example.vn.")
        for key, value in cleaned.items()
        if value and not rules.is_address(value)
    }
    if wrong:
        raise Refused("bad_email", _l("Please look at the marked fields once more."), fields=wrong)
    people = session.scalars(
        select(Delegate).where(
            Delegate.meeting_id == meeting_id,
            Delegate.id.in_(cleaned),
            Delegate.removed_at.is_(None),
        )
    ).all()
    changed = [person for person in people if person.email != cleaned[person.id]]
    for person in changed:
        person.email = cleaned[person.id]
    session.flush()
    if changed:
        ledger.record(
            session, meeting_id, "delegate.email", actor=actor, facts={"count": len(changed)}
        )
    return len(changed)
