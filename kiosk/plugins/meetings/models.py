"""The checklist of a meeting, the ward's own calendar and deadlines."""

from __future__ import annotations

from datetime import date
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy import String
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime


class Task(Base):
    """Something to be done for a meeting, by `due_on` (a day in Vietnam).

    `key` names the deadline of the table that sets the day, if one does.
    """

    __tablename__ = "task"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date]
    key: Mapped[str] = mapped_column(String(24), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """A day that differs from the public holidays, for one meeting or (no id) for all.

    `works`: offices work on it, though it is a Saturday or a holiday; else they do not.
    """

    __tablename__ = "calendar_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    day: Mapped[date]
    works: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (UniqueConstraint("meeting_id", "day"),)


class MeetingDeadline(Base):
    """How many days a deadline of the table has in one meeting."""

    __tablename__ = "meeting_deadline"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    days: Mapped[int]
