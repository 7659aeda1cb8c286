"""When the doors are open, what a meeting may be named, which of its facts fit together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo

from kiosk.vietnamese import fold

LONGEST_NAME = 40
LONGEST_ITEM_MINUTES = 600
LONGEST_MEETING = timedelta(hours=10)
EARLIEST_DOORS = timedelta(hours=6)
FIRST_YEAR, LAST_YEAR = 2000, 2100
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# What a unit with a People's Committee at the commune level is called, the longest first.
UNITS = ("thị trấn", "đặc khu", "phường", "xã")
# Facts that every paper prints: none can be guessed, so none may stay empty.
NEEDED = ("title", "venue", "ward", "org_name", "place_name", "host")
LONGEST_FACTS = {
    "title": 300,
    "venue": 200,
    "address": 300,
    "ward": 120,
    "org_name": 200,
    "place_name": 120,
    "host": 200,
}
LONGEST_AREA = 120
HEAD_LINES = 2


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


@dataclass(frozen=True)
class Hours:
    """When the doors open, when the meeting starts and ends."""

    opens_at: datetime
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """How long the meeting lasts."""
        return (self.ends_at - self.starts_at) // MINUTE


def placed(day: date, opens: time, starts: time, ends: time, zone: tzinfo) -> Hours:
    """Return the moments of hours typed for a day.

    An end that is not after the start is on the next day. Doors are of the evening before
    where their hour, so understood, lies shortly before the start; else they stay on the
    day, to be refused as too late.
    """
    starts_at = datetime.combine(day, starts, zone)
    ends_at = datetime.combine(day, ends, zone)
    opens_at = datetime.combine(day, opens, zone)
    if ends_at <= starts_at:
        ends_at += ONE_DAY
    if opens_at > starts_at and starts_at - (opens_at - ONE_DAY) <= EARLIEST_DOORS:
        opens_at -= ONE_DAY
    return Hours(opens_at, starts_at, ends_at)


def unfit_hours(hours: Hours, points: int = 0) -> dict[str, str]:
    """Return what does not fit together, by field: `early`, `late`, `span`, `crowded`, `year`.

    `points` is how many points the programme has: each needs a minute.
    """
    wrong = {}
    if not FIRST_YEAR <= hours.starts_at.year <= LAST_YEAR:
        wrong["date"] = "year"
    if hours.opens_at > hours.starts_at:
        wrong["opens"] = "late"
    elif hours.starts_at - hours.opens_at > EARLIEST_DOORS:
        wrong["opens"] = "early"
    if not timedelta() < hours.ends_at - hours.starts_at <= LONGEST_MEETING:
        wrong["ends"] = "span"
    elif hours.minutes < points:
        wrong["ends"] = "crowded"
    return wrong


def unfit_facts(facts: Mapping[str, str], areas: Sequence[str] | None = None) -> dict[str, str]:
    """Return what is wrong with facts, by field: `missing`, `long`, `unit`, `lines`, `other`...

    `other`: the head of the papers does not name the ward. `areas` are looked at when given.
    """
    wrong = {name: "missing" for name in NEEDED if not facts.get(name, "").strip()}
    for name, most in LONGEST_FACTS.items():
        if len(facts.get(name, "")) > most:
            wrong[name] = "long"
    ward = facts.get("ward", "")
    if "ward" not in wrong and not named(ward):
        wrong["ward"] = "unit"
    elif not {"ward", "org_name"} & set(wrong):
        wrong |= _unfit_head(facts.get("org_name", ""), ward)
    return {**wrong, **({} if areas is None else _unfit_areas(areas))}


def _unfit_head(head: str, ward: str) -> dict[str, str]:
    if len(head.splitlines()) > HEAD_LINES:
        return {"org_name": "lines"}
    return {} if fold(named(ward)) in fold(head) else {"org_name": "other"}


def _unfit_areas(areas: Sequence[str]) -> dict[str, str]:
    if not areas:
        return {"areas": "missing"}
    if len({fold(name) for name in areas}) < len(areas):
        return {"areas": "twice"}
    return {"areas": "long"} if max(map(len, areas)) > LONGEST_AREA else {}


def unit_of(ward: str) -> str:
    """Return what kind of unit a ward is: "xã" of "Xã Bình Minh"; "" when it does not say."""
    words = " ".join(ward.lower().split())
    return next((unit for unit in UNITS if words.startswith(f"{unit} ")), "")


def named(ward: str) -> str:
    """Return the proper name of a ward: "Bình Minh" of "Xã Bình Minh"; "" without its unit."""
    unit = unit_of(ward)
    return " ".join(ward.split())[len(unit) + 1 :] if unit else ""


def fitted(items: Sequence[Item], minutes: int) -> list[Item]:
    """Return the points in at most so many minutes: the longest give, none falls out.

    There are at least as many minutes as points.
    """
    found = list(items)
    over = sum(item.minutes for item in found) - minutes
    while over > 0:
        index = max(range(len(found)), key=lambda i: found[i].minutes)
        # Down to the next longest, so that the longest points end alike.
        below = max((i.minutes for n, i in enumerate(found) if n != index), default=1)
        longest = found[index].minutes
        least = max(1, min(below, longest - 1))
        less = max(least, longest - over)
        over -= longest - less
        found[index] = replace(found[index], minutes=less)
    return found
