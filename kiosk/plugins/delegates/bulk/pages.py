"""Several people at once, households, groups and gaps, absence, two entries of one person."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk import vietnamese
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.delegates import bodies
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates import service
from kiosk.plugins.delegates.bulk import queries as overview
from kiosk.plugins.delegates.bulk import service as changing
from kiosk.plugins.delegates.bulk.service import Bulk
from kiosk.web import forms

blueprint = Blueprint("people", __name__)


def _ids(form: MultiDict[str, str]) -> list[int]:
    return [int(key) for key in form.getlist("id") if key.isdecimal() and len(key) < 10]


def _back(m: str, **more: object) -> Response:
    kept = {key: request.form.get(f"at_{key}") or None for key in ("q", "group", "area", "state")}
    return redirect(url_for("delegates.listing", m=m, **{**kept, **more}))  # type: ignore[arg-type]


@blueprint.post("/m/<m>/delegates/many")
@needs("delegates.edit")
def many(m: str) -> Response:
    """Change, seat, remove or merge the people who were ticked."""
    here, form = acting(), request.form
    ids, what = _ids(form), form.get("do", "")
    try:
        if what == "merge":
            if len(ids) != 2:
                raise Refused("two_people", _("Please tick exactly two entries to make them one."))
            return redirect(url_for("people.compare", m=m, one=ids[0], other=ids[1]))
        with writing() as session:
            if what == "remove":
                gone = changing.remove_many(
                    session, here.meeting.id, ids, actor=here.actor.name, now=here.now
                )
            else:
                bulk = _bulk(form, what)
                count = changing.change_many(
                    session, here.meeting.id, ids, bulk, actor=here.actor.name
                )
    except KioskError as error:
        flash(str(error.message), "warn")
        return _back(m)
    if what == "remove":
        return _back(m, removed=",".join(map(str, gone)), name=_("%(n)s people", n=len(gone)))
    flash(_("Changed for %(n)s people.", n=count))
    return _back(m)


def _bulk(form: MultiDict[str, str], what: str) -> Bulk:
    if what == "group":
        return Bulk(group_id=form.get("to_group", 0, type=int))
    if what == "area":
        return Bulk(area_id=form.get("to_area", 0, type=int))
    if what == "seat":
        return Bulk(seat=form.get("to_seat", ""))
    raise Refused("nothing_chosen", _("Please choose what to do with them."))


@blueprint.post("/m/<m>/delegates/restore")
@needs("delegates.edit")
def restore(m: str) -> Response:
    """Put removed people back."""
    here = acting()
    with writing() as session:
        count = changing.restore_many(
            session, here.meeting.id, _ids(request.form), actor=here.actor.name
        )
    flash(_("%(n)s people are on the list again.", n=count))
    return redirect(url_for("delegates.listing", m=m))


@blueprint.post("/m/<m>/delegates/<int:delegate_id>/excuse")
@needs("delegates.edit")
def excuse(m: str, delegate_id: int) -> Response:
    """Note that somebody cannot come."""
    here = acting()
    try:
        with writing() as session:
            changing.excuse(
                session,
                here.meeting.id,
                delegate_id,
                request.form.get("reason", ""),
                actor=here.actor.name,
                now=here.now,
            )
    except Refused as error:
        flash(str(error.message), "warn")
    else:
        flash(_("Noted: cannot come."))
    return redirect(url_for("delegates.edit", m=m, delegate_id=delegate_id))


@blueprint.post("/m/<m>/delegates/<int:delegate_id>/expect")
@needs("delegates.edit")
def expect(m: str, delegate_id: int) -> Response:
    """Expect somebody again."""
    here = acting()
    with writing() as session:
        changing.expect(session, here.meeting.id, delegate_id, actor=here.actor.name)
    flash(_("Expected again."))
    return redirect(url_for("delegates.edit", m=m, delegate_id=delegate_id))


@blueprint.get("/m/<m>/delegates/doubles")
@needs("delegates.edit")
def doubles(m: str) -> str:
    """Show pairs that may be one person entered twice."""
    pairs = overview.doubles(db.session(), acting().meeting.id)
    return render_template("delegates/doubles.html", pairs=pairs)


@blueprint.get("/m/<m>/delegates/merge")
@needs("delegates.edit")
def compare(m: str) -> str:
    """Show two entries side by side; one is to stay."""
    here, session = acting(), db.session()
    keys = [request.args.get(name, 0, type=int) for name in ("one", "other")]
    people = [queries.one(session, here.meeting.id, key) for key in keys]
    found = [person for person in people if person is not None]
    return render_template(
        "delegates/merge.html",
        people=found,
        chips=overview.states(session, here.meeting.id, found),
    )


@blueprint.post("/m/<m>/delegates/merge")
@needs("delegates.edit")
def merge(m: str) -> Response:
    """Make two entries one."""
    form = request.form
    kept = form.get("kept", 0, type=int)
    gone = next((key for key in _ids(form) if key != kept), kept)
    facts_of = kept
    try:
        name = _merge(kept, gone, facts_of)
    except Conflict as error:
        if error.code != "letter_on_other":
            raise
        # The entry with the valid letter stays, with the facts of the one that was chosen.
        kept, gone = gone, kept
        name = _merge(kept, gone, facts_of)
    flash(_("%(name)s is one entry now; what hung on the other is kept.", name=name))
    return redirect(url_for("delegates.edit", m=m, delegate_id=kept))


def _merge(kept: int, gone: int, facts_of: int) -> str:
    here = acting()
    with writing() as session:
        return changing.merge(
            session,
            here.meeting.id,
            kept,
            gone,
            actor=here.actor.name,
            now=here.now,
            facts_of=facts_of,
        )


@blueprint.get("/m/<m>/delegates/household/<int:household_id>")
@needs("delegates.edit")
def household(m: str, household_id: int) -> str:
    """Show a household: one seat, and who may take it."""
    here, session = acting(), db.session()
    home = overview.home(session, here.meeting.id, household_id)
    return render_template(
        "delegates/household.html",
        household=home,
        chips=overview.states(session, here.meeting.id, home.members),
        salutations=vietnamese.SALUTATIONS,
        fields={},
        typed={},
    )


@blueprint.post("/m/<m>/delegates/household/<int:household_id>")
@needs("delegates.edit")
def add_member(m: str, household_id: int) -> Response | tuple[str, int]:
    """Add somebody who may take the household's seat."""
    here, form = acting(), request.form
    home = overview.home(db.session(), here.meeting.id, household_id)
    year = form.get("birth_year", "").strip()
    try:
        with writing() as session:
            service.add(
                session,
                here.meeting.id,
                service.Values(
                    name=form.get("name", ""),
                    group_id=overview.household_group(session, here.meeting.id),
                    area_id=home.area_id,
                    household=home.number,
                    address=home.address,
                    salutation=form.get("salutation", ""),
                    birth_year=int(year) if year.isdecimal() and len(year) < 6 else None,
                    phone=form.get("phone", ""),
                    note=form.get("note", ""),
                    origin=queries.origin_of(here.meeting, here.now),
                ),
                actor=here.actor.name,
                now=here.now,
            )
    except Refused as error:
        return render_template(
            "delegates/household.html",
            household=home,
            chips={},
            salutations=vietnamese.SALUTATIONS,
            fields=error.fields,
            typed=form,
        ), error.status
    flash(_("Saved."))
    return redirect(url_for("people.household", m=m, household_id=household_id))


