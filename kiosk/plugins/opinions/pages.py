"""The board, typing, one matter; a body sees its own list in the same places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import LARGEST_ID
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.models import Delegate
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import labels
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import MatterFile
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import similar
from kiosk.plugins.opinions.register.access import Asker
from kiosk.plugins.opinions.register.access import asker
from kiosk.plugins.opinions.register.values import MatterView
from kiosk.plugins.speakers import queries as speakers
from kiosk.vietnamese import clean
from kiosk.vietnamese import search_key
from kiosk.web import downloads

blueprint = Blueprint("opinions", __name__)
BY_STATE, BY_BODY = "state", "body"
REMIND_DAYS = 3


def _words() -> dict[str, Any]:
    topics = meetings.topics(db.session(), acting().meeting.id)
    return {
        "topics": {topic.id: topic for topic in topics},
        "topic_options": [(topic.id, topic.name) for topic in topics],
        "states": labels.STATE_WORDS,
        "kinds": labels.KIND_WORDS,
        "channels": labels.CHANNEL_WORDS,
        "competences": labels.COMPETENCE_WORDS,
        "columns": labels.COLUMN_WORDS,
    }


def _areas() -> list[tuple[int, str]]:
    return [(area.id, area.name) for area in meetings.areas(db.session(), acting().meeting.id)]


@blueprint.get("/m/<m>/opinions")
@needs("opinions.read")
def board_page(m: str) -> str | Response:
    """Show the board; a body its own list."""
    here, session, args = acting(), db.session(), request.args
    who = asker(session, here)
    if who.body_id is not None:
        return _body_page(who, None)
    wanted = board.Wanted(
        q=args.get("q", ""),
        topic_id=args.get("topic", type=int),
        body_id=args.get("body", type=int),
        late=args.get("late") == "1",
    )
    by = BY_BODY if args.get("by") == BY_BODY else BY_STATE
    narrowed = who.narrowed(wanted)
    counts = board.counts(session, here.meeting.id, narrowed)
    everywhere = board.counts(
        session, here.meeting.id, who.narrowed(board.Wanted(q=wanted.q, late=wanted.late))
    )
    return render_template(
        "opinions/board.html",
        wanted=wanted,
        by=by,
        counts=counts,
        everywhere=everywhere,
        shown=_columns(who, wanted, by, counts),
        open_column=args.get("column", "new"),
        bodies=board.body_names(session, here.meeting.id),
        staff=who.staff,
        today=board.open_today(),
        remind=_reminders() if who.staff else [],
        deadline_words=meetings.DEADLINE_WORDS,
        **_words(),
    )


def _reminders() -> list[queries.LegalDate]:
    """Return the dates of the law that press: close or over, and nothing noted as done."""
    found = queries.deadlines(db.session(), acting().meeting)
    return [one for one in found if not one.done and one.days_left <= REMIND_DAYS]


def _columns(
    who: Asker, wanted: board.Wanted, by: str, counts: board.Counts
) -> list[tuple[str, object, int, list[board.Card]]]:
    """Return the board's columns: key, heading, how many, the first cards."""
    session, meeting_id = db.session(), acting().meeting.id
    more = request.args.get("more", "")

    def cards(key: str, narrowed: board.Wanted) -> list[board.Card]:
        return who.cards(session, meeting_id, narrowed, None if more == key else board.CARDS)

    if by == BY_STATE:
        keys = ["new", "assigned", "doing", "done"]
        if request.args.get("column") == "aside":
            keys = ["aside"]
        return [
            (
                key,
                labels.COLUMN_WORDS[key],
                counts.by_column[key],
                cards(key, _with(wanted, column=key)),
            )
            for key in keys
        ]
    names = board.body_names(session, meeting_id)
    nobody: tuple[str, object, int, list[board.Card]] = (
        "none",
        _("Not given yet"),
        counts.by_body.get(None, 0),
        cards("none", _with(wanted, unassigned=True)),
    )
    given: list[tuple[str, object, int, list[board.Card]]] = [
        (str(body), names[body], count, cards(str(body), _with(wanted, body_id=body)))
        for body in names
        if (count := counts.by_body.get(body, 0))
    ]
    return [nobody, *given] if nobody[2] else given


def _with(wanted: board.Wanted, **other: Any) -> board.Wanted:
    return board.Wanted(**{**wanted.__dict__, **other})


def _body_page(who: Asker, chosen: MatterView | None, error: KioskError | None = None) -> str:
    here, session = acting(), db.session()
    cards = who.cards(session, here.meeting.id, board.Wanted(), None)
    order = {"assigned": 0, "doing": 1, "new": 2, "done": 3, "aside": 4}
    cards.sort(key=lambda c: (not c.late_days, order[rules.column_of(c.state)]))
    if chosen is None and cards and request.endpoint == "opinions.board_page":
        chosen = who.view(session, here.meeting.id, cards[0].id)
    return render_template(
        "opinions/body.html",
        cards=cards,
        matter=chosen,
        error=error,
        typed=request.form,
        alone=request.endpoint != "opinions.board_page",
        body=board.body_names(session, here.meeting.id).get(who.body_id or 0, ""),
        files=_files(chosen.id) if chosen else [],
        concluded=_concluded(chosen.id) if chosen else [],
        counts=board.counts(session, here.meeting.id, who.narrowed(board.Wanted())),
        today=board.open_today(),
        **_words(),
    )


def _files(matter_id: int) -> list[MatterFile]:
    return list(
        db.session.scalars(
            select(MatterFile).where(MatterFile.matter_id == matter_id).order_by(MatterFile.id)
        )
    )


def _concluded(matter_id: int) -> list[Any]:
    found = queries.conclusions(db.session(), acting().meeting.id)
    return [one for one in found if one.matter_id == matter_id]


