"""The roster a device keeps for the time without a network.

For a gate each row is sealed: its key is the beginning of the code's digest and its
content is encrypted under a key derived from the code itself. A stolen tablet reveals
nobody; only a presented code opens its own row. Letters that were replaced or withdrawn
have a row too, without a name, so that they are told apart offline as they are online.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import generation
from kiosk import text
from kiosk.model import Meeting
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin import sealing
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations

ROW_KEY_CHARS = 24
# Lengths tell who has come, and something of names: every row is as long as most.
PADDED = 512
# What a staffed tablet also holds in the clear, to search by. Never phones, birth dates.
SEARCHED = (
    *("id", "name", "salutation", "title", "group", "group_kind", "area", "household"),
    *("in", "first", "holder"),
)


def row_key(code: str) -> str:
    """Return the key of a sealed row: the beginning of SHA-256 of "row:" and the code."""
    return hashlib.sha256(f"row:{code}".encode()).hexdigest()[:ROW_KEY_CHARS]


def seal(code: str, content: dict[str, Any]) -> str:
    """Return the content encrypted (AES-256-GCM) under a key that only the code gives.

    The nonce comes from the content: the same row seals the same, so that an unchanged
    roster keeps its ETag, and another content never meets the same nonce.
    """
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    # Blanks after a JSON value mean nothing to whoever reads it.
    plain = plain.ljust(-(-len(plain) // PADDED) * PADDED)
    key = hashlib.sha256(f"seal:{code}".encode()).digest()
    nonce = hashlib.sha256(key + plain).digest()[:12]
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode()


def build(session: Session, meeting: Meeting, profile: str, now: datetime) -> dict[str, Any]:
    """Return the roster for a device of this profile.

    `doors` is what opening and closing is decided by, `others` what other meetings of
    this house say of themselves in public, by the tag of their codes; `seal` is the key
    for what the device keeps of its own scans, `generation` tells whether the server has
    lost some of them. A meeting that is over has no rows: names leave every tablet.
    """
    over = is_over(meeting, now)
    people = {} if over else _people(session, meeting)
    rows = [] if over else _rows(session, meeting, people, named=profile != "gate")
    found: dict[str, Any] = {
        "rows": rows,
        "tag": meeting.tag,
        "doors": doors(meeting),
        "over": over,
        "others": _others(session, meeting),
        "seal": sealing.public_text(invitations.key_of(meeting)),
        "generation": generation.current(session),
    }
    if profile != "gate":
        coded = {row["id"] for row in rows if "id" in row}
        found["without_code"] = [_open(p) for key, p in people.items() if key not in coded]
    canonical = json.dumps(found, sort_keys=True).encode()
    return {"version": hashlib.sha256(canonical).hexdigest()[:20], **found}


def doors(meeting: Meeting) -> dict[str, str]:
    """Return what opening and closing is decided by."""
    return {
        "state": meeting.doors,
        "opens_at": clock.rfc3339(meeting.doors_open_at),
        "ends_at": clock.rfc3339(meeting.ends_at),
    }


def is_over(meeting: Meeting, now: datetime) -> bool:
    """Whether nobody comes to the meeting any more."""
    erased = meeting.erased_at is not None
    return rules.is_over(rules.Hours(meeting.doors, meeting.ends_at, erased), now)


def _rows(
    session: Session, meeting: Meeting, people: dict[int, dict[str, Any]], *, named: bool
) -> list[dict[str, Any]]:
    found = []
    for kind, code in invitations.every_code(session, meeting):
        person = people.get(code.delegate_id, {}) if kind == "current" else {}
        content = {"state": kind, **person}
        row = {"key": row_key(code.code), "sealed": seal(code.code, content)}
        found.append({**row, **_open(person)} if named and person else row)
    return sorted(found, key=lambda row: row["key"])


def _open(person: dict[str, Any]) -> dict[str, Any]:
    return {name: person[name] for name in SEARCHED}


def _people(session: Session, meeting: Meeting) -> dict[int, dict[str, Any]]:
    announced = invitations.announced(session, meeting.id)
    came = {one.delegate_id: one for one in queries.presence(session, meeting.id)}
    found: dict[int, dict[str, Any]] = {}
    # Who holds the seat of a household, by its number.
    holders: dict[str, dict[str, Any]] = {}
    for person in delegates.everyone(session, meeting.id):
        there = came.get(person.id)
        found[person.id] = {
            "id": person.id,
            "name": person.name,
            "salutation": person.salutation,
            "title": person.title,
            "group": person.group,
            "group_kind": person.group_kind,
            "area": person.area,
            "household": person.household,
            "announced": announced.get(person.id),
            "in": there is not None and there.state == "in",
            "first": (
                {"at": clock.rfc3339(there.first_at), "device": there.device} if there else None
            ),
        }
        if there is not None and not there.observer and person.household:
            holders[person.household] = {
                "id": person.id,
                "who": text.called(person.salutation, person.name),
                "at": clock.rfc3339(there.first_at),
            }
    for facts in found.values():
        facts["holder"] = holders.get(facts["household"])
    return found


def _others(session: Session, meeting: Meeting) -> dict[str, dict[str, str]]:
    rows = session.execute(
        select(Meeting.tag, Meeting.title, Meeting.starts_at, Meeting.venue).where(
            Meeting.id != meeting.id
        )
    )
    return {
        row.tag: {
            "title": row.title,
            "starts_at": clock.rfc3339(row.starts_at),
            "venue": row.venue,
        }
        for row in rows
    }
