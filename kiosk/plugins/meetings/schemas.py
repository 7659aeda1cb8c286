"""What the calls about the meeting take and answer."""

from __future__ import annotations

from typing import Literal

from kiosk.web.api import Input
from kiosk.web.api import Output
from kiosk.web.api import Time

Doors = Literal["open", "closed", "auto"]


class DoorsPatch(Input):
    """What may be changed while the meeting runs."""

    doors: Doors


class TopicFacts(Output):
    """A topic of the meeting."""

    id: int
    name: str
    icon: str


class AreaFacts(Output):
    """A neighbourhood that is invited."""

    id: int
    name: str


class GroupFacts(Output):
    """A group of the plan; `target` is how many are planned."""

    id: int
    code: str
    name: str
    kind: str
    target: int | None


class MeetingFacts(Output):
    """A meeting as programs see it; `name` is its short name in addresses."""

    id: int
    name: str
    title: str
    host: str
    venue: str
    address: str
    ward: str
    starts_at: Time
    ends_at: Time
    doors_open_at: Time
    doors: Doors
    open_now: bool
    seconds_per_turn: int
    now: Time
    topics: list[TopicFacts]
    areas: list[AreaFacts]
    groups: list[GroupFacts]
