"""The door's page, pairing a browser, the organiser's list of devices."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk import qr
from kiosk.access import DEVICE_COOKIE
from kiosk.access import acting
from kiosk.access import cookie_path
from kiosk.access import needs
from kiosk.access import public
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import KioskError
from kiosk.errors import TooMany
from kiosk.limits import limit
from kiosk.plugin import registry
from kiosk.plugins.checkin import devices
from kiosk.plugins.checkin import left
from kiosk.plugins.checkin import roster
from kiosk.plugins.checkin import sealing
from kiosk.plugins.checkin.api import PAIRINGS_PER_MINUTE
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings

_COOKIE_DAYS = 30
_LOOKS_PER_MINUTE = 20
# A drawing of a code, so that people know where to look; it opens nothing.
_SAMPLE = "KIOSK"

blueprint = Blueprint("checkin", __name__)


@blueprint.get("/m/<m>/kiosk")
@needs("checkin.scan", device_first=True)
def kiosk(m: str) -> Response:
    """Show the door; a tablet keeps a pass for what it may still hold one day."""
    here = acting()
    session = db.session()
    staffed = bool(here.roles & {"desk", "organiser"})
    page = render_template(
        "checkin/kiosk.html",
        meeting=here.meeting,
        doors=roster.doors(here.meeting),
        over=roster.is_over(here.meeting, here.now),
        seal=sealing.public_text(invitations.key_of(here.meeting)),
        # The page is kept on the tablet: a person's name does not belong into it.
        device=here.actor.name if here.actor.kind == "token" else "",
        staffed=staffed,
        areas=meetings.areas(session, here.meeting.id),
        topics=meetings.topics(session, here.meeting.id),
        sample=qr.path(_SAMPLE),
    )
    response = make_response(page)
    if here.actor.kind == "token":
        left.leave_pass(response, here)
    return response


@blueprint.get("/pair")
@public
def pair() -> str | tuple[str, int]:
    """Show what the code in the address would make of this browser, or where to type one.

    Changes nothing: chats, scanners and browsers look at an address before people do.
    """
    code = request.args.get("code", "")
    if not code:
        return _pairing("")
    try:
        # Counted before the look, apart from pairing itself: a look must not cost a tablet its try.
        limit(f"pair-look:{request.remote_addr}", _LOOKS_PER_MINUTE)
        place = devices.look(db.session(), code, clock.now())
    except TooMany as error:
        return _pairing(code, error=error.message), error.status
    if place is None:
        return _pairing(code, error=devices.not_valid().message), devices.not_valid().status
    return _pairing(code, place)


def _pairing(code: str, place: devices.Place | None = None, error: object = "") -> str:
    return render_template(
        "checkin/pair.html",
        typed=code,
        place=place,
        error=error,
        ready="ready" in request.values,
        paired=DEVICE_COOKIE in request.cookies,
    )


@blueprint.post("/pair")
@public
def pair_here() -> str | Response | tuple[str, int]:
    """Pair this browser with the code, then go to its page."""
    code = request.values.get("code", "")
    ready = "ready" in request.values
    try:
        limit(f"pair:{request.remote_addr}", PAIRINGS_PER_MINUTE)
        with writing() as session:
            paired = devices.pair(session, code, None, clock.now())
            name = paired.meeting.name
    except KioskError as error:
        return _pairing(code, error=error.message), error.status
    response = redirect(_page_of(paired.profile, name, ready))
    response.set_cookie(
        DEVICE_COOKIE,
        paired.token,
        max_age=timedelta(days=_COOKIE_DAYS),
        path=cookie_path(),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response


def _page_of(profile: str, m: str, ready: bool) -> str:
    # The hall screen's page belongs to a higher room; its address is part of the contract.
    if profile == "screen":
        return registry().home(f"m/{m}/hall")
    return url_for("checkin_ready.page" if ready else "checkin.kiosk", m=m)
