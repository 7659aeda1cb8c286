"""What the XML of an .xlsx tells beyond its values: hidden and struck rows, colours, fonts.

Values come from calamine. This reads only what it leaves out, by searching the parts, and
refuses packages that unpack to too much before anything else opens them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from functools import cached_property

from kiosk.plugins.delegates import legacy_fonts

MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PART = 60 * 1024 * 1024
_MOST_PARTS = 2000
MOST_ROWS = 200_000
# References of cells: rows from 200,000, rows of five digits and more, wide columns.
_FAR = re.compile(rb'r="[A-Z]{0,3}(?:[2-9]\d{5}|\d{7,})"')
_FIVE_DIGITS = re.compile(rb'r="[A-Z]{1,3}\d{5}')
_WIDE = ((16_384, re.compile(rb'r="[A-Z]{3}\d')), (702, re.compile(rb'r="[A-Z]{2}\d')))
_CELL = re.compile(rb'r="([A-Z]{1,3}\d{1,7})"')


class Broken(Exception):
    """The package cannot be read."""


class TooMuch(Exception):
    """The package unpacks to more than a list can be."""


@dataclass(frozen=True)
class Looks:
    """Rows and cells (from 0) that look a certain way; fonts by cell."""

    hidden: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    red: frozenset[tuple[int, int]] = frozenset()
    fonts: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Styles:
    struck: frozenset[bytes] = frozenset()
    red: frozenset[bytes] = frozenset()
    fonts: Mapping[bytes, str] = field(default_factory=dict)


class Packed:
    """An .xlsx as a package of parts."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Broken from error
        items = self._zip.infolist()
        if len(items) > _MOST_PARTS or sum(i.file_size for i in items) > MOST_UNPACKED:
            raise TooMuch
        if any(item.flag_bits & 1 for item in items):
            raise Broken
        self._names = {item.filename for item in items}
        if "xl/workbook.xml" not in self._names:
            raise Broken
        self._last: tuple[str, bytes] = ("", b"")

    def _part(self, name: str) -> bytes:
        if name not in self._names:
            return b""
        if self._last[0] != name:
            try:
                with self._zip.open(name) as part:
                    # Sizes in the directory may lie: never take more than they promise.
                    content = part.read(_MOST_PART + 1)
            except (
                zipfile.BadZipFile,
                OSError,
                EOFError,
                ValueError,
                NotImplementedError,
            ) as error:
                raise Broken from error
            except Exception as error:  # zlib.error has no better base
                raise Broken from error
            if len(content) > _MOST_PART:
                raise TooMuch
            self._last = (name, content)
        return self._last[1]

    @cached_property
    def _paths(self) -> list[str]:
        """The parts of the sheets in the workbook's order."""
        relations = {
            _attribute(tag, b"Id"): _attribute(tag, b"Target")
            for tag in re.findall(
                rb"<(?:\w+:)?Relationship\b[^>]*>", self._part("xl/_rels/workbook.xml.rels")
            )
        }
        ids = [
            _attribute(tag, rb"\w+:id")
            for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", self._part("xl/workbook.xml"))
        ]
        targets = [relations.get(key, b"").decode("utf-8", "replace") for key in ids]
        return [t.lstrip("/") if t.startswith("/") else f"xl/{t}" for t in targets]

    def _sheet(self, index: int) -> bytes:
        return self._part(self._paths[index]) if index < len(self._paths) else b""

    def check(self, index: int, most_cells: int) -> None:
        """Raise TooMuch for a sheet of too many rows or too large a rectangle.

        One cell far away makes a rectangle of billions; it is held in memory whole.
        """
        xml = self._sheet(index)
        if xml.count(b"<row") > MOST_ROWS or _FAR.search(xml):
            raise TooMuch
        rows = 10_000 if not _FIVE_DIGITS.search(xml) else MOST_ROWS
        columns = next((n for n, far in _WIDE if far.search(xml)), 26)
        if rows * columns > most_cells:
            places = [_place(name) for name in _CELL.findall(xml)]
            height = max((row for row, _ in places), default=0) + 1
            width = max((column for _, column in places), default=0) + 1
            if height * width > most_cells:
                raise TooMuch

    @cached_property
    def _styles(self) -> _Styles:
        xml = self._part("xl/styles.xml")
        fonts = re.findall(
            rb"(?s)<(?:\w+:)?font(?:\s*/>|>.*?</(?:\w+:)?font>)", _inside(xml, b"fonts")
        )
        formats = re.findall(rb"<(?:\w+:)?xf\b[^>]*>", _inside(xml, b"cellXfs"))
        struck, red, names = set(), set(), {}
        for number, tag in enumerate(formats):
            font = _attribute(tag, b"fontId")
            look = fonts[int(font)] if font.isdigit() and int(font) < len(fonts) else b""
            style = str(number).encode()
            if re.search(rb'<(?:\w+:)?strike(?:\s*/>|\s+val="(?:1|true)")', look):
                struck.add(style)
            if re.search(rb'<(?:\w+:)?color [^>]*rgb="[0-9A-F]{2}(?:FF0000|C00000)"', look):
                red.add(style)
            name = re.search(rb'<(?:\w+:)?(?:name|rFont) val="([^"]*)"', look)
            kind = (
                legacy_fonts.kind_of_font(name.group(1).decode("utf-8", "replace")) if name else ""
            )
            if kind:
                names[style] = kind
        return _Styles(frozenset(struck), frozenset(red), names)

    def looks(self, index: int) -> Looks:
        """Return what a sheet looks like."""
        styles = self._styles
        xml = self._sheet(index)
        hidden: frozenset[int] = frozenset()
        if b'hidden="' in xml:
            hidden = frozenset(_hidden_rows(xml))
        wanted = styles.struck | styles.red | set(styles.fonts)
        if not wanted:
            return Looks(hidden)
        cells: dict[bytes, list[tuple[int, int]]] = {style: [] for style in wanted}
        for tag in re.findall(rb"<(?:\w+:)?c [^>]*>", xml):
            style = _attribute(tag, b"s")
            if style in cells:
                cells[style].append(_place(_attribute(tag, b"r")))
        return Looks(
            hidden,
            frozenset(place for style in styles.struck for place in cells[style]),
            frozenset(place for style in styles.red for place in cells[style]),
            {place: kind for style, kind in styles.fonts.items() for place in cells[style]},
        )


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"[\s]" + name + rb'="([^"]*)"', tag)
    return found.group(1) if found else b""


def _inside(xml: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?s)<(?:\w+:)?" + name + rb"\b[^>]*>(.*?)</(?:\w+:)?" + name + rb">", xml)
    return found.group(1) if found else b""


def _hidden_rows(xml: bytes) -> list[int]:
    rows = []
    for tag in re.findall(rb"<(?:\w+:)?row [^>]*>", xml):
        if _attribute(tag, b"hidden") in {b"1", b"true"}:
            number = _attribute(tag, b"r")
            rows.append(int(number) - 1 if number.isdigit() else -1)
    return rows


def _place(name: bytes) -> tuple[int, int]:
    found = re.fullmatch(rb"([A-Z]{1,3})(\d{1,7})", name)
    if not found:
        return (-1, -1)
    column = 0
    for letter in found.group(1):
        column = column * 26 + letter - 64
    return int(found.group(2)) - 1, column - 1
