"""Cells as text: one form of every letter, errors of formulas gone, legacy fonts converted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from functools import cached_property

from kiosk import vietnamese
from kiosk.plugins.delegates import legacy_fonts

Row = Sequence[object]
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
_LONGEST = 10_000
_SAMPLE = 400


@dataclass
class Sheet:
    """The cells of one sheet from A1, and what its looks say. Rows and columns from 0."""

    name: str
    rows: Sequence[Row]
    hidden: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    red: frozenset[tuple[int, int]] = frozenset()
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    fonts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    visible: bool = True


def plain(cell: object) -> str:
    """Return a cell as text as it stands; errors of formulas are nothing."""
    if isinstance(cell, str):
        return "" if cell[:1] == "#" and _ERROR.fullmatch(cell.strip()) else cell[:_LONGEST]
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def tidy(words: str) -> str:
    """Return one line, composed; the Icelandic eth that some keyboards give is a đ."""
    if words.isprintable() and is_composed(words) and "Ð" not in words and "ð" not in words:
        # Printable: no invisible characters, no space but the usual one.
        return " ".join(words.split()) if "  " in words or words != words.strip() else words
    return vietnamese.clean(words).replace("Ð", "Đ").replace("ð", "đ")


class Texts:
    """The texts of a sheet, converted from legacy fonts by cell, column and font."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._kinds: dict[int, str] = {}

    def kind(self, column: int) -> str:
        """Return the legacy encoding of a column."""
        found = self._kinds.get(column)
        if found is None:
            sample: list[str] = []
            for row in self.sheet.rows:
                cell = row[column] if column < len(row) else None
                if isinstance(cell, str) and not cell.isascii():
                    sample.append(cell[:200])
                    if len(sample) == _SAMPLE:
                        break
            found = self._kinds[column] = legacy_fonts.kind_of_many(sample)
        return found

    def legacy_of(self, index: int, column: int, words: str) -> str:
        """Return the legacy encoding that this cell is to be converted from."""
        if words.isascii() or not legacy_fonts.can_be_legacy(words):
            return ""
        by_font = self.sheet.fonts.get((index, column), "") if self.sheet.fonts else ""
        if by_font:
            return by_font
        found = self.kind(column) or legacy_fonts.detect(words[:200])
        # One table is typed in one font: a few words that read well in two follow the others.
        if found:
            return self._usual or found
        return self._usual if legacy_fonts.has_strange(words) else ""

    @cached_property
    def _usual(self) -> str:
        """The legacy encoding that makes most words of all the sheet's cells."""
        cells = (
            cell[:200]
            for row in self.sheet.rows[:_SAMPLE]
            for cell in row
            if isinstance(cell, str) and not cell.isascii()
        )
        return legacy_fonts.kind_of_all(cells)

    def lines(self, index: int, column: int) -> str:
        """Return a cell converted, its line breaks kept."""
        row = self.sheet.rows[index]
        words = plain(row[column]) if column < len(row) else ""
        if words.isascii():
            return words
        kind = self.legacy_of(index, column, words)
        return legacy_fonts.converted(words, kind) if kind else words

    def one(self, index: int, column: int) -> str:
        """Return a cell converted, as one clean line."""
        return tidy(self.lines(index, column))

    def row(self, index: int) -> list[str]:
        """Return a whole row of clean lines."""
        return [self.one(index, column) for column in range(len(self.sheet.rows[index]))]


def is_composed(words: str) -> bool:
    """Whether the text is in the form that everything inside is kept in."""
    return words.isascii() or unicodedata.is_normalized("NFC", words)
