"""Reading a file into a report: what was understood, what was skipped and why."""

from __future__ import annotations

import gc
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.importer.apply import Imported
from kiosk.plugins.delegates.importer.parse import duplicates
from kiosk.plugins.delegates.importer.parse.sheets import Wish
from kiosk.plugins.delegates.importer.parse.sheets import read_sheets
from kiosk.plugins.delegates.importer.workbooks import open_list

REASONS = {
    "section": _l("heading of a group"),
    "sum": _l("sum line"),
    "signature": _l("signatures"),
    "date_line": _l("date line"),
    "head_again": _l("the heading once more"),
    "column_numbers": _l("numbers of the columns"),
    "text": _l("a line of words"),
    "no_name": _l("no name in the row"),
    "not_a_name": _l("this is not a name"),
    "no_head": _l("no heading with a column for names was found in this sheet"),
    "struck": _l("struck out in the file"),
    "hidden": _l("hidden in the file"),
    "hidden_sheet": _l("a hidden sheet"),
    "twice": _l("stands in the file twice"),
    "on_the_list": _l("is on the list already"),
    "left_out": _l("left out on this page"),
    "taken_off": _l("was taken off the list; put back there if needed"),
}
# Kind of each note: what was repaired (and can be kept as in the file), or what to look at.
REPAIRS = {
    "phone_zero": _l("the spreadsheet lost the first 0"),
    "phone_84": _l("84 in front became 0"),
    "phone_old": _l("a number of before 2018, in its new form"),
    "phone_marks": _l("dots and spaces taken out"),
    "phone_several": _l("several numbers: the first is used, the others are in the note"),
    "name_case": _l("capital letters"),
    "name_spaces": _l("spaces"),
    "name_split": _l("form of address or office taken out of the name"),
    "unicode_form": _l("letters put together again"),
    "font_tcvn3": _l("old TCVN3 font"),
    "font_vni": _l("old VNI font"),
    "area_alias": _l("the area's name in this meeting"),
    "filled_down": _l("“as above” filled in"),
    "birth_age": _l("year of birth from the age"),
    "birth_short": _l("year with two digits"),
    "birth_serial": _l("the spreadsheet's number of a day"),
    "birth_swapped": _l("month and day stand the other way round"),
    "changed": _l("changed against the list"),
}
DOUBTS = {
    "phone_unreadable": _l("phone number left out: please check"),
    "birth_unreadable": _l("year of birth left out: please check"),
    "area_unknown": _l("area not known in this meeting"),
    "section_unknown": _l("group or area not known in this meeting"),
    "id_left_out": _l("identity numbers are not kept"),
    "note_check": _l("the note may mean that this person does not come"),
    "red_row": _l("written in red in the file"),
    "same_name": _l("another person of this name, born in the same year"),
    "same_household": _l("same house: one seat for both"),
    "reserve": _l("more households than places: reserve"),
}
WARNINGS = {**REPAIRS, **DOUBTS}
_FIELD = {"phone": "phone", "name": "name", "unicode": "name", "font": "name", "area": "area"}


def read(
    data: bytes,
    filename: str,
    known: rules.Known,
    year: int,
    wishes: Mapping[str, Wish] | None = None,
) -> rules.Reading:
    """Read a list; see `open_list` for what is refused."""
    reading = rules.Reading(filename)
    with _no_collecting():
        read_sheets(reading, open_list(data, filename), known, year, wishes)
    return reading


@contextmanager
def _no_collecting() -> Iterator[None]:
    # A list makes hundreds of thousands of small objects and no circles: looking for
    # circles again and again while they grow costs two fifths of the time.
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def as_json(reading: rules.Reading, households: int | None = None) -> dict[str, Any]:
    """Return the report as other programs read it."""
    return {
        "file": reading.file,
        "sheets": reading.sheets,
        "counts": {
            "rows": reading.rows,
            "delegates": len(reading.people),
            "households": duplicates.households(reading.people)
            if households is None
            else households,
            "skipped": len(reading.skipped),
            "warnings": len(reading.warnings),
        },
        "delegates": [
            {key: value for key, value in person._asdict().items() if key not in _INSIDE}
            for person in reading.people
        ],
        "skipped": [item._asdict() for item in reading.skipped],
        "warnings": [item._asdict() for item in reading.warnings],
    }


_INSIDE = frozenset({"address", "home"})


def field_of(code: str) -> str:
    """Return which field a repair is of, for those that can be left undone."""
    return _FIELD.get(code.partition("_")[0], "")


def key_of(warned: rules.Warned) -> str:
    """Return the name by which a page speaks of one repair."""
    return f"{warned.sheet}|{warned.row}|{warned.code}"


def without(reading: rules.Reading, kept: Collection[str]) -> None:
    """Undo repairs (by `key_of`) that somebody wants to leave as in the file."""
    undone = {
        (w.sheet, w.row, field_of(w.code)): w.before
        for w in reading.warnings
        if key_of(w) in kept and field_of(w.code)
    }
    if not undone:
        return
    people = []
    for person in reading.people:
        raw = {
            field: undone[person.sheet, person.row, field]
            for field in ("name", "phone", "area")
            if (person.sheet, person.row, field) in undone
        }
        people.append(person._replace(**_as_in_file(raw)) if raw else person)
    reading.people[:] = people


def _as_in_file(raw: Mapping[str, str]) -> dict[str, Any]:
    # A name must stay a name, and an area that is none of the meeting's is no area.
    found: dict[str, Any] = {}
    if rules.is_name(raw.get("name", "")):
        found["name"] = raw["name"]
    if "phone" in raw:
        found["phone"] = raw["phone"][:20]
    if "area" in raw:
        found["area"] = ""
    return found


def settle(reading: rules.Reading, done: Imported) -> None:
    """Tell what became of the people: those who were known are rows left out, changes notes."""
    there = {(person.sheet, person.row) for person in (*done.known, *done.removed)}
    reading.people[:] = [p for p in reading.people if (p.sheet, p.row) not in there]
    reading.skipped += [rules.Skipped(p.sheet, p.row, "on_the_list", p.name) for p in done.known]
    reading.skipped += [rules.Skipped(p.sheet, p.row, "taken_off", p.name) for p in done.removed]
    reading.warnings += [
        rules.Warned(c.person.sheet, c.person.row, "changed", c.person.name, c.before, c.after)
        for c in done.changes
    ]
