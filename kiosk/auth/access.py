"""Who is asking, and what they may do.

People sign in with a session cookie, devices and programs carry a bearer token (a paired
browser keeps it in a cookie), a delegate holds an invitation code. Every route declares
its permission with `needs`, or `public`; plugins say which roles hold a permission.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from functools import wraps
from typing import Any
from typing import TypeVar
from typing import cast

from flask import g
from flask import request
from flask import session as cookie
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db.base import db
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import reading
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import SignInNeeded
from kiosk.models import AccessToken
from kiosk.models import Meeting
from kiosk.models import Membership
from kiosk.models import User
from kiosk.plugin import registry
from kiosk.vietnamese import clean

ROLES = (
    "organiser",
    "moderator",
    "secretary",
    "body",
    "observer",
    "security",
    "gate",
    "desk",
    "screen",
)
DEVICE_COOKIE = "kiosk_device"
INVITATION_COOKIE = "kiosk_invitation"
# Where a host that mounts us leaves its own view of the request.
HOST_ENVIRON = "kiosk.host_environ"
_SCHEMES = {"bearer", "invitation"}

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Actor:
    """Who asks: a person, a device or program with a token, a delegate, or nobody.

    `grants` are (meeting id or None for every meeting, role). `proof` is what the right to
    act rests on: it goes when a session, a token or a code is made worthless.
    """

    kind: str = "nobody"
    id: int | None = None
    name: str = ""
    grants: frozenset[tuple[int | None, str]] = frozenset()
    token_id: int | None = None
    delegate_id: int | None = None
    proof: str = field(default="", repr=False)

    def roles(self, meeting_id: int | None) -> frozenset[str]:
        """Return the roles held in a meeting."""
        return frozenset(role for where, role in self.grants if where in (None, meeting_id))


NOBODY = Actor()


@dataclass(frozen=True)
class Acting:
    """The request's actor, its meeting (detached row) and all roles held there.

    `askers` are all for whom the request may speak; their roles together are `roles`.
    """

    actor: Actor
    now: datetime
    roles: frozenset[str] = frozenset()
    found: Meeting | None = field(default=None, repr=False)
    askers: tuple[Actor, ...] = field(default=(), repr=False)

    @property
    def meeting(self) -> Meeting:
        """The meeting named in the address."""
        if self.found is None:
            raise RuntimeError("this address names no meeting")
        return self.found

    def may(self, permission: str) -> bool:
        """Whether one of the roles held here carries the permission."""
        return bool(self.roles & registry().permissions.get(permission, frozenset()))


def acting() -> Acting:
    """Return who acts in this request; everyone is nobody on a public route."""
    if "acting" not in g:
        g.acting = Acting(NOBODY, clock.now())
    return cast(Acting, g.acting)


def needs(
    permission: str, *, device_first: bool = False, person: bool = False
) -> Callable[[View], View]:
    """Declare that a view needs a permission in the meeting `m` of its address.

    401 when nobody is signed in, 404 when the asker has no part in the meeting, 403 when
    the role does not carry the permission. On pages of the door `device_first` makes
    the paired device act rather than the person signed in on it. `person`: only somebody
    who is signed in, never a token, however much its role may do.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.acting = _admit(kwargs.get("m"), permission, device_first, person)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by tests and menus
        guarded.person = person  # type: ignore[attr-defined]  # read by the API's description
        return cast(View, guarded)

    return declare


def public(view: View) -> View:
    """Declare that a view is open to everyone."""
    view.permission = None  # type: ignore[attr-defined]  # a function that carries its declaration
    return view


