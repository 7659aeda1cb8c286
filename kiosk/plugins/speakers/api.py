"""The speaker queue over HTTP."""

from __future__ import annotations

from typing import Any
from typing import Literal

from flask import Blueprint
from flask import Response
from flask_babel import gettext as _
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from sqlalchemy.exc import IntegrityError

from kiosk import live
from kiosk.access import Acting
from kiosk.access import acting
from kiosk.access import needs
from kiosk.api import answer
from kiosk.api import described
from kiosk.api import parse
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.plugins.speakers import queries
from kiosk.plugins.speakers import rules
from kiosk.plugins.speakers import service
from kiosk.plugins.speakers import undo as steps

ACTIONS = ("start", "pause", "resume", "finish", "withdraw", "absent", "extend")

blueprint = Blueprint("speakers_api", __name__, url_prefix="/api/v1")


class RegisterBody(BaseModel):
    """A request to speak."""

    model_config = ConfigDict(extra="forbid")

    delegate: int = Field(ge=1, le=2**53)
    topic: int | None = Field(default=None, ge=1, le=2**53)
    priority: bool = False
    note: str = Field(default="", max_length=300)


class FloorBody(BaseModel):
    """What may be changed about the list."""

    model_config = ConfigDict(extra="forbid")

    open: bool | None = None
    present_only: bool | None = None
    seconds: int | None = Field(default=None, ge=30, le=rules.LONGEST_TURN)
    locked: int | None = Field(default=None, ge=0, le=rules.MOST_LOCKED)
    policy: Literal["arrival"] | None = None


class OrderBody(BaseModel):
    """A new order of everyone who waits, made from a version of the list."""

    model_config = ConfigDict(extra="forbid")

    ids: list[int]
    version: int


class ArrangeBody(BaseModel):
    """A policy to order by."""

    model_config = ConfigDict(extra="forbid")

    policy: str
    preview: bool = True
    version: int
    seed: str | None = None


class UndoBody(BaseModel):
    """The step to take back, if it is still the last one; without it the last, whatever it is."""

    model_config = ConfigDict(extra="forbid")

    step: int | None = None


class ExtendBody(BaseModel):
    """How many seconds more."""

    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(ge=1, le=rules.LONGEST_TURN)


def _snapshot(here: Acting) -> Response:
    found = live.snapshot(db.session(), here.meeting.id, "speakers")
    return answer(found if here.roles & queries.NOTES_FOR else queries.without_notes(found))


@blueprint.get("/meetings/<m>/speakers")
@described("The speaker list")
@needs("speakers.read")
def read(m: str) -> Response:
    """Give the speakers snapshot."""
    return _snapshot(acting())


@blueprint.post("/meetings/<m>/speakers")
@described("Ask to speak", body=RegisterBody, status=201)
@needs("speakers.register", device_first=True)
def register(m: str) -> Response:
    """Put somebody on the list."""
    here = acting()
    wanted = parse(RegisterBody)
    manages = here.may("speakers.manage")
    if here.actor.delegate_id is not None and not manages:
        _only_self(here, wanted.delegate)
    if wanted.priority and not (manages or "desk" in here.roles):
        raise Forbidden("staff_only", _("This is done at the staffed desk."))
    request = service.Request(
        wanted.delegate, wanted.topic, "priority" if wanted.priority else "normal", wanted.note
    )
    try:
        with writing() as session:
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


def _only_self(here: Acting, delegate_id: int | None) -> None:
    if here.actor.delegate_id != delegate_id:
        raise Forbidden("not_yours", _("You can do this only for yourself."))


@blueprint.patch("/meetings/<m>/speakers")
@described("Open or close the list, seconds for each, locked places", body=FloorBody)
@needs("speakers.manage")
def patch(m: str) -> Response:
    """Change how the list works."""
    here = acting()
    values: dict[str, Any] = parse(FloorBody).model_dump(exclude_none=True)
    with writing() as session:
        service.patch(session, here.meeting.id, values, actor=here.actor.name, now=here.now)
    return _snapshot(here)


@blueprint.post(
    "/meetings/<m>/speakers/<int:turn_id>/<any(start,pause,resume,finish,absent,extend):action>"
)
@described("Start, pause, resume, finish, mark absent or extend a turn")
@needs("speakers.manage")
def act(m: str, turn_id: int, action: str) -> Response:
    """Do something to a turn."""
    return _act(turn_id, action)


def _act(turn_id: int, action: str) -> Response:
    here = acting()
    seconds = parse(ExtendBody).seconds if action == "extend" else 0
    try:
        with writing() as session:
            service.act(
                session,
                here.meeting.id,
                turn_id,
                action,
                actor=here.actor.name,
                now=here.now,
                seconds=seconds,
            )
    except IntegrityError as error:
        # Two starts at the same instant: the database let one through.
        words = _("This cannot be done now: the turn has moved on. Look at the list again.")
        raise Conflict("wrong_state", words) from error
    if not here.may("speakers.read"):
        return answer(queries.one(db.session(), here.meeting.id, turn_id))
    return _snapshot(here)


@blueprint.post("/meetings/<m>/speakers/<int:turn_id>/withdraw")
@described("Withdraw a turn; a delegate only the own")
@needs("speakers.withdraw")
def withdraw(m: str, turn_id: int) -> Response:
    """Take somebody off the list."""
    here = acting()
    if not here.may("speakers.manage"):
        owner = queries.delegate_of(db.session(), here.meeting.id, turn_id)
        if owner is None:
            raise NotFound("no_turn", _("There is no such turn on the list."))
        _only_self(here, owner)
    return _act(turn_id, "withdraw")


@blueprint.put("/meetings/<m>/speakers/order")
@described("Put everyone who waits into an order", body=OrderBody)
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
    return _snapshot(here)


@blueprint.post("/meetings/<m>/speakers/arrange")
@described("Order by a policy, or preview it", body=ArrangeBody)
@needs("speakers.manage")
def arrange(m: str) -> Response:
    """Order the list by a policy."""
    here = acting()
    wanted = parse(ArrangeBody)
    with writing() as session:
        ids = service.arrange(
            session,
            here.meeting.id,
            wanted.policy,
            preview=wanted.preview,
            version=wanted.version,
            actor=here.actor.name,
            now=here.now,
        )
    return answer({"ids": ids, "seed": wanted.seed}) if wanted.preview else _snapshot(here)


@blueprint.post("/meetings/<m>/speakers/undo")
@described("Take the last step of the list back", body=UndoBody)
@needs("speakers.manage")
def undo(m: str) -> Response:
    """Undo one step."""
    here = acting()
    wanted = parse(UndoBody)
    with writing() as session:
        steps.undo(session, here.meeting.id, wanted.step, actor=here.actor.name)
    return _snapshot(here)


@blueprint.post("/meetings/<m>/speakers/restore")
@described("Put the last finished speaker first again")
@needs("speakers.manage")
def restore(m: str) -> Response:
    """Put the last speaker back."""
    here = acting()
    with writing() as session:
        service.restore(session, here.meeting.id, actor=here.actor.name, now=here.now)
    return _snapshot(here)
