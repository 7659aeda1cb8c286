"""Where the meeting is: before, during, after; when it really began and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from sqlalchemy.orm import Session

from kiosk.models import Meeting
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.undo import new_floor

BEFORE, DURING, AFTER = "before", "during", "after"
# So long after the planned end nobody sits in the hall, whatever was left on the list.
LEFT_OPEN = timedelta(hours=6)


@dataclass(frozen=True)
class Course:
    """The meeting's phase; `began_at` and `ended_at` as they were, None while unknown."""

    phase: str
    began_at: datetime | None
    ended_at: datetime | None


def phase_of(
    now: datetime,
    hours: tuple[datetime, datetime],
    *,
    is_closed: bool,
    has_begun: bool,
    is_busy: bool,
) -> str:
    """Return before, during or after.

    `hours` are the planned ones. A speech before the opening has begun the meeting; past
    its end it goes on while somebody speaks or waits (`is_busy`), until it is closed.
    """
    starts_at, ends_at = hours
    if is_closed or now > ends_at + LEFT_OPEN or (now > ends_at and not is_busy):
        return AFTER
    return BEFORE if now < starts_at and not has_begun else DURING


def of(
    meeting: Meeting, floor: Floor, record: Sequence[Turn], waiting: int, now: datetime
) -> Course:
    """Return the course from the turns on the record (`waiting` of them in the hall's list)."""
    speeches = [turn for turn in record if turn.started_at is not None]
    runs = any(turn.state in rules.CURRENT for turn in speeches)
    phase = phase_of(
        now,
        (meeting.starts_at, meeting.ends_at),
        is_closed=floor.closed_at is not None,
        has_begun=bool(speeches),
        is_busy=runs or waiting > 0,
    )
    begins = [turn.started_at for turn in speeches if turn.started_at is not None]
    ends = [turn.ended_at for turn in speeches if turn.ended_at is not None]
    began = [moment for moment in (floor.began_at, min(begins, default=None)) if moment is not None]
    ended = floor.closed_at or max(ends, default=None)
    return Course(phase, min(began, default=None), ended if phase == AFTER else None)


def course(session: Session, meeting: Meeting, now: datetime) -> Course:
    """Return when the meeting began and ended, for the minutes.

    It began with the moderator's first step of the day or the first speech, and ended
    with the closing, else with the last speech.
    """
    floor = session.get(Floor, meeting.id) or new_floor(meeting.id)
    runs = turns.current(session, meeting.id)
    record = [*turns.finished(session, meeting.id), *([runs] if runs else [])]
    return of(meeting, floor, record, turns.count_waiting(session, meeting.id), now)
