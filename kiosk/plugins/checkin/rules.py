"""Decisions at the door on plain values: which verdict, which flags, which time counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

FUTURE = timedelta(minutes=5)
LATE = timedelta(minutes=1)
UNDO = timedelta(minutes=15)

# What a code that opens nothing answers.
_REFUSED = {
    "replaced": "replaced",
    "cancelled": "cancelled",
    "wrong_meeting": "wrong_meeting",
    "mistyped": "mistyped",
    "unknown": "unknown",
    "id_card": "choose",
    "several": "choose",
}


@dataclass(frozen=True)
class Situation:
    """What is known before anything is changed.

    `kind` is what the code turned out to be, `state` where the delegate stands: None
    (never came), in or out; `same_device` whether the first entry was on this device.
    """

    kind: str
    direction: str
    doors_open: bool
    state: str | None
    offline: bool = False
    same_device: bool = True


def decide(situation: Situation) -> str:
    """Return the verdict, or the step to try: admit, return, leave, undo.

    What is wrong with the code is said before what is wrong with the moment, so that
    nobody is told "already in" for a letter that is worthless.
    """
    if situation.kind in _REFUSED:
        return _REFUSED[situation.kind]
    if situation.direction == "undo":
        return "undo"
    if situation.direction == "out":
        return "leave" if situation.state == "in" else "not_inside"
    if situation.state == "in":
        doubtful = situation.offline and not situation.same_device
        return "review" if doubtful else "already_in"
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


def counted_at(scanned_at: datetime, received_at: datetime, day_begins: datetime) -> datetime:
    """Return the time that counts: the scan's own, unless it cannot be true."""
    if scanned_at > received_at or scanned_at < day_begins:
        return received_at
    return scanned_at


def may_undo(done_at: datetime, now: datetime) -> bool:
    """Whether an entry or exit can still be taken back: within 15 minutes."""
    return now - done_at <= UNDO


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
