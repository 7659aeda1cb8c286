"""The list of meetings, a meeting's home, making one by hand, the public page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk.access import acting
from kiosk.access import askers
from kiosk.access import needs
from kiosk.access import public
from kiosk.access import signed_in
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import preparing
from kiosk.plugins.meetings import preparing_pages
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings import service
from kiosk.text import clean

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/")
@public
def index() -> str | Response:
    """Show the meetings of who is signed in, or the way in."""
    people = [actor for actor in askers() if actor.kind == "user"]
    if not people:
        return redirect(registry().home("login"))
    person = people[0]
    found = queries.open_to(db.session(), {where for where, _ in person.grants})
    return render_template(
        "meetings/list.html",
        person=person,
        meetings=[(m, _first_page(person.roles(m.id), m.name)) for m in found],
        may_make="organiser" in person.roles(None),
        today=clock.now(),
    )


def _first_page(roles: frozenset[str], m: str) -> str:
    permissions = registry().permissions
    for item in registry().nav:
        if roles & permissions[item.permission]:
            return url_for(item.endpoint, m=m)
    return url_for("meetings.public_page", m=m)


@blueprint.get("/m/<m>")
@needs("meetings.edit")
def home(m: str) -> str:
    """Show where the preparations stand and what is next."""
    here = acting()
    session = db.session()
    counts = {
        item.endpoint: item.count(session, here.meeting.id) or 0
        for item in registry().nav
        if item.count is not None
    }
    return render_template(
        "meetings/home.html",
        meeting=here.meeting,
        groups=queries.groups(session, here.meeting.id),
        topics=queries.topics(session, here.meeting.id),
        bodies={body.id: body for body in queries.bodies(session, here.meeting.id)},
        counts=counts,
        numbers=registry().numbers(session, here.meeting.id),
        days=(clock.local(here.meeting.starts_at).date() - clock.local(here.now).date()).days,
        over=here.now > here.meeting.ends_at,
        open_now=queries.doors_open(here.meeting, here.now),
        programme=preparing.programme(here.meeting),
        tasks=preparing_pages.checklist(preparing.tasks(session, here.meeting.id)),
    )


@blueprint.post("/m/<m>/doors")
@needs("meetings.edit")
def doors(m: str) -> Response:
    """Open or close the doors by hand."""
    here = acting()
    with writing() as session:
        service.set_doors(
            session, here.meeting.id, request.form.get("doors", ""), actor=here.actor.name
        )
    return redirect(url_for("meetings.home", m=m))


@blueprint.get("/p/<m>")
@public
def public_page(m: str) -> str:
    """Tell everyone when and where the meeting is, and about what."""
    meeting = queries.by_name(db.session(), m)
    if meeting is None:
        raise NotFound("no_meeting", _("There is no such meeting, or it is not open to you."))
    day = clock.local(meeting.starts_at).date()
    closes = queries.dates_on(db.session(), meeting.id, day)["questions_close"].on
    return render_template(
        "meetings/public.html",
        meeting=meeting,
        topics=queries.topics(db.session(), meeting.id),
        programme=preparing.programme(meeting),
        over=clock.now() > meeting.ends_at,
        closes=closes if closes >= clock.local(clock.now()).date() else None,
    )


@blueprint.get("/meetings/new")
@signed_in
def new() -> str:
    """Show the form of a new meeting, with the plan's preset where one is usual."""
    _only_organisers()
    typed = {
        "host": plan.HOST,
        "starts": "13:30",
        "ends": "17:00",
        "date": "",
        "areas": "",
        "like": "",
        "profile": plan.profile_on(clock.local(acting().now).date()),
    }
    earlier = queries.by_name(db.session(), request.args.get("like", ""))
    if earlier is not None:
        typed |= {
            "title": earlier.title,
            "host": earlier.host,
            "venue": earlier.venue,
            "address": earlier.address,
            "ward": earlier.ward,
            "starts": clock.hm(earlier.starts_at),
            "ends": clock.hm(earlier.ends_at),
            "areas": "\n".join(a.name for a in queries.areas(db.session(), earlier.id)),
            "like": earlier.name,
        }
    return _new_page(typed, {})


def _new_page(typed: Mapping[str, Any], fields: Mapping[str, object]) -> str:
    meetings = queries.open_to(db.session(), {where for where, _ in acting().actor.grants})
    return render_template(
        "meetings/new.html",
        typed=typed,
        fields=fields,
        topics=plan.TOPICS,
        profiles=[(key, profile.title) for key, profile in plan.PROFILES.items()],
        earlier=[(m.name, f"{m.title}, {clock.dmy(m.starts_at)}") for m in meetings],
    )


def _only_organisers() -> None:
    if "organiser" not in acting().roles:
        raise Forbidden("not_your_role", _("Your role does not include this."))


