"""Reads about devices: who they are, what they said of themselves, what they sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Meeting
from kiosk.plugins.checkin import guessing_rules
from kiosk.plugins.checkin.devices import rules
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.meetings import queries as meetings

# Tablets are set up before the doors open.
_SET_UP = timedelta(minutes=60)


@dataclass(frozen=True)
class Health:
    """A device as the organiser's list shows it.

    `state`: waiting (for its pairing code), expired, paired, revoked; `pending` that a
    pairing code is out. `away` is the time since its last word, `needs` why a person
    should act.
    """

    id: int
    name: str
    place: str
    profile: str
    state: str
    pending: bool
    expires_at: datetime
    paired_at: datetime | None
    revoked_at: datetime | None
    last_scan_at: datetime | None
    scans: int
    beat_at: datetime | None
    seen_at: datetime | None
    away: timedelta | None
    waiting: int | None
    roster_at: datetime | None
    battery: int | None
    charging: bool | None
    skew: int | None
    camera: str | None
    persisted: bool | None
    needs: tuple[str, ...]

    @property
    def in_contact(self) -> bool:
        """Whether it spoke a moment ago."""
        return self.state == "paired" and rules.in_contact(self.away)

    @property
    def minutes_away(self) -> int:
        """Whole minutes since its last word."""
        return int(self.away.total_seconds() // 60) if self.away is not None else 0


def devices(session: Session, meeting_id: int, now: datetime) -> list[Health]:
    """Return the meeting's devices: those in use in the order of pairing, then the revoked."""
    scans = (
        select(
            Scan.token_id,
            func.max(Scan.received_at).label("last"),
            func.count().label("count"),
        )
        .where(Scan.meeting_id == meeting_id)
        .group_by(Scan.token_id)
        .subquery()
    )
    rows = session.execute(
        select(Device, scans.c.last, scans.c.count)
        .outerjoin(scans, scans.c.token_id == Device.token_id)
        .where(Device.meeting_id == meeting_id)
        .order_by(Device.revoked_at.is_not(None), Device.id)
    ).all()
    busy = _is_busy(session, meeting_id, now)
    return [_health(device, last, count or 0, now, busy) for device, last, count in rows]


def one(session: Session, meeting_id: int, device_id: int, now: datetime) -> Health | None:
    """Return one device of the meeting."""
    found = devices(session, meeting_id, now)
    return next((device for device in found if device.id == device_id), None)


def _is_busy(session: Session, meeting_id: int, now: datetime) -> bool:
    meeting = session.get_one(Meeting, meeting_id)
    return meetings.doors_open(meeting, now) or meetings.doors_open(meeting, now + _SET_UP)


def _health(device: Device, last: datetime | None, count: int, now: datetime, busy: bool) -> Health:
    state = _state(device, now)
    # A scan is a word too: programs that only scan send no beats.
    words = [at for at in (device.beat_at, last) if at is not None]
    guessed = device.guessing_at
    away = max(now - max(words), timedelta(0)) if words and state == "paired" else None
    vitals = rules.Vitals(
        device.profile,
        away,
        busy,
        device.waiting,
        device.battery,
        device.charging,
        device.skew,
        device.camera,
        guessing=guessed is not None and now - guessed < guessing_rules.TOLD,
    )
    return Health(
        id=device.id,
        name=device.name,
        place=device.place,
        profile=device.profile,
        state=state,
        pending=device.pairing_digest is not None and device.pairing_expires_at > now,
        expires_at=device.pairing_expires_at,
        paired_at=device.paired_at,
        revoked_at=device.revoked_at,
        last_scan_at=last,
        scans=count,
        beat_at=device.beat_at,
        seen_at=max([*words, *([device.seen_at] if device.seen_at else [])], default=None),
        away=away,
        waiting=device.waiting,
        roster_at=device.roster_at,
        battery=device.battery,
        charging=device.charging,
        skew=device.skew,
        camera=device.camera,
        persisted=device.persisted,
        needs=rules.needs(vitals) if state == "paired" else (),
    )


def _state(device: Device, now: datetime) -> str:
    if device.revoked_at is not None:
        return "revoked"
    if device.paired_at is not None:
        return "paired"
    return "waiting" if device.pairing_expires_at > now else "expired"


def count_devices(session: Session, meeting_id: int) -> int:
    """Return how many devices are paired."""
    found = session.scalar(
        select(func.count())
        .select_from(Device)
        .where(
            Device.meeting_id == meeting_id,
            Device.paired_at.is_not(None),
            Device.revoked_at.is_(None),
        )
    )
    return found or 0


def as_json(device: Health) -> dict[str, Any]:
    """Return a device as the API lists it."""
    return {
        "id": device.id,
        "name": device.name,
        "place": device.place,
        "profile": device.profile,
        "state": device.state,
        "pending": device.pending,
        "paired_at": _at(device.paired_at),
        "last_scan_at": _at(device.last_scan_at),
        "scans": device.scans,
        "last_seen_at": _at(device.seen_at),
        "in_contact": device.in_contact,
        "waiting": device.waiting,
        "roster_at": _at(device.roster_at),
        "battery": device.battery,
        "charging": device.charging,
        "skew_seconds": device.skew,
        "camera": device.camera,
        "persisted": device.persisted,
        "needs": list(device.needs),
    }


def _at(moment: datetime | None) -> str | None:
    return clock.rfc3339(moment) if moment is not None else None
