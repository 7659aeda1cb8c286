"""The order of the roll: the same on paper and on the screen, twenty rows a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 20
# Marks the scans that were typed from paper; the rest of the id is made on the device.
PAPER = "paper-"


@dataclass(frozen=True)
class Row:
    """A line of the roll. `block` is what the sheets are kept apart by.

    Paper speaks to the person ("Bà Nguyễn Thị Hoa", `greeting`), the screen has less room.
    """

    delegate: int
    block: str
    household: str
    name: str
    greeting: str
    detail: str
    code: str = ""


@dataclass(frozen=True)
class Sheet:
    """One page; `first` is the running number of its first row."""

    number: int
    title: str
    first: int
    rows: Sequence[Row]


def household_key(number: str) -> tuple[bool, int, str]:
    """Return what orders households: by number, then what is no number by its text."""
    digits = number.strip()
    return (not digits.isdecimal(), int(digits) if digits.isdecimal() else 0, digits)


def in_order(rows: Iterable[Row], blocks: Sequence[str]) -> list[Row]:
    """Return the rows block by block, households by number; the rest as they came."""
    place = {name: i for i, name in enumerate(blocks)}
    return sorted(
        rows, key=lambda row: (place.get(row.block, len(place)), household_key(row.household))
    )


def sheets(rows: Sequence[Row]) -> list[Sheet]:
    """Return the pages; no page holds two blocks, numbers run through all of them."""
    found: list[Sheet] = []
    current: list[Row] = []
    done = 0
    for index, row in enumerate(rows):
        current.append(row)
        following = rows[index + 1] if index + 1 < len(rows) else None
        if len(current) == ROWS or following is None or following.block != row.block:
            found.append(Sheet(len(found) + 1, row.block, done + 1, tuple(current)))
            done += len(current)
            current = []
    return found
