"""Invitations over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import writing
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.schemas import InvitationCode
from kiosk.web.api import answer
from kiosk.web.api import described

blueprint = Blueprint("invitations_api", __name__, url_prefix="/api/v1")


@blueprint.post("/meetings/<m>/delegates/<int:delegate_id>/invitation")
@described("Issue an invitation, or reissue and replace it", answer=InvitationCode, status=201)
@needs("invitations.edit")
def issue(m: str, delegate_id: int) -> Response:
    """Issue or reissue; the only answer that ever holds the code."""
    here = acting()
    with writing() as session:
        made = service.issue(
            session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now
        )
    return answer({"code": made.code, "short": made.short}, 201)


@blueprint.delete("/meetings/<m>/delegates/<int:delegate_id>/invitation")
@described("Withdraw an invitation", status=204)
@needs("invitations.edit")
def withdraw(m: str, delegate_id: int) -> Response:
    """Make the code worthless."""
    here = acting()
    with writing() as session:
        service.withdraw(session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now)
    return Response(status=204)
