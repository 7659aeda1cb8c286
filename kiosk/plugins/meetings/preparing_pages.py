"""Pages of the preparations: programme, checklist."""

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
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from kiosk import clock
from kiosk import revisions
from kiosk.access import acting
from kiosk.access import needs
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.errors import Refused
from kiosk.model import Meeting
from kiosk.plugins.meetings import preparing
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings import rules
from kiosk.text import clean

NEW_ITEM_MINUTES = 10

blueprint = Blueprint("preparing", __name__)


@blueprint.get("/m/<m>/programme")
@needs("meetings.edit")
def programme(m: str) -> str:
    """Show the programme with its hours."""
    items = _stored(acting().meeting)
    return _page(items, _flat(items))


def _stored(meeting: Meeting) -> list[rules.Item]:
    return [item for _at, item in preparing.programme(meeting)]


def _page(
    items: list[rules.Item],
    shown: Mapping[str, object] | None,
    error: KioskError | None = None,
) -> str:
    meeting = acting().meeting
    points = rules.timed(meeting.starts_at, items)
    ends_at = points[-1][0] if points else meeting.starts_at
    if items:
        ends_at = rules.timed(ends_at, [items[-1], rules.Item(0, "", "")])[1][0]
    return render_template(
        "meetings/programme.html",
        meeting=meeting,
        points=points,
        total=sum(item.minutes for item in items),
        over=int((ends_at - meeting.ends_at).total_seconds()) // 60,
        longest=max((item.minutes for item in items), default=0),
        deadlines=queries.legal_dates(db.session(), meeting, clock.local(acting().now).date()),
        words=queries.DEADLINE_WORDS,
        fields=error.fields if error else {},
        error=error,
        shown=shown,
        stored=preparing.programme(meeting) if error and error.status == 409 else [],
    )


@blueprint.post("/m/<m>/programme")
@needs("meetings.edit")
def save_programme(m: str) -> Response | tuple[str, int]:
    """Change the programme: what was typed is kept, then one point moves, goes or is added."""
    here = acting()
    typed = _typed(request.form)
    try:
        with writing() as session:
            revisions.hold(session, Meeting, here.meeting.id)
            merged = _merged(typed, _stored(here.meeting))
            whole = here.meeting.ends_at - here.meeting.starts_at
            do = request.form.get("do", "")
            items = _changed(merged, do, int(whole.total_seconds()) // 60)
            typed = items
            preparing.set_programme(session, here.meeting.id, items, actor=here.actor.name)
    except revisions.ChangedMeanwhile as error:
        return _page(_items(error.values), error.stored, error), error.status
    except Refused as error:
        return _page(typed, revisions.shown(request.form), error), error.status
    if do == "add" and items[: len(merged)] != merged:
        words = _("The programme was longer than the meeting: its longest points were shortened.")
        flash(words, "info")
    if merged != _typed(request.form):
        flash(_("Somebody else changed points meanwhile, and they stand."), "info")
    return redirect(url_for("preparing.programme", m=m))


def _merged(typed: list[rules.Item], stored: list[rules.Item]) -> list[rules.Item]:
    """Return the points as typed, with what somebody else changed since the form was shown."""
    before, now, wanted = revisions.shown(request.form), _flat(stored), _flat(typed)
    if before is None or before == now:
        return typed
    if before.keys() != now.keys() or wanted.keys() != now.keys():
        raise revisions.ChangedMeanwhile({}, wanted, now)
    shown = {revisions.FIELD: request.form[revisions.FIELD]}
    return _items(revisions.merged({**wanted, **shown}, now).values)


def _flat(items: list[rules.Item]) -> dict[str, str]:
    return {
        f"{name}-{number}": str(getattr(item, name))
        for number, item in enumerate(items)
        for name in ("minutes", "what", "who")
    }


def _items(flat: Mapping[str, str]) -> list[rules.Item]:
    return [
        rules.Item(int(flat[f"minutes-{n}"]), flat[f"what-{n}"], flat[f"who-{n}"])
        for n in range(len(flat) // 3)
    ]


def _typed(form: MultiDict[str, str]) -> list[rules.Item]:
    rows = zip(form.getlist("minutes"), form.getlist("what"), form.getlist("who"), strict=False)
    return [
        rules.Item(
            int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0,
            clean(what)[:300],
            clean(who)[:200],
        )
        for minutes, what, who in rows
    ]


def _changed(items: list[rules.Item], do: str, minutes: int) -> list[rules.Item]:
    verb, _colon, number = do.partition(":")
    if verb == "add":
        more = [*items, rules.Item(NEW_ITEM_MINUTES, _("New point"), "")]
        # A full programme makes room; one that was too long before is told so, not cut.
        full = sum(item.minutes for item in items) <= minutes
        return rules.fitted(more, minutes) if full and len(more) <= minutes else more
    if not verb:
        return items
    if not number.isdecimal() or int(number) >= len(items) or verb not in {"up", "down", "remove"}:
        raise Malformed("malformed", _("The request cannot be understood."))
    index = int(number)
    if verb == "remove":
        return items[:index] + items[index + 1 :]
    return rules.shifted(items, index, -1 if verb == "up" else 1)


@blueprint.post("/m/<m>/tasks")
@needs("meetings.edit")
def add_task(m: str) -> Response:
    """Add something to the checklist."""
    here = acting()
    form = request.form
    with writing() as session:
        preparing.add_task(
            session,
            here.meeting.id,
            clean(form.get("title", "")),
            clean(form.get("owner", "")),
            _day(form.get("due", "")),
            actor=here.actor.name,
        )
    return _back(m)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _back(m: str) -> Response:
    return redirect(url_for("meetings.home", m=m, _anchor="tasks"))


@blueprint.post("/m/<m>/tasks/<int:task_id>/<any(done, open):state>")
@needs("meetings.edit")
def tick(m: str, task_id: int, state: str) -> Response:
    """Tick something off, or take the tick away."""
    here = acting()
    with writing() as session:
        preparing.tick(
            session,
            here.meeting.id,
            task_id,
            state == "done",
            actor=here.actor.name,
            now=here.now,
        )
    return _back(m)


@blueprint.post("/m/<m>/tasks/<int:task_id>/remove")
@needs("meetings.edit")
def remove_task(m: str, task_id: int) -> Response:
    """Take something off the checklist."""
    here = acting()
    with writing() as session:
        preparing.remove_task(session, here.meeting.id, task_id, actor=here.actor.name)
    return _back(m)


def checklist(tasks: list[Any]) -> list[dict[str, Any]]:
    """Return the checklist as the home page shows it."""
    today = clock.local(acting().now).date()
    return [
        {
            "id": task.id,
            "title": task.title,
            "owner": task.owner,
            "due": task.due_on,
            "done": task.done_at,
            "days": (task.due_on - today).days,
            "late": task.done_at is None and task.due_on < today,
            "source": queries.sources().get(task.key, ""),
        }
        for task in tasks
    ]
