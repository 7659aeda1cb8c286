"""How long turns take, when the meeting will end, and what would help: on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

from kiosk.plugins.speakers.queue.rules import SHORTEST_FITTED
from kiosk.plugins.speakers.queue.rules import SPEECH

# How many turns as planned are reckoned with beside the measured ones: the first long
# speech of a meeting must not double the forecast.
PLANNED_WEIGHT = 2
FITTED_STEP = 10
HELP_STEP = 15
SHORT_CLOSING = 1200


@dataclass(frozen=True)
class Pace:
    """How this meeting goes: the share of the allotted time that people use, the seconds
    of an answer, and how many finished speeches that rests on."""

    share: float = 1.0
    answer: int = 0
    measured: int = 0

    def speech(self, seconds: int) -> int:
        """Return how long a speech takes that is allotted so many seconds."""
        return round(self.share * seconds)

    def turn(self, seconds: int) -> int:
        """Return how long a turn takes, speech and answer."""
        return self.speech(seconds) + self.answer


def measured(
    speeches: Sequence[tuple[int, int]], answers: Sequence[int], answer_seconds: int
) -> Pace:
    """Return the pace from finished turns.

    `speeches` are (seconds spoken, seconds allotted at the start), `answers` the seconds
    of each answer that was timed. Both are drawn toward the plan while they are few.
    """
    shares = sum(spoken / allotted for spoken, allotted in speeches if allotted > 0)
    share = (PLANNED_WEIGHT + shares) / (PLANNED_WEIGHT + len(speeches))
    answer = (PLANNED_WEIGHT * answer_seconds + sum(answers)) / (PLANNED_WEIGHT + len(answers))
    return Pace(share, round(answer), len(speeches))


def rest_of(part: str | None, remaining: int, pace: Pace) -> int:
    """Return the seconds until the running turn is over, its answer included."""
    if part is None:
        return 0
    return max(remaining, 0) + (pace.answer if part == SPEECH else 0)


@dataclass(frozen=True)
class Plan:
    """What a forecast starts from.

    `begins` is now, or the opening of a meeting that has not begun; `rest` the seconds
    of the running turn still to come, `seconds` what each gets, `closing` what the
    chairman needs at the end.
    """

    begins: datetime
    planned_end: datetime
    rest: int
    waiting: int
    seconds: int
    closing: int
    open: bool = True
    pace: Pace = field(default_factory=Pace)

    def over(self, seconds: int, waiting: int) -> int:
        """Return by how many seconds the end would be late with so much for so many."""
        left = self.rest + waiting * self.pace.turn(seconds) + self.closing
        return left - int((self.planned_end - self.begins).total_seconds())


@dataclass(frozen=True)
class Help:
    """Something that would help: shorten, write, conclude (in less time) or close.

    `over_seconds` is by how much the meeting would be late then."""

    what: str
    seconds: int = 0
    over_seconds: int = 0
    turns: int = 0


@dataclass(frozen=True)
class Forecast:
    """When the meeting ends at this pace; `over_seconds` is negative when early.

    `level` is fine, tight (one more turn would make it late) or late; `fits` how many
    of the waiting can still be heard.
    """

    ends_at: datetime
    over_seconds: int
    level: str
    fits: int
    helps: tuple[Help, ...]


def forecast(plan: Plan) -> Forecast:
    """Return the forecast: rest of this turn, all waiting turns, closing."""
    over = plan.over(plan.seconds, plan.waiting)
    level = "fine"
    if over > 0:
        level = "late"
    elif plan.open and plan.over(plan.seconds, plan.waiting + 1) > 0:
        level = "tight"
    fits = max((k for k in range(plan.waiting + 1) if plan.over(plan.seconds, k) <= 0), default=0)
    helps = () if level == "fine" else tuple(_helps(plan, over, fits))
    return Forecast(plan.planned_end + timedelta(seconds=over), over, level, fits, helps)


def over(plan: Plan, ended_at: datetime | None) -> Forecast:
    """Return the end of a meeting that is over: nothing would help any more."""
    ended_at = ended_at or plan.planned_end
    late = int((ended_at - plan.planned_end).total_seconds())
    return Forecast(ended_at, late, "fine", 0, ())


def _helps(plan: Plan, over: int, fits: int) -> list[Help]:
    found = []
    if over > 0 and plan.waiting and plan.seconds > SHORTEST_FITTED:
        shorter = _shorter(plan)
        found.append(Help("shorten", shorter, plan.over(shorter, plan.waiting)))
    if fits < plan.waiting:
        left = plan.over(plan.seconds, fits)
        found.append(Help("write", over_seconds=left, turns=plan.waiting - fits))
    if over > 0 and plan.closing > SHORT_CLOSING:
        shorter = SHORT_CLOSING
        found.append(Help("conclude", shorter, over - plan.closing + shorter))
    if plan.open:
        found.append(Help("close", over_seconds=over))
    return found


def _shorter(plan: Plan) -> int:
    """Return the longest time for each with which everybody still fits, else the shortest."""
    highest = (plan.seconds - 1) // HELP_STEP * HELP_STEP
    for seconds in range(highest, SHORTEST_FITTED, -HELP_STEP):
        if plan.over(seconds, plan.waiting) <= 0:
            return seconds
    return SHORTEST_FITTED


def expected_at(plan: Plan, before: int) -> datetime:
    """Return when the turn after `before` waiting ones is expected to begin."""
    return plan.begins + timedelta(seconds=plan.rest + before * plan.pace.turn(plan.seconds))


def fitted(plan: Plan, shortest: int) -> int:
    """Return the seconds for each of the waiting so that the meeting ends in time.

    Between `shortest` and the plan's seconds, in whole tens; the same for all who wait.
    """
    if not plan.waiting:
        return plan.seconds
    room = int((plan.planned_end - plan.begins).total_seconds()) - plan.closing - plan.rest
    each = room // plan.waiting - plan.pace.answer
    return max(min(shortest, plan.seconds), min(plan.seconds, each // FITTED_STEP * FITTED_STEP))


def with_seconds(plan: Plan, seconds: int) -> Plan:
    """Return the plan with another time for each."""
    return replace(plan, seconds=seconds)