@blueprint.get("/m/<m>/groups")
@needs("delegates.edit")
def groups(m: str) -> str:
    """Show groups by precedence: places, people, offices, gaps."""
    return _groups_page()


def _groups_page(error: KioskError | None = None) -> str:
    here, session = acting(), db.session()
    groups = overview.groups(session, here.meeting.id)
    stored: Mapping[str, object] | None = _group_fields(groups)
    typed, shown = forms.kept(request.form, error) if error else (stored, stored)
    return render_template(
        "delegates/groups.html",
        groups=groups,
        typed=typed,
        shown=shown,
        error=error,
        fields=error.fields if error else {},
        gaps=queries.gaps(session, here.meeting.id),
        struck=queries.struck(session, here.meeting.id),
        excused=queries.excused(session, here.meeting.id),
        numbers=registry().numbers(session, here.meeting.id),
    )


def _group_fields(groups: Sequence[overview.GroupFilled]) -> dict[str, object]:
    targets = {f"target-{group.id}": group.target for group in groups}
    return {**targets, **{f"zone-{group.id}": group.zone for group in groups}}


@blueprint.post("/m/<m>/bodies/<int:body_id>/<any(strike, expect):what>")
@needs("delegates.edit")
def body(m: str, body_id: int, what: str) -> Response:
    """Note that a body sends nobody this time, or expect it again."""
    here = acting()
    with writing() as session:
        if what == "strike":
            name = bodies.strike(
                session, here.meeting.id, body_id, actor=here.actor.name, now=here.now
            )
        else:
            name = bodies.put_back(session, here.meeting.id, body_id, actor=here.actor.name)
    words = _("%(body)s is not missed.") if what == "strike" else _("%(body)s is expected.")
    flash(words % {"body": name})
    return redirect(url_for("people.groups", m=m))


@blueprint.post("/m/<m>/groups")
@needs("delegates.edit")
def save_groups(m: str) -> Response | tuple[str, int]:
    """Change places and zones of the groups; what was typed is kept when something is wrong."""
    here = acting()
    try:
        with writing() as session:
            forms.hold(session, Meeting, here.meeting.id)
            groups = overview.groups(session, here.meeting.id)
            form = forms.merged(request.form, _group_fields(groups))
            for group in groups:
                _save_group(session, group, form.values)
    except (Refused, Conflict) as error:
        return _groups_page(error), error.status
    flash(_("Saved."))
    labels = {f"{part}-{group.id}": group.name for group in groups for part in ("target", "zone")}
    if theirs := forms.told(form, labels):
        flash(_("Somebody else changed meanwhile, and it stands: %(what)s.", what=theirs), "info")
    return redirect(url_for("people.groups", m=m))


def _save_group(session: Session, group: overview.GroupFilled, form: Mapping[str, str]) -> None:
    here = acting()
    name = f"target-{group.id}"
    target, zone = form[name].strip(), vietnamese.clean(form[f"zone-{group.id}"])
    number = int(target) if target.isdecimal() and len(target) < 6 else -1
    if (number, zone) == (group.target, group.zone):
        return
    try:
        changing.set_group(
            session, here.meeting.id, group.id, target=number, zone=zone, actor=here.actor.name
        )
    except Refused as error:
        raise Refused(error.code, error.message, fields={name: error.message}) from error
