"""Reads of the order: its snapshot, one entry, what a delegate has in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Meeting
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.models import WrittenQuestion
from kiosk.plugins.speakers.queue import course as courses
from kiosk.plugins.speakers.queue import forecast_rules
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import snapshot as view
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.undo import new_floor

NOTES_FOR = frozenset({"organiser", "moderator", "secretary"})


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the whole view: who speaks, who waits in order, who has spoken, the clock."""
    now = clock.now()
    floor = session.get(Floor, meeting_id) or new_floor(meeting_id)
    rows = view.rows_of(session, meeting_id)
    known = view.names_of(session, meeting_id, rows, now)
    runs = _running(rows)
    waiting = [row for row in rows if row.turn.state == rules.WAITING]
    done = [row for row in rows if row.turn.state == rules.FINISHED]
    done.sort(key=lambda row: (row.turn.ended_at or now, row.turn.id))
    plan = _plan(session, floor, rows, len(waiting))
    steps = view.steps_of(session, meeting_id)
    set_seconds = _set_seconds(session, floor)
    meeting = session.get_one(Meeting, meeting_id)
    run = courses.of(meeting, floor, [row.turn for row in rows], len(waiting), now)
    return {
        "open": floor.open,
        "present_only": floor.present_only,
        "seconds": set_seconds,
        "each": plan.seconds,
        "pace": floor.pace,
        "shortest": floor.shortest,
        "answer_seconds": floor.answer_seconds,
        "closing_seconds": floor.closing_seconds,
        "locked": floor.locked,
        "policy": floor.policy,
        "seed": int(floor.seed) if floor.seed_is_number else floor.seed,
        "step": steps[0]["step"] if steps else None,
        "undo": steps,
        "speaking": view.entry(runs, known) if runs else None,
        "waiting": [
            view.entry(row, known, place, forecast_rules.expected_at(plan, place - 1))
            for place, row in enumerate(waiting, start=1)
        ],
        "done": [view.entry(row, known) for row in done],
        "clock": view.clock_of(runs.turn if runs else None, now, set_seconds),
        "topics": view.topics_of(rows, known),
        "bodies": view.bodies_of(session, meeting_id, known),
        "outcomes": view.outcomes_of(rows),
        "slide": floor.slide,
        "resumes_at": clock.rfc3339(floor.resumes_at) if floor.resumes_at else None,
        "questions": view.questions_of(session, meeting_id, known),
        "phase": run.phase,
        "began_at": clock.rfc3339(run.began_at) if run.began_at else None,
        "ended_at": clock.rfc3339(run.ended_at) if run.ended_at else None,
        "forecast": view.forecast_of(plan, run),
    }


def _set_seconds(session: Session, floor: Floor) -> int:
    return floor.seconds or session.get_one(Meeting, floor.meeting_id).seconds_per_turn


def _running(rows: list[view.Row]) -> view.Row | None:
    return next((row for row in rows if row.turn.state in rules.CURRENT), None)


def _plan(
    session: Session, floor: Floor, rows: list[view.Row], waiting: int
) -> forecast_rules.Plan:
    meeting = session.get_one(Meeting, floor.meeting_id)
    ended = [row.turn for row in rows if row.turn.state == rules.FINISHED]
    runs = _running(rows)
    pace = turns.pace_of(ended, floor)
    return turns.plan_of(meeting, floor, pace, runs.turn if runs else None, waiting, clock.now())


def without_notes(found: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot for the hall: notes, questions and steps stay with the moderator."""

    def bare(item: dict[str, Any]) -> dict[str, Any]:
        return {**item, "note": ""}

    return {
        **found,
        "speaking": bare(found["speaking"]) if found["speaking"] else None,
        "waiting": [bare(item) for item in found["waiting"]],
        "done": [bare(item) for item in found["done"]],
        "questions": [],
        "undo": [],
    }


def one(session: Session, meeting_id: int, turn_id: int) -> dict[str, Any]:
    """Return one turn of the meeting with its place on the list."""
    rows = view.rows_of(session, meeting_id)
    known = view.names_of(session, meeting_id, rows, clock.now())
    row = next(row for row in rows if row.turn.id == turn_id)
    return view.entry(row, known, _places(rows).get(turn_id, 0))


def _places(rows: list[view.Row]) -> dict[int, int]:
    waiting = [row.turn.id for row in rows if row.turn.state == rules.WAITING]
    return {turn_id: place for place, turn_id in enumerate(waiting, start=1)}


def mine(session: Session, meeting_id: int, delegate_id: int) -> dict[str, Any]:
    """Return what a delegate may know: the own places and questions, who speaks now."""
    now = clock.now()
    floor = session.get(Floor, meeting_id) or new_floor(meeting_id)
    rows = view.rows_of(session, meeting_id)
    known = view.names_of(session, meeting_id, rows, now)
    places, runs = _places(rows), _running(rows)
    plan = _plan(session, floor, rows, len(places))
    own = [
        row
        for row in rows
        if row.turn.delegate_id == delegate_id and row.turn.state in (rules.WAITING, *rules.CURRENT)
    ]
    entries = []
    for row in own:
        place = places.get(row.turn.id, 0)
        expected = forecast_rules.expected_at(plan, place - 1) if place else None
        ahead = max(place - 1, 0) + (1 if place and runs else 0)
        entries.append({**view.entry(row, known, place, expected), "ahead": ahead})
    return {
        "open": floor.open,
        "seconds": plan.seconds,
        "entries": sorted(entries, key=lambda item: item["position"]),
        "questions": view.questions_of(session, meeting_id, known, delegate_id),
        "speaking": {"name": runs.name, "salutation": runs.salutation} if runs else None,
        "clock": view.clock_of(runs.turn if runs else None, now, _set_seconds(session, floor)),
    }


def names(session: Session, meeting_id: int) -> dict[int, str]:
    """Return whose turns they are: the name of each turn's delegate."""
    return {row.turn.id: row.name for row in view.rows_of(session, meeting_id)}


def delegate_of(session: Session, meeting_id: int, turn_id: int) -> int | None:
    """Return whose turn it is."""
    return session.scalar(
        select(Turn.delegate_id).where(
            Turn.id == turn_id, Turn.meeting_id == meeting_id, Turn.removed_at.is_(None)
        )
    )


def asker_of(session: Session, meeting_id: int, question_id: int) -> int | None:
    """Return whose written question it is."""
    return session.scalar(
        select(WrittenQuestion.delegate_id).where(
            WrittenQuestion.id == question_id,
            WrittenQuestion.meeting_id == meeting_id,
            WrittenQuestion.withdrawn_at.is_(None),
        )
    )


def question(session: Session, meeting_id: int, question_id: int) -> dict[str, Any]:
    """Return one written question."""
    known = view.names_of(session, meeting_id, (), clock.now())
    found = view.questions_of(session, meeting_id, known)
    return next(item for item in found if item["id"] == question_id)
