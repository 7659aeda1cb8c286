"""The states of a turn, its parts and the places on the list, on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

ANSWER_SECONDS = 240
CLOSING_SECONDS = 1800
FOLLOW_UP_SECONDS = 60
SHORTEST_TURN = 30
SHORTEST_FITTED = 60
LONGEST_TURN = 3600
LONGEST_CLOCK = 4 * LONGEST_TURN
LONGEST_CLOSING = 7200
MOST_LOCKED = 3
MOST_UNREAD = 5
LONGEST_BREAK = 180
CLOSING = "closing"

WAITING, SPEAKING, PAUSED = "waiting", "speaking", "paused"
FINISHED, WITHDRAWN, ABSENT = "finished", "withdrawn", "absent"
CURRENT = (SPEAKING, PAUSED)

# What comes of an answer: given in the hall, promised in writing, passed to a higher level.
ANSWERED, WRITTEN, PASSED = "answered", "written", "passed"
OUTCOMES = (ANSWERED, WRITTEN, PASSED)

# A turn that runs is in one of its parts: each has its own clock.
SPEECH, ANSWER, FOLLOW_UP = "speech", "answer", "follow_up"
NEXT_PARTS = {ANSWER: (SPEECH, FOLLOW_UP), FOLLOW_UP: (ANSWER,)}


def joins_at(kinds: Sequence[str], kind: str) -> int:
    """Return the index at which a new turn joins the waiting ones, given their kinds.

    A priority turn goes before the first normal one, after the priority turns that
    stand there; a normal turn goes last. What the moderator arranged is not repaired.
    """
    if kind == "priority" and "normal" in kinds:
        return list(kinds).index("normal")
    return len(kinds)


def is_permutation(ids: Sequence[int], waiting: Sequence[int]) -> bool:
    """Whether the ids are exactly the waiting ones, each once."""
    return len(ids) == len(set(ids)) and set(ids) == set(waiting)


def moves(before: Sequence[int], after: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return who moves as (id, place before, place after), by the new place, from 1."""
    was = {turn: place for place, turn in enumerate(before, start=1)}
    pairs = enumerate(after, start=1)
    return [(turn, was[turn], place) for place, turn in pairs if was[turn] != place]


def seconds_of(
    started_at: datetime | None, paused_at: datetime | None, seconds_paused: int, now: datetime
) -> int:
    """Return for how many seconds a part has lasted, pauses left out; never negative."""
    if started_at is None:
        return 0
    return max(0, int(((paused_at or now) - started_at).total_seconds()) - seconds_paused)
