"""Verbs about delegates: adding, changing, removing, bringing a list in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.delegates import bodies
from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.importer.parse.phones import read_phones


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
    # The bodies the person comes for; None leaves them as they are.
    bodies: tuple[int, ...] | None = None


def checked(session: Session, meeting_id: int, values: Values, newest: int) -> Values:
    """Return the values cleaned; Refused names every field that needs mending."""
    fields: dict[str, object] = {}
    name = vietnamese.clean(values.name)
    if not rules.is_name(name):
        fields["name"] = _l("Please enter the full name, letters only.")
    if values.salutation not in ("", *vietnamese.SALUTATIONS):
        fields["salutation"] = _l("Please choose a form of address from the list.")
    group = session.get(Group, values.group_id)
    if group is None or group.meeting_id != meeting_id:
        fields["group"] = _l("Please choose a group from the list.")
    area = session.get(Area, values.area_id) if values.area_id else None
    if values.area_id and (area is None or area.meeting_id != meeting_id):
        fields["area"] = _l("Please choose an area from the list.")
    if values.birth_year is not None and not rules.OLDEST <= values.birth_year <= newest:
        fields["birth_year"] = _l("Please enter the year of birth with four digits.")
    phone = read_phones(vietnamese.clean(values.phone)).phone
    if vietnamese.clean(values.phone) and not phone:
        fields["phone"] = _l("A phone number has 10 digits and begins with 0.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    return replace(
        values,
        name=name,
        phone=phone,
        title=vietnamese.clean(values.title),
        note=vietnamese.clean(values.note),
        address=vietnamese.clean(values.address),
        household=vietnamese.clean(values.household),
    )


def add(
    session: Session, meeting_id: int, values: Values, *, actor: str, now: datetime
) -> Delegate:
    """Add one person by hand."""
    values = checked(session, meeting_id, values, now.year)
    delegate = _insert(session, meeting_id, values, Homes(session, meeting_id), now)
    ledger.record(
        session, meeting_id, "delegate.added", actor=actor, subject=f"delegate:{delegate.id}"
    )
    return delegate


def add_many(
    session: Session, meeting_id: int, people: Iterable[Values], *, actor: str, now: datetime
) -> int:
    """Add people whose values are known to be good; one change in the ledger."""
    homes = Homes(session, meeting_id)
    count = 0
    for values in people:
        _insert(session, meeting_id, values, homes, now)
        count += 1
    ledger.record(session, meeting_id, "delegate.added", actor=actor, facts={"count": count})
    return count


class Homes:
    """The households of a meeting by area and number, and the next free number."""

    def __init__(self, session: Session, meeting_id: int) -> None:
        self.by_number: dict[str, list[Household]] = {}
        self._last = 0
        homes = session.scalars(select(Household).where(Household.meeting_id == meeting_id))
        for home in homes:
            self.add(home)

    def add(self, home: Household) -> None:
        """Take a household in."""
        self.by_number.setdefault(home.number, []).append(home)
        if home.number.isdecimal() and len(home.number) < 9:
            self._last = max(self._last, int(home.number))

    def find(self, number: str, area_id: int | None) -> Household | None:
        """Return the household of this number: that of the area, else the only one there is.

        Areas number their households each from 1: the same number in two areas is two homes.
        """
        found = self.by_number.get(number, [])
        fit = [home for home in found if home.area_id == area_id]
        if fit or area_id is not None:
            return fit[0] if fit else next((h for h in found if h.area_id is None), None)
        return found[0] if len(found) == 1 else None

    def free(self) -> str:
        """Return the next number, three digits at least."""
        self._last += 1
        return f"{self._last:03d}"


def _insert(
    session: Session, meeting_id: int, values: Values, homes: Homes, now: datetime
) -> Delegate:
    group = session.get_one(Group, values.group_id)
    household_id, number = None, values.household
    if group.kind == "household":
        home = homes.find(number, values.area_id) if number else None
        if home is None:
            number = number or homes.free()
            home = Household(
                meeting_id=meeting_id,
                area_id=values.area_id,
                number=number,
                address=values.address,
            )
            session.add(home)
            session.flush()
            homes.add(home)
        household_id = home.id
    delegate = Delegate(
        meeting_id=meeting_id,
        household_id=household_id,
        origin=values.origin,
        created_at=now,
        **columns_of(session, values, number),
    )
    session.add(delegate)
    session.flush()
    if values.body_id is not None:
        session.add(
            DelegateRole(delegate_id=delegate.id, body_id=values.body_id, title=values.title)
        )
    if values.bodies:
        bodies.hold(session, delegate, values.bodies)
    return delegate


def columns_of(session: Session, values: Values, number: str) -> dict[str, object]:
    """Return the columns of a delegate that hold these values, and what searches look into."""
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
        "folded": vietnamese.search_key(" ".join(part for part in searched if part))[:600],
        "sort_key": vietnamese.sort_key(values.name)[:600],
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
    for name, value in columns_of(session, values, home.number if home else "").items():
        setattr(delegate, name, value)
    session.flush()
    if values.bodies is not None:
        bodies.hold(session, delegate, values.bodies)
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
