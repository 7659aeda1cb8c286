"""The moderator's console, the chairman's view, the hall screen."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template

from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.live import hub
from kiosk.plugin import SpeakingPolicy
from kiosk.plugin import registry
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.speakers import queries

blueprint = Blueprint("speakers", __name__)


# Views of other rooms that these pages follow where they are installed: what was prepared
# for the people on the list.
BESIDE = ("prepared",)


def _facts(*beside: str) -> dict[str, object]:
    here, session = acting(), db.session()
    found = hub.snapshot(session, here.meeting.id, "speakers")
    views = [name for name in beside if _may_follow(here, name)]
    return {
        "meeting": here.meeting,
        "snapshot": found if here.roles & queries.NOTES_FOR else queries.without_notes(found),
        "topics": meetings.topics(session, here.meeting.id),
        "beside": {name: hub.snapshot(session, here.meeting.id, name) for name in views},
        "views": ["speakers", *views],
        "policies": [_policy(policy) for policy in registry().policies.values()],
    }


def _may_follow(here: Acting, name: str) -> bool:
    view = registry().views.get(name)
    return view is not None and here.may(view.permission)


def _policy(policy: SpeakingPolicy) -> dict[str, object]:
    return {
        "name": policy.name,
        "title": str(policy.title),
        "detail": str(policy.detail),
        "draws": policy.draws,
    }


@blueprint.get("/m/<m>/speakers")
@needs("speakers.manage")
def console(m: str) -> str:
    """Show the moderator's console."""
    return render_template("speakers/console.html", **_facts(*BESIDE))


@blueprint.get("/m/<m>/chair")
@needs("speakers.manage")
def chair(m: str) -> str:
    """Show the chairman who speaks and who is next; nothing to press."""
    return render_template("speakers/chair.html", **_facts(*BESIDE))


@blueprint.get("/m/<m>/hall")
@needs("speakers.hall")
def hall(m: str) -> str:
    """Show the hall screen."""
    return render_template("speakers/hall.html", **_facts("house"))


@blueprint.get("/m/<m>/speakers/record")
@needs("speakers.statistics")
def record(m: str) -> str:
    """Show who spoke and for how long, with the files and the picture."""
    meeting = acting().meeting
    found = queries.statistics(db.session(), meeting.id)
    return render_template("speakers/record.html", meeting=meeting, found=found)
