"""What happens at the door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DelegateArrived:
    """A delegate was admitted; `first` is False for a return after leaving."""

    meeting_id: int
    delegate_id: int
    first: bool


@dataclass(frozen=True)
class DelegateLeft:
    """A delegate went out."""

    meeting_id: int
    delegate_id: int


@dataclass(frozen=True)
class EntryUndone:
    """A delegate's last entry or exit was taken back."""

    meeting_id: int
    delegate_id: int


@dataclass(frozen=True)
class DevicePaired:
    """A device took its pairing code."""

    meeting_id: int
    device_id: int
