"""What a list of people is made of: a person, a row left out, a repair, what is known."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import NamedTuple

OLDEST = 1905
Cell = object
_NAME = re.compile(r"[^\W\d_]+(?:['’. -]*[^\W\d_]+)*\.?")


class Person(NamedTuple):
    """One person of a list, as it will be stored. `row` counts from 1 in its sheet.

    People with the same `home` (0: none) share one household and its one seat.
    """

    sheet: str
    row: int
    name: str
    salutation: str = ""
    title: str = ""
    group: str = ""
    area: str = ""
    household: str = ""
    address: str = ""
    phone: str = ""
    birth_year: int | None = None
    note: str = ""
    home: int = 0


class Skipped(NamedTuple):
    """A row that holds nobody, and why."""

    sheet: str
    row: int
    reason: str
    text: str


class Warned(NamedTuple):
    """A repair or a doubt about a row."""

    sheet: str
    row: int
    code: str
    text: str
    before: str = ""
    after: str = ""


@dataclass
class Reading:
    """What was understood of a file."""

    file: str
    sheets: list[dict[str, object]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True)
class KnownGroup:
    """A composition group with the names of the bodies that belong to it."""

    code: str
    name: str
    kind: str = "official"
    target: int = 0
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """The meeting's own names: areas with their other spellings, groups by precedence."""

    areas: Sequence[tuple[str, Sequence[str]]] = ()
    groups: Sequence[KnownGroup] = ()

    @property
    def household_group(self) -> str:
        """The code of the group of households; nothing when there is none."""
        return next((group.code for group in self.groups if group.kind == "household"), "")


def is_name(name: str) -> bool:
    """Whether this can be a person's name: letters, 2 to 60 of them, no digits or signs."""
    return 2 <= len(name) <= 60 and _NAME.fullmatch(name) is not None


def ticked(held: Collection[int], seen: Collection[int], wanted: Collection[int]) -> set[int]:
    """Return what is held after a form with ticks: what it ticked or cleared itself, and what
    somebody else changed since it was shown.

    `seen` was ticked when the form was shown, `held` is stored now.
    """
    return (set(held) | set(wanted)) - (set(seen) - set(wanted))
