"""Short codes that devices ask about, counted before anything is looked up."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

from kiosk.db import ledger
from kiosk.db.compiled import Prepared
from kiosk.errors import TooMany
from kiosk.plugins.checkin import guessing_rules as rules
from kiosk.plugins.checkin.devices import service as devices
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.checkin.models import Guess
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.scans.values import Door

_OF_THIS = (
    Guess.meeting_id == bindparam("meeting_id"),
    Guess.actor == bindparam("actor"),
)
_RECENT = Prepared(
    select(Guess.at, Guess.kind).where(*_OF_THIS, Guess.at > bindparam("since")).order_by(Guess.at)
)
_ADD = Prepared(
    insert(Guess)
    .values({name: bindparam(name) for name in ("meeting_id", "actor", "scan_id", "at", "kind")})
    .inline()
)
_FORGET = Prepared(delete(Guess).where(*_OF_THIS, Guess.at <= bindparam("before")))
# One, the last: a scan id that is used again takes one try back, not all.
_LAST = (
    select(func.max(Guess.id))
    .where(*_OF_THIS, Guess.scan_id == bindparam("asked_by"), Guess.kind == "strange")
    .scalar_subquery()
)
_OURS = Prepared(update(Guess).where(Guess.id == _LAST).values(kind="ours"))
_FLAG = Prepared(
    update(Device)
    .where(Device.token_id == bindparam("about"))
    .values(guessing_at=bindparam("now_at"))
)


def _whose(door: Door) -> dict[str, Any]:
    return {"meeting_id": door.meeting.id, "actor": f"{door.actor.kind}:{door.actor.id}"}


def ask(door: Door, attempt: Attempt) -> TooMany | None:
    """Write a short code down as asked; returns the refusal when the device has to wait.

    The refusal is returned, not raised: that a device used up its tries is told to the
    organiser in the caller's transaction, which has to be committed.
    """
    if door.line.on_postgresql:
        # Two requests of one device one after another; the lock that its scan takes next.
        door.line.first(statements.ONE_AFTER_ANOTHER, meeting_id=door.meeting.id)
    whose, window = _whose(door), door.now - rules.WINDOW
    recent = door.line.all(_RECENT, since=window, **whose)
    asked = [row.at for row in recent if row.kind != "refused"]
    strange = [row.at for row in recent if row.kind == "strange"]
    waits = rules.wait(asked, strange, door.now)
    if waits is None:
        door.line.run(_FORGET, before=window, **whose)
        door.line.run(_ADD, scan_id=attempt.scan_id, at=door.now, kind="strange", **whose)
        return None
    if not waits.used_up:
        words = _l("Short numbers are taken one a second. Please type it once more.")
    else:
        words = _l(
            "Too many numbers that are not ours were typed here. Please hold up the "
            "invitation, or ask a helper."
        )
        if all(row.kind != "refused" for row in recent):
            _tell(door, attempt)
    return TooMany("too_many", words, retry_after=waits.seconds)


def _tell(door: Door, attempt: Attempt) -> None:
    door.line.run(_ADD, scan_id=attempt.scan_id, at=door.now, kind="refused", **_whose(door))
    profile = next((role for role in ("gate", "desk") if role in door.roles), None)
    if door.actor.token_id is not None and profile is not None:
        # A token made on the command line has no place on the list before.
        devices.know(door.session, door.meeting.id, door.actor, profile, door.now)
        door.line.run(_FLAG, about=door.actor.token_id, now_at=door.now)
    ledger.record(
        door.session,
        door.meeting.id,
        "device.guessing",
        actor=door.actor.name,
        subject=f"{door.actor.kind}:{door.actor.id}",
    )


def is_ours(door: Door, attempt: Attempt) -> None:
    """Give the try back: the code that was asked about is one of this meeting."""
    door.line.run(_OURS, asked_by=attempt.scan_id, **_whose(door))
