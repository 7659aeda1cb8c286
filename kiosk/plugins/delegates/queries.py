"""Reads about delegates, and what other plugins may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy import Select
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import text
from kiosk.export import Table
from kiosk.model import Area
from kiosk.model import Body
from kiosk.model import Delegate
from kiosk.model import Group
from kiosk.model import Household
from kiosk.plugins.delegates import rules

PAGE = 50


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
    )


def _where(meeting_id: int, wanted: Wanted, statement: Select[Any]) -> Select[Any]:
    statement = statement.where(Delegate.meeting_id == meeting_id, Delegate.removed_at.is_(None))
    for word in text.search_words(wanted.q):
        statement = statement.where(Delegate.folded.contains(word, autoescape=True))
    if wanted.group_id is not None:
        statement = statement.where(Delegate.group_id == wanted.group_id)
    if wanted.area_id is not None:
        statement = statement.where(Delegate.area_id == wanted.area_id)
    return statement


def search(
    session: Session, meeting_id: int, wanted: Wanted, page: int = 1, per_page: int = PAGE
) -> tuple[list[Listed], int]:
    """Return one page of the list by given name, and how many there are in all.

    Words of `q` are found without accents, in any order, also a household's number.
    """
    total = session.scalar(_where(meeting_id, wanted, select(func.count()).select_from(Delegate)))
    rows = session.execute(
        _where(meeting_id, wanted, _LISTED)
        .order_by(Delegate.sort_key, Delegate.id)
        .limit(per_page)
        .offset((max(page, 1) - 1) * per_page)
    )
    return [_listed(row) for row in rows], total or 0


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
            "Ghi chú",
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
                d.note,
            )
            for d in everyone(session, meeting_id)
        ],
    )
