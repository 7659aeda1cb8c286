"""A delegate's own place, questions in writing, statistics, files and the picture."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Blueprint
from flask import Response
from flask import request
from flask_babel import gettext as _

from kiosk.auth.access import Acting
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import spreadsheet
from kiosk.errors import NotFound
from kiosk.live import hub
from kiosk.plugin import registry
from kiosk.plugins.speakers import schemas
from kiosk.plugins.speakers.questions import service as questions
from kiosk.plugins.speakers.queue import queries
from kiosk.plugins.speakers.queue.api import only_self
from kiosk.plugins.speakers.queue.api import snapshot
from kiosk.plugins.speakers.queue.schemas import QuestionBody
from kiosk.plugins.speakers.queue.undo import VIEW
from kiosk.plugins.speakers.statistics import queries as record
from kiosk.web import downloads
from kiosk.web import downloads as download
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

blueprint = Blueprint("speakers_record", __name__, url_prefix="/api/v1/meetings/<m>/speakers")


@blueprint.get("/mine")
@described("A delegate's own place and questions", answer=schemas.Mine, conditional=True)
@needs("speakers.mine")
def mine(m: str) -> Response:
    """Give a delegate the own places on the list."""
    here = acting()
    # Who is no delegate has no place on the list.
    own = here.actor.delegate_id or 0
    version = ledger.version_of(db.session(), here.meeting.id, VIEW)
    found = queries.mine(db.session(), here.meeting.id, own)
    response = answer({"version": version, **found})
    response.set_etag(_mark(version, found))
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]  # werkzeug's own type


def _mark(version: int, found: dict[str, Any]) -> str:
    """Return what changes when the page would: the running clock alone does not."""
    hours = [(item["id"], (item["expected_at"] or "")[:16]) for item in found["entries"]]
    digest = hashlib.sha256(json.dumps([version, hours]).encode())
    return digest.hexdigest()[:20]


@blueprint.post("/questions")
@described("Ask in writing", body=QuestionBody, answer=schemas.Question, status=201)
@needs("speakers.ask", device_first=True)
def ask(m: str) -> Response:
    """Keep a question to be read out."""
    here = acting()
    wanted = parse(QuestionBody)
    if here.actor.delegate_id is not None and not here.may("speakers.manage"):
        only_self(here, wanted.delegate)
    written = questions.Written(wanted.delegate, wanted.text, wanted.topic)
    with writing() as session:
        question_id = questions.ask(
            session, here.meeting.id, written, actor=here.actor.name, now=here.now
        )
    return answer(queries.question(db.session(), here.meeting.id, question_id), 201)


@blueprint.post("/questions/<int:question_id>/<any(read,unread):what>")
@described("Mark a question as read out, or as not yet", answer=schemas.SpeakersSnapshot)
@needs("speakers.manage")
def mark(m: str, question_id: int, what: str) -> Response:
    """Mark a written question."""
    here = acting()
    with writing() as session:
        questions.mark(
            session,
            here.meeting.id,
            question_id,
            is_read=what == "read",
            actor=here.actor.name,
            now=here.now,
        )
    return snapshot(here)


@blueprint.delete("/questions/<int:question_id>")
@described(
    "Take a question back; a delegate only the own",
    answer=schemas.SpeakersSnapshot | schemas.Nothing,
)
@needs("speakers.withdraw")
def withdraw(m: str, question_id: int) -> Response:
    """Take a written question back that has not been read out."""
    here = acting()
    manages = here.may("speakers.manage")
    if not manages:
        _only_asker(here, question_id)
    with writing() as session:
        questions.withdraw(
            session, here.meeting.id, question_id, actor=here.actor.name, now=here.now
        )
    return snapshot(here) if manages else answer({})


def _only_asker(here: Acting, question_id: int) -> None:
    owner = queries.asker_of(db.session(), here.meeting.id, question_id)
    if owner is None:
        raise NotFound("no_question", _("There is no such question."))
    only_self(here, owner)


@blueprint.get("/house")
@described(
    "How many have come, for the hall's strip: no names", answer=schemas.House, conditional=True
)
@needs("speakers.hall")
def house(m: str) -> Response:
    """Give the counts of the house, where attendance is installed: it counts."""
    if "house" not in registry().views:
        raise NotFound("no_view", _("There is no such live view."))
    return hub.polled("house")


@blueprint.get("/statistics")
@described("Who spoke and for how long", answer=schemas.Statistics)
@needs("speakers.statistics")
def statistics(m: str) -> Response:
    """Give the figures of the meeting's speeches."""
    here = acting()
    version = ledger.version_of(db.session(), here.meeting.id, VIEW)
    found = record.statistics(db.session(), here.meeting.id)
    return answer({"version": version, **found})


@blueprint.get("/table.<any(xlsx,csv):ending>")
@described("Who spoke and for how long, as a table", files=(download.XLSX, "text/csv"))
@needs("speakers.statistics")
def table(m: str, ending: str) -> Response:
    """Give the table of speeches as a file."""
    here = acting()
    found = record.table(db.session(), here.meeting.id)
    name = f"phat-bieu-{here.meeting.name}.{ending}"
    if ending == "xlsx":
        return downloads.workbook(found, name)
    data = spreadsheet.as_csv(found).encode("utf-8-sig")
    return downloads.file(data, "text/csv; charset=utf-8", name)


@blueprint.get("/flow.svg")
@described("The meeting's flow as a picture", files=("image/svg+xml",))
@needs("speakers.statistics")
def flow(m: str) -> Response:
    """Draw who spoke when, and the answers."""
    here = acting()
    data = record.flow(db.session(), here.meeting.id).encode()
    name = f"dien-bien-{here.meeting.name}.svg"
    return downloads.file(data, "image/svg+xml; charset=utf-8", name, inline=True)
