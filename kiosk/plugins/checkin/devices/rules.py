"""How a device is: in contact or not, and whether a person should act. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

# A beat comes every fifteen seconds: three may be lost on the way.
CONTACT = timedelta(seconds=60)
LONG_AWAY = timedelta(minutes=2)
LOW_BATTERY = 15
SKEW_SHOWN = 5
SKEW_ODD = 60
BEAT_GAP = timedelta(seconds=3)


@dataclass(frozen=True)
class Vitals:
    """What is known of a paired device; `away` since its last word, None when it never spoke.

    `busy` says that people come in now or soon: a tablet that is switched off at night is
    nobody's worry.
    """

    profile: str
    away: timedelta | None
    busy: bool = True
    waiting: int | None = None
    battery: int | None = None
    charging: bool | None = None
    skew: int | None = None
    camera: str | None = None
    guessing: bool = False


def in_contact(away: timedelta | None) -> bool:
    """Whether a device spoke a moment ago."""
    return away is not None and away <= CONTACT


def needs(vitals: Vitals) -> tuple[str, ...]:
    """Return why a person should look after the device.

    One word each: guessing, lost, waiting, battery, clock, camera. A device that asked about
    more numbers than people mistype may be in other hands: it comes first.
    Scans that wait on a device in contact are on their way and need nobody; a gate without
    any camera has a hand-held scanner, one whose camera is refused needs a tap.
    """
    here = in_contact(vitals.away)
    found = ["guessing"] if vitals.guessing else []
    if vitals.away is not None and vitals.away > LONG_AWAY and vitals.busy:
        found.append("lost")
    if vitals.waiting and not here:
        found.append("waiting")
    low = vitals.battery is not None and vitals.battery <= LOW_BATTERY
    if low and not vitals.charging and (here or vitals.busy):
        found.append("battery")
    if vitals.skew is not None and abs(vitals.skew) >= SKEW_ODD:
        found.append("clock")
    if vitals.camera == "refused" and vitals.profile == "gate" and here:
        found.append("camera")
    return tuple(found)


def skew(sent_at: datetime, received_at: datetime) -> int:
    """Return by how many seconds a device's clock is ahead of the server's."""
    return round((sent_at - received_at).total_seconds())
