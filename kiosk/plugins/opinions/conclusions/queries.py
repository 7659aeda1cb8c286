"""Conclusions and how they are carried out, for the Front and the office."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Body
from kiosk.models import Topic
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Conclusion
from kiosk.plugins.opinions.models import ConclusionNote
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import board

SOON_DAYS = 3


@dataclass(frozen=True)
class Note:
    """A note on a conclusion."""

    kind: str
    text: str
    at: datetime
    actor: str


@dataclass(frozen=True)
class ConclusionView:
    """A conclusion as screens and papers see it; it holds no names of people."""

    id: int
    position: int
    text: str
    matter_id: int | None
    matter_number: int | None
    matter_title: str
    topic: str
    body_id: int | None
    body: str
    due_on: date | None
    state: str
    revision: int
    done_on: date | None
    days_left: int | None
    late_days: int
    last_progress: str
    notes: tuple[Note, ...]

    @property
    def needs_push(self) -> bool:
        """Whether the body should be reminded: late, or due within three days."""
        waits = self.state in {"open", "doing"}
        return waits and self.days_left is not None and self.days_left <= SOON_DAYS


def conclusions(session: Session, meeting_id: int) -> list[ConclusionView]:
    """Return the conclusions in their order, each with its notes."""
    rows = session.execute(
        select(Conclusion, Matter.number, Matter.title, Topic.name, Body.short_name, Body.name)
        .outerjoin(Matter, Matter.id == Conclusion.matter_id)
        .outerjoin(Topic, Topic.id == Matter.topic_id)
        .outerjoin(Body, Body.id == Conclusion.body_id)
        .where(Conclusion.meeting_id == meeting_id, Conclusion.removed_at.is_(None))
        .where((Matter.id.is_(None)) | (Matter.kind.not_in(rules.SPLIT_OUT)))
        .order_by(Conclusion.position)
    ).all()
    notes = _notes(session, [row[0].id for row in rows])
    today = board.open_today()
    return [
        _view(row[0], row[1], row[2] or "", row[3] or "", row[4] or row[5] or "", notes, today)
        for row in rows
    ]


def _view(
    found: Conclusion,
    number: int | None,
    title: str,
    topic: str,
    body: str,
    notes: dict[int, list[Note]],
    today: date,
) -> ConclusionView:
    mine = notes.get(found.id, [])
    waits = found.state in {"open", "doing"}
    progress = [note.text for note in mine if note.kind == "progress" and note.text]
    return ConclusionView(
        found.id,
        found.position,
        found.text,
        found.matter_id,
        number,
        title,
        topic,
        found.body_id,
        body,
        found.due_on,
        found.state,
        found.revision,
        found.done_on,
        (found.due_on - today).days if found.due_on and waits else None,
        rules.days_late(found.due_on, today) if waits else 0,
        progress[-1] if progress else "",
        tuple(mine),
    )


def _notes(session: Session, ids: list[int]) -> dict[int, list[Note]]:
    found: dict[int, list[Note]] = defaultdict(list)
    for note in session.scalars(
        select(ConclusionNote)
        .where(ConclusionNote.conclusion_id.in_(ids))
        .order_by(ConclusionNote.id)
    ):
        found[note.conclusion_id].append(Note(note.kind, note.text, note.at, note.actor))
    return found


@dataclass(frozen=True)
class Progress:
    """The numbers above the follow-up list."""

    all: int
    done: int
    on_time: int
    soon: int
    late: int
    passed_up: int

    @property
    def percent(self) -> int:
        """How much is done, in whole per cent."""
        return round(100 * self.done / self.all) if self.all else 0


def progress(found: list[ConclusionView]) -> Progress:
    """Count where the conclusions stand; each is counted once."""
    late = sum(one.late_days > 0 for one in found)
    soon = sum(one.needs_push and not one.late_days for one in found)
    waiting = sum(one.state in {"open", "doing"} for one in found)
    return Progress(
        len(found),
        sum(one.state == "done" for one in found),
        waiting - late - soon,
        soon,
        late,
        sum(one.state == "passed_up" for one in found),
    )


@dataclass(frozen=True)
class Quarter:
    """What fell due in a quarter, and what became of it."""

    year: int
    number: int
    due: int
    done_in_time: int
    done_late: int
    open: int


def quarters(found: list[ConclusionView]) -> list[Quarter]:
    """Return the quarters in which conclusions fall due, in order."""
    by_quarter: dict[tuple[int, int], list[ConclusionView]] = defaultdict(list)
    for one in found:
        if one.due_on is not None:
            by_quarter[rules.quarter(one.due_on)].append(one)
    return [
        Quarter(
            year,
            number,
            len(ones),
            sum(bool(o.done_on and o.due_on and o.done_on <= o.due_on) for o in ones),
            sum(bool(o.done_on and o.due_on and o.done_on > o.due_on) for o in ones),
            sum(o.done_on is None for o in ones),
        )
        for (year, number), ones in sorted(by_quarter.items())
    ]
