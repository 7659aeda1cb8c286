"""Scans that a tablet still holds: of a meeting it has left, or from before a restore.

The door's page leaves a pass on the tablet: a cookie for this address alone, with which
nothing can be read. So what waits for a meeting is still sent after the tablet was paired
with another one; the pass ends with the last scan, or with the device.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask import Response
from flask import request
from flask import url_for
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from kiosk import clock
from kiosk.auth.access import Acting
from kiosk.auth.access import Actor
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.access import public
from kiosk.db.base import db
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import Refused
from kiosk.errors import SignInNeeded
from kiosk.models import AccessToken
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.checkin import api
from kiosk.plugins.checkin.answers import NamelessAnswer
from kiosk.plugins.checkin.offline import sealing
from kiosk.plugins.checkin.schemas import SealedBody
from kiosk.plugins.invitations import queries as invitations
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import raw

PASS_DAYS = 30
# Of a verdict, what names nobody.
_TOLD = ("scan_id", "verdict", "replay", "error")

blueprint = Blueprint("checkin_left", __name__, url_prefix="/api/v1")


def _passes() -> URLSafeSerializer:
    return URLSafeSerializer(registry().settings.secret_key, salt="left scans")


def _cookie(m: str) -> str:
    return f"kiosk_left_{m}"


def leave_pass(response: Response, here: Acting) -> None:
    """Let the tablet send what it will hold of this meeting, wherever it is paired then."""
    found = db.session.scalar(
        select(AccessToken.digest).where(AccessToken.id == here.actor.token_id)
    )
    if found is None:
        return
    m = here.meeting.name
    response.set_cookie(
        _cookie(m),
        # Bound to the secret of the moment: it ends when the device's place is given away.
        str(_passes().dumps([here.actor.token_id, found])),
        max_age=timedelta(days=PASS_DAYS),
        path=url_for("checkin_left.left", m=m),
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


@blueprint.post("/meetings/<m>/scans/sealed")
@described(
    "Record scans that this device had sealed; the answers name nobody",
    body=SealedBody,
    answer=NamelessAnswer,
)
@needs("checkin.scan", device_first=True)
def sealed(m: str) -> Response:
    """Record scans again that were sent before a restore."""
    return _take(acting())


@blueprint.post("/meetings/<m>/scans/left")
@described(
    "Record scans of a meeting that this tablet has left; the answers name nobody",
    body=SealedBody,
    answer=NamelessAnswer,
    key="pass",
)
@public
def left(m: str) -> Response:
    """Record scans of a tablet that is paired with another meeting by now."""
    return _take(_holder(m))


@blueprint.delete("/meetings/<m>/scans/left")
@described("Nothing of this meeting waits on the tablet any more", status=204, key="pass")
@public
def done(m: str) -> Response:
    """Take the pass away: the tablet holds nothing of this meeting."""
    # Not every `m` makes the name of a cookie: one that came does.
    if _cookie(m) not in request.cookies:
        raise _unknown()
    response = Response(status=204)
    response.delete_cookie(_cookie(m), path=url_for("checkin_left.left", m=m))
    return response


def _holder(m: str) -> Acting:
    try:
        token_id, digest = _passes().loads(request.cookies.get(_cookie(m), ""))
    except (BadSignature, ValueError, TypeError) as error:
        raise _unknown() from error
    session = db.session()
    meeting = session.scalar(select(Meeting).where(Meeting.name == m))
    token = session.scalar(
        select(AccessToken).where(
            AccessToken.id == token_id,
            AccessToken.digest == digest,
            AccessToken.revoked_at.is_(None),
        )
    )
    if meeting is None or token is None or token.meeting_id != meeting.id:
        raise _unknown()
    grants = frozenset({(meeting.id, token.role)})
    actor = Actor("token", token.id, token.name, grants, token_id=token.id)
    if not actor.roles(meeting.id) & registry().permissions["checkin.scan"]:
        raise _unknown()
    # It stays readable when a commit ends the transaction, as that of every request does.
    session.expunge(meeting)
    return Acting(actor, clock.now(), actor.roles(meeting.id), meeting)


def _unknown() -> SignInNeeded:
    return SignInNeeded(
        "left_meeting",
        _l("This tablet may not send for that meeting any more. Pair it with that meeting again."),
    )


def _take(here: Acting) -> Response:
    body = raw()
    scans = body.get("scans") if isinstance(body, dict) else None
    if not isinstance(scans, list):
        raise Malformed("no_scans", _l("Send a list named scans."))
    # Before anything is opened: each costs an exchange of keys.
    api.check_size(scans)
    private = sealing.private_key(invitations.key_of(here.meeting))
    items = [_read(private, item) for item in scans]
    readable = iter(api.record_all(here, [item for item in items if "error" not in item]))
    results = [item if "error" in item else next(readable) for item in items]
    told = [{name: one[name] for name in _TOLD if name in one} for one in results]
    return answer({"results": told})


def _read(private: Any, item: Any) -> dict[str, Any]:
    scan_id = item.get("scan_id") if isinstance(item, dict) else None
    try:
        if not isinstance(item, dict) or not isinstance(scan_id, str):
            raise Refused("invalid", _l("Some fields need to be mended."))
        if "sealed" in item:
            item = sealing.opened(private, scan_id, str(item["sealed"]))
        scan = {name: value for name, value in item.items() if name != "error"}
        return {**scan, "offline": True}
    except KioskError as error:
        return {"scan_id": scan_id, "error": {"code": error.code, "detail": str(error)}}
