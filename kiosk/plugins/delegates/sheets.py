"""Opening a list: .xlsx and .xls through calamine, .csv in any usual encoding."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError
from python_calamine import CalamineWorkbook

from kiosk.errors import Refused
from kiosk.errors import TooLarge

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 50_000
ENDINGS = (".xlsx", ".xls", ".csv")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, from its cell A1."""

    name: str
    rows: Sequence[Sequence[object]]


def open_list(data: bytes, filename: str) -> list[Sheet]:
    """Return the sheets of a list.

    Refused with one sentence when the file is empty, of another kind or damaged;
    TooLarge above 10 MB.
    """
    ending = PurePath(filename).suffix.lower()
    if ending not in ENDINGS:
        raise Refused("wrong_type", _l("Please choose an Excel file (.xlsx, .xls) or a .csv file."))
    if not data.strip():
        raise Refused("empty_file", _l("This file is empty. Please choose the file with the list."))
    if len(data) > MOST_BYTES:
        raise TooLarge("too_large", _l("This file is larger than 10 MB. Please split the list."))
    sheets = _csv(data) if ending == ".csv" else _workbook(data)
    if not any(cell not in ("", None) for sheet in sheets for row in sheet.rows for cell in row):
        raise Refused("empty_file", _l("This file is empty. Please choose the file with the list."))
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise TooLarge("too_many_rows", _l("This list has too many rows. Please split it."))
    return sheets


def _unreadable() -> Refused:
    words = _l("This file cannot be opened. Open it in Excel, save it again as .xlsx and retry.")
    return Refused("unreadable", words)


def _workbook(data: bytes) -> list[Sheet]:
    if data[:2] == b"PK":
        _check_zip(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            Sheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in book.sheet_names
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise _unreadable() from error


def _check_zip(data: bytes) -> None:
    # A small file may unpack to gigabytes: look at the sizes before opening it.
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as error:
        raise _unreadable() from error
    if unpacked > MOST_UNPACKED:
        raise TooLarge("too_large", _l("This file is larger than 10 MB. Please split the list."))


def _csv(data: bytes) -> list[Sheet]:
    if data[:2] == b"PK" or b"\x00\x00" in data[:64]:
        raise _unreadable()
    words = _decoded(data)
    lines = words.splitlines()[:20]
    separator = max(";,\t", key=lambda mark: max((line.count(mark) for line in lines), default=0))
    try:
        rows = list(csv.reader(io.StringIO(words), delimiter=separator))
    except csv.Error as error:
        raise _unreadable() from error
    return [Sheet("CSV", rows)]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1258", errors="replace")
