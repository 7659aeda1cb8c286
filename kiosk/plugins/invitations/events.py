"""What happens to invitations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InvitationIssued:
    """These delegates hold an invitation now and held none before."""

    meeting_id: int
    delegate_ids: tuple[int, ...]


@dataclass(frozen=True)
class InvitationReplaced:
    """A delegate got a new code; the old one is worthless from now on."""

    meeting_id: int
    delegate_id: int


@dataclass(frozen=True)
class InvitationWithdrawn:
    """A delegate's code is worthless from now on."""

    meeting_id: int
    delegate_id: int


@dataclass(frozen=True)
class Replied:
    """A delegate answered the invitation: yes, other or no."""

    meeting_id: int
    delegate_id: int
    answer: str
