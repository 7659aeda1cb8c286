"""Pages of signing in, of the first password, and of people."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import session as cookie
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk import limits
from kiosk import signin
from kiosk.access import acting
from kiosk.access import handed_over
from kiosk.access import needs
from kiosk.access import public
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.errors import TooMany
from kiosk.plugin import registry
from kiosk.plugins.accounts import queries
from kiosk.plugins.accounts import service

SIGN_INS_PER_MINUTE = 10

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/login")
@public
def login() -> str:
    """Show the sign-in form."""
    return _form("", _stranger(), request.args.get("next", ""))


@blueprint.post("/login")
@public
def sign_in() -> Response | tuple[str, int]:
    """Sign in with e-mail and password."""
    email = request.form.get("email", "").strip()
    after = request.form.get("next", "")
    if stranger := _stranger():
        return _form(email, stranger, after), 422
    user = service.find_by_email(db.session(), email)
    # The address first: one that may not try any more locks nobody's account.
    keys = (
        f"sign-in:address:{limits.network_of(request.remote_addr)}",
        f"sign-in:account:{service.limit_key(email, known=user is not None)}",
    )
    try:
        for key in keys:
            limits.limit(key, SIGN_INS_PER_MINUTE)
    except TooMany as error:
        return _form(email, str(error), after), error.status
    password_hash = user.password_hash if user else None
    user_id, epoch = (user.id, user.session_epoch) if user else (0, 0)
    # Verifying takes a fifth of a second: no transaction stays open meanwhile.
    db.session.rollback()
    if not signin.fits(request.form.get("password", ""), password_hash):
        return _form(email, _("E-mail and password do not belong together. Try again."), after), 422
    limits.give_back(*keys)
    _remember(service.SignedIn(user_id, epoch))
    return redirect(_safe(after))


def _form(email: str, error: str, after: str) -> str:
    return render_template(
        "accounts/login.html", email=email, error=error, next=after, pair_url=_pair_url()
    )


def _stranger() -> str:
    """Say why signing in leads nowhere for somebody whom the host names and we do not know."""
    email = handed_over()
    if not email or service.find_by_email(db.session(), email) is not None:
        return ""
    words: str = _(
        "You are signed in as %(email)s on the site around these pages, and this address has no"
        " account here. Ask the organisers for one, or sign out there first.",
        email=email,
    )
    return words


def _pair_url() -> str:
    return registry().home("pair")


def _safe(after: str) -> str:
    parts = urlsplit(after)
    # Of the host that mounts us nothing either: only pages of our own lie under our home.
    home = registry().home()
    rest = after.removeprefix(home)
    inside = after.startswith(home) and not parts.netloc and not rest.startswith(("/", "\\"))
    # A line break would end the header that carries the address.
    return after if inside and after.isprintable() else home


def _remember(person: service.SignedIn) -> None:
    # A fresh session: nothing set before signing in survives it.
    language = cookie.get("lang")
    cookie.clear()
    cookie.permanent = True
    cookie["user"] = person.user_id
    cookie["epoch"] = person.epoch
    if language:
        cookie["lang"] = language


@blueprint.post("/logout")
@public
def logout() -> Response:
    """Sign out."""
    cookie.clear()
    return redirect(url_for("accounts.login"))


@blueprint.get("/first/<secret>")
@public
def first(secret: str) -> str:
    """Show the form that a one-time link opens."""
    user = signin.user_of_link(db.session(), secret, clock.now())
    if user is None:
        raise NotFound("link_used", _("This link was used already, or is older than 24 hours."))
    return render_template("accounts/first.html", user=user, error="")


@blueprint.post("/first/<secret>")
@public
def choose(secret: str) -> Response | tuple[str, int]:
    """Set the first password and sign in."""
    now = clock.now()
    limits.limit(f"first:{limits.network_of(request.remote_addr)}", SIGN_INS_PER_MINUTE)
    password = request.form.get("password", "")
    if len(password) < signin.SHORTEST_PASSWORD:
        user = signin.user_of_link(db.session(), secret, now)
        if user is None:
            raise NotFound("link_used", _("This link was used already, or is older than 24 hours."))
        error = _("The password needs at least 10 characters.")
        return render_template("accounts/first.html", user=user, error=error), 422
    password_hash = signin.hashed(password)
    with writing() as session:
        person = service.choose_password(session, secret, password_hash, now)
    _remember(person)
    return redirect(registry().home())


@blueprint.get("/m/<m>/people")
@needs("people.manage", person=True)
def people(m: str) -> str:
    """Show who has which role in the meeting."""
    return _people({}, {})


def _people(
    typed: dict[str, str],
    fields: dict[str, object],
    *,
    link: str = "",
    name: str = "",
    told: str = "",
) -> str:
    meeting_id = acting().meeting.id
    members = queries.members(db.session(), meeting_id)
    return render_template(
        "accounts/people.html",
        members=members,
        # Who has a password, or a part elsewhere, gets a new link from the server's operator.
        ask_operator=not all(member.may_be_linked for member in members),
        roles=service.ROLES,
        bodies=queries.bodies(db.session(), meeting_id),
        typed=typed,
        fields=fields,
        link=link,
        name=name,
        told=told,
    )


@blueprint.post("/m/<m>/people")
@needs("people.manage", person=True)
def invite(m: str) -> str | tuple[str, int]:
    """Give a person a role; for a new account show the one-time link."""
    here = acting()
    typed = {key: request.form.get(key, "") for key in ("name", "email", "role")}
    try:
        with writing() as session:
            given = service.give_role(
                session,
                here.meeting.id,
                **typed,
                actor=here.actor.name,
                now=here.now,
                body_id=request.form.get("body", type=int),
            )
    except Refused as error:
        return _people(typed, error.fields), 422
    if given.link is None:
        words = _(
            "%(name)s has an account already and finds this meeting at the next sign-in.",
            name=typed["name"],
        )
        return _people({}, {}, told=words)
    return _people({}, {}, link=link_of(given.link), name=typed["name"])


def link_of(secret: str) -> str:
    """Return the whole address of a one-time link."""
    path = url_for("accounts.first", secret=secret)
    return registry().outside(path) or url_for("accounts.first", secret=secret, _external=True)


@blueprint.post("/m/<m>/people/<int:user_id>/link")
@needs("people.manage", person=True)
def new_link(m: str, user_id: int) -> str:
    """Make and show a new one-time link."""
    here = acting()
    with writing() as session:
        name, secret = service.new_link(
            session, here.meeting.id, user_id, actor=here.actor.name, now=here.now
        )
    return _people({}, {}, link=link_of(secret), name=name)


@blueprint.post("/m/<m>/people/<int:user_id>/remove")
@needs("people.manage", person=True)
def remove(m: str, user_id: int) -> Response:
    """Take the roles of a person."""
    here = acting()
    with writing() as session:
        name = service.take_roles(
            session,
            here.meeting.id,
            user_id,
            actor=here.actor.name,
            actor_id=here.actor.id if here.actor.kind == "user" else None,
        )
    flash(_("%(name)s has no role in this meeting any more.", name=name))
    return redirect(url_for("accounts.people", m=m))
