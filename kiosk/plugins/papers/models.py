"""What the records clerk gave each paper, what was corrected by hand, the ward's templates."""

from __future__ import annotations

from datetime import date
from datetime import datetime

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


class IssuedPaper(Base):
    """A paper that has its number and date: given by the records clerk, recorded here."""

    __tablename__ = "issued_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(20))
    dated_on: Mapped[date]
    signing: Mapped[str] = mapped_column(String(4), default="TM")
    signer: Mapped[str] = mapped_column(String(120), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("meeting_id", "kind"),
        CheckConstraint("signing in ('TM', 'KT', 'TL')", name="signing"),
    )


class PaperCorrection(Base):
    """A paragraph written anew by hand. Append-only: the last one of a key counts.

    `before` is the text it took the place of, `made_from` what the facts said then: when
    they say something else now, the page tells. `text` is None where the facts' own
    words came back.
    """

    __tablename__ = "paper_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(60))
    text: Mapped[str | None] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    made_from: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_paper_correction_meeting_id_kind", "meeting_id", "kind"),)


class PaperTemplate(Base):
    """A Word template of the ward's own; `stored` is its name in the data folder."""

    __tablename__ = "paper_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("meeting_id", "kind"),)
