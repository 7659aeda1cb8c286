"""The speakers snapshot and its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import text
from kiosk.export import Table
from kiosk.model import Area
from kiosk.model import Delegate
from kiosk.model import Household
from kiosk.model import Meeting
from kiosk.model import Topic
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.undo import last_step

NOTES_FOR = frozenset({"organiser", "moderator", "secretary"})


@dataclass(frozen=True)
class Row:
    """A turn with the person and the topic."""

    turn: Turn
    name: str
    salutation: str
    title: str
    area: str
    household: str
    topic: str
    icon: str


def _rows(session: Session, meeting_id: int) -> list[Row]:
    rows = session.execute(
        select(
            Turn,
            Delegate.name,
            Delegate.salutation,
            Delegate.title,
            Area.name,
            Household.number,
            Topic.name,
            Topic.icon,
        )
        .join(Delegate, Delegate.id == Turn.delegate_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .outerjoin(Topic, Topic.id == Turn.topic_id)
        .where(Turn.meeting_id == meeting_id)
        .order_by(Turn.position, Turn.id)
    )
    return [Row(turn, *(value or "" for value in rest)) for turn, *rest in rows]


def _spoken(turn: Turn, now: datetime) -> int:
    return rules.seconds_spoken(
        turn.started_at, turn.paused_at, turn.ended_at, turn.seconds_paused, now
    )


def entry(
    row: Row, now: datetime, inside: set[int], expected_at: datetime | None = None
) -> dict[str, Any]:
    """Return a turn as screens and programs see it."""
    turn = row.turn
    state = turn.state
    if state == rules.WAITING and turn.delegate_id not in inside:
        state = "expected"
    return {
        "id": turn.id,
        "delegate": turn.delegate_id,
        "name": row.name,
        "salutation": row.salutation,
        "title": row.title,
        "area": row.area,
        "household": row.household,
        "topic": row.topic,
        "icon": row.icon,
        "kind": turn.kind,
        "state": state,
        "position": turn.position,
        "seconds_spoken": _spoken(turn, now),
        "expected_at": clock.rfc3339(expected_at) if expected_at else None,
        "requested_at": clock.rfc3339(turn.requested_at),
        "started_at": clock.rfc3339(turn.started_at) if turn.started_at else None,
        "absences": turn.absences,
        "note": turn.note,
    }


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the whole view: who speaks, who waits in order, who has spoken, the clock."""
    now = clock.now()
    meeting = session.get_one(Meeting, meeting_id)
    floor = session.get(Floor, meeting_id)
    seconds = (floor.seconds if floor else None) or meeting.seconds_per_turn
    rows = _rows(session, meeting_id)
    inside = checkin.present_ids(session, meeting_id)
    current = next((row for row in rows if row.turn.state in rules.CURRENT), None)
    remaining = current.turn.allotted - _spoken(current.turn, now) if current else None
    waiting = [row for row in rows if row.turn.state == rules.WAITING]
    done = [row for row in rows if row.turn.state == rules.FINISHED]
    done.sort(key=lambda row: (row.turn.ended_at or now, row.turn.id))
    # Before the meeting begins nobody speaks: the forecast counts from its opening.
    begins = max(now, meeting.starts_at)
    forecast = rules.forecast(begins, meeting.ends_at, remaining, len(waiting), seconds)
    return {
        "open": floor.open if floor else True,
        "present_only": floor.present_only if floor else False,
        "seconds": seconds,
        "locked": floor.locked if floor else 0,
        "policy": floor.policy if floor else "arrival",
        "step": last_step(session, meeting_id),
        "speaking": entry(current, now, inside) if current else None,
        "waiting": [
            entry(row, now, inside, rules.expected_at(begins, remaining, index, seconds))
            for index, row in enumerate(waiting)
        ],
        "done": [entry(row, now, inside) for row in done],
        "clock": _clock(current, remaining, now),
        "forecast": {
            "ends_at": clock.rfc3339(forecast.ends_at),
            "over_seconds": forecast.over_seconds,
        },
    }


def _clock(current: Row | None, remaining: int | None, now: datetime) -> dict[str, Any]:
    states = {rules.SPEAKING: "running", rules.PAUSED: "paused"}
    return {
        "state": states[current.turn.state] if current else "stopped",
        "allotted": current.turn.allotted if current else 0,
        "remaining": remaining or 0,
        "at": now.isoformat(timespec="milliseconds"),
    }


def without_notes(found: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot for the hall: notes to the moderator stay with the moderator."""

    def bare(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "note": ""}

    return {
        **found,
        "speaking": bare(found["speaking"]) if found["speaking"] else None,
        "waiting": [bare(item) for item in found["waiting"]],
        "done": [bare(item) for item in found["done"]],
    }


def one(session: Session, meeting_id: int, turn_id: int) -> dict[str, Any]:
    """Return one turn of the meeting."""
    inside = checkin.present_ids(session, meeting_id)
    row = next(row for row in _rows(session, meeting_id) if row.turn.id == turn_id)
    return entry(row, clock.now(), inside)


def delegate_of(session: Session, meeting_id: int, turn_id: int) -> int | None:
    """Return whose turn it is."""
    return session.scalar(
        select(Turn.delegate_id).where(Turn.id == turn_id, Turn.meeting_id == meeting_id)
    )


def count_waiting(session: Session, meeting_id: int) -> int:
    """Return how many wait to speak."""
    found = session.scalar(
        select(func.count())
        .select_from(Turn)
        .where(Turn.meeting_id == meeting_id, Turn.state == rules.WAITING)
    )
    return found or 0


_STATES = {
    rules.WAITING: "chờ phát biểu",
    rules.SPEAKING: "đang phát biểu",
    rules.PAUSED: "tạm dừng",
    rules.FINISHED: "đã phát biểu",
    rules.WITHDRAWN: "đã rút",
    rules.ABSENT: "vắng khi gọi",
}


def table(session: Session, meeting_id: int) -> Table:
    """Return who asked to speak and who spoke for how long."""
    now = clock.now()
    return Table(
        "Phát biểu",
        ("Họ và tên", "Khu", "Hộ số", "Lĩnh vực", "Trạng thái", "Bắt đầu", "Số giây nói"),
        [
            (
                text.greeting(row.salutation, row.name),
                row.area,
                row.household,
                row.topic,
                _STATES[row.turn.state],
                clock.hm(row.turn.started_at) if row.turn.started_at else "",
                _spoken(row.turn, now),
            )
            for row in _rows(session, meeting_id)
        ],
    )
