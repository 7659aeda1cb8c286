"""Bringing a list in, step by step: the file, its columns, the repairs, what will be stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk import vietnamese
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents.spreadsheet import Table
from kiosk.errors import KioskError
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates.importer import apply
from kiosk.plugins.delegates.importer import preview
from kiosk.plugins.delegates.importer import report
from kiosk.plugins.delegates.importer import service
from kiosk.plugins.delegates.models import ImportDraft
from kiosk.plugins.meetings import queries as meetings
from kiosk.web.downloads import workbook

blueprint = Blueprint("bringing", __name__)

ROLES = {
    "": _l("not chosen"),
    "name": _l("Full name"),
    "family": _l("Family and middle name"),
    "given": _l("Given name"),
    "head": _l("Head of the household"),
    "salutation": _l("Form of address"),
    "sex": _l("Sex"),
    "birth_year": _l("Year of birth"),
    "age": _l("Age"),
    "male": _l("Year of birth, men"),
    "female": _l("Year of birth, women"),
    "area": _l("Area"),
    "address": _l("Address"),
    "household": _l("Household"),
    "phone": _l("Phone"),
    "title": _l("Office"),
    "group": _l("Group"),
    "note": _l("Note"),
    "number": _l("Number in the list"),
    "ignored": _l("leave out"),
}
KINDS = {
    "phone": (_l("Phone"), "phone"),
    "name": (_l("Full name"), "type"),
    "area": (_l("Area"), "map-pin"),
    "birth": (_l("Year of birth"), "calendar-days"),
    "other": (_l("Others"), "pencil"),
}
PAGE = 200
_SHOWN = 60


@blueprint.post("/m/<m>/import")
@needs("delegates.edit")
def look(m: str) -> str | tuple[str, int] | Response:
    """Read the file; it is kept for a day, nobody is stored."""
    here = acting()
    file = request.files.get("file")
    if file is None or not file.filename:
        return render_template("delegates/import.html", error=_("Please choose a file first.")), 422
    data, name = file.read(), vietnamese.nfc(file.filename)
    known = queries.known_names(db.session(), here.meeting.id)
    try:
        report.read(data, name, known, here.now.year)
    except KioskError as error:
        return render_template("delegates/import.html", error=error.message), error.status
    with writing() as session:
        draft = service.keep(
            session, here.meeting.id, data, name, actor=here.actor.name, now=here.now
        )
        draft_id = draft.id
    return redirect(url_for("bringing.columns", m=m, draft_id=draft_id))


def _draft(draft_id: int) -> ImportDraft:
    here = acting()
    return service.find(db.session(), here.meeting.id, draft_id, here.now)


@blueprint.get("/m/<m>/import/<int:draft_id>")
@needs("delegates.edit")
def columns(m: str, draft_id: int) -> str:
    """Show what each column was taken for, over the file's own head and rows."""
    here = acting()
    draft = _draft(draft_id)
    known = queries.known_names(db.session(), here.meeting.id)
    views = preview.sheets(draft.data or b"", draft.file, known, here.now.year, draft.wishes)
    reading = service.read(db.session(), draft, here.now)
    meant, unknown = preview.spellings(reading)
    at = min(max(request.args.get("sheet", 0, type=int), 0), max(len(views) - 1, 0))
    return render_template(
        "delegates/columns.html",
        draft=draft,
        views=views,
        sheet=views[at] if views else None,
        meant=meant,
        unknown=unknown,
        areas=meetings.areas(db.session(), here.meeting.id),
        chosen=draft.wishes.get("areas", {}),
        roles=ROLES,
        people=len(reading.people),
    )


@blueprint.post("/m/<m>/import/<int:draft_id>")
@needs("delegates.edit")
def correct(m: str, draft_id: int) -> Response:
    """Take over what columns, head and names of areas really are."""
    here = acting()
    draft = _draft(draft_id)
    names = preview.names(draft.data or b"", draft.file)
    at = min(max(request.form.get("sheet", 0, type=int), 0), max(len(names) - 1, 0))
    changed: dict[str, Any] = {"areas": _areas(request.form, draft)}
    if names:
        changed["sheets"] = {names[at]: _columns(request.form, draft, names[at])}
    with writing() as session:
        draft = service.find(session, here.meeting.id, draft_id, here.now)
        service.wish(session, draft, changed, actor=here.actor.name)
    go = request.form.get("go", "")
    if go.startswith("sheet:"):
        return redirect(url_for("bringing.columns", m=m, draft_id=draft_id, sheet=go[6:]))
    if go == "again":
        return redirect(url_for("bringing.columns", m=m, draft_id=draft_id, sheet=at))
    return redirect(url_for("bringing.repairs", m=m, draft_id=draft_id))


