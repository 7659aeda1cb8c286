"""The key of a meeting's codes lies in the database only sealed under the secret key."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic import op

from kiosk.auth import meeting_keys

revision = "entry_1"
down_revision = "0001"
branch_labels = None
depends_on = None

# How codes were made when this step was written: it must not change with the rules.
_ALPHABET = "0123456789BCFGHJKLMNPQRSTVXZ"
_PRIME = 773

_MEETING = sa.table(
    "meeting",
    sa.column("id", sa.Integer),
    sa.column("tag", sa.String),
    sa.column("code_key", sa.LargeBinary),
)
_INVITATION = sa.table(
    "invitation",
    sa.column("id", sa.Integer),
    sa.column("meeting_id", sa.Integer),
    sa.column("delegate_id", sa.Integer),
    sa.column("issue", sa.Integer),
    sa.column("digest", sa.String),
    sa.column("replaced_at", sa.DateTime),
    sa.column("withdrawn_at", sa.DateTime),
)


def _digest_of_code(secret: str, tag: str, key: bytes, delegate_id: int, issue: int) -> str:
    made = hmac.digest(key, f"code:{delegate_id}:{issue}".encode(), "sha256")
    number, text = int.from_bytes(made, "big"), tag
    for _ in range(18):
        number, value = divmod(number, len(_ALPHABET))
        text += _ALPHABET[value]
    weights = [pow(len(_ALPHABET), place, _PRIME) for place in range(23)]
    total = sum(_ALPHABET.index(char) * weights[place] for place, char in enumerate(text))
    high, low = divmod(-total % _PRIME * pow(weights[22], -1, _PRIME) % _PRIME, len(_ALPHABET))
    text += _ALPHABET[low] + _ALPHABET[high]
    lookup = hashlib.sha256(b"invitation lookup:" + secret.encode()).digest()
    return hmac.digest(lookup, text.encode(), "sha256").hex()


def _is_ours(connection: sa.Connection, secret: str, meeting: Any) -> bool | None:
    """Whether the meeting's letters were made under this secret key; None: it has none.

    An erased meeting has another key than its letters, and not one that stands.
    """
    issued = connection.execute(
        sa.select(_INVITATION.c.delegate_id, _INVITATION.c.issue, _INVITATION.c.digest)
        .where(
            _INVITATION.c.meeting_id == meeting.id,
            _INVITATION.c.replaced_at.is_(None),
            _INVITATION.c.withdrawn_at.is_(None),
        )
        .order_by(_INVITATION.c.id.desc())
        .limit(1)
    ).first()
    if issued is None:
        return None
    key = bytes(meeting.code_key)
    made = _digest_of_code(secret, meeting.tag, key, issued.delegate_id, issued.issue)
    return bool(made == issued.digest)


def upgrade() -> None:
    connection = op.get_bind()
    meetings = connection.execute(sa.select(_MEETING).order_by(_MEETING.c.id)).all()
    secret = context.config.attributes.get("secret_key")
    if not meetings:
        return
    if secret is None:
        raise RuntimeError("schema.upgrade needs the secret key: there are meetings with codes")
    fits = [_is_ours(connection, secret, meeting) for meeting in meetings]
    if False in fits and True not in fits:
        # Sealed under a wrong secret key nothing would ever open again.
        raise meeting_keys.OtherSecretKey
    for meeting in meetings:
        key = meeting_keys.seal(secret, meeting.id, bytes(meeting.code_key))
        connection.execute(
            sa.update(_MEETING).where(_MEETING.c.id == meeting.id).values(code_key=key)
        )


def downgrade() -> None:
    raise NotImplementedError("an older version would make other codes from a sealed key")
