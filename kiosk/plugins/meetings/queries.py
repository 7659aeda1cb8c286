"""Reads about meetings, and what other plugins may ask."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Group
from kiosk.models import Meeting
from kiosk.models import Topic
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.calendar.labels import DEADLINE_WORDS
from kiosk.plugins.meetings.calendar.queries import Free
from kiosk.plugins.meetings.calendar.queries import LegalDate
from kiosk.plugins.meetings.calendar.queries import calendar
from kiosk.plugins.meetings.calendar.queries import dates_on
from kiosk.plugins.meetings.calendar.queries import deadline_days
from kiosk.plugins.meetings.calendar.queries import free_days
from kiosk.plugins.meetings.calendar.queries import legal_dates
from kiosk.plugins.meetings.calendar.queries import sources
from kiosk.plugins.meetings.calendar.rules import DEADLINES
from kiosk.plugins.meetings.calendar.rules import Calendar
from kiosk.plugins.meetings.calendar.rules import Counted
from kiosk.plugins.meetings.calendar.rules import Deadline
from kiosk.plugins.meetings.schemas import Doors
from kiosk.plugins.meetings.schemas import MeetingFacts

__all__ = [
    "DEADLINES",
    "DEADLINE_WORDS",
    "Calendar",
    "Counted",
    "Deadline",
    "Doors",
    "Free",
    "LegalDate",
    "MeetingFacts",
    "calendar",
    "dates_on",
    "deadline_days",
    "free_days",
    "legal_dates",
    "sources",
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
