"""People met twice in a file, and people of one house."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping

from kiosk import vietnamese
from kiosk.plugins.delegates.rules import Known
from kiosk.plugins.delegates.rules import Person
from kiosk.plugins.delegates.rules import Reading
from kiosk.plugins.delegates.rules import Skipped
from kiosk.plugins.delegates.rules import Warned

_HOUSE = re.compile(
    r"\b(?:so nha|sn|nha so|nha)\s*\d|^\s*\d+[a-z]?\s*[,/]|^\s*so \d|^\s*\d+[a-z]?$"
)
_SAME_HOME = re.compile(r"cung (?:ho|nha|gia dinh)(?: voi)?(?: so| stt| tt)?\s*(\d+)")


def without_twins(reading: Reading, both: Collection[tuple[str, int]] = ()) -> None:
    """Move rows that repeat a person of the file to the rows left out; doubts are told.

    Rows of `both` (sheet and row) are people of their own: somebody looked.
    """
    seen: dict[str, list[Person]] = {}
    kept: list[Person] = []
    for person in reading.people:
        others = seen.setdefault(person.name.casefold(), [])
        twin = next((other for other in others if are_one(person, other)), None)
        if (person.sheet, person.row) in both:
            twin = None
        if twin is not None:
            words = f"{person.name} = {twin.sheet} {twin.row}"
            reading.skipped.append(Skipped(person.sheet, person.row, "twice", words))
            index = next(i for i, other in enumerate(kept) if other is twin)
            kept[index] = others[others.index(twin)] = completed(twin, person)
            continue
        if any(_alike(person, other) for other in others):
            reading.warnings.append(
                Warned(person.sheet, person.row, "same_name", person.name, "", str(others[0].row))
            )
        others.append(person)
        kept.append(person)
    reading.people[:] = kept


def are_one(one: Person, other: Person) -> bool:
    """Whether two rows of one name are surely one person.

    The same year of birth and area, or the same phone, and nothing that speaks against it.
    """
    if _differ(one.birth_year, other.birth_year) or _differ(one.area, other.area):
        return False
    if one.phone and one.phone == other.phone:
        return True
    if _differ(one.phone, other.phone):
        return False
    if _differ(vietnamese.fold(one.address), vietnamese.fold(other.address)):
        return False
    known = one.birth_year is not None and one.birth_year == other.birth_year
    return known or bool(one.address and is_house(one.address))


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def _alike(one: Person, other: Person) -> bool:
    return one.birth_year == other.birth_year and one.area == other.area


def completed(one: Person, other: Person) -> Person:
    """Return the first person with what only the second row knows."""
    fields = ("title", "area", "household", "address", "phone", "birth_year", "note", "salutation")
    missing = {f: getattr(other, f) for f in fields if not getattr(one, f) and getattr(other, f)}
    return one._replace(**missing) if missing else one


def is_house(address: str) -> bool:
    """Whether an address names one house: a number, not only a lane or hamlet."""
    return _HOUSE.search(vietnamese.fold(address)) is not None


def with_homes(
    reading: Reading, known: Known, numbers: Mapping[tuple[str, int], tuple[int, str]]
) -> None:
    """Give people of the households their homes; those who share one are told.

    `numbers` tells each row its section and its own number in it.
    """
    code = known.household_group
    homes: dict[object, int] = {}
    first: dict[int, Person] = {}
    by_number: dict[object, int] = {}
    made: list[Person] = []
    for person in reading.people:
        if person.group != code:
            made.append(person)
            continue
        section, number = numbers.get((person.sheet, person.row), (-1, ""))
        home, sure = _home(person, section, homes, by_number)
        if number.isdecimal():
            by_number.setdefault((person.sheet, section, int(number)), home)
        if home in first and not sure:
            other = first[home]
            reading.warnings.append(
                Warned(person.sheet, person.row, "same_household", person.name, other.name,
                       f"{other.sheet} {other.row}")
            )  # fmt: skip
        first.setdefault(home, person)
        made.append(person._replace(home=home))
    reading.people[:] = made
    _reserve(reading, known, made)


def _home(
    person: Person, section: int, homes: dict[object, int], by_number: dict[object, int]
) -> tuple[int, bool]:
    """Return the home of a person and whether the list itself gives it a number."""
    noted = _SAME_HOME.search(vietnamese.fold(person.note)) if person.note else None
    if noted and not person.household:
        home = by_number.get((person.sheet, section, int(noted.group(1))))
        if home is not None:
            return home, False
    if person.household:
        return homes.setdefault(("number", person.area, person.household), len(homes) + 1), True
    folded = vietnamese.fold(person.address)
    if folded and _HOUSE.search(folded):
        key = ("address", person.area, folded)
        return homes.setdefault(key, len(homes) + 1), False
    return homes.setdefault(("row", person.sheet, person.row), len(homes) + 1), True


def _reserve(reading: Reading, known: Known, people: Iterable[Person]) -> None:
    """Tell the households beyond the places planned."""
    target = next((g.target for g in known.groups if g.kind == "household"), 0)
    seen: set[int] = set()
    for person in people:
        if not person.home or person.home in seen:
            continue
        seen.add(person.home)
        if 0 < target < len(seen):
            reading.warnings.append(
                Warned(person.sheet, person.row, "reserve", person.name, "", str(len(seen)))
            )


def households(people: Iterable[Person]) -> int:
    """Return how many households the people are of."""
    return len(Counter(person.home for person in people if person.home))
