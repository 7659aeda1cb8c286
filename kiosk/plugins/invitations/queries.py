"""Reads about invitations, and what other plugins may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.model import Delegate
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.models import Invitation


@dataclass(frozen=True)
class Resolved:
    """What a presented code is in a meeting.

    `kind`: current, replaced, cancelled, wrong_meeting, mistyped, id_card or unknown.
    `other` is the meeting that a code of another meeting belongs to.
    """

    kind: str
    delegate_id: int | None = None
    other: Meeting | None = None


@dataclass(frozen=True)
class Code:
    """A delegate's current code, derived again."""

    delegate_id: int
    name: str
    code: str
    short: str


@dataclass(frozen=True)
class State:
    """Where a delegate's invitation stands: none, current or withdrawn."""

    state: str
    issue: int
    issued_at: datetime | None


# Removed people are not let in by a letter that is still in their hands.
_BY_DIGEST = (
    select(
        Invitation.meeting_id,
        Invitation.delegate_id,
        Invitation.replaced_at,
        Invitation.withdrawn_at,
        Delegate.removed_at,
    )
    .join(Delegate, Delegate.id == Invitation.delegate_id)
    .where(Invitation.digest == bindparam("digest"))
)
_BY_SHORT = (
    select(
        Invitation.meeting_id,
        Invitation.delegate_id,
        Invitation.replaced_at,
        Invitation.withdrawn_at,
        Delegate.removed_at,
    )
    .join(Delegate, Delegate.id == Invitation.delegate_id)
    .where(Invitation.short_digest == bindparam("digest"))
)


def resolve(session: Session, meeting_id: int, raw: str, *, short_codes: bool = True) -> Resolved:
    """Return what a scanned or typed text is; one SELECT for a code of this meeting."""
    found = rules.read(raw)
    secret = registry().settings.secret_key
    if found.kind == "code":
        statement, digest = _BY_DIGEST, rules.lookup_digest(secret, found.text)
    elif found.kind == "short" and short_codes:
        statement, digest = _BY_SHORT, rules.short_digest(secret, meeting_id, found.text)
    else:
        return Resolved(found.kind if found.kind in {"mistyped", "id_card"} else "unknown")
    row = session.connection().execute(statement, {"digest": digest}).first()
    if row is None:
        return Resolved("unknown")
    if row.meeting_id != meeting_id:
        # Only a genuine code of another meeting says which: a guess must not.
        return Resolved("wrong_meeting", None, session.get(Meeting, row.meeting_id))
    if row.replaced_at is not None:
        return Resolved("replaced", row.delegate_id)
    if row.withdrawn_at is not None or row.removed_at is not None:
        return Resolved("cancelled", row.delegate_id)
    return Resolved("current", row.delegate_id)


def holder(session: Session, raw: str) -> tuple[int, int] | None:
    """Return (meeting id, delegate id) of whoever holds this 24-character code."""
    found = rules.read(raw)
    if found.kind != "code":
        return None
    digest = rules.lookup_digest(registry().settings.secret_key, found.text)
    row = session.connection().execute(_BY_DIGEST, {"digest": digest}).first()
    if row is None or row.replaced_at or row.withdrawn_at or row.removed_at:
        return None
    return row.meeting_id, row.delegate_id


def codes(session: Session, meeting: Meeting, group: str | None = None) -> list[Code]:
    """Return every current code, derived again: groups by precedence, then by given name."""
    statement = (
        select(Invitation.delegate_id, Delegate.name, Invitation.issue, Invitation.attempt)
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .join(Group, Group.id == Delegate.group_id)
        .where(
            Invitation.meeting_id == meeting.id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Delegate.removed_at.is_(None),
        )
        .order_by(Group.rank, Delegate.sort_key, Delegate.id)
    )
    if group is not None:
        statement = statement.where((Group.code == group) | (Group.name == group))
    return [
        Code(
            row.delegate_id,
            row.name,
            rules.code(meeting.tag, meeting.code_key, row.delegate_id, row.issue),
            rules.short(meeting.code_key, row.delegate_id, row.issue, row.attempt),
        )
        for row in session.execute(statement)
    ]


def states(session: Session, meeting_id: int) -> dict[int, State]:
    """Return where the latest invitation of each delegate stands; no entry means none."""
    latest = (
        select(Invitation.delegate_id, func.max(Invitation.issue).label("issue"))
        .where(Invitation.meeting_id == meeting_id)
        .group_by(Invitation.delegate_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Invitation.delegate_id,
            Invitation.issue,
            Invitation.issued_at,
            Invitation.withdrawn_at,
        ).join(
            latest,
            and_(
                latest.c.delegate_id == Invitation.delegate_id, latest.c.issue == Invitation.issue
            ),
        )
    )
    return {
        row.delegate_id: State(
            "withdrawn" if row.withdrawn_at else "current", row.issue, row.issued_at
        )
        for row in rows
    }


def count(session: Session, meeting_id: int) -> int:
    """Return how many delegates hold a current invitation."""
    found = session.scalar(
        select(func.count())
        .select_from(Invitation)
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Delegate.removed_at.is_(None),
        )
    )
    return found or 0
