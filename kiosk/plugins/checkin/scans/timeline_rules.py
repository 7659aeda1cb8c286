"""Where somebody stands, from everything that was scanned about a seat. Pure.

Tablets that lose the network send their scans later, in any order. Each scan has its place
in time; the scans of one seat (a household's members, or one official) are gone through in
that order, and what comes out does not depend on when which of them was received.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from kiosk.plugins.checkin.scans.rules import AMEND
from kiosk.plugins.checkin.scans.rules import UNDO

_AT_ONE_MOMENT = ("in", "out", "undo")


@dataclass(frozen=True, slots=True)
class Pass:
    """One scan that counts.

    `at` is the time it counts by, `placed_at` its place in the order (the server's clock for
    what arrived at once, its own for what came late). Of one moment, what arrived at once
    keeps the `turn` in which it arrived; what came late has none. `told` says that the
    device was told "come in" by the server; what was scanned offline let in by itself.
    `housed` says that a household's one seat is meant.
    """

    key: str
    who: int
    at: datetime
    placed_at: datetime
    direction: str
    device: object
    turn: int = 0
    device_name: str = ""
    token_id: int | None = None
    via: str = "camera"
    offline: bool = False
    told: bool = False
    observer: bool = False
    housed: bool = True
    substitute: Mapping[str, str] | None = None

    @property
    def order(self) -> tuple[datetime, int, int, str]:
        """The place among all scans, the same in whatever order they were received."""
        rank = 0 if self.turn else _AT_ONE_MOMENT.index(self.direction)
        return (self.placed_at, self.turn, rank, self.key)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one scan changed: first, return, left or amended; `seat` whether it took the seat."""

    kind: str
    by: Pass
    seat: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one scan, and the scan that it was measured against."""

    kind: str
    against: Pass | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody stands: in or out since when, and the entry it began with."""

    state: str
    since: datetime
    first: Pass
    seat: bool
    observer: bool
    substitute: Mapping[str, str] | None


@dataclass
class Folded:
    """The end of the story: where each stands, what came of each scan, what is in doubt."""

    told: dict[str, Told] = field(default_factory=dict)
    doubtful: dict[str, Pass] = field(default_factory=dict)
    _effects: dict[int, list[Effect]] = field(default_factory=dict)
    _holder: Pass | None = None

    def stand(self, who: int) -> Stand | None:
        """Return where this delegate stands; None: has not come."""
        done = self._effects.get(who)
        if not done:
            return None
        first = done[0]
        moved = _last_move(done)
        return Stand(
            state="out" if moved.kind == "left" else "in",
            since=moved.by.at,
            first=first.by,
            seat=first.seat,
            observer=first.by.observer or (first.by.housed and not first.seat),
            substitute=next((e.by.substitute for e in done[::-1] if e.by.substitute), None),
        )

    def take(self, one: Pass) -> None:
        """Go one scan further."""
        done = self._effects.setdefault(one.who, [])
        if one.direction == "undo":
            self._undo(one, done)
        elif one.direction == "out":
            self._leave(one, done)
        else:
            self._enter(one, done)

    def _enter(self, one: Pass, done: list[Effect]) -> None:
        if not done:
            self._come(one, done)
        elif _last_move(done).kind == "left":
            self._change(Effect("return", one), done)
        elif one.substitute and may_amend(one, done):
            self._change(Effect("amended", one), done)
        else:
            entry = _last_move(done).by
            self.told[one.key] = Told("already_in", entry)
            if _in_doubt(one, entry):
                self._doubt(one, entry)

    def _come(self, one: Pass, done: list[Effect]) -> None:
        holder = self._holder
        if one.observer or not one.housed:
            self._change(Effect("first", one), done)
        elif holder is None:
            self._holder = one
            self._change(Effect("first", one, seat=True), done)
        elif one.told or (one.offline and one.device != holder.device):
            # Let in by a device that could not know: nobody is sent out again for it.
            self._change(Effect("first", one), done)
            self._doubt(one, holder)
        else:
            self.told[one.key] = Told("household_in", holder)

    def _leave(self, one: Pass, done: list[Effect]) -> None:
        if done and _last_move(done).kind != "left":
            self._change(Effect("left", one), done)
        else:
            self.told[one.key] = Told("not_inside")

    def _undo(self, one: Pass, done: list[Effect]) -> None:
        if not done or one.placed_at - done[-1].by.placed_at > UNDO:
            self.told[one.key] = Told("nothing_to_undo")
            return
        undone = done.pop()
        if undone.seat:
            self._holder = None
        self.told[one.key] = Told("undone", undone.by)

    def _doubt(self, one: Pass, other: Pass) -> None:
        self.doubtful |= {one.key: one, other.key: other}

    def _change(self, effect: Effect, done: list[Effect]) -> None:
        done.append(effect)
        self.told[effect.by.key] = Told(effect.kind)


def fold(passes: Iterable[Pass]) -> Folded:
    """Go through all scans of one seat in their own order."""
    found = Folded()
    for one in sorted(passes, key=lambda one: one.order):
        found.take(one)
    return found


def may_amend(one: Pass, done: list[Effect]) -> bool:
    """Whether a scan says who came instead of somebody this device let in a moment ago."""
    entry = _last_move(done).by
    return entry.device == one.device and one.placed_at - entry.placed_at <= AMEND


def _last_move(done: list[Effect]) -> Effect:
    return next(effect for effect in done[::-1] if effect.kind != "amended")


def _in_doubt(later: Pass, entry: Pass) -> bool:
    """Whether both devices let somebody in, neither knowing of the other."""
    if later.device == entry.device:
        return False
    return later.offline or (entry.offline and later.told)
