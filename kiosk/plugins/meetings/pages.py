"""The list of meetings, a meeting's home, making one by hand, the public page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
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
from kiosk.auth.access import acting
from kiosk.auth.access import askers
from kiosk.auth.access import needs
from kiosk.auth.access import public
from kiosk.auth.access import signed_in
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import KioskError
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings import service
from kiosk.plugins.meetings.calendar.labels import FACT_FIELDS
from kiosk.plugins.meetings.calendar.labels import FACT_WORDS
from kiosk.plugins.meetings.preparation import pages
from kiosk.plugins.meetings.preparation import service as preparation
from kiosk.vietnamese import clean
from kiosk.web import forms

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
        programme=preparation.programme(here.meeting),
        tasks=pages.checklist(preparation.tasks(session, here.meeting.id)),
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
        programme=preparation.programme(meeting),
        over=clock.now() > meeting.ends_at,
        closes=closes if closes >= clock.local(clock.now()).date() else None,
    )


@blueprint.get("/meetings/new")
@signed_in
def new() -> str:
    """Show the form of a new meeting, with the plan's preset where one is usual."""
    _only_organisers()
    typed: dict[str, Any] = {
        "starts": "13:30",
        "ends": "17:00",
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
            "org_name": earlier.org_name,
            "place_name": earlier.place_name,
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
        hours, wrong = _hours({**request.form, "opens": _usual_opening(request.form)})
        wanted = _typed_meeting(request.form, hours)
        with writing() as session:
            _refuse(service.unfit(session, wanted, hours=not wrong), wrong)
            meeting = service.create(session, wanted, actor=here.actor.name, now=here.now)
            name = meeting.name
    except Refused as error:
        return _new_page(request.form, error.fields), error.status
    flash(_("The meeting is made. Next: bring in the list of delegates."))
    return redirect(url_for("meetings.home", m=name))


def _refuse(*wrong: Mapping[str, object]) -> None:
    fields = {name: words for found in wrong for name, words in found.items()}
    if fields:
        raise Refused("invalid", _("Some fields need to be mended."), fields=fields)


def _usual_opening(form: Mapping[str, str]) -> str:
    starts = _hour(form.get("starts", ""))
    if starts is None:
        return "00:00"
    before = timedelta(minutes=plan.DOORS_OPEN_MINUTES)
    return (datetime.combine(date(2000, 1, 2), starts) - before).strftime("%H:%M")


def _typed_meeting(form: Mapping[str, str], hours: rules.Hours) -> service.NewMeeting:
    facts = _typed_facts(form)
    areas = [clean(line) for line in form.get("areas", "").splitlines() if clean(line)]
    like = queries.by_name(db.session(), form.get("like", ""))
    profile = plan.PROFILES.get(form.get("profile", ""))
    return service.NewMeeting(
        name=clean(form.get("name", ""))
        or rules.short_name(facts["title"], clock.local(hours.starts_at).year),
        **facts,
        starts_at=hours.starts_at,
        ends_at=hours.ends_at,
        doors_open_at=hours.opens_at,
        areas=[(name, _spellings(like, name)) for name in areas],
        like=like.id if like is not None else None,
        profile=profile or plan.PROFILES[plan.profile_on(clock.local(hours.starts_at).date())],
    )


def _typed_facts(form: Mapping[str, str]) -> dict[str, str]:
    found = {name: clean(form.get(name, "")) for name in rules.LONGEST_FACTS}
    lines = [clean(line) for line in form.get("org_name", "").splitlines()]
    return {**found, "org_name": "\n".join(line for line in lines if line)}


def _spellings(like: Meeting | None, name: str) -> list[str]:
    """Return the other spellings that the earlier meeting knew for an area."""
    known = queries.areas(db.session(), like.id) if like is not None else []
    return next((area.aliases for area in known if area.name == name), [])


# Stands in for a day or an hour that cannot be read, so that the rest is looked at as well.
_ANY_DAY, _ANY_HOUR = date(2000, 1, 2), time(0)


def _hour(typed: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2}):(\d\d)(:\d\d)?", typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _hours(form: Mapping[str, str]) -> tuple[rules.Hours, dict[str, object]]:
    """Return the hours of a form, and a sentence for each field that cannot be read."""
    wrong: dict[str, object] = {}
    found: dict[str, time] = {}
    for name in ("opens", "starts", "ends"):
        hour = _hour(form.get(name, ""))
        if hour is None:
            wrong[name] = _("Please enter an hour such as 13:30.")
        found[name] = hour or _ANY_HOUR
    try:
        day = date.fromisoformat(form.get("date", ""))
    except ValueError:
        day = _ANY_DAY
        wrong["date"] = _("Please choose the day.")
    if not rules.FIRST_YEAR <= day.year <= rules.LAST_YEAR:
        day = _ANY_DAY
        wrong["date"] = FACT_WORDS["date", "year"]
    return rules.placed(day, found["opens"], found["starts"], found["ends"], clock.VN), wrong


@blueprint.get("/m/<m>/edit")
@needs("meetings.edit")
def edit(m: str) -> str:
    """Show the form of the meeting's facts."""
    typed = _as_typed(acting().meeting)
    return _edit_page(typed, typed)


def _edit_page(
    typed: Mapping[str, Any], shown: Mapping[str, object] | None, error: KioskError | None = None
) -> str:
    return render_template(
        "meetings/edit.html",
        typed=typed,
        shown=shown,
        fields=error.fields if error else {},
        error=error,
    )


def _as_typed(meeting: Meeting) -> dict[str, Any]:
    starts = clock.local(meeting.starts_at)
    return {
        **{name: getattr(meeting, name) for name in rules.LONGEST_FACTS},
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
    """Change the meeting's facts; what somebody else changed meanwhile stands."""
    here = acting()
    try:
        with writing() as session:
            forms.hold(session, Meeting, here.meeting.id)
            form = forms.merged(request.form, _as_typed(here.meeting))
            values = _changed(form.values)
            shortened = service.change(session, here.meeting.id, values, actor=here.actor.name)
    except (Refused, Conflict) as error:
        return _edit_page(*forms.kept(request.form, error), error), error.status
    flash(_("Saved."))
    if theirs := forms.told(form, FACT_FIELDS):
        flash(_("Somebody else changed meanwhile, and it stands: %(what)s.", what=theirs), "info")
    if shortened:
        words = _("The programme was longer than the meeting: its longest points were shortened.")
        flash(words, "warn")
    return redirect(url_for("meetings.home", m=m))


def _within(typed: str, least: int, most: int) -> bool:
    return typed.isdecimal() and len(typed) < 4 and least <= int(typed) <= most


def _changed(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the facts as a form gives them. Raises Refused with all that is wrong at once."""
    hours, wrong = _hours(form)
    facts = _typed_facts(form)
    minutes, minimum = form["minutes"].strip(), form["minimum"].strip()
    if not _within(minutes, 1, 30):
        wrong["minutes"] = _("A number of minutes from 1 to 30.")
    if not _within(minimum, 0, 100):
        wrong["minimum"] = _("A percentage from 0 to 100.")
    if wrong:
        unread = bool({"date", "opens", "starts", "ends"} & set(wrong))
        _refuse(service.said(facts, None if unread else hours), wrong)
    return {
        **facts,
        "starts_at": hours.starts_at,
        "ends_at": hours.ends_at,
        "doors_open_at": hours.opens_at,
        "seconds_per_turn": int(minutes) * 60,
        "minimum_percent": int(minimum),
    }
