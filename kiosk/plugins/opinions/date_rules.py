"""Working days, due dates and the dates that the law sets. Pure.

Sources: Law on the Organisation of Local Government 2025, article 43 (notice 7 days
before, results within 10 days); Law on Grassroots Democracy 2022, articles 12.3 (5
working days) and 13.2, 13.3 (posting 30 days, loudspeaker 3 days); Law on Receiving
Citizens 2013, article 28 (10 working days). Each is a setting of the ward.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """A period of the deadline table: days before (`after` False) or after the meeting."""

    key: str
    days: int
    working: bool
    source: str
    after: bool = True


DEADLINES = (
    Deadline("notice", 7, False, "Luật Tổ chức chính quyền địa phương 2025, Điều 43", after=False),
    Deadline("questions_close", 3, True, "", after=False),
    Deadline("conclusion_notice", 5, True, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 12"),
    Deadline("results", 10, False, "Luật Tổ chức chính quyền địa phương 2025, Điều 43"),
    Deadline("answer", 10, True, "Luật Tiếp công dân 2013, Điều 28"),
    Deadline("posting", 30, False, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 13"),
    Deadline("loudspeaker", 3, False, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 13"),
)
BY_KEY: Mapping[str, Deadline] = {deadline.key: deadline for deadline in DEADLINES}
# Lengths of something, not dates counted from the meeting.
LENGTHS = frozenset({"answer", "posting", "loudspeaker"})

# Public holidays with a fixed date of the sun's calendar; Tết and Hùng Kings' day move
# with the moon and are entered by the ward.
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))


def fixed_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year that fall on the same date every year."""
    return frozenset(date(year, month, day) for month, day in _FIXED)


def is_working_day(
    day: date, holidays: Collection[date], working_saturdays: Collection[date] = ()
) -> bool:
    """Whether offices work on a day: Monday to Friday, no holiday, or a make-up Saturday."""
    if day in working_saturdays:
        return True
    return day.weekday() < SATURDAY and day not in holidays


def working_days(
    start: date,
    days: int,
    holidays: Collection[date],
    working_saturdays: Collection[date] = (),
) -> date:
    """Return the day that is `days` working days after `start` (before it when negative).

    The starting day does not count. 0 gives `start`, moved to the next working day.
    """
    day, left = start, abs(days)
    step = ONE_DAY if days >= 0 else -ONE_DAY
    while left:
        day += step
        if is_working_day(day, holidays, working_saturdays):
            left -= 1
    return day if days else next_working_day(start, holidays, working_saturdays)


def next_working_day(
    day: date, holidays: Collection[date], working_saturdays: Collection[date] = ()
) -> date:
    """Return the day itself when offices work, else the first working day after it."""
    while not is_working_day(day, holidays, working_saturdays):
        day += ONE_DAY
    return day


def counted(
    deadline: Deadline,
    start: date,
    days: int,
    holidays: Collection[date],
    working_saturdays: Collection[date] = (),
) -> date:
    """Return the date that a deadline of so many days sets, counted from `start`."""
    signed = days if deadline.after else -days
    if deadline.working:
        return working_days(start, signed, holidays, working_saturdays)
    return start + timedelta(days=signed)


def days_late(due: date | None, today: date) -> int:
    """Return by how many days something is late; 0 on its day and before."""
    return max(0, (today - due).days) if due else 0


def quarter(day: date) -> tuple[int, int]:
    """Return (year, quarter 1 to 4) of a day."""
    return day.year, (day.month - 1) // 3 + 1
