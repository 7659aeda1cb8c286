"""Handing matters to bodies: the list of slips, printing one, sending one by e-mail."""

from __future__ import annotations

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import smtp
from kiosk.access import acting
from kiosk.access import needs
from kiosk.app import settings
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Unavailable
from kiosk.plugin import registry
from kiosk.plugins.papers import files
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import slips
from kiosk.smtp import Server

blueprint = Blueprint("papers_slips", __name__)


@blueprint.get("/m/<m>/papers/phieu-chuyen")
@needs("papers.read")
def listing(m: str) -> str:
    """Show every matter that a body has to answer, with its slip."""
    return render_template(
        "papers/slips.html",
        lines=slips.lines(db.session(), acting().meeting.id),
        overdue=slips.overdue,
        unready=smtp.unready(settings().smtp_url),
        meeting=acting().meeting,
    )


@blueprint.get("/m/<m>/papers/phieu-chuyen/<int:matter_id>.<ending>")
@needs("papers.read")
def slip(m: str, matter_id: int, ending: str) -> Response:
    """Give the slip that hands a matter to a body."""
    paper = queries.slip(db.session(), acting().meeting, matter_id)
    if ending not in files.MEDIA:
        raise NotFound("no_paper", _("A paper comes as .docx or .pdf."))
    data = files.own_layout(ending, paper)
    return files.response(data, f"phieu-chuyen-{matter_id}", ending)


@blueprint.post("/m/<m>/papers/phieu-chuyen/<int:matter_id>/send")
@needs("papers.edit")
def send(m: str, matter_id: int) -> Response:
    """Send the slip to the people of the body; what the mail server says is kept."""
    here = acting()
    chosen = settings()
    why = smtp.unready(chosen.smtp_url)
    if why is not None or chosen.smtp_url is None:
        raise Unavailable("no_mail", why)
    server = Server.read(chosen.smtp_url)
    link = _link(m, matter_id)
    try:
        mails = slips.prepare(db.session(), here.meeting, matter_id, server, link, here.now)
    except Conflict as error:
        flash(str(error), "warn")
        return redirect(url_for("papers_slips.listing", m=m))
    # A mail server may be slow: no transaction waits for it.
    db.session.rollback()
    done = slips.send(server, mails, here.now)
    with writing() as session:
        slips.record(session, here.meeting.id, done, actor=here.actor.name)
    for one in done:
        if one.went:
            flash(_("The slip went to %(to)s.", to=one.to))
        else:
            words = _("The slip did not go to %(to)s: %(said)s", to=one.to, said=one.said)
            flash(words, "warn")
    return redirect(url_for("papers_slips.listing", m=m))


def _link(m: str, matter_id: int) -> str:
    return registry().outside(url_for("opinions.one", m=m, matter_id=matter_id))
