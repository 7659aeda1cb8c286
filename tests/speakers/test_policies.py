"""Every policy holds what an order must hold; every planted fault is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kiosk.plugin import Asking
from kiosk.plugin import Heard
from kiosk.plugin import SpeakingPolicy
from kiosk.plugins.speakers.queue import policies
from tests.speakers import invariants
from tests.speakers.invariants import NOON
from tests.speakers.invariants import Arrange
from tests.speakers.invariants import Case

QUICK = settings(derandomize=True, deadline=None, max_examples=60)
NAMED = {policy.name: policy for policy in policies.POLICIES}
AREAS = st.sampled_from((None, 1, 2, 3))


def framed(policy: SpeakingPolicy) -> Arrange:
    return lambda waiting, locked, heard: policies.arranged(policy, waiting, locked, heard)


@st.composite
def lists(draw: st.DrawFn) -> Case:
    rows = draw(
        st.lists(
            st.builds(
                Asking,
                st.just(0),
                st.just(0),
                st.sampled_from(("normal", "normal", "priority")),
                st.integers(0, 90).map(lambda s: NOON + timedelta(seconds=s)),
                AREAS,
                st.sampled_from((None, 0, 1, 2)),
                st.integers(0, 3),
                st.integers(0, 3).map(lambda n: n * 45),
            ),
            max_size=9,
        )
    )
    waiting = tuple(replace(one, id=i, delegate=i) for i, one in enumerate(rows))
    areas = tuple(draw(st.lists(AREAS, max_size=5)))
    locked = draw(st.integers(0, min(3, len(waiting))))
    return Case(waiting, locked, Heard(areas, areas[-1:], draw(st.text(max_size=4))))


@pytest.mark.parametrize("name", sorted(NAMED))
@QUICK
@given(case=lists())
def test_an_order_of_every_policy_holds_what_every_order_must(name: str, case: Case) -> None:
    assert invariants.broken(name, framed(NAMED[name]), case) == []


@QUICK
@given(case=lists(), data=st.data())
def test_another_topic_for_one_person_moves_only_that_person(
    case: Case, data: st.DataObject
) -> None:
    if case.waiting:
        index = data.draw(st.integers(0, len(case.waiting) - 1))
        assert invariants.retagged(framed(NAMED["by_topic"]), case, index, 1)


@QUICK
@given(st.lists(AREAS, max_size=12))
def test_from_a_fresh_start_areas_alternate_and_are_served_evenly(areas: list[int | None]) -> None:
    waiting = [
        Asking(i, i, "normal", NOON + timedelta(seconds=i), area) for i, area in enumerate(areas)
    ]
    ids = framed(NAMED["alternate_areas"])(waiting, 0, Heard())
    order = [waiting[i].area for i in ids]
    assert invariants.strictly_alternate(order)
    for k in range(len(order)):
        left = set(order[k:])
        served = [order[:k].count(area) for area in left]
        if left == set(areas):
            assert max(served) - min(served) <= 1


def test_lots_are_the_same_for_one_seed_and_fair_over_many() -> None:
    assert invariants.lottery(framed(NAMED["draw"])) == []


@QUICK
@given(case=lists(), name=st.sampled_from(sorted(NAMED)))
def test_one_more_person_takes_the_place_the_policy_gives_and_moves_nobody(
    case: Case, name: str
) -> None:
    one = Asking(99, 99, "normal", NOON + timedelta(seconds=95), 1, 1)
    place = policies.place_of(NAMED[name], case.waiting, one, case.locked, case.heard)
    assert len(case.fixed) <= place <= len(case.waiting)
    if name == "arrival":
        assert place == len(case.waiting)


def planted(order: Callable[[Sequence[Asking], Heard], Sequence[int]], name: str) -> Arrange:
    """A policy with a fault, in the frame that holds every policy."""
    return framed(replace(NAMED[name], order=order))


def _ids(people: Sequence[Asking]) -> list[int]:
    return [one.id for one in people]


def _forgotten_lock(waiting: Sequence[Asking], locked: int, heard: Heard) -> list[int]:
    return policies.arranged(NAMED["arrival"], waiting, 0, heard)


def _no_lane(waiting: Sequence[Asking], locked: int, heard: Heard) -> list[int]:
    return _ids([*waiting[:locked], *invariants.asked(waiting[locked:])])


def _last_lost(waiting: Sequence[Asking], locked: int, heard: Heard) -> list[int]:
    return policies.arranged(NAMED["arrival"], waiting, locked, heard)[:-1]


def _as_it_stands(waiting: Sequence[Asking], locked: int, heard: Heard) -> list[int]:
    return _ids(waiting)


def _greedy(
    key: Callable[[Asking, dict[int | None, int], int | None], object],
) -> Callable[[Sequence[Asking], Heard], list[int]]:
    def order(asking: Sequence[Asking], heard: Heard) -> list[int]:
        served = {area: heard.areas.count(area) for area in (None, 1, 2, 3)}
        last = heard.just_heard[0] if heard.just_heard else 0
        rest, found = list(asking), []
        while rest:
            one = min(rest, key=lambda each: key(each, served, last))  # type: ignore[arg-type, return-value]  # keys are tuples of numbers
            rest.remove(one)
            found.append(one.id)
            served[one.area] += 1
            last = one.area
        return found

    return order


def _split_topics(asking: Sequence[Asking], heard: Heard) -> list[int]:
    turn = count()
    return _ids(sorted(asking, key=lambda one: (next(turn) % 2, one.topic is None, one.topic or 0)))


_UNSEEDED = random.Random(7)


def _unseeded(asking: Sequence[Asking], heard: Heard) -> list[int]:
    return _UNSEEDED.sample(_ids(asking), len(asking))


def _biased(asking: Sequence[Asking], heard: Heard) -> list[int]:
    draw, ids = random.Random(heard.seed), _ids(asking)
    for i in range(len(ids)):
        j = draw.randrange(len(ids))
        ids[i], ids[j] = ids[j], ids[i]
    return ids


FAULTS: dict[str, tuple[str, Arrange]] = {
    "last in, first out": ("arrival", planted(lambda a, h: _ids(a)[::-1], "arrival")),
    "forgotten lock": ("arrival", _forgotten_lock),
    "no priority lane": ("arrival", _no_lane),
    "somebody lost": ("arrival", _last_lost),
    "nothing moves": ("arrival", _as_it_stands),
    "forgotten cap": (
        "first_time",
        planted(lambda a, h: _ids(sorted(a, key=lambda o: o.times_spoken)), "first_time"),
    ),
    "old hands first": (
        "first_time",
        planted(lambda a, h: _ids(sorted(a, key=lambda o: o.times_spoken == 0)), "first_time"),
    ),
    "most time first": (
        "least_time",
        planted(lambda a, h: _ids(sorted(a, key=lambda o: -o.seconds_spoken)), "least_time"),
    ),
    "ties by number": (
        "least_time",
        planted(
            lambda a, h: _ids(sorted(a, key=lambda o: (o.seconds_spoken, -o.id))), "least_time"
        ),
    ),
    "split topics": ("by_topic", planted(_split_topics, "by_topic")),
    "no topic first": (
        "by_topic",
        planted(
            lambda a, h: _ids(sorted(a, key=lambda o: (o.topic is not None, o.topic or 0))),
            "by_topic",
        ),
    ),
    "the area just heard again": (
        "alternate_areas",
        planted(_greedy(lambda one, served, last: served[one.area]), "alternate_areas"),
    ),
    "what was heard forgotten": (
        "alternate_areas",
        planted(_greedy(lambda one, served, last: one.area == last), "alternate_areas"),
    ),
    "the busiest area first": (
        "alternate_areas",
        planted(
            _greedy(lambda one, served, last: (-served[one.area], one.area == last)),
            "alternate_areas",
        ),
    ),
    "last in, first out inside an area": (
        "alternate_areas",
        planted(
            _greedy(
                lambda one, served, last: (
                    served[one.area],
                    one.area == last,
                    -one.requested_at.timestamp(),
                )
            ),
            "alternate_areas",
        ),
    ),
    "a seed forgotten": ("draw", planted(_unseeded, "draw")),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_planted_fault_is_found(fault: str) -> None:
    name, arrange = FAULTS[fault]
    found = {
        words for case in invariants.cases() for words in invariants.broken(name, arrange, case)
    }
    assert found != set()


def test_the_checker_finds_nothing_in_the_policies_themselves() -> None:
    for name, policy in NAMED.items():
        for case in invariants.cases():
            assert invariants.broken(name, framed(policy), case) == []


def test_a_biased_or_unseeded_lottery_is_found() -> None:
    assert "all orders equally likely" in invariants.lottery(planted(_biased, "draw"))
    assert "one seed, one order" in invariants.lottery(planted(_unseeded, "draw"))
    fixed = planted(lambda a, h: _ids(a), "draw")
    assert "all orders equally likely" in invariants.lottery(fixed)


@pytest.mark.parametrize(
    "order",
    [
        lambda asking, heard: _ids(asking)[1:],
        lambda asking, heard: [*_ids(asking), 1],
        lambda asking, heard: [77 for _ in asking],
        lambda asking, heard: 1 // 0,
        lambda asking, heard: None,
    ],
)
def test_a_policy_that_loses_or_invents_somebody_or_breaks_is_stopped_by_the_frame(
    order: Callable[[Sequence[Asking], Heard], Sequence[int]],
) -> None:
    waiting = [Asking(i, i, "normal", NOON) for i in (1, 2)]
    with pytest.raises(policies.BadOrder):
        policies.arranged(replace(NAMED["arrival"], order=order), waiting, 0, Heard())