def _areas(form: MultiDict[str, str], draft: ImportDraft) -> dict[str, str]:
    pairs = zip(form.getlist("spelling"), form.getlist("meant"), strict=False)
    told = {words: meant for words, meant in pairs if meant}
    return {**draft.wishes.get("areas", {}), **told}


def _columns(form: MultiDict[str, str], draft: ImportDraft, name: str) -> dict[str, Any]:
    here = acting()
    row = form.get("head", "")
    before = draft.wishes.get("sheets", {}).get(name, {})
    head = int(row) - 1 if row.isdecimal() and 0 < int(row) <= 1000 else before.get("head")
    known = queries.known_names(db.session(), here.meeting.id)
    found = preview.automatic(draft.data or b"", draft.file, known, here.now.year, name, head)
    moved = head != before.get("head") and row != form.get("head_was", row)
    chosen = {} if moved else {
        key[2:]: role
        for key, role in form.items()
        if key.startswith("c-") and key[2:].isdecimal() and role in ROLES
        and role != found.get(int(key[2:]), "")
    }  # fmt: skip
    chosen = {column: role or preview.IGNORED for column, role in chosen.items()}
    wanted: dict[str, Any] = {"columns": chosen, "hidden": bool(form.get("hidden"))}
    if moved:
        wanted["head"] = head
    return wanted


@blueprint.get("/m/<m>/import/<int:draft_id>/repairs")
@needs("delegates.edit")
def repairs(m: str, draft_id: int) -> str:
    """Show before and after of every repair, by kind, with the reason."""
    here = acting()
    draft = _draft(draft_id)
    reading = service.read(db.session(), draft, here.now)
    found = preview.repairs(reading)
    counts = {kind: len(items) for kind, items in found.items()}
    flat = [(kind, warned) for kind, items in found.items() for warned in items]
    page = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "delegates/repairs.html",
        draft=draft,
        reading=reading,
        items=flat[(page - 1) * PAGE : page * PAGE],
        counts=counts,
        total=len(flat),
        page=page,
        pages=-(-len(flat) // PAGE) or 1,
        kinds=KINDS,
        why=report.WARNINGS,
        key_of=report.key_of,
        field_of=report.field_of,
        kept=set(draft.wishes.get("kept", ())),
        faults=len(preview.faults(reading)),
        reasons=report.REASONS,
    )


@blueprint.post("/m/<m>/import/<int:draft_id>/repairs")
@needs("delegates.edit")
def keep_repairs(m: str, draft_id: int) -> Response:
    """Leave undone what was unticked."""
    here = acting()
    form = request.form
    with writing() as session:
        draft = service.find(session, here.meeting.id, draft_id, here.now)
        shown, wanted = set(form.getlist("shown")), set(form.getlist("fix"))
        kept = (set(draft.wishes.get("kept", ())) - shown) | (shown - wanted)
        service.wish(session, draft, {"kept": sorted(kept)}, actor=here.actor.name)
    page = form.get("page", "")
    if page.isdecimal():
        return redirect(url_for("bringing.repairs", m=m, draft_id=draft_id, page=page))
    return redirect(url_for("bringing.check", m=m, draft_id=draft_id))


@blueprint.get("/m/<m>/import/<int:draft_id>/check")
@needs("delegates.edit")
def check(m: str, draft_id: int) -> str:
    """Show what will be stored, what to mend, what stands twice, what is left out."""
    here = acting()
    draft = _draft(draft_id)
    session = db.session()
    reading = service.read(session, draft, here.now)
    would = apply.would_change(session, here.meeting.id, reading.people, here.now)
    known = {(p.sheet, p.row) for p in (*would.known, *would.removed)}
    return render_template(
        "delegates/check.html",
        draft=draft,
        reading=reading,
        would=would,
        new=[p for p in reading.people if (p.sheet, p.row) not in known][:_SHOWN],
        faults=preview.faults(reading),
        twins=preview.twins(reading),
        alike=preview.alike(reading),
        both=_both(draft),
        areas=meetings.areas(session, here.meeting.id),
        reasons=report.REASONS,
        fields=FIELDS,
        sheets=preview.names(draft.data or b"", draft.file),
        typed=_typed_cells(draft),
    )


