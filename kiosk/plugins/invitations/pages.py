"""Issuing and printing invitations."""

from __future__ import annotations

from dataclasses import replace

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
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import list_queries
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.delivery import labels
from kiosk.plugins.invitations.delivery import queries as delivery
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.plugins.invitations.letters import service as printing
from kiosk.plugins.invitations.letters import wording
from kiosk.plugins.meetings import queries as meetings
from kiosk.web import downloads

blueprint = Blueprint("invitations", __name__)


@blueprint.get("/m/<m>/invitations")
@needs("invitations.read")
def listing(m: str) -> str:
    """Show who holds an invitation, and one person's letter beside the list."""
    here = acting()
    session = db.session()
    state = request.args.get("state", "")
    wanted = list_queries.Wanted(
        request.args.get("q", ""),
        request.args.get("group", type=int),
        state if state in list_queries.STATES else "",
    )
    number = max(request.args.get("page", 1, type=int), 1)
    counts = list_queries.counts(session, here.meeting.id, wanted)
    everybody = sum(counts.values())
    unsent = tuple(delivery.unsent_ids(session, here.meeting.id))
    counts[list_queries.UNSENT] = sum(
        list_queries.counts(session, here.meeting.id, replace(wanted, only=unsent)).values()
    )
    if state == list_queries.UNSENT:
        wanted = replace(wanted, only=unsent)
    total = counts.get(state, everybody)
    items = list_queries.page(session, here.meeting.id, wanted, number)
    shown = request.args.get("show", type=int)
    return render_template(
        "invitations/list.html",
        items=items,
        got=delivery.got(session, [one.id for one in items]),
        answers=queries.replies(session, here.meeting.id),
        titles=labels.titles(),
        channels=registry().channels,
        paper=wording.of(session, here.meeting.id).heading(),
        counts=counts,
        everybody=everybody,
        state=state if state in counts else "",
        total=total,
        everyone=delegates.count(session, here.meeting.id),
        issued=queries.count(session, here.meeting.id),
        missing=len(queries.unissued(session, here.meeting.id)),
        wanted=wanted,
        number=number,
        pages=-(-total // list_queries.PAGE) or 1,
        groups=meetings.groups(session, here.meeting.id),
        printable=queries.count(session, here.meeting.id, wanted.group_id),
        shown=_shown(here.meeting, shown) if shown else None,
        as_picture=request.args.get("as") == "picture",
    )


def _shown(meeting: Meeting, delegate_id: int) -> dict[str, object] | None:
    person = delegates.one(db.session(), meeting.id, delegate_id)
    if person is None:
        return None
    code = queries.code_of(db.session(), meeting, delegate_id)
    url = settings().public_url
    return {
        "person": person,
        "code": code,
        "state": list_queries.state_of(db.session(), meeting.id, delegate_id),
        "short": rules.grouped(code.short) if code else "",
        "link": f"{url}/I/{code.code}" if code and url else "",
        "history": delivery.history(db.session(), delegate_id),
        "got": delivery.got(db.session(), [delegate_id])[delegate_id],
    }


@blueprint.post("/m/<m>/invitations/issue")
@needs("invitations.edit")
def issue_all(m: str) -> Response:
    """Issue an invitation to everyone who never had one."""
    here = acting()
    with writing() as session:
        count = service.issue_missing(session, here.meeting.id, actor=here.actor.name, now=here.now)
    flash(_("%(n)s invitations were issued. Next: print the letters.", n=count))
    return redirect(url_for("invitations.listing", m=m))


@blueprint.post("/m/<m>/invitations/<int:delegate_id>/issue")
@needs("invitations.edit")
def issue(m: str, delegate_id: int) -> Response:
    """Issue or replace one invitation."""
    here = acting()
    with writing() as session:
        made = service.issue(
            session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now
        )
    flash(
        _(
            "The invitation of %(name)s is ready. An older letter does not open the door any more.",
            name=made.name,
        )
    )
    return redirect(url_for("invitations.listing", m=m, show=delegate_id))


@blueprint.post("/m/<m>/invitations/<int:delegate_id>/withdraw")
@needs("invitations.edit")
def withdraw(m: str, delegate_id: int) -> Response:
    """Withdraw one invitation."""
    here = acting()
    with writing() as session:
        service.withdraw(session, here.meeting.id, delegate_id, actor=here.actor.name, now=here.now)
    flash(_("The invitation was withdrawn."))
    return redirect(url_for("invitations.listing", m=m))


@blueprint.get("/m/<m>/invitations/letters.pdf")
@needs("invitations.print")
def letters_pdf(m: str) -> Response:
    """Give the letters as one PDF."""
    meeting = acting().meeting
    sheet = request.args.get("sheet", "a5")
    one = request.args.get("delegate", type=int)
    group = request.args.get("group") or None
    people = (
        printing.chosen(db.session(), meeting, group)
        if one is None
        else [printing.one(db.session(), meeting, one)]
    )
    url = settings().public_url
    data = printing.letters_pdf(
        meeting,
        people,
        url,
        sheet if sheet in letters.SHEETS else "a5",
        wording.of(db.session(), meeting.id),
    )
    return downloads.file(data, "application/pdf", f"giay-moi-{m}.pdf", inline=True)


@blueprint.get("/m/<m>/invitations/cards.zip")
@needs("invitations.print")
def cards_zip(m: str) -> Response:
    """Give the pictures for chat apps as a zip."""
    meeting = acting().meeting
    people = printing.chosen(db.session(), meeting, request.args.get("group") or None)
    data = printing.cards_zip(meeting, people, settings().public_url)
    return downloads.file(data, "application/zip", f"anh-giay-moi-{m}.zip")


@blueprint.get("/m/<m>/invitations/<int:delegate_id>/card.png")
@needs("invitations.print")
def card_png(m: str, delegate_id: int) -> Response:
    """Give one picture."""
    meeting = acting().meeting
    chosen = printing.one(db.session(), meeting, delegate_id)
    name, data = next(printing.cards(meeting, [chosen], settings().public_url))
    return downloads.file(data, "image/png", name, inline=True)


@blueprint.get("/m/<m>/invitations/<int:delegate_id>/letter.png")
@needs("invitations.print")
def letter_png(m: str, delegate_id: int) -> Response:
    """Give one letter as a picture, to look at beside the list."""
    meeting = acting().meeting
    person, code = printing.one(db.session(), meeting, delegate_id)
    url = settings().public_url
    item = letters.letter(person, code.code, code.short, url)
    data = letters.png(meeting, item, url, wording.of(db.session(), meeting.id))
    return downloads.file(data, "image/png", f"giay-moi-{delegate_id}.png", inline=True)
