"""What the calls of the speaker list take."""

from __future__ import annotations

from typing import Annotated
from typing import Literal

from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field

from kiosk.db.base import LARGEST_ID
from kiosk.plugins.speakers.queue import rules


class RegisterBody(BaseModel):
    """A request to speak."""

    model_config = ConfigDict(extra="forbid")

    delegate: int = Field(ge=1, le=LARGEST_ID)
    topic: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    priority: bool = False
    note: str = Field(default="", max_length=300)


class FloorBody(BaseModel):
    """What may be changed about the list."""

    model_config = ConfigDict(extra="forbid")

    open: bool | None = None
    present_only: bool | None = None
    seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)
    locked: int | None = Field(default=None, ge=0, le=rules.MOST_LOCKED)
    policy: str | None = None
    pace: Literal["fixed", "shrink"] | None = None
    shortest: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=600)
    answer_seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)
    closing_seconds: int | None = Field(default=None, ge=0, le=rules.LONGEST_CLOSING)
    slide: Literal["", "welcome", "break", "conclusions", "closing"] | None = None
    break_minutes: int | None = Field(default=None, ge=1, le=rules.LONGEST_BREAK)


class EditBody(BaseModel):
    """What may be changed about a turn; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    note: str | None = Field(default=None, max_length=300)
    topic: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    priority: bool | None = None
    outcome: Literal["answered", "written", "passed"] | None = None
    body: int | None = Field(default=None, ge=1, le=LARGEST_ID)


class WriteBody(BaseModel):
    """How many of the last are asked to write, from a version of the list."""

    model_config = ConfigDict(extra="forbid")

    turns: int = Field(ge=1, le=5000)
    version: int


class OrderBody(BaseModel):
    """A new order of everyone who waits, made from a version of the list."""

    model_config = ConfigDict(extra="forbid")

    ids: list[int] = Field(max_length=5000)
    version: int


# A seed is answered as it was given: 7 is not "7", though both draw the same.
LONGEST_SEED = 64


def _seed(value: object) -> object:
    """Return a text or a whole number of at most 64 signs."""
    is_seed = isinstance(value, str | int) and not isinstance(value, bool)
    if value is not None and not (is_seed and 0 < len(str(value)) <= LONGEST_SEED):
        raise ValueError("neither a text nor a whole number")
    return value


Seed = Annotated[int | str | None, BeforeValidator(_seed)]


class ArrangeBody(BaseModel):
    """A policy to order by: `locked` first places stay, `keep` places newcomers by it too."""

    model_config = ConfigDict(extra="forbid")

    policy: str
    preview: bool = True
    version: int
    seed: Seed = None
    locked: int | None = Field(default=None, ge=0, le=rules.MOST_LOCKED)
    keep: bool = False


class UndoBody(BaseModel):
    """The step to take back, if it is still the last one; without it the last, whatever it is."""

    model_config = ConfigDict(extra="forbid")

    step: int | None = None


class ExtendBody(BaseModel):
    """How many seconds more."""

    model_config = ConfigDict(extra="forbid")

    seconds: int = Field(ge=1, le=rules.LONGEST_TURN)


class AnswerBody(BaseModel):
    """Which office answers (else the topic's own), and its time."""

    model_config = ConfigDict(extra="forbid")

    body: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    seconds: int | None = Field(default=None, ge=rules.SHORTEST_TURN, le=rules.LONGEST_TURN)


class FollowUpBody(BaseModel):
    """How long the same person may ask back."""

    model_config = ConfigDict(extra="forbid")

    seconds: int | None = Field(default=None, ge=10, le=rules.LONGEST_TURN)
