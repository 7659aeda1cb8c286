"""Made-up lists as wards send them, in many layouts, with the truth beside them.

Everybody is invented; phones are numbers that reach nobody (09000xxxxx and the like).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from random import Random
from typing import Any

import xlwt
from xlsxwriter import Workbook

from kiosk.demo import residents
from kiosk.plugins.delegates import legacy_fonts
from kiosk.plugins.delegates.rules import Known
from kiosk.plugins.delegates.rules import KnownGroup

Sheets = list[tuple[str, list[list[Any]]]]

YEAR = 2023
KNOWN = Known(
    (
        ("Khu Kim Đồng I", ("KĐ1", "K.Đồng 1")),
        ("Khu Kim Đồng II", ("KĐ2", "K.Đồng 2")),
        ("Tổ dân phố Vạn Chánh 3", ("VC3",)),
    ),
    (
        KnownGroup("A", "Đại biểu thị xã", "official", 3, ("Ủy ban MTTQ thị xã",)),
        KnownGroup("B", "Lãnh đạo phường", "official", 7, ("Ban Thường vụ Đảng ủy",
                   "Thường trực HĐND", "Lãnh đạo UBND phường")),
        KnownGroup("C", "Mặt trận Tổ quốc và đoàn thể", "official", 5, ("Ủy ban MTTQ phường",)),
        KnownGroup("D", "Cán bộ, công chức, các ngành", "official", 14, ("Công an phường",)),
        KnownGroup("E", "Đại biểu khu", "household", 0),
    ),
)  # fmt: skip
SPELLINGS = {
    "Khu Kim Đồng I": ("Kim Đồng I", "KĐ1", "Kim Đồng 1", "K.Đồng I", "kim dong I", "Khu KĐ I"),
    "Khu Kim Đồng II": ("Kim Đồng II", "KĐ2", "Kim Đồng 2", "KĐ II", "K.Đồng 2", "Khu Kim Đồng 2"),
    "Tổ dân phố Vạn Chánh 3": ("Vạn Chánh 3", "TDP Vạn Chánh 3", "Tổ Vạn Chánh 3", "VC3"),
}
HEADS: dict[str, tuple[str, ...]] = {
    "number": ("STT", "TT", "Số TT", "Stt"),
    "name": ("Họ và tên", "HỌ VÀ TÊN", "Họ tên", "Họ & tên", "HO VA TEN", "Họ và tên đại biểu",
             "Họ tên đại diện hộ", "Người đại diện hộ", "Họ và tên người được mời"),
    "birth": ("Năm sinh", "NS", "Ngày sinh", "Ngày, tháng, năm sinh", "NAM SINH", "Sinh năm"),
    "area": ("Khu", "Khu dân cư", "Tổ dân phố", "Khu/Tổ", "Thuộc khu", "KHU", "Địa bàn"),
    "address": ("Địa chỉ", "Nơi ở", "Chỗ ở hiện nay", "Đ/C", "Địa chỉ thường trú", "Số nhà, ngõ"),
    "phone": ("Số điện thoại", "ĐT", "SĐT", "Điện thoại liên hệ", "Số ĐT", "DIEN THOAI", "Di động"),
    "note": ("Ghi chú", "GHI CHÚ", "Ghi chu"),
    "title": ("Chức vụ, đơn vị", "Chức vụ", "Chức danh", "Đơn vị công tác"),
    "people": ("Dân tộc",),
    "trade": ("Nghề nghiệp",),
    "card": ("Số CCCD", "CCCD/CMND"),
    "sign": ("Ký nhận", "Chữ ký"),
    "relation": ("Quan hệ với chủ hộ", "Q.hệ"),
}  # fmt: skip
OFFICES = {
    "A": ("A. ĐẠI BIỂU THỊ XÃ", ("Phó Chủ tịch Ủy ban MTTQ thị xã", "Thị ủy viên")),
    "B": ("B. LÃNH ĐẠO PHƯỜNG", ("Bí thư Đảng ủy", "Chủ tịch UBND phường", "Phó Chủ tịch HĐND")),
    "C": ("C. MTTQ VÀ CÁC ĐOÀN THỂ", ("Chủ tịch Hội Nông dân", "Bí thư Đoàn Thanh niên")),
    "D": (
        "D. CÁN BỘ, CÔNG CHỨC",
        ("Trưởng Công an phường", "Công chức Tư pháp", "Trạm trưởng Y tế"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What should be understood of one person."""

    name: str
    phone: str = ""
    area: str = ""
    group: str = ""
    birth_year: int | None = None


