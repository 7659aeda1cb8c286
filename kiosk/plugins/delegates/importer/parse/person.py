"""One row into one person, with its repairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from collections.abc import Set
from dataclasses import dataclass
from dataclasses import replace

from kiosk import vietnamese
from kiosk.plugins.delegates.importer.parse import names
from kiosk.plugins.delegates.importer.parse.areas import Areas
from kiosk.plugins.delegates.importer.parse.areas import without_kind
from kiosk.plugins.delegates.importer.parse.birth_years import Birth
from kiosk.plugins.delegates.importer.parse.birth_years import read_birth
from kiosk.plugins.delegates.importer.parse.cells import Texts
from kiosk.plugins.delegates.importer.parse.cells import is_composed
from kiosk.plugins.delegates.importer.parse.cells import plain
from kiosk.plugins.delegates.importer.parse.cells import tidy
from kiosk.plugins.delegates.importer.parse.columns import Layout
from kiosk.plugins.delegates.importer.parse.groups import Groups
from kiosk.plugins.delegates.importer.parse.groups import is_office
from kiosk.plugins.delegates.importer.parse.names import Named
from kiosk.plugins.delegates.importer.parse.names import take_apart
from kiosk.plugins.delegates.importer.parse.phones import read_phones
from kiosk.plugins.delegates.rules import Person
from kiosk.plugins.delegates.rules import Reading
from kiosk.plugins.delegates.rules import Warned

_AS_ABOVE = re.compile(
    r"[\s\-.]*(?:nt|n\.t|như trên|nhu tren|như trê̂n)[\s\-.]*|[/\\\"'“”‘’〃″´`,]{1,4}|-{1,3}",
    re.IGNORECASE,
)
_HEED = re.compile(
    r"\b(?:chet|da mat|mat nam|tu tran|chuyen di|chuyen khau|da chuyen|om|benh|di vang|vang mat"
    r"|di lam xa|khong du)\b"
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Place:
    """Where in the sheet a row stands: under which group and area; `section` is its row."""

    group: str = ""
    area: str = ""
    told: bool = False
    section: int = -1

    def in_area(self, area: str, households: str, index: int) -> Place:
        """Return the place under a heading that names an area."""
        keep = self.group if self.group and self.group != households else ""
        return Place(keep or households, area, True, index)

    def at(self, index: int) -> Place:
        """Return the same place under a finer heading."""
        return replace(self, section=index)


@dataclass(frozen=True)
class Spot:
    """A row about to be read: its index, its name cell and its number."""

    index: int
    name: str
    number: str


class Maker:
    """Makes people out of the rows of one sheet."""

    def __init__(
        self,
        reading: Reading,
        texts: Texts,
        layout: Layout,
        areas: Areas,
        groups: Groups,
        newest: int,
    ) -> None:
        self.reading, self.texts, self.layout = reading, texts, layout
        self.areas, self.groups, self.newest = areas, groups, newest
        self.merged: Mapping[tuple[int, int], int] = {}
        self._above: dict[str, str] = {}
        self._clean: dict[tuple[int, str], str] = {}
        self._areas_of: dict[str, tuple[str, bool]] = {}

    def name_of(self, index: int) -> str:
        """Return the name as the row gives it, line breaks kept, two columns joined."""
        roles = self.layout.roles
        for role in ("name", "head"):
            for column in roles.get(role, ()):
                found = self.texts.lines(index, column)
                if found and not found.isspace():
                    return found
        if "given" not in roles:
            return ""
        parts = [*roles.get("family", ()), roles["given"][0]]
        return " ".join(filter(None, (self.texts.one(index, column) for column in parts)))

    def number_of(self, index: int) -> str:
        """Return the row's own number as text."""
        column = self.layout.first("number")
        row = self.texts.sheet.rows[index]
        return tidy(plain(row[column])) if 0 <= column < len(row) else ""

    def is_marked(self, index: int, marks: Set[tuple[int, int]]) -> bool:
        """Whether the name of the row carries a mark such as a line through it."""
        roles = self.layout.roles
        columns = [c for role in ("name", "head", "given") for c in roles.get(role, ())]
        return any((index, column) in marks for column in columns)

    def person(self, spot: Spot, place: Place) -> Person:
        """Return the person of a row."""
        index = spot.index
        named = self._named(spot)
        phone, also = self._phone(index, named)
        birth = self._birth(index, named)
        title = self._title(index, named)
        area = self._area(index, named, place)
        note = self._note(index, named, also)
        if title and not is_office(title):
            title, note = "", "; ".join(filter(None, (title, note)))
        group = self._group(index, title, area, place)
        if area and not place.told and not self._has_area(index):
            # A title over the list says where its households live, not its officials.
            area = area if group == self.groups.households() else ""
        return Person(
            sheet=self.texts.sheet.name,
            row=index + 1,
            name=named.name,
            salutation=self._form(index, named),
            title=title,
            group=group,
            area=area,
            household=self._joined(index, "household", named, down=True)[:40],
            address=self._joined(index, "address", named, down=True)[:300],
            phone=phone,
            birth_year=birth,
            note=note[:500],
        )

    def _warn(self, index: int, code: str, name: str, before: str = "", after: str = "") -> None:
        warned = Warned(self.texts.sheet.name, index + 1, code, name, before[:200], after[:200])
        self.reading.warnings.append(warned)

    def _named(self, spot: Spot) -> Named:
        raw = spot.name
        named = take_apart(raw)
        if not is_composed(raw):
            named = take_apart(vietnamese.nfc(raw))
            self._warn(spot.index, "unicode_form", named.name, tidy(raw), named.name)
        columns = self.layout.roles.get("name") or self.layout.roles.get("head", [])
        if columns and not raw.isascii():
            row = self.texts.sheet.rows[spot.index]
            before = plain(row[columns[0]]) if columns[0] < len(row) else ""
            kind = self.texts.legacy_of(spot.index, columns[0], before)
            if kind:
                self._warn(spot.index, f"font_{kind}", named.name, before, named.name)
        if named.changed:
            self._warn(spot.index, named.changed, named.name, raw, named.name)
        return named

    def _one(self, index: int, column: int) -> str:
        """Return a cell, or that of the merged block it lies in."""
        row = self.texts.sheet.rows[index]
        cell = row[column] if column < len(row) else ""
        if cell in ("", None):
            top = self.merged.get((index, column)) if self.merged else None
            return "" if top is None else self.texts.one(top, column)
        if not isinstance(cell, str):
            return tidy(plain(cell))
        if self.texts.sheet.fonts:
            return self.texts.one(index, column)
        # Short words such as areas come again and again.
        found = self._clean.get((column, cell))
        if found is None:
            found = self._clean[column, cell] = self.texts.one(index, column)
        return found

    def _cell(self, index: int, column: int, name: str, *, down: bool) -> str:
        words = self._one(index, column)
        if not words or not down:
            return "" if words in {"-", "--", "//"} else words
        key = str(column)
        if words and len(words) < 12 and _AS_ABOVE.fullmatch(words):
            above = self._above.get(key, "")
            self._warn(index, "filled_down", name, words, above)
            return above
        self._above[key] = words
        return words

    def _joined(self, index: int, role: str, named: Named, *, down: bool = False) -> str:
        columns: Sequence[int] = self.layout.roles.get(role, ())
        if not columns:
            return ""
        if len(columns) == 1:
            return self._cell(index, columns[0], named.name, down=down)
        parts = (self._cell(index, column, named.name, down=down) for column in columns)
        return ", ".join(dict.fromkeys(part for part in parts if part))

    def _phone(self, index: int, named: Named) -> tuple[str, str]:
        rests: list[str] = []
        phone = ""
        for column in self.layout.roles.get("phone", ()):
            words = self._one(index, column)
            if words and len(words) < 12 and _AS_ABOVE.fullmatch(words) and words != "-":
                words = self._above.get("phone", "")
            if not words:
                continue
            found = read_phones(words)
            if found.mended:
                self._warn(index, found.mended, named.name, words, found.phone)
            if found.phone and phone:
                rests.append(found.phone)
            phone = phone or found.phone
            if found.rest:
                rests.append(found.rest)
        if not phone and named.note and "phone" not in self.layout.roles:
            phone = read_phones(named.note).phone
        self._above["phone"] = phone
        return phone, "; ".join(rests)

    def _birth(self, index: int, named: Named) -> int | None:
        row = self.texts.sheet.rows[index]
        roles = self.layout.roles
        for role in ("birth_year", "male", "female", "age"):
            for column in roles.get(role, ()):
                cell = row[column] if column < len(row) else ""
                if cell in ("", None):
                    continue
                birth = self._read_birth(index, column, cell, role)
                if birth.code:
                    after = str(birth.year or "")
                    self._warn(index, birth.code, named.name, plain(cell), after)
                if birth.year is not None:
                    return birth.year
        if named.note:
            return read_birth(named.note, self.newest).year
        return None

    def _read_birth(self, index: int, column: int, cell: object, role: str) -> Birth:
        if isinstance(cell, str):
            cell = self.texts.one(index, column)
            if _AS_ABOVE.fullmatch(cell):
                return Birth()
        return read_birth(cell, self.newest, age=role == "age")

    def _area(self, index: int, named: Named, place: Place) -> str:
        column = self.layout.first("area")
        words = self._cell(index, column, named.name, down=True) if column >= 0 else ""
        if words:
            area, other = self._area_of(words)
            if area:
                if other:
                    self._warn(index, "area_alias", named.name, words, area)
                return area
            if (place.area and not place.told) or _is_finer(words, place):
                return place.area
            self._warn(index, "area_unknown", named.name, words, place.area)
            return place.area
        if place.area and place.told:
            return place.area
        for column in self.layout.roles.get("address", ()):
            area = self.areas.inside(self._one(index, column))
            if area:
                return area
        return place.area

    def _has_area(self, index: int) -> bool:
        column = self.layout.first("area")
        return column >= 0 and bool(self._one(index, column))

    def _area_of(self, words: str) -> tuple[str, bool]:
        """Return the area that a cell names, and whether it is spelled another way."""
        found = self._areas_of.get(words)
        if found is None:
            area = self.areas.find(words) or self.areas.inside(words)
            usual = (vietnamese.fold(area), without_kind(vietnamese.fold(area)))
            found = self._areas_of[words] = (area, vietnamese.fold(words) not in usual)
        return found

    def _title(self, index: int, named: Named) -> str:
        told = self._joined(index, "title", named, down=True)
        if not named.title or named.title in told:
            return told[:200]
        return ", ".join(filter(None, (named.title, told)))[:200]

    def _note(self, index: int, named: Named, also: str) -> str:
        note = self._joined(index, "note", named)
        if note and _HEED.search(vietnamese.fold(note)):
            self._warn(index, "note_check", named.name, note)
        parts = (note, named.note, f"ĐT: {also}" if also else "")
        return "; ".join(filter(None, parts))

    def _form(self, index: int, named: Named) -> str:
        if named.form:
            return named.form
        said = self._joined(index, "salutation", named)
        return names.form_of(said, self._sex(index, named), named.name)

    def _sex(self, index: int, named: Named) -> str:
        for role in ("male", "male_mark", "female", "female_mark"):
            column = self.layout.first(role)
            if column >= 0 and self._one(index, column):
                return "nam" if role.startswith("male") else "nu"
        return self._joined(index, "sex", named)

    def _group(self, index: int, title: str, area: str, place: Place) -> str:
        told = self._group_told(index)
        if told:
            return told
        if place.group:
            return place.group
        if title:
            return self.groups.of_title(title) or self.groups.last_official()
        return self.groups.households() if area or not place.told else ""

    def _group_told(self, index: int) -> str:
        column = self.layout.first("group")
        words = self._cell(index, column, "", down=True) if column >= 0 else ""
        return self.groups.of_heading(words) if words else ""


def _is_finer(words: str, place: Place) -> bool:
    """Whether "Tổ 3" stands under an area: a part of it, not another area."""
    return bool(place.area) and re.match(r"(?i)(?:tổ|to|ngõ|ngo|xóm|cụm|đội|\d)", words) is not None
