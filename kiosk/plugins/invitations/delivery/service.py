"""Verbs about deliveries: begin a batch, claim from it, say what came of it.

A batch lives in the database alone: whoever sends, a page or a command, claims a row, commits,
sends, and says what came of it. Two senders never hold one row; a sender that dies leaves a
row that a person decides about, since its letter may have arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugins.invitations.delivery import rules
from kiosk.plugins.invitations.models import Delivery
from kiosk.plugins.invitations.models import DeliveryBatch
from kiosk.plugins.invitations.models import Invitation

HAND = "hand"
_CURRENT = (
    Invitation.replaced_at.is_(None),
    Invitation.withdrawn_at.is_(None),
)


@dataclass(frozen=True)
class Start:
    """What a batch is begun with; `delegates` in the order of the batch."""

    channel: str
    title: str
    delegates: Sequence[int]
    state: str
    round: str = ""
    carrier: str = ""
    again: bool = False


def begin(
    session: Session, meeting_id: int, start: Start, *, actor: str, now: datetime
) -> DeliveryBatch:
    """Begin a batch for those who have not got theirs this way; Conflict when all have.

    With `again`, who has it already gets it once more. An earlier print that nobody has
    handed over is made void.
    """
    # Two clicks at once: the second waits here and finds nobody left.
    session.get_one(Meeting, meeting_id, with_for_update={"key_share": True})
    current = _current(session, meeting_id, start.delegates)
    settled = ("waiting", "sending") if start.again else ("waiting", "sending", "made", "sent")
    has = set(
        session.scalars(
            select(Delivery.invitation_id).where(
                Delivery.invitation_id.in_(current.values()),
                Delivery.channel == start.channel,
                Delivery.state.in_(settled),
            )
        )
    )
    wanted = [(d, current[d]) for d in start.delegates if d in current and current[d] not in has]
    if not wanted:
        raise Conflict(
            "nobody_left", _l("Everybody here has it already or it is on its way to them.")
        )
    _void(session, [invitation for _d, invitation in wanted], start.channel, now)
    batch = DeliveryBatch(
        meeting_id=meeting_id,
        channel=start.channel,
        title=start.title[:200],
        round=start.round,
        carrier=vietnamese.clean(start.carrier)[:120],
        made_at=now,
        made_by=actor,
    )
    session.add(batch)
    session.flush()
    session.add_all(
        Delivery(
            delivery_batch_id=batch.id,
            invitation_id=invitation,
            delegate_id=delegate,
            channel=start.channel,
            place=place,
            state=start.state,
            due_at=now,
            at=now,
        )
        for place, (delegate, invitation) in enumerate(wanted)
    )
    session.flush()
    facts = {"channel": start.channel, "count": len(wanted)}
    ledger.record(
        session, meeting_id, "delivery.begun", actor=actor, subject=f"batch:{batch.id}", facts=facts
    )
    return batch


def _current(session: Session, meeting_id: int, delegates: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Invitation.delegate_id, Invitation.id)
        .join(Delegate, Delegate.id == Invitation.delegate_id)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.delegate_id.in_(delegates),
            Delegate.removed_at.is_(None),
            *_CURRENT,
        )
    )
    return {row.delegate_id: row.id for row in rows}


def _void(session: Session, invitations: Sequence[int], channel: str, now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(
            Delivery.invitation_id.in_(invitations),
            Delivery.channel == channel,
            Delivery.state == "made",
        )
        .values(state="dropped", outcome="made_again", at=now)
        .execution_options(synchronize_session=False)
    )


def batch_of(session: Session, meeting_id: int, batch_id: int) -> DeliveryBatch:
    """Return a batch of the meeting; NotFound when there is none."""
    batch = session.get(DeliveryBatch, batch_id)
    if batch is None or batch.meeting_id != meeting_id:
        raise NotFound("no_batch", _l("There is no such batch in this meeting."))
    return batch


def claim(session: Session, batch: DeliveryBatch, token: str, now: datetime) -> Delivery | None:
    """Take the next delivery that is due for the sender `token`, or None.

    What must not go any more leaves the batch first: invitations replaced or withdrawn
    meanwhile, and rows of senders that died.
    """
    mine = Delivery.delivery_batch_id == batch.id
    _leave(
        session,
        (
            mine,
            Delivery.state == "waiting",
            Delivery.invitation_id.not_in(
                select(Invitation.id)
                .join(Delegate, Delegate.id == Invitation.delegate_id)
                .where(Delegate.removed_at.is_(None), *_CURRENT)
            ),
        ),
        "dropped",
        "not_current",
        now,
    )
    _leave(
        session,
        (mine, Delivery.state == "sending", Delivery.at < now - rules.SILENT),
        "unsure",
        "interrupted",
        now,
    )
    if batch.stopped_at is not None:
        return None
    chosen = (
        select(Delivery.id)
        .where(mine, Delivery.state == "waiting", Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.place)
        .limit(1)
        # On PostgreSQL two senders ask at once: each skips what the other is taking.
        .with_for_update(skip_locked=True)
    )
    delivery_id = session.scalar(chosen)
    if delivery_id is None:
        return None
    taken = session.get_one(Delivery, delivery_id, populate_existing=True)
    taken.state, taken.claim, taken.at = "sending", token, now
    taken.tries += 1
    session.flush()
    return taken


def _leave(
    session: Session, which: tuple[Any, ...], state: str, outcome: str, now: datetime
) -> None:
    session.execute(
        update(Delivery)
        .where(*which)
        .values(state=state, outcome=outcome, at=now, claim="")
        .execution_options(synchronize_session=False)
    )


def settle(
    session: Session,
    delivery_id: int,
    token: str,
    outcome: tuple[str, str, str],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Say what came of a claimed delivery: (state, outcome, detail).

    The state "waiting" asks for another try; after the last it is refused. A row that is
    not the sender's any more is left alone.
    """
    state, reason, detail = outcome
    held = session.get_one(Delivery, delivery_id, populate_existing=True)
    if held.state != "sending" or held.claim != token:
        return
    pause = rules.back_off(held.tries)
    if state == "waiting" and pause is not None:
        held.due_at = now + pause
    elif state == "waiting":
        state, reason = "refused", "given_up"
    held.state, held.outcome, held.detail = state, reason, vietnamese.clean(detail)[:300]
    held.at, held.claim = now, ""
    session.flush()
    _record(session, held, actor)


