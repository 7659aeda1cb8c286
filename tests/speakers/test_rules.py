"""Places on the list, the clock and the pace as rules on plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kiosk.plugins.speakers.queue import forecast_rules
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue.forecast_rules import Pace
from kiosk.plugins.speakers.queue.forecast_rules import Plan

NOON = datetime(2023, 10, 26, 5, 0, tzinfo=UTC)
KINDS = st.lists(st.sampled_from(("normal", "priority")), max_size=12)
QUICK = settings(derandomize=True, deadline=None, max_examples=80)


@QUICK
@given(KINDS)
def test_a_normal_request_goes_last(kinds: list[str]) -> None:
    assert rules.joins_at(kinds, "normal") == len(kinds)


@QUICK
@given(KINDS)
def test_a_priority_request_goes_before_the_first_normal_one_and_after_nobody_else(
    kinds: list[str],
) -> None:
    at = rules.joins_at(kinds, "priority")
    assert all(kind == "priority" for kind in kinds[:at])
    assert at == len(kinds) or kinds[at] == "normal"


def test_an_order_with_one_id_missing_foreign_or_twice_is_no_permutation() -> None:
    assert rules.is_permutation([3, 1, 2], [1, 2, 3])
    assert not rules.is_permutation([3, 1], [1, 2, 3])
    assert not rules.is_permutation([3, 1, 9], [1, 2, 3])
    assert not rules.is_permutation([3, 1, 2, 2], [1, 2, 3])


@QUICK
@given(st.permutations(range(8)))
def test_the_moves_lead_from_the_old_order_to_the_new_one_and_name_nobody_who_stays(
    after: list[int],
) -> None:
    before = list(range(8))
    moves = rules.moves(before, after)
    assert all(was != place and before[was - 1] == turn for turn, was, place in moves)
    assert all(after[place - 1] == turn for turn, _, place in moves)
    assert len(moves) == sum(one != other for one, other in zip(before, after, strict=True))


@QUICK
@given(
    spoke=st.integers(0, 4000),
    paused=st.integers(0, 4000),
    after=st.integers(0, 4000),
    earlier=st.integers(0, 500),
)
def test_pauses_are_not_spoken_time(spoke: int, paused: int, after: int, earlier: int) -> None:
    pause = NOON + timedelta(seconds=spoke + earlier)
    now = pause + timedelta(seconds=paused)
    assert rules.seconds_of(NOON, pause, earlier, now) == spoke
    later = now + timedelta(seconds=after)
    assert rules.seconds_of(NOON, None, earlier + paused, later) == spoke + after


@QUICK
@given(st.integers(-5000, 5000))
def test_spoken_time_is_never_negative_even_when_the_server_clock_is_set_back(seconds: int) -> None:
    now = NOON + timedelta(seconds=seconds)
    assert rules.seconds_of(NOON, None, 60, now) >= 0
    assert rules.seconds_of(None, None, 0, now) == 0


PACES = st.builds(
    Pace, share=st.floats(0.2, 2), answer=st.integers(0, 600), measured=st.integers(0, 30)
)
PLANS = st.builds(
    Plan,
    begins=st.just(NOON),
    planned_end=st.integers(-600, 14_400).map(lambda s: NOON + timedelta(seconds=s)),
    rest=st.integers(0, 900),
    waiting=st.integers(0, 40),
    seconds=st.integers(30, 900),
    closing=st.integers(0, 3600),
    open=st.booleans(),
    pace=PACES,
)


@QUICK
@given(PLANS)
def test_each_waiting_turn_moves_the_forecast_by_its_speech_and_answer(plan: Plan) -> None:
    one = forecast_rules.forecast(plan)
    more = forecast_rules.forecast(replace(plan, waiting=plan.waiting + 1))
    assert (more.ends_at - one.ends_at).total_seconds() == plan.pace.turn(plan.seconds)
    assert one.over_seconds == (one.ends_at - plan.planned_end).total_seconds()
    assert one.ends_at >= NOON + timedelta(seconds=plan.closing)


@QUICK
@given(PLANS)
def test_the_last_one_waiting_is_done_when_the_closing_begins(plan: Plan) -> None:
    begins = forecast_rules.expected_at(plan, plan.waiting)
    assert forecast_rules.forecast(plan).ends_at == begins + timedelta(seconds=plan.closing)


@QUICK
@given(PLANS)
def test_a_warning_says_what_helps_and_fine_says_nothing(plan: Plan) -> None:
    found = forecast_rules.forecast(plan)
    assert (found.level == "late") == (found.over_seconds > 0)
    assert found.level != "tight" or plan.open
    if found.level == "fine":
        assert found.helps == ()
    assert ("close" in [each.what for each in found.helps]) == (plan.open and found.level != "fine")
    written = sum(each.turns for each in found.helps)
    assert found.level == "fine" or found.fits + written == plan.waiting


@QUICK
@given(PLANS)
def test_the_shorter_time_offered_is_the_longest_that_fits_or_the_shortest_there_is(
    plan: Plan,
) -> None:
    for each in forecast_rules.forecast(plan).helps:
        if each.what == "shorten":
            assert rules.SHORTEST_FITTED <= each.seconds < plan.seconds
            taken = forecast_rules.forecast(replace(plan, seconds=each.seconds))
            assert taken.over_seconds == each.over_seconds
            assert each.over_seconds <= 0 or each.seconds == rules.SHORTEST_FITTED
            longer = each.seconds + forecast_rules.HELP_STEP
            assert longer >= plan.seconds or plan.over(longer, plan.waiting) > 0


@QUICK
@given(PLANS, st.integers(30, 600))
def test_time_that_shrinks_stays_between_its_bounds_and_fits_where_it_can(
    plan: Plan, shortest: int
) -> None:
    each = forecast_rules.fitted(plan, shortest)
    assert min(shortest, plan.seconds) <= each <= plan.seconds
    if plan.waiting and each > shortest:
        full = replace(plan, pace=replace(plan.pace, share=1.0))
        assert full.over(each, plan.waiting) <= 0
    more = forecast_rules.fitted(replace(plan, waiting=plan.waiting + 1), shortest)
    assert more <= each


def test_the_pace_is_drawn_toward_the_plan_while_few_have_spoken() -> None:
    assert forecast_rules.measured([], [], 240) == Pace(1.0, 240, 0)
    one = forecast_rules.measured([(360, 180)], [], 240)
    assert 1.0 < one.share < 2.0
    many = forecast_rules.measured([(90, 180)] * 40, [120] * 40, 240)
    assert 0.5 <= many.share < 0.53
    assert 120 <= many.answer < 127


def test_the_rest_of_a_turn_counts_the_answer_only_while_it_is_still_to_come() -> None:
    pace = Pace(1.0, 240, 0)
    assert forecast_rules.rest_of(None, 500, pace) == 0
    assert forecast_rules.rest_of("speech", 100, pace) == 340
    assert forecast_rules.rest_of("speech", -50, pace) == 240
    assert forecast_rules.rest_of("answer", 100, pace) == 100
    assert forecast_rules.rest_of("follow_up", -5, pace) == 0