@blueprint.get("/m/<m>/opinions/new")
@needs("opinions.manage")
def new(m: str) -> str:
    """Show the page on which a secretary types, with who speaks now."""
    here, session = acting(), db.session()
    turn_id = request.args.get("turn", type=int)
    by_turn = queries.by_turn(session, here.meeting.id)
    floor = speakers.snapshot(session, here.meeting.id)
    return render_template(
        "opinions/new.html",
        typed=_of_turn(floor, turn_id),
        fields={},
        areas=_areas(),
        floor=floor,
        turn_id=turn_id,
        said=by_turn.get(turn_id, []) if turn_id else [],
        spoke=[(turn, len(by_turn.get(turn["id"], []))) for turn in floor["done"]],
        **_words(),
    )


def _of_turn(floor: dict[str, Any], turn_id: int | None) -> dict[str, Any]:
    """Return the form's first values for a turn: its speaker, heard in the hall."""
    turns = [*floor["done"], *([floor["speaking"]] if floor["speaking"] else [])]
    for turn in turns:
        if turn["id"] == turn_id:
            return {
                "channel": "spoken",
                "author": turn["name"],
                "delegate": turn["delegate"],
                "turn": turn_id,
            }
    return {}


@blueprint.post("/m/<m>/opinions/new")
@needs("opinions.manage")
def take_in(m: str) -> Response | tuple[str, int]:
    """Take an opinion in without the page's script; what was typed is kept."""
    here, form = acting(), request.form
    authors = _typed_authors(form)
    matter = typed_matter(form)
    try:
        with writing() as session:
            service.take_in(
                session,
                here.meeting.id,
                service.NewOpinion(
                    form.get("channel", ""),
                    (matter,),
                    authors,
                    _typed_id(form, "area"),
                    # A name that was taken away takes its turn with it.
                    _typed_id(form, "turn") if authors else None,
                    form.get("read_back") == "1",
                ),
                actor=here.actor.name,
                now=here.now,
            )
    except Refused as error:
        page = render_template(
            "opinions/new.html",
            typed=form,
            fields=error.fields,
            areas=_areas(),
            floor=speakers.snapshot(db.session(), here.meeting.id),
            turn_id=None,
            said=[],
            spoke=[],
            **_words(),
        )
        return page, error.status
    flash(_("It is in the register. The next one can be typed."))
    return redirect(url_for("opinions.new", m=m))


def _typed_authors(form: Mapping[str, str]) -> tuple[service.Author, ...]:
    """Return who stands in the field; the id beside it counts while it is that person's."""
    shown = clean(form.get("author", ""))
    chosen = _typed_id(form, "delegate")
    person = db.session.get(Delegate, chosen) if chosen is not None else None
    is_here = person is not None and person.meeting_id == acting().meeting.id
    if person is not None and is_here and search_key(person.name) == search_key(shown):
        return (service.Author(person.id),)
    return tuple(service.Author(name=name) for name in shown.split(";") if clean(name))


def _typed_id(form: Mapping[str, str], name: str) -> int | None:
    """Return an id as typed; what can be none names nothing that is there."""
    typed = form.get(name, "")
    if not typed:
        return None
    return min(int(typed), LARGEST_ID) if typed.isdecimal() and len(typed) < 17 else 0


def typed_matter(form: Mapping[str, str]) -> service.NewMatter:
    return service.NewMatter(
        form.get("text", ""),
        form.get("title", ""),
        _typed_id(form, "topic"),
        form.get("kind", "request"),
        form.get("competence", "ward"),
    )


@blueprint.get("/m/<m>/opinions/<int:matter_id>")
@needs("opinions.read")
def one(m: str, matter_id: int) -> str:
    """Show one matter."""
    return matter_page(matter_id)


def matter_page(matter_id: int, error: KioskError | None = None) -> str:
    here, session = acting(), db.session()
    who = asker(session, here)
    matter = who.view(session, here.meeting.id, matter_id)
    if who.body_id is not None:
        return _body_page(who, matter, error)
    steps = session.scalars(
        select(MatterStep).where(MatterStep.matter_id == matter_id).order_by(MatterStep.id.desc())
    )
    return render_template(
        "opinions/matter.html",
        matter=matter,
        error=error,
        typed=request.form,
        staff=who.staff,
        may_forget="organiser" in who.who.roles,
        steps=list(steps),
        step_words=labels.step_words,
        targets=rules.targets(who.who.roles, _standing(matter)),
        bodies=board.body_names(session, here.meeting.id),
        suggested=similar.suggestion(session, here.meeting.id, matter.topic_id, matter.text),
        due=_suggested_due(matter),
        alike=similar.alike(session, here.meeting.id, matter.text, matter.id) if who.staff else [],
        files=_files(matter_id),
        concluded=_concluded(matter_id),
        today=board.open_today(),
        **_words(),
    )


def _standing(matter: MatterView) -> rules.Standing:
    return rules.Standing(
        matter.state,
        matter.kind,
        matter.topic_id is not None,
        matter.lead_id is not None,
        bool(matter.answer),
    )


def _suggested_due(matter: MatterView) -> date:
    session, meeting_id = db.session(), acting().meeting.id
    days = meetings.deadline_days(session, meeting_id)["answer"]
    return matter.due_on or meetings.calendar(session, meeting_id).add(board.open_today(), days)


@blueprint.get("/m/<m>/opinions/export.xlsx")
@needs("opinions.manage")
def export(m: str) -> Response:
    """Give the register as a workbook."""
    found = queries.table(db.session(), acting().meeting.id)
    return downloads.workbook(found, f"y-kien-{m}-{clock.local(clock.now()):%Y%m%d}.xlsx")
