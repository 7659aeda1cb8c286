"""Reads about delegates, and what other plugins may ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import false
from sqlalchemy import func
from sqlalchemy import not_
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.documents.spreadsheet import Table
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.delegates import matching
from kiosk.plugins.delegates import rules

PAGE = 50
MOST_NEAR = 200


@dataclass(frozen=True)
class Listed:
    """A delegate as lists show one: names instead of ids."""

    id: int
    name: str
    salutation: str
    title: str
    group_id: int
    group: str
    group_kind: str
    area_id: int | None
    area: str
    household: str
    address: str
    birth_year: int | None
    phone: str
    note: str
    origin: str
    household_id: int | None = None
    seat: str = ""
    excused: bool = False
    excused_reason: str = ""

    @property
    def masked_phone(self) -> str:
        """The phone with its middle hidden: enough to tell, too little to use."""
        return f"{self.phone[:2]}xx xxx {self.phone[-3:]}" if self.phone else ""


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to."""

    q: str = ""
    group_id: int | None = None
    area_id: int | None = None
    state: str = ""


_LISTED: Any = (
    select(
        Delegate.id,
        Delegate.name,
        Delegate.salutation,
        Delegate.title,
        Delegate.group_id,
        Group.name.label("group_name"),
        Group.kind.label("group_kind"),
        Delegate.area_id,
        Area.name.label("area_name"),
        Household.number,
        Household.address,
        Delegate.birth_year,
        Delegate.phone,
        Delegate.note,
        Delegate.origin,
        Delegate.household_id,
        Delegate.seat,
        Group.zone,
        Delegate.excused_at,
        Delegate.excused_reason,
    )
    .join(Group, Group.id == Delegate.group_id)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
)


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        row.id,
        row.name,
        row.salutation,
        row.title,
        row.group_id,
        row.group_name,
        row.group_kind,
        row.area_id,
        row.area_name or "",
        row.number or "",
        row.address or "",
        row.birth_year,
        row.phone,
        row.note,
        row.origin,
        row.household_id,
        row.seat or row.zone,
        row.excused_at is not None,
        row.excused_reason,
    )


def _where(meeting_id: int, wanted: Wanted, statement: Select[Any]) -> Select[Any]:
    statement = statement.where(Delegate.meeting_id == meeting_id, Delegate.removed_at.is_(None))
    for word in vietnamese.search_words(wanted.q):
        statement = statement.where(Delegate.folded.contains(word, autoescape=True))
    if wanted.group_id is not None:
        statement = statement.where(Delegate.group_id == wanted.group_id)
    if wanted.area_id is not None:
        statement = statement.where(Delegate.area_id == wanted.area_id)
    if wanted.state:
        state = registry().states.get(wanted.state)
        statement = statement.where(state.where(meeting_id) if state else false())
    return statement


def search(
    session: Session, meeting_id: int, wanted: Wanted, page: int = 1, per_page: int = PAGE
) -> tuple[list[Listed], int]:
    """Return one page of the list by given name, and how many there are in all.

    Words of `q` are found without accents, in any order, also a household's number. Where
    nobody has them all, slips of the keyboard are forgiven.
    """
    total = session.scalar(_where(meeting_id, wanted, select(func.count()).select_from(Delegate)))
    if not total and wanted.q:
        return _nearly(session, meeting_id, wanted, page, per_page)
    rows = session.execute(
        _where(meeting_id, wanted, _LISTED)
        .order_by(Delegate.sort_key, Delegate.id)
        .limit(per_page)
        .offset((max(page, 1) - 1) * per_page)
    )
    return [_listed(row) for row in rows], total or 0


def _nearly(
    session: Session, meeting_id: int, wanted: Wanted, page: int, per_page: int
) -> tuple[list[Listed], int]:
    """Find who bears each word nearly: one slip in short words, two in long ones."""
    words = vietnamese.search_words(wanted.q)
    if not words or any(char.isdigit() for word in words for char in word):
        return [], 0
    both: Any = select(Delegate.id, Delegate.folded)
    rows = session.execute(_where(meeting_id, replace(wanted, q=""), both))
    found = [key for key, folded in rows if matching.has_nearly(folded, words)]
    start = (max(page, 1) - 1) * per_page
    people = session.execute(
        _LISTED.where(Delegate.id.in_(found[:MOST_NEAR]))
        .order_by(Delegate.sort_key, Delegate.id)
        .limit(per_page)
        .offset(start)
    )
    return [_listed(row) for row in people], min(len(found), MOST_NEAR)


def one(session: Session, meeting_id: int, delegate_id: int) -> Listed | None:
    """Return one delegate of the meeting, unless removed."""
    row = session.execute(
        _LISTED.where(
            Delegate.meeting_id == meeting_id,
            Delegate.id == delegate_id,
            Delegate.removed_at.is_(None),
        )
    ).first()
    return _listed(row) if row else None


def by_code(session: Session, meeting_id: int, raw: str) -> Listed | None:
    """Return who holds this code in the meeting, if it is one."""
    for reader in registry().readers if raw.strip() else ():
        held = reader.read(session, raw)
        key = held[1] if held is not None and held[0] == meeting_id else None
        if key is None and reader.within is not None:
            key = reader.within(session, meeting_id, raw)
        if key is not None:
            return one(session, meeting_id, key)
    return None


def everyone(session: Session, meeting_id: int) -> list[Listed]:
    """Return all delegates: groups by precedence, then by given name."""
    rows = session.execute(
        _where(meeting_id, Wanted(), _LISTED).order_by(Group.rank, Delegate.sort_key, Delegate.id)
    )
    return [_listed(row) for row in rows]


