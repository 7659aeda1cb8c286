"""Putting a paper in other words: the minutes while they grow, any paper before it is signed."""

from __future__ import annotations

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import service
from kiosk.plugins.papers.texts import minutes
from kiosk.plugins.papers.texts.facts import gather

blueprint = Blueprint("papers_words", __name__)


@blueprint.get("/m/<m>/papers/<kind>/words")
@needs("papers.edit")
def words(m: str, kind: str) -> str:
    """Show a paper paragraph by paragraph; `part` gives the text alone, to be put in place."""
    return _words(kind, request.args.get("edit", ""))


def _words(kind: str, edit: str = "", error: KioskError | None = None, typed: str = "") -> str:
    session, meeting = db.session(), acting().meeting
    facts = gather(session, meeting)
    page = "papers/paragraphs.html" if request.args.get("part") else "papers/words.html"
    return render_template(
        page,
        kind=kind,
        title=queries.kind_of(kind).title,
        blocks=queries.kind_of(kind).make(facts).blocks,
        paragraphs=queries.of_facts(session, facts, kind),
        history=queries.history(session, meeting.id, kind),
        edit=edit,
        typed=typed,
        error=error,
        live=kind == queries.MINUTES,
        came=facts.came,
        speaking=facts.floor["speaking"],
        speaking_is=minutes.speaker(facts.floor["speaking"]) if facts.floor["speaking"] else "",
        gaps=minutes.gaps(facts) if kind == queries.MINUTES else [],
        meeting=meeting,
    )


@blueprint.post("/m/<m>/papers/<kind>/words")
@needs("papers.edit")
def correct(m: str, kind: str) -> Response | tuple[str, int]:
    """Put one paragraph in other words, or bring the record's own words back."""
    here = acting()
    form = request.form
    key = form.get("key", "")
    text = None if "restore" in form else form.get("text", "")
    wanted = service.Correction(key, text, form.get("seen", ""))
    try:
        with writing() as session:
            service.correct(
                session, here.meeting, kind, wanted, actor=here.actor.name, now=here.now
            )
    except Conflict as error:
        # What was typed stays on the page: nothing is lost, nothing is overwritten.
        return _words(kind, key, error, text or ""), error.status
    return redirect(url_for("papers_words.words", m=m, kind=kind, _anchor=f"p-{key}"))
