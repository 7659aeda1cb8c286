"""The slow way of a scan: late, offline or taking something back.

The story of the seat is read, the scan is put where it belongs in time, and the presence
of everyone who shares the seat is made what the whole story says.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk import clock
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.checkin.scans import rules
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.statements import PastScan
from kiosk.plugins.checkin.scans.statements import Place
from kiosk.plugins.checkin.scans.statements import Who
from kiosk.plugins.checkin.scans.timeline_rules import Folded
from kiosk.plugins.checkin.scans.timeline_rules import Pass
from kiosk.plugins.checkin.scans.timeline_rules import Stand
from kiosk.plugins.checkin.scans.timeline_rules import fold
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.scans.values import Door
from kiosk.plugins.checkin.scans.values import Outcome
from kiosk.plugins.checkin.scans.values import find
from kiosk.plugins.checkin.scans.values import opening
from kiosk.plugins.checkin.scans.values import record_of

# The turn of the scan that is being recorded, after every row.
LAST = sys.maxsize

_CHANGES = {"first", "return", "left", "amended"}
_VERDICTS = {"first": "admitted", "return": "admitted", "amended": "admitted"}
_KINDS = {"admitted": "presence.in", "left": "presence.out", "undone": "presence.undone"}


@dataclass(frozen=True)
class Seat:
    """Who shares a seat; `name` tells it from every other of the meeting."""

    delegate_id: int
    household_id: int | None

    @property
    def name(self) -> str:
        """The name of the seat in the table of reviews."""
        if self.household_id is None:
            return f"delegate:{self.delegate_id}"
        return f"household:{self.household_id}"

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of the statements about everyone who shares it."""
        return {"delegate_id": self.delegate_id, "household_id": self.household_id}


def is_needed(door: Door, attempt: Attempt, who: Who) -> bool:
    """Whether the scan may belong before others, or takes something back."""
    return (
        attempt.offline
        or attempt.direction == "undo"
        or rules.is_late(attempt.scanned_at, door.now)
        or (attempt.substitute is not None and who.state is not None)
    )


def merge(door: Door, attempt: Attempt, who: Who) -> Outcome:
    """Put the scan where it belongs in time and make everything what it should be."""
    # Who is inside is told so, not that the doors are closed; offline nobody knew.
    coming = attempt.direction == "in" and (attempt.offline or who.state != "in")
    if coming and not door.is_open(attempt):
        return Outcome("not_open", who, facts=opening(door))
    seat = Seat(who.id, who.household_id)
    story = read(door, seat)
    past = [one for one in story.passes if one.key != attempt.scan_id]
    one = _pass_of(door, attempt, who)
    folded = fold([*past, one])
    moved = settle(door, seat, folded, {one.who, *story.members})
    _keep_review(door, seat, story, folded, fold(past).doubtful)
    return _outcome(door, who, one, folded, story, moved)


@dataclass(frozen=True)
class Story:
    """What has been scanned about a seat."""

    scans: list[PastScan]
    passes: list[Pass]
    # Delegates with any scan: the presence of others is not ours to judge.
    members: frozenset[int]

    @property
    def used_worthless(self) -> bool:
        """Whether a tablet met a worthless letter while it could not ask."""
        return any(is_worthless(row) for row in self.scans)

    def row_of(self, key: str) -> int | None:
        """Return the row that is taken back, unless another scan has taken it back."""
        taken = {row.undoes for row in self.scans}
        found = next((row.id for row in self.scans if row.scan_id == key), None)
        return None if found in taken else found


def is_worthless(row: PastScan) -> bool:
    """Whether a letter that opens nothing was scanned on a tablet without a network."""
    return row.offline and row.direction == "in" and row.verdict in {"replaced", "cancelled"}


def read(door: Door, seat: Seat, *, decided: bool = True) -> Story:
    """Return the story of a seat; with `decided` False as if nobody had reviewed it."""
    rows: list[PastScan] = door.line.all(statements.STORY, **seat.given)
    if not decided:
        rows = [row._replace(counts=None) for row in rows]
    housed = seat.household_id is not None
    passes = [_pass(door, row, housed) for row in rows if _counts(row)]
    return Story(rows, passes, frozenset(row.delegate_id for row in rows))


def _counts(row: PastScan) -> bool:
    return rules.counts(row.verdict, row.direction, offline=row.offline, decided=row.counts)


def _pass(door: Door, row: PastScan, housed: bool) -> Pass:
    times = (row.scanned_at, row.received_at, door.earliest(offline=row.offline))
    at = rules.counted_at(*times)
    own = rules.by_own_time(*times[:2], row.direction, offline=row.offline)
    return Pass(
        key=row.scan_id,
        who=row.delegate_id,
        at=at,
        placed_at=at if own else row.received_at,
        direction=row.direction,
        device=row.token_id or row.device,
        turn=0 if own else row.id,
        device_name=row.device,
        token_id=row.token_id,
        via=row.via,
        offline=row.offline,
        told=rules.let_in(row.verdict, offline=row.offline, decided=row.counts),
        observer=row.observer,
        housed=housed,
        substitute=row.substitute,
    )


def _pass_of(door: Door, attempt: Attempt, who: Who) -> Pass:
    times = (attempt.scanned_at, door.now)
    at = door.counted(attempt)
    own = rules.by_own_time(*times, attempt.direction, offline=attempt.offline)
    return Pass(
        key=attempt.scan_id,
        who=who.id,
        at=at,
        placed_at=at if own else door.now,
        direction=attempt.direction,
        device=door.actor.token_id or door.actor.name,
        turn=0 if own else LAST,
        device_name=door.actor.name,
        token_id=door.actor.token_id,
        via=attempt.via,
        offline=attempt.offline,
        observer=attempt.observer,
        housed=who.household_id is not None,
        substitute=attempt.substitute,
    )


