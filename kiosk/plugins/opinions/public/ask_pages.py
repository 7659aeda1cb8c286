"""Everyone's question in writing: from the public page into the register."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint
from flask import render_template
from flask import request
from flask_babel import gettext as _

from kiosk import clock
from kiosk.auth.access import public
from kiosk.auth.rate_limits import limit
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions.register import service
from kiosk.vietnamese import clean

ACTOR = "public page"
# A household sends a few; a machine that fills the register is stopped for everyone.
PER_ADDRESS_AND_MINUTE, PER_MEETING_AND_MINUTE = 4, 40
LONGEST_QUESTION, LONGEST_NAME = 2000, 120
# What an id in the database can be; more is nobody's.
LARGEST_ID = 2**31 - 1

blueprint = Blueprint("opinions_ask", __name__)


def _meeting(m: str) -> Meeting:
    found = meetings.by_name(db.session(), m)
    if found is None:
        raise NotFound("no_meeting", _("There is no such meeting, or it is not open to you."))
    return found


@blueprint.get("/p/<m>/question")
@public
def form(m: str) -> str:
    """Show the form of a question in writing."""
    return _form(_meeting(m), {}, None)


def _form(meeting: Meeting, typed: Mapping[str, str], error: KioskError | None) -> str:
    none = ("", _("Not chosen"))
    return render_template(
        "opinions/ask.html",
        meeting=meeting,
        over=clock.now() > meeting.ends_at,
        topics=[none, *((t.id, t.name) for t in meetings.topics(db.session(), meeting.id))],
        areas=[none, *((a.id, a.name) for a in meetings.areas(db.session(), meeting.id))],
        typed=typed,
        error=error,
        fields=error.fields if error else {},
        number=None,
    )


@blueprint.post("/p/<m>/question")
@public
def ask(m: str) -> str | tuple[str, int]:
    """Take a question in; what was typed is kept when something is wrong."""
    meeting, typed = _meeting(m), request.form
    meeting_id = meeting.id
    try:
        if clock.now() > meeting.ends_at:
            words = _("The dialogue is over. Please bring the matter to the citizens' desk.")
            raise Conflict("meeting_over", words)
        limit(f"ask:{meeting_id}:{request.remote_addr}", PER_ADDRESS_AND_MINUTE)
        limit(f"ask:{meeting_id}", PER_MEETING_AND_MINUTE)
        new = _read(typed)
        # A field that nobody sees: what fills it in is no person, and hears no more of it.
        if typed.get("website"):
            return _thanks(meeting, None)
        with writing() as session:
            taken = service.take_in(session, meeting_id, new, actor=ACTOR, now=clock.now())
    except KioskError as error:
        return _form(meeting, typed, error), error.status
    return _thanks(meeting, next(iter(taken.numbers), None))


def _thanks(meeting: Meeting, number: int | None) -> str:
    return render_template("opinions/ask.html", meeting=meeting, sent=True, number=number)


def _read(typed: Mapping[str, str]) -> service.NewOpinion:
    fields: dict[str, object] = {}
    text, name = typed.get("text", ""), clean(typed.get("name", ""))
    if not clean(text):
        fields["text"] = _("Please write the question.")
    for field, words, most in (("text", text, LONGEST_QUESTION), ("name", name, LONGEST_NAME)):
        if len(words) > most:
            fields[field] = _("This is too long: at most %(n)s letters.", n=most)
    if fields:
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields)
    return service.NewOpinion(
        "page",
        (service.NewMatter(text, topic_id=_id(typed.get("topic", "")), kind="question"),),
        (service.Author(None, name),) if name else (),
        _id(typed.get("area", "")),
    )


def _id(typed: str) -> int | None:
    if not typed:
        return None
    return min(int(typed), LARGEST_ID) if typed.isdecimal() and len(typed) < 17 else 0
