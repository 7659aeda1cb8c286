"""Invitations, the answers to them, and how they were brought to people.

Codes themselves are not kept, only their digests.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON
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


_LIVE = text("state in ('waiting', 'sending', 'made')")


class LetterWording(Base):
    """One saving of a form of the letter; the latest that was not undone holds.

    `words` has only what differs from the ready wording, so an empty one resets. The form
    "head" holds what all letters share: number, day, signature.
    """

    __tablename__ = "letter_wording"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(String(12))
    words: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(String(200))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_letter_wording_meeting_id_form", "meeting_id", "form"),)


class DeliveryBatch(Base):
    """Invitations that go out together by one channel.

    `round` says which area or group it is for, `carrier` who carries the letters.
    """

    __tablename__ = "delivery_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    round: Mapped[str] = mapped_column(String(40), default="")
    carrier: Mapped[str] = mapped_column(String(120), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One invitation on its way to its holder by one channel.

    `state`: waiting and sending (a machine sends it), made (printed or packed, a person
    carries it), then sent, refused, unsure (it may have arrived: a person decides) or
    dropped (made void before it went). `claim` names the sender that holds it.
    """

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_batch_id: Mapped[int] = mapped_column(
        ForeignKey("delivery_batch.id", ondelete="CASCADE"), index=True
    )
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    delegate_id: Mapped[int] = mapped_column(
        ForeignKey("delegate.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(20))
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claim: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        # Whatever two workers decide at once, one invitation is on one way only once.
        Index(
            "uq_delivery_live",
            "invitation_id",
            "channel",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint(
            "state in ('waiting', 'sending', 'made', 'sent', 'refused', 'unsure', 'dropped')",
            name="state",
        ),
    )
