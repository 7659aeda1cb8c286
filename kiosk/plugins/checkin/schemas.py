"""What the calls of the door take: devices, calls for a helper, scans many at once."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import AfterValidator
from pydantic import ConfigDict
from pydantic import Field

from kiosk.web.api import Id
from kiosk.web.api import Input
from kiosk.web.api import Time

MOST_SCANS = 500
_HEX = "[0-9a-fA-F]"
# With hyphens or without: a tablet at an address without a certificate leaves them out.
UUID = f"^({_HEX}{{32}}|{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}})$"
# What every zone can tell; a clock this far off is as wrong as one that is further off.
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)

Profile = Literal["gate", "desk", "screen"]


def _tellable(value: datetime) -> datetime:
    return min(max(value, _EARLIEST), _LATEST)


Moment = Annotated[Time, AfterValidator(_tellable)]


class Substitute(Input):
    """Who came instead."""

    name: str = Field(min_length=1, max_length=200)
    relation: str = Field(default="", max_length=60)


class WalkIn(Input):
    """Somebody who is on no list."""

    name: str = Field(min_length=1, max_length=200)
    area: str = Field(default="", max_length=120)
    salutation: str = Field(default="", max_length=20)


class BatchBody(Input):
    """Scans that waited; each is looked at by itself, so that a bad one spoils no other."""

    model_config = ConfigDict(extra="ignore")

    scans: list[Any] = Field(max_length=MOST_SCANS, description="Each as `POST scans` takes it.")


class SealedBody(Input):
    """Scans as the device kept them: `scan_id` with `sealed`, or in the clear."""

    model_config = ConfigDict(extra="ignore")

    scans: list[Any] = Field(max_length=MOST_SCANS)


class DeviceBody(Input):
    """A place for a device."""

    name: str = Field(min_length=1, max_length=80)
    profile: Profile
    place: str = Field(default="", max_length=120)


class PairBody(Input):
    """A device that takes its place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "ABCD-EFGH", "name": "Cửa chính"}]}
    )

    code: str = Field(min_length=1, max_length=40)
    name: str | None = Field(default=None, max_length=80)


class HealthBody(Input):
    """How a device is."""

    sent_at: Time
    waiting: int | None = Field(default=None, ge=0, le=1_000_000)
    roster_at: Time | None = None
    battery: int | None = Field(default=None, ge=0, le=100)
    charging: bool | None = None
    camera: str | None = Field(default=None, max_length=20)
    persisted: bool | None = None


class CallBody(Input):
    """A call for a helper."""

    reason: str = Field(min_length=1, max_length=40)
    sentence: str = Field(default="", max_length=300)
    delegate: Id | None = None
    walk_in: WalkIn | None = None
