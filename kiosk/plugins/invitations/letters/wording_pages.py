"""The form in which an organiser words the letters, beside the real page."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask import flash
from flask import jsonify
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.app import settings
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters import pdf
from kiosk.plugins.invitations.letters import wording
from kiosk.plugins.invitations.letters import wording_rules
from kiosk.plugins.invitations.letters.pdf import Letter
from kiosk.plugins.invitations.letters.pdf import Wordings
from kiosk.web import downloads
from kiosk.web import forms
from kiosk.web.errors import problem

# Beyond these the rest is like them: a check of all takes a second.
MOST_CHECKED = 400

blueprint = Blueprint("wording", __name__)


def _form_wanted() -> str:
    form = request.values.get("form", "")
    return form if form in wording_rules.FORMS else wording_rules.FORMS[0]


def _people(meeting: Meeting, form: str) -> list[Listed]:
    return [p for p in delegates.everyone(db.session(), meeting.id) if p.group_kind == form]


def _as_edited(words: Mapping[str, str]) -> dict[str, str]:
    return {name: wording_rules.named(words[name]) for name in wording_rules.FIELDS}


def _stored(standing: Wordings, meeting: Meeting, form: str) -> dict[str, object]:
    head = standing.heading()
    return {
        **_as_edited(pdf.worded(meeting, form, standing, settings().public_url)),
        **{f"head_{name}": head[name] for name in head},
    }


def _shown(form: str, refused: KioskError | None = None) -> str:
    meeting = acting().meeting
    session = db.session()
    standing = wording.of(session, meeting.id)
    head = standing.heading()
    values = _stored(standing, meeting, form)
    shown: Mapping[str, object] | None = values
    if refused:
        given, shown = forms.kept(request.form, refused)
        values = {**values, **given}
    return render_template(
        "invitations/wording.html",
        form=form,
        forms=wording_rules.FORMS,
        values=values,
        shown=shown,
        said=refused,
        problems=refused.fields if refused else {},
        blanks=wording_rules.BLANKS,
        personal=wording_rules.PERSONAL,
        shared=wording_rules.SHARED,
        people=_people(meeting, form),
        signing=_signing(meeting, head),
        sheets=pdf.SHEETS,
        undoable=wording.can_undo(session, meeting.id, form),
        edited=bool(standing.forms.get(form)),
    )


@blueprint.get("/m/<m>/invitations/wording")
@needs("invitations.edit")
def edit(m: str) -> str:
    """Show the form of one kind of letter."""
    return _shown(_form_wanted())


def _signing(meeting: Meeting, head: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the ways to sign, each with its lines as they will stand."""
    org = (pdf.common(meeting, None, "a5")["org"] or [""])[0]
    lines = {
        key: wording_rules.signature({**head, "signing": key, "signer_title": ""}, org)
        for key in wording_rules.SIGNING
    }
    return [(key, ", ".join(lines[key])) for key in lines]