@blueprint.post("/meetings/new")
@signed_in
def make() -> Response | tuple[str, int]:
    """Make the meeting; what was typed is kept when something is wrong."""
    _only_organisers()
    here = acting()
    try:
        wanted = _typed_meeting(request.form)
        with writing() as session:
            meeting = service.create(session, wanted, actor=here.actor.name, now=here.now)
            name = meeting.name
    except Refused as error:
        return _new_page(request.form, error.fields), error.status
    flash(_("The meeting is made. Next: bring in the list of delegates."))
    return redirect(url_for("meetings.home", m=name))


def _typed_meeting(form: Mapping[str, str]) -> service.NewMeeting:
    starts_at, ends_at = _times(form)
    title = clean(form.get("title", ""))
    ward = clean(form.get("ward", ""))
    areas = [clean(line) for line in form.get("areas", "").splitlines() if clean(line)]
    like = queries.by_name(db.session(), form.get("like", ""))
    return service.NewMeeting(
        name=clean(form.get("name", "")) or rules.short_name(title, clock.local(starts_at).year),
        title=title,
        venue=clean(form.get("venue", "")),
        address=clean(form.get("address", "")),
        host=clean(form.get("host", "")),
        ward=ward,
        org_name=f"ỦY BAN NHÂN DÂN\n{ward.upper()}" if ward else plan.ORG_NAME,
        place_name=clean(ward.lower().removeprefix("phường").removeprefix("xã")).title(),
        starts_at=starts_at,
        ends_at=ends_at,
        areas=[(name, _spellings(like, name)) for name in areas],
        like=like.id if like is not None else None,
        profile=form.get("profile", "") if form.get("profile") in plan.PROFILES else "2023",
    )


def _spellings(like: Meeting | None, name: str) -> list[str]:
    """Return the other spellings that the earlier meeting knew for an area."""
    known = queries.areas(db.session(), like.id) if like is not None else []
    return next((area.aliases for area in known if area.name == name), [])


def _times(form: Mapping[str, str]) -> tuple[datetime, datetime]:
    fields: dict[str, object] = {}
    found: dict[str, datetime] = {}
    for name in ("starts", "ends"):
        try:
            typed = f"{form.get('date', '')}T{form.get(name, '')}"
            found[name] = datetime.fromisoformat(typed).replace(tzinfo=clock.VN)
        except ValueError:
            fields[name] = _("Please enter an hour such as 13:30.")
    try:
        datetime.fromisoformat(form.get("date", "")).replace(tzinfo=clock.VN)
    except ValueError:
        fields = {"date": _("Please choose the day.")}
    if fields:
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields)
    return found["starts"], found["ends"]


@blueprint.get("/m/<m>/edit")
@needs("meetings.edit")
def edit(m: str) -> str:
    """Show the form of the meeting's facts."""
    meeting = acting().meeting
    return render_template("meetings/edit.html", typed=_as_typed(meeting), fields={})


def _as_typed(meeting: Meeting) -> dict[str, Any]:
    starts = clock.local(meeting.starts_at)
    return {
        "title": meeting.title,
        "host": meeting.host,
        "venue": meeting.venue,
        "address": meeting.address,
        "date": starts.strftime("%Y-%m-%d"),
        "starts": starts.strftime("%H:%M"),
        "ends": clock.hm(meeting.ends_at),
        "opens": clock.hm(meeting.doors_open_at),
        "minutes": meeting.seconds_per_turn // 60,
        "minimum": meeting.minimum_percent,
    }


@blueprint.post("/m/<m>/edit")
@needs("meetings.edit")
def save(m: str) -> Response | tuple[str, int]:
    """Change the meeting's facts."""
    here = acting()
    form = request.form
    try:
        starts_at, ends_at = _times(form)
        opens_at, _end = _times({**form, "starts": form.get("opens", "")})
        minutes = form.get("minutes", "")
        if not minutes.isdecimal() or not 1 <= int(minutes) <= 30:
            words = {"minutes": _("A number of minutes from 1 to 30.")}
            raise Refused("invalid", _("Some fields need to be mended."), fields=words)
        minimum = form.get("minimum", str(here.meeting.minimum_percent))
        if not minimum.isdecimal() or not 0 <= int(minimum) <= 100:
            words = {"minimum": _("A percentage from 0 to 100.")}
            raise Refused("invalid", _("Some fields need to be mended."), fields=words)
        values = {
            "title": clean(form.get("title", "")),
            "host": clean(form.get("host", "")),
            "venue": clean(form.get("venue", "")),
            "address": clean(form.get("address", "")),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "doors_open_at": opens_at,
            "seconds_per_turn": int(minutes) * 60,
            "minimum_percent": int(minimum),
        }
        with writing() as session:
            service.change(session, here.meeting.id, values, actor=here.actor.name)
    except Refused as error:
        return render_template("meetings/edit.html", typed=form, fields=error.fields), error.status
    flash(_("Saved."))
    return redirect(url_for("meetings.home", m=m))
