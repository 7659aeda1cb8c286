"""The papers of a meeting, to download."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import download
from kiosk.access import acting
from kiosk.access import needs
from kiosk.db import db
from kiosk.errors import NotFound
from kiosk.plugins.papers import queries
from kiosk.plugins.papers.files import FORMATS

blueprint = Blueprint("papers", __name__)


@blueprint.get("/m/<m>/papers")
@needs("papers.read")
def listing(m: str) -> str:
    """Show the papers that can be made."""
    return render_template("papers/list.html", kinds=queries.KINDS, meeting=acting().meeting)


@blueprint.get("/m/<m>/papers/<kind>.<ending>")
@needs("papers.read")
def file(m: str, kind: str, ending: str) -> Response:
    """Give one paper as a file."""
    if ending not in FORMATS:
        raise NotFound("no_paper", _("A paper comes as .docx or .pdf."))
    media, write = FORMATS[ending]
    data = write(queries.made(db.session(), acting().meeting, kind))
    return download.file(data, media, f"{kind}-{m}.{ending}", inline=ending == "pdf")
