"""Counting arrivals in steps of five minutes."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.attendance import rules

DAY = datetime(2023, 10, 26, tzinfo=UTC)
MOMENTS = st.integers(0, 8 * 3600).map(lambda seconds: DAY + timedelta(seconds=seconds))


@given(st.lists(MOMENTS, max_size=60))
def test_everyone_is_counted_once_in_the_five_minutes_of_coming(moments: list[datetime]) -> None:
    rows = rules.arrivals(moments)
    assert sum(count for _, count in rows) == len(moments)
    for at, count in rows:
        assert count == sum(at <= moment < at + rules.STEP for moment in moments)


@given(st.lists(MOMENTS, min_size=1, max_size=60))
def test_gaps_are_zero_and_the_first_and_last_steps_are_not(moments: list[datetime]) -> None:
    rows = rules.arrivals(moments)
    assert all(b[0] - a[0] == rules.STEP for a, b in pairwise(rows))
    assert rows[0][1] > 0
    assert rows[-1][1] > 0


def test_nobody_makes_no_rows() -> None:
    assert rules.arrivals([]) == []


def test_a_stray_scan_of_another_year_does_not_make_an_endless_chart() -> None:
    rows = rules.arrivals([DAY, DAY + timedelta(days=300)])
    assert len(rows) <= 145


OPENS, ENDS = DAY + timedelta(hours=6), DAY + timedelta(hours=10)


@pytest.mark.parametrize(
    ("hour", "doors", "invited", "here", "phase"),
    [
        (7, "auto", 0, 0, "nobody"),
        (20, "auto", 0, 0, "nobody"),
        (7, "auto", 0, 1, "during"),
        (5, "auto", 100, 0, "before"),
        (5, "closed", 100, 0, "before"),
        (5, "open", 100, 0, "during"),
        (5, "auto", 100, 1, "during"),
        (7, "closed", 100, 0, "during"),
        (11, "open", 100, 97, "during"),
        (11, "auto", 100, 97, "after"),
        (11, "closed", 100, 0, "after"),
    ],
)
def test_the_page_knows_before_during_after_and_nobody(
    hour: int, doors: str, invited: int, here: int, phase: str
) -> None:
    now = DAY + timedelta(hours=hour)
    found = rules.phase(now, doors=doors, opens_at=OPENS, ends_at=ENDS, invited=invited, here=here)
    assert found == phase
