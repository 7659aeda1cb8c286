"""What the call about attendance answers."""

from __future__ import annotations

from typing import Literal

from kiosk.web.api import Output
from kiosk.web.api import Time


class Minimum(Output):
    """Whether enough have come for the meeting to open."""

    percent: int
    people: int
    counted: int
    reached: bool


class Counted(Output):
    """How many of an area were invited and came."""

    id: int
    name: str
    invited: int
    present: int
    excused: int
    absent: int


class CountedGroup(Counted):
    """How many of a group; who was added at the door has a row of the kind `added`."""

    kind: str


class Arrivals(Output):
    """How many came in the minutes from this moment."""

    at: Time
    count: int


class Arrival(Output):
    """Somebody who came a moment ago."""

    delegate: int
    name: str
    called: str
    detail: str
    at: Time
    device: str
    via: str
    substitute: str
    observer: bool


class Missing(Output):
    """Somebody who is not in the hall; `phone` whether a number is known."""

    delegate: int
    name: str
    detail: str
    group: int | None
    area: int | None
    phone: bool


class Hours(Output):
    """When the doors open and the meeting lasts."""

    doors: Literal["open", "closed", "auto"]
    opens_at: Time
    starts_at: Time
    ends_at: Time


class AttendanceSnapshot(Output):
    """Who came; lists of names are empty for roles that see numbers only."""

    version: int
    invited: int
    present: int
    came: int
    minimum: Minimum
    observers: int
    added: int
    substitutes: int
    inside: int
    left: int
    removed_inside: int
    households: int
    households_present: int
    by_group: list[CountedGroup]
    by_area: list[Counted]
    arrivals: list[Arrivals]
    recent: list[Arrival]
    excused_count: int
    absent_count: int
    absent: list[Missing]
    excused: list[Missing]
    removed: list[Missing]
    hours: Hours
