"""The moderator's console, the chairman's view, the hall screen."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template

from kiosk import live
from kiosk.access import acting
from kiosk.access import needs
from kiosk.db import db
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.speakers import queries

blueprint = Blueprint("speakers", __name__)


def _facts() -> dict[str, object]:
    here = acting()
    found = live.snapshot(db.session(), here.meeting.id, "speakers")
    return {
        "meeting": here.meeting,
        "snapshot": found if here.roles & queries.NOTES_FOR else queries.without_notes(found),
        "topics": meetings.topics(db.session(), here.meeting.id),
    }


@blueprint.get("/m/<m>/speakers")
@needs("speakers.manage")
def console(m: str) -> str:
    """Show the moderator's console."""
    return render_template("speakers/console.html", **_facts())


@blueprint.get("/m/<m>/chair")
@needs("speakers.manage")
def chair(m: str) -> str:
    """Show the chairman who speaks and who is next; nothing to press."""
    return render_template("speakers/chair.html", **_facts())


@blueprint.get("/m/<m>/hall")
@needs("speakers.hall")
def hall(m: str) -> str:
    """Show the hall screen."""
    return render_template("speakers/hall.html", **_facts())
