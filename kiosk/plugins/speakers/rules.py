"""The order and the clock on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

# What a turn takes beyond the speech itself, and what the chairman needs at the end:
# measured values of the meeting replace them when there are any.
ANSWER_SECONDS = 240
CLOSING_SECONDS = 1800
LONGEST_TURN = 3600
MOST_LOCKED = 3

WAITING, SPEAKING, PAUSED = "waiting", "speaking", "paused"
FINISHED, WITHDRAWN, ABSENT = "finished", "withdrawn", "absent"
CURRENT = (SPEAKING, PAUSED)


@dataclass(frozen=True)
class Place:
    """A waiting turn as the order sees it."""

    id: int
    kind: str
    requested_at: datetime


def joins_at(waiting: Sequence[Place], kind: str) -> int:
    """Return the index at which a new turn joins the waiting ones.

    A priority turn goes before the first normal one, after the priority turns that
    stand there; a normal turn goes last. What the moderator arranged is not repaired.
    """
    if kind == "priority":
        normal = (i for i, place in enumerate(waiting) if place.kind == "normal")
        return next(normal, len(waiting))
    return len(waiting)


def by_arrival(waiting: Sequence[Place], locked: int) -> list[int]:
    """Return the ids by the time of asking, priority first; the first `locked` stay."""
    kept, rest = waiting[:locked], waiting[locked:]
    ordered = sorted(rest, key=lambda place: (place.kind != "priority", place.requested_at))
    return [place.id for place in (*kept, *ordered)]


def is_permutation(ids: Sequence[int], waiting: Sequence[int]) -> bool:
    """Whether the ids are exactly the waiting ones, each once."""
    return len(ids) == len(set(ids)) and set(ids) == set(waiting)


def moved(ids: Sequence[int], turn: int, step: str) -> list[int]:
    """Return the ids with one of them moved: up, down, top, bottom."""
    found = list(ids)
    index = found.index(turn)
    found.pop(index)
    target = {"up": index - 1, "down": index + 1, "top": 0, "bottom": len(found)}[step]
    found.insert(min(max(target, 0), len(found)), turn)
    return found


def seconds_spoken(
    started_at: datetime | None,
    paused_at: datetime | None,
    ended_at: datetime | None,
    seconds_paused: int,
    now: datetime,
) -> int:
    """Return for how many seconds somebody has spoken, pauses left out; never negative."""
    if started_at is None:
        return 0
    until = ended_at or paused_at or now
    return max(0, int((until - started_at).total_seconds()) - seconds_paused)


@dataclass(frozen=True)
class Forecast:
    """When the meeting ends at this pace; `over_seconds` is negative when early."""

    ends_at: datetime
    over_seconds: int


def forecast(
    now: datetime,
    planned_end: datetime,
    current_remaining: int | None,
    waiting: int,
    seconds: int,
) -> Forecast:
    """Return the forecast of the end: rest of this turn, all waiting turns, closing."""
    left = waiting * (seconds + ANSWER_SECONDS) + CLOSING_SECONDS
    if current_remaining is not None:
        left += max(current_remaining, 0) + ANSWER_SECONDS
    ends_at = now + timedelta(seconds=left)
    return Forecast(ends_at, int((ends_at - planned_end).total_seconds()))


def expected_at(
    now: datetime, current_remaining: int | None, before: int, seconds: int
) -> datetime:
    """Return when the turn after `before` waiting ones is expected to begin."""
    left = before * (seconds + ANSWER_SECONDS)
    if current_remaining is not None:
        left += max(current_remaining, 0) + ANSWER_SECONDS
    return now + timedelta(seconds=left)
