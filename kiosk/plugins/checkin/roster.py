"""The roster a device keeps for the time without a network.

For a gate each row is sealed: its key is the beginning of the code's digest and its
content is encrypted under a key derived from the code itself. A stolen tablet reveals
nobody; only a presented code opens its own row.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from kiosk.model import Meeting
from kiosk.plugins.checkin import queries
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations

ROW_KEY_CHARS = 24


def row_key(code: str) -> str:
    """Return the key of a sealed row: the beginning of SHA-256 of "row:" and the code."""
    return hashlib.sha256(f"row:{code}".encode()).hexdigest()[:ROW_KEY_CHARS]


def seal(code: str, content: dict[str, Any]) -> str:
    """Return the content encrypted (AES-256-GCM) under a key that only the code gives.

    The nonce comes from the content: the same row seals the same, so that an unchanged
    roster keeps its ETag, and another content never meets the same nonce.
    """
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    key = hashlib.sha256(f"seal:{code}".encode()).digest()
    nonce = hashlib.sha256(key + plain).digest()[:12]
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode()


def rows(session: Session, meeting: Meeting, profile: str) -> list[dict[str, Any]]:
    """Return the rows for a device of this profile."""
    people = {person.id: person for person in delegates.everyone(session, meeting.id)}
    inside = queries.present_ids(session, meeting.id)
    found = []
    for code in invitations.codes(session, meeting):
        person = people[code.delegate_id]
        content = {
            "id": person.id,
            "name": person.name,
            "salutation": person.salutation,
            "group": person.group,
            "area": person.area,
            "household": person.household,
            "in": person.id in inside,
        }
        row: dict[str, Any] = {"key": row_key(code.code), "sealed": seal(code.code, content)}
        if profile != "gate":
            row.update(
                {name: content[name] for name in ("id", "name", "salutation", "group", "area")}
            )
        found.append(row)
    return sorted(found, key=lambda row: row["key"])
