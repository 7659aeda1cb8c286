"""A scan as the device sent it, what it is decided with, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import time
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.auth.access import Actor
from kiosk.db.compiled import Line
from kiosk.db.compiled import line
from kiosk.models import Meeting
from kiosk.plugins.checkin.scans import rules
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.statements import Who
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings


@dataclass(frozen=True)
class Attempt:
    """One scan as the device sent it; `untimed` when it sent no time of its own."""

    scan_id: str
    code: str
    scanned_at: datetime
    via: str = "camera"
    direction: str = "in"
    delegate: int | None = None
    substitute: dict[str, str] | None = None
    walk_in: dict[str, str] | None = None
    observer: bool = False
    offline: bool = False
    untimed: bool = False

    @cached_property
    def read(self) -> invitations.Read:
        """What the code turned out to be; nothing is looked up for it."""
        return invitations.read(self.code)

    @property
    def is_card(self) -> bool:
        """Whether an ID card was held up, or something in the place of one."""
        return not self.names_somebody and (self.via == "id_card" or self.read.kind == "id_card")

    @property
    def is_guess(self) -> bool:
        """Whether a short code is asked about, of which there are few enough to try them all."""
        return not (self.names_somebody or self.via == "id_card") and self.read.kind == "short"

    @property
    def names_somebody(self) -> bool:
        """Whether somebody was chosen or typed in; no code is looked at then."""
        return self.delegate is not None or self.walk_in is not None


@dataclass
class Door:
    """What a scan is decided with: the meeting, the device, the moment."""

    session: Session
    meeting: Meeting
    actor: Actor
    roles: frozenset[str]
    now: datetime
    day_begins: datetime = field(init=False)
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        # Asked for once: a session takes its time to hand its connection out.
        self.line = line(self.session)
        day = clock.local(self.meeting.starts_at).date()
        self.day_begins = datetime.combine(day, time.min, clock.VN)

    @property
    def staffed(self) -> bool:
        """Whether a helper or the organiser stands at this device."""
        return bool(self.roles & {"desk", "organiser"})

    def counted(self, attempt: Attempt) -> datetime:
        """Return the time by which the scan counts."""
        begins = self.earliest(offline=attempt.offline)
        return rules.counted_at(attempt.scanned_at, self.now, begins)

    def earliest(self, *, offline: bool) -> datetime:
        """Return the earliest time that can be true.

        Whoever stands at a device with a network stands there now: a clock that is hours
        slow does not turn the doors' opening into a time before it.
        """
        return self.day_begins if offline else self.meeting.doors_open_at

    def is_over(self, attempt: Attempt) -> bool:
        """Whether the scan comes to a meeting that takes nothing in any more.

        A scan's own bounded time counts: what a tablet scanned during the meeting and sends
        after it is taken. A clock that cannot have been right says nothing of when a tablet
        without a network met somebody: that is kept too, and flagged.
        """
        meeting = self.meeting
        erased = meeting.erased_at is not None
        times = (attempt.scanned_at, self.now, self.day_begins)
        if attempt.offline and not erased and not rules.is_believable(*times):
            return False
        hours = rules.Hours(meeting.doors, meeting.ends_at, erased)
        return rules.is_over(hours, self.counted(attempt))

    def is_open(self, attempt: Attempt) -> bool:
        """Whether the doors were open when the scan was made.

        A tablet without a network did not hear that the doors were closed by hand; it went
        by the times, and whom it let in then is in.
        """
        at = self.counted(attempt)
        if attempt.offline and self.meeting.doors == "closed":
            return self.meeting.doors_open_at <= at <= self.meeting.ends_at
        return meetings.doors_open(self.meeting, at)


@dataclass
class Outcome:
    """What came of a scan, before it is written down.

    `who` is shown to the device; `about` is whom the row is kept for.
    """

    verdict: str
    who: Who | None = None
    about: int | None = None
    effect: str | None = None
    undoes: int | None = None
    kind: str = ""
    events: list[object] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.about is None and self.who is not None:
            self.about = self.who.id


def find(door: Door, delegate_id: int) -> Who | None:
    """Return the delegate with seat and presence, as one row."""
    found: Who | None = door.line.first(statements.WHO, delegate_id=delegate_id)
    return found


def record_of(at: datetime, device: str) -> dict[str, str]:
    """Return when and where a scan was, as devices are told."""
    return {"at": clock.rfc3339(at), "device": device}


def first_of(who: Who) -> dict[str, Any]:
    """Return when and where somebody first came in, for an answer; nothing when never."""
    if who.first_at is None:
        return {}
    return {"first": record_of(who.first_at, who.first_device or "")}


def opening(door: Door) -> dict[str, Any]:
    """Return what is told at closed doors: when they open, or that they were closed."""
    return {
        "closed": door.now >= door.meeting.doors_open_at,
        "opens_at": clock.rfc3339(door.meeting.doors_open_at),
        "over": door.now > door.meeting.ends_at,
    }
