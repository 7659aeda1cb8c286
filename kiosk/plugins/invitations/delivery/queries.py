"""Reads about deliveries: where batches stand, what each person got, what is still to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Household
from kiosk.plugins.invitations.delivery import rules
from kiosk.plugins.invitations.models import Delivery
from kiosk.plugins.invitations.models import DeliveryBatch
from kiosk.plugins.invitations.models import Invitation


@dataclass(frozen=True)
class Progress:
    """How far a batch is; `next_in` seconds until somebody is due again."""

    total: int
    waiting: int = 0
    sending: int = 0
    made: int = 0
    sent: int = 0
    refused: int = 0
    unsure: int = 0
    dropped: int = 0
    next_in: float = 0.0
    stopped: bool = False

    @property
    def done(self) -> int:
        """How many have an end, good or bad."""
        return self.total - self.waiting - self.sending - self.made


def progress(session: Session, batch_id: int, now: datetime) -> Progress:
    """Return how far a batch is. A delivery tried anew counts once, as it stands now."""
    rows = session.execute(
        select(Delivery.place, Delivery.state, Delivery.due_at)
        .where(Delivery.delivery_batch_id == batch_id)
        .order_by(Delivery.id)
    ).all()
    latest = {row.place: row for row in rows}
    states = Counter(row.state for row in latest.values())
    due = [row.due_at for row in latest.values() if row.state == "waiting"]
    stopped = session.scalar(select(DeliveryBatch.stopped_at).where(DeliveryBatch.id == batch_id))
    return Progress(
        total=len(latest),
        next_in=max(0.0, (min(due) - now).total_seconds()) if due else 0.0,
        stopped=stopped is not None,
        **states,
    )


@dataclass(frozen=True)
class Item:
    """One person in a batch."""

    id: int
    delegate_id: int
    name: str
    salutation: str
    area: str
    household: str
    email: str
    state: str
    outcome: str
    detail: str
    tries: int
    at: datetime
    current: bool


def items(session: Session, batch_id: int) -> list[Item]:
    """Return the people of a batch in its order, each as the latest try left it."""
    rows = session.execute(
        select(Delivery, Delegate, Area.name, Household.number, Invitation)
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        # Whoever holds the invitation now: two entries of one person may have become one.
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .outerjoin(Area, Area.id == Delegate.area_id)
        .outerjoin(Household, Household.id == Delegate.household_id)
        .where(Delivery.delivery_batch_id == batch_id)
        .order_by(Delivery.id)
    ).all()
    latest = {row[0].place: row for row in rows}
    return [_item(latest[place]) for place in sorted(latest)]


def _item(row: Any) -> Item:
    delivery, delegate, area, household, invitation = row
    current = (
        invitation.replaced_at is None
        and invitation.withdrawn_at is None
        and delegate.removed_at is None
    )
    return Item(
        delivery.id,
        delegate.id,
        delegate.name,
        delegate.salutation,
        area or "",
        household or "",
        delegate.email,
        delivery.state,
        delivery.outcome,
        delivery.detail,
        delivery.tries,
        delivery.at,
        current,
    )


def batches(session: Session, meeting_id: int) -> list[DeliveryBatch]:
    """Return the batches of a meeting, the latest first."""
    statement = select(DeliveryBatch).where(DeliveryBatch.meeting_id == meeting_id)
    return list(session.scalars(statement.order_by(DeliveryBatch.id.desc())))


@dataclass(frozen=True)
class Event:
    """One line of what happened with a person's invitation."""

    at: datetime
    kind: str
    channel: str = ""
    carrier: str = ""
    detail: str = ""
    delivery_id: int = 0


@dataclass(frozen=True)
class Got:
    """What a person has got of the current invitation, by channel, and what is wrong.

    `redeliver` says that an older letter is in the person's hands and the new one is not.
    """

    by: dict[str, str] = field(default_factory=dict)
    redeliver: bool = False

    @property
    def has(self) -> bool:
        """Whether the invitation is in the holder's hands, as far as we know."""
        return "sent" in self.by.values()


def got(session: Session, delegates: Sequence[int]) -> dict[int, Got]:
    """Return what each of these people has got."""
    rows = session.execute(
        select(
            Invitation.delegate_id,
            Delivery.channel,
            Delivery.state,
            Invitation.replaced_at,
            Invitation.withdrawn_at,
        )
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .where(Invitation.delegate_id.in_(delegates), Delivery.state != "dropped")
        .order_by(Delivery.id)
    )
    now: dict[int, dict[str, str]] = {}
    before: set[int] = set()
    for delegate, channel, state, replaced, withdrawn in rows:
        if withdrawn is None and replaced is None:
            now.setdefault(delegate, {})[channel] = state
        elif replaced is not None and state in rules.GONE:
            before.add(delegate)
    return {
        delegate: Got(by, delegate in before and "sent" not in by.values())
        for delegate in delegates
        for by in (now.get(delegate, {}),)
    }


