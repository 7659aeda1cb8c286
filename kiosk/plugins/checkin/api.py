"""The door over HTTP: scans, devices, the roster."""

from __future__ import annotations

import re
from datetime import UTC
from datetime import datetime
from typing import Annotated
from typing import Any
from typing import Literal

from flask import Blueprint
from flask import Response
from flask import request
from flask_babel import gettext as _
from pydantic import AfterValidator
from pydantic import AwareDatetime
from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationInfo
from pydantic import field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.access import public
from kiosk.auth.rate_limits import limit
from kiosk.db.base import LARGEST_ID
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.group_commit import together
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin.devices import queries as fleet
from kiosk.plugins.checkin.devices import service as devices
from kiosk.plugins.checkin.offline import roster
from kiosk.plugins.checkin.scans import service
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.scans.values import Door
from kiosk.plugins.meetings import queries as meetings
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse
from kiosk.web.api import raw
from kiosk.web.api import validated

PAIRINGS_PER_MINUTE = 5
MOST_SCANS = 500
# Scans of a batch that share a commit.
AT_ONCE = 20

blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1")


class Substitute(BaseModel):
    """Who came instead."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    relation: str = Field(default="", max_length=60)


class WalkIn(BaseModel):
    """Somebody who is on no list."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    area: str = Field(default="", max_length=120)
    salutation: str = Field(default="", max_length=20)


def _clean(person: Substitute | WalkIn | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {name: vietnamese.clean(value) for name, value in person.model_dump().items()}


_HEX = "[0-9a-fA-F]"
# With hyphens or without: a tablet at an address without a certificate leaves them out.
UUID = f"^({_HEX}{{32}}|{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}})$"
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
# What every zone can tell; a clock this far off is as wrong as one that is further off.
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)


def _written(value: Any) -> Any:
    if value is not None and not (isinstance(value, str) and _WRITTEN_TIME.match(value)):
        raise PydanticCustomError("time_form", "a time is a text")
    return value


def _tellable(value: datetime | None) -> datetime | None:
    return None if value is None else min(max(value, _EARLIEST), _LATEST)


def _number(value: Any) -> Any:
    # Yes and no are numbers to Python: the first person of the database is not meant.
    if isinstance(value, bool):
        raise PydanticCustomError("number_form", "a delegate is a number")
    return value


def _without_default(schema: JsonDict) -> None:
    schema.pop("default", None)


Moment = Annotated[AwareDatetime | None, BeforeValidator(_written), AfterValidator(_tellable)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_number)]


class ScanBody(BaseModel):
    """One scan."""

    model_config = ConfigDict(extra="forbid")

    scan_id: str = Field(pattern=UUID)
    scanned_at: Moment = None
    via: Literal["camera", "wedge", "typed", "search", "id_card", "walk_in"] = "camera"
    direction: Literal["in", "out", "undo"] = "in"
    delegate: Id | None = None
    substitute: Substitute | None = None
    walk_in: WalkIn | None = None
    observer: bool = False
    offline: bool = False
    # The last: it may be left out only when the others say who is meant.
    code: str = Field(
        default=None,
        max_length=2048,
        validate_default=True,
        json_schema_extra=_without_default,
    )

    @field_validator("code", mode="before")
    @classmethod
    def _is_there(cls, value: Any, others: ValidationInfo) -> Any:
        named = any(others.data.get(name) is not None for name in ("delegate", "walk_in"))
        if value is None and not named:
            raise PydanticCustomError("missing", "a code, a delegate or a walk-in is needed")
        return "" if value is None else value

    def attempt(self, now: datetime) -> Attempt:
        """Return the scan as the verb takes it."""
        return Attempt(
            scan_id=self.scan_id,
            code=self.code,
            scanned_at=self.scanned_at or now,
            via=self.via,
            direction=self.direction,
            delegate=self.delegate,
            substitute=_clean(self.substitute),
            walk_in=_clean(self.walk_in),
            observer=self.observer,
            offline=self.offline,
            untimed=self.scanned_at is None,
        )


class DeviceBody(BaseModel):
    """A place for a device."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    profile: Literal["gate", "desk", "screen"]
    place: str = Field(default="", max_length=120)


class PairBody(BaseModel):
    """A device that takes its place."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=40)
    name: str | None = Field(default=None, max_length=80)


def _door(session: Session, here: Acting) -> Door:
    return Door(session, here.meeting, here.actor, here.roles, here.now)


@blueprint.post("/meetings/<m>/scans")
@described("Record one scan and get the verdict", body=ScanBody)
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
@described("Record up to 500 scans; one bad scan does not spoil the others")
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
    return found if isinstance(found, int) else None


@blueprint.get("/meetings/<m>/scans/last")
@described("The last five entries and exits of this device")
@needs("checkin.staff", device_first=True)
def last(m: str) -> Response:
    """List what this device did last."""
    here = acting()
    items = queries.last_scans(db.session(), here.meeting.id, here.actor.token_id)
    return answer({"items": items})


@blueprint.post("/devices/pair")
@described("Pair a device with a single-use code", body=PairBody, status=201)
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
    "Offer a place to a device; the answer holds the pairing code", body=DeviceBody, status=201
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
@described("The meeting's devices")
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
@described("The roster a device keeps: sealed rows for a gate, names too for a desk")
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
