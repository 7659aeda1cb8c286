"""Delegates over HTTP."""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from sqlalchemy import select

from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Area
from kiosk.models import Group
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates import service
from kiosk.plugins.delegates.bulk import service as bulk
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.delegates.queries import Wanted
from kiosk.plugins.delegates.schemas import DelegateEntry
from kiosk.plugins.delegates.schemas import DelegatePage
from kiosk.plugins.delegates.schemas import DelegateQuery
from kiosk.plugins.delegates.schemas import NewDelegate
from kiosk.plugins.delegates.schemas import Reason
from kiosk.plugins.delegates.schemas import states
from kiosk.web.api import answer
from kiosk.web.api import asked
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("delegates_api", __name__, url_prefix="/api/v1")


@blueprint.get("/meetings/<m>/delegates")
@described(
    "Find delegates: `q` without accents in any word order, by household or by code",
    query=DelegateQuery,
    answer=DelegatePage,
    choices={"state": states},
)
@needs("delegates.read")
def listing(m: str) -> Response:
    """List delegates by given name."""
    here = acting()
    query = asked(DelegateQuery)
    found = queries.by_code(db.session(), here.meeting.id, query.q)
    if found is not None:
        return answer({"items": [_public(here, found)], "total": 1})
    wanted = Wanted(query.q, query.group, query.area, query.state)
    items, total = queries.search(db.session(), here.meeting.id, wanted, query.page)
    return answer({"items": [_public(here, item) for item in items], "total": total})


def _public(here: Acting, item: Listed) -> dict[str, object]:
    """Return what staff at the door and in the hall need: never phone or address.

    The year of birth is the organiser's alone.
    """
    born = {"birth_year": item.birth_year} if "organiser" in here.roles else {}
    return {
        "id": item.id,
        "name": item.name,
        "salutation": item.salutation,
        "title": item.title,
        "group": item.group,
        "group_kind": item.group_kind,
        "area": item.area,
        "household": item.household,
        "origin": item.origin,
        "seat": item.seat,
        "excused": item.excused,
        **born,
    }


@blueprint.delete("/meetings/<m>/delegates/<int:delegate_id>")
@described(
    "Take a delegate off the list; who stands in the hall stays in the head count", status=204
)
@needs("delegates.edit")
def remove(m: str, delegate_id: int) -> Response:
    """Take a delegate off the list."""
    here = acting()
    with writing() as session:
        service.remove(session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now)
    return Response(status=204)


@blueprint.post("/meetings/<m>/delegates/<int:delegate_id>/excuse")
@described("Note that a delegate cannot come, and why", body=Reason, answer=DelegateEntry)
@needs("delegates.edit")
def excuse(m: str, delegate_id: int) -> Response:
    """Excuse a delegate."""
    here = acting()
    wanted = parse(Reason)
    with writing() as session:
        bulk.excuse(
            session,
            here.meeting.id,
            delegate_id,
            wanted.reason,
            actor=here.actor.name,
            now=here.now,
        )
    found = queries.one(db.session(), here.meeting.id, delegate_id)
    return answer(_public(here, found) if found else {})


@blueprint.delete("/meetings/<m>/delegates/<int:delegate_id>/excuse")
@described("Take an excuse back: the delegate is expected again", status=204)
@needs("delegates.edit")
def expect(m: str, delegate_id: int) -> Response:
    """Expect a delegate again."""
    here = acting()
    with writing() as session:
        bulk.expect(session, here.meeting.id, delegate_id, actor=here.actor.name)
    return Response(status=204)


@blueprint.post("/meetings/<m>/delegates")
@described("Add a delegate by hand", body=NewDelegate, answer=DelegateEntry, status=201)
@needs("delegates.add")
def add(m: str) -> Response:
    """Add a person who was not on the list; not yet admitted."""
    here = acting()
    wanted = parse(NewDelegate)
    with writing() as session:
        meeting_id = here.meeting.id
        areas = select(Area).where(Area.meeting_id == meeting_id)
        area = next(
            (a for a in session.scalars(areas) if wanted.area in (a.id, str(a.id), a.name)), None
        )
        groups = list(session.scalars(select(Group).where(Group.meeting_id == meeting_id)))
        group = next((g for g in groups if wanted.group in (g.id, str(g.id), g.code, g.name)), None)
        usual = next((g for g in groups if g.kind == "household"), groups[-1])
        chosen = group or (usual if wanted.group is None else None)
        values = service.Values(
            name=wanted.name,
            group_id=chosen.id if chosen else 0,
            area_id=area.id if area else (None if wanted.area is None else -1),
            household=wanted.household or "",
            salutation=wanted.salutation,
            origin="added",
        )
        delegate = service.add(session, meeting_id, values, actor=here.actor.name, now=here.now)
        delegate_id = delegate.id
    found = queries.one(db.session(), here.meeting.id, delegate_id)
    return answer(_public(here, found) if found else {}, 201)
