"""Reading a file into a report: what was understood, what was skipped and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.sheets import open_list

REASONS = {
    "section": _l("heading of a group"),
    "sum": _l("sum line"),
    "signature": _l("signatures"),
    "date_line": _l("date line"),
    "no_name": _l("no name in the row"),
    "not_a_name": _l("this is not a name"),
    "no_head": _l("no heading with a column for names was found in this sheet"),
    "on_the_list": _l("is on the list already"),
}
WARNINGS = {
    "phone_mended": _l("phone number completed"),
    "phone_unreadable": _l("phone number left out: please check"),
    "area_unknown": _l("area not known in this meeting"),
}


def read(data: bytes, filename: str, known: rules.Known, year: int) -> rules.Reading:
    """Read a list; see `open_list` for what is refused."""
    reading = rules.Reading(filename)
    for sheet in open_list(data, filename):
        rules.read_sheet(reading, sheet.name, sheet.rows, known, year)
    return reading


def as_json(reading: rules.Reading, households: int) -> dict[str, Any]:
    """Return the report as other programs read it."""
    return {
        "file": reading.file,
        "sheets": reading.sheets,
        "counts": {
            "rows": reading.rows,
            "delegates": len(reading.people),
            "households": households,
            "skipped": len(reading.skipped),
            "warnings": len(reading.warnings),
        },
        "delegates": [
            {key: value for key, value in asdict(person).items() if key != "address"}
            for person in reading.people
        ],
        "skipped": [asdict(item) for item in reading.skipped],
        "warnings": [asdict(item) for item in reading.warnings],
    }


def mark_known(reading: rules.Reading, known: tuple[rules.Person, ...]) -> None:
    """Move people who are on the list already to the rows that were skipped."""
    for person in known:
        reading.people.remove(person)
        reading.skipped.append(rules.Skipped(person.sheet, person.row, "on_the_list", person.name))
