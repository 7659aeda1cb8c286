"""Verbs about programme and checklist, and a new meeting from an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.db.base import LARGEST_ID
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.calendar import queries
from kiosk.plugins.meetings.calendar import service
from kiosk.plugins.meetings.calendar.rules import ONE_DAY
from kiosk.plugins.meetings.calendar.rules import Counted
from kiosk.plugins.meetings.models import Task
from kiosk.plugins.meetings.rules import MINUTE

MOST_ITEMS = 40
# What an id in the database can be; more is nobody's.


def programme(meeting: Meeting) -> list[tuple[datetime, rules.Item]]:
    """Return the points of the programme with their beginnings."""
    begins = [datetime.fromisoformat(item["at"]) for item in meeting.programme]
    minutes = rules.lengths(begins, meeting.ends_at) if begins else []
    items = [
        rules.Item(item.get("minutes", length), item["what"], item["who"])
        for item, length in zip(meeting.programme, minutes, strict=True)
    ]
    return list(zip(begins, items, strict=True))


def stored(starts_at: datetime, items: Sequence[rules.Item]) -> list[dict[str, Any]]:
    """Return the programme as a meeting keeps it."""
    return [
        {"at": at.isoformat(), "minutes": item.minutes, "what": item.what, "who": item.who}
        for at, item in rules.timed(starts_at, items)
    ]


def set_programme(
    session: Session, meeting_id: int, items: Sequence[rules.Item], *, actor: str
) -> None:
    """Put the points in this order; every hour follows from the lengths before it."""
    meeting = session.get_one(Meeting, meeting_id)
    if len(items) > MOST_ITEMS:
        raise Refused("too_many_items", _l("A programme has at most %(n)s points.", n=MOST_ITEMS))
    fields: dict[str, object] = {}
    for number, item in enumerate(items):
        if not item.what:
            fields[f"what-{number}"] = _l("Please write what happens.")
        if not 1 <= item.minutes <= rules.LONGEST_ITEM_MINUTES:
            fields[f"minutes-{number}"] = _l("A number of minutes from 1 to 600.")
    over = sum(item.minutes for item in items) - (meeting.ends_at - meeting.starts_at) // MINUTE
    if over > 0 and not fields:
        longest = max(range(len(items)), key=lambda number: items[number].minutes)
        fields[f"minutes-{longest}"] = _l(
            "The programme is %(n)s minutes longer than the meeting. Please shorten a point, or "
            "let the meeting end later.",
            n=over,
        )
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    meeting.programme = stored(meeting.starts_at, items)
    session.flush()
    ledger.record(session, meeting_id, "meeting.programme", actor=actor)


def plan_tasks(
    session: Session, meeting: Meeting, planned: plan.Tasks, like: int | None = None
) -> None:
    """Give a new meeting the planned checklist, or an earlier meeting's, with days of its own.

    What lies behind already is late, not done: nobody has said that it was done.
    """
    day = clock.local(meeting.starts_at).date()
    counted = queries.dates_on(session, meeting.id, day)
    for title, key, owner, due in _planned(session, day, counted, planned, like):
        session.add(Task(meeting_id=meeting.id, title=title, owner=owner, due_on=due, key=key))
    session.flush()


def _planned(
    session: Session,
    day: date,
    counted: Mapping[str, Counted],
    planned: plan.Tasks,
    like: int | None,
) -> Iterator[tuple[str, str, str, date]]:
    """Yield (title, key, owner, day) of what is to be done."""
    if like is None:
        for title, when, owner in planned:
            if isinstance(when, str):
                yield title, when, owner, _due(counted[when])
            else:
                # Nobody is in the office on a day off; being early harms no deadline.
                yield title, "", owner, queries.calendar(session, 0).last(day - when * ONE_DAY)
        return
    before = session.get_one(Meeting, like)
    moved = day - clock.local(before.starts_at).date()
    for task in sorted(tasks(session, like), key=lambda task: (task.due_on, task.id)):
        keyed = counted.get(task.key)
        yield task.title, task.key, task.owner, _due(keyed) if keyed else task.due_on + moved


def _due(counted: Counted) -> date:
    """Return the day by which somebody acts: what lasts has to begin in time."""
    return counted.by


def tasks(session: Session, meeting_id: int) -> list[Task]:
    """Return the checklist: what is open by its day, then what is done."""
    found = session.scalars(select(Task).where(Task.meeting_id == meeting_id)).all()
    return sorted(found, key=lambda task: (task.done_at is not None, task.due_on, task.id))


def add_task(
    session: Session, meeting_id: int, title: str, owner: str, due: date | None, *, actor: str
) -> None:
    """Add something to do."""
    fields: dict[str, object] = {}
    if not title:
        fields["title"] = _l("Please write what is to be done.")
    if due is None or not rules.FIRST_YEAR <= due.year <= rules.LAST_YEAR:
        fields["due"] = _l("Please choose the day.")
    if fields or due is None:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    session.add(Task(meeting_id=meeting_id, title=title[:200], owner=owner[:200], due_on=due))
    session.flush()
    ledger.record(session, meeting_id, "meeting.task_added", actor=actor)


def _task(session: Session, meeting_id: int, task_id: int) -> Task:
    task = session.get(Task, min(task_id, LARGEST_ID))
    if task is None or task.meeting_id != meeting_id:
        raise NotFound("no_task", _l("This item is not on the list any more."))
    return task


def tick(
    session: Session, meeting_id: int, task_id: int, done: bool, *, actor: str, now: datetime
) -> None:
    """Tick something off, or take the tick away."""
    task = _task(session, meeting_id, task_id)
    if (task.done_at is not None) == done:
        return
    task.done_at = now if done else None
    session.flush()
    kind = "meeting.task_done" if done else "meeting.task_open"
    ledger.record(session, meeting_id, kind, actor=actor, subject=f"task:{task_id}")


def remove_task(session: Session, meeting_id: int, task_id: int, *, actor: str) -> None:
    """Take something off the list."""
    session.delete(_task(session, meeting_id, task_id))
    session.flush()
    ledger.record(
        session, meeting_id, "meeting.task_removed", actor=actor, subject=f"task:{task_id}"
    )


def move_with_meeting(session: Session, meeting: Meeting, before: datetime) -> None:
    """Move the open tasks when the meeting has moved from `before`."""
    days = clock.local(meeting.starts_at).date() - clock.local(before).date()
    for task in tasks(session, meeting.id):
        if task.done_at is None:
            task.due_on += days
    day = clock.local(meeting.starts_at).date()
    service.move_keyed(session, meeting.id, queries.dates_on(session, meeting.id, day))
