"""The ledger: who did what and when, and the version of every live view.

A verb records its change in the transaction that makes it. The version of each view
that watches this kind of change rises in the same commit, so a screen that has the
version has the content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import Insert
from sqlalchemy import String
from sqlalchemy import bindparam
from sqlalchemy import column
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import literal_column
from sqlalchemy import select
from sqlalchemy import table
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import Session
from sqlalchemy.orm import mapped_column

from kiosk import clock
from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import line
from kiosk.plugin import registry

CHANNEL = "kiosk_changes"
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Change(Base):
    """One thing that happened: `actor` did `kind` to `subject`, with its facts."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (Index("ix_change_meeting_id_id", "meeting_id", "id"),)


class ViewVersion(Base):
    """How often the content of a view of a meeting has changed."""

    __tablename__ = "view_version"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True
    )
    view: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


_CHANGE = Prepared(
    insert(Change)
    .values(
        {
            name: bindparam(name)
            for name in ("meeting_id", "at", "actor", "kind", "subject", "facts")
        }
    )
    .inline()
)
_RAISED: dict[str, Any] = {"version": literal_column("view_version.version + 1")}


def _raise(make: Any, count: int) -> Insert:
    rows = [
        {"meeting_id": bindparam("meeting_id"), "view": bindparam(f"view_{n}"), "version": 1}
        for n in range(count)
    ]
    statement: Insert = (
        make(ViewVersion)
        .values(rows)
        .on_conflict_do_update(index_elements=["meeting_id", "view"], set_=_RAISED)
        .returning(ViewVersion.view, ViewVersion.version)
    )
    return statement


@cache
def _raising(count: int) -> Prepared:
    """Return the statement that raises so many views at once."""
    return Prepared(
        {
            "sqlite": _raise(sqlite.insert, count),
            "postgresql": _raise(postgresql.insert, count),
        }
    )


_VERSION = Prepared(
    select(ViewVersion.version).where(
        ViewVersion.meeting_id == bindparam("meeting_id"), ViewVersion.view == bindparam("view")
    )
)
# The nouns stand on this module: named here, not imported.
_MEETINGS = select(table("meeting", column("id")))
_NOTIFY = text(f"NOTIFY {CHANNEL}")


def record(
    session: Session,
    meeting_id: int | None,
    kind: str,
    *,
    actor: str,
    subject: object = None,
    facts: dict[str, Any] | None = None,
) -> dict[str, int]:
    """Write one change and raise the views it moves; returns their new versions.

    `kind` is dotted ("presence.in"), `actor` a name for people, `subject` what it was
    done to ("delegate:12"), `facts` JSON values. Call it last in a verb: on PostgreSQL
    the row of a view's version is a lock that every writer of the meeting meets.
    """
    wire = line(session)
    wire.run(
        _CHANGE,
        meeting_id=meeting_id,
        at=clock.now(),
        actor=actor,
        kind=kind,
        subject=None if subject is None else str(subject),
        facts=facts,
    )
    if meeting_id is None:
        return {}
    # In one order everywhere, so that two writers never wait for each other.
    moved = sorted(view.name for view in registry().views.values() if view.is_moved_by(kind))
    if not moved:
        return {}
    names = {f"view_{n}": name for n, name in enumerate(moved)}
    raised = dict(wire.all(_raising(len(moved)), meeting_id=meeting_id, **names))
    if wire.on_postgresql:
        session.execute(_NOTIFY)
    return raised


def version_of(session: Session, meeting_id: int, view: str) -> int:
    """Return the version of a view; 0 when nothing has happened yet."""
    return line(session).scalar(_VERSION, meeting_id=meeting_id, view=view) or 0


def versions(session: Session) -> dict[tuple[int, str], int]:
    """Return the version of every view of every meeting."""
    rows = session.execute(select(ViewVersion.meeting_id, ViewVersion.view, ViewVersion.version))
    return {(meeting_id, view): version for meeting_id, view, version in rows}


def highest(session: Session) -> int:
    """Return the highest version of any view; 0 when nothing has happened yet."""
    return session.scalar(select(func.max(ViewVersion.version))) or 0


def lift(session: Session, views: Sequence[str], seen: int, now: datetime) -> None:
    """Raise every view of every meeting above what any screen can have seen.

    Rows brought back from a backup count from below: a screen, or a browser that asks with the
    version it has, would take old for new. `seen` is the highest version so far. Seconds
    since 2020 are above whatever was counted up by one before, here or on a lost machine.
    """
    floor = max(seen, highest(session), int((now - _EPOCH).total_seconds())) + 1
    meetings = list(session.scalars(_MEETINGS))
    session.execute(delete(ViewVersion))
    lifted = [
        {"meeting_id": meeting, "view": view, "version": floor}
        for meeting in meetings
        for view in views
    ]
    if lifted:
        session.execute(insert(ViewVersion), lifted)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_NOTIFY)
