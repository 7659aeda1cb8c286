"""The page of the ward's calendar and the deadline table."""

from __future__ import annotations

from datetime import date
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
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings.calendar import queries
from kiosk.plugins.meetings.calendar import service
from kiosk.plugins.meetings.calendar.labels import DEADLINE_WORDS
from kiosk.plugins.meetings.calendar.rules import DEADLINES
from kiosk.web import forms

LONGEST_BREAK = timedelta(days=31)

blueprint = Blueprint("dating", __name__)


@blueprint.get("/m/<m>/dates")
@needs("meetings.dates")
def page(m: str) -> str:
    """Show the deadline table and the days off around the meeting."""
    return _page(None)


def _page(error: KioskError | None) -> str:
    here, session = acting(), db.session()
    year = clock.local(here.meeting.starts_at).year
    free = queries.free_days(session, here.meeting.id)
    days = queries.deadline_days(session, here.meeting.id)
    typed, shown = forms.kept(request.form, error) if error else ({}, None)
    if "day" in request.form or shown is None:
        # The table of deadlines was not what was sent: it shows what is stored.
        shown = dict(days)
    return render_template(
        "meetings/dates.html",
        meeting=here.meeting,
        fields=error.fields if error else {},
        error=error,
        typed=typed,
        shown=shown,
        deadlines=[(deadline, days[deadline.key]) for deadline in DEADLINES],
        words=DEADLINE_WORDS,
        free=[one for one in free if one.id or year <= one.day.year <= year + 1],
        dates={
            one.key: one
            for one in queries.legal_dates(session, here.meeting, clock.local(here.now).date())
        },
    )


@blueprint.post("/m/<m>/dates/<any(deadlines,day,forget):part>")
@needs("meetings.dates")
def save(m: str, part: str) -> Response | tuple[str, int]:
    """Save one part; what was typed is kept when something is wrong."""
    try:
        _PARTS[part]()
    except (Refused, Conflict) as error:
        return _page(error), error.status
    flash(_("Saved."))
    return redirect(url_for("dating.page", m=m, _anchor="days" if part != "deadlines" else None))


def _deadlines() -> None:
    here = acting()
    with writing() as session:
        forms.hold(session, Meeting, here.meeting.id)
        days = queries.deadline_days(session, here.meeting.id)
        meeting = session.get_one(Meeting, here.meeting.id)
        form = forms.merged(request.form, days)
        for key, kept in days.items():
            typed = form.values[key].strip()
            if typed and typed != str(kept):
                number = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
                service.set_deadline(session, meeting, key, number, actor=here.actor.name)
    if theirs := forms.told(form, DEADLINE_WORDS):
        flash(_("Somebody else changed meanwhile, and it stands: %(what)s.", what=theirs), "info")


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _day() -> None:
    here, form = acting(), request.form
    first = _day_of("day")
    last = _day_of("until") if form.get("until") else first
    fields: dict[str, object] = {}
    if first is None:
        fields["day"] = _("Please choose the day.")
    elif last is None or not first <= last <= first + LONGEST_BREAK:
        fields["until"] = _("The last day must be at most a month after the first.")
    if fields or first is None or last is None:
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields)
    with writing() as session:
        service.set_day(
            session,
            session.get_one(Meeting, here.meeting.id),
            [first + timedelta(days=i) for i in range((last - first).days + 1)],
            works=form.get("works") == "1",
            everywhere=form.get("everywhere") == "1" and _of_all_meetings(),
            name=form.get("name", ""),
            actor=here.actor.name,
        )


def _of_all_meetings() -> bool:
    return "organiser" in acting().actor.roles(None)


def _forget() -> None:
    here = acting()
    with writing() as session:
        day_id = request.form.get("id", 0, type=int)
        meeting = session.get_one(Meeting, here.meeting.id)
        service.forget_day(
            session,
            meeting,
            day_id,
            everywhere=_of_all_meetings(),
            actor=here.actor.name,
        )


_PARTS = {"deadlines": _deadlines, "day": _day, "forget": _forget}
