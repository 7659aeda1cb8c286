"""Devices, scans, and where each delegate stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import UniqueConstraint
from sqlalchemy import false
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime


class Device(Base):
    """A tablet or screen: first a pairing code (its digest), then a token.

    What it says of itself comes with each beat: `waiting` scans, `roster_at`, `battery` in
    percent, `skew` in seconds (ahead of the server is positive), `camera` in one word.
    `guessing_at` is when it last used up what it may guess at short codes.
    """

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    profile: Mapped[str] = mapped_column(String(10))
    pairing_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    pairing_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("access_token.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(120), default="", server_default="")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting: Mapped[int | None]
    roster_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    battery: Mapped[int | None]
    charging: Mapped[bool | None]
    skew: Mapped[int | None]
    camera: Mapped[str | None] = mapped_column(String(20))
    persisted: Mapped[bool | None]
    guessing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("profile in ('gate', 'desk', 'screen')", name="profile"),
        Index("uq_device_token_id", "token_id", unique=True),
    )


class Scan(Base):
    """One understood attempt at the door. Append-only; never holds a code or a card.

    `scan_id` is made on the device and sent again on every retry. `content` is a keyed
    digest of the request: the same id with other content is refused. `effect` is what
    the scan changed (first, return, left, amended, undone), `undoes` the scan it took back.
    `counts` is the organiser's word on whether it is part of where the delegate stands;
    without one its verdict decides (`rules.counts`).
    """

    __tablename__ = "scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    scan_id: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(String(64))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("access_token.id"))
    device: Mapped[str] = mapped_column(String(120))
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"))
    verdict: Mapped[str] = mapped_column(String(20), default="")
    direction: Mapped[str] = mapped_column(String(5))
    via: Mapped[str] = mapped_column(String(10))
    offline: Mapped[bool]
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    effect: Mapped[str | None] = mapped_column(String(10))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    observer: Mapped[bool] = mapped_column(default=False, server_default=false())
    counts: Mapped[bool | None]
    substitute: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (
        UniqueConstraint("meeting_id", "scan_id"),
        Index("ix_scan_delegate_id", "delegate_id", "id"),
    )


class Presence(Base):
    """Where a delegate stands now; no row means: has not come.

    `household_id` is the seat. Its UNIQUE constraint is the rule of one seat a household:
    nobody checks first and inserts then. Observers and officials hold no seat.
    """

    __tablename__ = "presence"

    delegate_id: Mapped[int] = mapped_column(
        ForeignKey("delegate.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), unique=True)
    state: Mapped[str] = mapped_column(String(3))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_device: Mapped[str] = mapped_column(String(120))
    first_token_id: Mapped[int | None] = mapped_column(ForeignKey("access_token.id"))
    via: Mapped[str] = mapped_column(String(10))
    observer: Mapped[bool] = mapped_column(default=False)
    substitute: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (CheckConstraint("state in ('in', 'out')", name="state"),)


class Review(Base):
    """A seat that devices without a network gave out twice, or a worthless letter let in.

    One for each seat: `seat` is "household:12", or "delegate:7" where there is no household.
    `decision` is the organiser's reading of what happened, None until there is one;
    `added_id` the person whom the reading "two people" put on the list.
    """

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    seat: Mapped[str] = mapped_column(String(30))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(12))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    added_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"))

    __table_args__ = (UniqueConstraint("meeting_id", "seat"),)


class Guess(Base):
    """A short code that a device sent, written down before it is looked up.

    `kind`: strange until it turns out to be ours; refused is the one row that says that the
    device had used up what it may guess. Kept for as long as it counts.
    """

    __tablename__ = "guess"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    actor: Mapped[str] = mapped_column(String(40))
    scan_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(7))

    __table_args__ = (
        CheckConstraint("kind in ('strange', 'ours', 'refused')", name="kind"),
        Index("ix_guess_meeting_id_actor_at", "meeting_id", "actor", "at"),
    )


class Call(Base):
    """A device that asks for a helper: open, then taken by somebody, then done.

    `reason` is the verdict on the screen, or a word; `walk_in` what somebody without an
    invitation typed about themselves.
    """

    __tablename__ = "door_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(40))
    sentence: Mapped[str] = mapped_column(String(300), default="")
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("delegate.id", ondelete="SET NULL"))
    walk_in: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(5), default="open")
    taken_by: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("state in ('open', 'taken', 'done')", name="state"),)
