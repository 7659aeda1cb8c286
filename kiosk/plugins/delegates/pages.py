"""The list of delegates, one person's form, bringing a list in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk import revisions
from kiosk import text
from kiosk.access import acting
from kiosk.access import needs
from kiosk.db import db
from kiosk.db import writing
from kiosk.download import workbook
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Delegate
from kiosk.plugin import registry
from kiosk.plugins.delegates import bodies
from kiosk.plugins.delegates import overview
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates import service
from kiosk.plugins.delegates.queries import Wanted
from kiosk.plugins.meetings import queries as meetings

FORM_FIELDS = {
    "name": _l("Full name"),
    "salutation": _l("Form of address"),
    "birth_year": _l("Year of birth"),
    "group": _l("Group"),
    "title": _l("Office"),
    "area": _l("Area"),
    "household": _l("Household"),
    "phone": _l("Phone"),
    "address": _l("Address"),
    "note": _l("Note"),
}

blueprint = Blueprint("delegates", __name__)


@blueprint.get("/m/<m>/delegates")
@needs("delegates.read")
def listing(m: str) -> str:
    """Show the list by given name."""
    here = acting()
    session = db.session()
    args = request.args
    wanted = Wanted(
        args.get("q", ""),
        args.get("group", type=int),
        args.get("area", type=int),
        args.get("state", ""),
    )
    page = max(args.get("page", 1, type=int), 1)
    items, total = _found(here.meeting.id, wanted, page)
    return render_template(
        "delegates/list.html",
        items=items,
        total=total,
        all=queries.count(session, here.meeting.id),
        wanted=wanted,
        page=page,
        pages=-(-total // queries.PAGE) or 1,
        groups=overview.groups(session, here.meeting.id),
        areas=meetings.areas(session, here.meeting.id),
        states=registry().states.values(),
        chips=overview.states(session, here.meeting.id, items),
        gaps=len(queries.gaps(session, here.meeting.id)),
        doubles=len(overview.doubles(session, here.meeting.id)),
        removed=[key for key in args.get("removed", "").split(",") if key.isdecimal()],
        removed_name=args.get("name", ""),
    )


def _found(meeting_id: int, wanted: Wanted, page: int) -> tuple[list[queries.Listed], int]:
    """Find by a code that a delegate holds, else by words."""
    session = db.session()
    held = queries.by_code(session, meeting_id, wanted.q)
    return ([held], 1) if held else queries.search(session, meeting_id, wanted, page)


def _form(
    typed: Mapping[str, object],
    delegate_id: int = 0,
    error: KioskError | None = None,
    shown: Mapping[str, object] | None = None,
) -> str:
    meeting_id = acting().meeting.id
    return render_template(
        "delegates/form.html",
        typed=typed,
        fields=error.fields if error else {},
        error=error,
        shown=shown,
        delegate_id=delegate_id,
        groups=meetings.groups(db.session(), meeting_id),
        areas=meetings.areas(db.session(), meeting_id),
        salutations=text.SALUTATIONS,
        person=queries.one(db.session(), meeting_id, delegate_id) if delegate_id else None,
        offices=overview.offices(db.session(), delegate_id) if delegate_id else [],
        bodies=meetings.bodies(db.session(), meeting_id),
        held_before=sorted(bodies.held(db.session(), delegate_id)) if delegate_id else [],
        held=_bodies(typed) or (bodies.held(db.session(), delegate_id) if delegate_id else set()),
    )


def _bodies(typed: Mapping[str, object]) -> set[int]:
    """Return the bodies that were ticked in a form that is shown again."""
    return set(_ticked(typed) or ()) if isinstance(typed, MultiDict) else set()


def _ticked(form: MultiDict[str, str]) -> tuple[int, ...] | None:
    """Return the ticked bodies; None when the form does not ask for them."""
    if "bodies" not in form:
        return None
    return tuple(int(key) for key in form.getlist("body") if key.isdecimal() and len(key) < 10)


@blueprint.get("/m/<m>/delegates/new")
@needs("delegates.edit")
def new(m: str) -> str:
    """Show the form for one more person."""
    groups = meetings.groups(db.session(), acting().meeting.id)
    usual = next((g.id for g in groups if g.kind == "household"), None)
    return _form({"group": usual})


def _typed(form: MultiDict[str, str], origin: str = "added") -> service.Values:
    def number(name: str) -> int | None:
        value = form.get(name, "").strip()
        return int(value) if value.isdecimal() and len(value) < 10 else (None if not value else -1)

    return service.Values(
        name=form.get("name", ""),
        group_id=number("group") or 0,
        area_id=number("area"),
        household=form.get("household", ""),
        address=form.get("address", ""),
        salutation=form.get("salutation", ""),
        title=form.get("title", ""),
        birth_year=number("birth_year"),
        phone=form.get("phone", ""),
        note=form.get("note", ""),
        origin=origin,
        bodies=_ticked(form),
    )


@blueprint.post("/m/<m>/delegates/new")
@needs("delegates.edit")
def add(m: str) -> Response | tuple[str, int]:
    """Add one person."""
    here = acting()
    try:
        with writing() as session:
            delegate = service.add(
                session,
                here.meeting.id,
                _typed(request.form, queries.origin_of(here.meeting, here.now)),
                actor=here.actor.name,
                now=here.now,
            )
            name = text.greeting(delegate.salutation, delegate.name)
    except Refused as error:
        return _form(request.form, 0, error), error.status
    flash(_("%(name)s is on the list.", name=name))
    if request.form.get("again"):
        return redirect(url_for("delegates.new", m=m))
    return redirect(url_for("delegates.listing", m=m))


@blueprint.get("/m/<m>/delegates/<int:delegate_id>")
@needs("delegates.edit")
def edit(m: str, delegate_id: int) -> str:
    """Show one person's form."""
    typed = _as_typed(db.session(), delegate_id)
    return _form(typed, delegate_id, shown=typed)


