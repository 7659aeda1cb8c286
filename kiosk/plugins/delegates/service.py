"""Verbs about delegates: adding, changing, removing, bringing a list in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import ledger
from kiosk import text
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Area
from kiosk.model import Delegate
from kiosk.model import DelegateRole
from kiosk.model import Group
from kiosk.model import Household
from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.rules import Person


@dataclass(frozen=True)
class Values:
    """What is known of a delegate. `household` is a number: the same number, one seat."""

    name: str
    group_id: int
    area_id: int | None = None
    household: str = ""
    address: str = ""
    salutation: str = ""
    title: str = ""
    birth_year: int | None = None
    phone: str = ""
    note: str = ""
    origin: str = "invited"
    body_id: int | None = None


def checked(session: Session, meeting_id: int, values: Values, newest: int) -> Values:
    """Return the values cleaned; Refused names every field that needs mending."""
    fields: dict[str, object] = {}
    name = text.clean(values.name)
    if not rules.is_name(name):
        fields["name"] = _l("Please enter the full name, letters only.")
    if values.salutation not in ("", *text.SALUTATIONS):
        fields["salutation"] = _l("Please choose a form of address from the list.")
    group = session.get(Group, values.group_id)
    if group is None or group.meeting_id != meeting_id:
        fields["group"] = _l("Please choose a group from the list.")
    area = session.get(Area, values.area_id) if values.area_id else None
    if values.area_id and (area is None or area.meeting_id != meeting_id):
        fields["area"] = _l("Please choose an area from the list.")
    if values.birth_year is not None and not rules.OLDEST <= values.birth_year <= newest:
        fields["birth_year"] = _l("Please enter the year of birth with four digits.")
    phone, _ = rules.phone_of(values.phone)
    if text.clean(values.phone) and not phone:
        fields["phone"] = _l("A phone number has 10 digits and begins with 0.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    return replace(
        values,
        name=name,
        phone=phone,
        title=text.clean(values.title),
        note=text.clean(values.note),
        address=text.clean(values.address),
        household=text.clean(values.household),
    )


def add(
    session: Session, meeting_id: int, values: Values, *, actor: str, now: datetime
) -> Delegate:
    """Add one person by hand."""
    values = checked(session, meeting_id, values, now.year)
    delegate = _insert(session, meeting_id, values, _Numbers(session, meeting_id), now)
    ledger.record(
        session, meeting_id, "delegate.added", actor=actor, subject=f"delegate:{delegate.id}"
    )
    return delegate


def add_many(
    session: Session, meeting_id: int, people: Iterable[Values], *, actor: str, now: datetime
) -> int:
    """Add people whose values are known to be good; one change in the ledger."""
    numbers = _Numbers(session, meeting_id)
    count = 0
    for values in people:
        _insert(session, meeting_id, values, numbers, now)
        count += 1
    ledger.record(session, meeting_id, "delegate.added", actor=actor, facts={"count": count})
    return count


class _Numbers:
    """Household numbers of a meeting: those taken, and the next free one."""

    def __init__(self, session: Session, meeting_id: int) -> None:
        rows = session.execute(
            select(Household.number, Household.id).where(Household.meeting_id == meeting_id)
        )
        self.known: dict[str, int] = dict(iter(rows))
        self._last = max((int(n) for n in self.known if n.isdecimal()), default=0)

    def free(self) -> str:
        """Return the next number, three digits at least."""
        self._last += 1
        while f"{self._last:03d}" in self.known:
            self._last += 1
        return f"{self._last:03d}"


def _insert(
    session: Session, meeting_id: int, values: Values, numbers: _Numbers, now: datetime
) -> Delegate:
    group = session.get_one(Group, values.group_id)
    household_id, number = None, values.household
    if group.kind == "household":
        number = number or numbers.free()
        household_id = numbers.known.get(number)
        if household_id is None:
            home = Household(
                meeting_id=meeting_id,
                area_id=values.area_id,
                number=number,
                address=values.address,
            )
            session.add(home)
            session.flush()
            household_id = numbers.known[number] = home.id
    delegate = Delegate(
        meeting_id=meeting_id,
        household_id=household_id,
        origin=values.origin,
        created_at=now,
        **_columns(session, values, number),
    )
    session.add(delegate)
    session.flush()
    if values.body_id is not None:
        session.add(
            DelegateRole(delegate_id=delegate.id, body_id=values.body_id, title=values.title)
        )
    return delegate


def _columns(session: Session, values: Values, number: str) -> dict[str, object]:
    area = session.get(Area, values.area_id) if values.area_id else None
    searched = (values.name, number, values.address, area.name if area else "", values.title)
    return {
        "group_id": values.group_id,
        "area_id": values.area_id,
        "name": values.name,
        "salutation": values.salutation,
        "title": values.title,
        "birth_year": values.birth_year,
        "phone": values.phone,
        "note": values.note,
        "folded": text.search_key(" ".join(part for part in searched if part))[:600],
        "sort_key": text.sort_key(values.name)[:600],
    }


def change(
    session: Session,
    meeting_id: int,
    delegate_id: int,
    values: Values,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Change what is known of a person; household and origin stay."""
    delegate = _delegate(session, meeting_id, delegate_id)
    values = checked(session, meeting_id, values, now.year)
    home = session.get(Household, delegate.household_id) if delegate.household_id else None
    if home is not None:
        home.area_id, home.address = values.area_id, values.address
    for name, value in _columns(session, values, home.number if home else "").items():
        setattr(delegate, name, value)
    session.flush()
    ledger.record(
        session, meeting_id, "delegate.changed", actor=actor, subject=f"delegate:{delegate_id}"
    )


