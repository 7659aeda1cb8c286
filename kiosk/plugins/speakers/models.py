"""Turns of the speaker queue, the state of the floor, the steps that can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import text
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db import Base
from kiosk.db import UtcDateTime

_RUNNING = text("state IN ('speaking', 'paused')")
_WAITING = text("state = 'waiting'")


class Turn(Base):
    """One entry of the speaker queue.

    The database holds the two rules that simultaneous requests could break: one turn
    runs at a time, and a person waits once in each kind.
    """

    __tablename__ = "turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[str] = mapped_column(String(10), default="normal")
    note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    position: Mapped[int] = mapped_column(default=0)
    absences: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds_paused: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    allotted: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("kind in ('normal', 'priority')", name="kind"),
        CheckConstraint(
            "state in ('waiting', 'speaking', 'paused', 'finished', 'withdrawn', 'absent')",
            name="state",
        ),
        Index(
            "uq_turn_running",
            "meeting_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index(
            "uq_turn_waiting",
            "delegate_id",
            "kind",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        # The id of a turn that was taken back must not become somebody else's.
        {"sqlite_autoincrement": True},
    )


class Floor(Base):
    """The state of a meeting's speaker list; `seconds` None means the meeting's own."""

    __tablename__ = "floor"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    open: Mapped[bool] = mapped_column(default=True)
    present_only: Mapped[bool] = mapped_column(default=False)
    seconds: Mapped[int | None]
    locked: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str] = mapped_column(String(20), default="arrival")


class QueueStep(Base):
    """One step of the queue with what takes it back."""

    __tablename__ = "queue_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    inverse: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone: Mapped[bool] = mapped_column(default=False)
