"""Following up conclusions; topic rules and postings of the ward."""

from __future__ import annotations

from datetime import date

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents.spreadsheet import Table
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import labels
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.conclusions import queries as conclusions
from kiosk.plugins.opinions.conclusions import service
from kiosk.plugins.opinions.models import TopicRule
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.access import asker
from kiosk.web import downloads

blueprint = Blueprint("opinions_office", __name__)

TABS = ("push", "doing", "done", "all")


@blueprint.get("/m/<m>/follow-up")
@needs("opinions.supervise")
def follow_up(m: str) -> str:
    """Show how far the conclusions are carried out; a body sees its own."""
    return _follow_up()


def _mine() -> list[queries.ConclusionView]:
    here, session = acting(), db.session()
    body_id = asker(session, here).body_id
    found = queries.conclusions(session, here.meeting.id)
    return [one for one in found if body_id in (None, one.body_id)]


def _follow_up(error: KioskError | None = None) -> str:
    here, session = acting(), db.session()
    who = asker(session, here)
    found = _mine()
    tabs = {
        "push": [c for c in found if c.needs_push],
        "doing": [c for c in found if c.state in {"open", "doing"} and not c.needs_push],
        "done": [c for c in found if c.state == "done"],
        "all": found,
    }
    tab = request.args.get("tab", "all")
    shown = sorted(
        tabs.get(tab, found),
        key=lambda c: (c.state == "done", -c.late_days, c.due_on or date.max, c.position),
    )
    chosen = request.values.get("conclusion" if error else "one", type=int)
    return render_template(
        "opinions/follow.html",
        shown=shown,
        tabs={key: len(ones) for key, ones in tabs.items()},
        tab=tab if tab in TABS else "all",
        chosen=next((c for c in found if c.id == chosen), shown[0] if shown else None),
        narrow_chosen=chosen is not None,
        progress=conclusions.progress(found),
        quarters=conclusions.quarters(found),
        staff=who.staff,
        body=who.body_id is not None,
        bodies=board.body_names(session, here.meeting.id),
        matters=_to_conclude() if who.staff else [],
        error=error,
        typed=request.form,
        states=labels.CONCLUSION_WORDS,
    )


def _to_conclude() -> list[tuple[int, str]]:
    found = board.cards(db.session(), acting().meeting.id, board.Wanted(), limit=500)
    return [
        (card.id, f"{card.number}. {card.words[:80]}")
        for card in sorted(found, key=lambda card: card.number or 0)
        if card.kind not in rules.SPLIT_OUT and card.state != rules.DUPLICATE
    ]


def _day(name: str) -> date | None:
    typed = request.form.get(name, "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        fields = {name: _("Please choose the day.")}
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields) from error


@blueprint.post("/m/<m>/follow-up")
@needs("opinions.manage")
def conclude(m: str) -> Response | tuple[str, int]:
    """Write down, mend or take off a conclusion."""
    here, form = acting(), request.form
    who = asker(db.session(), here).who
    body, matter = form.get("body", ""), form.get("matter", "")
    one = form.get("conclusion", "")
    try:
        new = service.NewConclusion(
            form.get("text", ""),
            int(matter) if matter.isdecimal() else None,
            int(body) if body.isdecimal() else None,
            _day("due_on"),
        )
        with writing() as session:
            if not one.isdecimal():
                made = service.conclude(session, here.meeting.id, new, who=who, now=here.now)
            elif form.get("remove") == "1":
                made = int(one)
                service.remove(session, here.meeting.id, made, who=who, now=here.now)
            else:
                made, revision = int(one), form.get("revision", "0")
                service.mend(
                    session,
                    here.meeting.id,
                    made,
                    new,
                    int(revision) if revision.isdecimal() else 0,
                    who=who,
                    now=here.now,
                )
    except KioskError as error:
        return _follow_up(error), error.status
    return redirect(url_for("opinions_office.follow_up", m=m, one=made))


