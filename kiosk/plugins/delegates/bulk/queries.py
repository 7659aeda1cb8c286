"""Reads for the pages of this room: groups as filled, one household, states of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.errors import NotFound
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugin import DelegateState
from kiosk.plugin import registry
from kiosk.plugins.delegates import matching
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates.queries import Listed


@dataclass(frozen=True)
class GroupFilled:
    """A group with its places, people and offices; people count once, offices each.

    `people` are all of it on the list, `invited` those who fill its places.
    """

    id: int
    name: str
    kind: str
    target: int
    zone: str
    people: int
    invited: int
    roles: int


def groups(session: Session, meeting_id: int) -> list[GroupFilled]:
    """Return the groups by precedence."""
    here = (Delegate.meeting_id == meeting_id, Delegate.removed_at.is_(None))
    by_group = select(Delegate.group_id, func.count()).where(*here).group_by(Delegate.group_id)
    people = _counts(session, by_group)
    invited = _counts(session, by_group.where(Delegate.origin == "invited"))
    roles = _counts(session, by_group.join(DelegateRole, DelegateRole.delegate_id == Delegate.id))
    rows = session.scalars(
        select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank, Group.id)
    )
    return [
        GroupFilled(
            g.id,
            g.name,
            g.kind,
            g.target,
            g.zone,
            people.get(g.id, 0),
            invited.get(g.id, 0),
            roles.get(g.id, 0),
        )
        for g in rows
    ]


def _counts(session: Session, statement: Any) -> dict[int, int]:
    return dict(session.execute(statement).all())


@dataclass(frozen=True)
class Home:
    """A household: one seat, and who may take it."""

    id: int
    number: str
    address: str
    area: str
    area_id: int | None
    members: list[Listed]


def home(session: Session, meeting_id: int, household_id: int) -> Home:
    """Return a household with its people."""
    found = session.get(Household, household_id)
    if found is None or found.meeting_id != meeting_id:
        raise NotFound("no_household", _l("There is no such household in this meeting."))
    ids = session.scalars(
        select(Delegate.id)
        .where(Delegate.household_id == household_id, Delegate.removed_at.is_(None))
        .order_by(Delegate.id)
    )
    members = [queries.one(session, meeting_id, delegate_id) for delegate_id in ids]
    area = session.get(Area, found.area_id) if found.area_id else None
    return Home(
        found.id,
        found.number,
        found.address,
        area.name if area else "",
        found.area_id,
        [member for member in members if member is not None],
    )


def household_group(session: Session, meeting_id: int) -> int:
    """Return the id of the group of households; 0 when the meeting has none."""
    found = session.scalar(
        select(Group.id)
        .where(Group.meeting_id == meeting_id, Group.kind == "household")
        .order_by(Group.rank)
    )
    return found or 0


def states(
    session: Session, meeting_id: int, people: Sequence[Listed]
) -> dict[int, list[DelegateState]]:
    """Return which states that have a chip each of these people is in."""
    ids = [person.id for person in people]
    found: dict[int, list[DelegateState]] = {}
    for state in registry().states.values():
        if state.icon and ids:
            there = select(Delegate.id).where(Delegate.id.in_(ids), state.where(meeting_id))
            for delegate_id in session.scalars(there):
                found.setdefault(delegate_id, []).append(state)
    return found


def offices(session: Session, delegate_id: int) -> list[str]:
    """Return the bodies that a person represents."""
    return list(
        session.scalars(
            select(Body.name)
            .join(DelegateRole, DelegateRole.body_id == Body.id)
            .where(DelegateRole.delegate_id == delegate_id)
            .order_by(Body.rank)
        )
    )


def doubles(session: Session, meeting_id: int) -> list[tuple[Listed, Listed]]:
    """Return pairs that may be one person entered twice: one name, nothing against it."""
    named: dict[str, list[Listed]] = {}
    for person in queries.everyone(session, meeting_id):
        named.setdefault(vietnamese.search_key(person.name), []).append(person)
    return [
        (one, other)
        for people in named.values()
        for index, one in enumerate(people)
        for other in people[index + 1 :]
        if matching.may_be_one(_known(one), _known(other))
    ]


def _known(person: Listed) -> matching.Known:
    return matching.Known(
        person.id,
        person.name,
        person.area,
        person.birth_year,
        person.phone,
        person.address,
        "",
        person.title,
    )
