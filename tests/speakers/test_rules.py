"""The order and the clock as rules on plain values."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers.rules import Place

NOON = datetime(2023, 10, 26, 5, 0, tzinfo=UTC)
KINDS = st.sampled_from(("normal", "priority"))
QUEUES = st.lists(st.tuples(KINDS, st.integers(0, 600)), max_size=12).map(
    lambda rows: [
        Place(i, kind, NOON + timedelta(seconds=after)) for i, (kind, after) in enumerate(rows)
    ]
)


@given(QUEUES)
def test_a_normal_request_goes_last(queue: list[Place]) -> None:
    assert rules.joins_at(queue, "normal") == len(queue)


@given(QUEUES)
def test_a_priority_request_goes_before_the_first_normal_one_and_after_nobody_else(
    queue: list[Place],
) -> None:
    at = rules.joins_at(queue, "priority")
    assert all(place.kind == "priority" for place in queue[:at])
    assert at == len(queue) or queue[at].kind == "normal"


@given(QUEUES, st.integers(0, 3))
def test_arrival_order_is_a_permutation_that_leaves_the_locked_places_alone(
    queue: list[Place], locked: int
) -> None:
    ids = rules.by_arrival(queue, locked)
    assert rules.is_permutation(ids, [place.id for place in queue])
    assert ids[:locked] == [place.id for place in queue[:locked]]


@given(QUEUES, st.integers(0, 3))
def test_arrival_order_twice_is_arrival_order_once(queue: list[Place], locked: int) -> None:
    by_id = {place.id: place for place in queue}
    once = rules.by_arrival(queue, locked)
    assert rules.by_arrival([by_id[i] for i in once], locked) == once


@given(QUEUES, st.integers(0, 3))
def test_behind_the_locked_places_nobody_is_overtaken_by_who_asked_later_in_the_same_lane(
    queue: list[Place], locked: int
) -> None:
    by_id = {place.id: place for place in queue}
    free = [by_id[i] for i in rules.by_arrival(queue, locked)[locked:]]
    kinds = [place.kind for place in free]
    assert kinds == sorted(kinds, reverse=True)
    for lane in ("priority", "normal"):
        asked = [place.requested_at for place in free if place.kind == lane]
        assert asked == sorted(asked)


@given(st.lists(st.integers(0, 30), unique=True, min_size=1), st.data())
def test_moving_one_keeps_the_relative_order_of_the_others(
    ids: list[int], data: st.DataObject
) -> None:
    turn = data.draw(st.sampled_from(ids))
    step = data.draw(st.sampled_from(("up", "down", "top", "bottom")))
    found = rules.moved(ids, turn, step)
    assert [i for i in found if i != turn] == [i for i in ids if i != turn]
    at, was = found.index(turn), ids.index(turn)
    last = len(ids) - 1
    assert at == {"up": max(was - 1, 0), "down": min(was + 1, last), "top": 0, "bottom": last}[step]


def test_an_order_with_one_id_missing_foreign_or_twice_is_no_permutation() -> None:
    assert rules.is_permutation([3, 1, 2], [1, 2, 3])
    assert not rules.is_permutation([3, 1], [1, 2, 3])
    assert not rules.is_permutation([3, 1, 9], [1, 2, 3])
    assert not rules.is_permutation([3, 1, 2, 2], [1, 2, 3])


@given(
    spoke=st.integers(0, 4000),
    paused=st.integers(0, 4000),
    after=st.integers(0, 4000),
    earlier=st.integers(0, 500),
)
def test_pauses_are_not_spoken_time(spoke: int, paused: int, after: int, earlier: int) -> None:
    pause = NOON + timedelta(seconds=spoke + earlier)
    now = pause + timedelta(seconds=paused)
    while_paused = rules.seconds_spoken(NOON, pause, None, earlier, now)
    assert while_paused == spoke
    later = now + timedelta(seconds=after)
    assert rules.seconds_spoken(NOON, None, None, earlier + paused, later) == spoke + after
    assert rules.seconds_spoken(NOON, None, later, earlier + paused, NOON + timedelta(days=1)) == (
        spoke + after
    )


@given(st.integers(-5000, 5000))
def test_spoken_time_is_never_negative(seconds: int) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert rules.seconds_spoken(NOON, None, None, 60, now) >= 0
    assert rules.seconds_spoken(None, None, None, 0, now) == 0


@given(st.one_of(st.none(), st.integers(-600, 600)), st.integers(0, 40), st.integers(30, 900))
def test_each_waiting_turn_moves_the_forecast_by_its_speech_and_answer(
    remaining: int | None, waiting: int, seconds: int
) -> None:
    planned = NOON + timedelta(hours=3)
    one = rules.forecast(NOON, planned, remaining, waiting, seconds)
    more = rules.forecast(NOON, planned, remaining, waiting + 1, seconds)
    assert (more.ends_at - one.ends_at).total_seconds() == seconds + rules.ANSWER_SECONDS
    assert one.over_seconds == (one.ends_at - planned).total_seconds()
    assert one.ends_at >= NOON + timedelta(seconds=rules.CLOSING_SECONDS)


@given(st.one_of(st.none(), st.integers(-600, 600)), st.integers(0, 40), st.integers(30, 900))
def test_the_last_one_waiting_is_done_when_the_closing_begins(
    remaining: int | None, before: int, seconds: int
) -> None:
    begins = rules.expected_at(NOON, remaining, before, seconds)
    ends = rules.forecast(NOON, NOON, remaining, before + 1, seconds).ends_at
    turn = seconds + rules.ANSWER_SECONDS
    assert (ends - begins).total_seconds() == turn + rules.CLOSING_SECONDS
