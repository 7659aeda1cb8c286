"""Verbs of the list: joining, waking, removing, ordering, restoring. Each is one step."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugin import SpeakingPolicy
from kiosk.plugin import registry
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.speakers.models import Floor
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import policies
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.queue.floor import end
from kiosk.plugins.speakers.queue.undo import VIEW
from kiosk.plugins.speakers.queue.undo import floor_of
from kiosk.plugins.speakers.queue.undo import step

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """Somebody asks to speak."""

    delegate_id: int
    topic_id: int | None = None
    kind: str = "normal"
    note: str = ""


def register(
    session: Session,
    meeting_id: int,
    request: Request,
    *,
    by_moderator: bool,
    actor: str,
    now: datetime,
    only_present: bool = False,
) -> int:
    """Put somebody on the list; returns the turn's id.

    `only_present` holds this asker to people who are inside, whatever the list allows.
    Conflict `closed`, `not_present` or `already_waiting`; nothing is changed then.
    """
    delegate = turns.delegate_of(session, meeting_id, request.delegate_id)
    turns.check_topic(session, meeting_id, request.topic_id)
    with step(session, meeting_id, "turn.registered", actor=actor, now=now) as floor:
        if not floor.open and not by_moderator:
            raise Conflict("closed", _l("The list is closed. The moderator can still add you."))
        if (floor.present_only or only_present) and not checkin.has_come(session, delegate.id):
            raise Conflict("not_present", _l("Only people who have checked in may register."))
        others = turns.waiting(session, meeting_id)
        if waits(others, delegate.id, request.kind):
            raise turns.already_waiting()
        turn = Turn(
            meeting_id=meeting_id,
            delegate_id=delegate.id,
            topic_id=request.topic_id,
            kind=request.kind,
            note=vietnamese.clean(request.note)[:300],
            requested_at=now,
        )
        session.add(turn)
        session.flush()
        _join(session, floor, others, turn)
    return turn.id


def waits(others: Sequence[Turn], delegate_id: int, kind: str) -> bool:
    """Whether a person waits already in this kind."""
    return any(turn.delegate_id == delegate_id and turn.kind == kind for turn in others)


def _join(session: Session, floor: Floor, others: list[Turn], turn: Turn) -> None:
    """Place one turn among the waiting ones, where the list's own policy puts it."""
    index = rules.joins_at([other.kind for other in others], turn.kind)
    policy = registry().policies.get(floor.policy)
    if policy is not None and policy.standing and turn.kind == "normal":
        place = _place(session, floor, policy, others, turn)
        index = index if place is None else place
    turns.number([*others[:index], turn, *others[index:]])


def _place(
    session: Session, floor: Floor, policy: SpeakingPolicy, others: list[Turn], turn: Turn
) -> int | None:
    *known, one = turns.askings(session, floor.meeting_id, [*others, turn])
    heard = turns.heard(session, floor.meeting_id, floor.seed)
    try:
        return policies.place_of(policy, known, one, floor.locked, heard)
    except policies.BadOrder:
        # Nobody is turned away because an outside policy fails: the list goes on.
        log.exception("The policy %s failed; the request goes to the end", policy.name)
        return None


def wake(session: Session, meeting_id: int, delegate_id: int, *, actor: str, now: datetime) -> None:
    """Give somebody who asked before coming the place of the list's policy on arrival.

    The order of asking keeps the place it gave; a priority request keeps its own.
    """
    mine = [t for t in turns.waiting(session, meeting_id) if t.delegate_id == delegate_id]
    normal = next((turn for turn in mine if turn.kind == "normal"), None)
    if normal is None:
        return
    about = normal.id
    with step(session, meeting_id, "turn.woken", actor=actor, now=now, turn_id=about) as floor:
        policy = registry().policies.get(floor.policy)
        waiting = turns.waiting(session, meeting_id)
        if policy is None or not policy.standing or normal not in waiting[floor.locked :]:
            return
        _join(session, floor, [turn for turn in waiting if turn is not normal], normal)


def remove(session: Session, meeting_id: int, turn_id: int, *, actor: str, now: datetime) -> None:
    """Take a turn off the record as if it had never been; undo brings it back."""
    with step(session, meeting_id, "turn.removed", actor=actor, now=now, turn_id=turn_id):
        turn = turns.one(session, meeting_id, turn_id)
        if turn.state in rules.CURRENT:
            end(turn, now)
        if turn.state == rules.WAITING:
            turn.state = rules.WITHDRAWN
        turn.removed_at, turn.position = now, 0
        session.flush()
        turns.number(turns.waiting(session, meeting_id))