def _given(
    meeting: Meeting, form: str, given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return wording and head as they are given. Raises Refused with every field."""
    ready = pdf.ready(meeting, form, settings().public_url)
    problems: dict[str, object] = {}
    words: dict[str, str] = {}
    head: dict[str, str] = {}
    try:
        words = wording.checked(given, ready)
    except Refused as refused:
        problems.update(refused.fields)
    try:
        head = wording.checked_head(given)
    except Refused as refused:
        problems.update(refused.fields)
    known = {clock.hm(at) for at in (meeting.doors_open_at, meeting.starts_at, meeting.ends_at)}
    if strange := wording_rules.strange_hours(given.get("time", ""), known):
        problems.setdefault(
            "time",
            _(
                "%(hour)s is no hour of this meeting. Please use a blank below the field.",
                hour=strange[0],
            ),
        )
    if problems:
        raise Refused(
            "bad_wording", _("Please look at the marked fields once more."), fields=problems
        )
    return words, head


@blueprint.post("/m/<m>/invitations/wording")
@needs("invitations.edit")
def save(m: str) -> Response | tuple[str, int]:
    """Keep the wording, or show what is the matter with it."""
    here = acting()
    form = _form_wanted()
    try:
        with writing() as session:
            forms.hold(session, Meeting, here.meeting.id)
            stored = _stored(wording.of(session, here.meeting.id), here.meeting, form)
            given = forms.merged(request.form, stored)
            words, head = _given(here.meeting, form, given.values)
            wording.save(
                session, here.meeting.id, form, words, head, actor=here.actor.name, now=here.now
            )
    except (Refused, Conflict) as refused:
        return _shown(form, refused), refused.status
    if given.theirs:
        flash(_("Lines that somebody else changed meanwhile stand as they are."), "info")
    flash(_("The wording is kept. Letters printed from now on have it."))
    return redirect(url_for("wording.edit", m=m, form=form))


@blueprint.post("/m/<m>/invitations/wording/undo")
@needs("invitations.edit")
def undo(m: str) -> Response:
    """Take the last saving back."""
    return _stepped(m, wording.undo, _("The wording is as it was before."))


@blueprint.post("/m/<m>/invitations/wording/reset")
@needs("invitations.edit")
def reset(m: str) -> Response:
    """Go back to the ready wording."""
    words = _("The ready wording is back. Number, day and signature stay as they were.")
    return _stepped(m, wording.reset, words)


def _stepped(m: str, step: Callable[..., object], said: str) -> Response:
    here = acting()
    form = _form_wanted()
    with writing() as session:
        step(session, here.meeting.id, form, actor=here.actor.name, now=here.now)
    flash(said)
    return redirect(url_for("wording.edit", m=m, form=form))


def _unsaved(meeting: Meeting, form: str) -> Wordings:
    words, head = _given(meeting, form, request.form)
    standing = wording.of(db.session(), meeting.id)
    return replace(standing, forms={**standing.forms, form: words}, head=head)


def _sample(person: Listed, meeting: Meeting) -> Letter:
    """Return a person's letter; who holds no code yet is shown with one that opens nothing."""
    found = queries.code_of(db.session(), meeting, person.id)
    code = found.code if found else rules.code(meeting.tag, b"", 0, 0)
    return pdf.letter(person, code, found.short if found else "00000000", settings().public_url)


def _anybody(form: str) -> Listed:
    return Listed(
        id=0,
        name="Nguyễn Văn A",
        salutation="ông",
        title="",
        group_id=0,
        group="",
        group_kind=form,
        area_id=None,
        area="",
        household="",
        address="",
        birth_year=None,
        phone="",
        note="",
        origin="invited",
    )


@blueprint.post("/m/<m>/invitations/wording/page.png")
@needs("invitations.edit")
def page_png(m: str) -> Response:
    """Give the real page of a chosen person with the wording that is not saved yet."""
    meeting = acting().meeting
    form = _form_wanted()
    try:
        unsaved = _unsaved(meeting, form)
    except Refused as refused:
        return problem(refused)
    wanted = request.form.get("person", type=int)
    people = _people(meeting, form)
    person = next((p for p in people if p.id == wanted), people[0] if people else _anybody(form))
    sheet = request.form.get("sheet", "a5")
    data = pdf.png(
        meeting,
        _sample(person, meeting),
        settings().public_url,
        unsaved,
        sheet if sheet in pdf.SHEETS else "a5",
    )
    return downloads.file(data, "image/png", "giay-moi.png", inline=True)


@blueprint.post("/m/<m>/invitations/wording/checks")
@needs("invitations.edit")
def checks(m: str) -> Response:
    """Say of all letters of this form whether they fit, and what is missing."""
    meeting = acting().meeting
    form = _form_wanted()
    try:
        unsaved = _unsaved(meeting, form)
    except Refused as refused:
        return problem(refused)
    people = _people(meeting, form)
    sheet = request.form.get("sheet", "a5")
    sheet = sheet if sheet in pdf.SHEETS else "a5"
    longest = sorted(people, key=lambda p: -len(p.name + p.title))[:MOST_CHECKED] or [
        _anybody(form)
    ]
    url = settings().public_url
    # The code does not change the room a letter needs: one serves for all.
    code = rules.code(meeting.tag, b"", 0, 0)
    items = [pdf.letter(person, code, "00000000", url) for person in longest]
    sizes = pdf.sizes(meeting, items, url, sheet, unsaved)
    return jsonify(_said(meeting, people, sizes, sheet))


def _said(
    meeting: Meeting, people: list[Listed], sizes: list[float], sheet: str
) -> list[dict[str, Any]]:
    full = 14 if sheet == "a4-one" else 13
    wide = sum(size == 0 for size in sizes)
    small = min((size for size in sizes if size), default=full)
    mm = pdf.common(meeting, settings().public_url, sheet)["qr_size"]
    nameless = sum(1 for p in people if not p.salutation and p.group_kind != "official")
    return [
        _line(
            not wide,
            _("Fits one page for every delegate"),
            _("%(n)s letters are longer than the page", n=wide),
        ),
        _line(True, _("QR code of %(mm)s mm, reads from paper", mm=f"{mm:.0f}")),
        _line(
            small >= full,
            _("The longest name fits in full size"),
            _("Long letters are set in %(pt)s points", pt=f"{small:g}"),
        ),
        _line(
            not nameless,
            _("Every delegate has a form of address"),
            _("%(n)s delegates have no form of address", n=nameless),
        ),
    ]


def _line(good: bool, yes: str, no: str = "") -> dict[str, Any]:
    return {"ok": good, "text": yes if good else no}
