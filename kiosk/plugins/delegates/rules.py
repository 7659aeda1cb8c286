"""Understanding a list: which row is the head, what a cell means, who stands in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from kiosk import text

HEAD_WITHIN_ROWS = 20
OLDEST = 1905
Cell = object

# Heads as offices write them, folded. The first that fits wins.
HEADS: Mapping[str, tuple[str, ...]] = {
    "number": ("tt", "stt", "so tt", "so thu tu"),
    "salutation": ("danh xung", "xung ho", "ong/ba", "ong (ba)"),
    "sex": ("gioi tinh", "nam/nu"),
    "birth_year": ("nam sinh", "ngay sinh", "ngay thang nam sinh", "ns", "birth year"),
    "household": ("ho so", "so ho", "ma ho", "household"),
    "area": ("khu", "to dan pho", "khu dan cu", "to", "khu/to", "area"),
    "address": ("dia chi", "noi o", "cho o", "address", "so nha"),
    "phone": ("so dien thoai", "dien thoai", "dt", "sdt", "phone", "so dt"),
    "title": ("chuc vu, don vi", "chuc vu", "chuc danh", "don vi", "title"),
    "note": ("ghi chu", "note"),
    "name": ("ho va ten", "ho ten", "ho va ten dai bieu", "ten dai bieu", "ho ten chu ho", "name"),
}
_FORMS: Mapping[str, str] = {
    "ong": "ông",
    "ba": "bà",
    "anh": "anh",
    "chi": "chị",
    "d/c": "đồng chí",
    "đ/c": "đồng chí",
    "dong chi": "đồng chí",
    "cu ong": "ông",
    "cu ba": "bà",
}
_IN_NAME = re.compile(r"^(ông|bà|anh|chị|đ/c|đồng chí)\s*[:.]?\s+(?=\S)", re.IGNORECASE)
_GROUP_ROW = re.compile(r"^(?:[IVX]+|[A-E])[.)/]\s*(.+)$", re.IGNORECASE)
_SUM_ROW = re.compile(r"^(cong|tong so|tong cong|tong|danh sach nay co)\b")
_SIGNATURE = re.compile(r"^(nguoi lap|\(ky)")


@dataclass(frozen=True)
class Person:
    """One person of a list, as it will be stored. `row` counts from 1 in its sheet."""

    sheet: str
    row: int
    name: str
    salutation: str = ""
    title: str = ""
    group: str = ""
    area: str = ""
    household: str = ""
    address: str = ""
    phone: str = ""
    birth_year: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Skipped:
    """A row that holds nobody, and why."""

    sheet: str
    row: int
    reason: str
    text: str


@dataclass(frozen=True)
class Warned:
    """A repair or a doubt about a row."""

    sheet: str
    row: int
    code: str
    text: str
    before: str = ""
    after: str = ""


@dataclass
class Reading:
    """What was understood of a file."""

    file: str
    sheets: list[dict[str, object]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True)
class Known:
    """The meeting's own names: areas by folded spelling, groups by code."""

    areas: Mapping[str, str]
    groups: Sequence[tuple[str, str]] = ()
    household_group: str = "E"


def shown(cell: Cell) -> str:
    """Return a cell as text: whole numbers without ".0", NFC, one line."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return text.clean(str(cell))


def head_of(cells: Sequence[Cell]) -> dict[str, int]:
    """Return which column holds what, when this row is a head; else nothing."""
    found: dict[str, int] = {}
    for column, cell in enumerate(cells):
        words = text.fold(shown(cell)).strip(" .:")
        for meaning, heads in HEADS.items():
            if words in heads and meaning not in found:
                found[meaning] = column
                break
    return found if "name" in found and len(found) > 1 else {}


def phone_of(cell: Cell) -> tuple[str, bool]:
    """Return the first phone number of a cell as digits with the leading 0, and whether it
    was repaired. Nothing when there is none."""
    raw = shown(cell)
    first = re.split(r"[/;,]| - ", raw)[0]
    digits = re.sub(r"\D", "", first)
    if not digits:
        return "", False
    if digits.startswith("84") and len(digits) == 11:
        digits = "0" + digits[2:]
    elif digits.startswith("0084"):
        digits = "0" + digits[4:]
    if len(digits) == 9 and digits[0] != "0":
        digits = "0" + digits
    if not re.fullmatch(r"0\d{9,10}", digits):
        return "", True
    return digits, digits != raw


def year_of(cell: Cell, newest: int) -> int | None:
    """Return the birth year in a cell: a year, or the year at the end of a date."""
    found = re.findall(r"(?<!\d)(\d{4})(?!\d)", shown(cell))
    years = [int(year) for year in found if OLDEST <= int(year) <= newest]
    return years[-1] if years else None


def split_name(cell: Cell) -> tuple[str, str]:
    """Return (form of address, name) of a name cell such as "Đ/c Nguyễn Văn A"."""
    raw = shown(cell)
    found = _IN_NAME.match(raw)
    if found is None:
        return "", text.titled(raw)
    form = _FORMS.get(text.fold(found.group(1)), "")
    return form, text.titled(raw[found.end() :])


def is_name(name: str) -> bool:
    """Whether this can be a person's name: letters, 2 to 60 of them, no digits."""
    return 2 <= len(name) <= 60 and not re.search(r"[\d<>=@]", name)


