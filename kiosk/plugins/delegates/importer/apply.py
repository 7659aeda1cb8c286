"""Bringing a list in: new people are added, known people changed, nobody doubled."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.models import Area
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.delegates import matching
from kiosk.plugins.delegates.importer.parse.duplicates import is_house
from kiosk.plugins.delegates.importer.parse.groups import mentions
from kiosk.plugins.delegates.models import ImportDraft
from kiosk.plugins.delegates.rules import Person
from kiosk.plugins.delegates.service import Homes
from kiosk.plugins.delegates.service import Values
from kiosk.plugins.delegates.service import columns_of


@dataclass(frozen=True)
class Change:
    """One fact of a known person that a list changed."""

    person: Person
    field: str
    before: str
    after: str


@dataclass
class Imported:
    """What became of the people of a list.

    `known` were on the list already (changed or not), `removed` had been taken off it.
    """

    added: int = 0
    households: int = 0
    ids: list[int] = field(default_factory=list)
    known: list[Person] = field(default_factory=list)
    removed: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """A delegate of the meeting with area name and household."""

    delegate: Delegate
    area: str
    home: Household | None


def import_people(
    session: Session,
    meeting_id: int,
    people: Iterable[Person],
    *,
    file: str,
    actor: str,
    now: datetime,
) -> Imported:
    """Store the people of a list.

    Who is on the list already (see `matching`) gets what the list newly says: a changed phone
    is changed, an empty cell erases nothing, group and check-in stay. Who was taken off the
    list stays off.
    """
    people = list(people)
    done = Imported()
    book = _Book(session, meeting_id, now)
    found = book.match(people)
    fresh: list[Person] = []
    for index, person in enumerate(people):
        row = book.rows.get(found.get(index, 0))
        if row is None:
            fresh.append(person)
        elif row.delegate.removed_at is not None and row.delegate.id not in book.undone:
            done.removed.append(person)
        else:
            changes = book.update(row, person)
            book.remember_home(person, row.home)
            if row.delegate.removed_at is None:
                done.known.append(person)
                done.changes += changes
            else:
                row.delegate.removed_at = None
                done.ids.append(row.delegate.id)
    ids, done.households = book.add(fresh)
    done.ids += ids
    done.added = len(done.ids)
    session.flush()
    _record(session, meeting_id, done, file, actor)
    return done


def _record(session: Session, meeting_id: int, done: Imported, file: str, actor: str) -> None:
    facts: dict[str, Any] = {"file": file, "added": done.added, "changed": len(done.changes)}
    if done.added or done.changes:
        ledger.record(session, meeting_id, "delegate.imported", actor=actor, facts=facts)
    if done.changes:
        ledger.record(session, meeting_id, "delegate.changed", actor=actor, facts=facts)


def would_change(
    session: Session, meeting_id: int, people: Sequence[Person], now: datetime
) -> Imported:
    """Return what `import_people` would find, without writing anything."""
    book = _Book(session, meeting_id, now)
    found = book.match(people)
    done = Imported()
    for index, person in enumerate(people):
        row = book.rows.get(found.get(index, 0))
        if row is None or (row.delegate.removed_at and row.delegate.id in book.undone):
            done.added += 1
        elif row.delegate.removed_at is not None:
            done.removed.append(person)
        else:
            done.known.append(person)
            done.changes += [
                Change(person, name, before, after)
                for name, before, after in book.differences(row, person)
            ]
    return done


class _Book:
    """The meeting's list while another list is brought in."""

    def __init__(self, session: Session, meeting_id: int, now: datetime) -> None:
        self.session, self.meeting_id, self.now = session, meeting_id, now
        self.areas: dict[str, int] = {
            area.name: area.id
            for area in session.scalars(select(Area).where(Area.meeting_id == meeting_id))
        }
        self.groups = list(
            session.scalars(
                select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank)
            )
        )
        self.bodies = list(
            session.scalars(select(Body).where(Body.meeting_id == meeting_id).order_by(Body.rank))
        )
        self.homes = Homes(session, meeting_id)
        self.undone = undone_ids(session, meeting_id)
        self.rows = {row.delegate.id: row for row in self._load()}
        self._home_of: dict[int, Household] = {}
        self._of_person: dict[Person, Household] = {}
        self._by_address = {
            (home.area_id, vietnamese.fold(home.address)): home
            for homes in self.homes.by_number.values()
            for home in homes
            if is_house(home.address)
        }

    def _load(self) -> list[_Row]:
        rows = self.session.execute(
            select(Delegate, Area.name, Household)
            .outerjoin(Area, Area.id == Delegate.area_id)
            .outerjoin(Household, Household.id == Delegate.household_id)
            .where(Delegate.meeting_id == self.meeting_id)
        )
        return [_Row(delegate, area or "", home) for delegate, area, home in rows]

    def match(self, people: Sequence[Person]) -> dict[int, int]:
        """Return which person (by place in the list) is which delegate (by id)."""
        new = [
            matching.Known(
                i, p.name, p.area, p.birth_year, p.phone, p.address, p.household, p.title
            )
            for i, p in enumerate(people)
        ]
        there = [_known(row) for row in self.rows.values()]
        # Those who are on the list come before those who were taken off it.
        on_it = [k for k in there if self.rows[k.key].delegate.removed_at is None]
        off_it = [k for k in there if self.rows[k.key].delegate.removed_at is not None]
        found = matching.pairs(new, on_it)
        left = [known for known in new if known.key not in found]
        return {**matching.pairs(left, off_it), **found}

    def differences(self, row: _Row, person: Person) -> list[tuple[str, str, str]]:
        """Return (field, before, after) of what the list newly says of a known person."""
        delegate, address = row.delegate, row.home.address if row.home else ""
        pairs = (
            ("name", delegate.name, person.name),
            ("phone", delegate.phone, person.phone),
            ("birth_year", delegate.birth_year, person.birth_year),
            ("area", row.area, person.area),
            ("address", address, person.address if row.home else ""),
            ("title", delegate.title, person.title),
            ("note", delegate.note, person.note),
        )
        return [
            (name, str(before or ""), str(after))
            for name, before, after in pairs
            if after and after != before
        ]

    def update(self, row: _Row, person: Person) -> list[Change]:
        """Change a known person by what the list newly says; returns the changes."""
        changes = self.differences(row, person)
        delegate, home = row.delegate, row.home
        if person.salutation and not delegate.salutation:
            delegate.salutation = person.salutation
        if not changes:
            return []
        new = {name: after for name, _, after in changes}
        area_id = self.areas.get(new.get("area", ""), delegate.area_id)
        if home is not None:
            home.area_id, home.address = area_id, new.get("address", home.address)
        values = Values(
            name=new.get("name", delegate.name),
            group_id=delegate.group_id,
            area_id=area_id,
            address=home.address if home else "",
            salutation=delegate.salutation,
            title=new.get("title", delegate.title),
            birth_year=int(new["birth_year"]) if "birth_year" in new else delegate.birth_year,
            phone=new.get("phone", delegate.phone),
            note=new.get("note", delegate.note),
        )
        for name, value in columns_of(self.session, values, home.number if home else "").items():
            setattr(delegate, name, value)
        return [Change(person, *change) for change in changes]

    def remember_home(self, person: Person, home: Household | None) -> None:
        """Let the other people of this person's home find the household."""
        if person.home and home is not None:
            self._home_of.setdefault(person.home, home)

    def add(self, people: Sequence[Person]) -> tuple[list[int], int]:
        """Add new people; returns their ids, and how many households were made."""
        groups = {person: self._group(person) for person in people}
        made = [
            home
            for person in people
            if groups[person].kind == "household" and (home := self._home(person)) is not None
        ]
        self.session.add_all(made)
        self.session.flush()
        delegates = [(self._delegate(person, groups[person]), person) for person in people]
        self.session.add_all(delegate for delegate, _ in delegates)
        self.session.flush()
        self.session.add_all(
            DelegateRole(delegate_id=delegate.id, body_id=body.id, title=person.title)
            for delegate, person in delegates
            if person.title
            for body in self.bodies
            if mentions(person.title, body.name)
        )
        return [delegate.id for delegate, _ in delegates], len(made)

    def _group(self, person: Person) -> Group:
        found = next((group for group in self.groups if group.code == person.group), None)
        if found is not None:
            return found
        kind = "official" if person.title else "household"
        fit = [group for group in self.groups if group.kind == kind] or self.groups
        return fit[-1]

    def _home(self, person: Person) -> Household | None:
        """Find the household of a person or make it; returns it when it is new."""
        area_id = self.areas.get(person.area)
        key = (area_id, vietnamese.fold(person.address))
        home = self._home_of.get(person.home) if person.home else None
        if home is None and person.household:
            home = self.homes.find(person.household, area_id)
        elif home is None and is_house(person.address):
            home = self._by_address.get(key)
        new = None
        if home is None:
            number = person.household or self.homes.free()
            home = new = Household(
                meeting_id=self.meeting_id,
                area_id=area_id,
                number=number,
                address=person.address,
            )
            self.homes.add(home)
            if is_house(person.address):
                self._by_address[key] = home
        self.remember_home(person, home)
        self._of_person[person] = home
        return new

    def _delegate(self, person: Person, group: Group) -> Delegate:
        home = self._of_person.get(person)
        values = Values(
            name=person.name,
            group_id=group.id,
            area_id=self.areas.get(person.area),
            address=person.address,
            salutation=person.salutation,
            title=person.title,
            birth_year=person.birth_year,
            phone=person.phone,
            note=person.note,
        )
        return Delegate(
            meeting_id=self.meeting_id,
            household_id=home.id if home else None,
            origin="invited",
            created_at=self.now,
            **columns_of(self.session, values, home.number if home else ""),
        )


def undone_ids(session: Session, meeting_id: int) -> set[int]:
    """Return the people of lists that were taken back: the same list may bring them again."""
    rows = session.scalars(
        select(ImportDraft.added).where(
            ImportDraft.meeting_id == meeting_id, ImportDraft.undone_at.is_not(None)
        )
    )
    return {delegate_id for added in rows for delegate_id in added}


def _known(row: _Row) -> matching.Known:
    delegate, home = row.delegate, row.home
    return matching.Known(
        delegate.id,
        delegate.name,
        row.area,
        delegate.birth_year,
        delegate.phone,
        home.address if home else "",
        home.number if home else "",
        delegate.title,
    )
