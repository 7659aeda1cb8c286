"""Decisions at the door on plain values: which verdict, which flags, which time counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

FUTURE = timedelta(minutes=5)
LATE = timedelta(minutes=1)
UNDO = timedelta(minutes=15)
AMEND = timedelta(minutes=15)

# What a code that opens nothing answers.
REFUSED = {
    "replaced": "replaced",
    "cancelled": "cancelled",
    "wrong_meeting": "wrong_meeting",
    "mistyped": "mistyped",
    "unknown": "unknown",
    "id_card": "choose",
    "several": "choose",
}
# Letters that may be in other hands: the answer names nobody.
NAMELESS = frozenset({"replaced", "cancelled"})


@dataclass(frozen=True)
class Hours:
    """What a meeting takes scans by: `doors` is open, closed or auto, `erased` for good."""

    doors: str
    ends_at: datetime
    erased: bool = False


@dataclass(frozen=True)
class Situation:
    """What is known of a genuine code before anything is changed.

    `state` is where the delegate stands: None (never came), in or out.
    """

    direction: str
    doors_open: bool
    state: str | None


def is_over(hours: Hours, at: datetime) -> bool:
    """Whether a scan that counts at this time comes to a meeting that takes nothing in.

    It has ended and nobody holds its doors open, or its people are erased.
    """
    return hours.erased or (at > hours.ends_at and hours.doors != "open")


def decide(situation: Situation) -> str:
    """Return the verdict, or the step to try: admit, return, leave.

    For scans that arrive at once; what is late or takes something back goes by
    `merge_rules`.
    """
    if situation.direction == "out":
        return "leave" if situation.state == "in" else "not_inside"
    if situation.state == "in":
        return "already_in"
    if not situation.doors_open:
        return "not_open"
    return "admit" if situation.state is None else "return"


def flags(scanned_at: datetime, received_at: datetime, day_begins: datetime) -> list[str]:
    """Return what is odd about a scan's time."""
    found = []
    if scanned_at > received_at + FUTURE:
        found.append("future_clock")
    elif scanned_at < day_begins:
        found.append("old_clock")
    elif received_at - scanned_at > LATE:
        found.append("late_upload")
    return found


def is_believable(scanned_at: datetime, received_at: datetime, day_begins: datetime) -> bool:
    """Whether a device's clock can have been right."""
    return day_begins <= scanned_at <= received_at + FUTURE


def counted_at(scanned_at: datetime, received_at: datetime, day_begins: datetime) -> datetime:
    """Return the time that counts: the scan's own, unless it cannot be true."""
    if scanned_at > received_at or scanned_at < day_begins:
        return received_at
    return scanned_at


def is_late(scanned_at: datetime, received_at: datetime) -> bool:
    """Whether a scan took longer than an answer takes: it waited somewhere."""
    return received_at - scanned_at > LATE


def by_own_time(
    scanned_at: datetime, received_at: datetime, direction: str, *, offline: bool
) -> bool:
    """Whether a scan's place in the order is that of its own time, not of its arrival.

    What arrives at once stands where the server's clock puts it, so that somebody does not
    leave before coming because one tablet's clock is slow by seconds. At a desk with a
    network "take back" means what the desk has before it, now.
    """
    return offline or (direction != "undo" and is_late(scanned_at, received_at))


def counts(verdict: str, direction: str, *, offline: bool, decided: bool | None) -> bool:
    """Whether a scan is part of where its delegate stands.

    The organiser's word comes first. Scans that were refused do not count; but an exit
    that met nobody inside may only have been faster than its entry, and what a tablet did
    by itself offline is judged again with all that is known.
    """
    if decided is not None:
        return decided
    if verdict in {"admitted", "already_in", "review", "left", "not_inside", "undone"}:
        return True
    return offline and verdict in {"household_in", "nothing_to_undo"}


def let_in(verdict: str, *, offline: bool, decided: bool | None) -> bool:
    """Whether the device was told "come in" by the server, or the organiser says so.

    Offline it was told nothing: what the server answers later reaches an empty doorway.
    """
    return decided is True or (not offline and verdict in {"admitted", "review"})


def id_card(raw: str) -> tuple[str, int] | None:
    """Return (name, birth year) from the QR of an ID card; the rest is dropped unseen.

    Seven fields or more: number, old number, name, ddMMyyyy, sex, address, issue date.
    Source: field order of the chip ID cards since 2021; newer cards carry more fields.
    """
    parts = raw.strip("\ufeff\r\n ").split("|")
    if len(parts) < 7 or not (len(parts[0]) == 12 and parts[0].isdigit()):
        return None
    born = parts[3].replace("/", "")
    if len(born) != 8 or not born.isdigit():
        return None
    return parts[2], int(born[4:])