def area_of(words: str, known: Known) -> str:
    """Return the meeting's own name of an area, or nothing when it is none of them."""
    return known.areas.get(text.fold(words), "")


def read_sheet(
    reading: Reading, sheet: str, rows: Sequence[Sequence[Cell]], known: Known, newest: int
) -> None:
    """Add what one sheet holds to the reading."""
    head_row, head = _find_head(rows)
    if not head:
        if any(shown(cell) for cells in rows for cell in cells):
            reading.skipped.append(Skipped(sheet, 1, "no_head", ""))
        return
    titles = rows[head_row]
    columns = {meaning: shown(titles[column]) for meaning, column in head.items()}
    reading.sheets.append({"name": sheet, "header_row": head_row + 1, "columns": columns})
    group, area = "", ""
    for index in range(head_row + 1, len(rows)):
        cells = rows[index]
        words = [shown(cell) for cell in cells]
        if not any(words):
            continue
        reading.rows += 1
        row = index + 1
        section = _section(words, head)
        if section:
            group, area = _group_of(section, known, group), area_of(section, known)
            reading.skipped.append(Skipped(sheet, row, "section", section))
            continue
        reason = _reason_to_skip(words, head)
        if reason:
            reading.skipped.append(Skipped(sheet, row, reason, " ".join(w for w in words if w)))
            if reason == "signature":
                break
            continue
        _take(reading, sheet, row, cells, head, known, newest, (group, area))


def _find_head(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    for index, cells in enumerate(rows[:HEAD_WITHIN_ROWS]):
        head = head_of(cells)
        if head:
            return index, head
    return 0, {}


def _section(words: Sequence[str], head: Mapping[str, int]) -> str:
    filled = [word for word in words if word]
    if len(filled) != 1:
        return ""
    found = _GROUP_ROW.match(filled[0])
    return found.group(1) if found else ""


def _group_of(section: str, known: Known, before: str) -> str:
    if area_of(section, known):
        return known.household_group
    folded = text.fold(section)
    for code, name in known.groups:
        if text.fold(name) in folded or folded in text.fold(name):
            return code
    return ""


def _reason_to_skip(words: Sequence[str], head: Mapping[str, int]) -> str:
    first = next((text.fold(word) for word in words if word), "")
    name = words[head["name"]] if head["name"] < len(words) else ""
    if _SIGNATURE.match(first):
        return "signature"
    if _SUM_ROW.match(first) or _SUM_ROW.match(text.fold(name)):
        return "sum"
    if re.search(r"\bngay\b.*\bthang\b.*\bnam\b", " ".join(text.fold(w) for w in words)):
        return "date_line"
    if not name:
        return "no_name"
    return ""


def _take(
    reading: Reading,
    sheet: str,
    row: int,
    cells: Sequence[Cell],
    head: Mapping[str, int],
    known: Known,
    newest: int,
    section: tuple[str, str],
) -> None:
    def cell(meaning: str) -> Cell:
        column = head.get(meaning)
        return cells[column] if column is not None and column < len(cells) else ""

    form, name = split_name(cell("name"))
    if not is_name(name):
        reading.skipped.append(Skipped(sheet, row, "not_a_name", shown(cell("name"))))
        return
    phone, mended = phone_of(cell("phone"))
    if mended and not phone:
        reading.warnings.append(
            Warned(sheet, row, "phone_unreadable", name, shown(cell("phone")), "")
        )
    elif mended:
        reading.warnings.append(
            Warned(sheet, row, "phone_mended", name, shown(cell("phone")), phone)
        )
    area_words = shown(cell("area"))
    area = area_of(area_words, known) if area_words else section[1]
    if area_words and not area:
        reading.warnings.append(Warned(sheet, row, "area_unknown", name, area_words, ""))
    reading.people.append(
        Person(
            sheet=sheet,
            row=row,
            name=name,
            salutation=form or _form_of(shown(cell("salutation")), shown(cell("sex")), name),
            title=shown(cell("title")),
            group=section[0] or (known.household_group if area else ""),
            area=area,
            household=shown(cell("household")),
            address=shown(cell("address")),
            phone=phone,
            birth_year=year_of(cell("birth_year"), newest),
            note=shown(cell("note")),
        )
    )


def _form_of(salutation: str, sex: str, name: str) -> str:
    form = _FORMS.get(text.fold(salutation).strip(" .:"), "")
    if form:
        return form
    folded = text.fold(sex)
    if folded in {"nam", "nu"}:
        return "ông" if folded == "nam" else "bà"
    # The middle names Thị and Văn leave no doubt; anything else stays open.
    middle = {text.fold(word) for word in name.split()[1:-1]}
    if "thi" in middle:
        return "bà"
    return "ông" if "van" in middle else ""
