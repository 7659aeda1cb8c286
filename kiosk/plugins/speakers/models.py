"""Turns of the speaker queue, the state of the floor, the steps that can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import false
from sqlalchemy import text
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime

_RUNNING = text("state IN ('speaking', 'paused')")
_WAITING = text("state = 'waiting'")


class Turn(Base):
    """One entry of the speaker queue.

    A turn that runs is in one of its parts (speech, answer, follow_up), which began at
    `part_started_at` with `allotted` seconds on the clock; `seconds_spoken` and
    `seconds_answered` hold the parts that are over. `granted` is what the speech was
    allotted at its start. `removed_at` takes a turn off the record, `outcome` is what came
    of the answer, `told_at` when the person was told to get ready.

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
    part: Mapped[str] = mapped_column(String(10), default="speech")
    part_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds_spoken: Mapped[int] = mapped_column(default=0)
    seconds_answered: Mapped[int] = mapped_column(default=0)
    granted: Mapped[int] = mapped_column(default=0)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(10), default="")
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

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
    """The state of a meeting's speaker list; `seconds` None means the meeting's own.

    `pace` is fixed or shrink: then each gets what fits, between `shortest` and `seconds`.
    `seed` is of the last draw, given as a number or as a text. `moved_at` is the version of
    the view at which the order last moved: an order made from that or a later version is not
    stale. `slide` is what the hall shows instead of the list, a break until `resumes_at`.
    `began_at` is the moderator's
    first step on the day of the meeting, `closed_at` when the hall was shown the closing.
    """

    __tablename__ = "floor"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    open: Mapped[bool] = mapped_column(default=True)
    present_only: Mapped[bool] = mapped_column(default=False)
    seconds: Mapped[int | None]
    locked: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str] = mapped_column(String(20), default="arrival")
    pace: Mapped[str] = mapped_column(String(10), default="fixed")
    shortest: Mapped[int] = mapped_column(default=60)
    answer_seconds: Mapped[int] = mapped_column(default=240)
    closing_seconds: Mapped[int] = mapped_column(default=1800)
    seed: Mapped[str] = mapped_column(String(64), default="")
    seed_is_number: Mapped[bool] = mapped_column(default=False, server_default=false())
    moved_at: Mapped[int] = mapped_column(default=0)
    slide: Mapped[str] = mapped_column(String(12), default="")
    resumes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class QueueStep(Base):
    """One step of the queue with what takes it back; `turn_id` when it is about one turn."""

    __tablename__ = "queue_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    turn_id: Mapped[int | None]
    inverse: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone: Mapped[bool] = mapped_column(default=False)


class WrittenQuestion(Base):
    """A question in writing, for the moderator to read out."""

    __tablename__ = "written_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    text: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
