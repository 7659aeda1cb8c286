"""The one place that counts people: who is invited, present, inside, excused, absent, added.

=================== ======================================================================
number              whom it counts
=================== ======================================================================
invited             on the list because they were invited
came                of the invited, whoever came at least once, or sent a substitute;
                    observers of a household whose seat is taken are among them
added               came without having been invited: let in at the door, typed in later
present             came + added: everybody of the list who has been here, gone since or not
observers           of the present, those who hold no seat
substitutes         of the present, those who came instead of who was invited
left                of the present, those who have gone and not come back
inside              stand in the hall now, whoever they are: the head count of security
removed_inside      of those inside, who was taken off the list and yet stands in the hall
excused             of the invited, who said before that they cannot come, and did not come
absent              of the invited, who neither came nor said so
households          of which somebody is invited
households_present  for which somebody of the invited, or a substitute, holds the seat
=================== ======================================================================

invited = came + excused + absent, in the whole meeting and in each group and area;
inside = present - left + removed_inside. Who was taken off the list is in no other number.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Iterable
from typing import NamedTuple
from typing import Protocol
from typing import TypeVar

# The kind of the row in which people stand who were not invited.
ADDED = "added"
HOUSEHOLD = "household"


class Counted(Protocol):
    """What counting needs of a person.

    `state` is in, out, or empty for who never came; `observer` and `instead` (who came in the
    place of the person) belong to who came.
    """

    @property
    def group_kind(self) -> str:
        """official, household or guest."""

    @property
    def household_id(self) -> int | None:
        """The household, for who has one."""

    @property
    def invited(self) -> bool:
        """Whether the person is on the list because of an invitation."""

    @property
    def removed(self) -> bool:
        """Whether the person was taken off the list."""

    @property
    def excused(self) -> bool:
        """Whether the person said before that coming is not possible."""

    @property
    def state(self) -> str:
        """in, out or empty."""

    @property
    def observer(self) -> bool:
        """Whether the person holds no seat."""

    @property
    def instead(self) -> object:
        """Who came in the place of the person."""


class Numbers(NamedTuple):
    """The numbers of a meeting, as the table above defines them."""

    invited: int
    came: int
    added: int
    present: int
    observers: int
    substitutes: int
    left: int
    inside: int
    removed_inside: int
    excused: int
    absent: int
    households: int
    households_present: int
    seated: int


class Row(NamedTuple):
    """The invited of a group or an area, and how many came there without being invited."""

    invited: int = 0
    present: int = 0
    excused: int = 0
    absent: int = 0
    added: int = 0


def has_come(person: Counted) -> bool:
    """Whether a person of the list has come at least once."""
    return bool(person.state) and not person.removed


def is_missing(person: Counted) -> bool:
    """Whether a person was invited and has not come."""
    return person.invited and not person.state and not person.removed


def count(people: Iterable[Counted]) -> Numbers:
    """Return the numbers of a meeting; `seated` are the invited who came and hold a seat."""
    came: list[Counted] = []
    added: list[Counted] = []
    missing: list[Counted] = []
    removed_inside, homes = 0, set()
    for person in people:
        if person.removed:
            removed_inside += person.state == "in"
            continue
        if person.invited:
            (came if person.state else missing).append(person)
            if _of_household(person):
                homes.add(person.household_id)
        elif person.state:
            added.append(person)
    here = came + added
    seated = [person for person in came if not person.observer]
    left = sum(person.state == "out" for person in here)
    excused = sum(person.excused for person in missing)
    return Numbers(
        invited=len(came) + len(missing),
        came=len(came),
        added=len(added),
        present=len(here),
        observers=sum(person.observer for person in here),
        substitutes=sum(person.instead is not None for person in here),
        left=left,
        inside=len(here) - left + removed_inside,
        removed_inside=removed_inside,
        excused=excused,
        absent=len(missing) - excused,
        households=len(homes),
        households_present=len({p.household_id for p in seated if _of_household(p)}),
        seated=len(seated),
    )


def _of_household(person: Counted) -> bool:
    return person.household_id is not None and person.group_kind == HOUSEHOLD


P = TypeVar("P", bound=Counted)
K = TypeVar("K", bound=Hashable)


def rows(people: Iterable[P], part: Callable[[P], K]) -> dict[K, Row]:
    """Return the invited of each part (a group, an area), and who was added there."""
    found: dict[K, list[int]] = {}
    for person in people:
        if person.removed or not (person.invited or person.state):
            continue
        row = found.setdefault(part(person), [0, 0, 0, 0, 0])
        if not person.invited:
            row[4] += 1
            continue
        row[0] += 1
        row[1 if person.state else 2 if person.excused else 3] += 1
    return {key: Row(*row) for key, row in found.items()}
