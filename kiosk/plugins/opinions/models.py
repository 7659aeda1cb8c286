"""What people brought, the matters in it, who answers, what was concluded and posted."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime


class OpinionDesk(Base):
    """A meeting's register of matters: its last number and what the ward set.

    Its row is the lock under which numbers are given. Calendar and deadlines stand here
    from older versions only: they moved to the meeting.
    """

    __tablename__ = "opinion_desk"

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    last_number: Mapped[int] = mapped_column(default=0)
    holidays: Mapped[list[str] | None] = mapped_column(JSON)
    working_saturdays: Mapped[list[str]] = mapped_column(JSON, default=list)
    deadlines: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class Opinion(Base):
    """What somebody brought, by one channel, at one time; holds one or more matters."""

    __tablename__ = "opinion"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    channel: Mapped[str] = mapped_column(String(12))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    anonymous: Mapped[bool] = mapped_column(default=False)
    read_back: Mapped[bool] = mapped_column(default=False)
    # Not a foreign key: what was said stays when a step of the queue is taken back.
    turn_id: Mapped[int | None] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint(
            "channel in ('front', 'association', 'letter', 'phone', 'page', 'slip', 'spoken')",
            name="channel",
        ),
    )


class OpinionAuthor(Base):
    """One of the people who brought an opinion: a delegate, or a name taken down by hand."""

    __tablename__ = "opinion_author"

    id: Mapped[int] = mapped_column(primary_key=True)
    opinion_id: Mapped[int] = mapped_column(
        ForeignKey("opinion.id", ondelete="CASCADE"), index=True
    )
    delegate_id: Mapped[int | None] = mapped_column(
        ForeignKey("delegate.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    folded: Mapped[str] = mapped_column(String(200), default="")
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Matter(Base):
    """One subject in an opinion, with its own topic, body, due date and state.

    `number` is its place in the meeting's register; a denunciation has none. `title` is
    the wording for others, without names; `text` the words as brought. `revision` rises
    with every change. `folded` is what a search looks into.
    """

    __tablename__ = "matter"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    opinion_id: Mapped[int] = mapped_column(
        ForeignKey("opinion.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(300), default="")
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[str] = mapped_column(String(12), default="request")
    competence: Mapped[str] = mapped_column(String(10), default="ward")
    state: Mapped[str] = mapped_column(String(20), default="received")
    revision: Mapped[int] = mapped_column(default=1)
    lead_body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    due_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_by: Mapped[str] = mapped_column(String(200), default="")
    proposed: Mapped[str] = mapped_column(String(20), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    folded: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        Index("ix_matter_meeting_id_state", "meeting_id", "state"),
        CheckConstraint(
            "kind in ('request', 'report', 'suggestion', 'question', 'complaint', 'denunciation')",
            name="kind",
        ),
        CheckConstraint("competence in ('ward', 'above', 'elsewhere')", name="competence"),
        CheckConstraint(
            "state in ('received', 'classified', 'assigned', 'preparing', 'answered_in_hall', "
            "'answered_in_writing', 'in_progress', 'settled', 'passed_up', 'out_of_scope', "
            "'duplicate', 'redirected')",
            name="state",
        ),
    )


class MatterBody(Base):
    """A body that works on a matter beside the leading one."""

    __tablename__ = "matter_body"

    matter_id: Mapped[int] = mapped_column(
        ForeignKey("matter.id", ondelete="CASCADE"), primary_key=True
    )
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True, index=True)


class MatterStep(Base):
    """One step in the life of a matter; `before` and `after` hold the fields it changed."""

    __tablename__ = "matter_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class MatterFile(Base):
    """A file with an answer: `stored` is its random name in the data folder."""

    __tablename__ = "matter_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(200))


class TopicRule(Base):
    """Who answers matters of a topic, or those of its matters that hold one of the words."""

    __tablename__ = "topic_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    words: Mapped[list[str]] = mapped_column(JSON, default=list)
    lead_body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    with_body_ids: Mapped[list[int]] = mapped_column(JSON, default=list)


class Conclusion(Base):
    """What the chairman concluded, in general or on a matter; a body carries it out."""

    __tablename__ = "conclusion"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    revision: Mapped[int] = mapped_column(default=1)
    done_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state in ('open', 'doing', 'done', 'passed_up')", name="state"),
    )


class ConclusionNote(Base):
    """What was seen or reported of a conclusion: progress, supervision, reminder, change."""

    __tablename__ = "conclusion_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    conclusion_id: Mapped[int] = mapped_column(
        ForeignKey("conclusion.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("kind in ('progress', 'supervision', 'reminder', 'change')", name="kind"),
    )


class Posting(Base):
    """Results posted somewhere, from one day until another."""

    __tablename__ = "posting"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))
    posted_on: Mapped[date]
    until_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        CheckConstraint("kind in ('notice', 'results', 'loudspeaker', 'sent')", name="kind"),
    )
