"""A device says how it is: one beat, one UPDATE, no row in the ledger."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import Response
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import line
from kiosk.db.compiled import reading
from kiosk.db.group_commit import together
from kiosk.errors import NotFound
from kiosk.ops import generation
from kiosk.plugins.checkin import answers
from kiosk.plugins.checkin.devices import rules
from kiosk.plugins.checkin.devices import service
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.checkin.schemas import HealthBody
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("checkin_health", __name__, url_prefix="/api/v1")

_SELF = Prepared(
    select(Device.id, Device.name, Device.profile, Device.beat_at).where(
        Device.token_id == bindparam("token_id")
    )
)
# What a beat does not say stays as it was said before.
_SAID = ("waiting", "roster_at", "battery", "charging", "camera", "persisted")
_BEAT = Prepared(
    update(Device)
    .where(Device.token_id == bindparam("about"))
    .values(
        beat_at=bindparam("now_at"),
        skew=bindparam("new_skew"),
        **{
            name: func.coalesce(
                bindparam(f"new_{name}", type_=Device.__table__.c[name].type), getattr(Device, name)
            )
            for name in _SAID
        },
    )
)


@blueprint.post("/meetings/<m>/devices/self/health")
@described(
    "A device says how it is; the answer holds the server's time",
    body=HealthBody,
    answer=answers.Beat,
)
@needs("checkin.beat", device_first=True)
def beat(m: str) -> Response:
    """Store what a device says of itself."""
    here = acting()
    said = parse(HealthBody)
    device = _of(here)
    # At most one write in a few seconds: a device that hurries is answered all the same.
    if device.beat_at is None or here.now - device.beat_at >= rules.BEAT_GAP:
        values = {f"new_{name}": getattr(said, name) for name in _SAID}
        values["new_skew"] = rules.skew(said.sent_at, here.now)
        together(lambda session: _write(session, here, values))
    about = {"id": device.id, "name": device.name, "profile": device.profile}
    # Milliseconds: the device sets its idea of the time by this.
    now = clock.local(here.now).isoformat(timespec="milliseconds")
    # Another one than before: the server was brought back from a copy.
    known = generation.current(db.session())
    return answer({"now": now, "device": about, "generation": known})


def _write(session: Session, here: Acting, values: dict[str, Any]) -> None:
    line(session).run(_BEAT, about=here.actor.token_id, now_at=here.now, **values)


def _of(here: Acting) -> Any:
    roles = here.actor.roles(here.meeting.id)
    profile = next((name for name in ("gate", "desk", "screen") if name in roles), None)
    if here.actor.token_id is None or profile is None:
        raise NotFound("no_device", _l("This browser is not paired as a device."))
    device = _read(here.actor.token_id)
    if device is None:
        # A token made on the command line: it stands at the door, so the list shows it.
        together(
            lambda session: service.know(session, here.meeting.id, here.actor, profile, here.now)
        )
        device = _read(here.actor.token_id)
    return device


def _read(token_id: int) -> Any:
    with reading() as wire:
        return wire.first(_SELF, token_id=token_id)
