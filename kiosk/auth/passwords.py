"""Passwords and one-time links. Slow on purpose: never inside `writing()`."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError
from argon2.exceptions import VerificationError
from sqlalchemy import Select
from sqlalchemy import and_
from sqlalchemy import delete
from sqlalchemy import exists
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.auth.access import digest
from kiosk.auth.access import new_secret
from kiosk.models import Membership
from kiosk.models import SignInLink
from kiosk.models import User

LINK_HOURS = 24
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher()
# Verified when the e-mail is unknown, so that the answer takes as long either way. The hash
# of a secret that nobody kept: making one at every start would cost a tenth of a second.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$d3Q2d58UhNhuYG21U8TQ1A"
    "$o2MHN3UTksJK+amkhxQsVNir+O0cumoQrxcuQMeNwJc"
)


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password (about 0.2 s)."""
    return _hasher.hash(password)


def is_of_today(password_hash: str) -> bool:
    """Whether a hash was made with the costs that new ones get."""
    return not _hasher.check_needs_rehash(password_hash)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one that was hashed (about 0.2 s, also when it is not)."""
    try:
        _hasher.verify(password_hash or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def sign_in_link(
    session: Session, user_id: int, now: datetime, meeting_id: int | None = None
) -> str:
    """Store a user's one live link, valid 24 hours; returns its secret part.

    Links made before die. One made in a meeting names it, one made at the machine does not.
    """
    end_links(session, user_id)
    secret = new_secret()
    session.add(
        SignInLink(
            user_id=user_id,
            meeting_id=meeting_id,
            digest=digest(secret),
            expires_at=now + timedelta(hours=LINK_HOURS),
        )
    )
    return secret


def end_links(session: Session, user_id: int) -> None:
    """Make every link of a user worthless."""
    session.execute(delete(SignInLink).where(SignInLink.user_id == user_id))


def _open_link(secret: str, now: datetime) -> Select[SignInLink]:
    # Whoever made a link in one meeting holds it too: it must not open what another
    # meeting has given to the same person since.
    elsewhere = exists().where(
        Membership.user_id == User.id,
        or_(Membership.meeting_id.is_(None), Membership.meeting_id != SignInLink.meeting_id),
    )
    return (
        select(SignInLink)
        .join(User, SignInLink.user_id == User.id)
        .where(
            SignInLink.digest == digest(secret),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            User.disabled_at.is_(None),
            or_(SignInLink.meeting_id.is_(None), and_(User.password_hash.is_(None), ~elsewhere)),
        )
    )


def user_of_link(session: Session, secret: str, now: datetime) -> User | None:
    """Return whom the link signs in; None when it is used, too old, ended or not ours."""
    link = session.scalar(_open_link(secret, now))
    return None if link is None else session.get(User, link.user_id)


def use_link(session: Session, secret: str, password_hash: str, now: datetime) -> User | None:
    """Use the link up and set the user's password; None when somebody was faster.

    Every other link of the user dies, every session of before ends.
    """
    link = session.scalar(_open_link(secret, now).with_for_update())
    if link is None:
        return None
    user = session.get_one(User, link.user_id)
    end_links(session, user.id)
    user.password_hash = password_hash
    user.session_epoch += 1
    return user
