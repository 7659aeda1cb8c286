"""The page behind a delegate's code: invitation, answer, and what the floors above add."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import send_from_directory
from flask import session as cookie
from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.app import settings
from kiosk.auth.access import INVITATION_COOKIE
from kiosk.auth.access import public
from kiosk.auth.rate_limits import limit
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import qr
from kiosk.errors import KioskError
from kiosk.models import Meeting
from kiosk.paths import STATIC
from kiosk.plugin import registry
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.delegate_page import ics
from kiosk.plugins.invitations.delegate_page import service
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.web import downloads
from kiosk.web.security import csrf_field

UNKNOWN_CODES_PER_MINUTE = 60
OWN_POSTS_PER_MINUTE = 20
TEXT_SIZES = (100, 125, 150)
ACTOR = "delegate"
# Opened by the person, never by the page: the code's address is not sent along.
MAP = "https://www.google.com/maps/search/?api=1&query="

_CLOCK = re.compile(r'(?<=data-clock=")[^"]*|(?<=data-clocked>)[^<]*')

blueprint = Blueprint("own", __name__)


@dataclass(frozen=True)
class Own:
    """Whose page this is."""

    meeting: Meeting
    person: delegates.Listed
    code: str
    short: str


def _own(code: str) -> Own | tuple[str, int]:
    """Return whose code this is, or the friendly page that says what is the matter with it."""
    session = db.session()
    kind, meeting_id, delegate_id = queries.presented(session, code)
    meeting = session.get(Meeting, meeting_id) if kind == "current" else None
    mine = queries.code_of(session, meeting, delegate_id) if meeting is not None else None
    person = delegates.one(session, meeting_id, delegate_id)
    if meeting is None or mine is None or person is None:
        return _not_current(kind if kind != "current" else "unknown", meeting_id)
    # Programs on the page speak for the delegate as a header would.
    cookie[INVITATION_COOKIE] = mine.code
    return Own(meeting, person, mine.code, rules.grouped(mine.short))


def _not_current(kind: str, meeting_id: int) -> tuple[str, int]:
    """Say what is the matter with a code. Guesses are counted, our own old codes are not."""
    db.session.rollback()
    if kind in {"mistyped", "unknown"}:
        limit(f"code:{request.remote_addr}", UNKNOWN_CODES_PER_MINUTE)
    meeting = db.session.get(Meeting, meeting_id) if meeting_id else None
    return render_template("invitations/not_current.html", kind=kind, meeting=meeting), 404


@blueprint.get("/I/<code>")
@blueprint.get("/i/<code>", endpoint="page_small")
@public
def page(code: str) -> str | tuple[str, int]:
    """Show a delegate the own invitation."""
    asked = request.args.get("text", type=int)
    if asked in TEXT_SIZES:
        cookie["text"] = asked
    own = _own(code)
    return own if isinstance(own, tuple) else _page(own)


def _page(own: Own) -> str:
    dark, side = qr.path(letters.payload(own.code, settings().public_url))
    return render_template(
        "invitations/own.html",
        dark=dark,
        side=side,
        quiet=qr.QUIET,
        now_ms=int(clock.now().timestamp() * 1000),
        **_main(own, clock.now(), csrf_field()),
    )


def _main(own: Own, now: datetime, token: Markup) -> dict[str, Any]:
    session, meeting = db.session(), own.meeting
    parts = [
        (part.template, part.show(session, meeting.id, own.person.id, now))
        for part in registry().own_parts
    ]
    busy = any(values.get("busy") for _template, values in parts)
    begun, over = now >= meeting.starts_at, now > meeting.ends_at and not busy
    waits = [values["poll"] for _template, values in parts if values.get("poll")]
    return {
        "meeting": meeting,
        "person": own.person,
        "code": own.code,
        "short": own.short,
        "reply": queries.reply_of(session, meeting.id, own.person.id),
        "parts": parts,
        "touched": any(values.get("touched") for _template, values in parts),
        "here": any(values.get("here") for _template, values in parts),
        "begun": begun,
        "over": over,
        "poll": 0 if over else min([*waits, _seconds_between_looks(meeting, now)]),
        "map": MAP + quote(", ".join(filter(None, (meeting.venue, meeting.address)))),
        "token": token,
    }


def _seconds_between_looks(meeting: Meeting, now: datetime) -> int:
    """Return how long a page that waits for nothing special may rest."""
    return 30 if now >= meeting.doors_open_at else 300


@blueprint.get("/I/worker.js")
@public
def worker() -> Response:
    """Give the script that keeps the own page for a hall without a network."""
    response = send_from_directory(STATIC / "invitations", "own-worker.js", max_age=0)
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    return response


@blueprint.get("/I/<code>/now")
@public
def fresh(code: str) -> Response | tuple[str, int]:
    """Give what changes on the page; 304 to whoever has it already."""
    own = _own(code)
    if isinstance(own, tuple):
        return own
    # Without a token: it differs in every answer, and the page holds one already.
    token = Markup('<input type="hidden" name="csrf_token">')
    words = render_template("invitations/own_now.html", **_main(own, clock.now(), token))
    response = Response(words, content_type="text/html; charset=utf-8")
    # The running clock is counted by the page: it alone is no news.
    response.set_etag(hashlib.sha256(_CLOCK.sub("", words).encode()).hexdigest()[:20])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.get("/I/<code>/reply")
@public
def replying(code: str) -> str | tuple[str, int]:
    """Show the form of an answer."""
    own = _own(code)
    if isinstance(own, tuple):
        return own
    chosen = request.args.get("answer", "")
    kept = queries.reply_of(db.session(), own.meeting.id, own.person.id)
    typed = {"name": kept.name, "relation": kept.relation, "reason": kept.reason} if kept else {}
    return _form(own, chosen, typed, None)


def _form(own: Own, chosen: str, typed: Any, error: KioskError | None) -> str:
    return render_template(
        "invitations/own_reply.html",
        meeting=own.meeting,
        person=own.person,
        code=own.code,
        chosen=chosen,
        typed=typed,
        error=error,
        fields=error.fields if error else {},
    )


@blueprint.post("/I/<code>/reply")
@public
def reply(code: str) -> Response | str | tuple[str, int]:
    """Keep an answer; what was typed stays when something is wrong."""
    own = _own(code)
    if isinstance(own, tuple):
        return own
    form = request.form
    given = service.Given(
        form.get("answer", ""),
        form.get("name", ""),
        form.get("relation", ""),
        form.get("reason", ""),
    )
    meeting_id, delegate_id = own.meeting.id, own.person.id
    limit(f"own:{delegate_id}", OWN_POSTS_PER_MINUTE)
    try:
        with writing() as session:
            service.reply(session, meeting_id, delegate_id, given, actor=ACTOR, now=clock.now())
    except KioskError as error:
        return _form(own, given.answer, form, error), error.status
    return redirect(url_for("own.page", code=own.code))


@blueprint.get("/I/<code>/calendar.ics")
@public
def calendar(code: str) -> Response | tuple[str, int]:
    """Give the meeting as a calendar file; it names nobody."""
    own = _own(code)
    if isinstance(own, tuple):
        return own
    meeting, url = own.meeting, settings().public_url
    entry = ics.Entry(
        uid=f"{meeting.name}@kiosk",
        title=meeting.title,
        place=", ".join(filter(None, (meeting.venue, meeting.address))),
        words=_("%(host)s presides. Please bring the letter of invitation.", host=meeting.host),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        url=f"{url}/p/{meeting.name}" if url else "",
    )
    data = ics.calendar_file(entry, clock.now()).encode()
    return downloads.file(data, "text/calendar; charset=utf-8", f"{meeting.name}.ics")
