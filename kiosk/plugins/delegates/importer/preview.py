"""What a page shows of a list on its way in: sheets with their columns, rows to look at."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.importer import choices as deciding
from kiosk.plugins.delegates.importer import report
from kiosk.plugins.delegates.importer.parse import headings
from kiosk.plugins.delegates.importer.parse.areas import Areas
from kiosk.plugins.delegates.importer.parse.cells import Sheet
from kiosk.plugins.delegates.importer.parse.cells import Texts
from kiosk.plugins.delegates.importer.parse.columns import Layout
from kiosk.plugins.delegates.importer.parse.columns import corrected
from kiosk.plugins.delegates.importer.parse.columns import understand
from kiosk.plugins.delegates.importer.parse.sheets import Wish
from kiosk.plugins.delegates.importer.workbooks import open_list

_ROWS = 8
_LONGEST = 60
IGNORED = "ignored"


@dataclass(frozen=True)
class Column:
    """One column: its role now, and how that was found (auto, guess, chosen, none, ask)."""

    index: int
    title: str
    role: str
    how: str


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file: its own number, cells, and a mark (head, old)."""

    number: int
    cells: list[str]
    mark: str = ""


@dataclass(frozen=True)
class SheetView:
    """A sheet as the page shows it."""

    index: int
    name: str
    count: int
    head: int
    columns: list[Column]
    rows: list[Row]
    hidden: int
    struck: int
    with_hidden: bool


def names(data: bytes, file: str) -> list[str]:
    """Return the names of the visible sheets."""
    return [sheet.name for sheet in open_list(data, file) if sheet.visible]


def sheets(
    data: bytes, file: str, known: rules.Known, year: int, wishes: Mapping[str, Any]
) -> list[SheetView]:
    """Return every visible sheet with its columns as understood or chosen."""
    areas = Areas(deciding.with_areas(known, wishes).areas)
    wanted = deciding.of_sheets(wishes)
    visible = [sheet for sheet in open_list(data, file) if sheet.visible]
    return [
        _view(index, sheet, areas, year, wanted.get(sheet.name, Wish()))
        for index, sheet in enumerate(visible)
    ]


def automatic(
    data: bytes, file: str, known: rules.Known, year: int, name: str, head: int | None
) -> dict[int, str]:
    """Return the role of each column of a sheet as it is found without help."""
    for sheet in open_list(data, file):
        if sheet.name == name and sheet.visible:
            layout = understand(Texts(sheet), Areas(known.areas), year, head)
            return _roles(layout)
    return {}


def _roles(layout: Layout) -> dict[int, str]:
    return {column: role for role, columns in layout.roles.items() for column in columns}


def _view(index: int, sheet: Sheet, areas: Areas, year: int, wish: Wish) -> SheetView:
    texts = Texts(sheet)
    found = understand(texts, areas, year, wish.head)
    layout = corrected(found, wish.columns) if wish.columns else found
    roles = _roles(layout)
    width = max((len(row) for row in sheet.rows), default=0)
    filled = [c for c in range(width) if layout.titles.get(c) or _has_cells(sheet, c)]
    columns = [
        Column(c, layout.titles.get(c, ""), roles.get(c, ""), _how(c, roles, found, wish))
        for c in filled
    ]
    struck = {row for row, _ in sheet.struck}
    first = max(layout.head, 0)
    shown = [i for i in range(first, len(sheet.rows)) if any(sheet.rows[i])][: _ROWS + 1]
    rows = [
        Row(
            i + 1,
            [texts.one(i, c)[:_LONGEST] if c < len(sheet.rows[i]) else "" for c in filled],
            "head" if layout.head <= i <= layout.last_head else "old" if i in struck else "",
        )
        for i in shown
    ]
    count = sum(1 for i, row in enumerate(sheet.rows) if i > layout.last_head and any(row))
    hidden = len([i for i in sheet.hidden if i < len(sheet.rows) and any(sheet.rows[i])])
    return SheetView(index, sheet.name, count, layout.head + 1, columns, rows, hidden,
                     len(struck), wish.with_hidden)  # fmt: skip


def _has_cells(sheet: Sheet, column: int) -> bool:
    return any(column < len(row) and row[column] not in ("", None) for row in sheet.rows[:200])


def _how(column: int, roles: Mapping[int, str], found: Layout, wish: Wish) -> str:
    if column in wish.columns:
        return "chosen"
    if column in roles:
        return "guess" if column in found.guessed else "auto"
    title = found.titles.get(column, "")
    return "ask" if title and headings.role_of(title) != IGNORED else "none"


def spellings(reading: rules.Reading) -> tuple[dict[str, list[str]], list[str]]:
    """Return how the file spells each area, and the words that are no area."""
    meant: dict[str, list[str]] = {}
    unknown: list[str] = []
    for warned in reading.warnings:
        if warned.code == "area_alias" and warned.before not in meant.get(warned.after, []):
            meant.setdefault(warned.after, []).append(warned.before)
        elif warned.code == "area_unknown" and warned.before not in unknown:
            unknown.append(warned.before)
    return meant, unknown


KINDS = ("phone", "name", "area", "birth", "other")


def kind_of(code: str) -> str:
    """Return which heading of the repairs a code stands under."""
    field = report.field_of(code)
    if field:
        return field
    return "birth" if code.startswith("birth") else "other"


def repairs(reading: rules.Reading) -> dict[str, list[rules.Warned]]:
    """Return what was repaired, by kind."""
    found: dict[str, list[rules.Warned]] = {kind: [] for kind in KINDS}
    for warned in reading.warnings:
        if warned.code in report.REPAIRS:
            found[kind_of(warned.code)].append(warned)
    return {kind: items for kind, items in found.items() if items}


# What a cell must be mended for, and which one.
_FAULTS = {"phone_unreadable": "phone", "birth_unreadable": "birth_year", "area_unknown": "area"}
_NAMELESS = frozenset({"not_a_name", "no_name"})


@dataclass(frozen=True)
class Fault:
    """A cell that could not be understood: where, what it says, whether its row goes in."""

    sheet: str
    row: int
    role: str
    name: str
    before: str
    why: object
    goes_in: bool


def faults(reading: rules.Reading) -> list[Fault]:
    """Return the cells that somebody should look at, in the order of the file."""
    found = [
        Fault(w.sheet, w.row, _FAULTS[w.code], w.text, w.before, report.WARNINGS[w.code], True)
        for w in reading.warnings
        if w.code in _FAULTS
    ]
    found += [
        Fault(s.sheet, s.row, "name", "", s.text, report.REASONS[s.reason], False)
        for s in reading.skipped
        if s.reason in _NAMELESS
    ]
    return sorted(found, key=lambda fault: (fault.sheet, fault.row))


@dataclass(frozen=True)
class Twin:
    """A row that repeats another, both as the file has them."""

    sheet: str
    row: int
    name: str
    other: rules.Person | None


def twins(reading: rules.Reading) -> list[Twin]:
    """Return the rows taken for the same person as another row."""
    people: dict[tuple[str, int], rules.Person] = {(p.sheet, p.row): p for p in reading.people}
    found = []
    for skipped in reading.skipped:
        if skipped.reason == "twice":
            name, _, place = skipped.text.rpartition(" = ")
            sheet, _, row = place.rpartition(" ")
            other = people.get((sheet, int(row))) if row.isdecimal() else None
            found.append(Twin(skipped.sheet, skipped.row, name, other))
    return found


def alike(reading: rules.Reading) -> Sequence[rules.Warned]:
    """Return the pairs to know about: same name and year, same house."""
    return [w for w in reading.warnings if w.code in {"same_name", "same_household"}]
