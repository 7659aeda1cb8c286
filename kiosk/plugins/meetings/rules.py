"""When the doors are open, and what a meeting may be named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from kiosk.text import fold

LONGEST_NAME = 40
LONGEST_ITEM_MINUTES = 600


@dataclass(frozen=True)
class Item:
    """A point of the programme and how long it takes."""

    minutes: int
    what: str
    who: str


def timed(starts_at: datetime, items: Sequence[Item]) -> list[tuple[datetime, Item]]:
    """Return each point with its beginning: the first at the start, each after the one before."""
    found = []
    at = starts_at
    for item in items:
        found.append((at, item))
        at += timedelta(minutes=item.minutes)
    return found


def lengths(begins: Sequence[datetime], ends_at: datetime) -> list[int]:
    """Return how many minutes lie between the beginnings, the last until the end."""
    following = [*begins[1:], max([ends_at, *begins[-1:]])]
    return [
        max(0, (after - at) // timedelta(minutes=1))
        for at, after in zip(begins, following, strict=True)
    ]


def shifted(items: Sequence[Item], index: int, by: int) -> list[Item]:
    """Return the points with one moved up (-1) or down (+1); at an end nothing changes."""
    found = list(items)
    target = index + by
    if 0 <= index < len(found) and 0 <= target < len(found):
        found[index], found[target] = found[target], found[index]
    return found


def doors_open(doors: str, opens_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether somebody may be admitted now.

    `open` admits at any time, `closed` never, `auto` from the opening of the doors to
    the end of the meeting.
    """
    if doors == "auto":
        return opens_at <= now <= ends_at
    return doors == "open"


def short_name(title: str, year: int) -> str:
    """Return a name for addresses made from a title: "doi-thoai-khu-kim-dong-2023"."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    room = LONGEST_NAME - len(f"-{year}")
    while words and len("-".join(words)) > room:
        words.pop()
    return f"{'-'.join(words) or 'buoi-doi-thoai'}-{year}"


def is_short_name(name: str) -> bool:
    """Whether a name can stand in an address."""
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)) and len(name) <= LONGEST_NAME