@dataclass
class Made:
    """A list as a file, and the people in it."""

    filename: str
    data: bytes
    truth: list[Truth]
    sheets: Sheets = field(default_factory=list)


def person(draw: Random, area: str) -> Truth:
    """Return somebody who does not exist."""
    woman = draw.random() < 0.45
    phone = f"0{draw.choice('35789')}000{draw.randrange(100_000):05d}"
    return Truth(
        residents._name(draw, woman),
        phone if draw.random() < 0.85 else "",
        area,
        "E",
        draw.randrange(1935, 1999) if draw.random() < 0.95 else None,
    )


def phone_cell(draw: Random, phone: str) -> Any:
    if not phone:
        return draw.choice(("", "", "không có"))
    tail = phone[1:]
    return draw.choice(
        (
            phone,
            int(tail),
            float(tail),
            f"{phone[:4]}.{phone[4:7]}.{phone[7:]}",
            f"{phone[:4]} {phone[4:7]} {phone[7:]}",
            f"+84 {tail}",
            f"84{tail}",
            f"{phone}/0900099999",
            f"{phone} (con trai)",
            f"{tail}.0",
        )
    )


def birth_cell(draw: Random, year: int | None) -> Any:
    if year is None:
        return ""
    return draw.choice(
        (
            year,
            year,
            str(year),
            f"14/8/{year}",
            f"14.08.{year}",
            f"5/3/{year % 100:02d}",
            f"{year} ",
        )
    )


Style = Callable[[Random, str], str]
NAMES: dict[str, Style] = {
    "plain": lambda draw, name: name,
    "capitals": lambda draw, name: name.upper(),
    "small": lambda draw, name: name.lower(),
    "decomposed": lambda draw, name: unicodedata.normalize("NFD", name),
    "form": lambda draw, name: draw.choice(("Ông ", "Bà: ", "Đ/c ", "ông ", "Cụ ")) + name,
    "spaces": lambda draw, name: f" {name.replace(' ', '  ', 1)}\u00a0",
    "tcvn3": lambda draw, name: to_tcvn3(name),
    "vni": lambda draw, name: to_vni(name),
    "mixed": lambda draw, name: draw.choice((name, name.upper(), f"{name}\nTrưởng nhóm")),
}
_TO_TCVN3 = {letter: code for code, letter in legacy_fonts.TCVN3_TABLE.items()}
_TO_VNI = {
    letter: code
    for code, letter in legacy_fonts.VNI_TABLE.items()
    if code.islower() or code.isupper() or len(code) == 1
}


def to_tcvn3(words: str) -> str:
    """Type a text with a TCVN3 keyboard; capitals with tones become small letters."""
    return "".join(_TO_TCVN3.get(c) or _TO_TCVN3.get(c.lower(), c) for c in words)


def to_vni(words: str) -> str:
    """Type a text with a VNI keyboard."""
    return "".join(_TO_VNI.get(c, c) for c in words)


