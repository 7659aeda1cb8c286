"""Verbs about devices: offering a place, pairing with a single-use code, revoking."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from sqlalchemy import bindparam
from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.auth import access
from kiosk.db import ledger
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import line
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.events import announce
from kiosk.models import Meeting
from kiosk.plugins.checkin.events import DevicePaired
from kiosk.plugins.checkin.models import Device
from kiosk.web import forms

PAIRING_MINUTES = 10
PROFILES = ("gate", "desk", "screen")
# No vowels, no letters that look like digits: easy to read aloud and type.
_ALPHABET = "2345679BCFGHJKLMNPQRSTVXZ"
CODE_LENGTH = 8
LONGEST_NAME = 80
LONGEST_PLACE = 120
_NEW: dict[str, Any] = {
    name: bindparam(name)
    for name in (
        "meeting_id",
        "name",
        "place",
        "profile",
        "pairing_expires_at",
        "paired_at",
        "seen_at",
        "token_id",
    )
}
_KNOW = Prepared(
    {
        "sqlite": sqlite.insert(Device).values(_NEW).on_conflict_do_nothing().returning(Device.id),
        "postgresql": postgresql.insert(Device)
        .values(_NEW)
        .on_conflict_do_nothing()
        .returning(Device.id),
    }
)


@dataclass(frozen=True)
class Offered:
    """A place for a device, waiting for its code."""

    id: int
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Paired:
    """A device that took its place; `token` is shown only this once."""

    token: str
    id: int
    name: str
    profile: str
    meeting: Meeting


def new_code(choice: Callable[[str], str] = secrets.choice) -> str:
    """Return a pairing code of 8 characters, 37 random bits for 10 minutes."""
    return "".join(choice(_ALPHABET) for _ in range(CODE_LENGTH))


def plain_code(typed: str) -> str:
    """Return a typed pairing code without spaces, hyphens and small letters."""
    return "".join(char for char in vietnamese.fold(typed).upper() if char.isalnum())


def add(
    session: Session,
    meeting_id: int,
    name: str,
    profile: str,
    *,
    actor: str,
    now: datetime,
    place: str = "",
    code: str | None = None,
) -> Offered:
    """Offer a place to a device; returns its single-use code."""
    name = vietnamese.clean(name)
    fields = _wrong_name(name)
    if profile not in PROFILES:
        fields["profile"] = _l("One of: gate, desk, screen.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    code = code or new_code()
    device = Device(
        meeting_id=meeting_id,
        name=name,
        place=vietnamese.clean(place)[:LONGEST_PLACE],
        profile=profile,
        pairing_digest=access.keyed_digest(code),
        pairing_expires_at=now + timedelta(minutes=PAIRING_MINUTES),
    )
    session.add(device)
    session.flush()
    ledger.record(session, meeting_id, "device.offered", actor=actor, subject=f"device:{device.id}")
    return Offered(device.id, code, device.pairing_expires_at)


def _wrong_name(name: str) -> dict[str, object]:
    if 1 <= len(name) <= LONGEST_NAME:
        return {}
    return {"name": _l("Please give the device a name, such as Bàn đón số 1.")}


def offer_again(
    session: Session,
    meeting_id: int,
    device_id: int,
    *,
    actor: str,
    now: datetime,
    code: str | None = None,
) -> Offered:
    """Offer a device its own place once more; returns a new code, an earlier one ends.

    A tablet that lost its pairing, or was revoked with scans on it, comes back as the same
    device. Until the code is used, what is paired stays paired.
    """
    device = _known(session, meeting_id, device_id)
    code = code or new_code()
    device.pairing_digest = access.keyed_digest(code)
    device.pairing_expires_at = now + timedelta(minutes=PAIRING_MINUTES)
    session.flush()
    ledger.record(session, meeting_id, "device.offered", actor=actor, subject=f"device:{device.id}")
    return Offered(device.id, code, device.pairing_expires_at)


def _known(session: Session, meeting_id: int, device_id: int) -> Device:
    device = session.get(Device, device_id)
    if device is None or device.meeting_id != meeting_id:
        raise NotFound("no_device", _l("There is no such device in this meeting."))
    return device


def _offered(typed: str, now: datetime) -> Select[Device]:
    digest = access.keyed_digest(plain_code(typed))
    return select(Device).where(Device.pairing_digest == digest, Device.pairing_expires_at > now)


@dataclass(frozen=True)
class Place:
    """What a pairing code would make of a browser."""

    name: str
    profile: str
    meeting: Meeting


def look(session: Session, typed: str, now: datetime) -> Place | None:
    """Return the place that a pairing code offers, None for a code that offers none.

    Looking spends nothing: a chat's preview may look before the tablet does.
    """
    device = session.scalar(_offered(typed, now))
    if device is None:
        return None
    meeting = session.get_one(Meeting, device.meeting_id)
    return Place(device.name, device.profile, meeting)


def not_valid() -> NotFound:
    """Return what is said of a pairing code that offers no place."""
    return NotFound(
        "bad_pairing_code",
        _l("This code is not valid: it works once, for 10 minutes. Ask for a new code."),
    )


def pair(session: Session, typed: str, name: str | None, now: datetime) -> Paired:
    """Use a pairing code up and give the device its token."""
    device = session.scalar(_offered(typed, now).with_for_update())
    if device is None:
        raise not_valid()
    if name and vietnamese.clean(name):
        device.name = vietnamese.clean(name)[:LONGEST_NAME]
    device.paired_at = device.seen_at = now
    device.revoked_at = None
    # Single use: the digest goes, so the same code finds nothing.
    device.pairing_digest = None
    token = _token(session, device, now)
    session.flush()
    ledger.record(
        session,
        device.meeting_id,
        "device.paired",
        actor=device.name,
        subject=f"device:{device.id}",
    )
    announce(session, DevicePaired(device.meeting_id, device.id))
    meeting = session.get_one(Meeting, device.meeting_id)
    return Paired(token, device.id, device.name, device.profile, meeting)


def _token(session: Session, device: Device, now: datetime) -> str:
    if device.token_id is None:
        device.token_id, secret = access.store_token(
            session, device.meeting_id, device.profile, device.name, now
        )
        return secret
    # The same token row: scans, undo and "same device" go on where they stood.
    access.rename_token(session, device.token_id, device.name)
    return access.renew_token(session, device.token_id)


def named(session: Session, meeting_id: int, device_id: int) -> dict[str, str]:
    """Return name and place of a device; nobody else changes them in this transaction."""
    forms.hold(session, Device, device_id)
    device = _known(session, meeting_id, device_id)
    return {"name": device.name, "place": device.place}


def rename(
    session: Session, meeting_id: int, device_id: int, name: str, place: str, *, actor: str
) -> str:
    """Give a device another name and say where it stands; returns the name."""
    device = _known(session, meeting_id, device_id)
    name = vietnamese.clean(name)
    if fields := _wrong_name(name):
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    device.name, device.place = name, vietnamese.clean(place)[:LONGEST_PLACE]
    if device.token_id is not None:
        access.rename_token(session, device.token_id, name)
    session.flush()
    ledger.record(session, meeting_id, "device.renamed", actor=actor, subject=f"device:{device_id}")
    return name


def revoke(session: Session, meeting_id: int, device_id: int, *, actor: str, now: datetime) -> str:
    """Make a device's token and code worthless at once; returns its name."""
    device = _known(session, meeting_id, device_id)
    if device.revoked_at is not None:
        raise NotFound("no_device", _l("There is no such device in this meeting."))
    device.revoked_at = now
    device.pairing_digest = None
    if device.token_id is not None:
        access.revoke_token(session, device.token_id, now)
    session.flush()
    ledger.record(session, meeting_id, "device.revoked", actor=actor, subject=f"device:{device_id}")
    return device.name


def as_json(paired: Paired, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a newly paired device is told."""
    return {
        "token": paired.token,
        "device": {"id": paired.id, "name": paired.name, "profile": paired.profile},
        "meeting": facts,
    }


def know(
    session: Session, meeting_id: int, actor: access.Actor, profile: str, now: datetime
) -> None:
    """Put a token that has no place on the list of devices on it."""
    added = line(session).scalar(
        _KNOW,
        meeting_id=meeting_id,
        name=actor.name[:80],
        place="",
        profile=profile,
        pairing_expires_at=now,
        paired_at=now,
        seen_at=now,
        token_id=actor.token_id,
    )
    if added is not None:
        ledger.record(
            session,
            meeting_id,
            "device.known",
            actor=actor.name,
            subject=f"device:{added}",
        )
