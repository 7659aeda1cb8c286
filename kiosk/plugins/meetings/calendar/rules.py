"""Working days, and the dates that law and ward count from a meeting. Pure.

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
LONGEST_PERIOD = 365


@dataclass(frozen=True)
class Deadline:
    """A period of the deadline table: days before (`after` False) or after the meeting."""

    key: str
    days: int
    working: bool
    source: str
    after: bool = True


_LOCAL_GOVERNMENT = "Luật Tổ chức chính quyền địa phương 2025, Điều 43"
DEADLINES = (
    Deadline("notice", 7, False, _LOCAL_GOVERNMENT, after=False),
    Deadline("invitations", 3, False, "", after=False),
    Deadline("questions_close", 3, True, "", after=False),
    Deadline("loudspeaker", 3, False, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 13", after=False),
    Deadline("conclusion_notice", 5, True, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 12"),
    Deadline("results", 10, False, _LOCAL_GOVERNMENT),
    Deadline("answer", 10, True, "Luật Tiếp công dân 2013, Điều 28"),
    Deadline("posting", 30, False, "Luật Thực hiện dân chủ ở cơ sở 2022, Điều 13"),
)
BY_KEY: Mapping[str, Deadline] = {deadline.key: deadline for deadline in DEADLINES}


@dataclass(frozen=True)
class Calendar:
    """The days on which offices do not work, and the free days on which they do.

    `working` are make-up Saturdays and holidays that the ward works through.
    """

    holidays: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def add(self, start: date, days: int) -> date:
        """Return the day that many working days after another (before it when negative)."""
        return working_days(start, days, self.holidays, self.working)

    def works(self, day: date) -> bool:
        """Whether offices work on a day."""
        return is_working_day(day, self.holidays, self.working)

    def next(self, day: date) -> date:
        """Return the day or the first working day after it."""
        return next_working_day(day, self.holidays, self.working)

    def last(self, day: date) -> date:
        """Return the day or the last working day before it."""
        while not self.works(day):
            day -= ONE_DAY
        return day


@dataclass(frozen=True)
class Counted:
    """What a deadline comes to for one meeting.

    `on` is the last day, `by` the last day on which somebody is in the office to do it,
    `since` the first day of something that lasts.
    """

    on: date
    by: date
    since: date | None = None


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


def counted(deadline: Deadline, start: date, days: int, calendar: Calendar) -> date:
    """Return the date that a deadline of so many days sets, counted from `start`."""
    signed = days if deadline.after else -days
    if deadline.working:
        return calendar.add(start, signed)
    return start + timedelta(days=signed)


def dates(meeting: date, days: Mapping[str, int], calendar: Calendar) -> dict[str, Counted]:
    """Return every date of the deadline table for a meeting on this day.

    What is read out or posted lasts: the loudspeaker until the day before the meeting,
    posting from the day on which results can be made public.
    """
    found = {}
    for deadline in DEADLINES:
        on = counted(deadline, meeting, days[deadline.key], calendar)
        found[deadline.key] = Counted(on, calendar.last(on))
    first = found["loudspeaker"].on
    found["loudspeaker"] = Counted(meeting - ONE_DAY, calendar.last(first), first)
    public = found["results"].by
    last = public + timedelta(days=days["posting"])
    found["posting"] = Counted(last, last, public)
    return found
