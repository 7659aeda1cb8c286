"""The nouns that plugins hang things on, from the meeting to the delegate, and who may use them.

No rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy import CheckConstraint
from sqlalchemy import ForeignKey
from sqlalchemy import Index
from sqlalchemy import String
from sqlalchemy import Text
from sqlalchemy import UniqueConstraint
from sqlalchemy import text
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from kiosk.db.base import Base
from kiosk.db.base import UtcDateTime
from kiosk.db.base import key_text


class Meeting(Base):
    """One dialogue. `name` is its short name in URLs; `doors` is open, closed or auto.

    `tag` (4 characters) and `code_key` belong to the codes of its invitations. It may open
    when `minimum_percent` of those invited are there: the office's own measure, no quorum.
    `erased_at` is when its people were erased; nothing is taken in after that.
    """

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    host: Mapped[str] = mapped_column(String(200), default="")
    venue: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    ward: Mapped[str] = mapped_column(String(120), default="")
    org_name: Mapped[str] = mapped_column(String(200), default="")
    place_name: Mapped[str] = mapped_column(String(120), default="")
    plan_number: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    doors: Mapped[str] = mapped_column(String(6), default="auto")
    doors_open_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tag: Mapped[str] = mapped_column(String(4), unique=True)
    code_key: Mapped[bytes]
    seconds_per_turn: Mapped[int] = mapped_column(default=180)
    minimum_percent: Mapped[int] = mapped_column(default=50, server_default="50")
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    programme: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("doors in ('open', 'closed', 'auto')", name="doors"),)


class Group(Base):
    """A composition group. `rank` is its order of precedence, `target` the places planned.

    `zone` is where its people sit.
    """

    __tablename__ = "group"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int]
    target: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10), default="official")
    zone: Mapped[str] = mapped_column(String(40), default="", server_default="")

    __table_args__ = (
        UniqueConstraint("meeting_id", "code"),
        CheckConstraint("kind in ('official', 'household', 'guest')", name="kind"),
    )


class Area(Base):
    """A residential area; `aliases` are other spellings met in lists."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    rank: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("meeting_id", "name"),)


class Body(Base):
    """An office that sends delegates, or answers opinions (`answers`).

    With `struck_at` it sends nobody this time, and nobody misses it.
    """

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"))
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80), default="")
    rank: Mapped[int] = mapped_column(default=0)
    slots: Mapped[int] = mapped_column(default=1)
    answers: Mapped[bool] = mapped_column(default=False)
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("meeting_id", "name"),)


class Topic(Base):
    """One of the plan's subjects: `name` is short, `wording` as the plan puts it."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    wording: Mapped[str] = mapped_column(Text, default="")
    icon: Mapped[str] = mapped_column(String(40), default="message-square")
    rank: Mapped[int] = mapped_column(default=0)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))

    __table_args__ = (UniqueConstraint("meeting_id", "code"),)


class Household(Base):
    """A household: one seat. `number` is the ward's own numbering, as text."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    number: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(300), default="")


class Delegate(Base):
    """A person of the meeting; counts once however many roles are held.

    `origin` is invited, added (by hand) or walk_in. `folded` is what a search looks
    into, `sort_key` orders by given name. `seat` is a place or a zone of the hall, empty
    where the group's own counts. Who said before that he cannot come has `excused_at`.
    """

    __tablename__ = "delegate"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    salutation: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    birth_year: Mapped[int | None]
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(200), default="", server_default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    origin: Mapped[str] = mapped_column(String(10), default="invited")
    folded: Mapped[str] = mapped_column(String(600), default="")
    sort_key: Mapped[str] = mapped_column(key_text(600), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seat: Mapped[str] = mapped_column(String(40), default="", server_default="")
    excused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    excused_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

    __table_args__ = (
        Index("ix_delegate_meeting_id_sort_key", "meeting_id", "sort_key"),
        CheckConstraint("origin in ('invited', 'added', 'walk_in')", name="origin"),
    )


class DelegateRole(Base):
    """An office that a delegate holds in a body."""

    __tablename__ = "delegate_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(
        ForeignKey("delegate.id", ondelete="CASCADE"), index=True
    )
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")


class User(Base):
    """A person who signs in. Raising `session_epoch` ends all sessions of the user."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Base):
    """A role of a user in a meeting, or in every meeting when `meeting_id` is empty."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))

    __table_args__ = (
        Index(
            "uq_membership_everywhere",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("meeting_id IS NULL"),
            postgresql_where=text("meeting_id IS NULL"),
        ),
        Index("uq_membership_meeting", "user_id", "meeting_id", "role", unique=True),
    )


class SignInLink(Base):
    """A one-time link by which a user signs in and chooses a password.

    `meeting_id` is where it was made: it opens only while the user has no password and no
    role outside of that meeting. Without one it was made at the machine itself.
    """

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccessToken(Base):
    """A bearer token of a device or a program: one role in one meeting."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Tries(Base):
    """Tries of one kind by one key in the minute that began at `minute` (epoch minutes)."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
