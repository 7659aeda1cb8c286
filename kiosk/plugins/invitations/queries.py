"""Reads about invitations, and what other plugins may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import meeting_keys
from kiosk.model import Delegate
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.models import Reply
from kiosk.plugins.invitations.rules import Read as Read
from kiosk.plugins.invitations.rules import read as read
from kiosk.prepared import Prepared
from kiosk.prepared import line


@dataclass(frozen=True)
class Resolved:
    """What a presented code is in a meeting.

    `kind`: current, replaced, cancelled, wrong_meeting, mistyped, id_card or unknown.
    `other` is the meeting that a code of another meeting belongs to.
    """

    kind: str
    delegate_id: int | None = None
    invitation_id: int | None = None
    other: Meeting | None = None


@dataclass(frozen=True)
class Code:
    """A delegate's current code, derived again."""

    delegate_id: int
    name: str
    code: str
    short: str


# Removed people are not let in by a letter that is still in their hands.
_BY = select(
    Invitation.id,
    Invitation.meeting_id,
    Invitation.delegate_id,
    Invitation.replaced_at,
    Invitation.withdrawn_at,
    Delegate.removed_at,
).join(Delegate, Delegate.id == Invitation.delegate_id)
_BY_DIGEST = Prepared(_BY.where(Invitation.digest == bindparam("digest")))
_BY_SHORT = Prepared(_BY.where(Invitation.short_digest == bindparam("digest")))


def _kind(row: Any) -> str:
    if row.replaced_at is not None:
        return "replaced"
    if row.withdrawn_at is not None or row.removed_at is not None:
        return "cancelled"
    return "current"


def resolve(
    session: Session, meeting_id: int, raw: str | Read, *, short_codes: bool = True
) -> Resolved:
    """Return what a scanned or typed text is; one SELECT for a code of this meeting."""
    found = read(raw) if isinstance(raw, str) else raw
    secret = registry().settings.secret_key
    if found.kind == "code":
        statement, digest = _BY_DIGEST, rules.lookup_digest(secret, found.text)
    elif found.kind == "short" and short_codes:
        statement, digest = _BY_SHORT, rules.short_digest(secret, meeting_id, found.text)
    else:
        return Resolved(found.kind if found.kind in {"mistyped", "id_card"} else "unknown")
    row = line(session).first(statement, digest=digest)
    if row is None:
        return Resolved("unknown")
    if row.meeting_id != meeting_id:
        # Only a genuine code of another meeting says which: a guess must not.
        return Resolved("wrong_meeting", other=session.get(Meeting, row.meeting_id))
    return Resolved(_kind(row), row.delegate_id, row.id)


def presented(session: Session, raw: str) -> tuple[str, int, int]:
    """Return (kind, meeting id, delegate id) of a 24-character code of whatever meeting.

    The ids are 0 when the kind is neither current nor replaced nor cancelled.
    """
    found = read(raw)
    if found.kind != "code":
        return "mistyped", 0, 0
    digest = rules.lookup_digest(registry().settings.secret_key, found.text)
    row = line(session).first(_BY_DIGEST, digest=digest)
    return ("unknown", 0, 0) if row is None else (_kind(row), row.meeting_id, row.delegate_id)


def holder(session: Session, raw: str) -> tuple[int, int] | None:
    """Return (meeting id, delegate id) of whoever holds this 24-character code."""
    kind, meeting_id, delegate_id = presented(session, raw)
    return (meeting_id, delegate_id) if kind == "current" else None


def holder_here(session: Session, meeting_id: int, raw: str) -> int | None:
    """Return who holds this code in the meeting, short codes too."""
    found = resolve(session, meeting_id, raw)
    return found.delegate_id if found.kind == "current" else None


def _current(meeting_id: int) -> Any:
    return (
        select(Invitation.delegate_id, Delegate.name, Invitation.issue, Invitation.attempt)
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Delegate.removed_at.is_(None),
        )
    )


def derived(meeting: Meeting, delegate_id: int, name: str, issue: int, attempt: int) -> Code:
    """Return the code of an invitation, which is kept nowhere."""
    key = key_of(meeting)
    return Code(
        delegate_id,
        name,
        rules.code(meeting.tag, key, delegate_id, issue),
        rules.short(key, delegate_id, issue, attempt),
    )


def key_of(meeting: Meeting) -> bytes:
    """Return the key from which a meeting's codes, and other keys of it, are made.

    Opened with the secret key (`kiosk.meeting_keys`): the database alone makes none of them.
    """
    return meeting_keys.opened(registry().settings.secret_key, meeting)


def codes(session: Session, meeting: Meeting, group: str | None = None) -> list[Code]:
    """Return every current code, derived again: groups by precedence, then by given name."""
    statement = (
        _current(meeting.id)
        .join(Group, Group.id == Delegate.group_id)
        .order_by(Group.rank, Delegate.sort_key, Delegate.id)
    )
    if group is not None:
        statement = statement.where((Group.code == group) | (Group.name == group))
    return [derived(meeting, *row) for row in session.execute(statement)]


