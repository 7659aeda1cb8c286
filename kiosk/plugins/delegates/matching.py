"""Which people of a list are on the meeting's list already. Pure.

Points for and against; see `_points`. What is unlike counts against, what is unknown counts
nothing. Pairs are taken from the best down, each person once, so that three people of one
name stay three people however often the list comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from kiosk import vietnamese
from kiosk.plugins.delegates.importer.parse.duplicates import is_house

ENOUGH = 5
_ALIKE = 85


@dataclass(frozen=True)
class Known:
    """What both sides tell of a person; empty when unknown. `key` is the caller's own."""

    key: int
    name: str
    area: str = ""
    birth_year: int | None = None
    phone: str = ""
    address: str = ""
    household: str = ""
    title: str = ""


def pairs(new: Sequence[Known], there: Sequence[Known]) -> dict[int, int]:
    """Return which key of `new` is which key of `there`."""
    by_name: dict[str, list[Known]] = {}
    by_phone: dict[str, list[Known]] = {}
    for known in there:
        by_name.setdefault(vietnamese.search_key(known.name), []).append(known)
        if known.phone:
            by_phone.setdefault(known.phone, []).append(known)
    scored: list[tuple[float, int, int]] = []
    for person in new:
        named = by_name.get(vietnamese.search_key(person.name), [])
        near = {known.key: known for known in (*named, *by_phone.get(person.phone, []))}
        for known in near.values():
            points = _points(person, known, alone=len(named) == 1)
            if points >= ENOUGH:
                scored.append((-points, person.key, known.key))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, mine, theirs in sorted(scored):
        if mine not in found and theirs not in taken:
            found[mine] = theirs
            taken.add(theirs)
    return found


def may_be_one(one: Known, other: Known) -> bool:
    """Whether two people of one name may be one: no year, phone or area speaks against it."""
    return all(
        _like(a, b) >= 0
        for a, b in (
            (one.birth_year, other.birth_year),
            (one.area, other.area),
            (one.phone, other.phone),
        )
    )


def _points(new: Known, there: Known, *, alone: bool) -> float:
    same_year = _like(new.birth_year, there.birth_year)
    same_phone = _like(new.phone, there.phone)
    named = _of_names(new, there, same_year, same_phone)
    if not named:
        return 0
    house = 0
    if is_house(new.address) and is_house(there.address):
        house = _like(vietnamese.fold(new.address), vietnamese.fold(there.address))
    points = named + (
        3 * max(same_year, 0)
        - 2 * max(-same_year, 0)
        + 3 * max(same_phone, 0)
        + _like(new.area, there.area) * (1 if new.area == there.area else 2)
        + house * (2 if house > 0 else 1)
        + 3 * max(_like(new.household, there.household), 0)
        + 2 * max(_like(new.title, there.title), 0)
    )
    # A name that only one person bears, and nothing against it, is enough.
    return max(points, ENOUGH) if alone and named == 4 and points >= 4 else points


def _of_names(new: Known, there: Known, same_year: int, same_phone: int) -> float:
    if new.name.casefold() == there.name.casefold():
        return 4
    if vietnamese.search_key(new.name) == vietnamese.search_key(there.name):
        return 3
    if same_year > 0 and same_phone > 0:
        near = fuzz.ratio(vietnamese.fold(new.name), vietnamese.fold(there.name)) >= _ALIKE
        return 2 if near else 0
    return 0


def _like(one: object, other: object) -> int:
    """Return 1 when both are known and equal, -1 when known and unlike, else 0."""
    if not one or not other:
        return 0
    return 1 if one == other else -1


def has_nearly(folded: str, words: Sequence[str]) -> bool:
    """Whether each word stands in the folded text, but for a slip or two of the keyboard."""
    there = folded.split()
    return all(any(_is_near(word, other) for other in there) for word in words)


def _is_near(word: str, other: str) -> bool:
    if word == other or (len(word) > 2 and other.startswith(word)):
        return True
    allowed = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
    return allowed > 0 and OSA.distance(word, other, score_cutoff=allowed) <= allowed
