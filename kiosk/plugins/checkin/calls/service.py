"""Calls for a helper: a gate asks, a desk takes the call, and it is done.

Nobody is left standing before a screen that leads nowhere: whatever a gate cannot do by
itself becomes a call on the staffed desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugin import registry
from kiosk.plugins.checkin.models import Call

MOST_SHOWN = 100


@dataclass(frozen=True)
class Asked:
    """What a device asks for."""

    reason: str
    sentence: str = ""
    delegate: int | None = None
    walk_in: dict[str, str] | None = None


def call(session: Session, meeting_id: int, asked: Asked, *, device: str, now: datetime) -> Call:
    """Call for a helper; the same call made again rings again and stays one."""
    waiting = session.scalars(
        select(Call).where(
            Call.meeting_id == meeting_id, Call.device == device, Call.state != "done"
        )
    )
    values = {
        "reason": vietnamese.clean(asked.reason)[:40],
        "sentence": vietnamese.clean(asked.sentence)[:300],
        "delegate_id": _ours(session, meeting_id, asked.delegate),
        "walk_in": _typed(asked.walk_in),
    }
    found = next((c for c in waiting if _is_same(c, values)), None)
    if found is None:
        found = Call(meeting_id=meeting_id, device=device, at=now, state="open", **values)
        session.add(found)
    found.at = now
    session.flush()
    _note(session, found, "call.made", device)
    return found


def _is_same(one: Call, values: dict[str, Any]) -> bool:
    return all(getattr(one, name) == value for name, value in values.items())


def _ours(session: Session, meeting_id: int, delegate_id: int | None) -> int | None:
    # A call is never refused because a tablet names somebody who is gone.
    found = session.get(Delegate, delegate_id) if delegate_id is not None else None
    return found.id if found is not None and found.meeting_id == meeting_id else None


def _typed(walk_in: dict[str, str] | None) -> dict[str, str] | None:
    if walk_in is None:
        return None
    return {name: vietnamese.clean(value) for name, value in walk_in.items()}


def take(session: Session, meeting_id: int, call_id: int, *, actor: str, now: datetime) -> Call:
    """Say that somebody is on the way."""
    found = _found(session, meeting_id, call_id)
    if found.state == "open":
        found.state, found.taken_by, found.taken_at = "taken", actor, now
        session.flush()
        _note(session, found, "call.taken", actor)
    elif found.state == "taken" and found.taken_by != actor:
        raise Conflict("call_taken", _l("Somebody is on the way already."), by=found.taken_by)
    return found


def finish(
    session: Session, meeting_id: int, call_id: int, *, actor: str, staffed: bool, now: datetime
) -> Call:
    """Say that the call is done; a gate may do so with its own, when nobody is needed."""
    found = _found(session, meeting_id, call_id)
    if not staffed and found.device != actor:
        raise Forbidden("staff_only", _l("This is done at the staffed desk."))
    if found.state != "done":
        found.state, found.done_at = "done", now
        session.flush()
        _note(session, found, "call.done", actor)
    return found


def _found(session: Session, meeting_id: int, call_id: int) -> Call:
    found = session.get(Call, call_id, with_for_update=True)
    if found is None or found.meeting_id != meeting_id:
        raise NotFound("no_call", _l("There is no such call."))
    return found


def _note(session: Session, one: Call, kind: str, actor: str) -> None:
    ledger.record(session, one.meeting_id, kind, actor=actor, subject=f"call:{one.id}")


def listing(session: Session, meeting_id: int, *, waiting: bool = False) -> list[dict[str, Any]]:
    """Return the calls, those that wait first and then the newest; `waiting`: only those."""
    wanted = (
        select(Call, Delegate, Area.name, Household.number, Group.name)
        .outerjoin(Delegate, Delegate.id == Call.delegate_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .outerjoin(Group, Group.id == Delegate.group_id)
        .where(Call.meeting_id == meeting_id)
        .order_by(Call.state == "done", Call.at.desc(), Call.id.desc())
        .limit(MOST_SHOWN)
    )
    if waiting:
        wanted = wanted.where(Call.state != "done")
    return [
        as_json(one, _person(delegate, area, number, group))
        for one, delegate, area, number, group in session.execute(wanted)
    ]


def _person(
    delegate: Delegate | None, area: str | None, number: str | None, group: str | None
) -> dict[str, Any] | None:
    if delegate is None:
        return None
    return {
        "id": delegate.id,
        "name": delegate.name,
        "salutation": delegate.salutation,
        "area": area or "",
        "household": number or "",
        "group": group or "",
    }


def as_json(one: Call, delegate: dict[str, Any] | None) -> dict[str, Any]:
    """Return a call as desks are told."""
    return {
        "id": one.id,
        "at": clock.rfc3339(one.at),
        "device": one.device,
        "reason": one.reason,
        "sentence": one.sentence,
        "delegate": delegate,
        "walk_in": one.walk_in,
        "state": one.state,
        "taken_by": one.taken_by or None,
    }


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the desk's live view: the calls that wait, how many have come of how many."""
    numbers = registry().numbers(session, meeting_id)
    waiting = listing(session, meeting_id, waiting=True)
    told = {name: numbers.get(name, 0) for name in ("present", "invited")}
    return {"calls": waiting, **told}
