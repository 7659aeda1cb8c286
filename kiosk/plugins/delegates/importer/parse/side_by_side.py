"""Tables that stand next to each other in one sheet, as sheets of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kiosk.plugins.delegates.importer.parse import headings
from kiosk.plugins.delegates.importer.parse.cells import Row
from kiosk.plugins.delegates.importer.parse.cells import Sheet
from kiosk.plugins.delegates.importer.parse.cells import plain

_WITHIN_ROWS = 40
_LEAST = 2


def apart(sheet: Sheet) -> list[tuple[Sheet, int | None]]:
    """Return the sheet, or its tables when one head of columns stands in it several times.

    With each table the row (from 0) of its head, when it is known.
    """
    for index, row in enumerate(sheet.rows[:_WITHIN_ROWS]):
        starts = _starts([headings.plain(plain(cell)[: headings.LONGEST_HEAD]) for cell in row])
        if len(starts) > 1:
            ends = [*starts[1:], len(row)]
            return [
                (_part(sheet, index, start if number else 0, end), index)
                for number, (start, end) in enumerate(zip(starts, ends, strict=True))
            ]
    return [(sheet, None)]


def _starts(titles: list[str]) -> list[int]:
    """Return where each repetition of a head begins: "TT, name, phone, TT, name, phone"."""
    filled = [column for column, title in enumerate(titles) if title]
    words = [titles[column] for column in filled]
    for times in (2, 3):
        length, over = divmod(len(words), times)
        block = words[:length]
        if over or length < _LEAST or words != block * times or len(set(block)) < length:
            continue
        if sum(headings.role_of(title) != "" for title in block) >= _LEAST:
            return [filled[number * length] for number in range(times)]
    return [0]


def _part(sheet: Sheet, head: int, start: int, end: int) -> Sheet:
    return replace(
        sheet,
        rows=[
            row if index < head else _cut(row, start, end) for index, row in enumerate(sheet.rows)
        ],
        struck=frozenset(_moved(sheet.struck, start, end)),
        red=frozenset(_moved(sheet.red, start, end)),
        fonts={
            (row, column - start): kind
            for (row, column), kind in sheet.fonts.items()
            if start <= column < end
        },
        merged=tuple(
            ((top, left - start), (bottom, right - start))
            for (top, left), (bottom, right) in sheet.merged
            if start <= left < end
        ),
    )


def _cut(row: Row, start: int, end: int) -> Row:
    filled = [cell for cell in row if cell not in ("", None)]
    # A heading over the whole width counts for every table.
    return filled if len(filled) == 1 and isinstance(filled[0], str) else row[start:end]


def _moved(marks: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [(row, column - start) for row, column in marks if start <= column < end]
