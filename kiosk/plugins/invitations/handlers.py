"""Two entries of one person: one invitation stays valid, all stay known."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.errors import Conflict
from kiosk.models import Delegate
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.invitations.models import Delivery
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.models import Reply


def _current(invitation: Invitation) -> bool:
    return invitation.replaced_at is None and invitation.withdrawn_at is None


def merge(session: Session, event: DelegatesMerged) -> None:
    """Give the invitations of the one to the other.

    A current one of each: the one that stays on the list keeps its letter, the other letter
    counts as replaced. A code is made of its delegate and its issue, so a valid letter cannot
    move to somebody else: when only the other entry has one, that entry must stay.
    """
    mine = _of(session, event.kept)
    theirs = _of(session, event.gone)
    valid = next((i for i in mine if _current(i)), None)
    if valid is not None:
        for other in filter(_current, theirs):
            other.replaced_at = event.at
        session.flush()
    elif any(map(_current, theirs)):
        raise Conflict(
            "letter_on_other",
            _l("The other entry holds the valid letter. Please let that one stay."),
        )
    number = session.scalar(
        select(func.max(Invitation.issue)).where(
            Invitation.delegate_id.in_((event.kept, event.gone))
        )
    )
    used = {valid.issue} if valid is not None else set()
    free = (number or 0) + 1
    for invitation in (*mine, *theirs):
        if invitation is valid:
            continue
        if invitation.issue in used:
            invitation.issue, free = free, free + 1
        used.add(invitation.issue)
        session.flush()
    for invitation in theirs:
        invitation.delegate_id = event.kept
    session.flush()
    session.execute(
        update(Delivery).where(Delivery.delegate_id == event.gone).values(delegate_id=event.kept)
    )
    _keep_reply(session, event)
    kept, gone = session.get_one(Delegate, event.kept), session.get_one(Delegate, event.gone)
    kept.email = kept.email or gone.email
    session.flush()


def _keep_reply(session: Session, event: DelegatesMerged) -> None:
    """Of two answers the later one stays."""
    theirs, mine = session.get(Reply, event.gone), session.get(Reply, event.kept)
    if theirs is None:
        return
    if mine is None or mine.at < theirs.at:
        kept = mine or Reply(delegate_id=event.kept, meeting_id=theirs.meeting_id)
        for name in ("answer", "name", "relation", "reason", "at"):
            setattr(kept, name, getattr(theirs, name))
        session.add(kept)
    session.delete(theirs)
    session.flush()


def _of(session: Session, delegate_id: int) -> list[Invitation]:
    return list(
        session.scalars(
            select(Invitation)
            .where(Invitation.delegate_id == delegate_id)
            .order_by(Invitation.issue)
        )
    )
