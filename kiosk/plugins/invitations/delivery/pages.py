"""Bringing invitations to people: batches, progress, delivery sheets, e-mail addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask import flash
from flask import jsonify
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.app import settings
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.delivery import labels
from kiosk.plugins.invitations.delivery import outgoing
from kiosk.plugins.invitations.delivery import queries
from kiosk.plugins.invitations.delivery import sender
from kiosk.plugins.invitations.delivery import service
from kiosk.plugins.invitations.delivery import signing_sheet
from kiosk.plugins.invitations.delivery.sender import Sender
from kiosk.plugins.invitations.delivery.service import Start
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.plugins.invitations.letters import service as printing
from kiosk.plugins.invitations.models import DeliveryBatch
from kiosk.web import downloads
from kiosk.web.errors import problem

blueprint = Blueprint("delivery", __name__)


def _channel(name: str) -> DeliveryChannel:
    found = registry().channels.get(name)
    if found is None:
        raise NotFound("no_channel", _("There is no such way of delivery."))
    return found


@blueprint.get("/m/<m>/invitations/delivery")
@needs("invitations.read")
def overview(m: str) -> str:
    """Show what is still to bring to whom, by which way, and the batches so far."""
    meeting = acting().meeting
    session = db.session()
    found = queries.batches(session, meeting.id)
    now = acting().now
    return render_template(
        "invitations/delivery.html",
        totals=queries.totals(session, meeting.id),
        rounds=queries.rounds(session, meeting.id),
        ways=_ways(meeting),
        batches=[(one, queries.progress(session, one.id, now)) for one in found],
        titles=labels.titles(),
        channels=registry().channels,
    )


def _ways(meeting: Meeting) -> list[dict[str, Any]]:
    """Return every channel but paper with whom it reaches."""
    session = db.session()
    ids = queries.holders(session, meeting.id)
    has = queries.got(session, ids)
    items = _outgoing(meeting)
    ways = []
    for channel in registry().channels.values():
        if channel.name == "print":
            continue
        reached = [one for one in ids if one in items and channel.reaches(items[one])]
        left = [
            one
            for one in reached
            if has[one].by.get(channel.name) not in {"sent", "made", "waiting", "sending"}
        ]
        ways.append(
            {
                "channel": channel,
                "reached": len(reached),
                "missing": len(ids) - len(reached),
                "left": len(left),
                "unready": channel.unready(),
            }
        )
    return ways


def _outgoing(meeting: Meeting) -> dict[int, Any]:
    session = db.session()
    desk = outgoing.Desk(meeting, settings().public_url, letters.READY)
    known = email_addresses.emails(session, meeting.id)
    try:
        people = printing.chosen(session, meeting)
    except NotFound:
        return {}
    return {who[0].id: outgoing.outgoing(desk, who, known.get(who[0].id, "")) for who in people}


@blueprint.post("/m/<m>/invitations/batches")
@needs("invitations.edit")
def begin(m: str) -> Response:
    """Begin a batch: a round on paper, or everybody whom another channel reaches."""
    here = acting()
    channel = _channel(request.form.get("channel", ""))
    unready = channel.unready()
    if unready is not None:
        raise Conflict("unready", unready)
    try:
        start = _start(here.meeting, channel)
        with writing() as session:
            batch = service.begin(
                session, here.meeting.id, start, actor=here.actor.name, now=here.now
            )
            batch_id = batch.id
    except Conflict as conflict:
        # The second of two clicks, or nobody marked: nothing was begun.
        flash(str(conflict), "info")
        return redirect(url_for("delivery.overview", m=m))
    return redirect(url_for("delivery.batch", m=m, batch_id=batch_id))


def _start(meeting: Meeting, channel: DeliveryChannel) -> Start:
    state = "made" if channel.pack is not None else "waiting"
    again = bool(request.form.get("again"))
    key = request.form.get("round", "")
    if key:
        one = next((r for r in queries.rounds(db.session(), meeting.id) if r.key == key), None)
        if one is None:
            raise NotFound("no_round", _("There is nobody in this area or group."))
        carrier = request.form.get("carrier", "")
        return Start(channel.name, one.title, one.people, state, key, carrier, again)
    chosen = request.form.getlist("delegate", type=int)
    if request.form.get("chosen") and not chosen:
        raise Conflict("nobody_marked", _("Please mark the people first."))
    items = _outgoing(meeting)
    ids = [one for one in queries.holders(db.session(), meeting.id) if one in items]
    ids = [one for one in ids if (not chosen or one in chosen) and channel.reaches(items[one])]
    title = _("Chosen people") if chosen else _("Everyone")
    return Start(channel.name, title, ids, state, again=again)


def _batch(batch_id: int) -> DeliveryBatch:
    return service.batch_of(db.session(), acting().meeting.id, batch_id)


@blueprint.get("/m/<m>/invitations/batches/<int:batch_id>")
@needs("invitations.read")
def batch(m: str, batch_id: int) -> str:
    """Show one batch: its progress, its people, what came of each."""
    found = _batch(batch_id)
    session = db.session()
    return render_template(
        "invitations/batch.html",
        batch=found,
        items=queries.items(session, batch_id),
        progress=queries.progress(session, batch_id, acting().now),
        channel=registry().channels.get(found.channel),
        titles=labels.titles(),
        words=labels.words,
    )


@blueprint.post("/m/<m>/invitations/batches/<int:batch_id>/step")
@needs("invitations.edit")
def step(m: str, batch_id: int) -> Response:
    """Send the next few of a batch and say how far it is; the page asks again and again."""
    here = acting()
    found = _batch(batch_id)
    channel = _channel(found.channel)
    unready = channel.unready()
    if channel.send is None or unready is not None:
        return problem(Conflict("unready", unready or _("This batch is carried by hand.")))
    desk = sender.desk(db.session(), here.meeting, settings().public_url)
    Sender(desk, channel, batch_id, here.actor.name).step()
    return _said(batch_id)


def _said(batch_id: int) -> Response:
    session = db.session()
    now = queries.progress(session, batch_id, clock.now())
    return jsonify(
        total=now.total,
        done=now.done,
        waiting=now.waiting,
        sending=now.sending,
        sent=now.sent,
        refused=now.refused,
        unsure=now.unsure,
        dropped=now.dropped,
        next_in=now.next_in,
        stopped=now.stopped,
        people={
            str(one.id): {"state": one.state, "words": labels.words(one), "tries": one.tries}
            for one in queries.items(session, batch_id)
        },
    )


@blueprint.post("/m/<m>/invitations/batches/<int:batch_id>/<any(stop,go_on):what>")
@needs("invitations.edit")
def rest(m: str, batch_id: int, what: str) -> Response:
    """Let a batch rest, or go on."""
    here = acting()
    verb = service.stop if what == "stop" else service.go_on
    with writing() as session:
        found = service.batch_of(session, here.meeting.id, batch_id)
        verb(session, found, actor=here.actor.name, now=here.now)
    return redirect(url_for("delivery.batch", m=m, batch_id=batch_id))


@blueprint.post("/m/<m>/invitations/batches/<int:batch_id>/noted")
@needs("invitations.edit")
def noted(m: str, batch_id: int) -> Response:
    """Note from the signed sheet who got the letter and who was not met."""
    here = acting()
    met = request.form.get("what") != "not_met"
    verb = service.handed_over if met else service.not_met
    ids = request.form.getlist("delivery", type=int)
    with writing() as session:
        found = service.batch_of(session, here.meeting.id, batch_id)
        count = verb(session, found, ids, actor=here.actor.name, now=here.now)
    if not count:
        flash(_("Please mark the people first."), "info")
    elif met:
        flash(_("%(n)s letters are noted as handed over.", n=count))
    else:
        flash(_("%(n)s letters are noted as come back.", n=count))
    return redirect(url_for("delivery.batch", m=m, batch_id=batch_id))


@blueprint.post("/m/<m>/invitations/deliveries/<int:delivery_id>/again")
@needs("invitations.edit")
def again(m: str, delivery_id: int) -> Response:
    """Send one that did not arrive once more."""
    here = acting()
    with writing() as session:
        found = service.again(
            session, here.meeting.id, delivery_id, actor=here.actor.name, now=here.now
        )
        batch_id = found.id
    return redirect(url_for("delivery.batch", m=m, batch_id=batch_id))


@blueprint.post("/m/<m>/invitations/handed-over")
@needs("invitations.edit")
def handed_over(m: str) -> Response:
    """Note that chosen people have their letter in hand, whatever the way."""
    here = acting()
    ids = request.form.getlist("delegate", type=int)
    with writing() as session:
        count = service.by_hand(
            session, here.meeting.id, ids, _("By hand"), actor=here.actor.name, now=here.now
        )
    if count:
        flash(_("%(n)s letters are noted as handed over.", n=count))
    else:
        flash(_("Please mark the people first."), "info")
    return redirect(url_for("invitations.listing", m=m))


def _people(batch_id: int) -> tuple[Meeting, list[queries.Item]]:
    items = [one for one in queries.items(db.session(), batch_id) if one.current]
    return acting().meeting, [one for one in items if one.state != "dropped"]


@blueprint.get("/m/<m>/invitations/batches/<int:batch_id>/file")
@needs("invitations.print")
def file(m: str, batch_id: int) -> Response:
    """Give what a packed batch consists of: all its letters, or all its pictures."""
    found = _batch(batch_id)
    channel = _channel(found.channel)
    if channel.pack is None:
        raise NotFound("no_file", _("This batch is sent by itself and has no file."))
    meeting, items = _people(batch_id)
    sheet = request.args.get("sheet", "a5")
    session = db.session()
    people = [printing.one(session, meeting, one.delegate_id) for one in items]
    known = email_addresses.emails(session, meeting.id)
    desk = sender.desk(
        session, meeting, settings().public_url, sheet if sheet in letters.SHEETS else "a5"
    )
    data = channel.pack(outgoing.parcel(desk, people, known))
    name = f"giay-moi-{m}-dot-{batch_id}.{channel.ending}"
    return downloads.file(data, channel.media, name, inline=channel.ending == "pdf")


@blueprint.get("/m/<m>/invitations/batches/<int:batch_id>/sheet.pdf")
@needs("invitations.print")
def sheet(m: str, batch_id: int) -> Response:
    """Give the delivery sheet to sign."""
    found = _batch(batch_id)
    meeting, items = _people(batch_id)
    data = signing_sheet.pdf(meeting, found.title, found.carrier, items)
    return downloads.file(data, "application/pdf", f"phat-giay-moi-{batch_id}.pdf", inline=True)
