"""The meeting over HTTP."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint
from flask import Response
from pydantic import BaseModel
from pydantic import ConfigDict

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings import service
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("meetings_api", __name__, url_prefix="/api/v1")


class DoorsPatch(BaseModel):
    """What may be changed while the meeting runs."""

    model_config = ConfigDict(extra="forbid")

    doors: Literal["open", "closed", "auto"]


@blueprint.get("/meetings/<m>")
@described("Facts of a meeting")
@needs("meetings.read")
def read(m: str) -> Response:
    """Tell the facts of a meeting."""
    here = acting()
    return answer(queries.facts(db.session(), here.meeting, here.now))


@blueprint.patch("/meetings/<m>")
@described("Open or close the doors", body=DoorsPatch)
@needs("meetings.edit")
def change(m: str) -> Response:
    """Open or close the doors, or let them follow the times."""
    here = acting()
    wanted = parse(DoorsPatch)
    with writing() as session:
        service.set_doors(session, here.meeting.id, wanted.doors, actor=here.actor.name)
    meeting = queries.by_name(db.session(), m)
    return answer(queries.facts(db.session(), meeting or here.meeting, here.now))