def settle(door: Door, seat: Seat, folded: Folded, members: Iterable[int]) -> list[object]:
    """Make the presence of the members what the story says; returns what moved, as events."""
    before: dict[int, Place] = {
        row.delegate_id: row for row in door.line.all(statements.PLACES, **seat.given)
    }
    stands = {who: folded.stand(who) for who in sorted(members)}
    after = {who: _place(who, seat, stand) for who, stand in stands.items() if stand is not None}
    for who in stands:
        if who in before and who not in after:
            door.line.run(statements.FORGET, about=who)
    # Who gives the seat up comes first: it is one, and the database says so.
    for place in sorted(after.values(), key=lambda place: place.household_id is not None):
        if place != before.get(place.delegate_id):
            _put(door, place, is_new=place.delegate_id not in before)
    meeting_id = door.meeting.id
    moved = [_moved(meeting_id, who, before.get(who), after.get(who)) for who in stands]
    return [event for event in moved if event is not None]


def _place(who: int, seat: Seat, stand: Stand) -> Place:
    return Place(
        delegate_id=who,
        household_id=seat.household_id if stand.seat else None,
        state=stand.state,
        since=stand.since,
        first_at=stand.first.at,
        first_device=stand.first.device_name,
        first_token_id=stand.first.token_id,
        via=stand.first.via,
        observer=stand.observer,
        substitute=dict(stand.substitute) if stand.substitute else None,
    )


def _put(door: Door, place: Place, *, is_new: bool) -> None:
    values = place._asdict()
    if is_new:
        door.line.run(statements.ENTER, meeting_id=door.meeting.id, **values)
    else:
        door.line.run(statements.PLACE, about=values.pop("delegate_id"), **values)


def _moved(meeting_id: int, who: int, before: Place | None, after: Place | None) -> object | None:
    was = before.state if before else None
    now = after.state if after else None
    if was == now:
        return None
    if now == "in":
        return DelegateArrived(meeting_id, who, first=was is None)
    if now == "out":
        return DelegateLeft(meeting_id, who)
    return EntryUndone(meeting_id, who)


def open_review(door: Door, seat: Seat) -> None:
    """Put the seat on the organiser's list, again if there was a decision."""
    door.line.run(
        statements.OPEN_REVIEW,
        meeting_id=door.meeting.id,
        seat=seat.name,
        delegate_id=seat.delegate_id,
        opened_at=door.now,
    )


def _keep_review(
    door: Door, seat: Seat, story: Story, folded: Folded, before: Collection[str]
) -> None:
    if folded.doubtful.keys() - before:
        open_review(door, seat)
    elif before and not folded.doubtful and not story.used_worthless:
        door.line.run(statements.CLOSE_REVIEW, meeting_id=door.meeting.id, seat=seat.name)


def _outcome(
    door: Door, who: Who, one: Pass, folded: Folded, story: Story, moved: list[object]
) -> Outcome:
    told = folded.told[one.key]
    verdict = _VERDICTS.get(told.kind, told.kind)
    if one.key in folded.doubtful:
        verdict = "review"
    outcome = Outcome(
        verdict,
        who,
        effect=told.kind if told.kind in _CHANGES | {"undone"} else None,
        kind=_KINDS.get(verdict, "presence.review" if verdict == "review" else ""),
        events=moved,
        facts=_facts(door, verdict, one, folded),
    )
    if told.kind == "undone" and told.against is not None:
        outcome.undoes = story.row_of(told.against.key)
        if not moved:
            outcome.events = [EntryUndone(door.meeting.id, who.id)]
    elif moved and not outcome.kind:
        # Nothing new for this person's tablet, yet an earlier hour or another seat.
        outcome.kind = "presence.merged"
    _note_others(door, who, moved)
    return outcome


def _note_others(door: Door, who: Who, moved: list[object]) -> None:
    for event in moved:
        other = getattr(event, "delegate_id", who.id)
        if other != who.id:
            ledger.record(
                door.session,
                door.meeting.id,
                "presence.merged",
                actor=door.actor.name,
                subject=f"delegate:{other}",
            )


def _facts(door: Door, verdict: str, one: Pass, folded: Folded) -> dict[str, Any]:
    stand = folded.stand(one.who)
    told = folded.told[one.key]
    facts: dict[str, Any] = {}
    if verdict in {"admitted", "left", "review"}:
        facts["at"] = clock.rfc3339(one.at)
    if verdict in {"admitted", "review"} and stand is not None:
        facts["observer"] = stand.observer
        if stand.substitute:
            facts["substitute"] = dict(stand.substitute)
    if verdict == "admitted" and stand is not None:
        facts["first"] = record_of(stand.first.at, stand.first.device_name)
    if verdict == "review":
        others = [other for key, other in folded.doubtful.items() if key != one.key]
        first = min(others, key=lambda other: other.at)
        facts["first"] = record_of(first.at, first.device_name)
    elif verdict == "already_in" and stand is not None:
        facts["first"] = record_of(stand.first.at, stand.first.device_name)
    elif verdict == "household_in" and told.against is not None:
        holder = find(door, told.against.who)
        facts["seat_holder"] = vietnamese.called(holder.salutation, holder.name) if holder else ""
        facts["first"] = record_of(told.against.at, told.against.device_name)
    return facts
