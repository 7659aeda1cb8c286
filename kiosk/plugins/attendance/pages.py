"""The live attendance page."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.errors import NotFound
from kiosk.live import hub
from kiosk.plugins.attendance import queries
from kiosk.plugins.attendance import rules
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.meetings import queries as meetings
from kiosk.web.api import answer
from kiosk.web.downloads import workbook

blueprint = Blueprint("attendance", __name__)


@blueprint.get("/m/<m>/attendance")
@needs("attendance.read")
def board(m: str) -> str:
    """Show attendance; the page follows by itself."""
    here = acting()
    found = hub.snapshot(db.session(), here.meeting.id, "attendance")
    names = bool(here.roles & queries.NAMES_FOR)
    meeting = here.meeting
    phase = rules.phase(
        here.now,
        doors=meeting.doors,
        opens_at=meeting.doors_open_at,
        ends_at=meeting.ends_at,
        invited=found["invited"],
        here=max(found["present"], found["inside"]),
    )
    return render_template(
        "attendance/board.html",
        meeting=meeting,
        phase=phase,
        snapshot=found if names else queries.without_names(found),
        names=names,
        areas=meetings.areas(db.session(), meeting.id),
    )


@blueprint.get("/m/<m>/attendance/devices")
@needs("checkin.devices")
def machines(m: str) -> str:
    """Give the card that says whether the machines work."""
    here = acting()
    found = checkin.devices(db.session(), here.meeting.id, here.now)
    paired = [device for device in found if device.state == "paired"]
    return render_template("attendance/machines.html", m=m, devices=paired)


@blueprint.get("/m/<m>/attendance/phone/<int:delegate_id>")
@needs("attendance.call")
def phone(m: str, delegate_id: int) -> Response:
    """Give the number of one person who has not come, to who calls."""
    number = queries.phone(db.session(), acting().meeting.id, delegate_id)
    if not number:
        raise NotFound("no_phone", _("No telephone number is known."))
    return answer({"phone": number})


@blueprint.get("/m/<m>/attendance.xlsx")
@needs("attendance.export")
def download(m: str) -> Response:
    """Give the table as a workbook."""
    here = acting()
    return workbook(queries.table(db.session(), here.meeting.id), f"diem-danh-{m}.xlsx")
