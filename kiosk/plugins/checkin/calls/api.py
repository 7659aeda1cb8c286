"""Calls for a helper over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk import clock
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.rate_limits import limit
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.plugins.checkin import answers
from kiosk.plugins.checkin.calls import service
from kiosk.plugins.checkin.schemas import CallBody
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

CALLS_PER_MINUTE = 20

blueprint = Blueprint("checkin_calls", __name__, url_prefix="/api/v1")


@blueprint.post("/meetings/<m>/calls")
@described("Call for a helper", body=CallBody, answer=answers.CallMade, status=201)
@needs("checkin.scan", device_first=True)
def call(m: str) -> Response:
    """Call for a helper."""
    here = acting()
    wanted = parse(CallBody)
    limit(f"calls:{here.actor.kind}:{here.actor.id}", CALLS_PER_MINUTE)
    asked = service.Asked(
        wanted.reason,
        wanted.sentence,
        wanted.delegate,
        wanted.walk_in.model_dump(exclude_unset=True) if wanted.walk_in else None,
    )
    with writing() as session:
        made = service.call(session, here.meeting.id, asked, device=here.actor.name, now=here.now)
        told = {"id": made.id, "at": clock.rfc3339(made.at)}
    return answer(told, 201)


@blueprint.get("/meetings/<m>/calls")
@described("The calls for a helper, those that wait first", answer=answers.HelperCalls)
@needs("checkin.staff", device_first=True)
def listing(m: str) -> Response:
    """List the calls."""
    here = acting()
    return answer({"items": service.listing(db.session(), here.meeting.id)})


@blueprint.post("/meetings/<m>/calls/<int:call_id>/take")
@described("Say that somebody is on the way", answer=answers.HelperCalls)
@needs("checkin.staff", device_first=True)
def take(m: str, call_id: int) -> Response:
    """Take a call."""
    here = acting()
    with writing() as session:
        service.take(session, here.meeting.id, call_id, actor=here.actor.name, now=here.now)
    return answer({"items": service.listing(db.session(), here.meeting.id)})


@blueprint.post("/meetings/<m>/calls/<int:call_id>/done")
@described("Say that a call is done; a gate may say so of its own", answer=answers.HelperCalls)
@needs("checkin.scan", device_first=True)
def done(m: str, call_id: int) -> Response:
    """Finish a call."""
    here = acting()
    staffed = here.may("checkin.staff")
    with writing() as session:
        service.finish(
            session,
            here.meeting.id,
            call_id,
            actor=here.actor.name,
            staffed=staffed,
            now=here.now,
        )
    # A gate sees no names of others.
    items = service.listing(db.session(), here.meeting.id) if staffed else []
    return answer({"items": items})
