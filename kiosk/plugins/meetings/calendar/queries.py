"""Reads of the ward's calendar and of the dates that the law counts from a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Meeting
from kiosk.plugins.meetings.calendar import holidays
from kiosk.plugins.meetings.calendar.rules import DEADLINES
from kiosk.plugins.meetings.calendar.rules import Calendar
from kiosk.plugins.meetings.calendar.rules import Counted
from kiosk.plugins.meetings.calendar.rules import dates
from kiosk.plugins.meetings.models import CalendarDay
from kiosk.plugins.meetings.models import MeetingDeadline
from kiosk.plugins.meetings.models import Task


@dataclass(frozen=True)
class Free:
    """A day that differs from its weekday; `id` is 0 for a public holiday of the law."""

    day: date
    works: bool
    name: str
    source: str
    id: int = 0
    everywhere: bool = False


def free_days(session: Session, meeting_id: int) -> list[Free]:
    """Return the days of the calendar: the law's, the ward's over them, this meeting's over all."""
    found = {
        known.day: Free(known.day, known.works, known.name, known.source)
        for known in (*holidays.BEYOND, *holidays.STANDARD)
    }
    own = session.scalars(
        select(CalendarDay)
        .where((CalendarDay.meeting_id == meeting_id) | CalendarDay.meeting_id.is_(None))
        .order_by(CalendarDay.meeting_id.is_not(None), CalendarDay.id)
    )
    for row in own:
        found[row.day] = Free(row.day, row.works, row.name, "", row.id, row.meeting_id is None)
    return [found[day] for day in sorted(found)]


def calendar(session: Session, meeting_id: int) -> Calendar:
    """Return the days off and the make-up Saturdays that hold for a meeting."""
    found = free_days(session, meeting_id)
    return Calendar(
        frozenset(free.day for free in found if not free.works),
        frozenset(free.day for free in found if free.works),
    )


def deadline_days(session: Session, meeting_id: int) -> dict[str, int]:
    """Return how many days each deadline of the table has in a meeting."""
    own = select(MeetingDeadline.key, MeetingDeadline.days).where(
        MeetingDeadline.meeting_id == meeting_id
    )
    kept = {row[0]: row[1] for row in session.execute(own)}
    return {deadline.key: kept.get(deadline.key, deadline.days) for deadline in DEADLINES}


def dates_on(session: Session, meeting_id: int, day: date) -> dict[str, Counted]:
    """Return the dates of the deadline table for a meeting on a day."""
    return dates(day, deadline_days(session, meeting_id), calendar(session, meeting_id))


@dataclass(frozen=True)
class LegalDate:
    """A date that the law or the ward sets; `days_left` is negative when it is over."""

    key: str
    on: date
    by: date
    since: date | None
    source: str
    days: int
    working: bool
    days_left: int
    done: bool


def sources() -> dict[str, str]:
    """Return which law sets each deadline of the table; those that the ward sets are empty."""
    return {deadline.key: deadline.source for deadline in DEADLINES}


def legal_dates(session: Session, meeting: Meeting, today: date) -> list[LegalDate]:
    """Return the dates counted from the meeting, in their order; done as the checklist says."""
    days = deadline_days(session, meeting.id)
    counted = dates_on(session, meeting.id, clock.local(meeting.starts_at).date())
    ticked = set(
        session.scalars(
            select(Task.key).where(Task.meeting_id == meeting.id, Task.done_at.is_not(None))
        )
    )
    found = []
    for deadline in DEADLINES:
        one = counted[deadline.key]
        found.append(
            LegalDate(
                deadline.key,
                one.on,
                one.by,
                one.since,
                deadline.source,
                days[deadline.key],
                deadline.working,
                (one.by - today).days,
                deadline.key in ticked,
            )
        )
    return sorted(found, key=lambda date_: (date_.since or date_.on, date_.on))
