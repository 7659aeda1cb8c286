"""Verbs about people: signing in, inviting, giving and taking roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import exists
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.auth import access
from kiosk.auth import passwords
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Body
from kiosk.models import Membership
from kiosk.models import User
from kiosk.plugins.accounts import queries
from kiosk.vietnamese import clean

ROLES = ("organiser", "moderator", "secretary", "body", "observer", "security")
BODY = "body"
AT_MACHINE = "kiosk user"
LONGEST_NAME = 200
STRANGERS_DIGITS = 3


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


def limit_key(email: str, *, known: bool) -> str:
    """Return under what tries to sign in with this e-mail are counted: no e-mail itself.

    E-mails of nobody share a few thousand keys, so that made-up ones fill no table.
    """
    digest = access.keyed_digest(f"sign-in:{clean(email).lower()}")
    return digest[:24] if known else f"{digest[:STRANGERS_DIGITS]:0>24}"


def choose_password(session: Session, secret: str, password_hash: str, now: datetime) -> SignedIn:
    """Use a one-time link up, set the password and sign its owner in."""
    user = passwords.use_link(session, secret, password_hash, now)
    if user is None:
        raise NotFound("link_used", _l("This link was used already, or is older than 24 hours."))
    ledger.record(session, None, "user.password", actor=user.name, subject=f"user:{user.id}")
    return SignedIn(user.id, user.session_epoch)


@dataclass(frozen=True)
class Given:
    """A role that was given. `link` is the secret of a sign-in link, for a new account only."""

    user_id: int
    link: str | None


def give_role(
    session: Session,
    meeting_id: int,
    name: str,
    email: str,
    role: str,
    *,
    actor: str,
    now: datetime,
    body_id: int | None = None,
) -> Given:
    """Give a person a role in a meeting, and a new account a link for its first password.

    Who has an account keeps its name and gets no link: the role is there at the next
    sign-in. Role `body` needs the body that the person answers for; giving it again
    changes it.
    """
    name, email = clean(name), clean(email).lower()
    fields = _wrong(name, email, role)
    body = session.get(Body, body_id) if role == BODY and body_id is not None else None
    if role == BODY and (body is None or body.meeting_id != meeting_id):
        fields["body"] = _l("Please choose which body this person answers for.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    user = session.scalar(select(User).where(User.email == email))
    is_new = user is None
    if user is None:
        user = User(email=email, name=name, created_at=now)
        session.add(user)
        session.flush()
    _put_role(session, user.id, meeting_id, role, body)
    ledger.record(
        session,
        meeting_id,
        "user.role",
        actor=actor,
        subject=f"user:{user.id}",
        facts={"role": role},
    )
    link = passwords.sign_in_link(session, user.id, now, meeting_id) if is_new else None
    return Given(user.id, link)


def _put_role(
    session: Session, user_id: int, meeting_id: int, role: str, body: Body | None
) -> None:
    held = session.scalar(
        select(Membership).where(
            Membership.user_id == user_id,
            Membership.meeting_id == meeting_id,
            Membership.role == role,
        )
    )
    if held is None:
        held = Membership(user_id=user_id, meeting_id=meeting_id, role=role)
        session.add(held)
    held.body_id = body.id if body is not None else None
    session.flush()


def _wrong(name: str, email: str, role: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    if not 1 <= len(name) <= LONGEST_NAME:
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
    """Make a new one-time link for a person of the meeting; returns (name, secret).

    Raises Conflict for who has a password or a role outside of this meeting: the link
    would open what its maker has no part in.
    """
    user = _member(session, meeting_id, user_id)
    if not queries.may_be_linked(session, meeting_id, user):
        raise Conflict(
            "not_yours_to_link",
            _l(
                "A link is made here only for a first password in this meeting alone. Whoever "
                "runs the server can make one for %(email)s: kiosk user link",
                email=user.email,
            ),
        )
    ledger.record(session, meeting_id, "user.link", actor=actor, subject=f"user:{user.id}")
    return user.name, passwords.sign_in_link(session, user.id, now, meeting_id)


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
    if not session.scalar(select(exists().where(Membership.user_id == user_id))):
        passwords.end_links(session, user_id)
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


def link_at_machine(session: Session, email: str, now: datetime) -> str:
    """Make a one-time link for whoever has an account; returns its secret.

    For the command line alone: whoever may run it has the database anyway.
    """
    user = _known(session, email)
    if user.disabled_at is not None:
        raise Conflict(
            "disabled",
            _l(
                "This account is shut out. Let it in first: kiosk user enable %(email)s",
                email=email,
            ),
        )
    ledger.record(session, None, "user.link", actor=AT_MACHINE, subject=f"user:{user.id}")
    return passwords.sign_in_link(session, user.id, now)


def shut_out(session: Session, email: str, now: datetime) -> str:
    """Disable an account: its sessions, streams and links end at once; returns its name."""
    user = _known(session, email)
    user.disabled_at = user.disabled_at or now
    user.session_epoch += 1
    passwords.end_links(session, user.id)
    ledger.record(session, None, "user.disabled", actor=AT_MACHINE, subject=f"user:{user.id}")
    return user.name


def let_in(session: Session, email: str) -> str:
    """Enable an account again, with its password and roles; returns its name."""
    user = _known(session, email)
    user.disabled_at = None
    session.flush()
    ledger.record(session, None, "user.enabled", actor=AT_MACHINE, subject=f"user:{user.id}")
    return user.name


def _known(session: Session, email: str) -> User:
    user = session.scalar(select(User).where(User.email == clean(email).lower()))
    if user is None:
        raise NotFound(
            "no_account", _l("There is no account with the e-mail %(email)s.", email=email)
        )
    return user
