"""What a review can be about, how it may be read, where its moments stand on a line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import datetime
from datetime import timedelta
from statistics import median

# letter: one letter on two devices; household: two members on two devices; worthless: a
# letter that opens nothing, met by a tablet that could not ask.
READINGS = {
    "letter": ("same_person", "two_people", "unclear"),
    "household": ("both", "first_only", "unclear"),
    "worthless": ("let_in", "kept_out", "unclear"),
}
_EXACT = timedelta(seconds=5)


def kind_of(doubtful: Iterable[int]) -> str:
    """Return what a review is about, from the delegates of the scans that are in doubt."""
    people = set(doubtful)
    if not people:
        return "worthless"
    return "letter" if len(people) == 1 else "household"


def skew(pairs: Iterable[tuple[datetime, datetime]]) -> timedelta | None:
    """Return how far a device's clock is ahead, from (scanned, received) of online scans.

    None when there are none to measure by. Seconds that the network takes look like a
    slow clock; the middle one of all is little moved by them.
    """
    apart = [(scanned - received).total_seconds() for scanned, received in pairs]
    if not apart:
        return None
    found = timedelta(seconds=round(median(apart)))
    return timedelta() if abs(found) < _EXACT else found


def places(moments: Sequence[datetime]) -> list[float]:
    """Return where each moment stands on a line from 0 to 1, none upon another.

    True to scale, but for neighbours that would cover each other.
    """
    if not moments:
        return []
    first, last = min(moments), max(moments)
    length = (last - first).total_seconds() or 1.0
    order = sorted(range(len(moments)), key=lambda index: moments[index])
    gap = min(0.12, 1 / max(1, len(moments) - 1))
    found = [0.0] * len(moments)
    reached = -gap
    for index in order:
        exact = (moments[index] - first).total_seconds() / length
        reached = found[index] = max(exact, reached + gap)
    over = max(found) or 1.0
    return [place / over if over > 1 else place for place in found]
