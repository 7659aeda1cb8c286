"""How late something is, and the quarter of a day. Pure.

Working days and the deadline table belong to the meeting.
"""

from __future__ import annotations

from datetime import date


def days_late(due: date | None, today: date) -> int:
    """Return by how many days something is late; 0 on its day and before."""
    return max(0, (today - due).days) if due else 0


def quarter(day: date) -> tuple[int, int]:
    """Return (year, quarter 1 to 4) of a day."""
    return day.year, (day.month - 1) // 3 + 1
