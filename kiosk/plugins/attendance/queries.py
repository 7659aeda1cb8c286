"""The attendance snapshot and its table."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from heapq import nlargest
from typing import Any
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import bindparam
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.documents.spreadsheet import Table
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.models import Meeting
from kiosk.plugins.attendance import counting_rules
from kiosk.plugins.attendance import rules
from kiosk.plugins.attendance.counting_rules import Numbers
from kiosk.plugins.attendance.counting_rules import count
from kiosk.plugins.checkin.queries import STANDING
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings

NAMES_FOR = frozenset({"organiser", "moderator"})
RECENT = 10
NEVER = datetime.min.replace(tzinfo=UTC)
# The row of those who came without having been invited; groups are named in Vietnamese too.
ADDED_NAME = "Khách tham dự thêm"
# What floors below may show of the numbers.
TOLD = frozenset(Numbers._fields) - {"seated"}


class Person(NamedTuple):
    """What attendance needs of a delegate; the snapshot is made at each arrival.

    Without `state` the person has not come, and nothing is known of how and when.
    """

    id: int
    group_id: int
    group_kind: str
    area_id: int | None
    household_id: int | None
    invited: bool
    removed: bool
    excused: bool
    name: str
    salutation: str
    title: str
    group: str
    area: str
    household: str
    has_phone: bool
    state: str = ""
    observer: bool = False
    instead: dict[str, Any] | None = None
    first_at: datetime = NEVER
    device: str = ""
    via: str = ""
    since: datetime = NEVER

    @property
    def substitute(self) -> str:
        """The name of who came instead."""
        return str(self.instead.get("name", "")) if self.instead else ""


_COUNTED = (
    Delegate.id,
    Delegate.group_id,
    Group.kind,
    Delegate.area_id,
    Delegate.household_id,
    (Delegate.origin == "invited").label("invited"),
    Delegate.removed_at.is_not(None).label("removed"),
    Delegate.excused_at.is_not(None).label("excused"),
)
_NAMED = (
    Delegate.name,
    Delegate.salutation,
    Delegate.title,
    Group.name,
    func.coalesce(Area.name, ""),
    func.coalesce(Household.number, ""),
    Delegate.phone != "",
)
_NAMELESS = ("", "", "", "", "", "", False)


def _from(*columns: Any) -> Any:
    # Whoever was taken off the list counts only while standing in the hall.
    inside = select(STANDING.c.delegate_id).where(
        STANDING.c.meeting_id == bindparam("meeting_id"), STANDING.c.state == "in"
    )
    return (
        select(*columns)
        .select_from(Delegate)
        .join(Group, Group.id == Delegate.group_id)
        .where(
            Delegate.meeting_id == bindparam("meeting_id"),
            Delegate.removed_at.is_(None) | Delegate.id.in_(inside),
        )
    )


def _stands(*more: Any) -> Any:
    stand = (STANDING.c.delegate_id, STANDING.c.state, STANDING.c.observer, STANDING.c.substitute)
    return select(*stand, *more).where(STANDING.c.meeting_id == bindparam("meeting_id"))


_STANDS: Any = _stands()
_ARRIVED: Any = _stands(STANDING.c.first_at, STANDING.c.first_device, STANDING.c.via)
_LEFT: Any = _stands(STANDING.c.first_at, STANDING.c.first_device, STANDING.c.via, STANDING.c.since)
_EVERYBODY: Any = _from(*_COUNTED)
_HOURS: Any = select(
    Meeting.minimum_percent,
    Meeting.doors,
    Meeting.doors_open_at,
    Meeting.starts_at,
    Meeting.ends_at,
).where(Meeting.id == bindparam("meeting_id"))
_BY_NAME: Any = (
    _from(*_COUNTED, *_NAMED)
    .outerjoin(Area, Area.id == Delegate.area_id)
    .outerjoin(Household, Household.id == Delegate.household_id)
    .order_by(Group.rank, Delegate.sort_key, Delegate.id)
)


def _read(session: Session, meeting_id: int, statement: Any, standing: Any) -> list[Person]:
    here = {"meeting_id": meeting_id}
    line = session.connection()
    stands = {key: stand for key, *stand in line.execute(standing, here).all()}
    nameless = _NAMELESS if statement is _EVERYBODY else ()
    people = [
        Person(*row, *nameless, *stands.get(row[0], ()))
        for row in line.execute(statement, here).all()
    ]
    # Whoever answered the invitation with "no" is excused as well.
    declined = invitations.declined(session, meeting_id)
    if declined:
        people = [p._replace(excused=True) if p.id in declined else p for p in people]
    return people


def counts(session: Session, meeting_id: int) -> Numbers:
    """Return the numbers of a meeting; every screen, paper and export has them from here."""
    return count(_read(session, meeting_id, _EVERYBODY, _STANDS))


def numbers(session: Session, meeting_id: int) -> dict[str, int]:
    """Return the numbers for pages of the floors below."""
    people = _read(session, meeting_id, _EVERYBODY, _STANDS)
    found = {name: value for name, value in count(people)._asdict().items() if name in TOLD}
    for group_id, row in counting_rules.rows(people, lambda person: person.group_id).items():
        found[f"excused_group_{group_id}"] = row.excused
    return found


def house(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return what the hall's strip shows: who has come, and of how many households. No names."""
    found = counts(session, meeting_id)
    return {
        "present": found.present,
        "households": found.households,
        "households_present": found.households_present,
    }


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the whole view: the numbers, by group, by area, arrivals, last, who is missing.

    What each number means stands in `counting_rules`. `minimum` says whether the meeting can
    open; those who are excused stand apart from the absent, who came without having been
    invited in a row of the kind `added`. `removed` are off the list and in the hall still.
    """
    people = _read(session, meeting_id, _BY_NAME, _ARRIVED)
    found = count(people)
    hours = session.execute(_HOURS, {"meeting_id": meeting_id}).one()
    here = [person for person in people if counting_rules.has_come(person)]
    missing = [person for person in people if counting_rules.is_missing(person)]
    return {
        "invited": found.invited,
        "present": found.present,
        "came": found.came,
        "minimum": _minimum(hours.minimum_percent, found),
        "observers": found.observers,
        "added": found.added,
        "substitutes": found.substitutes,
        "inside": found.inside,
        "left": found.left,
        "removed_inside": found.removed_inside,
        "households": found.households,
        "households_present": found.households_present,
        "by_group": _by_group(session, meeting_id, people, found.added),
        "by_area": _by_area(session, meeting_id, people),
        "arrivals": [
            {"at": clock.rfc3339(at), "count": count_}
            for at, count_ in rules.arrivals(person.first_at for person in here)
        ],
        "recent": _recent(here),
        "excused_count": found.excused,
        "absent_count": found.absent,
        "absent": [_missing(person) for person in missing if not person.excused],
        "excused": [_missing(person) for person in missing if person.excused],
        "removed": [_missing(person) for person in people if person.removed],
        "hours": {
            "doors": hours.doors,
            "opens_at": clock.rfc3339(hours.doors_open_at),
            "starts_at": clock.rfc3339(hours.starts_at),
            "ends_at": clock.rfc3339(hours.ends_at),
        },
    }


def _minimum(percent: int, found: Numbers) -> dict[str, Any]:
    people = rules.least(found.invited, percent)
    return {
        "percent": percent,
        "people": people,
        "counted": found.seated,
        "reached": found.invited > 0 and found.seated >= people,
    }


def _by_group(
    session: Session, meeting_id: int, people: list[Person], added: int
) -> list[dict[str, Any]]:
    by = counting_rules.rows(people, lambda person: person.group_id)
    found = [
        {"id": group.id, "name": group.name, "kind": group.kind, **_row(by.get(group.id))}
        for group in meetings.groups(session, meeting_id)
    ]
    row = {"invited": 0, "present": added, "excused": 0, "absent": 0}
    return [*found, {"id": 0, "name": ADDED_NAME, "kind": counting_rules.ADDED, **row}]


def _by_area(session: Session, meeting_id: int, people: list[Person]) -> list[dict[str, Any]]:
    by = counting_rules.rows(people, lambda person: person.area_id)
    return [
        {"id": area.id, "name": area.name, **_row(by.get(area.id))}
        for area in meetings.areas(session, meeting_id)
    ]


def _row(row: counting_rules.Row | None) -> dict[str, int]:
    """Return a row of the invited; who was added stands in a row of its own."""
    found = row or counting_rules.Row()
    return {
        "invited": found.invited,
        "present": found.present,
        "excused": found.excused,
        "absent": found.absent,
    }


def _recent(here: list[Person]) -> list[dict[str, Any]]:
    latest = nlargest(RECENT, here, key=lambda person: (person.first_at, person.id))
    return [
        {
            "delegate": person.id,
            "name": vietnamese.greeting(person.salutation, person.name),
            "called": vietnamese.called(person.salutation, person.name),
            "detail": _detail(person),
            "at": clock.rfc3339(person.first_at),
            "device": person.device,
            "via": person.via,
            "substitute": person.substitute,
            "observer": person.observer,
        }
        for person in latest
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
        "name": vietnamese.greeting(person.salutation, person.name),
        "detail": _detail(person),
        "group": person.group_id,
        "area": person.area_id,
        "phone": person.has_phone,
    }


def count_present(session: Session, meeting_id: int) -> int:
    """Return how many people of the list came."""
    return counts(session, meeting_id).present


def phone(session: Session, meeting_id: int, delegate_id: int) -> str:
    """Return the number of one person who is asked for; empty when there is none."""
    person = delegates.one(session, meeting_id, delegate_id)
    return person.phone if person is not None else ""


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot for roles that see numbers only."""
    return {**found, "recent": [], "absent": [], "excused": [], "removed": []}


