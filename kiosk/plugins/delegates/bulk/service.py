"""Verbs about several delegates, or two: absence, changes in bulk, merging."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import events
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.delegates.service import Values
from kiosk.plugins.delegates.service import columns_of

LONGEST_REASON = 200
LONGEST_SEAT = 40


def find(session: Session, meeting_id: int, delegate_id: int) -> Delegate:
    """Return a delegate of the meeting, unless removed."""
    found = session.get(Delegate, delegate_id)
    if found is None or found.meeting_id != meeting_id or found.removed_at is not None:
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    return found


def excuse(
    session: Session, meeting_id: int, delegate_id: int, reason: str, *, actor: str, now: datetime
) -> None:
    """Note that somebody cannot come, and why; said again, the new reason counts."""
    delegate = find(session, meeting_id, delegate_id)
    reason = vietnamese.clean(reason)
    if len(reason) > LONGEST_REASON:
        words = _l("Please write the reason in at most 200 letters.")
        raise Refused("invalid", words, fields={"reason": words})
    delegate.excused_at, delegate.excused_reason = delegate.excused_at or now, reason
    session.flush()
    ledger.record(
        session, meeting_id, "delegate.excused", actor=actor, subject=f"delegate:{delegate_id}"
    )


def expect(session: Session, meeting_id: int, delegate_id: int, *, actor: str) -> None:
    """Take an excuse back: the person is expected again."""
    delegate = find(session, meeting_id, delegate_id)
    if delegate.excused_at is None:
        return
    delegate.excused_at, delegate.excused_reason = None, ""
    session.flush()
    ledger.record(
        session, meeting_id, "delegate.expected", actor=actor, subject=f"delegate:{delegate_id}"
    )


@dataclass(frozen=True)
class Bulk:
    """What to change for several people; None leaves it. An empty seat clears it."""

    group_id: int | None = None
    area_id: int | None = None
    seat: str | None = None


def change_many(
    session: Session, meeting_id: int, ids: Collection[int], bulk: Bulk, *, actor: str
) -> int:
    """Change group, area or seat of several people; returns how many."""
    people = _chosen(session, meeting_id, ids)
    _check_bulk(session, meeting_id, bulk)
    for delegate in people:
        if bulk.group_id is not None:
            delegate.group_id = bulk.group_id
        if bulk.seat is not None:
            delegate.seat = vietnamese.clean(bulk.seat)[:LONGEST_SEAT]
        if bulk.area_id is not None:
            _move(session, delegate, bulk.area_id)
    session.flush()
    facts: dict[str, Any] = {"ids": sorted(d.id for d in people)}
    ledger.record(session, meeting_id, "delegate.changed", actor=actor, facts=facts)
    return len(people)


def _check_bulk(session: Session, meeting_id: int, bulk: Bulk) -> None:
    group = session.get(Group, bulk.group_id) if bulk.group_id is not None else None
    if bulk.group_id is not None and (group is None or group.meeting_id != meeting_id):
        words = _l("Please choose a group from the list.")
        raise Refused("invalid", words, fields={"group": words})
    area = session.get(Area, bulk.area_id) if bulk.area_id is not None else None
    if bulk.area_id is not None and (area is None or area.meeting_id != meeting_id):
        words = _l("Please choose an area from the list.")
        raise Refused("invalid", words, fields={"area": words})


def _move(session: Session, delegate: Delegate, area_id: int) -> None:
    home = session.get(Household, delegate.household_id) if delegate.household_id else None
    if home is not None:
        home.area_id = area_id
    delegate.area_id = area_id
    _find_by(session, delegate)


def remove_many(
    session: Session, meeting_id: int, ids: Collection[int], *, actor: str, now: datetime
) -> list[int]:
    """Take several people off the list; returns their ids, to be put back with."""
    people = _chosen(session, meeting_id, ids)
    for delegate in people:
        delegate.removed_at = now
    session.flush()
    gone = sorted(d.id for d in people)
    ledger.record(session, meeting_id, "delegate.removed", actor=actor, facts={"ids": gone})
    return gone


def restore_many(session: Session, meeting_id: int, ids: Collection[int], *, actor: str) -> int:
    """Put several removed people back."""
    people = session.scalars(
        select(Delegate).where(
            Delegate.meeting_id == meeting_id,
            Delegate.id.in_(ids),
            Delegate.removed_at.is_not(None),
        )
    ).all()
    for delegate in people:
        delegate.removed_at = None
    session.flush()
    facts = {"ids": sorted(d.id for d in people)}
    ledger.record(session, meeting_id, "delegate.restored", actor=actor, facts=facts)
    return len(people)


def _chosen(session: Session, meeting_id: int, ids: Collection[int]) -> list[Delegate]:
    people = session.scalars(
        select(Delegate).where(
            Delegate.meeting_id == meeting_id,
            Delegate.id.in_(ids),
            Delegate.removed_at.is_(None),
        )
    ).all()
    if not people:
        raise Refused("nobody_chosen", _l("Please choose at least one person in the list."))
    return list(people)


def set_group(
    session: Session, meeting_id: int, group_id: int, *, target: int, zone: str, actor: str
) -> None:
    """Change the places planned for a group, and where its people sit."""
    group = session.get(Group, group_id)
    if group is None or group.meeting_id != meeting_id:
        raise NotFound("no_group", _l("There is no such group in this meeting."))
    if not 0 <= target <= 10_000:
        words = _l("Please enter a number of places.")
        raise Refused("invalid", words, fields={"target": words})
    group.target, group.zone = target, vietnamese.clean(zone)[:LONGEST_SEAT]
    session.flush()
    ledger.record(session, meeting_id, "group.changed", actor=actor, subject=f"group:{group_id}")


def merge(
    session: Session,
    meeting_id: int,
    kept_id: int,
    gone_id: int,
    *,
    actor: str,
    now: datetime,
    facts_of: int | None = None,
) -> str:
    """Make two entries of one person one; returns the name.

    Where both know something, `facts_of` is believed (else the entry that stays). All that
    hangs on the other is kept: other rooms hear of it within the transaction and move scans,
    letters, turns and opinions. Conflict `letter_on_other` when only the other one's letter
    is valid: then that entry must stay.
    """
    if kept_id == gone_id:
        raise Refused("same_person", _l("Please choose two different entries."))
    kept, gone = find(session, meeting_id, kept_id), find(session, meeting_id, gone_id)
    first, second = (gone, kept) if facts_of == gone_id else (kept, gone)
    for name in _FACTS:
        setattr(kept, name, getattr(first, name) or getattr(second, name))
    kept.household_id = kept.household_id or gone.household_id
    _find_by(session, kept)
    _merge_roles(session, kept_id, gone_id)
    gone.removed_at = now
    session.flush()
    events.within(session, DelegatesMerged(meeting_id, kept_id, gone_id, now))
    ledger.record(
        session,
        meeting_id,
        "delegate.merged",
        actor=actor,
        subject=f"delegate:{kept_id}",
        facts={"gone": gone_id},
    )
    # Screens that show people watch this one.
    ledger.record(
        session, meeting_id, "delegate.removed", actor=actor, subject=f"delegate:{gone_id}"
    )
    return kept.name


_FACTS = ("name", "salutation", "title", "birth_year", "phone", "area_id", "note", "seat")


def _find_by(session: Session, delegate: Delegate) -> None:
    """Write anew what searches look into and lists are ordered by."""
    home = session.get(Household, delegate.household_id) if delegate.household_id else None
    values = Values(
        name=delegate.name,
        group_id=delegate.group_id,
        area_id=delegate.area_id,
        address=home.address if home else "",
        title=delegate.title,
    )
    columns = columns_of(session, values, home.number if home else "")
    delegate.folded, delegate.sort_key = str(columns["folded"]), str(columns["sort_key"])


def _merge_roles(session: Session, kept_id: int, gone_id: int) -> None:
    roles = list(
        session.scalars(
            select(DelegateRole).where(DelegateRole.delegate_id.in_((kept_id, gone_id)))
        )
    )
    mine = {role.body_id for role in roles if role.delegate_id == kept_id}
    for role in roles:
        if role.delegate_id == gone_id and role.body_id not in mine:
            role.delegate_id = kept_id
