"""The installation's generation: a random text that changes whenever a backup is brought back.

What was acknowledged after the backup was made is gone then. A tablet that sees another
generation than before offers again what it had sent. A plain start of the server leaves it.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Text
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import Session
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base

KEY = "generation"


class Installation(Base):
    """A fact of the installation itself, of no meeting: `key` names it."""

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def made() -> str:
    """Return a new generation: random text of 22 characters."""
    return secrets.token_urlsafe(16)


def current(session: Session) -> str:
    """Return the generation; the schema's step made the first one, so there always is one."""
    found = session.scalar(select(Installation.value).where(Installation.key == KEY))
    return found or ""


def renew(session: Session) -> str:
    """Give the installation a new generation and return it; the caller commits."""
    value = made()
    changed = session.execute(
        update(Installation)
        .where(Installation.key == KEY)
        .values(value=value)
        .returning(Installation.key)
    )
    if changed.first() is None:
        # A backup from before there were generations brought none.
        session.execute(insert(Installation).values(key=KEY, value=value))
    return value
