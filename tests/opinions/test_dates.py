"""Working days and legal dates."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.opinions import date_rules as days

MEETING = date(2023, 10, 26)
dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))
holidays = st.sets(dates, max_size=20)


@pytest.mark.parametrize(
    ("key", "on"),
    [
        ("notice", date(2023, 10, 19)),
        ("results", date(2023, 11, 5)),
        ("conclusion_notice", date(2023, 11, 2)),
        ("answer", date(2023, 11, 9)),
    ],
)
def test_the_dates_of_the_plan(key: str, on: date) -> None:
    deadline = days.BY_KEY[key]
    assert days.counted(deadline, MEETING, deadline.days, frozenset()) == on


def test_holidays_and_make_up_saturdays_count() -> None:
    tet = {date(2024, 2, d) for d in (8, 9, 12, 13, 14)}
    assert days.working_days(date(2024, 2, 7), 1, tet) == date(2024, 2, 15)
    saturday = date(2024, 2, 17)
    assert days.working_days(date(2024, 2, 16), 1, tet, {saturday}) == saturday
    assert days.working_days(date(2024, 2, 15), -1, tet) == date(2024, 2, 7)


@given(dates, st.integers(1, 60), holidays)
def test_a_period_holds_exactly_its_working_days(start: date, count: int, off: set[date]) -> None:
    end = days.working_days(start, count, off)
    assert days.is_working_day(end, off)
    between = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert sum(days.is_working_day(day, off) for day in between) == count


@given(dates, holidays)
def test_a_day_off_moves_forward_only(day: date, off: set[date]) -> None:
    moved = days.next_working_day(day, off)
    assert moved >= day
    assert days.is_working_day(moved, off)
    assert (moved == day) == days.is_working_day(day, off)


@given(dates, dates)
def test_lateness_begins_the_day_after(due: date, today: date) -> None:
    late = days.days_late(due, today)
    assert late == max(0, (today - due).days)
    assert days.days_late(None, today) == 0


def test_quarters() -> None:
    assert days.quarter(date(2023, 11, 9)) == (2023, 4)
    assert days.quarter(date(2024, 1, 1)) == (2024, 1)
