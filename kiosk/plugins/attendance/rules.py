"""Counting arrivals, and whether enough people are there to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta

STEP = timedelta(minutes=5)


def bucket(moment: datetime) -> datetime:
    """Return the beginning of the five minutes in which a moment lies."""
    return moment - timedelta(
        minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond
    )


def arrivals(moments: Iterable[datetime]) -> list[tuple[datetime, int]]:
    """Return how many came in each five minutes, gaps in between as zero."""
    counts = Counter(bucket(moment) for moment in moments)
    if not counts:
        return []
    first, last = min(counts), max(counts)
    # A stray scan of another day would make a chart of thousands of empty bars.
    steps = min(int((last - first) / STEP), 12 * 12)
    return [(first + STEP * i, counts.get(first + STEP * i, 0)) for i in range(steps + 1)]


def least(invited: int, percent: int) -> int:
    """Return how many people make the percentage, rounded up: half of 7 is 4."""
    return -(-invited * percent // 100)


def phase(
    now: datetime, *, doors: str, opens_at: datetime, ends_at: datetime, invited: int, here: int
) -> str:
    """Return what the attendance page is about now: nobody, before, during or after.

    Nobody is invited; nobody can have come yet; people come; the numbers are final. Doors that
    are held open by hand mean that people still come, whatever the hour.
    """
    if not invited and not here:
        return "nobody"
    if doors == "open":
        return "during"
    if now > ends_at:
        return "after"
    return "before" if now < opens_at and not here else "during"
