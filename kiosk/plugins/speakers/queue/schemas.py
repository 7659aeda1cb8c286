"""What the calls of the speaker list take."""

from __future__ import annotations

from typing import Annotated
from typing import Literal

from pydantic import BeforeValidator
from pydantic import Field
from pydantic.config import JsonDict

from kiosk.db.base import LARGEST_ID
from kiosk.plugin import registry
from kiosk.plugins.speakers.queue import rules
from kiosk.web.api import Id
from kiosk.web.api import Input

# Any number: one that the list never had is out of date (409), not a wrong form.
Version = Annotated[int, Field(ge=-LARGEST_ID, le=LARGEST_ID)]


def _installed(schema: JsonDict) -> None:
    """Name the policies of the installed plugins: another one is refused as `no_policy`."""
    schema["enum"] = [*registry().policies, *([None] if "anyOf" in schema else [])]


class RegisterBody(Input):
    """A request to speak."""

    delegate: Id
    topic: Id | None = None
    priority: bool = False
    note: str = Field(default="", max_length=300)


class FloorBody(Input):
    """What may be changed about the list."""

    open: bool | None = None
    present_only: bool | None = None
    seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)
    locked: int | None = Field(default=None, ge=0, le=rules.MOST_LOCKED)
    policy: str | None = Field(default=None, json_schema_extra=_installed)
    pace: Literal["fixed", "shrink"] | None = None
    shortest: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=600)
    answer_seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)
    closing_seconds: int | None = Field(default=None, ge=0, le=rules.LONGEST_CLOSING)
    slide: Literal["", "welcome", "break", "conclusions", "closing"] | None = None
    break_minutes: int | None = Field(default=None, ge=1, le=rules.LONGEST_BREAK)


class EditBody(Input):
    """What may be changed about a turn; what is left out stays."""

    note: str | None = Field(default=None, max_length=300)
    topic: Id | None = None
    priority: bool | None = None
    outcome: Literal["answered", "written", "passed"] | None = None
    body: Id | None = None


class WriteBody(Input):
    """How many of the last are asked to write, from a version of the list."""

    turns: int = Field(ge=1, le=5000)
    version: Version


class OrderBody(Input):
    """A new order of everyone who waits, made from a version of the list."""

    ids: list[Id] = Field(max_length=5000)
    version: Version


# A seed is answered as it was given: 7 is not "7", though both draw the same.
LONGEST_SEED = 64


def _seed(value: object) -> object:
    """Return a text or a whole number of at most 64 signs."""
    is_seed = isinstance(value, str | int) and not isinstance(value, bool)
    if value is not None and not (is_seed and 0 < len(str(value)) <= LONGEST_SEED):
        raise ValueError("neither a text nor a whole number")
    return value


Seed = Annotated[int | str | None, BeforeValidator(_seed)]


class ArrangeBody(Input):
    """A policy to order by: `locked` first places stay, `keep` places newcomers by it too."""

    policy: str = Field(json_schema_extra=_installed)
    preview: bool = True
    version: Version
    seed: Seed = None
    locked: int | None = Field(default=None, ge=0, le=rules.MOST_LOCKED)
    keep: bool = False


class UndoBody(Input):
    """The step to take back, if it is still the last one; without it the last, whatever it is."""

    step: Id | None = None


class ExtendBody(Input):
    """How many seconds more."""

    seconds: int = Field(ge=1, le=rules.LONGEST_TURN)


class ReplyBody(Input):
    """Which office answers (else the topic's own), and its time."""

    body: Id | None = None
    seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)


class FollowUpBody(Input):
    """How long the same person may ask back."""

    seconds: int | None = Field(default=None, ge=10, le=rules.LONGEST_TURN)


class QuestionBody(Input):
    """A question in writing."""

    delegate: Id
    topic: Id | None = None
    text: str = Field(min_length=1, max_length=1000)
