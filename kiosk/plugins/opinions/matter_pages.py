"""What is done to one matter: mended, given to a body, moved, answered, published, merged."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.app import settings
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import Malformed
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.opinions import erase
from kiosk.plugins.opinions.matters import editing
from kiosk.plugins.opinions.matters import files
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.pages import matter_page
from kiosk.plugins.opinions.pages import typed_matter
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.access import asker
from kiosk.web import downloads

blueprint = Blueprint("matters", __name__)


def _revision() -> int:
    typed = request.form.get("revision", "")
    if not typed.isdecimal():
        raise Malformed("no_revision", _("Please open the matter again."))
    return int(typed)


@blueprint.post("/m/<m>/opinions/<int:matter_id>/<any(mend,assign,move,publish,merge):verb>")
@needs("opinions.manage")
def act(m: str, matter_id: int, verb: str) -> Response | tuple[str, int]:
    """Do something to a matter; when it cannot be done, what was typed is kept and shown."""
    here = acting()
    who = asker(db.session(), here)
    try:
        with writing() as session:
            _VERBS[verb](session, here.meeting.id, matter_id, who.who)
    except (Conflict, Refused) as error:
        return matter_page(matter_id, error), error.status
    try:
        who.view(db.session(), here.meeting.id, matter_id)
    except NotFound:
        # A denunciation leaves the eyes of who typed it.
        flash(_("It was given to the organiser alone and is secret from now on."))
        return redirect(url_for("opinions.board_page", m=m))
    return redirect(url_for("opinions.one", m=m, matter_id=matter_id))


def _mend(session: Any, meeting_id: int, matter_id: int, who: service.Who) -> None:
    now, typed = acting().now, typed_matter(request.form)
    editing.mend(session, meeting_id, matter_id, typed, _revision(), who=who, now=now)


def _assign(session: Any, meeting_id: int, matter_id: int, who: service.Who) -> None:
    form = request.form
    lead, due = form.get("lead", ""), form.get("due_on", "")
    try:
        due_on = date.fromisoformat(due) if due else None
    except ValueError as error:
        fields = {"due_on": _("Please choose the day.")}
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields) from error
    partners = tuple(int(b) for b in form.getlist("partner") if b.isdecimal())
    wanted = matters.Assignment(int(lead) if lead.isdecimal() else 0, partners, due_on)
    done = matters.assign(
        session, meeting_id, matter_id, wanted, _revision(), who=who, now=acting().now
    )
    if done.moved_from is not None:
        flash(
            _(
                "%(asked)s is a day off: the answer is due on %(due)s.",
                asked=f"{done.moved_from:%d/%m/%Y}",
                due=f"{done.due_on:%d/%m/%Y}",
            ),
            "info",
        )


def _move(session: Any, meeting_id: int, matter_id: int, who: service.Who) -> None:
    state = request.form.get("state", "")
    matters.move(session, meeting_id, matter_id, state, _revision(), who=who, now=acting().now)


def _publish(session: Any, meeting_id: int, matter_id: int, who: service.Who) -> None:
    now = acting().now
    if request.form.get("public") == "0":
        matters.withdraw_from_public(session, meeting_id, matter_id, _revision(), who=who, now=now)
        return
    title = request.form.get("title", "")
    matters.publish(session, meeting_id, matter_id, title, _revision(), who=who, now=now)


def _merge(session: Any, meeting_id: int, matter_id: int, who: service.Who) -> None:
    into = request.form.get("into", "")
    wanted = int(into) if into.isdecimal() else 0
    matters.merge(session, meeting_id, matter_id, wanted, _revision(), who=who, now=acting().now)


_VERBS = {
    "mend": _mend,
    "assign": _assign,
    "move": _move,
    "publish": _publish,
    "merge": _merge,
}


@blueprint.post("/m/<m>/opinions/<int:matter_id>/answer")
@needs("opinions.answer")
def write_answer(m: str, matter_id: int) -> Response | tuple[str, int]:
    """Keep an answer, with its file when one was chosen."""
    here, form = acting(), request.form
    who = asker(db.session(), here)
    send = form.get("send") == "1"
    wanted = matters.Answer(form.get("answer", ""), form.get("proposed", ""), send)
    sent = request.files.get("file")
    data = sent.read(files.LARGEST + 1) if sent and sent.filename else b""
    try:
        with writing() as session:
            matters.write_answer(
                session,
                here.meeting.id,
                matter_id,
                wanted,
                _revision(),
                who=who.who,
                now=here.now,
                body_id=who.body_id,
            )
            if sent and sent.filename:
                files.attach(
                    session,
                    here.meeting.id,
                    matter_id,
                    sent.filename,
                    data,
                    folder=settings().data,
                    who=who.who,
                    now=here.now,
                    body_id=who.body_id,
                )
    except (Conflict, Refused, TooLarge) as error:
        return matter_page(matter_id, error), error.status
    flash(_("The secretary has your answer now.") if send else _("Saved."))
    return redirect(url_for("opinions.one", m=m, matter_id=matter_id))


@blueprint.get("/m/<m>/opinions/<int:matter_id>/files/<int:file_id>")
@needs("opinions.read")
def file(m: str, matter_id: int, file_id: int) -> Response:
    """Give a file of an answer, always as a download."""
    here, session = acting(), db.session()
    asker(session, here).view(session, here.meeting.id, matter_id)
    name, kind, data = files.read(session, matter_id, file_id, settings().data)
    return downloads.file(data, kind, name)


@blueprint.post("/m/<m>/opinions/<int:matter_id>/files/<int:file_id>/remove")
@needs("opinions.answer")
def remove_file(m: str, matter_id: int, file_id: int) -> Response:
    """Take a file away."""
    here = acting()
    who = asker(db.session(), here)
    with writing() as session:
        stored = files.remove(
            session,
            here.meeting.id,
            matter_id,
            file_id,
            who=who.who,
            now=here.now,
            body_id=who.body_id,
        )
    files.discard(settings().data, stored)
    return redirect(url_for("opinions.one", m=m, matter_id=matter_id))


@blueprint.post("/m/<m>/opinions/<int:matter_id>/forget")
@needs("opinions.manage")
def forget(m: str, matter_id: int) -> Response:
    """Erase one author of a matter."""
    here = acting()
    author = request.form.get("author", "")
    who = asker(db.session(), here)
    matter = who.view(db.session(), here.meeting.id, matter_id)
    if not author.isdecimal() or int(author) not in {a.id for a in matter.authors}:
        raise NotFound("no_author", _("There is no such person in this meeting."))
    with writing() as session:
        erase.forget(session, here.meeting.id, int(author), actor=here.actor.name, now=here.now)
    flash(_("The person was erased; the words stay."))
    return redirect(url_for("opinions.one", m=m, matter_id=matter_id))
