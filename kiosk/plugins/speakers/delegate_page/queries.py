"""What a delegate's own page shows of the speaking order."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.models import Meeting
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import queries
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns

MOST_DOTS = 5
# Who is next must not learn it late; who waits long looks now and then.
SECONDS_NEAR, SECONDS_FAR = 5, 12
NEAR = 2


def show(session: Session, meeting_id: int, delegate_id: int, now: datetime) -> dict[str, Any]:
    """Return the own place on the list and the own questions, for the page to draw."""
    found = queries.mine(session, meeting_id, delegate_id)
    meeting = session.get_one(Meeting, meeting_id)
    waiting = turns.waiting(session, meeting_id)
    inside = checkin.present_ids(session, meeting_id)
    runs = turns.current(session, meeting_id)
    entry = _foremost(found["entries"])
    going = runs is not None or now >= meeting.starts_at
    return {
        "here": checkin.has_come(session, delegate_id),
        "busy": entry is not None and (runs is not None or entry["state"] in rules.CURRENT),
        "entry": entry,
        # Somebody asked already, perhaps by telephone: shown before the invitation is answered.
        "touched": bool(entry or found["questions"]),
        "next": entry is not None and going and _is_next(entry, waiting, inside, delegate_id),
        "can_step_back": entry is not None and _somebody_behind(entry, waiting, inside),
        "dots": _dots(entry, len(waiting), runs is not None),
        "expected_at": _expected(entry),
        "minutes_left": _minutes_left(entry, now),
        "open": found["open"],
        "over": now > meeting.ends_at,
        "minutes": found["seconds"] / 60,
        "speaking": found["speaking"] and vietnamese.greeting(**found["speaking"]),
        "clock": _clock(runs, now),
        "questions": found["questions"],
        "spoken": [
            turn for turn in turns.finished(session, meeting_id) if turn.delegate_id == delegate_id
        ],
        "poll": _seconds_between_looks(entry, going),
    }


def _foremost(entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the turn that comes first: the one that runs, else the place in front."""
    running = [entry for entry in entries if entry["state"] in rules.CURRENT]
    return next(iter([*running, *entries]), None)


def _is_next(
    entry: dict[str, Any], waiting: list[Turn], inside: set[int], delegate_id: int
) -> bool:
    # Who has not come is passed over when it is their turn.
    first = next((turn for turn in waiting if turn.delegate_id in inside), None)
    return first is not None and first.id == entry["id"] and first.delegate_id == delegate_id


def _somebody_behind(entry: dict[str, Any], waiting: list[Turn], inside: set[int]) -> bool:
    ids = [turn.id for turn in waiting]
    if entry["id"] not in ids:
        return False
    return any(turn.delegate_id in inside for turn in waiting[ids.index(entry["id"]) + 1 :])


def _dots(entry: dict[str, Any] | None, waiting: int, runs: bool) -> dict[str, int] | None:
    if entry is None or not entry["position"]:
        return None
    before = min(entry["position"] - 1, MOST_DOTS)
    return {
        "now": int(runs),
        "before": before,
        "after": min(waiting - entry["position"], MOST_DOTS),
    }


def _expected(entry: dict[str, Any] | None) -> datetime | None:
    at = entry["expected_at"] if entry else None
    return datetime.fromisoformat(at) if at else None


def _minutes_left(entry: dict[str, Any] | None, now: datetime) -> int | None:
    at = _expected(entry)
    return None if at is None else max(1, round((at - now).total_seconds() / 60))


def _clock(runs: Turn | None, now: datetime) -> dict[str, Any]:
    """Return the clock as the moment at which the time is up, or what is left of a pause."""
    if runs is None or runs.part_started_at is None:
        return {"remaining": 0, "until": None}
    until = runs.part_started_at + timedelta(seconds=runs.allotted + runs.seconds_paused)
    remaining = runs.allotted - turns.spoken_part(runs, now)
    paused = runs.state == rules.PAUSED
    return {
        "remaining": remaining,
        "until": None if paused else int(until.timestamp() * 1000),
        "paused": paused,
        "part": runs.part,
    }


def _seconds_between_looks(entry: dict[str, Any] | None, going: bool) -> int:
    if entry is None or not going:
        return 0
    return SECONDS_NEAR if entry["ahead"] <= NEAR else SECONDS_FAR
