"""States of a matter and who may move it; kinds, channels, likeness. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk import vietnamese

CHANNELS = ("front", "association", "letter", "phone", "page", "slip", "spoken")
KINDS = ("request", "report", "suggestion", "question", "complaint", "denunciation")
COMPETENCES = ("ward", "above", "elsewhere")

# Decree 154/2026, articles 12 and 14: split from the rest, another law answers them.
COMPLAINT, DENUNCIATION = "complaint", "denunciation"
SPLIT_OUT = frozenset({COMPLAINT, DENUNCIATION})

RECEIVED, CLASSIFIED, ASSIGNED, PREPARING = "received", "classified", "assigned", "preparing"
IN_HALL, IN_WRITING = "answered_in_hall", "answered_in_writing"
IN_PROGRESS, SETTLED, PASSED_UP = "in_progress", "settled", "passed_up"
OUT_OF_SCOPE, DUPLICATE, REDIRECTED = "out_of_scope", "duplicate", "redirected"

STATES = (
    RECEIVED,
    CLASSIFIED,
    ASSIGNED,
    PREPARING,
    IN_PROGRESS,
    PASSED_UP,
    IN_HALL,
    IN_WRITING,
    SETTLED,
    OUT_OF_SCOPE,
    DUPLICATE,
    REDIRECTED,
)
# What still waits for somebody, and can be late.
OPEN = frozenset({RECEIVED, CLASSIFIED, ASSIGNED, PREPARING, IN_PROGRESS})
CLOSED = frozenset({SETTLED, OUT_OF_SCOPE, DUPLICATE, REDIRECTED})
ANSWERED = frozenset({IN_HALL, IN_WRITING, SETTLED})

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "new": (RECEIVED, CLASSIFIED),
    "assigned": (ASSIGNED, PREPARING),
    "doing": (IN_PROGRESS, PASSED_UP),
    "done": (IN_HALL, IN_WRITING, SETTLED),
    "aside": (OUT_OF_SCOPE, DUPLICATE, REDIRECTED),
}

STAFF = frozenset({"organiser", "secretary"})
_BOTH = STAFF | {"body"}
_LEADER = frozenset({"organiser"})

# From a state to the states it may go to, and who may do it.
MOVES: Mapping[str, Mapping[str, frozenset[str]]] = {
    RECEIVED: {
        CLASSIFIED: STAFF,
        IN_HALL: STAFF,
        OUT_OF_SCOPE: STAFF,
        DUPLICATE: STAFF,
        REDIRECTED: STAFF,
    },
    CLASSIFIED: {
        ASSIGNED: STAFF,
        IN_HALL: STAFF,
        PASSED_UP: STAFF,
        OUT_OF_SCOPE: STAFF,
        DUPLICATE: STAFF,
        REDIRECTED: STAFF,
    },
    ASSIGNED: {
        PREPARING: _BOTH,
        IN_PROGRESS: _BOTH,
        CLASSIFIED: STAFF,
        IN_HALL: STAFF,
        IN_WRITING: STAFF,
        PASSED_UP: STAFF,
        OUT_OF_SCOPE: STAFF,
        DUPLICATE: STAFF,
        REDIRECTED: STAFF,
    },
    PREPARING: {
        IN_PROGRESS: _BOTH,
        ASSIGNED: STAFF,
        IN_HALL: STAFF,
        IN_WRITING: STAFF,
        PASSED_UP: STAFF,
        OUT_OF_SCOPE: STAFF,
        DUPLICATE: STAFF,
        REDIRECTED: STAFF,
    },
    IN_PROGRESS: {
        ASSIGNED: STAFF,
        IN_HALL: STAFF,
        IN_WRITING: STAFF,
        SETTLED: STAFF,
        PASSED_UP: STAFF,
        OUT_OF_SCOPE: STAFF,
        DUPLICATE: STAFF,
    },
    IN_HALL: {
        ASSIGNED: STAFF,
        IN_PROGRESS: STAFF,
        IN_WRITING: STAFF,
        SETTLED: STAFF,
        PASSED_UP: STAFF,
        DUPLICATE: STAFF,
    },
    IN_WRITING: {IN_PROGRESS: STAFF, SETTLED: STAFF, PASSED_UP: STAFF, DUPLICATE: STAFF},
    PASSED_UP: {IN_PROGRESS: STAFF, IN_WRITING: STAFF, SETTLED: STAFF, DUPLICATE: STAFF},
    SETTLED: {IN_PROGRESS: STAFF},
    OUT_OF_SCOPE: {CLASSIFIED: STAFF},
    DUPLICATE: {CLASSIFIED: STAFF},
    REDIRECTED: {CLASSIFIED: _LEADER},
}

# What a body may propose to the secretary together with its answer.
PROPOSALS = (IN_PROGRESS, SETTLED, OUT_OF_SCOPE)


@dataclass(frozen=True)
class Standing:
    """What a move depends on."""

    state: str
    kind: str
    has_topic: bool
    has_body: bool
    has_answer: bool


def may_move(roles: Iterable[str], state: str, target: str) -> bool:
    """Whether one of the roles may move a matter from a state to another."""
    return bool(MOVES.get(state, {}).get(target, frozenset()) & set(roles))


def missing_for(standing: Standing, target: str) -> str:
    """Return what a move still needs: topic, body, answer, kind; empty when nothing."""
    if target == CLASSIFIED and standing.kind in SPLIT_OUT:
        return "kind"
    if target in {CLASSIFIED, ASSIGNED} and not standing.has_topic:
        return "topic"
    if target in {ASSIGNED, PREPARING, IN_PROGRESS} and not standing.has_body:
        return "body"
    if target == IN_WRITING and not standing.has_answer:
        return "answer"
    if (target == REDIRECTED) != (standing.kind in SPLIT_OUT):
        return "kind"
    return ""


def targets(roles: Iterable[str], standing: Standing) -> list[str]:
    """Return where a matter may go now, in the order of the states; merging is apart."""
    held = set(roles)
    return [
        state
        for state in STATES
        if state != DUPLICATE
        and may_move(held, standing.state, state)
        and not missing_for(standing, state)
    ]


def after_publishing(standing: Standing, proposed: str) -> str:
    """Return the state of a matter whose words are made public.

    A public answer answers it, unless the body has settled it or found it out of scope.
    Without an answer, and where it is answered or closed already, nothing moves.
    """
    if not standing.has_answer or standing.state not in OPEN:
        return standing.state
    return proposed if proposed in {SETTLED, OUT_OF_SCOPE} else IN_WRITING


def first_state(kind: str, has_topic: bool) -> str:
    """Return the state in which a matter enters the register."""
    if kind in SPLIT_OUT:
        return REDIRECTED
    return CLASSIFIED if has_topic else RECEIVED


def column_of(state: str) -> str:
    """Return the board's column of a state."""
    return next(name for name, states in COLUMNS.items() if state in states)


