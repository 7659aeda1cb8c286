"""What must hold of every order, whoever made it: a checker that names what is broken."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import groupby
from itertools import pairwise

from kiosk.plugin import Asking
from kiosk.plugin import Heard

NOON = datetime(2023, 10, 26, 5, 0, tzinfo=UTC)
Arrange = Callable[[Sequence[Asking], int, Heard], list[int]]
SORTED = ("arrival", "first_time", "by_topic", "least_time")


@dataclass(frozen=True)
class Case:
    """A list as it stands: who waits, how many places are locked, what was heard."""

    waiting: tuple[Asking, ...]
    locked: int
    heard: Heard

    @property
    def fixed(self) -> list[int]:
        """The ids that no policy may move: locked places, then the priority lane."""
        kept, rest = self.waiting[: self.locked], asked(self.waiting[self.locked :])
        return [one.id for one in (*kept, *(one for one in rest if one.kind == "priority"))]

    def named(self, ids: Sequence[int]) -> list[Asking]:
        by_id = {one.id: one for one in self.waiting}
        return [by_id[i] for i in ids]


def asked(waiting: Sequence[Asking]) -> list[Asking]:
    """Return the people by the time of asking."""
    return sorted(waiting, key=lambda one: (one.requested_at, one.id))


def broken(name: str, arrange: Arrange, case: Case) -> list[str]:
    """Return the names of the invariants that an arrangement breaks on this list."""
    ids = arrange(case.waiting, case.locked, case.heard)
    if sorted(ids) != sorted(one.id for one in case.waiting):
        return ["U1 a permutation"]
    found = []
    if ids[: case.locked] != [one.id for one in case.waiting[: case.locked]]:
        found.append("U3 locked places stay")
    if ids[: len(case.fixed)] != case.fixed:
        found.append("U9 priority ahead")
    if found:
        return found
    again = arrange(case.named(ids), case.locked, case.heard)
    if again != ids:
        found.append("U4 twice is once")
    free = [*case.waiting[case.locked :]]
    turned = (*case.waiting[: case.locked], *reversed(free))
    if arrange(turned, case.locked, case.heard) != ids:
        found.append("the order now does not matter")
    if name in SORTED:
        found += _removals(arrange, case, ids)
    return found + list(_OWN[name](case, case.named(ids[len(case.fixed) :])))


def _removals(arrange: Arrange, case: Case, ids: list[int]) -> Iterator[str]:
    for index in range(case.locked, len(case.waiting)):
        gone = case.waiting[index].id
        rest = [one for one in case.waiting if one.id != gone]
        if arrange(rest, case.locked, case.heard) != [i for i in ids if i != gone]:
            yield "U6 one gone leaves the rest"
            return


def _fifo(people: Sequence[Asking]) -> bool:
    return list(people) == asked(people)


def _arrival(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    if not _fifo(free):
        yield "nobody is overtaken"


def _first_time(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    tiers = [one.times_spoken > 0 for one in free]
    if tiers != sorted(tiers):
        yield "first-time speakers first"
    if not all(_fifo([one for one in free if (one.times_spoken > 0) == tier]) for tier in (0, 1)):
        yield "U5 ties keep the order of asking"


def _least_time(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    seconds = [one.seconds_spoken for one in free]
    if seconds != sorted(seconds):
        yield "least time first"
    if not all(_fifo(list(same)) for _, same in groupby(free, lambda one: one.seconds_spoken)):
        yield "U5 ties keep the order of asking"


def _by_topic(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    blocks = [topic for topic, _ in groupby(one.topic for one in free)]
    named = [topic for topic in blocks if topic is not None]
    if len(blocks) != len(set(blocks)) or named != sorted(named):
        yield "each topic one block, in the plan's order"
    if None in blocks[:-1]:
        yield "without a topic last"
    if not all(_fifo(list(same)) for _, same in groupby(free, lambda one: one.topic)):
        yield "U5 ties keep the order of asking"


def _alternate_areas(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    front = [one.area for one in case.named(case.fixed)]
    served = Counter([*case.heard.areas, *front])
    last = tuple(front[-1:]) or case.heard.just_heard
    rest = asked(free)
    for one in free:
        least = min(served[other.area] for other in rest)
        best = [other for other in rest if served[other.area] == least]
        fresh = [other for other in best if (other.area,) != last] or best
        if one not in best:
            yield "the area heard least comes next"
            return
        if one not in fresh:
            yield "not the area just heard"
            return
        if one != fresh[0]:
            yield "U5 ties keep the order of asking"
            return
        rest.remove(one)
        served[one.area] += 1
        last = (one.area,)


def _draw(case: Case, free: Sequence[Asking]) -> Iterator[str]:
    yield from ()


_OWN = {
    "arrival": _arrival,
    "first_time": _first_time,
    "least_time": _least_time,
    "by_topic": _by_topic,
    "alternate_areas": _alternate_areas,
    "draw": _draw,
}


def cases(count: int = 150) -> Iterator[Case]:
    """Yield lists of many shapes, the same ones each time."""
    draw = random.Random(2023)
    for _ in range(count):
        size = draw.randrange(9)
        waiting = [
            Asking(
                i,
                100 + i,
                draw.choice(("normal", "normal", "normal", "priority")),
                NOON + timedelta(seconds=draw.randrange(40)),
                draw.choice((None, 1, 2, 3)),
                draw.choice((None, 0, 1, 2)),
                draw.choice((0, 0, 1, 2)),
                draw.choice((0, 0, 60, 200)),
            )
            for i in range(size)
        ]
        draw.shuffle(waiting)
        areas = tuple(draw.choice((None, 1, 2, 3)) for _ in range(draw.randrange(5)))
        yield Case(
            tuple(waiting),
            min(draw.randrange(4), size),
            Heard(areas, areas[-1:], str(draw.random())),
        )


def lottery(arrange: Arrange) -> list[str]:
    """Return what is wrong with a draw: seeds that repeat, chances that are equal."""
    people = [Asking(i, i, "normal", NOON + timedelta(seconds=i)) for i in range(4)]
    seeds = [f"seed {n}" for n in range(2400)]
    once = [tuple(arrange(people, 0, Heard(seed=seed))) for seed in seeds]
    found = []
    if once != [tuple(arrange(people, 0, Heard(seed=seed))) for seed in seeds]:
        found.append("one seed, one order")
    seen = Counter(once)
    expected = len(seeds) / 24
    chi2 = sum((seen[order] - expected) ** 2 / expected for order in seen)
    # 23 degrees of freedom: 50 is exceeded by chance once in a thousand times.
    if chi2 + (24 - len(seen)) * expected > 50:
        found.append("all orders equally likely")
    return found


def retagged(arrange: Arrange, case: Case, index: int, topic: int | None) -> bool:
    """Whether giving one person another topic moves nobody else among themselves."""
    one = case.waiting[index]
    other = [replace(each, topic=topic) if each is one else each for each in case.waiting]
    before = [i for i in arrange(case.waiting, case.locked, case.heard) if i != one.id]
    after = [i for i in arrange(other, case.locked, case.heard) if i != one.id]
    return before == after


def strictly_alternate(areas: Sequence[int | None]) -> bool:
    """Whether an area comes twice in a row only when no other one is left."""
    for place, (one, other) in enumerate(pairwise(areas)):
        if one == other and set(areas[place + 1 :]) != {one}:
            return False
    return True
