"""Lists of many layouts made by a seed: what was understood against the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Iterable

import pytest

from kiosk.plugins.delegates.importer import report
from tests.delegates import lists
from tests.delegates import other_lists

FIELDS = ("phone", "area", "group", "birth_year")


def f1(wanted: Iterable[Hashable], found: Iterable[Hashable]) -> float:
    """Return the harmonic mean of precision and recall of two bags."""
    one, other = Counter(wanted), Counter(found)
    total = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / total if total else 1.0


def _is_understood(made: lists.Made) -> None:
    people = report.read(made.data, made.filename, lists.KNOWN, lists.YEAR).people
    scores = {"name": f1((t.name for t in made.truth), (p.name for p in people))}
    for field in FIELDS:
        wanted = ((t.name, getattr(t, field)) for t in made.truth if getattr(t, field))
        found = ((p.name, getattr(p, field)) for p in people if getattr(p, field))
        scores[field] = f1(wanted, found)
    assert min(scores.values()) >= 0.98, (made.filename, scores)


@pytest.mark.parametrize("make", [lists.households, lists.officials])
@pytest.mark.parametrize("block", range(5))
def test_lists_of_any_layout_are_understood(make: Callable[[int], lists.Made], block: int) -> None:
    for seed in range(block * 12, block * 12 + 12):
        _is_understood(make(seed))


@pytest.mark.parametrize("kind", range(len(other_lists.KINDS)))
def test_layouts_the_reader_was_not_written_against_are_understood(kind: int) -> None:
    for seed in range(14):
        _is_understood(other_lists.make(kind, seed))
