"""The desk's list: every delegate with the state of the latest invitation."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from typing import Any

from sqlalchemy import Select
from sqlalchemy import and_
from sqlalchemy import case
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.invitations.models import Invitation

PAGE = 50
STATES = ("none", "current", "replaced", "withdrawn")
# Holds an invitation that nobody has brought yet: cuts across the states.
UNSENT = "unsent"


@dataclass(frozen=True)
class Line:
    """A delegate and where the latest invitation stands, its `issue` counted from 1."""

    id: int
    name: str
    salutation: str
    title: str
    group: str
    area: str
    household: str
    state: str
    issue: int


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; `state` one of STATES, or empty for all.

    `only` names the people that come into question at all.
    """

    q: str = ""
    group_id: int | None = None
    state: str = ""
    only: tuple[int, ...] | None = None


_latest = (
    select(Invitation.delegate_id, func.max(Invitation.issue).label("issue"))
    .group_by(Invitation.delegate_id)
    .subquery()
)
_state: Any = case(
    (Invitation.id.is_(None), "none"),
    (Invitation.withdrawn_at.is_not(None), "withdrawn"),
    (Invitation.issue > 1, "replaced"),
    else_="current",
)


def _where(meeting_id: int, wanted: Wanted, statement: Select[Any]) -> Select[Any]:
    statement = (
        statement.select_from(Delegate)
        .outerjoin(_latest, _latest.c.delegate_id == Delegate.id)
        .outerjoin(
            Invitation,
            and_(Invitation.delegate_id == Delegate.id, Invitation.issue == _latest.c.issue),
        )
        .where(Delegate.meeting_id == meeting_id, Delegate.removed_at.is_(None))
    )
    for word in vietnamese.search_words(wanted.q):
        statement = statement.where(Delegate.folded.contains(word, autoescape=True))
    if wanted.group_id is not None:
        statement = statement.where(Delegate.group_id == wanted.group_id)
    if wanted.only is not None:
        statement = statement.where(Delegate.id.in_(wanted.only))
    if wanted.state:
        statement = statement.where(_state == wanted.state)
    return statement


def page(session: Session, meeting_id: int, wanted: Wanted, number: int = 1) -> list[Line]:
    """Return one page of the list by given name."""
    columns = (
        Delegate.id,
        Delegate.name,
        Delegate.salutation,
        Delegate.title,
        Group.name,
        func.coalesce(Area.name, ""),
        func.coalesce(Household.number, ""),
        _state,
        func.coalesce(Invitation.issue, 0),
    )
    rows = session.execute(
        _where(meeting_id, wanted, select(*columns))
        .join(Group, Group.id == Delegate.group_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .order_by(Delegate.sort_key, Delegate.id)
        .limit(PAGE)
        .offset((max(number, 1) - 1) * PAGE)
    )
    return [Line(*row) for row in rows]


def counts(session: Session, meeting_id: int, wanted: Wanted) -> dict[str, int]:
    """Return how many stand in each state, whatever state is wanted."""
    everyone = replace(wanted, state="")
    rows = session.execute(
        _where(meeting_id, everyone, select(_state, func.count())).group_by(_state)
    )
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def state_of(session: Session, meeting_id: int, delegate_id: int) -> str:
    """Return the state of one delegate's latest invitation."""
    statement = _where(meeting_id, Wanted(), select(_state)).where(Delegate.id == delegate_id)
    return session.scalar(statement) or "none"
