"""Opening a list: .xlsx and .xls through calamine, .csv in any usual encoding."""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePath

from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError
from python_calamine import CalamineSheet
from python_calamine import CalamineWorkbook
from python_calamine import PasswordError
from python_calamine import SheetTypeEnum
from python_calamine import SheetVisibleEnum

from kiosk.errors import Refused
from kiosk.errors import TooLarge
from kiosk.plugins.delegates import legacy_fonts
from kiosk.plugins.delegates.importer import xlsx_styles
from kiosk.plugins.delegates.importer.parse.cells import Sheet

MOST_BYTES = 10 * 1024 * 1024
# Rows with something in them, and rows at all: a sheet may be a million empty ones.
MOST_ROWS = 50_000
MOST_LINES = xlsx_styles.MOST_ROWS
MOST_COLUMNS = 200
LONGEST_LINE = 200_000
MOST_CELLS = 4_000_000
ENDINGS = (".xlsx", ".xls", ".csv")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_list(data: bytes, filename: str) -> list[Sheet]:
    """Return the sheets of a list.

    Refused with one sentence when the file is empty, encrypted, damaged or not what its name
    says; TooLarge above 10 MB, or when it unpacks to too much or has too many rows.
    """
    ending = PurePath(filename).suffix.lower()
    if ending not in ENDINGS:
        raise Refused("wrong_type", _l("Please choose an Excel file (.xlsx, .xls) or a .csv file."))
    if not data.strip():
        raise _empty()
    if len(data) > MOST_BYTES:
        raise TooLarge("too_large", _l("This file is larger than 10 MB. Please split the list."))
    _check_kind(data, ending)
    sheets = _csv(data) if ending == ".csv" else _workbook(data, ending)
    filled = sum(1 for sheet in sheets for row in sheet.rows if any(row))
    if not filled:
        raise _empty()
    if filled > MOST_ROWS:
        raise _too_many()
    return sheets


def _empty() -> Refused:
    return Refused("empty_file", _l("This file is empty. Please choose the file with the list."))


def _too_many() -> TooLarge:
    words = _l("This list has too many rows, empty ones counted. Delete them or split the list.")
    return TooLarge("too_many_rows", words)


def _unreadable() -> Refused:
    words = _l("This file cannot be opened. Open it in Excel, save it again as .xlsx and retry.")
    return Refused("unreadable", words)


def _locked() -> Refused:
    words = _l("This file is locked with a password. Remove the password in Excel and retry.")
    return Refused("encrypted", words)


def _renamed() -> Refused:
    words = _l(
        "The content of this file is not what its name says. "
        "Open it in Excel, save it again as .xlsx and retry."
    )
    return Refused("renamed", words)