def signed_in(view: View) -> View:
    """Declare that a view is for people who are signed in, whatever their role."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        actors = askers()
        if not any(actor.kind == "user" for actor in actors):
            raise _sign_in_needed()
        person = next(actor for actor in actors if actor.kind == "user")
        g.acting = Acting(person, clock.now(), person.roles(None))
        return view(*args, **kwargs)

    guarded.permission = "signed_in"  # type: ignore[attr-defined]  # read by tests and menus
    return cast(View, guarded)


def _admit(name: str | None, permission: str, device_first: bool, person: bool) -> Acting:
    actors = askers()
    if not actors:
        raise _sign_in_needed()
    meeting = _meeting(name) if name is not None else None
    where = meeting.id if meeting else None
    allowed = registry().permissions.get(permission)
    if allowed is None:
        raise RuntimeError(f"no plugin declares the permission {permission!r}")
    held = frozenset[str]().union(*(actor.roles(where) for actor in actors))
    if not held or (name is not None and meeting is None):
        raise NotFound("no_meeting", _l("There is no such meeting, or it is not open to you."))
    if not held & allowed:
        raise Forbidden("not_your_role", _l("Your role does not include this."))
    fit = [actor for actor in actors if actor.roles(where) & allowed]
    if person:
        fit = [actor for actor in fit if actor.kind == "user"]
        if not fit:
            raise Forbidden("person_needed", _l("Only a person who is signed in may do this."))
    if device_first:
        fit.sort(key=lambda actor: actor.kind != "token")
    return Acting(fit[0], clock.now(), held, meeting, tuple(actors))


def _meeting(name: str) -> Meeting | None:
    with reading() as line:
        row = line.first(_MEETING, name=name)
    # Never attached to a session: it stays readable when writing() ends a transaction.
    return None if row is None else Meeting(**row._asdict())


_MEETING = Prepared(select(Meeting.__table__).where(Meeting.name == bindparam("name")))
_TOKEN = Prepared(
    select(AccessToken.id, AccessToken.meeting_id, AccessToken.role, AccessToken.name).where(
        AccessToken.digest == bindparam("digest"), AccessToken.revoked_at.is_(None)
    )
)


def _sign_in_needed() -> SignInNeeded:
    return SignInNeeded("sign_in", _l("Please sign in first."))


def askers() -> list[Actor]:
    """Return who this request may speak for; a header speaks alone, cookies together.

    Raises SignInNeeded for a header that holds no valid token or code.
    """
    header = authorization()
    if header:
        return [_from_header(header)]
    candidates = (_from_session(), _from_device_cookie(), _from_invitation_cookie())
    return [actor for actor in candidates if actor is not None]


def authorization() -> str:
    """Return the header by which a program says who asks; without one the cookies speak."""
    header = request.headers.get("Authorization", "").strip()
    # A host may have its people sign in by another kind, which browsers send by themselves.
    ours = registry().identity is None or header.partition(" ")[0].lower() in _SCHEMES
    return header if ours else ""


def cookie_path() -> str:
    """Return under which path a browser shall send our cookies back."""
    return request.script_root or "/"


def handed_over() -> str:
    """Return the e-mail of whoever is signed in at the host that mounts us, else nothing."""
    identity = registry().identity
    if identity is None:
        return ""
    if "handed_over" not in g:
        # A copy: whatever the host does with it is not our request's business.
        environ = dict(request.environ.get(HOST_ENVIRON, request.environ))
        g.handed_over = clean(identity(environ) or "").lower()
    return cast(str, g.handed_over)


def _from_header(header: str) -> Actor:
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer":
        actor = actor_of_token(value)
    elif scheme.lower() == "invitation":
        actor = actor_of_code(value)
    else:
        actor = None
    if actor is None:
        raise SignInNeeded(
            "bad_token", _l("This key is not valid any more. Pair the device or sign in again.")
        )
    return actor


def actor_of_token(secret: str) -> Actor | None:
    """Return the device or program that holds this token, unless it is revoked."""
    kept = digest(secret)
    with reading() as line:
        row = line.first(_TOKEN, digest=kept)
    if row is None:
        return None
    grants = frozenset({(row.meeting_id, row.role)})
    return Actor("token", row.id, row.name, grants, token_id=row.id, proof=kept)


def actor_of_code(code: str) -> Actor | None:
    """Return the delegate who holds this invitation code."""
    for reader in registry().readers:
        found = reader.read(db.session(), code)
        if found is not None:
            meeting_id, delegate_id = found
            grants = frozenset({(meeting_id, "delegate")})
            return Actor(
                "invitation", delegate_id, "delegate", grants, delegate_id=delegate_id, proof=code
            )
    return None


def _from_session() -> Actor | None:
    email = handed_over()
    if email:
        # The host's word stands alone: a session of ours may be of who sat here before.
        known = select(User).where(User.email == email, User.disabled_at.is_(None))
        user = db.session.scalar(known)
        return None if user is None else actor_of_user(db.session(), user)
    user_id, epoch = cookie.get("user"), cookie.get("epoch")
    if user_id is None:
        return None
    user = db.session.get(User, user_id)
    if user is None or user.disabled_at is not None or user.session_epoch != epoch:
        cookie.clear()
        return None
    return actor_of_user(db.session(), user)


def actor_of_user(session: Session, user: User) -> Actor:
    """Return the person with all roles in all meetings."""
    rows = session.execute(
        select(Membership.meeting_id, Membership.role).where(Membership.user_id == user.id)
    )
    grants = frozenset((row[0], row[1]) for row in rows)
    return Actor("user", user.id, user.name, grants, proof=str(user.session_epoch))


def _from_device_cookie() -> Actor | None:
    secret = request.cookies.get(DEVICE_COOKIE)
    return actor_of_token(secret) if secret else None


def _from_invitation_cookie() -> Actor | None:
    code = cookie.get(INVITATION_COOKIE)
    return actor_of_code(code) if code else None


def digest(secret: str) -> str:
    """Return what the database keeps of a secret with at least 128 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_digest(text: str) -> str:
    """Return what the database keeps of a text short enough to be guessed.

    Without the installation's secret key nobody can try which text fits.
    """
    key = hashlib.sha256(b"keyed digest:" + registry().settings.secret_key.encode()).digest()
    return hmac.digest(key, text.encode(), "sha256").hex()


def new_secret() -> str:
    """Return a new secret of 192 random bits, safe in headers and addresses."""
    return secrets.token_urlsafe(24)


def issue_token(session: Session, meeting_id: int, role: str, name: str, now: datetime) -> str:
    """Store a new token for a role in a meeting and return its secret, shown only once."""
    return store_token(session, meeting_id, role, name, now)[1]


def store_token(
    session: Session, meeting_id: int, role: str, name: str, now: datetime
) -> tuple[int, str]:
    """Store a new token; returns its id and its secret."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    secret = new_secret()
    token = AccessToken(
        meeting_id=meeting_id, role=role, name=name, digest=digest(secret), created_at=now
    )
    session.add(token)
    session.flush()
    return token.id, secret


def renew_token(session: Session, token_id: int) -> str:
    """Give a token a new secret: the old one is worthless, and what it did stays its own."""
    token = session.get_one(AccessToken, token_id)
    secret = new_secret()
    token.digest, token.revoked_at = digest(secret), None
    return secret


def rename_token(session: Session, token_id: int, name: str) -> None:
    """Change the name under which the holder of a token acts."""
    session.get_one(AccessToken, token_id).name = name


def revoke_token(session: Session, token_id: int, now: datetime) -> None:
    """Make a token worthless at once."""
    token = session.get(AccessToken, token_id)
    if token is not None and token.revoked_at is None:
        token.revoked_at = now