def every_code(session: Session, meeting: Meeting) -> list[tuple[str, Code]]:
    """Return (kind, code) of every invitation ever issued: current, replaced, cancelled."""
    rows = session.execute(
        select(
            Invitation.delegate_id,
            Delegate.name,
            Invitation.issue,
            Invitation.attempt,
            Invitation.replaced_at,
            Invitation.withdrawn_at,
            Delegate.removed_at,
        )
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .where(Invitation.meeting_id == meeting.id)
    )
    return [
        (_kind(row), derived(meeting, row.delegate_id, row.name, row.issue, row.attempt))
        for row in rows
    ]


def code_of(session: Session, meeting: Meeting, delegate_id: int) -> Code | None:
    """Return a delegate's current code, derived again, or None when there is none."""
    row = session.execute(_current(meeting.id).where(Invitation.delegate_id == delegate_id)).first()
    return None if row is None else derived(meeting, *row)


def count(session: Session, meeting_id: int, group_id: int | None = None) -> int:
    """Return how many delegates, of one group or of all, hold a current invitation."""
    statement = _current(meeting_id)
    if group_id is not None:
        statement = statement.where(Delegate.group_id == group_id)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


@dataclass(frozen=True)
class Answer:
    """What a delegate last answered: yes, other (`name` comes instead) or no."""

    answer: str
    name: str
    relation: str
    reason: str
    at: datetime


def replies(session: Session, meeting_id: int) -> dict[int, Answer]:
    """Return the answers by delegate; who has not answered is not there."""
    return {row.delegate_id: _answer(row) for row in session.execute(_replies(meeting_id))}


# Who was announced to come instead: for the door to offer, in its own statements.
ANNOUNCED = (
    select(
        Reply.delegate_id,
        Reply.meeting_id,
        Reply.name.label("announced_name"),
        Reply.relation.label("announced_relation"),
    )
    .where(Reply.answer == "other", Reply.name != "")
    .subquery("announced")
)


def announced(session: Session, meeting_id: int) -> dict[int, dict[str, str]]:
    """Return name and relation of who was announced to come instead, by delegate."""
    rows = session.execute(select(ANNOUNCED).where(ANNOUNCED.c.meeting_id == meeting_id))
    return {
        row.delegate_id: {"name": row.announced_name, "relation": row.announced_relation}
        for row in rows
    }


def answered_no(meeting_id: int) -> Any:
    """Return the condition on Delegate that somebody answered "no"."""
    return Delegate.id.in_(
        select(Reply.delegate_id).where(Reply.meeting_id == meeting_id, Reply.answer == "no")
    )


def declined(session: Session, meeting_id: int) -> frozenset[int]:
    """Return who answered that they cannot come."""
    said = select(Reply.delegate_id).where(Reply.meeting_id == meeting_id, Reply.answer == "no")
    return frozenset(session.scalars(said))


def withdrawn(session: Session, meeting_id: int) -> frozenset[int]:
    """Return whose invitation was withdrawn and who holds none now."""
    theirs = select(Invitation.delegate_id).where(Invitation.meeting_id == meeting_id)
    taken = session.scalars(theirs.where(Invitation.withdrawn_at.is_not(None)))
    held = theirs.where(Invitation.withdrawn_at.is_(None), Invitation.replaced_at.is_(None))
    return frozenset(taken) - frozenset(session.scalars(held))


def reply_of(session: Session, meeting_id: int, delegate_id: int) -> Answer | None:
    """Return what a delegate last answered."""
    row = session.execute(
        _replies(meeting_id).where(Reply.delegate_id == delegate_id)
    ).one_or_none()
    return None if row is None else _answer(row)


def _replies(meeting_id: int) -> Any:
    columns = (Reply.delegate_id, Reply.answer, Reply.name, Reply.relation, Reply.reason, Reply.at)
    return (
        select(*columns)
        .join(Delegate, Delegate.id == Reply.delegate_id)
        .where(Reply.meeting_id == meeting_id, Delegate.removed_at.is_(None))
    )


def _answer(row: Any) -> Answer:
    return Answer(row.answer, row.name, row.relation, row.reason, row.at)


def unissued(session: Session, meeting_id: int) -> list[int]:
    """Return who is to get an invitation and never had one.

    Who came without one needs none, and who had one that was withdrawn is left alone: that
    was somebody's decision.
    """
    had = select(Invitation.delegate_id).where(Invitation.meeting_id == meeting_id)
    return list(
        session.scalars(
            select(Delegate.id)
            .where(
                Delegate.meeting_id == meeting_id,
                Delegate.removed_at.is_(None),
                Delegate.origin != "walk_in",
                Delegate.id.not_in(had),
            )
            .order_by(Delegate.id)
        )
    )


def numbers(session: Session, meeting_id: int) -> dict[str, int]:
    """Return how many invitations stand, are to be issued, and how many answered what."""
    counted = select(Reply.answer, func.count()).join(Delegate, Delegate.id == Reply.delegate_id)
    rows = session.execute(
        counted.where(Reply.meeting_id == meeting_id, Delegate.removed_at.is_(None)).group_by(
            Reply.answer
        )
    )
    found = {row[0]: row[1] for row in rows}
    return {
        "issued": count(session, meeting_id),
        "unissued": len(unissued(session, meeting_id)),
        "replied": sum(found.values()),
        **{f"replied_{answer}": found.get(answer, 0) for answer in ("yes", "other", "no")},
    }
