"""Verbs about invitations: issue, reissue, withdraw."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.events import announce
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.events import InvitationIssued
from kiosk.plugins.invitations.events import InvitationReplaced
from kiosk.plugins.invitations.events import InvitationWithdrawn
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.invitations.queries import derived
from kiosk.plugins.invitations.queries import key_of

_MOST_ATTEMPTS = 1000


def issue(
    session: Session, meeting_id: int, delegate_id: int, *, actor: str, now: datetime
) -> Code:
    """Issue a delegate's invitation, or reissue and replace the one before."""
    meeting = _held(session, meeting_id)
    delegate = session.get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != meeting_id or delegate.removed_at is not None:
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    replaced = session.scalars(
        update(Invitation)
        .where(
            Invitation.delegate_id == delegate_id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(replaced_at=now)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    last = session.scalar(
        select(func.max(Invitation.issue)).where(Invitation.delegate_id == delegate_id)
    )
    made = _new(session, meeting, delegate_id, (last or 0) + 1, _taken(session, meeting_id), now)
    session.add(made)
    session.flush()
    kind = "invitation.replaced" if replaced else "invitation.issued"
    ledger.record(session, meeting_id, kind, actor=actor, subject=f"delegate:{delegate_id}")
    if replaced:
        announce(session, InvitationReplaced(meeting_id, delegate_id))
    else:
        announce(session, InvitationIssued(meeting_id, (delegate_id,)))
    return derived(meeting, delegate_id, delegate.name, made.issue, made.attempt)


def _held(session: Session, meeting_id: int) -> Meeting:
    # PostgreSQL lets two writers in: whoever issues waits for whoever issues already, so
    # that neither takes the other's issue number or short code. Scans do not wait.
    return session.get_one(Meeting, meeting_id, with_for_update={"key_share": True})


def _taken(session: Session, meeting_id: int) -> set[str]:
    rows = session.scalars(
        select(Invitation.short_digest).where(Invitation.meeting_id == meeting_id)
    )
    return set(rows)


def _new(
    session: Session,
    meeting: Meeting,
    delegate_id: int,
    number: int,
    taken: set[str],
    now: datetime,
) -> Invitation:
    secret, key = registry().settings.secret_key, key_of(meeting)
    for attempt in range(_MOST_ATTEMPTS):
        short = rules.short(key, delegate_id, number, attempt)
        digest = rules.short_digest(secret, meeting.id, short)
        if digest not in taken:
            break
    else:
        raise Conflict("no_short_code", _l("No free number was found. Please try again."))
    taken.add(digest)
    code = rules.code(meeting.tag, key, delegate_id, number)
    return Invitation(
        meeting_id=meeting.id,
        delegate_id=delegate_id,
        issue=number,
        attempt=attempt,
        digest=rules.lookup_digest(secret, code),
        short_digest=digest,
        issued_at=now,
    )


def issue_missing(session: Session, meeting_id: int, *, actor: str, now: datetime) -> int:
    """Issue an invitation to everyone who is to get one; returns how many."""
    meeting = _held(session, meeting_id)
    missing = queries.unissued(session, meeting_id)
    taken = _taken(session, meeting_id)
    session.add_all([_new(session, meeting, delegate_id, 1, taken, now) for delegate_id in missing])
    session.flush()
    if missing:
        ledger.record(
            session, meeting_id, "invitation.issued", actor=actor, facts={"count": len(missing)}
        )
        announce(session, InvitationIssued(meeting_id, tuple(missing)))
    return len(missing)


def withdraw(
    session: Session, meeting_id: int, delegate_id: int, *, actor: str, now: datetime
) -> None:
    """Make a delegate's current invitation worthless."""
    withdrawn = session.scalars(
        update(Invitation)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.delegate_id == delegate_id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not withdrawn:
        raise NotFound("no_invitation", _l("This person holds no invitation."))
    ledger.record(
        session,
        meeting_id,
        "invitation.withdrawn",
        actor=actor,
        subject=f"delegate:{delegate_id}",
    )
    announce(session, InvitationWithdrawn(meeting_id, delegate_id))
