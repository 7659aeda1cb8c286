"""The ward's own Word templates: what they may ask for, keeping one, going back to ours."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.app import settings
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import service
from kiosk.plugins.papers.formats import files
from kiosk.plugins.papers.templates import placeholders
from kiosk.web import downloads

blueprint = Blueprint("papers_templates", __name__)


@blueprint.get("/m/<m>/papers/templates")
@needs("papers.edit")
def listing(m: str) -> str:
    """Show which papers have a template of the ward's own, and the placeholders."""
    return _listing()


def _listing(kind: str = "", error: KioskError | None = None) -> str:
    meeting = acting().meeting
    return render_template(
        "papers/templates.html",
        kinds=queries.KINDS,
        templates=queries.templates(db.session(), meeting.id),
        meanings=placeholders.MEANINGS,
        items=placeholders.ITEMS,
        faulty=kind,
        error=error,
        meeting=meeting,
    )


@blueprint.get("/m/<m>/papers/<kind>/starter.docx")
@needs("papers.edit")
def starter(m: str, kind: str) -> Response:
    """Give our own layout with placeholders, to be changed in Word."""
    queries.kind_of(kind)
    return downloads.file(files.starter(kind), files.WORD, f"mau-{kind}.docx")


@blueprint.post("/m/<m>/papers/<kind>/template")
@needs("papers.edit")
def keep(m: str, kind: str) -> Response | tuple[str, int]:
    """Keep a template that was looked through line by line."""
    here = acting()
    name, data = _sent()
    try:
        files.check_template(data)
    except (Refused, TooLarge) as error:
        return _listing(kind, error), error.status
    folder = settings().data
    with writing() as session:
        replaced = service.keep_template(
            session,
            here.meeting.id,
            kind,
            name,
            data,
            folder=folder,
            actor=here.actor.name,
            now=here.now,
        )
    service.discard(folder, replaced)
    flash(_("The template is in use: every placeholder is known."))
    return redirect(url_for("papers_templates.listing", m=m))


def _sent() -> tuple[str, bytes]:
    sent = request.files.get("file")
    if sent is None:
        return "", b""
    with closing(sent):
        return sent.filename or "", sent.read()


@blueprint.post("/m/<m>/papers/<kind>/template/drop")
@needs("papers.edit")
def drop(m: str, kind: str) -> Response:
    """Go back to our own layout."""
    here = acting()
    with writing() as session:
        stored = service.drop_template(session, here.meeting.id, kind, actor=here.actor.name)
    service.discard(settings().data, stored)
    flash(_("This paper is made in the layout of the decree again."))
    return redirect(url_for("papers_templates.listing", m=m))