def _record(session: Session, delivery: Delivery, actor: str) -> None:
    batch = session.get_one(DeliveryBatch, delivery.delivery_batch_id)
    ledger.record(
        session,
        batch.meeting_id,
        f"delivery.{delivery.state}",
        actor=actor,
        subject=f"delegate:{delivery.delegate_id}",
        facts={"channel": delivery.channel, "outcome": delivery.outcome},
    )


def stop(session: Session, batch: DeliveryBatch, *, actor: str, now: datetime) -> None:
    """Let a batch rest: what is being sent ends, nothing new begins."""
    batch.stopped_at = now
    session.flush()
    ledger.record(
        session, batch.meeting_id, "delivery.stopped", actor=actor, subject=f"batch:{batch.id}"
    )


def go_on(session: Session, batch: DeliveryBatch, *, actor: str, now: datetime) -> None:
    """Let a batch go on, at once with those who wait for another try."""
    batch.stopped_at = None
    session.execute(
        update(Delivery)
        .where(Delivery.delivery_batch_id == batch.id, Delivery.state == "waiting")
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )
    ledger.record(
        session, batch.meeting_id, "delivery.continued", actor=actor, subject=f"batch:{batch.id}"
    )


def handed_over(
    session: Session, batch: DeliveryBatch, ids: Sequence[int], *, actor: str, now: datetime
) -> int:
    """Note that these deliveries of a packed batch are in their holders' hands."""
    return _noted(session, batch, ids, ("sent", "handed_over"), actor, now)


def not_met(
    session: Session, batch: DeliveryBatch, ids: Sequence[int], *, actor: str, now: datetime
) -> int:
    """Note that these deliveries of a packed batch came back."""
    return _noted(session, batch, ids, ("refused", "not_met"), actor, now)


def _noted(
    session: Session,
    batch: DeliveryBatch,
    ids: Sequence[int],
    outcome: tuple[str, str],
    actor: str,
    now: datetime,
) -> int:
    rows = session.scalars(
        select(Delivery).where(
            Delivery.delivery_batch_id == batch.id,
            Delivery.id.in_(ids),
            Delivery.state.in_(("made", "refused")),
        )
    ).all()
    for row in rows:
        row.state, row.outcome, row.at = *outcome, now
    session.flush()
    for row in rows:
        _record(session, row, actor)
    return len(rows)


def by_hand(
    session: Session,
    meeting_id: int,
    delegates: Sequence[int],
    title: str,
    *,
    actor: str,
    now: datetime,
) -> int:
    """Note that these people got their letters by hand, whoever carried them.

    Ends their open prints; who was in no batch gets one. Returns how many.
    """
    current = _current(session, meeting_id, delegates)
    prints = session.scalars(
        select(Delivery).where(
            Delivery.invitation_id.in_(current.values()), Delivery.state == "made"
        )
    ).all()
    for row in prints:
        row.state, row.outcome, row.at = "sent", "handed_over", now
    session.flush()
    for row in prints:
        _record(session, row, actor)
    done = {row.delegate_id for row in prints}
    rest = [delegate for delegate in current if delegate not in done]
    if rest:
        start = Start(HAND, title, rest, "sent", again=True)
        begin(session, meeting_id, start, actor=actor, now=now)
    return len(current)


def again(
    session: Session, meeting_id: int, delivery_id: int, *, actor: str, now: datetime
) -> DeliveryBatch:
    """Put one delivery that was refused or is unsure into its batch once more."""
    old = session.get(Delivery, delivery_id)
    if old is None:
        raise NotFound("no_delivery", _l("There is no such delivery."))
    batch = batch_of(session, meeting_id, old.delivery_batch_id)
    session.get_one(Meeting, meeting_id, with_for_update={"key_share": True})
    current = _current(session, meeting_id, [old.delegate_id])
    live = session.scalar(
        select(Delivery.id).where(
            Delivery.invitation_id == current.get(old.delegate_id),
            Delivery.channel == old.channel,
            Delivery.state.in_((*rules.LIVE, "sent")),
        )
    )
    if live is not None or old.state not in {"refused", "unsure"} or not current:
        raise Conflict("nobody_left", _l("It is on its way already, or has arrived."))
    session.add(
        Delivery(
            delivery_batch_id=batch.id,
            invitation_id=current[old.delegate_id],
            delegate_id=old.delegate_id,
            channel=old.channel,
            place=old.place,
            state="waiting",
            due_at=now,
            at=now,
        )
    )
    batch.stopped_at = None
    session.flush()
    ledger.record(
        session,
        meeting_id,
        "delivery.again",
        actor=actor,
        subject=f"delegate:{old.delegate_id}",
        facts={"channel": old.channel},
    )
    return batch
