"""Reads about people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Body
from kiosk.models import Meeting
from kiosk.models import Membership
from kiosk.models import User
from kiosk.vietnamese import clean
from kiosk.vietnamese import sort_key


@dataclass(frozen=True)
class Member:
    """A person of a meeting with the roles held there.

    `everywhere` says that a role comes from the whole office and cannot be taken here,
    `may_be_linked` that a link for a first password may be made in this meeting.
    """

    user_id: int
    name: str
    email: str
    roles: tuple[str, ...]
    everywhere: bool
    has_password: bool
    may_be_linked: bool


def members(session: Session, meeting_id: int) -> list[Member]:
    """Return everyone with a role in the meeting, by given name."""
    rows = session.execute(
        select(User, Membership.role, Membership.meeting_id)
        .join(Membership, Membership.user_id == User.id)
        .where(or_(Membership.meeting_id == meeting_id, Membership.meeting_id.is_(None)))
        .order_by(Membership.id)
    ).all()
    users = {user.id: user for user, _, _ in rows}
    elsewhere = _with_roles_elsewhere(session, meeting_id, list(users))
    found = [
        Member(
            user.id,
            user.name,
            user.email,
            tuple(dict.fromkeys(role for u, role, _ in rows if u.id == user.id)),
            any(u.id == user.id and where is None for u, _, where in rows),
            user.password_hash is not None,
            _is_open(user) and user.id not in elsewhere,
        )
        for user in users.values()
    ]
    return sorted(found, key=lambda member: sort_key(member.name))


def _is_open(user: User) -> bool:
    return user.password_hash is None and user.disabled_at is None


def _with_roles_elsewhere(session: Session, meeting_id: int, users: list[int]) -> set[int]:
    outside = or_(Membership.meeting_id.is_(None), Membership.meeting_id != meeting_id)
    asked = select(Membership.user_id).where(Membership.user_id.in_(users), outside)
    return set(session.scalars(asked))


def may_be_linked(session: Session, meeting_id: int, user: User) -> bool:
    """Whether a sign-in link may be made in this meeting: it opens nothing outside of it."""
    return _is_open(user) and not _with_roles_elsewhere(session, meeting_id, [user.id])


@dataclass(frozen=True)
class Account:
    """An account with its roles: (short name of a meeting, None for every meeting; role)."""

    email: str
    name: str
    disabled: bool
    roles: tuple[tuple[str | None, str], ...]


def accounts(session: Session, email: str | None = None) -> list[Account]:
    """Return every account, or the one with this e-mail, in the order of their e-mails."""
    asked = select(User).order_by(User.email)
    if email is not None:
        asked = asked.where(User.email == clean(email).lower())
    held: dict[int, list[tuple[str | None, str]]] = {}
    rows = session.execute(
        select(Membership.user_id, Meeting.name, Membership.role)
        .outerjoin(Meeting, Meeting.id == Membership.meeting_id)
        .order_by(Membership.id)
    )
    for user_id, meeting, role in rows:
        held.setdefault(user_id, []).append((meeting, role))
    return [
        Account(user.email, user.name, user.disabled_at is not None, tuple(held.get(user.id, ())))
        for user in session.scalars(asked)
    ]


def bodies(session: Session, meeting_id: int) -> list[tuple[int, str]]:
    """Return the bodies that a person may answer for, in order of precedence."""
    rows = session.execute(
        select(Body.id, Body.name).where(Body.meeting_id == meeting_id).order_by(Body.rank)
    )
    return [(row.id, row.name) for row in rows]


def addresses_of_bodies(session: Session, meeting_id: int) -> dict[int, tuple[str, ...]]:
    """Return the e-mail addresses of the people who answer for each body."""
    rows = session.execute(
        select(Membership.body_id, User.email)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.meeting_id == meeting_id,
            Membership.role == "body",
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for body_id, email in rows:
        if body_id is None:
            continue
        found[body_id] = (*found.get(body_id, ()), email)
    return found
