"""Invitations and the answers to them. Codes themselves are not kept, only their digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import text
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime

_CURRENT = text("replaced_at IS NULL AND withdrawn_at IS NULL")


class Invitation(Base):
    """The `issue`-th invitation of a delegate; at most one is current.

    `attempt` is how many short codes were taken before this one was free.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    issue: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    short_digest: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_invitation_issue", "delegate_id", "issue", unique=True),
        Index(
            "uq_invitation_current",
            "delegate_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
        Index("ix_invitation_meeting_id", "meeting_id"),
    )


class Reply(Base):
    """What a delegate last answered: yes, other (`name` comes instead, `relation`) or no."""

    __tablename__ = "reply"

    delegate_id: Mapped[int] = mapped_column(
        ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    answer: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(200), default="")
    relation: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("answer in ('yes', 'other', 'no')", name="answer"),)