def reorder(
    session: Session,
    meeting_id: int,
    ids: Sequence[int],
    version: int,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Put the waiting turns into this order.

    Conflict `stale` when the list has changed since `version`, Refused
    `not_a_permutation` when an id is missing, foreign or twice; the order stays then.
    """
    with step(session, meeting_id, "turn.reordered", actor=actor, now=now) as floor:
        fresh = must_be_fresh(session, floor, version)
        by_id = {turn.id: turn for turn in turns.waiting(session, meeting_id)}
        if not rules.is_permutation(ids, list(by_id)):
            if not fresh:
                raise _stale()
            raise Refused(
                "not_a_permutation", _l("The order must name everyone who waits, each once.")
            )
        turns.number([by_id[i] for i in ids])


def _stale() -> Conflict:
    return Conflict("stale", _l("The list has changed meanwhile. Look again, then repeat."))


def must_be_fresh(session: Session, floor: Floor, version: int) -> bool:
    """Raise Conflict `stale` when the order has moved since; whether nothing else has.

    An arrival or a written question moves the view, yet not the order.
    """
    latest = ledger.version_of(session, floor.meeting_id, VIEW)
    if not floor.moved_at <= version <= latest:
        raise _stale()
    return version == latest


def policy_named(name: str) -> SpeakingPolicy:
    """Return an installed policy. Refused `no_policy` that names those there are."""
    found = registry().policies.get(name)
    if found is None:
        words = {"policy": _l("Please choose a way of ordering from the list.")}
        raise Refused("no_policy", _l("There is no such way of ordering."), fields=words)
    return found


@dataclass(frozen=True)
class Arrangement:
    """How a policy would order the list: the ids, who moves (id, from, to), the version."""

    ids: list[int]
    moves: list[tuple[int, int, int]]
    version: int


@dataclass(frozen=True)
class Wish:
    """How to order the list: a policy, the places that stay, whether newcomers follow it.

    A number and a text of the same digits draw the same; `seed` keeps which it was.
    """

    policy: str
    version: int
    seed: str | int = ""
    locked: int | None = None
    keep: bool = False


def arrange(
    session: Session, meeting_id: int, wish: Wish, *, preview: bool, actor: str, now: datetime
) -> Arrangement:
    """Order the list by a policy, or only say how it would be.

    Refused `no_policy`, or `bad_policy` when one from outside fails; Conflict `stale`.
    A policy that draws leaves its seed on the list and in the ledger.
    """
    chosen = policy_named(wish.policy)
    floor = floor_of(session, meeting_id)
    must_be_fresh(session, floor, wish.version)
    waiting = turns.waiting(session, meeting_id)
    locked = floor.locked if wish.locked is None else wish.locked
    ids = _arranged(session, meeting_id, chosen, waiting, locked, str(wish.seed))
    before = [turn.id for turn in waiting]
    if not preview:
        by_id = {turn.id: turn for turn in waiting}
        facts = {"policy": wish.policy, "seed": wish.seed if chosen.draws else None}
        with step(session, meeting_id, "turn.arranged", actor=actor, now=now, facts=facts):
            turns.number([by_id[i] for i in ids])
            floor.locked = locked
            if wish.keep:
                # A draw is made once: who comes later joins at the end.
                floor.policy = "arrival" if chosen.draws else chosen.name
            if chosen.draws:
                floor.seed, floor.seed_is_number = str(wish.seed), isinstance(wish.seed, int)
    return Arrangement(ids, rules.moves(before, ids), wish.version)


def _arranged(
    session: Session,
    meeting_id: int,
    chosen: SpeakingPolicy,
    waiting: Sequence[Turn],
    locked: int,
    seed: str,
) -> list[int]:
    heard = turns.heard(session, meeting_id, seed)
    asking = turns.askings(session, meeting_id, waiting)
    try:
        return policies.arranged(chosen, asking, locked, heard)
    except policies.BadOrder as error:
        log.exception("The policy %s failed", chosen.name)
        words = _l("This way of ordering failed. The list is as before; please choose another.")
        raise Refused("bad_policy", words) from error


def restore(session: Session, meeting_id: int, *, actor: str, now: datetime) -> None:
    """Put the last finished speaker first again, with times cleared."""
    floor_of(session, meeting_id)
    ended = turns.finished(session, meeting_id)
    if not ended:
        raise Conflict("none_finished", _l("Nobody has finished speaking yet."))
    last = ended[-1]
    about = last.id
    with step(session, meeting_id, "turn.restored", actor=actor, now=now, turn_id=about):
        others = turns.waiting(session, meeting_id)
        if waits(others, last.delegate_id, last.kind):
            raise turns.already_waiting()
        last.state, last.started_at, last.ended_at, last.paused_at = rules.WAITING, None, None, None
        last.seconds_paused, last.allotted, last.granted = 0, 0, 0
        last.seconds_spoken, last.seconds_answered, last.answered_by = 0, 0, None
        last.outcome, last.told_at = "", None
        last.part, last.part_started_at = rules.SPEECH, None
        turns.number([last, *others])
