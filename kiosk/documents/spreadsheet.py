"""Tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter import Workbook

# What a spreadsheet takes for the beginning of a formula.
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """A sheet: its title, its column heads and its rows of plain values."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]


def write(table: Table, path: Path) -> None:
    """Write the table as .xlsx or .csv, by the file's ending.

    Cells that begin with = + - @ are text in both: a spreadsheet must never run them.
    """
    if path.suffix.lower() == ".csv":
        path.write_text(as_csv(table), encoding="utf-8-sig", newline="")
    else:
        path.write_bytes(as_xlsx(table))


def as_csv(table: Table) -> str:
    """Return the table as CSV; spreadsheets expect the byte order mark that `write` adds."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in RISKY:
        return "'" + cell
    return cell


def as_xlsx(table: Table) -> bytes:
    """Return the table as an Excel workbook of one sheet."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        sheet = book.add_worksheet(table.title[:31])
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, table.columns, bold)
        for index, row in enumerate(table.rows, start=1):
            sheet.write_row(index, 0, ["" if cell is None else cell for cell in row])
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()
