"""What the calls of the door answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.plugins.checkin.schemas import Profile
from kiosk.plugins.meetings.queries import Doors
from kiosk.plugins.meetings.queries import MeetingFacts
from kiosk.web.api import Output
from kiosk.web.api import Time

Verdict = Literal[
    "admitted",
    "already_in",
    "left",
    "not_inside",
    "undone",
    "nothing_to_undo",
    "replaced",
    "cancelled",
    "wrong_meeting",
    "mistyped",
    "unknown",
    "not_open",
    "over",
    "choose",
    "household_in",
    "review",
]


class Named(Output):
    """Who came instead, or will."""

    name: str
    relation: str


class Seen(Output):
    """When and where somebody was seen first."""

    at: Time
    device: str


class ScannedDelegate(Output):
    """Whom a scan was about."""

    id: int
    name: str
    salutation: str
    title: str
    group: str
    group_kind: str
    area: str
    household: str
    seat: str | None
    announced: Named | None


class Candidate(Output):
    """A person to choose from."""

    id: int
    name: str
    salutation: str
    area: str
    household: str


class OtherMeeting(Output):
    """What may be said of another meeting: which, when and where."""

    title: str
    starts_at: Time
    venue: str


class ScanAnswer(Output):
    """The verdict about a scan, with the sentence for the person and what belongs to it."""

    scan_id: str
    verdict: Verdict
    message: str
    replay: bool
    delegate: ScannedDelegate | None
    flags: list[Literal["future_clock", "old_clock", "late_upload", "conflict"]]
    version: int
    first: Seen | None = None
    at: Time | None = None
    observer: bool | None = None
    substitute: Named | None = None
    seat_holder: str | None = None
    candidates: list[Candidate] | None = None
    other: OtherMeeting | None = None
    closed: bool | None = None
    over: bool | None = None
    opens_at: Time | None = None
    ended_at: Time | None = None


class NotUnderstood(Output):
    """Why one of many was not taken."""

    code: str
    detail: str


class Failed(Output):
    """A scan of a batch that was not understood: it has no verdict."""

    scan_id: str | int | None
    error: NotUnderstood


class BatchAnswer(Output):
    """What became of each scan, in the order in which they were sent."""

    results: list[ScanAnswer | Failed]


class Nameless(Output):
    """A verdict that names nobody."""

    scan_id: str
    verdict: Verdict
    replay: bool


class NamelessAnswer(Output):
    """What became of each scan, in the order in which they were sent."""

    results: list[Nameless | Failed]


class LastScan(Output):
    """An entry or exit of this device."""

    delegate: int
    name: str
    household: str
    verdict: Verdict
    at: Time


class LastScans(Output):
    """The last entries and exits, the newest first."""

    items: list[LastScan]


class DeviceName(Output):
    """Which device."""

    id: int
    name: str
    profile: Profile


class Paired(Output):
    """The token, told only this once, the device and its meeting."""

    token: str
    device: DeviceName
    meeting: MeetingFacts


class Offered(Output):
    """A place for a device with its pairing code."""

    id: int
    code: str
    expires_at: Time


class DeviceHealth(Output):
    """A device with what it said of itself; `needs` is why a person should act."""

    id: int
    name: str
    place: str
    profile: Profile
    state: Literal["waiting", "expired", "paired", "revoked"]
    pending: bool
    paired_at: Time | None
    last_scan_at: Time | None
    scans: int
    last_seen_at: Time | None
    in_contact: bool
    waiting: int | None
    roster_at: Time | None
    battery: int | None
    charging: bool | None
    skew_seconds: int | None
    camera: str | None
    persisted: bool | None
    needs: list[Literal["guessing", "lost", "waiting", "battery", "clock", "camera"]]


class Devices(Output):
    """The meeting's devices."""

    items: list[DeviceHealth]


class Beat(Output):
    """The server's time; another `generation` than before: it was restored from a copy."""

    now: Time
    device: DeviceName
    generation: str


class Holder(Output):
    """Who holds the seat of a household."""

    id: int
    who: str
    at: Time


class RosterName(Output):
    """A person of the roster in the clear."""

    id: int
    name: str
    salutation: str
    title: str
    group: str
    group_kind: str
    area: str
    household: str
    is_in: bool = Field(alias="in")
    first: Seen | None
    holder: Holder | None


class RosterDoors(Output):
    """What opening and closing is decided by."""

    state: Doors
    opens_at: Time
    ends_at: Time


class RosterRow(Output):
    """A sealed row: only the code that it belongs to opens it."""

    key: str
    sealed: str


class OpenRow(RosterRow, RosterName):
    """A sealed row that a staffed tablet also has in the clear, to search by."""


class Roster(Output):
    """What a device keeps for the time without a network; `without_code` for a desk."""

    version: str
    rows: list[OpenRow | RosterRow]
    tag: str
    doors: RosterDoors
    over: bool
    others: dict[str, OtherMeeting]
    seal: str
    generation: str
    without_code: list[RosterName] | None = None


class HelperDelegate(Output):
    """Whom a call is about."""

    id: int
    name: str
    salutation: str
    area: str
    household: str
    group: str


class TypedName(Output):
    """What somebody without an invitation typed."""

    name: str
    area: str | None = None
    salutation: str | None = None


class HelperCall(Output):
    """A call for a helper."""

    id: int
    at: Time
    device: str
    reason: str
    sentence: str
    delegate: HelperDelegate | None
    walk_in: TypedName | None
    state: Literal["open", "taken", "done"]
    taken_by: str | None


class HelperCalls(Output):
    """The calls, those that wait first."""

    items: list[HelperCall]


class CallMade(Output):
    """The call that was made, or rings again."""

    id: int
    at: Time


class CameAt(Output):
    """When somebody came ("13:05"), and whether it was read from paper."""

    at: str
    paper: bool


class Came(Output):
    """Who is recorded already, by the delegate's id."""

    came: dict[str, CameAt]


class RowAnswer(Output):
    """What became of a ticked row; without a verdict it was not taken."""

    id: str
    delegate: int
    verdict: Verdict | Literal[""]
    message: str


class RollAnswer(Output):
    """What became of each row, in order."""

    results: list[RowAnswer]