FIELDS = {
    "name": _l("Full name"),
    "phone": _l("Phone"),
    "birth_year": _l("Year of birth"),
    "area": _l("Area"),
    "address": _l("Address"),
    "title": _l("Office"),
    "note": _l("Note"),
}


def _both(draft: ImportDraft) -> set[tuple[str, int]]:
    sheets: Mapping[str, Any] = draft.wishes.get("sheets", {})
    return {(name, row + 1) for name, kept in sheets.items() for row in kept.get("both", ())}


def _typed_cells(draft: ImportDraft) -> int:
    sheets: Mapping[str, Any] = draft.wishes.get("sheets", {})
    return sum(len(kept.get("cells", {})) for kept in sheets.values())


@blueprint.post("/m/<m>/import/<int:draft_id>/check")
@needs("delegates.edit")
def mend(m: str, draft_id: int) -> Response:
    """Put what was typed in the place of the file's cells; accept, if that was asked."""
    here = acting()
    with writing() as session:
        draft = service.find(session, here.meeting.id, draft_id, here.now)
        changed = _mended(request.form, draft, preview.names(draft.data or b"", draft.file))
        if changed:
            service.wish(session, draft, {"sheets": changed}, actor=here.actor.name)
        if request.form.get("go") == "accept":
            service.accept(session, draft, actor=here.actor.name, now=here.now)
    if request.form.get("go") == "accept":
        return redirect(url_for("bringing.done", m=m, draft_id=draft_id))
    return redirect(url_for("bringing.check", m=m, draft_id=draft_id))


def _mended(
    form: MultiDict[str, str], draft: ImportDraft, names: list[str]
) -> dict[str, dict[str, Any]]:
    """Return the changed wishes of each sheet: keys are "cell:sheet:row:role", "both:…"."""
    sheets = draft.wishes.get("sheets", {})
    changed: dict[str, dict[str, Any]] = {}
    for key in form:
        what, *place = key.split(":")
        if what not in {"cell", "both", "out"} or len(place) < 2 or not place[1].isdecimal():
            continue
        name = next((n for i, n in enumerate(names) if str(i) == place[0]), None)
        if name is None:
            continue
        old = sheets.get(name, {})
        facts = changed.setdefault(name, {
            "cells": dict(old.get("cells", {})),
            "both": list(old.get("both", ())),
            "out": list(old.get("out", ())),
        })  # fmt: skip
        row = int(place[1]) - 1
        words = vietnamese.clean(form[key])[:200]
        if what == "cell" and words and place[2:] and place[2] in FIELDS:
            facts["cells"][f"{row}:{place[2]}"] = words
        elif what != "cell":
            facts[what] = sorted({*facts[what], row} if words == "1" else {*facts[what]} - {row})
    return changed


@blueprint.get("/m/<m>/import/<int:draft_id>/mended.xlsx")
@needs("delegates.edit")
def download(m: str, draft_id: int) -> Response:
    """Give the list as it is understood now, as a workbook."""
    here = acting()
    draft = _draft(draft_id)
    reading = service.read(db.session(), draft, here.now)
    head = (_("Row"), *(str(FIELDS[name]) for name in FIELDS))
    rows = [(p.row, *(getattr(p, name) for name in FIELDS)) for p in reading.people]
    return workbook(Table(_("Delegates"), head, rows), f"danh-sach-{m}.xlsx")


@blueprint.get("/m/<m>/import/<int:draft_id>/done")
@needs("delegates.edit")
def done(m: str, draft_id: int) -> str:
    """Show what became of the list; it can be taken back."""
    draft = service.accepted(db.session(), acting().meeting.id, draft_id)
    return render_template("delegates/imported.html", draft=draft)


@blueprint.post("/m/<m>/import/<int:draft_id>/undo")
@needs("delegates.edit")
def undo(m: str, draft_id: int) -> Response:
    """Take back the people that a list added."""
    here = acting()
    try:
        with writing() as session:
            draft = service.accepted(session, here.meeting.id, draft_id)
            count = service.take_back(session, draft, actor=here.actor.name, now=here.now)
    except KioskError as error:
        flash(str(error.message), "warn")
        return redirect(url_for("bringing.done", m=m, draft_id=draft_id))
    flash(_("%(n)s people of this list were taken off again.", n=count))
    return redirect(url_for("delegates.listing", m=m))
