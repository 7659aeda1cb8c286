"""Attendance over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk import live
from kiosk.access import acting
from kiosk.access import needs
from kiosk.api import answer
from kiosk.api import described
from kiosk.db import db
from kiosk.plugins.attendance import queries

blueprint = Blueprint("attendance_api", __name__, url_prefix="/api/v1")


@blueprint.get("/meetings/<m>/attendance")
@described("Who came: counts for everyone who may look, names for organiser and moderator")
@needs("attendance.read")
def read(m: str) -> Response:
    """Give the attendance snapshot."""
    here = acting()
    found = live.snapshot(db.session(), here.meeting.id, "attendance")
    return answer(found if here.roles & queries.NAMES_FOR else queries.without_names(found))
