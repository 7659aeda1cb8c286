"""The speaker queue over HTTP: joining, calling, ordering."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint
from flask import Response
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.live import hub
from kiosk.plugin import registry
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers.queue import editing
from kiosk.plugins.speakers.queue import floor
from kiosk.plugins.speakers.queue import floor as speaking
from kiosk.plugins.speakers.queue import queries
from kiosk.plugins.speakers.queue import service
from kiosk.plugins.speakers.queue import undo as steps
from kiosk.plugins.speakers.queue.schemas import ArrangeBody
from kiosk.plugins.speakers.queue.schemas import EditBody
from kiosk.plugins.speakers.queue.schemas import ExtendBody
from kiosk.plugins.speakers.queue.schemas import FloorBody
from kiosk.plugins.speakers.queue.schemas import FollowUpBody
from kiosk.plugins.speakers.queue.schemas import OrderBody
from kiosk.plugins.speakers.queue.schemas import RegisterBody
from kiosk.plugins.speakers.queue.schemas import ReplyBody
from kiosk.plugins.speakers.queue.schemas import UndoBody
from kiosk.plugins.speakers.queue.schemas import WriteBody
from kiosk.plugins.speakers.schemas import Arrangement
from kiosk.plugins.speakers.schemas import Entry
from kiosk.plugins.speakers.schemas import Policy
from kiosk.plugins.speakers.schemas import SpeakersSnapshot
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

# Somebody still stands before the tablet that let them in.
ADMITTED_WITHIN = timedelta(minutes=5)

blueprint = Blueprint("speakers_api", __name__, url_prefix="/api/v1")


def snapshot(here: Acting) -> Response:
    """Answer with the view, without notes for roles that may not see them."""
    found = hub.snapshot(db.session(), here.meeting.id, "speakers")
    return answer(found if here.roles & queries.NOTES_FOR else queries.without_notes(found))


@blueprint.get("/meetings/<m>/speakers")
@described("The speaker list", answer=SpeakersSnapshot, conditional=True)
@needs("speakers.read")
def read(m: str) -> Response:
    """Give the speakers snapshot."""
    return hub.polled("speakers")


@blueprint.post("/meetings/<m>/speakers")
@described("Ask to speak", body=RegisterBody, answer=Entry, status=201)
@needs("speakers.register", device_first=True)
def register(m: str) -> Response:
    """Put somebody on the list."""
    here = acting()
    wanted = parse(RegisterBody)
    manages = here.may("speakers.manage")
    if here.actor.delegate_id is not None and not manages:
        only_self(here, wanted.delegate)
    if wanted.priority and not (manages or "desk" in here.roles):
        raise Forbidden("staff_only", _("This is done at the staffed desk."))
    request = service.Request(
        wanted.delegate, wanted.topic, "priority" if wanted.priority else "normal", wanted.note
    )
    try:
        with writing() as session:
            if _is_unattended(here):
                _only_just_admitted(session, here, wanted.delegate)
            turn_id = service.register(
                session,
                here.meeting.id,
                request,
                by_moderator=manages,
                only_present=_is_unattended(here),
                actor=here.actor.name,
                now=here.now,
            )
    except IntegrityError as error:
        # Two requests of one person at the same instant: the database let one through.
        raise Conflict("already_waiting", _("This person is on the list already.")) from error
    return answer(queries.one(db.session(), here.meeting.id, turn_id), 201)


def _is_unattended(here: Acting) -> bool:
    """Whether only a self-service tablet asks: it may do so for who has just come in."""
    return "gate" in here.roles and not here.roles & {"organiser", "moderator", "desk"}


def _only_just_admitted(session: Session, here: Acting, delegate_id: int | None) -> None:
    # One answer whoever is named: a tablet is told nothing of people it has not let in.
    since = here.now - ADMITTED_WITHIN
    known = delegate_id is not None and checkin.just_admitted(
        session, delegate_id, here.actor.token_id, since
    )
    if not known:
        words = _(
            "Only somebody whom this tablet has just let in can ask to speak here. "
            "Please ask at the staffed desk."
        )
        raise Forbidden("not_just_admitted", words)


def only_self(here: Acting, delegate_id: int | None) -> None:
    """Refuse a delegate who acts for somebody else."""
    if here.actor.delegate_id != delegate_id:
        raise Forbidden("not_yours", _("You can do this only for yourself."))


@blueprint.patch("/meetings/<m>/speakers")
@described(
    "Open or close the list, seconds for each, locked places",
    body=FloorBody,
    answer=SpeakersSnapshot,
)
@needs("speakers.manage")
def patch(m: str) -> Response:
    """Change how the list works."""
    here = acting()
    values: dict[str, Any] = parse(FloorBody).model_dump(exclude_none=True)
    with writing() as session:
        editing.patch(session, here.meeting.id, values, actor=here.actor.name, now=here.now)
    return snapshot(here)


@blueprint.post(
    "/meetings/<m>/speakers/<int:turn_id>/<any(start,pause,resume,finish,absent,told):action>"
)
@described(
    "Start, pause, resume or finish a turn, mark it absent, or told to get ready",
    answer=SpeakersSnapshot,
)
@needs("speakers.manage")
def act(m: str, turn_id: int, action: str) -> Response:
    """Do something to a turn."""
    return _act(turn_id, action)


@blueprint.post("/meetings/<m>/speakers/<int:turn_id>/extend")
@described("Give more time", body=ExtendBody, answer=SpeakersSnapshot)
@needs("speakers.manage")
def extend(m: str, turn_id: int) -> Response:
    """Add seconds to the part that runs."""
    return _act(turn_id, "extend", floor.Doing(parse(ExtendBody).seconds))


@blueprint.post("/meetings/<m>/speakers/<int:turn_id>/answer")
@described("End the speech and let an office answer", body=ReplyBody, answer=SpeakersSnapshot)
@needs("speakers.manage")
def reply(m: str, turn_id: int) -> Response:
    """Begin the answer, a part of the turn with its own clock."""
    wanted = parse(ReplyBody)
    return _act(turn_id, "answer", speaking.Doing(wanted.seconds, wanted.body))


@blueprint.post("/meetings/<m>/speakers/<int:turn_id>/follow_up")
@described(
    "Give the same person the floor again, briefly", body=FollowUpBody, answer=SpeakersSnapshot
)
@needs("speakers.manage")
def follow_up(m: str, turn_id: int) -> Response:
    """End the answer and let the same person ask back."""
    return _act(turn_id, "follow_up", floor.Doing(parse(FollowUpBody).seconds))


def _act(turn_id: int, action: str, doing: floor.Doing | None = None) -> Response:
    here = acting()
    try:
        with writing() as session:
            floor.act(
                session,
                here.meeting.id,
                turn_id,
                action,
                actor=here.actor.name,
                now=here.now,
                doing=doing,
            )
    except IntegrityError as error:
        # Two starts at the same instant: the database let one through.
        words = _("This cannot be done now: the turn has moved on. Look at the list again.")
        raise Conflict("wrong_state", words) from error
    return _own_or_all(here, turn_id)


def _own_or_all(here: Acting, turn_id: int) -> Response:
    if not here.may("speakers.read"):
        return answer(queries.one(db.session(), here.meeting.id, turn_id))
    return snapshot(here)


@blueprint.post("/meetings/<m>/speakers/<int:turn_id>/withdraw")
@described("Withdraw a turn; a delegate only the own", answer=SpeakersSnapshot | Entry)
@needs("speakers.withdraw")
def withdraw(m: str, turn_id: int) -> Response:
    """Take somebody off the list."""
    _only_owner(acting(), turn_id)
    return _act(turn_id, "withdraw")


def _only_owner(here: Acting, turn_id: int) -> None:
    if here.may("speakers.manage"):
        return
    owner = queries.delegate_of(db.session(), here.meeting.id, turn_id)
    if owner is None:
        raise NotFound("no_turn", _("There is no such turn on the list."))
    only_self(here, owner)


@blueprint.patch("/meetings/<m>/speakers/<int:turn_id>")
@described(
    "Change the note, the topic or the lane of a turn",
    body=EditBody,
    answer=SpeakersSnapshot | Entry,
)
@needs("speakers.withdraw")
def edit(m: str, turn_id: int) -> Response:
    """Change a turn; a delegate only the note and the topic of the own one that waits."""
    here = acting()
    _only_owner(here, turn_id)
    values = parse(EditBody).model_dump(exclude_unset=True)
    manages = here.may("speakers.manage")
    if {"priority", "outcome", "body"} & values.keys() and not manages:
        raise Forbidden("staff_only", _("This is done at the staffed desk."))
    try:
        with writing() as session:
            editing.edit(
                session,
                here.meeting.id,
                turn_id,
                values,
                only_waiting=not manages,
                actor=here.actor.name,
                now=here.now,
            )
    except IntegrityError as error:
        raise Conflict("already_waiting", _("This person is on the list already.")) from error
    return _own_or_all(here, turn_id)


@blueprint.delete("/meetings/<m>/speakers/<int:turn_id>")
@described("Take a turn off the record", answer=SpeakersSnapshot)
@needs("speakers.manage")
def remove(m: str, turn_id: int) -> Response:
    """Remove a turn as if it had never been; undo brings it back."""
    here = acting()
    with writing() as session:
        service.remove(session, here.meeting.id, turn_id, actor=here.actor.name, now=here.now)
    return snapshot(here)


@blueprint.put("/meetings/<m>/speakers/order")
@described("Put everyone who waits into an order", body=OrderBody, answer=SpeakersSnapshot)
@needs("speakers.manage")
def order(m: str) -> Response:
    """Reorder the list."""
    here = acting()
    wanted = parse(OrderBody)
    with writing() as session:
        service.reorder(
            session,
            here.meeting.id,
            wanted.ids,
            wanted.version,
            actor=here.actor.name,
            now=here.now,
        )
    return snapshot(here)


@blueprint.post("/meetings/<m>/speakers/arrange")
@described(
    "Order by a policy, or preview it", body=ArrangeBody, answer=SpeakersSnapshot | Arrangement
)
@needs("speakers.manage")
def arrange(m: str) -> Response:
    """Order the list by a policy."""
    here = acting()
    wanted = parse(ArrangeBody)
    draws = service.policy_named(wanted.policy).draws
    # Made here and told, so that the same draw can be applied, and repeated in public.
    seed = wanted.seed if wanted.seed is not None else secrets.token_hex(4)
    wish = service.Wish(
        wanted.policy, wanted.version, seed if draws else "", wanted.locked, wanted.keep
    )
    with writing() as session:
        found = service.arrange(
            session,
            here.meeting.id,
            wish,
            preview=wanted.preview,
            actor=here.actor.name,
            now=here.now,
        )
    if not wanted.preview:
        return snapshot(here)
    names = queries.names(db.session(), here.meeting.id)
    moves = [
        {"id": turn_id, "name": names[turn_id], "from": was, "to": place}
        for turn_id, was, place in found.moves
    ]
    return answer(
        {
            "ids": found.ids,
            "seed": seed if draws else None,
            "version": found.version,
            "moves": moves,
        }
    )


@blueprint.post("/meetings/<m>/speakers/to_writing")
@described("Ask the last ones to write instead", body=WriteBody, answer=SpeakersSnapshot)
@needs("speakers.manage")
def to_writing(m: str) -> Response:
    """Take the last requests off the list in one step."""
    here = acting()
    wanted = parse(WriteBody)
    with writing() as session:
        editing.to_writing(
            session,
            here.meeting.id,
            wanted.turns,
            wanted.version,
            actor=here.actor.name,
            now=here.now,
        )
    return snapshot(here)


@blueprint.get("/meetings/<m>/speakers/policies")
@described("The ways to order the list", answer=list[Policy])
@needs("speakers.manage")
def policies(m: str) -> Response:
    """List the policies, in the reader's language."""
    return answer(
        [
            {
                "name": policy.name,
                "title": str(policy.title),
                "detail": str(policy.detail),
                "standing": policy.standing,
                "draws": policy.draws,
            }
            for policy in registry().policies.values()
        ]
    )


@blueprint.post("/meetings/<m>/speakers/undo")
@described("Take the last step of the list back", body=UndoBody, answer=SpeakersSnapshot)
@needs("speakers.manage")
def undo(m: str) -> Response:
    """Undo one step."""
    here = acting()
    wanted = parse(UndoBody)
    with writing() as session:
        steps.undo(session, here.meeting.id, wanted.step, actor=here.actor.name)
    return snapshot(here)


@blueprint.post("/meetings/<m>/speakers/restore")
@described("Put the last finished speaker first again", answer=SpeakersSnapshot)
@needs("speakers.manage")
def restore(m: str) -> Response:
    """Put the last speaker back."""
    here = acting()
    with writing() as session:
        service.restore(session, here.meeting.id, actor=here.actor.name, now=here.now)
    return snapshot(here)
