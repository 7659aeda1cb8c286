"""Reads about people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.model import Body
from kiosk.people import Membership
from kiosk.people import User
from kiosk.text import sort_key


@dataclass(frozen=True)
class Member:
    """A person of a meeting with the roles held there.

    `everywhere` says that a role comes from the whole office and cannot be taken here.
    """

    user_id: int
    name: str
    email: str
    roles: tuple[str, ...]
    everywhere: bool
    has_password: bool


def members(session: Session, meeting_id: int) -> list[Member]:
    """Return everyone with a role in the meeting, by given name."""
    rows = session.execute(
        select(User, Membership.role, Membership.meeting_id)
        .join(Membership, Membership.user_id == User.id)
        .where(or_(Membership.meeting_id == meeting_id, Membership.meeting_id.is_(None)))
        .order_by(Membership.id)
    ).all()
    users = {user.id: user for user, _, _ in rows}
    found = [
        Member(
            user.id,
            user.name,
            user.email,
            tuple(role for u, role, _ in rows if u.id == user.id),
            any(u.id == user.id and where is None for u, _, where in rows),
            user.password_hash is not None,
        )
        for user in users.values()
    ]
    return sorted(found, key=lambda member: sort_key(member.name))


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
