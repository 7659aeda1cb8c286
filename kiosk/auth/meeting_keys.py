"""The key of a meeting's codes: kept only sealed under the installation's secret key.

Whoever has the database without the secret key derives no code from it. What is kept is
one byte of version, a nonce and AES-256-GCM with the meeting's id as associated data, so
that a key moved to another row opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import Unavailable
from kiosk.models import Meeting

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SEALED_BYTES = len(_VERSION) + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES


class OtherSecretKey(Unavailable):
    """The secret key in use is not the one under which a meeting's key was sealed."""

    def __init__(self, meeting: str = "") -> None:
        super().__init__("other_secret_key", OTHER_SECRET_KEY, meeting=meeting)


OTHER_SECRET_KEY = _l(
    "The secret key is not the one with which the printed letters were made, so no code "
    "opens. Put the right KIOSK_SECRET_KEY or file secret-key back, or restore a backup."
)


def _wrapping_key(secret: str) -> bytes:
    return hmac.digest(hashlib.sha256(secret.encode()).digest(), b"meeting keys", "sha256")


def _context(meeting_id: int) -> bytes:
    return f"meeting:{meeting_id}".encode()


def seal(
    secret: str,
    meeting_id: int,
    key: bytes,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> bytes:
    """Return a meeting's key as the database keeps it."""
    nonce = random_bytes(_NONCE_BYTES)
    sealed = AESGCM(_wrapping_key(secret)).encrypt(nonce, key, _context(meeting_id))
    return _VERSION + nonce + sealed


def new(
    secret: str, meeting_id: int, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> bytes:
    """Return a new key of a meeting as the database keeps it."""
    return seal(secret, meeting_id, random_bytes(KEY_BYTES), random_bytes)


def is_sealed(kept: bytes) -> bool:
    """Whether this has the form of a sealed key."""
    return len(kept) == _SEALED_BYTES and kept[:1] == _VERSION


def opened(secret: str, meeting: Meeting) -> bytes:
    """Return the key from which a meeting's codes are made.

    Raises OtherSecretKey when it was sealed under another secret key, or not at all.
    """
    kept = meeting.code_key
    nonce, sealed = kept[1 : 1 + _NONCE_BYTES], kept[1 + _NONCE_BYTES :]
    if not is_sealed(kept):
        raise OtherSecretKey(meeting.name)
    try:
        return AESGCM(_wrapping_key(secret)).decrypt(nonce, sealed, _context(meeting.id))
    except InvalidTag as error:
        raise OtherSecretKey(meeting.name) from error


def closed(session: Session, secret: str) -> list[str]:
    """Return the short names of meetings whose key this secret key does not open."""
    found = []
    for meeting in session.scalars(select(Meeting).order_by(Meeting.id)):
        try:
            opened(secret, meeting)
        except OtherSecretKey:
            found.append(meeting.name)
    return found