def _as_typed(session: Session, delegate_id: int) -> dict[str, object]:
    found = queries.one(session, acting().meeting.id, delegate_id)
    if found is None:
        raise NotFound("no_delegate", _("There is no such person in this meeting."))
    return {
        "name": found.name,
        "group": found.group_id,
        "area": found.area_id,
        "household": found.household,
        "address": found.address,
        "salutation": found.salutation,
        "title": found.title,
        "birth_year": found.birth_year,
        "phone": found.phone,
        "note": found.note,
    }


@blueprint.post("/m/<m>/delegates/<int:delegate_id>")
@needs("delegates.edit")
def save(m: str, delegate_id: int) -> Response | tuple[str, int]:
    """Change what is known of a person."""
    here = acting()
    try:
        with writing() as session:
            revisions.hold(session, Delegate, delegate_id)
            words = _choices(session, here.meeting.id)
            form = revisions.merged(request.form, _as_typed(session, delegate_id), words)
            service.change(
                session,
                here.meeting.id,
                delegate_id,
                _typed(_with_ticks(form.values, session, delegate_id)),
                actor=here.actor.name,
                now=here.now,
            )
    except (Refused, Conflict) as error:
        typed, shown = revisions.kept(request.form, error)
        return _form(typed, delegate_id, error, shown), error.status
    flash(_("Saved."))
    if theirs := revisions.told(form, FORM_FIELDS):
        flash(_("Somebody else changed meanwhile, and it stands: %(what)s.", what=theirs), "info")
    return redirect(url_for("delegates.listing", m=m))


def _with_ticks(
    values: Mapping[str, str], session: Session, delegate_id: int
) -> MultiDict[str, str]:
    """Return the form with the bodies that hold now: what this form ticked or cleared, and what
    somebody else did meanwhile.
    """
    form = MultiDict(values)
    ticked = _ticked(request.form)
    if ticked is None:
        return form
    seen = {int(key) for key in request.form.get("bodies", "").split() if key.isdecimal()}
    now = rules.ticked(bodies.held(session, delegate_id), seen, ticked)
    form["bodies"] = "1"
    form.setlist("body", [str(key) for key in sorted(now)])
    return form


def _choices(session: Session, meeting_id: int) -> dict[str, dict[str, object]]:
    """Return what a person reads in place of the keys of groups and areas."""
    return {
        "group": {str(group.id): group.name for group in meetings.groups(session, meeting_id)},
        "area": {str(area.id): area.name for area in meetings.areas(session, meeting_id)},
    }


@blueprint.post("/m/<m>/delegates/<int:delegate_id>/remove")
@needs("delegates.edit")
def remove(m: str, delegate_id: int) -> Response:
    """Take a person off the list; the next page offers to undo it."""
    here = acting()
    with writing() as session:
        name = service.remove(
            session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now
        )
    return redirect(url_for("delegates.listing", m=m, removed=str(delegate_id), name=name))


@blueprint.post("/m/<m>/delegates/<int:delegate_id>/restore")
@needs("delegates.edit")
def restore(m: str, delegate_id: int) -> Response:
    """Put a removed person back."""
    here = acting()
    with writing() as session:
        name = service.bring_back(session, here.meeting.id, delegate_id, actor=here.actor.name)
    flash(_("%(name)s is on the list.", name=name))
    return redirect(url_for("delegates.listing", m=m))


@blueprint.get("/m/<m>/delegates.xlsx")
@needs("delegates.edit")
def download(m: str) -> Response:
    """Give the list as a workbook."""
    here = acting()
    return workbook(queries.table(db.session(), here.meeting.id), f"dai-bieu-{m}.xlsx")


@blueprint.get("/m/<m>/import")
@needs("delegates.edit")
def bring(m: str) -> str:
    """Show where to choose a file with a list."""
    return render_template("delegates/import.html", error="")
