"""What a new meeting begins with: areas, composition, topics, programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from datetime import timedelta
from typing import Any
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Group
from kiosk.models import Meeting
from kiosk.models import Topic
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.models import MeetingDeadline
from kiosk.plugins.meetings.preparation import service

Areas = Sequence[tuple[str, Sequence[str]]]


def programme(
    starts_at: datetime, ends_at: datetime, planned: plan.Programme
) -> list[dict[str, Any]]:
    """Return the usual programme, as far as the meeting's length has room for it."""
    length = (ends_at - starts_at) // timedelta(minutes=1)
    return [
        {"at": (starts_at + timedelta(minutes=minute)).isoformat(), "what": what, "who": who}
        for minute, what, who in planned
        if minute < length
    ]


def _areas(session: Session, meeting_id: int, areas: Areas) -> None:
    for rank, (name, aliases) in enumerate(areas, start=1):
        session.add(Area(meeting_id=meeting_id, name=name, aliases=list(aliases), rank=rank))


def compose(session: Session, meeting_id: int, areas: Areas, profile: plan.Profile) -> None:
    """Give a meeting the groups, bodies and topics of a profile."""
    _areas(session, meeting_id, areas)
    bodies: dict[str, Body] = {}
    for rank, planned in enumerate(profile.groups, start=1):
        group = Group(
            meeting_id=meeting_id,
            code=planned.code,
            name=planned.name,
            rank=rank,
            kind=planned.kind,
            target=planned.target or sum(len(titles) for _, titles in planned.bodies),
        )
        session.add(group)
        session.flush()
        for name, titles in planned.bodies:
            bodies[name] = Body(
                meeting_id=meeting_id,
                group_id=group.id,
                name=name,
                short_name=name,
                rank=len(bodies) + 1,
                slots=len(titles),
                answers=planned.code in {"B", "C", "D"},
            )
    session.add_all(bodies.values())
    session.flush()
    for rank, topic in enumerate(profile.topics, start=1):
        session.add(
            Topic(
                meeting_id=meeting_id,
                code=topic.code,
                name=topic.name,
                wording=topic.wording,
                icon=topic.icon,
                rank=rank,
                body_id=bodies[topic.body].id,
            )
        )
    session.flush()


def copy(session: Session, source_id: int, meeting: Meeting, areas: Areas) -> None:
    """Give a meeting composition, topics, programme and deadlines of an earlier one, no people."""
    source = session.get_one(Meeting, source_id)
    _areas(session, meeting.id, areas)
    groups = _copies(session, Group, source_id, meeting.id, {})
    bodies = _copies(session, Body, source_id, meeting.id, {"group_id": groups})
    _copies(session, Topic, source_id, meeting.id, {"body_id": bodies})
    minutes = (meeting.ends_at - meeting.starts_at) // rules.MINUTE
    items = [item for _, item in service.programme(source)][:minutes]
    meeting.programme = service.stored(meeting.starts_at, rules.fitted(items, minutes))
    meeting.seconds_per_turn = source.seconds_per_turn
    for kept in session.scalars(
        select(MeetingDeadline).where(MeetingDeadline.meeting_id == source_id)
    ).all():
        session.add(MeetingDeadline(meeting_id=meeting.id, key=kept.key, days=kept.days))
    session.flush()


def _copies(
    session: Session,
    kind: type[Group] | type[Body] | type[Topic],
    source_id: int,
    meeting_id: int,
    others: dict[str, dict[int, int]],
) -> dict[int, int]:
    """Copy the rows of a meeting; returns new ids by old ones."""
    table = kind.__table__
    made: dict[int, int] = {}
    wanted = select(kind).where(kind.meeting_id == source_id).order_by(kind.rank)
    for old in cast(Sequence[Group | Body | Topic], session.scalars(wanted).all()):
        values = {c.name: getattr(old, c.name) for c in table.columns if c.name != "id"}
        values["meeting_id"] = meeting_id
        for name, ids in others.items():
            values[name] = ids.get(values[name])
        new = kind(**values)
        session.add(new)
        session.flush()
        made[old.id] = new.id
    return made