def remove(
    session: Session, meeting_id: int, delegate_id: int, *, actor: str, now: datetime
) -> str:
    """Take a person off the list; returns the name. Can be taken back."""
    delegate = _delegate(session, meeting_id, delegate_id)
    delegate.removed_at = now
    session.flush()
    ledger.record(
        session, meeting_id, "delegate.removed", actor=actor, subject=f"delegate:{delegate_id}"
    )
    return delegate.name


def bring_back(session: Session, meeting_id: int, delegate_id: int, *, actor: str) -> str:
    """Put a removed person back on the list; returns the name."""
    delegate = _delegate(session, meeting_id, delegate_id, removed=True)
    delegate.removed_at = None
    session.flush()
    ledger.record(
        session, meeting_id, "delegate.restored", actor=actor, subject=f"delegate:{delegate_id}"
    )
    return delegate.name


def _delegate(
    session: Session, meeting_id: int, delegate_id: int, removed: bool = False
) -> Delegate:
    delegate = session.get(Delegate, delegate_id)
    if (
        delegate is None
        or delegate.meeting_id != meeting_id
        or (delegate.removed_at is not None) != removed
    ):
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    return delegate


@dataclass(frozen=True)
class Imported:
    """How many people were stored and which of them were on the list already."""

    added: int
    households: int
    known: tuple[Person, ...]


def import_people(
    session: Session,
    meeting_id: int,
    people: Iterable[Person],
    *,
    file: str,
    actor: str,
    now: datetime,
) -> Imported:
    """Store the people of a list; who is on the list already is left as it stands.

    The same person is the same name with the same area and birth year.
    """
    areas = {
        area.name: area.id
        for area in session.scalars(select(Area).where(Area.meeting_id == meeting_id))
    }
    groups = list(
        session.scalars(select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank))
    )
    by_code = {group.code: group for group in groups}
    usual = next((g for g in groups if g.kind == "household"), groups[-1])
    official = next((g for g in groups if g.kind == "official"), usual)
    seen = _seen(session, meeting_id)
    numbers = _Numbers(session, meeting_id)
    homes_before = len(numbers.known)
    known: list[Person] = []
    added = 0
    for person in people:
        key = (person.name, areas.get(person.area), person.birth_year)
        if key in seen:
            known.append(person)
            continue
        seen.add(key)
        group = by_code.get(person.group) or (official if person.title else usual)
        values = Values(
            name=person.name,
            group_id=group.id,
            area_id=areas.get(person.area),
            household=person.household,
            address=person.address,
            salutation=person.salutation,
            title=person.title,
            birth_year=person.birth_year,
            phone=person.phone,
            note=person.note,
        )
        _insert(session, meeting_id, values, numbers, now)
        added += 1
    if added:
        ledger.record(
            session,
            meeting_id,
            "delegate.imported",
            actor=actor,
            facts={"file": file, "added": added},
        )
    return Imported(added, len(numbers.known) - homes_before, tuple(known))


def _seen(session: Session, meeting_id: int) -> set[tuple[str, int | None, int | None]]:
    rows = session.execute(
        select(Delegate.name, Delegate.area_id, Delegate.birth_year).where(
            Delegate.meeting_id == meeting_id, Delegate.removed_at.is_(None)
        )
    )
    return {(name, area_id, year) for name, area_id, year in rows}
