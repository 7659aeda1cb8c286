"""Attendance over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk.auth.access import needs
from kiosk.live import hub
from kiosk.plugins.attendance.schemas import AttendanceSnapshot
from kiosk.web.api import described

blueprint = Blueprint("attendance_api", __name__, url_prefix="/api/v1")


@blueprint.get("/meetings/<m>/attendance")
@described(
    "Who came: counts for everyone who may look, names for organiser and moderator",
    answer=AttendanceSnapshot,
    conditional=True,
)
@needs("attendance.read")
def read(m: str) -> Response:
    """Give the attendance snapshot."""
    return hub.polled("attendance")