def table(session: Session, meeting_id: int) -> Table:
    """Return everybody of the list for a spreadsheet: who came, as what, from when to when."""
    over = clock.now() > session.get_one(Meeting, meeting_id).ends_at
    people = [p for p in _read(session, meeting_id, _BY_NAME, _LEFT) if not p.removed]
    heads = (
        _("Full name"),
        _("Group"),
        _("Office"),
        _("Area"),
        _("Household"),
        _("Attendance"),
        _("Came at"),
        _("Recorded by"),
        _("Who came instead"),
        _("Attends as"),
        _("Left at"),
    )
    return Table(_("Attendance"), heads, [_line(person, over) for person in people])


def _line(person: Person, over: bool) -> tuple[object, ...]:
    return (
        person.name,
        person.group,
        person.title,
        person.area,
        person.household,
        _attendance(person, over),
        clock.hm(person.first_at) if person.state else "",
        person.device,
        person.substitute,
        _standing(person),
        clock.hm(person.since) if person.state == "out" else "",
    )


def _attendance(person: Person, over: bool) -> object:
    if person.state:
        return _("Is present")
    if person.excused:
        return _("Absent with reason")
    return _("Is absent") if over else _("Not here yet")


def _standing(person: Person) -> object:
    """Return as what somebody attends: observers hold no seat, the added were not invited."""
    if person.observer:
        return _("Listens without a seat")
    return _("Invited delegate") if person.invited else _("Added guest")
