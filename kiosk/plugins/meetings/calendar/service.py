"""Verbs about the ward's calendar and the deadlines of a meeting."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.db.base import LARGEST_ID
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings.calendar import queries
from kiosk.plugins.meetings.calendar import rules
from kiosk.plugins.meetings.calendar.rules import Counted
from kiosk.plugins.meetings.models import CalendarDay
from kiosk.plugins.meetings.models import MeetingDeadline
from kiosk.plugins.meetings.models import Task
from kiosk.vietnamese import clean

# What an id in the database can be; more is nobody's.
FIRST, LAST = date(2020, 1, 1), date(2060, 12, 31)


def set_day(
    session: Session,
    meeting: Meeting,
    days: Iterable[date],
    *,
    works: bool,
    everywhere: bool,
    name: str = "",
    actor: str,
) -> None:
    """Say that offices do or do not work on these days, here or in every meeting."""
    wanted = sorted(set(days))
    fields: dict[str, object] = {}
    if not wanted or wanted[0] < FIRST or wanted[-1] > LAST:
        fields["day"] = _l("Please choose the day.")
    if len(clean(name)) > 120:
        fields["name"] = _l("This is too long: at most %(n)s letters.", n=120)
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    where = None if everywhere else meeting.id
    _clear(session, where, wanted)
    session.add_all(
        CalendarDay(meeting_id=where, day=day, works=works, name=clean(name)) for day in wanted
    )
    _changed(session, meeting, "meeting.calendar", actor, {"days": len(wanted)})


def _clear(session: Session, where: int | None, days: list[date]) -> None:
    session.execute(
        delete(CalendarDay).where(
            CalendarDay.meeting_id.is_(None) if where is None else CalendarDay.meeting_id == where,
            CalendarDay.day.in_(days),
        )
    )


def forget_day(
    session: Session, meeting: Meeting, day_id: int, *, everywhere: bool, actor: str
) -> None:
    """Take an own entry of the calendar away: the day is again what the law says.

    `everywhere` says that the asker may change what holds for all meetings.
    """
    found = session.get(CalendarDay, min(day_id, LARGEST_ID))
    if found is None or found.meeting_id not in (None, meeting.id):
        raise NotFound("no_day", _l("This day is not on the list any more."))
    if found.meeting_id is None and not everywhere:
        words = _l("This day holds for all meetings. Only who organises all of them changes it.")
        raise Forbidden("not_your_role", words)
    session.delete(found)
    _changed(session, meeting, "meeting.calendar", actor, {"days": 1})


def set_deadline(session: Session, meeting: Meeting, key: str, days: int, *, actor: str) -> None:
    """Change one period of the deadline table; open tasks follow."""
    if key not in rules.BY_KEY:
        raise NotFound("no_deadline", _l("There is no such deadline."))
    if not 1 <= days <= rules.LONGEST_PERIOD:
        words = {key: _l("A number of days from 1 to 365.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    kept = session.get(MeetingDeadline, (meeting.id, key))
    if kept is None:
        session.add(MeetingDeadline(meeting_id=meeting.id, key=key, days=days))
    else:
        kept.days = days
    _changed(session, meeting, "meeting.deadline", actor, {"key": key, "days": days})


def _changed(
    session: Session, meeting: Meeting, kind: str, actor: str, facts: dict[str, object]
) -> None:
    session.flush()
    day = clock.local(meeting.starts_at).date()
    move_keyed(session, meeting.id, queries.dates_on(session, meeting.id, day))
    ledger.record(session, meeting.id, kind, actor=actor, facts=facts)


def move_keyed(session: Session, meeting_id: int, counted: Mapping[str, Counted]) -> None:
    """Let the open tasks follow the deadline table."""
    unfinished = select(Task).where(Task.meeting_id == meeting_id, Task.done_at.is_(None))
    for task in session.scalars(unfinished.order_by(Task.id)):
        if task.key in counted:
            # The day by which somebody acts: what lasts has to begin in time.
            task.due_on = counted[task.key].by
    session.flush()
