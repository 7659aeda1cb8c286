"""Reading sheets: rows into people, with every repair and every row left out told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from pathlib import PurePath

from kiosk.plugins.delegates.importer.parse import duplicates
from kiosk.plugins.delegates.importer.parse import rows as kinds
from kiosk.plugins.delegates.importer.parse.areas import Areas
from kiosk.plugins.delegates.importer.parse.cells import Sheet
from kiosk.plugins.delegates.importer.parse.cells import Texts
from kiosk.plugins.delegates.importer.parse.cells import plain
from kiosk.plugins.delegates.importer.parse.cells import tidy
from kiosk.plugins.delegates.importer.parse.columns import Layout
from kiosk.plugins.delegates.importer.parse.columns import corrected
from kiosk.plugins.delegates.importer.parse.columns import understand
from kiosk.plugins.delegates.importer.parse.groups import Groups
from kiosk.plugins.delegates.importer.parse.names import begins_like_a_name
from kiosk.plugins.delegates.importer.parse.person import Maker
from kiosk.plugins.delegates.importer.parse.person import Place
from kiosk.plugins.delegates.importer.parse.person import Spot
from kiosk.plugins.delegates.importer.parse.side_by_side import apart
from kiosk.plugins.delegates.rules import Known
from kiosk.plugins.delegates.rules import Reading
from kiosk.plugins.delegates.rules import Skipped
from kiosk.plugins.delegates.rules import Warned

_VENUE = re.compile(r"(?i)nhà văn hóa|nha van hoa|địa điểm|dia diem|tại ")
_FINER = re.compile(r"(?i)^(?:tổ|to|ngõ|ngo|xóm|xom|cụm|cum|đội|doi|ngách|hẻm)\b")
# What a person has beside name and number, so that a heading is not taken for one.
_DATA = ("birth_year", "male", "female", "age", "phone", "area", "address", "title", "household",
         "sex", "id_card")  # fmt: skip
_FILLED_DOWN = ("area", "address", "household", "title", "group")


@dataclass(frozen=True)
class Wish:
    """What a person corrected on the page for one sheet; rows and columns from 0.

    `cells` are typed over those of the file, by row and role. Rows of `out` are left out,
    rows of `both` are people of their own though they look like another row.
    """

    head: int | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    with_hidden: bool = False
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    out: frozenset[int] = frozenset()
    both: frozenset[int] = frozenset()


def read_sheets(
    reading: Reading,
    sheets: Sequence[Sheet],
    known: Known,
    newest: int,
    wishes: Mapping[str, Wish] | None = None,
) -> None:
    """Add what the sheets hold to the reading; `newest` is the present year."""
    areas, groups = Areas(known.areas), Groups(known.groups)
    numbers: dict[tuple[str, int], tuple[int, str]] = {}
    for sheet in sheets:
        if not sheet.visible:
            reading.skipped.append(Skipped(sheet.name, 1, "hidden_sheet", ""))
            continue
        wish = (wishes or {}).get(sheet.name, Wish())
        parts = [(sheet, wish.head)] if wish.columns else apart(sheet)
        for part, head in parts:
            here = wish if head is None else replace(wish, head=head)
            _SheetReader(reading, part, areas, groups, newest, here, numbers).read()
    both = {(name, row + 1) for name, wish in (wishes or {}).items() for row in wish.both}
    duplicates.without_twins(reading, both)
    duplicates.with_homes(reading, known, numbers)


class _SheetReader:
    """Reads one sheet."""

    def __init__(
        self,
        reading: Reading,
        sheet: Sheet,
        areas: Areas,
        groups: Groups,
        newest: int,
        wish: Wish,
        numbers: dict[tuple[str, int], tuple[int, str]],
    ) -> None:
        self.numbers = numbers
        self.reading, self.sheet, self.wish = reading, sheet, wish
        self.areas, self.groups, self.newest = areas, groups, newest
        self.texts = Texts(sheet)
        self.layout = understand(self.texts, areas, newest, wish.head)
        if wish.columns:
            self.layout = corrected(self.layout, wish.columns)
        self.place = Place()
        self.signed = False
        self._type_over()

    def _type_over(self) -> None:
        """Put what was typed on the page in the place of the file's cells."""
        roles = self.layout.roles
        for (index, role), words in self.wish.cells.items():
            wanted = (role, "head", "given") if role == "name" else (role,)
            column = next((roles[name][0] for name in wanted if name in roles), -1)
            if column >= 0 and index < len(self.sheet.rows):
                row = list(self.sheet.rows[index])
                row += [""] * (column + 1 - len(row))
                if role == "name" and "family" in roles and "given" in roles:
                    row[roles["family"][0]] = ""
                row[column] = words
                self.sheet.rows = [*self.sheet.rows]
                self.sheet.rows[index] = row

    def read(self) -> None:
        """Read all rows below the head."""
        sheet, layout = self.sheet, self.layout
        if not layout.has_names:
            if any(plain(cell).strip() for row in sheet.rows for cell in row):
                self.reading.skipped.append(Skipped(sheet.name, 1, "no_head", ""))
            return
        self.reading.sheets.append(_told(sheet, layout))
        self._note_ids()
        self.place = Place(area=self._area_above(), group="")
        self.maker = Maker(self.reading, self.texts, layout, self.areas, self.groups, self.newest)
        self.maker.merged = _merged(sheet, layout)
        self.above = {
            word for index in range(max(layout.head, 0)) for word in self.texts.row(index) if word
        }
        for index in range(layout.last_head + 1, len(sheet.rows)):
            row = sheet.rows[index]
            if any(cell not in ("", None) for cell in row):
                self._row(index)

    def _area_above(self) -> str:
        """Return the area that the sheet's name, its titles or the file's name are about."""
        by_name = self.areas.find(self.sheet.name) or self.areas.inside(self.sheet.name)
        if by_name:
            return by_name
        for index in range(max(self.layout.head, 0)):
            for words in self.texts.row(index):
                if words and not _VENUE.search(words) and self.areas.inside(words):
                    return self.areas.inside(words)
        return self.areas.inside(PurePath(self.reading.file).stem)

    def _note_ids(self) -> None:
        for column in self.layout.roles.get("id_card", []):
            title = self.layout.titles.get(column, "")
            self._warn(max(self.layout.head, 0), "id_left_out", title, title)

    def _warn(self, index: int, code: str, words: str, before: str = "", after: str = "") -> None:
        warned = Warned(self.sheet.name, index + 1, code, words[:200], before[:200], after[:200])
        self.reading.warnings.append(warned)

    def _skip(self, index: int, reason: str, words: str) -> None:
        self.reading.skipped.append(Skipped(self.sheet.name, index + 1, reason, words[:300]))

    def _row(self, index: int) -> None:
        maker = self.maker
        name, number = maker.name_of(index), maker.number_of(index)
        # The usual row costs no second look: it is counted and begins with a family name.
        if self.signed or not (
            kinds.is_numbering(number) and name and begins_like_a_name(tidy(name))
        ):
            words = self.texts.row(index)
            if not any(words):
                return
            self.reading.rows += 1
            kind = self._kind(index, words, name, number)
            if kind.what != "person":
                self._other(index, kind, words)
                return
        else:
            self.reading.rows += 1
        self.signed = False
        if self._is_out(index):
            return
        self.numbers[self.sheet.name, index + 1] = (self.place.section, number)
        self.reading.people.append(maker.person(Spot(index, name, number), self.place))

    def _kind(self, index: int, words: list[str], name: str, number: str) -> kinds.Kind:
        roles = self.layout.roles
        others = sum(
            any(c < len(words) and words[c] for c in roles[role]) for role in _DATA if role in roles
        )
        titles = self.layout.titles
        head = [titles.get(column, "") for column in range(len(words))]
        return kinds.kind_of(words, tidy(name), number, others, head, self.signed)

    def _other(self, index: int, kind: kinds.Kind, words: list[str]) -> None:
        shown = " ".join(word for word in words if word)
        if kind.what == "section" and shown in self.above:
            # The sheet's title once more, on the next page.
            kind = kinds.Kind("text")
        self._skip(index, kind.what, shown)
        if kind.what == "section":
            self._enter(index, kind)
        elif kind.what == "signature":
            self.signed = True
        elif kind.what == "head_again":
            self.signed = False
            self._again(index)

    def _again(self, index: int) -> None:
        """Take the columns anew where a second table begins with another head."""
        layout = self.layout
        if self.wish.columns or layout.head < 0:
            return
        now, before = self.texts.row(index), self.texts.row(layout.head)
        same = sum(bool(a) and a == b for a, b in zip(now, before, strict=False))
        if same * 3 < 2 * sum(map(bool, now)):
            again = understand(self.texts, self.areas, self.newest, index)
            if again.has_names:
                self.layout = self.maker.layout = again

    def _enter(self, index: int, kind: kinds.Kind) -> None:
        area = self.areas.find(kind.words) or self.areas.inside(kind.words)
        letter = kind.label if kind.label.isalpha() else ""
        if area:
            self.place = self.place.in_area(area, self.groups.households(), index)
            return
        group = self.groups.of_heading(kind.words, letter)
        if group:
            same = group == self.groups.households() and not self.place.told
            self.place = Place(group, self.place.area if same else "", not same, index)
        elif kind.label.isdecimal() or _FINER.match(kind.words):
            self.place = self.place.at(index)
        else:
            self.place = Place("", "", True, index)
            self._warn(index, "section_unknown", kind.words)

    def _is_out(self, index: int) -> bool:
        """Whether a person's row was struck out or hidden; told as a row left out."""
        sheet, maker = self.sheet, self.maker
        name = tidy(maker.name_of(index))
        if index in self.wish.out:
            self._skip(index, "left_out", name)
            return True
        if sheet.struck and maker.is_marked(index, sheet.struck):
            self._skip(index, "struck", name)
            return True
        if index in sheet.hidden and not self.wish.with_hidden:
            self._skip(index, "hidden", name)
            return True
        if sheet.red and maker.is_marked(index, sheet.red):
            self._warn(index, "red_row", name)
        return False


def _told(sheet: Sheet, layout: Layout) -> dict[str, object]:
    columns = {
        role: layout.titles.get(columns[0], "") for role, columns in layout.roles.items() if columns
    }
    return {"name": sheet.name, "header_row": layout.head + 1, "columns": columns}


def _merged(sheet: Sheet, layout: Layout) -> dict[tuple[int, int], int]:
    """Return, for cells inside a merged block of a column, the row that holds the value."""
    wanted = {c for role in _FILLED_DOWN for c in layout.roles.get(role, [])}
    found: dict[tuple[int, int], int] = {}
    for (top, left), (bottom, _right) in sheet.merged:
        if left in wanted and top < bottom < len(sheet.rows):
            for row in range(max(top, layout.last_head) + 1, bottom + 1):
                found[row, left] = top
    return found
