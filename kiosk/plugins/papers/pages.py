"""The papers of a meeting: looking at them, downloading, recording their numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.app import settings
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import KioskError
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import service
from kiosk.plugins.papers import values
from kiosk.plugins.papers.formats import files
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.texts.facts import gather
from kiosk.plugins.papers.values import Paper
from kiosk.web import downloads
from kiosk.web import forms

blueprint = Blueprint("papers", __name__)


@blueprint.get("/m/<m>/papers")
@needs("papers.read")
def listing(m: str) -> str:
    """Show the papers, and one of them as it is printed."""
    return _listing(request.args.get("kind", ""))


def _listing(kind: str, error: KioskError | None = None) -> str:
    here = acting()
    session = db.session()
    chosen = kind if kind in queries.KINDS else "thong-bao-ket-luan"
    facts = gather(session, here.meeting)
    papers = {key: queries.finished(session, facts, key) for key in queries.KINDS}
    stored = _as_typed(session, here.meeting.id, chosen)
    typed, before = forms.kept(request.form, error) if error else (stored, stored)
    return render_template(
        "papers/list.html",
        kinds=queries.KINDS,
        papers=papers,
        issued=queries.issued(session, here.meeting.id),
        templates=queries.templates(session, here.meeting.id),
        corrected=set(queries.corrections(session, here.meeting.id, chosen)),
        chosen=chosen,
        shown=papers[chosen],
        signing=values.SIGNING,
        error=error,
        typed=typed,
        before=before,
        meeting=here.meeting,
    )


def _as_typed(session: Session, meeting_id: int, kind: str) -> dict[str, str]:
    """Return what the form of a paper's number shows."""
    record = queries.issued(session, meeting_id).get(kind)
    if record is None:
        return {"number": "", "dated_on": "", "signing": "TM", "signer": ""}
    return {
        "number": record.number,
        "dated_on": record.dated_on.isoformat(),
        "signing": record.signing,
        "signer": record.signer,
    }


@blueprint.get("/m/<m>/papers/<kind>.<ending>")
@needs("papers.read")
def file(m: str, kind: str, ending: str) -> Response:
    """Give one paper as a file."""
    session, meeting = db.session(), acting().meeting
    facts = gather(session, meeting)
    paper = queries.finished(session, facts, kind)
    data = _written(kind, ending, facts, paper)
    return files.response(data, f"{kind}-{m}", ending)


def _written(kind: str, ending: str, facts: Facts, paper: Paper) -> bytes:
    if ending == "pdf":
        return files.pdf(paper)
    if ending == "png":
        return files.preview(paper)
    if ending == "docx":
        own = queries.template(db.session(), facts.meeting.id, kind, settings().data)
        return files.word(kind, facts, paper, own)
    raise NotFound("no_paper", _("A paper comes as .docx or .pdf."))


@blueprint.get("/m/<m>/papers/all.zip")
@needs("papers.read")
def all_papers(m: str) -> Response:
    """Give every paper in both formats as one archive."""
    session, meeting = db.session(), acting().meeting
    facts = gather(session, meeting)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in queries.KINDS:
            paper = queries.finished(session, facts, kind)
            for ending in ("docx", "pdf"):
                archive.writestr(f"{kind}.{ending}", _written(kind, ending, facts, paper))
    return downloads.file(out.getvalue(), "application/zip", f"van-ban-{m}.zip")


@blueprint.post("/m/<m>/papers/<kind>/issue")
@needs("papers.edit")
def issue(m: str, kind: str) -> Response | tuple[str, int]:
    """Record the number and date that the records clerk gave."""
    here = acting()
    try:
        with writing() as session:
            forms.hold(session, Meeting, here.meeting.id)
            stored = _as_typed(session, here.meeting.id, kind)
            given = _given(forms.merged(request.form, stored).values)
            service.issue(session, here.meeting, kind, given, actor=here.actor.name, now=here.now)
    except (Refused, forms.ChangedMeanwhile) as error:
        return _listing(kind, error), error.status
    flash(_("The number is recorded. The paper can be printed and signed."))
    return redirect(url_for("papers.listing", m=m, kind=kind))


def _given(form: Mapping[str, str]) -> values.Issue:
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(form["dated_on"])
    return values.Issue(form["number"], day, form["signing"], form["signer"])


@blueprint.post("/m/<m>/papers/<kind>/reopen")
@needs("papers.edit")
def reopen(m: str, kind: str) -> Response:
    """Forget a number that was recorded by mistake."""
    here = acting()
    with writing() as session:
        service.take_number_back(session, here.meeting.id, kind, actor=here.actor.name)
    flash(_("The number was taken back. The paper is open again."))
    return redirect(url_for("papers.listing", m=m, kind=kind))
