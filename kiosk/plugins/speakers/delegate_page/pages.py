"""Forms of a delegate's own page: ask to speak, ask in writing, step back, withdraw.

The code in the address says who acts; the page itself belongs to the invitations.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.auth.access import public
from kiosk.auth.rate_limits import limit
from kiosk.db.base import LARGEST_ID
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.speakers.delegate_page import queries as delegate_page
from kiosk.plugins.speakers.questions import service as questions
from kiosk.plugins.speakers.queue import editing
from kiosk.plugins.speakers.queue import editing as queue
from kiosk.plugins.speakers.queue import floor
from kiosk.plugins.speakers.queue import queries
from kiosk.plugins.speakers.queue import service
from kiosk.web import forms

ACTOR = "delegate"
POSTS_PER_MINUTE = 20
LONGEST_QUESTION = 1000
# What an id in the database can be; more is nobody's.

Answer = Response | str | tuple[str, int]

blueprint = Blueprint("speakers_own", __name__, url_prefix="/I/<code>")


@dataclass(frozen=True)
class Holder:
    """Who holds the code of the address."""

    meeting: Meeting
    person: delegates.Listed
    code: str

    @property
    def page(self) -> str:
        """The address of the own page."""
        return url_for("own.page", code=self.code)


def _holder(code: str) -> Holder | Response:
    """Return who holds the code; else the way to the page that says what is the matter."""
    session = db.session()
    found = invitations.holder(session, code)
    person = delegates.one(session, *found) if found else None
    if found is None or person is None:
        return redirect(url_for("own.page", code=code), 303)
    return Holder(session.get_one(Meeting, found[0]), person, code)


def _told(holder: Holder, error: KioskError) -> tuple[str, int]:
    words = render_template(
        "invitations/own_told.html", error=error, code=holder.code, meeting=holder.meeting
    )
    return words, error.status


def _done(code: str, act: Callable[[Session, int, int, datetime], str]) -> Answer:
    """Do one thing for the holder of a code, in one commit; a refusal is told in words."""
    holder = _holder(code)
    if isinstance(holder, Response):
        return holder
    meeting_id, delegate_id, back = holder.meeting.id, holder.person.id, holder.page
    try:
        limit(f"own:{delegate_id}", POSTS_PER_MINUTE)
        with writing() as session:
            words = act(session, meeting_id, delegate_id, clock.now())
    except IntegrityError:
        # Two presses at the same instant: the database let one through, which is enough.
        return redirect(back)
    except KioskError as error:
        return _told(holder, error)
    flash(words)
    return redirect(back)


def _id(typed: str) -> int | None:
    return min(int(typed), LARGEST_ID) if typed.isdecimal() and len(typed) < 17 else None


@blueprint.get("/speak")
@public
def speak(code: str) -> Answer:
    """Show the form of asking to speak, or of changing what one wants to say."""
    holder = _holder(code)
    if isinstance(holder, Response):
        return holder
    entry = delegate_page.show(db.session(), holder.meeting.id, holder.person.id, clock.now())[
        "entry"
    ]
    typed = _as_typed(entry) if entry else {}
    return _speak_form(holder, typed, entry, None, typed)


def _as_typed(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"topic": str(entry["topic_id"] or ""), "note": entry["note"]}


def _speak_form(
    holder: Holder,
    typed: Mapping[str, str],
    entry: Any,
    error: KioskError | None,
    before: Mapping[str, object] | None,
) -> str:
    shown = delegate_page.show(db.session(), holder.meeting.id, holder.person.id, clock.now())
    return render_template(
        "speakers/own_speak.html",
        meeting=holder.meeting,
        person=holder.person,
        code=holder.code,
        topics=meetings.topics(db.session(), holder.meeting.id),
        typed=typed,
        entry=entry,
        minutes=shown["minutes"],
        error=error,
        before=before,
    )


@blueprint.post("/speak")
@public
def ask_to_speak(code: str) -> Answer:
    """Put the holder on the list, or change topic and note of the turn that waits."""
    holder = _holder(code)
    if isinstance(holder, Response):
        return holder
    meeting_id, delegate_id, back = holder.meeting.id, holder.person.id, holder.page
    form, turn_id = request.form, _id(request.form.get("turn", ""))
    try:
        limit(f"own:{delegate_id}", POSTS_PER_MINUTE)
        with writing() as session:
            if turn_id is None:
                _join(session, meeting_id, delegate_id, form)
            else:
                _edit(session, meeting_id, delegate_id, turn_id, form)
    except IntegrityError:
        # Two presses at the same instant: the database let one through, which is enough.
        return redirect(back)
    except KioskError as error:
        typed, before = forms.kept(form, error)
        entry = {"id": turn_id} if turn_id else None
        return _speak_form(holder, typed, entry, error, before), error.status
    return redirect(back)


def _join(session: Session, meeting_id: int, delegate_id: int, form: Mapping[str, str]) -> None:
    now = clock.now()
    if now > session.get_one(Meeting, meeting_id).ends_at:
        words = _("The dialogue is over. A question in writing can still be sent.")
        raise Conflict("meeting_over", words)
    wanted = service.Request(delegate_id, _id(form.get("topic", "")), note=form.get("note", ""))
    service.register(session, meeting_id, wanted, by_moderator=False, actor=ACTOR, now=now)


def _edit(
    session: Session, meeting_id: int, delegate_id: int, turn_id: int, form: Mapping[str, str]
) -> None:
    _only_own(session, meeting_id, delegate_id, turn_id)
    entry = delegate_page.show(session, meeting_id, delegate_id, clock.now())["entry"]
    if entry and entry["id"] == turn_id:
        form = forms.merged(form, _as_typed(entry)).values
    values = {"topic": _id(form.get("topic", "")), "note": form.get("note", "")}
    editing.edit(
        session, meeting_id, turn_id, values, only_waiting=True, actor=ACTOR, now=clock.now()
    )


def _only_own(session: Session, meeting_id: int, delegate_id: int, turn_id: int) -> None:
    # Another's turn is answered like none at all: whose it is, is nobody's to learn.
    if queries.delegate_of(session, meeting_id, turn_id) != delegate_id:
        raise NotFound("no_turn", _("There is no such turn on the list."))


@blueprint.post("/turns/<int:turn_id>/<any(withdraw,back):what>")
@public
def move(code: str, turn_id: int, what: str) -> Answer:
    """Step back by one place, or off the list."""

    def act(session: Session, meeting_id: int, delegate_id: int, now: datetime) -> str:
        _only_own(session, meeting_id, delegate_id, min(turn_id, LARGEST_ID))
        if what == "back":
            queue.step_back(session, meeting_id, turn_id, actor=ACTOR, now=now)
            return str(_("You have stepped back by one turn."))
        floor.act(session, meeting_id, turn_id, "withdraw", actor=ACTOR, now=now)
        return str(_("You are not on the list any more."))

    return _done(code, act)


@blueprint.get("/question")
@public
def question(code: str) -> Answer:
    """Show the form of a question in writing."""
    holder = _holder(code)
    return holder if isinstance(holder, Response) else _question_form(holder, {}, None)


def _question_form(holder: Holder, typed: Mapping[str, str], error: KioskError | None) -> str:
    return render_template(
        "speakers/own_question.html",
        meeting=holder.meeting,
        person=holder.person,
        code=holder.code,
        topics=meetings.topics(db.session(), holder.meeting.id),
        typed=typed,
        error=error,
        fields=error.fields if error else {},
    )


@blueprint.post("/question")
@public
def ask_in_writing(code: str) -> Answer:
    """Keep a question to be read out or answered in writing."""
    holder = _holder(code)
    if isinstance(holder, Response):
        return holder
    meeting_id, delegate_id, back = holder.meeting.id, holder.person.id, holder.page
    form = request.form
    try:
        limit(f"own:{delegate_id}", POSTS_PER_MINUTE)
        with writing() as session:
            if len(form.get("text", "")) > LONGEST_QUESTION:
                most = _("This is too long: at most %(n)s letters.", n=LONGEST_QUESTION)
                mend = _("Some fields need to be mended.")
                raise Refused("invalid", mend, fields={"text": most})
            written = questions.Written(
                delegate_id, form.get("text", ""), _id(form.get("topic", ""))
            )
            questions.ask(session, meeting_id, written, actor=ACTOR, now=clock.now())
    except KioskError as error:
        return _question_form(holder, form, error), error.status
    flash(_("The question has been sent to the moderator."))
    return redirect(back)


@blueprint.post("/questions/<int:question_id>/withdraw")
@public
def take_back(code: str, question_id: int) -> Answer:
    """Take a question back that has not been read out."""

    def act(session: Session, meeting_id: int, delegate_id: int, now: datetime) -> str:
        asked = min(question_id, LARGEST_ID)
        if queries.asker_of(session, meeting_id, asked) != delegate_id:
            raise NotFound("no_question", _("There is no such question."))
        questions.withdraw(session, meeting_id, asked, actor=ACTOR, now=now)
        return str(_("The question was taken back."))

    return _done(code, act)
