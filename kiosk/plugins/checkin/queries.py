"""Reads about the door, and what other plugins may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.documents.spreadsheet import Table
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Household
from kiosk.plugins.checkin.devices.queries import Health as Health
from kiosk.plugins.checkin.devices.queries import count_devices as count_devices
from kiosk.plugins.checkin.devices.queries import devices as devices
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan

_CANDIDATES = (
    select(Delegate, Area.name, Household.number)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .where(Delegate.removed_at.is_(None))
    .order_by(Delegate.id)
)


# Where everybody who came stands: for the counting, which joins it to the people.
STANDING = select(
    Presence.delegate_id,
    Presence.meeting_id,
    Presence.state,
    Presence.since,
    Presence.first_at,
    Presence.first_device,
    Presence.via,
    Presence.observer,
    Presence.substitute,
).subquery("standing")


def numbers(session: Session, meeting_id: int) -> dict[str, int]:
    """Return how many devices are paired. People are counted by attendance alone."""
    return {"devices": count_devices(session, meeting_id)}


def alike(session: Session, meeting_id: int, name: str, birth_year: int) -> list[dict[str, Any]]:
    """Return delegates of this name, those of this birth year first."""
    wanted = vietnamese.search_key(name)
    rows: Any = session.execute(
        _CANDIDATES.where(
            Delegate.meeting_id == meeting_id,
            Delegate.folded.startswith(wanted, autoescape=True),
        )
    )
    found = [row for row in rows if vietnamese.search_key(row[0].name) == wanted]
    exact = [row for row in found if row[0].birth_year == birth_year]
    fit = exact or [row for row in found if row[0].birth_year is None]
    return [_candidate(*row) for row in fit]


def candidate(session: Session, delegate_id: int) -> list[dict[str, Any]]:
    """Return one delegate to choose from."""
    rows = session.execute(_CANDIDATES.where(Delegate.id == delegate_id))
    return [_candidate(*row) for row in rows]


def _candidate(delegate: Delegate, area: str | None, number: str | None) -> dict[str, Any]:
    # Never the year of birth: who holds the card knows it, who made it up must not learn it.
    return {
        "id": delegate.id,
        "name": delegate.name,
        "salutation": delegate.salutation,
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


def just_admitted(
    session: Session, delegate_id: int, token_id: int | None, since: datetime
) -> bool:
    """Whether this device let a delegate in since then, by the server's clock."""
    found = session.scalar(
        select(Scan.id)
        .where(
            Scan.delegate_id == delegate_id,
            Scan.token_id == token_id,
            Scan.received_at >= since,
            Scan.direction == "in",
            Scan.verdict.in_(("admitted", "review")),
        )
        .limit(1)
    )
    return token_id is not None and found is not None


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
            "name": vietnamese.greeting(salutation, name),
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