def history(session: Session, delegate_id: int) -> list[Event]:
    """Return what happened with a person's invitations, in order."""
    found: list[Event] = []
    for row in session.scalars(select(Invitation).where(Invitation.delegate_id == delegate_id)):
        found.append(Event(row.issued_at, "issued" if row.issue == 1 else "reissued"))
        if row.withdrawn_at is not None:
            found.append(Event(row.withdrawn_at, "withdrawn"))
    deliveries = session.execute(
        select(Delivery, DeliveryBatch)
        .join(DeliveryBatch, DeliveryBatch.id == Delivery.delivery_batch_id)
        .join(Invitation, Invitation.id == Delivery.invitation_id)
        .where(Invitation.delegate_id == delegate_id)
    )
    for delivery, batch in deliveries:
        found.append(
            Event(
                delivery.at,
                delivery.state,
                delivery.channel,
                batch.carrier,
                delivery.detail,
                delivery.id,
            )
        )
    return sorted(found, key=lambda event: event.at)


def _holders(meeting_id: int) -> Any:
    return (
        select(Delegate.id, Delegate.area_id, Delegate.group_id, Delegate.email, Invitation.id)
        .join(Invitation, Invitation.delegate_id == Delegate.id)
        .join(Group, Group.id == Delegate.group_id)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.removed_at.is_(None),
            Invitation.replaced_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Group.rank, Delegate.sort_key, Delegate.id)
    )


@dataclass(frozen=True)
class Round:
    """An area, or a group whose people have no area: one walk with a pile of letters."""

    key: str
    title: str
    people: tuple[int, ...]
    without: int
    carrier: str = ""


def rounds(session: Session, meeting_id: int) -> list[Round]:
    """Return the rounds in which letters are carried, and how many have none yet."""
    areas = {
        area.id: area
        for area in session.scalars(
            select(Area).where(Area.meeting_id == meeting_id).order_by(Area.rank, Area.id)
        )
    }
    groups = {
        group.id: group
        for group in session.scalars(
            select(Group).where(Group.meeting_id == meeting_id).order_by(Group.rank)
        )
    }
    people: dict[str, list[int]] = {}
    for delegate, area, group, _email, _invitation in session.execute(_holders(meeting_id)):
        key = f"area:{area}" if area is not None else f"group:{group}"
        people.setdefault(key, []).append(delegate)
    titles = {f"group:{key}": group.name for key, group in groups.items()}
    titles |= {f"area:{key}": area.name for key, area in areas.items()}
    has = got(session, [delegate for ids in people.values() for delegate in ids])
    carriers = _carriers(session, meeting_id)
    return [
        Round(
            key,
            titles[key],
            tuple(people[key]),
            sum(not has[d].has and "made" not in has[d].by.values() for d in people[key]),
            carriers.get(key, ""),
        )
        for key in titles
        if key in people
    ]


def _carriers(session: Session, meeting_id: int) -> dict[str, str]:
    rows = session.execute(
        select(DeliveryBatch.round, DeliveryBatch.carrier)
        .where(DeliveryBatch.meeting_id == meeting_id, DeliveryBatch.carrier != "")
        .order_by(DeliveryBatch.id)
    )
    return {row.round: row.carrier for row in rows if row.round}


def holders(session: Session, meeting_id: int) -> list[int]:
    """Return everyone who holds a current invitation: groups by precedence, then by name."""
    return [row[0] for row in session.execute(_holders(meeting_id))]


@dataclass(frozen=True)
class Totals:
    """What the office wants to know at a glance."""

    issued: int
    sent: int
    under_way: int
    none: int
    redeliver: int


def totals(session: Session, meeting_id: int) -> Totals:
    """Return how many have their invitation, how many do not."""
    ids = holders(session, meeting_id)
    found = got(session, ids)
    sent = sum(one.has for one in found.values())
    moving = sum(
        not one.has and any(state in rules.LIVE for state in one.by.values())
        for one in found.values()
    )
    again = sum(one.redeliver for one in found.values())
    return Totals(len(ids), sent, moving, len(ids) - sent - moving, again)


def unsent_ids(session: Session, meeting_id: int) -> list[int]:
    """Return who holds an invitation that nobody has brought yet, by any way."""
    ids = holders(session, meeting_id)
    found = got(session, ids)
    return [one for one in ids if not found[one].has]


def unfinished(session: Session, meeting_id: int, channel: str) -> list[int]:
    """Return the batches of a channel in which somebody still waits, the oldest first."""
    rows = session.scalars(
        select(DeliveryBatch.id)
        .where(
            DeliveryBatch.meeting_id == meeting_id,
            DeliveryBatch.channel == channel,
            DeliveryBatch.stopped_at.is_(None),
            DeliveryBatch.id.in_(
                select(Delivery.delivery_batch_id).where(Delivery.state.in_(("waiting", "sending")))
            ),
        )
        .order_by(DeliveryBatch.id)
    )
    return list(rows)