def titles(draw: Random) -> list[list[Any]]:
    many = [
        ["ỦY BAN NHÂN DÂN", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["PHƯỜNG TÂN DÂN", "", "", "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["DANH SÁCH ĐẠI BIỂU MỜI DỰ HỘI NGHỊ ĐỐI THOẠI"],
        ["(Kèm theo Giấy mời số      /GM-UBND ngày 18 tháng 10 năm 2023)"],
        ["Thời gian: 13 giờ 30 phút, ngày 26/10/2023 tại Nhà văn hóa khu Kim Đồng I"],
        [],
    ]
    return many[: draw.choice((0, 3, 4, 5, 7))]


def foot(draw: Random, count: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    if draw.random() < 0.7:
        rows.append(draw.choice(([f"Tổng cộng: {count} người"], ["", f"Cộng: {count}"],
                                 [f"(Danh sách này có {count} người)"])))  # fmt: skip
    if draw.random() < 0.7:
        rows += [
            [],
            ["", "", "", "Tân Dân, ngày 18 tháng 10 năm 2023"],
            draw.choice((["NGƯỜI LẬP BIỂU", "", "", "TM. UBND PHƯỜNG"],
                         ["", "Người lập", "", "TRƯỞNG KHU"], ["XÁC NHẬN CỦA UBND"])),
            ["(Ký, ghi rõ họ tên)"],
            [],
            ["Đỗ Thị Hường", "", "", "Đinh Văn Huấn"],
        ]  # fmt: skip
    return rows


def households(seed: int) -> Made:
    """Return a list of households in some layout."""
    draw = Random(seed)
    areas = list(SPELLINGS)[: draw.choice((1, 2, 3))]
    where = draw.choice(("column", "sections", "sheets", "column", "address"))
    style = NAMES[draw.choice([*NAMES])]
    by_area = {area: [person(draw, area) for _ in range(draw.randrange(8, 30))] for area in areas}
    fields = ["number", "name", "birth", "phone", "address", "note"]
    fields += draw.sample(["people", "trade", "card", "sign", "relation"], draw.choice((0, 1, 2)))
    if where == "column":
        fields.append("area")
    first = fields[:1] if draw.random() < 0.9 else []
    rest = fields[1:]
    if draw.random() < 0.6:
        draw.shuffle(rest)
    layout = _Layout(draw, [*first, *rest], style, where, draw.random() < 0.25)
    if where == "sheets":
        sheets = [(SPELLINGS[area][0], layout.sheet({area: by_area[area]})) for area in areas]
    else:
        sheets = [("DS hộ", layout.sheet(by_area))]
    truth = [p for area in areas for p in by_area[area]]
    return _file(draw, sheets, truth, seed, csv_too=where != "sheets")


class _Layout:
    """How one office writes its lists."""

    def __init__(
        self, draw: Random, fields: list[str], style: Style, where: str, split: bool
    ) -> None:
        self.draw, self.fields, self.style, self.where = draw, fields, style, where
        self.split = split and "plain" in [k for k, v in NAMES.items() if v is style]
        self.sexes = draw.random() < 0.2
        self.heads = {name: draw.choice(words) for name, words in HEADS.items()}
        self.again = draw.random() < 0.2
        self.counted = draw.random() < 0.2
        self.as_above = draw.random() < 0.3

    def head(self) -> list[list[Any]]:
        top: list[Any] = []
        low: list[Any] = []
        for name in self.fields:
            top.append(self.heads[name])
            low.append("")
            if name == "name" and self.split:
                low[-1:] = ["Họ đệm", "Tên"]
                top.append("")
            if name == "birth" and self.sexes:
                low[-1:] = ["Nam", "Nữ"]
                top.append("")
        rows = [top, low] if any(low) else [top]
        if self.counted:
            rows.append([f"({i})" for i in range(1, len(top) + 1)])
        return rows

    def sheet(self, by_area: dict[str, list[Truth]]) -> list[list[Any]]:
        rows = [*titles(self.draw), *self.head()]
        for number, (area, members) in enumerate(by_area.items(), start=1):
            if self.where == "sections":
                rows.append([f"{'I' * number}. {area.upper()}"])
            for index, member in enumerate(members):
                if self.again and index == 10:
                    rows += self.head()[:1]
                rows.append(self.row(index, member))
            if self.draw.random() < 0.4:
                rows.append(["", f"Cộng: {len(members)}"])
            if self.draw.random() < 0.3:
                rows.append([])
        return [*rows, *foot(self.draw, sum(map(len, by_area.values())))]

    def row(self, index: int, member: Truth) -> list[Any]:
        cells: list[Any] = []
        for name in self.fields:
            cells += self.cell(name, index, member)
        return cells

    def cell(self, name: str, index: int, member: Truth) -> list[Any]:
        draw = self.draw
        if name == "name":
            if self.split:
                return list(member.name.rsplit(" ", 1))
            return [self.style(draw, member.name)]
        if name == "birth" and self.sexes:
            woman = "Thị" in member.name.split()
            year = member.birth_year or ""
            return ["", year] if woman else [year, ""]
        made: dict[str, Any] = {
            "number": index + 1,
            "birth": birth_cell(draw, member.birth_year),
            "phone": phone_cell(draw, member.phone),
            "area": draw.choice(SPELLINGS.get(member.area, ("",))),
            "address": self.address(index, member),
            "note": draw.choice(("", "", "", "ốm", "chuyển đi", "hộ nghèo")),
            "people": "Kinh",
            "trade": draw.choice(("Làm ruộng", "Hưu trí", "Buôn bán")),
            "card": f"099{draw.randrange(10**9):09d}",
            "sign": "",
            "relation": draw.choice(("Chủ hộ", "Vợ", "Con")),
        }
        if name == "area" and self.as_above and index % 5:
            return [draw.choice(("nt", "//", "-nt-"))]
        return [made[name]]

    def address(self, index: int, member: Truth) -> str:
        house = f"Số nhà {index + 1}, ngõ {self.draw.randrange(1, 9)}"
        if self.where == "address":
            return f"{house}, {member.area}, phường Tân Dân"
        return self.draw.choice((house, f"Ngõ {self.draw.randrange(1, 9)}", "Xóm Chùa"))


def officials(seed: int) -> Made:
    """Return a list of officials by body."""
    draw = Random(seed)
    fields = ["number", "name", "title", "phone", "note"]
    if draw.random() < 0.3:
        fields[2:4] = ["phone", "title"]
    heads = [draw.choice(HEADS[name]) for name in fields]
    rows = [*titles(draw), heads]
    truth = []
    for code, (heading, offices) in OFFICES.items():
        in_cell = draw.random() < 0.3
        letter, _, words = heading.partition(". ")
        rows.append([letter, words] if in_cell else [heading])
        for index in range(draw.randrange(2, 8)):
            made = person(draw, "")
            member = Truth(made.name, made.phone, "", code, None)
            truth.append(member)
            cell = {
                "number": index + 1,
                "name": draw.choice(("Đ/c ", "Ông ", "Bà ", "")) + member.name,
                "title": draw.choice(offices),
                "phone": phone_cell(draw, member.phone),
                "note": "",
            }
            rows.append([cell[name] for name in fields])
    rows += foot(draw, len(truth))
    return _file(draw, [("Thành phần", rows)], truth, seed)


def _file(
    draw: Random, sheets: Sheets, truth: list[Truth], seed: int, csv_too: bool = True
) -> Made:
    kinds = ["xlsx", "xlsx", "xls", "csv"] if csv_too else ["xlsx", "xls"]
    kind = draw.choice(kinds)
    data = as_csv(draw, sheets) if kind == "csv" else _BOOKS[kind](sheets)
    return Made(f"list-{seed}.{kind}", data, truth, sheets)


def as_xlsx(sheets: Sheets) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
    return out.getvalue()


def as_xls(sheets: Sheets) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets:
        sheet = book.add_sheet(name)
        for index, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(index, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(draw: Random, sheets: Sheets) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=draw.choice(";,\t")).writerows(sheets[0][1])
    words = out.getvalue()
    if legacy_fonts.can_be_legacy(words) and not words.isascii():
        return words.encode("latin-1", "replace")
    return words.encode(draw.choice(("utf-8", "utf-8-sig", "utf-16")))


def to_1258(words: str) -> bytes:
    """Return the text as windows-1258: letters, then tones as marks of their own."""
    out = []
    for char in unicodedata.normalize("NFC", words):
        try:
            out.append(char.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            out.append((base + tones).encode("cp1258"))
    return b"".join(out)


_BOOKS: dict[str, Callable[[Sheets], bytes]] = {"xlsx": as_xlsx, "xls": as_xls}
