"""How often a device may ask about short codes. Pure.

A short code has seven digits: whoever may ask without end finds everybody. What may be
asked is used up before anything is looked up, so that a right guess too many is answered
like a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

# One a second is faster than anybody types; twenty slips of the finger in ten minutes are
# more than a door sees.
APART = timedelta(seconds=1)
WINDOW = timedelta(minutes=10)
MOST_STRANGE = 20
# How long the organiser is told of a device that used them up.
TOLD = timedelta(hours=1)


@dataclass(frozen=True)
class Wait:
    """Why a device has to wait and for how many seconds; `used_up` is more than haste."""

    seconds: int
    used_up: bool


def wait(asked: Sequence[datetime], strange: Sequence[datetime], now: datetime) -> Wait | None:
    """Return how long a device has to wait before it may ask about a short code, or None.

    `asked` are the moments at which it asked, `strange` those that met nobody or have no
    answer yet; of both only the last ten minutes count.
    """
    counted = sorted(at for at in strange if now - at < WINDOW)
    if len(counted) >= MOST_STRANGE:
        free = counted[-MOST_STRANGE] + WINDOW
        return Wait(max(1, math.ceil((free - now).total_seconds())), used_up=True)
    if any(timedelta(0) <= now - at < APART for at in asked):
        return Wait(1, used_up=False)
    return None
