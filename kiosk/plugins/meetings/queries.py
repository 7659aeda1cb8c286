"""Reads about meetings, and what other plugins may ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.model import Area
from kiosk.model import Body
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.model import Topic
from kiosk.plugins.meetings import holidays
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.date_rules import DEADLINES
from kiosk.plugins.meetings.date_rules import Calendar
from kiosk.plugins.meetings.date_rules import Counted
from kiosk.plugins.meetings.date_rules import Deadline
from kiosk.plugins.meetings.date_rules import dates
from kiosk.plugins.meetings.models import CalendarDay
from kiosk.plugins.meetings.models import MeetingDeadline
from kiosk.plugins.meetings.models import Task
from kiosk.plugins.meetings.schemas import Doors
from kiosk.plugins.meetings.schemas import MeetingFacts
from kiosk.plugins.meetings.words import DEADLINE_WORDS

__all__ = [
    "DEADLINES",
    "DEADLINE_WORDS",
    "Calendar",
    "Counted",
    "Deadline",
    "Doors",
    "MeetingFacts",
]


def by_name(session: Session, name: str) -> Meeting | None:
    """Return the meeting of this short name."""
    return session.scalar(select(Meeting).where(Meeting.name == name))


def open_to(session: Session, meeting_ids: Collection[int | None]) -> list[Meeting]:
    """Return the meetings of these ids, or all when None is among them; the latest first."""
    wanted = select(Meeting).order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    if None not in meeting_ids:
        wanted = wanted.where(Meeting.id.in_([i for i in meeting_ids if i is not None]))
    return list(session.scalars(wanted))


def areas(session: Session, meeting_id: int) -> list[Area]:
    """Return the meeting's areas in their order."""
    return list(
        session.scalars(select(Area).where(Area.meeting_id == meeting_id).order_by(Area.rank))
    )


def groups(session: Session, meeting_id: int) -> list[Group]:
    """Return the composition groups in order of precedence."""
    return list(
        session.scalars(select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank))
    )


def topics(session: Session, meeting_id: int) -> list[Topic]:
    """Return the meeting's topics in their order."""
    return list(
        session.scalars(select(Topic).where(Topic.meeting_id == meeting_id).order_by(Topic.rank))
    )


def bodies(session: Session, meeting_id: int) -> list[Body]:
    """Return the bodies in order of precedence."""
    return list(
        session.scalars(select(Body).where(Body.meeting_id == meeting_id).order_by(Body.rank))
    )


def doors_open(meeting: Meeting, now: datetime) -> bool:
    """Whether somebody may be admitted to the meeting now."""
    return rules.doors_open(meeting.doors, meeting.doors_open_at, meeting.ends_at, now)


def facts(session: Session, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Return what the API tells of a meeting; times are RFC 3339."""
    return {
        "id": meeting.id,
        "name": meeting.name,
        "title": meeting.title,
        "host": meeting.host,
        "venue": meeting.venue,
        "address": meeting.address,
        "ward": meeting.ward,
        "starts_at": clock.rfc3339(meeting.starts_at),
        "ends_at": clock.rfc3339(meeting.ends_at),
        "doors_open_at": clock.rfc3339(meeting.doors_open_at),
        "doors": meeting.doors,
        "open_now": doors_open(meeting, now),
        "seconds_per_turn": meeting.seconds_per_turn,
        "now": clock.rfc3339(now),
        "topics": [
            {"id": t.id, "name": t.name, "icon": t.icon} for t in topics(session, meeting.id)
        ],
        "areas": [{"id": a.id, "name": a.name} for a in areas(session, meeting.id)],
        "groups": [
            {"id": g.id, "code": g.code, "name": g.name, "kind": g.kind, "target": g.target}
            for g in groups(session, meeting.id)
        ],
    }


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
