"""A stranger's way to order who waits to speak."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import Asking
from kiosk import Heard
from kiosk import SpeakingPolicy


def quiet_areas(asking: Sequence[Asking], heard: Heard) -> list[int]:
    """Return people of areas from which nobody has been heard first, then the others."""
    return [one.id for one in sorted(asking, key=lambda one: one.area in heard.areas)]


QUIET_AREAS = SpeakingPolicy(
    "quiet_areas",
    "Khu chưa được nghe trước",
    quiet_areas,
    "Mời trước người ở khu chưa có ai phát biểu.",
)