def likeness_key(words: str) -> str:
    """Return the words as likeness compares them: folded, marks aside."""
    return " ".join(re.findall(r"[a-z0-9]+", vietnamese.search_key(words)))


def main_of(duplicates: Mapping[int, int | None], matter: int) -> int:
    """Return the matter that a chain of duplicates ends at.

    Raises ValueError for a circle, which merging never makes.
    """
    seen = {matter}
    while (after := duplicates.get(matter)) is not None:
        if after in seen:
            raise ValueError("a circle of duplicates")
        seen.add(after)
        matter = after
    return matter


@dataclass(frozen=True)
class Suggestion:
    """Who should answer; `topic_id` None when no word fits."""

    topic_id: int | None
    lead_body_id: int | None
    with_body_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A topic rule of the ward; no words: for every matter of the topic."""

    topic_id: int
    words: tuple[str, ...]
    lead_body_id: int
    with_body_ids: tuple[int, ...] = ()


def suggest(
    rules: Sequence[Rule], defaults: Mapping[int, int | None], topic_id: int | None, words: str
) -> Suggestion:
    """Return topic and bodies for a matter.

    A rule whose word stands in the matter goes before the rule of the whole topic, that
    before the topic's own body (`defaults`). Without a topic only words can tell.
    """
    key = f" {likeness_key(words)} "
    fitting = [
        rule
        for rule in rules
        if topic_id in (None, rule.topic_id)
        and any(f" {likeness_key(word)} " in key for word in rule.words if word.strip())
    ]
    if not fitting and topic_id is not None:
        fitting = [rule for rule in rules if rule.topic_id == topic_id and not rule.words]
    if fitting:
        best = fitting[0]
        return Suggestion(best.topic_id, best.lead_body_id, best.with_body_ids)
    return Suggestion(topic_id, defaults.get(topic_id) if topic_id is not None else None)


_PHONE = re.compile(r"(?<!\d)(?:\+84|0)(?:[ .-]?\d){8,10}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")


def holds_personal_data(words: str, names: Iterable[str]) -> str:
    """Return the piece that names or identifies a person, empty when there is none.

    Looks for the given full names, for phones and for numbers of identity cards.
    """
    key = f" {likeness_key(words)} "
    for name in names:
        if len(name.split()) > 1 and f" {likeness_key(name)} " in key:
            return name
    found = _PHONE.search(words) or _ID_NUMBER.search(words)
    return found.group() if found else ""


def nameless(words: str, names: Iterable[str]) -> str:
    """Return the words with full names, phones and card numbers replaced by "…"."""
    for name in sorted(names, key=len, reverse=True):
        parts = name.split()
        if len(parts) > 1:
            pattern = r"\s+".join(re.escape(part) for part in parts)
            words = re.sub(pattern, "…", words, flags=re.IGNORECASE)
    return _ID_NUMBER.sub("…", _PHONE.sub("…", words))


def days_late(due: date | None, today: date) -> int:
    """Return by how many days something is late; 0 on its day and before."""
    return max(0, (today - due).days) if due else 0


def quarter(day: date) -> tuple[int, int]:
    """Return (year, quarter 1 to 4) of a day."""
    return day.year, (day.month - 1) // 3 + 1
