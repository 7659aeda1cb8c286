"""What somebody decided about a list on its way in, as JSON beside the draft.

`sheets` by name: `head` (row from 0), `columns` (column: role), `hidden` (read hidden rows),
`cells` ("row:role": words), `out` and `both` (rows from 0). `areas`: spelling to the meeting's
own name. `kept`: repairs to leave as in the file, by `report.key_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.importer import report
from kiosk.plugins.delegates.importer.parse.sheets import Wish


def of_sheets(wishes: Mapping[str, Any]) -> dict[str, Wish]:
    """Return the wishes for each sheet."""
    return {name: _wish(kept) for name, kept in wishes.get("sheets", {}).items()}


def _wish(kept: Mapping[str, Any]) -> Wish:
    cells = {}
    for key, words in kept.get("cells", {}).items():
        row, _, role = key.partition(":")
        cells[int(row), role] = words
    return Wish(
        kept.get("head"),
        {int(column): role for column, role in kept.get("columns", {}).items()},
        bool(kept.get("hidden")),
        cells,
        frozenset(kept.get("out", ())),
        frozenset(kept.get("both", ())),
    )


def with_areas(known: rules.Known, wishes: Mapping[str, Any]) -> rules.Known:
    """Return the meeting's names with the spellings that somebody explained."""
    chosen: Mapping[str, str] = wishes.get("areas", {})
    if not chosen:
        return known
    areas = [
        (name, (*others, *(words for words, meant in chosen.items() if meant == name)))
        for name, others in known.areas
    ]
    return replace(known, areas=areas)


def read(
    data: bytes, file: str, known: rules.Known, year: int, wishes: Mapping[str, Any]
) -> rules.Reading:
    """Read a list as somebody wants it read."""
    reading = report.read(data, file, with_areas(known, wishes), year, of_sheets(wishes))
    report.without(reading, set(wishes.get("kept", ())))
    return reading
