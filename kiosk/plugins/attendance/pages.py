"""The live attendance page."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template
from werkzeug.wrappers import Response

from kiosk import live
from kiosk.access import acting
from kiosk.access import needs
from kiosk.db import db
from kiosk.download import workbook
from kiosk.plugins.attendance import queries
from kiosk.plugins.meetings import queries as meetings

blueprint = Blueprint("attendance", __name__)


@blueprint.get("/m/<m>/attendance")
@needs("attendance.read")
def board(m: str) -> str:
    """Show attendance; the page follows by itself."""
    here = acting()
    found = live.snapshot(db.session(), here.meeting.id, "attendance")
    names = bool(here.roles & queries.NAMES_FOR)
    return render_template(
        "attendance/board.html",
        meeting=here.meeting,
        snapshot=found if names else queries.without_names(found),
        names=names,
        areas=meetings.areas(db.session(), here.meeting.id),
    )


@blueprint.get("/m/<m>/attendance.xlsx")
@needs("attendance.export")
def download(m: str) -> Response:
    """Give the table as a workbook."""
    here = acting()
    return workbook(queries.table(db.session(), here.meeting.id), f"diem-danh-{m}.xlsx")
