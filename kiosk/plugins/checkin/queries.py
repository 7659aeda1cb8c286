"""Reads about the door, and what other plugins may ask."""

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
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan


@dataclass(frozen=True)
class Health:
    """A device as the organiser's list shows it.

    `state`: waiting (for its pairing code), expired, paired, revoked.
    """

    id: int
    name: str
    profile: str
    state: str
    expires_at: datetime
    paired_at: datetime | None
    last_scan_at: datetime | None
    scans: int


def devices(session: Session, meeting_id: int, now: datetime) -> list[Health]:
    """Return the meeting's devices, the newest first."""
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
        .order_by(Device.id.desc())
    )
    return [
        Health(
            device.id,
            device.name,
            device.profile,
            _state(device, now),
            device.pairing_expires_at,
            device.paired_at,
            last,
            count or 0,
        )
        for device, last, count in rows
    ]


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


_CANDIDATES = (
    select(Delegate, Area.name, Household.number)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .where(Delegate.removed_at.is_(None))
    .order_by(Delegate.id)
)


def alike(session: Session, meeting_id: int, name: str, birth_year: int) -> list[dict[str, Any]]:
    """Return delegates of this name, those of this birth year first."""
    wanted = text.search_key(name)
    rows = session.execute(
        _CANDIDATES.where(
            Delegate.meeting_id == meeting_id,
            Delegate.folded.startswith(wanted, autoescape=True),
        )
    )
    found = [_candidate(*row) for row in rows if text.search_key(row[0].name) == wanted]
    exact = [item for item in found if item["birth_year"] == birth_year]
    return exact or [item for item in found if item["birth_year"] is None]


def candidate(session: Session, delegate_id: int) -> list[dict[str, Any]]:
    """Return one delegate to choose from."""
    rows = session.execute(_CANDIDATES.where(Delegate.id == delegate_id))
    return [_candidate(*row) for row in rows]


def _candidate(delegate: Delegate, area: str | None, number: str | None) -> dict[str, Any]:
    return {
        "id": delegate.id,
        "name": delegate.name,
        "salutation": delegate.salutation,
        "birth_year": delegate.birth_year,
        "area": area or "",
        "household": number or "",
    }


@dataclass(frozen=True)
class Present:
    """Where a delegate who came stands."""

    delegate_id: int
    state: str
    first_at: datetime
    device: str
    via: str
    observer: bool
    substitute: str


def presence(session: Session, meeting_id: int) -> list[Present]:
    """Return everyone who came, in the order of coming."""
    rows = session.execute(
        select(
            Presence.delegate_id,
            Presence.state,
            Presence.first_at,
            Presence.first_device,
            Presence.via,
            Presence.observer,
            Presence.substitute,
        )
        .where(Presence.meeting_id == meeting_id)
        .order_by(Presence.first_at, Presence.delegate_id)
    )
    return [
        Present(key, state, at, device, via, observer, (substitute or {}).get("name", ""))
        for key, state, at, device, via, observer, substitute in rows
    ]


def present_ids(session: Session, meeting_id: int) -> set[int]:
    """Return the delegates who are inside now."""
    return set(
        session.scalars(
            select(Presence.delegate_id).where(
                Presence.meeting_id == meeting_id, Presence.state == "in"
            )
        )
    )


def has_come(session: Session, delegate_id: int) -> bool:
    """Whether a delegate is inside now."""
    state = session.scalar(select(Presence.state).where(Presence.delegate_id == delegate_id))
    return state == "in"


def last_scans(session: Session, meeting_id: int, token_id: int | None) -> list[dict[str, Any]]:
    """Return the last five entries and exits of a device, the newest first."""
    rows = session.execute(
        select(Scan, Delegate.name, Delegate.salutation, Household.number)
        .join(Delegate, Delegate.id == Scan.delegate_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .where(
            Scan.meeting_id == meeting_id,
            Scan.token_id == token_id,
            Scan.effect.is_not(None),
        )
        .order_by(Scan.id.desc())
        .limit(5)
    )
    return [
        {
            "delegate": scan.delegate_id,
            "name": text.greeting(salutation, name),
            "household": number or "",
            "verdict": scan.verdict,
            "at": clock.rfc3339(scan.scanned_at),
        }
        for scan, name, salutation, number in rows
    ]


def scans_table(session: Session, meeting_id: int) -> Table:
    """Return one line per understood scan."""
    rows = session.execute(
        select(Scan, Delegate.name)
        .outerjoin(Delegate, Delegate.id == Scan.delegate_id)
        .where(Scan.meeting_id == meeting_id)
        .order_by(Scan.id)
    )
    return Table(
        "Lượt quét",
        (
            "scan_id",
            "scanned_at",
            "received_at",
            "verdict",
            "flags",
            "delegate",
            "device",
        ),
        [
            (
                scan.scan_id,
                clock.rfc3339(scan.scanned_at),
                clock.rfc3339(scan.received_at),
                scan.verdict,
                " ".join(scan.flags),
                name or "",
                scan.device,
            )
            for scan, name in rows
        ],
    )
