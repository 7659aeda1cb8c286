"""People over HTTP: for somebody who is signed in, never for a token."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import writing
from kiosk.plugins.accounts import pages
from kiosk.plugins.accounts import service
from kiosk.plugins.accounts.schemas import NewRole
from kiosk.plugins.accounts.schemas import RoleGiven
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("accounts_api", __name__, url_prefix="/api/v1")


@blueprint.post("/meetings/<m>/people")
@described("Give a person a role", body=NewRole, answer=RoleGiven, status=201)
@needs("people.manage", person=True)
def give(m: str) -> Response:
    """Give a person a role in the meeting."""
    here = acting()
    wanted = parse(NewRole)
    with writing() as session:
        given = service.give_role(
            session,
            here.meeting.id,
            wanted.name,
            wanted.email,
            wanted.role,
            actor=here.actor.name,
            now=here.now,
            body_id=wanted.body,
        )
    return answer({"link": None if given.link is None else pages.link_of(given.link)}, 201)
