"""The organiser's page of what the door left in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import NotFound
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin.reviews import rules
from kiosk.plugins.checkin.reviews import service
from kiosk.plugins.checkin.scans.values import Door
from kiosk.web import downloads

# The drawn time line: its width, and the room for a label at either end.
WIDTH, EDGE = 640, 64

blueprint = Blueprint("checkin_reviews", __name__)


@dataclass(frozen=True)
class Mark:
    """A moment on the time line: where, which kind of dot, what stands at it."""

    x: int
    kind: str
    label: str


@blueprint.get("/m/<m>/devices/conflicts")
@needs("checkin.devices")
def listing(m: str) -> str:
    """Show the reviews and the first that waits."""
    return _page(None)


@blueprint.get("/m/<m>/devices/conflicts/<int:review_id>")
@needs("checkin.devices")
def one(m: str, review_id: int) -> str:
    """Show one review beside the list."""
    return _page(review_id)


def _page(review_id: int | None) -> str:
    here = acting()
    door = Door(db.session(), here.meeting, here.actor, here.roles, here.now)
    cases = service.cases(door)
    chosen = next((case for case in cases if review_id in (None, case.id)), None)
    if chosen is None and review_id is not None:
        raise NotFound("no_review", _("There is no such review."))
    return render_template(
        "checkin/conflicts.html",
        cases=cases,
        case=chosen,
        marks=_marks(chosen) if chosen else [],
        width=WIDTH,
        open=sum(case.decision is None for case in cases),
        minutes=_minutes,
        exact=_exact,
    )


@blueprint.post("/m/<m>/devices/conflicts/<int:review_id>")
@needs("checkin.devices")
def decide(m: str, review_id: int) -> Response:
    """Write a decision down."""
    here = acting()
    decision = request.form.get("decision", "")
    with writing() as session:
        door = Door(session, here.meeting, here.actor, here.roles, here.now)
        guest = _("A second person, name to be asked")
        name = service.decide(door, review_id, decision, guest)
    flash(_("%(name)s: noted. You can change it here at any time.", name=name))
    return redirect(url_for("checkin_reviews.one", m=m, review_id=review_id))


@blueprint.get("/m/<m>/devices/conflicts/scans.xlsx")
@needs("checkin.devices")
def scans(m: str) -> Response:
    """Give every scan as a workbook."""
    here = acting()
    table = queries.scans_table(db.session(), here.meeting.id)
    return downloads.workbook(table, f"{m}-scans.xlsx")


def _marks(case: service.Case) -> list[Mark]:
    """Return the dots: when each record was made, and when what waited was sent."""
    moments: list[tuple[datetime, str, str]] = []
    for record in case.records:
        kind = "offline" if record.offline else "online"
        moments.append((record.at, kind, _("%(time)s in", time=clock.hm(record.at))))
    for record in case.records:
        if record.offline:
            words = _("%(time)s sent", time=clock.hm(record.received_at))
            moments.append((record.received_at, "sent", words))
    places = rules.places([at for at, _kind, _words in moments])
    span = WIDTH - 2 * EDGE
    return [
        Mark(round(EDGE + span * place), kind, words)
        for place, (_at, kind, words) in zip(places, moments, strict=True)
    ]


def _minutes(length: timedelta) -> str:
    """Return a length in the largest words that are still true."""
    seconds = abs(round(length.total_seconds()))
    if seconds < 60:
        words = _("%(n)s seconds", n=seconds)
    elif seconds < 3600:
        words = _("%(n)s minutes", n=round(seconds / 60))
    else:
        words = _("%(n)s hours", n=round(seconds / 3600))
    return str(words)


def _exact(moment: datetime) -> str:
    return clock.local(moment).strftime("%H:%M:%S")
