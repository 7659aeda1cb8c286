"""What the calls of the door take: scans, devices, calls for a helper, the roll."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import AfterValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationInfo
from pydantic import field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from kiosk import vietnamese
from kiosk.plugins.checkin.roll import rules
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.web.api import Id
from kiosk.web.api import Input
from kiosk.web.api import Time

MOST_SCANS = 500
MOST_ROWS = 500
_HEX = "[0-9a-fA-F]"
# With hyphens or without: a tablet at an address without a certificate leaves them out.
UUID = f"^({_HEX}{{32}}|{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}})$"
# What every zone can tell; a clock this far off is as wrong as one that is further off.
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)

Profile = Literal["gate", "desk", "screen"]


def _tellable(value: datetime) -> datetime:
    return min(max(value, _EARLIEST), _LATEST)


def _or_none(schema: JsonDict) -> None:
    """Say what JSON Schema cannot: null is taken where another field says who is meant."""
    schema.pop("default", None)
    schema["type"] = ["string", "null"]


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


def _clean(person: Substitute | WalkIn | None) -> dict[str, str] | None:
    if person is None:
        return None
    return {name: vietnamese.clean(value) for name, value in person.model_dump().items()}


class ScanBody(Input):
    """One scan; `scan_id` is made once on the device and sent again on every retry.

    `code` may be left out only where `delegate` or `walk_in` says who is meant.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "scan_id": "0191f7c2-5b1e-7c3a-9d4e-2f6a8b0c1d2e",
                    "code": "23456789ABCDEFGHJKMNPQRS",
                    "scanned_at": "2023-10-26T13:12:05+07:00",
                }
            ],
        }
    )

    scan_id: str = Field(pattern=UUID)
    scanned_at: Moment | None = None
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
        json_schema_extra=_or_none,
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


class RowBody(Input):
    """One ticked row: `id` is made once on the device and sent again on every retry."""

    id: str = Field(min_length=8, max_length=48, pattern="^[A-Za-z0-9-]+$")
    delegate: Id
    at: Moment
    substitute: Substitute | None = None

    def attempt(self) -> Attempt:
        """Return the row as a scan with the time on the paper."""
        return Attempt(
            scan_id=f"{rules.PAPER}{self.id}",
            code="",
            scanned_at=self.at,
            via="typed",
            delegate=self.delegate,
            substitute=self.substitute.model_dump() if self.substitute else None,
        )


class RollBody(Input):
    """Ticked rows."""

    rows: list[RowBody] = Field(min_length=1, max_length=MOST_ROWS)