def count(session: Session, meeting_id: int) -> int:
    """Return how many people stand on the list."""
    found = session.scalar(_where(meeting_id, Wanted(), select(func.count()).select_from(Delegate)))
    return found or 0


def origin_of(meeting: Meeting, now: datetime) -> str:
    """Return as what somebody counts whom the office types into the list at this moment.

    Before the doors open the list is still being made: such a person is invited. Afterwards
    people are added.
    """
    making = meeting.doors != "open" and now < meeting.doors_open_at
    return "invited" if making else "added"


def who_came(session: Session, meeting_id: int, ids: Collection[int]) -> list[int]:
    """Return which of these people have been at the door."""
    been = _been(meeting_id)
    if not ids or not been:
        return []
    return list(
        session.scalars(
            select(Delegate.id).where(Delegate.meeting_id == meeting_id, or_(*been))
            .where(Delegate.id.in_(ids)).order_by(Delegate.id)
        )
    )  # fmt: skip


def _been(meeting_id: int) -> list[Any]:
    return [state.where(meeting_id) for state in registry().states.values() if state.came]


def excused(session: Session, meeting_id: int) -> list[Listed]:
    """Return who of the invited said before that he cannot come and did not, by given name."""
    away = [state.where(meeting_id) for state in registry().states.values() if state.away]
    rows = session.execute(
        _where(meeting_id, Wanted(), _LISTED)
        .where(Delegate.origin == "invited", or_(*away))
        .where(not_(or_(false(), *_been(meeting_id))))
        .order_by(Delegate.sort_key, Delegate.id)
    )
    return [_listed(row) for row in rows]


@dataclass(frozen=True)
class Gap:
    """A body of the plan that sends fewer people than it has places."""

    id: int
    body: str
    group: str
    places: int


def gaps(session: Session, meeting_id: int) -> list[Gap]:
    """Return the bodies named in the plan that nobody represents, by precedence.

    Who is excused represents nobody; somebody who holds two offices represents both bodies.
    A body that was struck off is not missed. Where people of its group come of whom nobody
    said for which body, and they could fill every open place, none is called missing: the
    list then knows less than the office does.
    """
    here = (
        Delegate.meeting_id == meeting_id,
        Delegate.removed_at.is_(None),
        Delegate.excused_at.is_(None),
    )
    sent = (
        select(DelegateRole.body_id)
        .join(Delegate, Delegate.id == DelegateRole.delegate_id)
        .where(*here)
    )
    rows = session.execute(
        select(Body.id, Body.name, Group.id, Group.name, Body.slots)
        .join(Group, Group.id == Body.group_id)
        .where(Body.meeting_id == meeting_id, Body.struck_at.is_(None), Body.id.not_in(sent))
        .order_by(Group.rank, Body.rank, Body.id)
    ).all()
    unplaced = select(Delegate.group_id, func.count()).where(
        *here, Delegate.id.not_in(select(DelegateRole.delegate_id))
    )
    free = {row[0]: row[1] for row in session.execute(unplaced.group_by(Delegate.group_id))}
    places: Counter[int] = Counter()
    for _id, _name, group_id, _group, slots in rows:
        places[group_id] += max(slots, 1)
    return [
        Gap(key, name, group, slots)
        for key, name, group_id, group, slots in rows
        if free.get(group_id, 0) < places[group_id]
    ]


def struck(session: Session, meeting_id: int) -> list[tuple[int, str]]:
    """Return the bodies that send nobody this time, by precedence: (id, name)."""
    rows = session.execute(
        select(Body.id, Body.name)
        .where(Body.meeting_id == meeting_id, Body.struck_at.is_not(None))
        .order_by(Body.rank, Body.id)
    )
    return [(row[0], row[1]) for row in rows]


def known_names(session: Session, meeting_id: int) -> rules.Known:
    """Return the meeting's areas with their other spellings, and its groups with bodies."""
    areas = session.scalars(
        select(Area).where(Area.meeting_id == meeting_id).order_by(Area.rank, Area.id)
    )
    bodies: dict[int | None, list[str]] = {}
    for group_id, name in session.execute(
        select(Body.group_id, Body.name).where(Body.meeting_id == meeting_id).order_by(Body.rank)
    ):
        bodies.setdefault(group_id, []).append(name)
    groups = session.scalars(
        select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank)
    )
    return rules.Known(
        [(area.name, tuple(area.aliases)) for area in areas],
        [
            rules.KnownGroup(g.code, g.name, g.kind, g.target, tuple(bodies.get(g.id, ())))
            for g in groups
        ],
    )


def table(session: Session, meeting_id: int) -> Table:
    """Return the list for a spreadsheet."""
    return Table(
        "Đại biểu",
        (
            "Họ và tên",
            "Xưng hô",
            "Chức vụ",
            "Thành phần",
            "Khu",
            "Hộ số",
            "Địa chỉ",
            "Năm sinh",
            "Điện thoại",
            "Chỗ ngồi",
            "Báo vắng",
            "Ghi chú",
            "Diện",
        ),
        [
            (
                d.name,
                d.salutation,
                d.title,
                d.group,
                d.area,
                d.household,
                d.address,
                d.birth_year,
                d.phone,
                d.seat,
                (d.excused_reason or "x") if d.excused else "",
                d.note,
                "Được mời" if d.origin == "invited" else "Khách tham dự thêm",
            )
            for d in everyone(session, meeting_id)
        ],
    )
