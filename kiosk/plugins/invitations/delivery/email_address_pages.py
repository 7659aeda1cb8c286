"""The form in which an office enters e-mail addresses; badges and table signs to print."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.letters import badges
from kiosk.web import downloads
from kiosk.web import forms

blueprint = Blueprint("addresses", __name__)


@blueprint.get("/m/<m>/invitations/emails")
@needs("invitations.edit")
def emails(m: str) -> str:
    """Show the e-mail addresses of those on the list."""
    return _emails()


def _emails(refused: KioskError | None = None) -> str:
    meeting = acting().meeting
    wanted = delegates.Wanted(
        request.values.get("q", ""), request.values.get("group", type=int), None
    )
    page = max(request.values.get("page", 1, type=int), 1)
    people, total = delegates.search(db.session(), meeting.id, wanted, page)
    known = email_addresses.emails(db.session(), meeting.id)
    stored = {f"email_{person.id}": known.get(person.id, "") for person in people}
    given: Mapping[str, object] = stored
    shown: Mapping[str, object] | None = stored
    if refused:
        given, shown = forms.kept(request.form, refused)
    return render_template(
        "invitations/emails.html",
        people=people,
        total=total,
        number=page,
        pages=-(-total // delegates.PAGE) or 1,
        known=known,
        given=given,
        shown=shown,
        said=refused,
        problems=refused.fields if refused else {},
        q=wanted.q,
    )


@blueprint.post("/m/<m>/invitations/emails")
@needs("invitations.edit")
def save_emails(m: str) -> Response | tuple[str, int]:
    """Keep the addresses of one page."""
    here = acting()
    wanted = [
        int(name.removeprefix("email_"))
        for name in request.form
        if name.startswith("email_") and name.removeprefix("email_").isdecimal()
    ]
    try:
        with writing() as session:
            forms.hold(session, Meeting, here.meeting.id)
            known = email_addresses.emails(session, here.meeting.id)
            stored = {f"email_{key}": known.get(key, "") for key in wanted}
            form = forms.merged(request.form, stored)
            given = {key: form.values[f"email_{key}"] for key in wanted}
            count = email_addresses.set_emails(
                session, here.meeting.id, given, actor=here.actor.name
            )
    except (Refused, Conflict) as refused:
        return _emails(refused), refused.status
    flash(_("%(n)s e-mail addresses were changed.", n=count))
    return redirect(
        url_for(
            "addresses.emails",
            m=m,
            q=request.form.get("q") or None,
            page=request.form.get("page", 1, type=int),
        )
    )


@blueprint.get("/m/<m>/invitations/badges.pdf")
@needs("invitations.print")
def badges_pdf(m: str) -> Response:
    """Give name badges or table signs."""
    meeting = acting().meeting
    kind = request.args.get("kind", "badges")
    kind = kind if kind in badges.KINDS else "badges"
    session = db.session()
    people = badges.chosen(session, meeting, request.args.get("group") or None)
    data = badges.pdf(session, meeting, people, kind, coded=bool(request.args.get("qr")))
    name = "the-ten" if kind == "badges" else "bien-ban"
    return downloads.file(data, "application/pdf", f"{name}-{m}.pdf", inline=True)
