"""The meeting over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings import service
from kiosk.plugins.meetings.schemas import DoorsPatch
from kiosk.plugins.meetings.schemas import MeetingFacts
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("meetings_api", __name__, url_prefix="/api/v1")


@blueprint.get("/meetings/<m>")
@described("Facts of a meeting", answer=MeetingFacts)
@needs("meetings.read")
def read(m: str) -> Response:
    """Tell the facts of a meeting."""
    here = acting()
    return answer(queries.facts(db.session(), here.meeting, here.now))


@blueprint.patch("/meetings/<m>")
@described("Open or close the doors", body=DoorsPatch, answer=MeetingFacts)
@needs("meetings.edit")
def change(m: str) -> Response:
    """Open or close the doors, or let them follow the times."""
    here = acting()
    wanted = parse(DoorsPatch)
    with writing() as session:
        service.set_doors(session, here.meeting.id, wanted.doors, actor=here.actor.name)
    meeting = queries.by_name(db.session(), m)
    return answer(queries.facts(db.session(), meeting or here.meeting, here.now))