def _check_kind(data: bytes, ending: str) -> None:
    """Refuse a file whose first bytes contradict its name."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _locked()
        kind = ".xls"
    elif data[:2] == b"PK":
        kind = ".xlsx"
    elif data[:4] in {b"%PDF", b"\x89PNG", b"{\\rt", b"GIF8", b"\xff\xd8\xff\xe0"}:
        kind = ""
    else:
        kind = ".csv"
    if kind == ending:
        return
    # BIFF before 1997 stands alone, without the container.
    if (
        ending == ".xls"
        and data[:1] == b"\x09"
        and data[1:2] in {b"\x00", b"\x02", b"\x04", b"\x08"}
    ):
        return
    if kind == ".csv" and ending != ".csv" and not _reads_as_text(data):
        raise _unreadable()
    raise _renamed()


def _reads_as_text(data: bytes) -> bool:
    return b"\x00" not in data[:1000]


def _workbook(data: bytes, ending: str) -> list[Sheet]:
    try:
        packed = xlsx_styles.Packed(data) if ending == ".xlsx" else None
    except xlsx_styles.Broken as error:
        raise _unreadable() from error
    except xlsx_styles.TooMuch as error:
        raise _too_many() from error
    try:
        return _read(data, packed)
    except PasswordError as error:
        raise _locked() from error
    except xlsx_styles.TooMuch as error:
        raise _too_many() from error
    except (CalamineError, ValueError, OSError, xlsx_styles.Broken) as error:
        raise _unreadable() from error


def _read(data: bytes, packed: xlsx_styles.Packed | None) -> list[Sheet]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for index, facts in enumerate(book.sheets_metadata):
        if facts.typ != SheetTypeEnum.WorkSheet:
            continue
        if packed is not None:
            packed.check(index, MOST_CELLS)
        found = book.get_sheet_by_index(index)
        visible = facts.visible == SheetVisibleEnum.Visible
        sheets.append(
            _sheet(found, packed.looks(index) if packed else xlsx_styles.Looks(), visible)
        )
    if not sheets:
        raise _empty()
    return sheets


def _sheet(found: CalamineSheet, seen: xlsx_styles.Looks, visible: bool) -> Sheet:
    if found.end is not None and (found.end[0] + 1) * (found.end[1] + 1) > MOST_CELLS:
        raise _too_many()
    rows = found.to_python(skip_empty_area=False)
    if rows and len(rows[0]) > MOST_COLUMNS:
        rows = [row[:MOST_COLUMNS] for row in rows]
    return Sheet(
        found.name,
        rows,
        hidden=seen.hidden,
        struck=seen.struck,
        red=seen.red,
        merged=tuple(found.merged_cell_ranges or ()),
        fonts=seen.fonts,
        visible=visible,
    )


def _csv(data: bytes) -> list[Sheet]:
    if max(data.count(b"\n"), data.count(b"\r")) > MOST_LINES:
        raise _too_many()
    if max(map(len, data.splitlines()), default=0) > LONGEST_LINE:
        raise _unreadable()
    words = _decoded(data)
    if "\x00" in words or _is_markup(words):
        raise _renamed()
    try:
        lines = csv.reader(io.StringIO(words, newline=""), delimiter=_separator(words))
        rows = [line[:MOST_COLUMNS] for line in lines]
    except csv.Error as error:
        raise _unreadable() from error
    return [Sheet("CSV", rows)]


def _is_markup(words: str) -> bool:
    return (
        re.match(r"\s*<(?:!doctype|html|\?xml|table|head|meta)", words, re.IGNORECASE) is not None
    )


def _separator(words: str) -> str:
    """Return the separator: the mark that gives many lines the same, large number of columns."""
    if words[:4].lower() == "sep=":
        return words[4:5]
    lines = [line for line in words[:50_000].splitlines()[:60] if line.strip()]

    def weight(mark: str) -> int:
        counts = [len(next(csv.reader([line], delimiter=mark), ())) - 1 for line in lines]
        return max((counts.count(count) * count for count in set(counts)), default=0)

    return max(";,\t|", key=weight)


def _decoded(data: bytes) -> str:
    for mark, name in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    head = data[:2000]
    if len(head) > 3 and head.count(b"\x00") > len(head) // 5:
        # UTF-16 without its mark: every other byte of plain letters is zero.
        return data.decode(
            "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _of_eight_bits(data)


def _of_eight_bits(data: bytes) -> str:
    """Return text of one byte a letter: windows-1258, or a legacy font's own letters."""
    as_1258 = data.decode("cp1258", errors="replace")
    as_latin = data.decode("latin-1")
    sample = [line for line in as_latin.splitlines()[:400] if not line.isascii()]
    kinds = [legacy_fonts.detect(" ".join(re.split(r"[;,\t]", line))) for line in sample]
    sure = sum(map(bool, kinds))
    return as_latin if sure * 2 > len(sample) and not _has_1258_marks(data) else as_1258


def _has_1258_marks(data: bytes) -> bool:
    # Tones of windows-1258 follow their letter; TCVN3 has no capitals with tones there.
    tones = len(
        re.findall(
            rb"[aeiouyAEIOUY\xe2\xea\xf4\xe3\xf5\xfd\xc2\xca\xd4\xc3\xd5\xdd][\xcc\xd2\xde\xec\xf2]",
            data,
        )
    )
    return tones * 3 > len(re.findall(rb"[\x80-\xff]", data))
