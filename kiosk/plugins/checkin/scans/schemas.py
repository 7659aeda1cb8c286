"""What a scan's call takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from typing import Literal

from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationInfo
from pydantic import field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from kiosk import vietnamese
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.schemas import UUID
from kiosk.plugins.checkin.schemas import Moment
from kiosk.plugins.checkin.schemas import Substitute
from kiosk.plugins.checkin.schemas import WalkIn
from kiosk.web.api import Id
from kiosk.web.api import Input


def _or_none(schema: JsonDict) -> None:
    """Say what JSON Schema cannot: null is taken where another field says who is meant."""
    schema.pop("default", None)
    schema["type"] = ["string", "null"]


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