@blueprint.post("/m/<m>/follow-up/<int:conclusion_id>")
@needs("opinions.supervise")
def report(m: str, conclusion_id: int) -> Response | tuple[str, int]:
    """Note progress, supervision or a reminder."""
    here, form = acting(), request.form
    who = asker(db.session(), here)
    new = service.Report(form.get("kind", ""), form.get("text", ""), form.get("state", ""))
    try:
        with writing() as session:
            service.report(
                session,
                here.meeting.id,
                conclusion_id,
                new,
                who=who.who,
                now=here.now,
                body_id=who.body_id,
            )
    except Refused as error:
        return _follow_up(error), error.status
    return redirect(url_for("opinions_office.follow_up", m=m, one=conclusion_id))


@blueprint.get("/m/<m>/follow-up.xlsx")
@needs("opinions.supervise")
def follow_table(m: str) -> Response:
    """Give the conclusions as a workbook; it holds no names of people."""
    rows = [
        (
            number,
            one.text,
            one.matter_number,
            one.body,
            f"{one.due_on:%d/%m/%Y}" if one.due_on else "",
            str(labels.CONCLUSION_WORDS[one.state]),
            one.late_days or "",
            one.last_progress,
        )
        for number, one in enumerate(_mine(), start=1)
    ]
    head = ("TT", "Kết luận", "Ý kiến số", "Giao cho", "Hạn", "Tình trạng", "Quá hạn", "Tiến độ")
    return downloads.workbook(Table("Theo dõi kết luận", head, rows), f"theo-doi-{m}.xlsx")


@blueprint.get("/m/<m>/opinions/settings")
@needs("opinions.manage")
def settings_page(m: str) -> str:
    """Show dates, topic rules and postings."""
    return _settings({})


def _settings(fields: dict[str, object]) -> str:
    here, session = acting(), db.session()
    topics = meetings.topics(session, here.meeting.id)
    kept = session.scalars(
        select(TopicRule).where(TopicRule.meeting_id == here.meeting.id).order_by(TopicRule.id)
    )
    return render_template(
        "opinions/settings.html",
        fields=fields,
        typed=request.form,
        dates=queries.deadlines(session, here.meeting),
        postings=queries.postings(session, here.meeting.id),
        rules=list(kept),
        topics={topic.id: topic for topic in topics},
        topic_options=[(topic.id, topic.name) for topic in topics],
        bodies=board.body_names(session, here.meeting.id),
        today=board.open_today(),
        deadline_words=meetings.DEADLINE_WORDS,
        posting_words=labels.POSTING_WORDS,
    )


@blueprint.post("/m/<m>/opinions/settings/<any(rule,unrule,post):part>")
@needs("opinions.manage")
def save(m: str, part: str) -> Response | tuple[str, int]:
    """Save one part of the settings; what was typed is kept when something is wrong."""
    try:
        _PARTS[part]()
    except Refused as error:
        return _settings(error.fields), error.status
    flash(_("Saved."))
    return redirect(url_for("opinions_office.settings_page", m=m, _anchor=part))


def _rule() -> None:
    here, form = acting(), request.form
    topic, lead = form.get("topic", type=int), form.get("lead", type=int)
    if topic is None or lead is None:
        fields = {"rule": _("Please choose a topic and a body.")}
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields)
    new = settings.NewRule(
        topic,
        tuple(form.get("words", "").split(",")),
        lead,
        tuple(form.getlist("partner", type=int)),
    )
    with writing() as session:
        settings.add_rule(session, here.meeting.id, new, actor=here.actor.name)


def _unrule() -> None:
    here = acting()
    with writing() as session:
        rule_id = request.form.get("rule", 0, type=int)
        settings.remove_rule(session, here.meeting.id, rule_id, actor=here.actor.name)


def _post() -> None:
    here, form = acting(), request.form
    posted_on = _day("posted_on") or board.open_today()
    with writing() as session:
        settings.post(
            session,
            here.meeting.id,
            form.get("kind", ""),
            form.get("place", ""),
            posted_on,
            _day("until_on"),
            actor=here.actor.name,
        )


_PARTS = {
    "rule": _rule,
    "unrule": _unrule,
    "post": _post,
}
