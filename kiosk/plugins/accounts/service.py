"""Verbs about people: signing in, inviting, giving and taking roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import ledger
from kiosk import signin
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Body
from kiosk.people import Membership
from kiosk.people import User
from kiosk.text import clean

ROLES = ("organiser", "moderator", "secretary", "body", "observer", "security")
BODY = "body"


@dataclass(frozen=True)
class SignedIn:
    """What the session keeps of a person who signed in."""

    user_id: int
    epoch: int


def find_by_email(session: Session, email: str) -> User | None:
    """Return the user with this e-mail, capitals aside, unless disabled."""
    return session.scalar(
        select(User).where(User.email == clean(email).lower(), User.disabled_at.is_(None))
    )


def choose_password(session: Session, secret: str, password_hash: str, now: datetime) -> SignedIn:
    """Use a one-time link up, set the password and sign its owner in."""
    user = signin.use_link(session, secret, password_hash, now)
    if user is None:
        raise NotFound("link_used", _l("This link was used already, or is older than 24 hours."))
    ledger.record(session, None, "user.password", actor=user.name, subject=f"user:{user.id}")
    return SignedIn(user.id, user.session_epoch)


def invite(
    session: Session,
    meeting_id: int,
    name: str,
    email: str,
    role: str,
    *,
    actor: str,
    now: datetime,
    body_id: int | None = None,
) -> str:
    """Give a person a role in a meeting; returns the secret of a one-time sign-in link.

    Role `body` needs the body that the person answers for; giving it again changes it.
    """
    name, email = clean(name), clean(email).lower()
    fields = _wrong(name, email, role)
    body = session.get(Body, body_id) if role == BODY and body_id is not None else None
    if role == BODY and (body is None or body.meeting_id != meeting_id):
        fields["body"] = _l("Please choose which body this person answers for.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email, name=name, created_at=now)
        session.add(user)
        session.flush()
    held = session.scalar(
        select(Membership).where(
            Membership.user_id == user.id,
            Membership.meeting_id == meeting_id,
            Membership.role == role,
        )
    )
    if held is None:
        held = Membership(user_id=user.id, meeting_id=meeting_id, role=role)
        session.add(held)
    held.body_id = body.id if body is not None else None
    session.flush()
    ledger.record(
        session,
        meeting_id,
        "user.role",
        actor=actor,
        subject=f"user:{user.id}",
        facts={"role": role},
    )
    return signin.sign_in_link(session, user.id, now)


def _wrong(name: str, email: str, role: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    if not name:
        fields["name"] = _l("Please enter the name.")
    local, _, domain = email.partition("@")
    if not local or not domain or " " in email or len(email) > 254:
        fields["email"] = _l("Please enter an e-mail address such as ten@phuong.vn.")
    if role not in ROLES:
        fields["role"] = _l("Please choose a role from the list.")
    return fields


def new_link(
    session: Session, meeting_id: int, user_id: int, *, actor: str, now: datetime
) -> tuple[str, str]:
    """Make a new one-time link for a person of the meeting; returns (name, secret)."""
    user = _member(session, meeting_id, user_id)
    ledger.record(session, meeting_id, "user.link", actor=actor, subject=f"user:{user.id}")
    return user.name, signin.sign_in_link(session, user.id, now)


def take_roles(
    session: Session, meeting_id: int, user_id: int, *, actor: str, actor_id: int | None
) -> str:
    """Take all roles of a person in the meeting; nobody can lock themselves out."""
    if user_id == actor_id:
        raise Conflict("yourself", _l("You cannot take your own role. Ask another organiser."))
    user = _member(session, meeting_id, user_id)
    session.execute(
        delete(Membership).where(Membership.user_id == user_id, Membership.meeting_id == meeting_id)
    )
    ledger.record(session, meeting_id, "user.removed", actor=actor, subject=f"user:{user_id}")
    return user.name


def _member(session: Session, meeting_id: int, user_id: int) -> User:
    user = session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(User.id == user_id, Membership.meeting_id == meeting_id)
    )
    if user is None:
        raise NotFound("no_user", _l("There is no such person in this meeting."))
    return user
