"""What everyone may read: topic, wording, state and answer. No personal data."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask import render_template
from flask import request
from flask_babel import gettext as _

from kiosk import vietnamese
from kiosk.auth.access import public
from kiosk.db.base import db
from kiosk.errors import NotFound
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import values
from kiosk.plugins.opinions.register.values import MatterView

blueprint = Blueprint("opinions_open", __name__)

PER_PAGE = 50


@dataclass(frozen=True)
class Public:
    """A published matter: nothing that tells who brought it, or words as brought."""

    number: int | None
    title: str
    answer: str
    topic_id: int | None
    topic: str
    icon: str
    lead: str
    due: str
    standing: str
    same: int


def _standing(matter: MatterView) -> str:
    if matter.state in rules.ANSWERED | {rules.OUT_OF_SCOPE}:
        return "done"
    if matter.state == rules.PASSED_UP:
        return "above"
    return "late" if matter.late_days else "doing"


def _public(matter: MatterView) -> Public:
    bare = matter.without_names()
    return Public(
        bare.number,
        bare.title,
        bare.answer,
        bare.topic_id,
        bare.topic,
        bare.icon,
        bare.lead,
        f"{bare.due_on:%d/%m}" if bare.due_on else "",
        _standing(matter),
        len(bare.same),
    )


@blueprint.get("/p/<m>/opinions")
@public
def page(m: str) -> str:
    """Show what was published of a meeting, with search and topics."""
    session = db.session()
    meeting = meetings.by_name(session, m)
    if meeting is None:
        raise NotFound("no_meeting", _("There is no such meeting, or it is not open to you."))
    everything = [
        _public(matter)
        for matter in values.load(
            session,
            Matter.meeting_id == meeting.id,
            Matter.published_at.is_not(None),
            Matter.kind.not_in(rules.SPLIT_OUT),
            Matter.state != rules.DUPLICATE,
        )
    ]
    query = request.args.get("q", "")[:100]
    topic_id = request.args.get("topic", type=int)
    standing = request.args.get("state", "")
    found = [
        one
        for one in everything
        if (topic_id in (None, one.topic_id))
        and standing in ("", one.standing)
        and vietnamese.finds(query, f"{one.number} {one.title} {one.answer} {one.topic}")
    ]
    page_number = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "opinions/public.html",
        meeting=meeting,
        everything=len(everything),
        found=found[(page_number - 1) * PER_PAGE : page_number * PER_PAGE],
        total=len(found),
        page=page_number,
        pages=-(-len(found) // PER_PAGE) or 1,
        query=query,
        topic_id=topic_id,
        state=standing,
        standings={
            key: sum(one.standing == key for one in everything)
            for key in ("done", "doing", "late", "above")
        },
        topics=[
            (topic, sum(one.topic_id == topic.id for one in everything))
            for topic in meetings.topics(session, meeting.id)
        ],
    )
