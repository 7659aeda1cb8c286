"""What the calls of the speaker list answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.web.api import Output
from kiosk.web.api import Time


class Office(Output):
    """A body that answers."""

    id: int
    name: str


class HallOffice(Office):
    """A body that answers; `here` whether one of its people is inside."""

    here: bool


class Entry(Output):
    """A turn on the list; times are in seconds, `position` counts those who wait from 1."""

    id: int
    delegate: int
    name: str
    salutation: str
    title: str
    area: str
    area_id: int | None
    household: str
    group: str
    topic: str
    topic_id: int | None
    icon: str
    body: Office | None
    kind: Literal["normal", "priority"]
    state: Literal["expected", "waiting", "speaking", "paused", "finished", "withdrawn", "absent"]
    part: Literal["speech", "answer", "follow_up"] | None
    position: int
    seconds_spoken: int
    seconds_answered: int
    answered_by: Office | None
    times_spoken: int
    first: bool
    expected_at: Time | None
    requested_at: Time
    started_at: Time | None
    ended_at: Time | None
    absences: int
    went_out: bool
    uninvited: bool
    outcome: Literal["", "answered", "written", "passed"]
    told_at: Time | None
    walk_in: bool
    body_id: int | None
    note: str


class Clock(Output):
    """The clock in seconds; `remaining` may be negative, `at` is the server's time."""

    state: Literal["running", "paused", "stopped"]
    part: Literal["speech", "answer", "follow_up"] | None
    allotted: int
    remaining: int
    at: Time


class HeardTopic(Output):
    """How often a topic was heard; without an id those with no topic."""

    id: int | None
    name: str
    icon: str
    heard: int
    waiting: int
    seconds: int


class Question(Output):
    """A question in writing."""

    id: int
    delegate: int
    name: str
    salutation: str
    area: str
    topic: str
    icon: str
    text: str
    asked_at: Time
    read_at: Time | None


class Step(Output):
    """A step that can be taken back."""

    step: int
    kind: str
    by: str
    at: Time
    turn: int | None
    name: str
    salutation: str


class Outcomes(Output):
    """How many were answered, promised in writing, passed to a higher level."""

    answered: int
    written: int
    passed: int


class Help(Output):
    """What would bring the end forward, and to when."""

    what: Literal["shorten", "write", "conclude", "close"]
    seconds: int | None = None
    turns: int | None = None
    over_seconds: int
    ends_at: Time


class Forecast(Output):
    """When the meeting will end as things stand."""

    ends_at: Time
    over_seconds: int
    planned_end: Time
    level: Literal["fine", "tight", "late"]
    speech_seconds: int
    answer_seconds: int
    measured: int
    fits: int
    helps: list[Help]
    closing_seconds: int
    rest_seconds: int
    waiting: int


class SpeakersSnapshot(Output):
    """The whole list; notes, questions and steps are empty for the hall's screens."""

    version: int
    open: bool
    present_only: bool
    seconds: int
    each: int
    pace: Literal["fixed", "shrink"]
    shortest: int
    answer_seconds: int
    closing_seconds: int
    locked: int
    policy: str
    seed: int | str | None
    step: int | None
    undo: list[Step]
    speaking: Entry | None
    waiting: list[Entry]
    done: list[Entry]
    clock: Clock
    topics: list[HeardTopic]
    bodies: list[HallOffice]
    outcomes: Outcomes
    slide: Literal["", "welcome", "break", "conclusions", "closing"]
    resumes_at: Time | None
    questions: list[Question]
    phase: Literal["before", "during", "after"]
    began_at: Time | None
    ended_at: Time | None
    forecast: Forecast


class Move(Output):
    """Who would stand where, counted from 1."""

    id: int
    name: str
    was: int = Field(alias="from")
    to: int


class Arrangement(Output):
    """The order that a policy would make."""

    ids: list[int]
    seed: int | str | None
    version: int
    moves: list[Move]


class Policy(Output):
    """A way to order the list."""

    name: str
    title: str
    detail: str
    standing: bool
    draws: bool


class OwnEntry(Entry):
    """A delegate's own turn; `ahead` is how many come before."""

    ahead: int


class Speaking(Output):
    """Who speaks now."""

    name: str
    salutation: str


class Mine(Output):
    """A delegate's own places and questions."""

    version: int
    open: bool
    seconds: int
    entries: list[OwnEntry]
    questions: list[Question]
    speaking: Speaking | None
    clock: Clock


class Nothing(Output):
    """Nothing but that it is done."""


class House(Output):
    """Who has come, and of how many households."""

    version: int
    present: int
    households: int
    households_present: int


class Spoke(Output):
    """Who spoke for how long."""

    delegate: int
    name: str
    salutation: str
    area: str
    group: str
    speeches: int
    seconds_spoken: int
    seconds_answered: int


class Sum(Output):
    """How much was spoken of an area, a topic or a group."""

    id: int | None
    name: str
    speakers: int
    speeches: int
    seconds_spoken: int
    seconds_answered: int


class Statistics(Output):
    """The figures of the meeting's speeches; times in seconds."""

    version: int
    speakers: int
    speeches: int
    first_time: int
    seconds_spoken: int
    seconds_answered: int
    mean_speech: int
    mean_answer: int
    waiting: int
    withdrawn: int
    absent: int
    outcomes: Outcomes
    questions: int
    questions_read: int
    people: list[Spoke]
    by_area: list[Sum]
    by_topic: list[Sum]
    by_group: list[Sum]
