"""What happens to matters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MatterAssigned:
    """A matter was given to a body: it may now be told, by e-mail or a printed slip."""

    meeting_id: int
    matter_id: int
    body_id: int


@dataclass(frozen=True)
class AnswerPublished:
    """The answer to a matter is public from now on."""

    meeting_id: int
    matter_id: int
