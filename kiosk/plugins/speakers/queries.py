"""What others may ask about the speakers: the order and who spoke how long."""

from __future__ import annotations

from kiosk.plugins.speakers.queue.course import course
from kiosk.plugins.speakers.queue.queries import NOTES_FOR
from kiosk.plugins.speakers.queue.queries import asker_of
from kiosk.plugins.speakers.queue.queries import delegate_of
from kiosk.plugins.speakers.queue.queries import mine
from kiosk.plugins.speakers.queue.queries import names
from kiosk.plugins.speakers.queue.queries import one
from kiosk.plugins.speakers.queue.queries import question
from kiosk.plugins.speakers.queue.queries import snapshot
from kiosk.plugins.speakers.queue.queries import without_notes
from kiosk.plugins.speakers.queue.turns import count_waiting
from kiosk.plugins.speakers.statistics.queries import flow
from kiosk.plugins.speakers.statistics.queries import statistics
from kiosk.plugins.speakers.statistics.queries import table

__all__ = [
    "NOTES_FOR",
    "asker_of",
    "count_waiting",
    "course",
    "delegate_of",
    "flow",
    "mine",
    "names",
    "one",
    "question",
    "snapshot",
    "statistics",
    "table",
    "without_notes",
]
