"""The door over HTTP: scans, devices, the roster."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import Response
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.access import public
from kiosk.auth.rate_limits import limit
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.group_commit import together
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.checkin import answers
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin.devices import queries as fleet
from kiosk.plugins.checkin.devices import service as devices
from kiosk.plugins.checkin.offline import roster
from kiosk.plugins.checkin.scans import service
from kiosk.plugins.checkin.scans.schemas import ScanBody
from kiosk.plugins.checkin.scans.values import Door
from kiosk.plugins.checkin.schemas import MOST_SCANS
from kiosk.plugins.checkin.schemas import BatchBody
from kiosk.plugins.checkin.schemas import DeviceBody
from kiosk.plugins.checkin.schemas import PairBody
from kiosk.plugins.meetings import queries as meetings
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse
from kiosk.web.api import raw
from kiosk.web.api import validated

PAIRINGS_PER_MINUTE = 5
# Scans of a batch that share a commit.
AT_ONCE = 20

blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1")


def _door(session: Session, here: Acting) -> Door:
    return Door(session, here.meeting, here.actor, here.roles, here.now)


@blueprint.post("/meetings/<m>/scans")
@described("Record one scan and get the verdict", body=ScanBody, answer=answers.ScanAnswer)
@needs("checkin.scan", device_first=True)
def scan(m: str) -> Response:
    """Record one scan."""
    here = acting()
    attempt = parse(ScanBody).attempt(here.now)
    if attempt.is_guess:
        # A commit of its own, before the look-up: nothing that happens to the scan undoes it.
        refusal = together(
            lambda session: service.ask(_door(session, here), attempt, kept=attempt.offline)
        )
        if refusal is not None:
            raise refusal
    try:
        done = together(lambda session: service.record_scan(_door(session, here), attempt))
    except service.Repeated:
        done = service.replay(_door(db.session(), here), attempt)
    return answer(service.answer(done))


@blueprint.post("/meetings/<m>/scans/batch")
@described(
    "Record up to 500 scans; one bad scan does not spoil the others",
    body=BatchBody,
    answer=answers.BatchAnswer,
)
@needs("checkin.scan", device_first=True)
def batch(m: str) -> Response:
    """Record scans that waited on the device."""
    here = acting()
    body = raw()
    if not isinstance(body, dict):
        raise Malformed("no_scans", _("Send a list named scans."))
    scans = body.get("scans")
    if not isinstance(scans, list):
        words = _("Send a list named scans.")
        raise Refused("no_scans", words, fields={"scans": words})
    return answer({"results": record_all(here, scans)})


def check_size(scans: list[Any]) -> None:
    """Raise TooLarge for more scans than are taken at once."""
    if len(scans) > MOST_SCANS:
        raise TooLarge("too_many_scans", _("At most 500 scans at once."))


def record_all(here: Acting, scans: list[Any]) -> list[dict[str, Any]]:
    """Record scans one after another; each answers for itself."""
    check_size(scans)
    results: list[dict[str, Any]] = []
    for begin in range(0, len(scans), AT_ONCE):
        # Not one commit for all: whoever stands at the door now must not wait for what two
        # tablets collected in an hour. What is stored answers a retry as a replay.
        with writing() as session:
            part = scans[begin : begin + AT_ONCE]
            results += [_one_of_many(session, here, item) for item in part]
    return results


def _one_of_many(session: Session, here: Acting, item: Any) -> dict[str, Any]:
    try:
        attempt = validated(ScanBody, item).attempt(here.now)
        door = _door(session, here)
        # Outside the savepoint: what becomes of the scan does not give a guess back.
        refusal = service.ask(door, attempt, kept=True) if attempt.is_guess else None
        if refusal is not None:
            raise refusal
        try:
            with door.line.savepoint():
                done = service.record_scan(door, attempt)
        except service.Repeated:
            done = service.replay(door, attempt)
        return service.answer(done)
    except KioskError as error:
        told = {"code": error.code, "detail": str(error)}
        return {"scan_id": _scan_id(item), "error": told}


def _scan_id(item: Any) -> str | int | None:
    """Return an item's own id, by which a device knows it again, if it can be told at all."""
    found = item.get("scan_id") if isinstance(item, dict) else None
    if isinstance(found, str):
        return found.encode(errors="replace").decode()
    # True is a number to Python, and no id.
    return found if isinstance(found, int) and not isinstance(found, bool) else None


@blueprint.get("/meetings/<m>/scans/last")
@described("The last five entries and exits of this device", answer=answers.LastScans)
@needs("checkin.staff", device_first=True)
def last(m: str) -> Response:
    """List what this device did last."""
    here = acting()
    items = queries.last_scans(db.session(), here.meeting.id, here.actor.token_id)
    return answer({"items": items})


@blueprint.post("/devices/pair")
@described("Pair a device with a single-use code", body=PairBody, answer=answers.Paired, status=201)
@public
def pair() -> Response:
    """Take a pairing code and give a token."""
    limit(f"pair:{request.remote_addr}", PAIRINGS_PER_MINUTE)
    wanted = parse(PairBody)
    now = clock.now()
    with writing() as session:
        paired = devices.pair(session, wanted.code, wanted.name, now)
    facts = meetings.facts(db.session(), paired.meeting, now)
    return answer(devices.as_json(paired, facts), 201)


@blueprint.post("/meetings/<m>/devices")
@described(
    "Offer a place to a device; the answer holds the pairing code",
    body=DeviceBody,
    answer=answers.Offered,
    status=201,
)
@needs("checkin.devices")
def offer(m: str) -> Response:
    """Offer a place to a device."""
    here = acting()
    wanted = parse(DeviceBody)
    with writing() as session:
        offered = devices.add(
            session,
            here.meeting.id,
            wanted.name,
            wanted.profile,
            place=wanted.place,
            actor=here.actor.name,
            now=here.now,
        )
    expires = clock.rfc3339(offered.expires_at)
    return answer({"id": offered.id, "code": offered.code, "expires_at": expires}, 201)


@blueprint.get("/meetings/<m>/devices")
@described("The meeting's devices", answer=answers.Devices)
@needs("checkin.devices")
def listing(m: str) -> Response:
    """List devices with what is known of their health."""
    here = acting()
    items = [
        fleet.as_json(device) for device in fleet.devices(db.session(), here.meeting.id, here.now)
    ]
    return answer({"items": items})


@blueprint.delete("/meetings/<m>/devices/<int:device_id>")
@described("Revoke a device at once", status=204)
@needs("checkin.devices")
def revoke(m: str, device_id: int) -> Response:
    """Make the device's token worthless."""
    here = acting()
    with writing() as session:
        devices.revoke(session, here.meeting.id, device_id, actor=here.actor.name, now=here.now)
    return Response(status=204)


@blueprint.get("/meetings/<m>/roster")
@described(
    "The roster a device keeps: sealed rows for a gate, names too for a desk",
    answer=answers.Roster,
    conditional=True,
)
@needs("checkin.roster", device_first=True)
def read_roster(m: str) -> Response:
    """Give the roster; 304 when the device has it already."""
    here = acting()
    profile = "desk" if here.roles & {"desk", "organiser"} else "gate"
    found = roster.build(db.session(), here.meeting, profile, here.now)
    response = answer(found)
    response.set_etag(found["version"])
    # The tablet keeps it itself, and takes it off again: the browser's own copy would stay.
    response.headers["Cache-Control"] = "no-store"
    return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug's own type
