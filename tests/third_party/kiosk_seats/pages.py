"""The page of the seats and its live view."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import render_template
from sqlalchemy import ForeignKey
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import Session
from sqlalchemy.orm import mapped_column

from kiosk import Base
from kiosk import acting
from kiosk import needs
from kiosk import record
from kiosk import writing
from kiosk.db.base import db

blueprint = Blueprint("seats", __name__, template_folder="templates")


class Seat(Base):
    """One seat of the hall."""

    __tablename__ = "seats_seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return how many seats there are."""
    count = select(func.count()).select_from(Seat).where(Seat.meeting_id == meeting_id)
    return {"seats": session.scalar(count) or 0}


@blueprint.get("/m/<m>/seats")
@needs("seats.read")
def plan(m: str) -> str:
    """Show the seats."""
    return render_template("seats_plan.html", **snapshot(db.session(), acting().meeting.id))


@blueprint.post("/api/v1/meetings/<m>/seats")
@needs("seats.read")
def add(m: str) -> dict[str, Any]:
    """Add a seat."""
    here = acting()
    with writing() as session:
        session.add(Seat(meeting_id=here.meeting.id))
        session.flush()
        record(session, here.meeting.id, "seat.added", actor=here.actor.name)
    return snapshot(db.session(), here.meeting.id)
