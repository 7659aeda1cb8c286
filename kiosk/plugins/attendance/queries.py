"""The attendance snapshot and its table."""

from __future__ import annotations

from collections import Counter
from typing import Any
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import text
from kiosk.export import Table
from kiosk.model import Area
from kiosk.model import Delegate
from kiosk.model import Group
from kiosk.model import Household
from kiosk.model import Meeting
from kiosk.plugins.attendance import rules
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.checkin.queries import Present
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings

NAMES_FOR = frozenset({"organiser", "moderator"})
RECENT = 10


class Person(NamedTuple):
    """What attendance needs of a delegate; the snapshot is made at each arrival."""

    id: int
    name: str
    salutation: str
    title: str
    origin: str
    group_id: int
    group: str
    group_kind: str
    area_id: int | None
    area: str
    household: str
    has_phone: bool
    excused: bool


Came = tuple[Person, Present]

_PEOPLE: Any = (
    select(
        Delegate.id,
        Delegate.name,
        Delegate.salutation,
        Delegate.title,
        Delegate.origin,
        Delegate.group_id,
        Group.name,
        Group.kind,
        Delegate.area_id,
        func.coalesce(Area.name, ""),
        func.coalesce(Household.number, ""),
        Delegate.phone != "",
        Delegate.excused_at.is_not(None),
    )
    .join(Group, Group.id == Delegate.group_id)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .where(Delegate.meeting_id == bindparam("meeting_id"), Delegate.removed_at.is_(None))
    .order_by(Group.rank, Delegate.sort_key, Delegate.id)
)


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the whole view: counts, by group, by area, arrivals, last, who is missing.

    `invited` counts the list, `present` everyone who came; of these `added` were on no
    list and `observers` hold no seat, `inside` are in the hall now. `minimum` says whether
    the meeting can open; those who are excused stand apart from the absent.
    """
    rows = session.connection().execute(_PEOPLE, {"meeting_id": meeting_id})
    people = [Person(*row) for row in rows]
    # Whoever answered the invitation with "no" is excused as well.
    declined = invitations.declined(session, meeting_id)
    if declined:
        people = [p._replace(excused=True) if p.id in declined else p for p in people]
    came = {row.delegate_id: row for row in checkin.presence(session, meeting_id)}
    here = [(person, came[person.id]) for person in people if person.id in came]
    invited = sum(person.origin == "invited" for person in people)
    missing = [p for p in people if p.id not in came and p.origin == "invited"]
    return {
        "invited": invited,
        "present": len(here),
        "minimum": _minimum(session, meeting_id, invited, here),
        "observers": sum(row.observer for _, row in here),
        "added": sum(person.origin != "invited" for person, _ in here),
        "inside": sum(row.state == "in" for _, row in here),
        "by_group": _by_group(session, meeting_id, people, here),
        "by_area": _by_area(session, meeting_id, people, here),
        "arrivals": [
            {"at": clock.rfc3339(at), "count": count}
            for at, count in rules.arrivals(row.first_at for _, row in here)
        ],
        "recent": _recent(here),
        "excused_count": sum(person.excused for person in missing),
        "absent": [_missing(person) for person in missing if not person.excused],
        "excused": [_missing(person) for person in missing if person.excused],
    }


def _minimum(session: Session, meeting_id: int, invited: int, here: list[Came]) -> dict[str, Any]:
    percent = session.scalar(select(Meeting.minimum_percent).where(Meeting.id == meeting_id)) or 0
    counted = sum(person.origin == "invited" and not row.observer for person, row in here)
    people = rules.least(invited, percent)
    return {
        "percent": percent,
        "people": people,
        "counted": counted,
        "reached": invited > 0 and counted >= people,
    }


def _counted(
    rows: list[tuple[int, str]],
    invited: Counter[int | None],
    present: Counter[int | None],
) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": name, "invited": invited[key], "present": present[key]}
        for key, name in rows
    ]


def _by_group(
    session: Session, meeting_id: int, people: list[Person], here: list[Came]
) -> list[dict[str, Any]]:
    groups = meetings.groups(session, meeting_id)
    rows = _counted(
        [(group.id, group.name) for group in groups],
        Counter(person.group_id for person in people if person.origin == "invited"),
        Counter(person.group_id for person, _ in here),
    )
    return [{**row, "kind": group.kind} for row, group in zip(rows, groups, strict=True)]


def _by_area(
    session: Session, meeting_id: int, people: list[Person], here: list[Came]
) -> list[dict[str, Any]]:
    return _counted(
        [(area.id, area.name) for area in meetings.areas(session, meeting_id)],
        Counter(person.area_id for person in people if person.origin == "invited"),
        Counter(person.area_id for person, _ in here),
    )


def _recent(here: list[Came]) -> list[dict[str, Any]]:
    latest = sorted(here, key=lambda pair: (pair[1].first_at, pair[0].id), reverse=True)
    return [
        {
            "delegate": person.id,
            "name": text.greeting(person.salutation, person.name),
            "called": text.called(person.salutation, person.name),
            "detail": _detail(person),
            "at": clock.rfc3339(row.first_at),
            "device": row.device,
            "via": row.via,
            "substitute": row.substitute,
            "observer": row.observer,
        }
        for person, row in latest[:RECENT]
    ]


def _detail(person: Person) -> str:
    if person.group_kind == "official":
        return person.title or person.group
    parts = [person.area]
    if person.household:
        parts.append(f"hộ {person.household}")
    return ", ".join(part for part in parts if part)


def _missing(person: Person) -> dict[str, Any]:
    return {
        "delegate": person.id,
        "name": text.greeting(person.salutation, person.name),
        "detail": _detail(person),
        "group": person.group_id,
        "area": person.area_id,
        "phone": person.has_phone,
    }


def count_present(session: Session, meeting_id: int) -> int:
    """Return how many people came."""
    return len(checkin.presence(session, meeting_id))


def phone(session: Session, meeting_id: int, delegate_id: int) -> str:
    """Return the number of one person who is asked for; empty when there is none."""
    person = delegates.one(session, meeting_id, delegate_id)
    return person.phone if person is not None else ""


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot for roles that see numbers only."""
    return {**found, "recent": [], "absent": [], "excused": []}


def table(session: Session, meeting_id: int) -> Table:
    """Return who came and who did not, for a spreadsheet."""
    came = {row.delegate_id: row for row in checkin.presence(session, meeting_id)}
    rows = []
    for person in delegates.everyone(session, meeting_id):
        row = came.get(person.id)
        rows.append(
            (
                person.name,
                person.group,
                person.title,
                person.area,
                person.household,
                "Có mặt" if row else "Chưa đến",
                clock.hm(row.first_at) if row else "",
                row.device if row else "",
                row.substitute if row else "",
            )
        )
    heads = (
        "Họ và tên",
        "Thành phần",
        "Chức vụ",
        "Khu",
        "Hộ số",
        "Điểm danh",
        "Giờ đến",
        "Nơi ghi nhận",
        "Người đi thay",
    )
    return Table("Điểm danh", heads, rows)
