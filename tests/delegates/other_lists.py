"""Lists in layouts that the reader was not written against, with the truth beside them.

Other words in the heads, names split otherwise, two tables in a sheet (under or beside each
other), titles between rows, whole tables in TCVN3 or VNI, columns nobody asked for.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tests.delegates import lists
from tests.delegates.lists import Made
from tests.delegates.lists import Truth

Rows = list[list[Any]]
AREAS = list(lists.SPELLINGS)
HEADS: dict[str, tuple[str, ...]] = {
    "number": ("T.T", "Số\nTT", "#", "Thứ tự", "stt.", "No."),
    "name": ("Họ tên công dân", "HỌ TÊN CHỦ HỘ", "Ông (bà)", "Họ, chữ đệm và tên", "Quý danh",
             "Tên người dự họp", "Họ và tên hộ dân", "Đại diện gia đình", "Thành viên"),
    "birth": ("N.sinh", "Sinh", "Ngày/tháng/năm sinh", "Năm sinh (DL)", "Tuổi", "NTNS"),
    "area": ("Tổ", "Thuộc tổ dân phố", "Cụm dân cư", "Đơn vị khu", "Khu phố (thôn)", "TDP"),
    "address": ("Nơi cư trú", "Hộ khẩu thường trú", "Số nhà", "Chỗ ở", "Nơi thường trú"),
    "phone": ("Điện thoại (Zalo)", "SĐT liên lạc", "Số máy", "Tel", "ĐTDĐ", "Số đt liên hệ"),
    "note": ("G/c", "Lưu ý", "Ghi chú khác"),
    "extra": ("Diện hộ", "Số khẩu", "Tôn giáo", "Nội dung quan tâm", "Trình độ", "Ý kiến"),
}  # fmt: skip
MIDDLE = (
    ["UBND PHƯỜNG TÂN DÂN", "", "", "Trang 2"],
    ["DANH SÁCH (tiếp theo)"],
    ["Tiếp trang trước"],
    ["", "Chuyển trang sau"],
)


def people(draw: Random, area: str, least: int = 6) -> list[Truth]:
    return [lists.person(draw, area) for _ in range(draw.randrange(least, 20))]


def head(draw: Random, fields: list[str]) -> list[Any]:
    return [draw.choice(HEADS[name]) if name in HEADS else name for name in fields]


def cells(draw: Random, fields: list[str], made: list[Any], index: int, member: Truth) -> list[Any]:
    row: list[Any] = []
    for title, name in zip(made, fields, strict=True):
        value: Any = {
            "number": draw.choice((index + 1, f"{index + 1:02d}", f"{index + 1}.")),
            "name": member.name,
            "birth": member.birth_year or "",
            "area": draw.choice(lists.SPELLINGS.get(member.area, ("",))),
            "address": f"Số {index + 1}, ngõ {draw.randrange(1, 9)}",
            "phone": lists.phone_cell(draw, member.phone),
            "note": draw.choice(("", "", "ốm", "hộ nghèo")),
            "extra": draw.choice(("4", "Không", "cống thoát nước", "")),
            "Tên": member.name.rsplit(" ", 1)[1],
            "Họ và tên lót": member.name.rsplit(" ", 1)[0],
            "Họ": member.name.split(" ", 1)[0],
            "Chữ đệm": " ".join(member.name.split()[1:-1]),
        }[name]
        if title == "Tuổi" and value:
            value = lists.YEAR - value
        row.append(value)
    return row


def _columns(draw: Random, *more: str) -> list[str]:
    rest = ["name", "birth", "phone", "address", "note", *more]
    if draw.random() < 0.5:
        rest.insert(draw.randrange(len(rest)), "extra")
    draw.shuffle(rest)
    return ["number", *rest]


def _dressed(draw: Random, rows: Rows, count: int) -> Rows:
    return [*lists.titles(draw), *rows, *lists.foot(draw, count)]


def middle_titles(draw: Random) -> tuple[Rows, list[Truth]]:
    """Titles and the head again in the middle, as printed pages have them."""
    fields = _columns(draw, "area")
    made = head(draw, fields)
    truth = [member for area in AREAS[:2] for member in people(draw, area)]
    rows: Rows = [made]
    for index, member in enumerate(truth):
        if index and index % 9 == 0:
            rows += [draw.choice(MIDDLE), *([made] if draw.random() < 0.6 else [])]
        rows.append(cells(draw, fields, made, index, member))
    return _dressed(draw, rows, len(truth)), truth


def two_tables(draw: Random) -> tuple[Rows, list[Truth]]:
    """Two tables under each other, each with its own columns and area."""
    rows: Rows = []
    truth: list[Truth] = []
    for number, area in enumerate(AREAS[:2], start=1):
        fields = _columns(draw)
        made = head(draw, fields)
        members = people(draw, area)
        rows.append([f"{number}. {area}"])
        rows.append(made)
        rows += [cells(draw, fields, made, i, member) for i, member in enumerate(members)]
        rows.append([])
        truth += members
    return rows, truth


def side_by_side(draw: Random) -> tuple[Rows, list[Truth]]:
    """Two halves of one table beside each other, to save paper."""
    fields = ["number", "name", "birth", "phone"]
    made = head(draw, fields)
    truth = people(draw, AREAS[0], 8)
    half = -(-len(truth) // 2)
    gap = [""] * draw.randrange(2)
    rows: Rows = [[f"DANH SÁCH {AREAS[0].upper()}"], [*made, *gap, *made]]
    for index in range(half):
        row = cells(draw, fields, made, index, truth[index])
        if index + half < len(truth):
            row += [*gap, *cells(draw, fields, made, index + half, truth[index + half])]
        rows.append(row)
    return rows, truth


def split_names(draw: Random) -> tuple[Rows, list[Truth]]:
    """Names in two or three columns."""
    parts = draw.choice((["Họ và tên lót", "Tên"], ["Họ", "Chữ đệm", "Tên"]))
    fields = ["number", *parts, "birth", "area", "phone"]
    made = head(draw, fields)
    truth = [member for area in AREAS for member in people(draw, area)]
    rows = [made, *(cells(draw, fields, made, i, member) for i, member in enumerate(truth))]
    return _dressed(draw, rows, len(truth)), truth


def whole_legacy(draw: Random) -> tuple[Rows, list[Truth]]:
    """A whole table typed in an old font: titles, heads, names, areas."""
    fields = _columns(draw, "area")
    made = head(draw, fields)
    truth = [member for area in AREAS[:2] for member in people(draw, area)]
    rows = [made, *(cells(draw, fields, made, i, member) for i, member in enumerate(truth))]
    dressed = _dressed(draw, rows, len(truth))
    turn = draw.choice((lists.to_tcvn3, lists.to_vni))
    return [[turn(c) if isinstance(c, str) else c for c in row] for row in dressed], truth


KINDS = (middle_titles, two_tables, side_by_side, split_names, whole_legacy)


def make(kind: int, seed: int) -> Made:
    """Return a list of one kind as a file."""
    draw = Random(seed * 10 + kind)
    rows, truth = KINDS[kind](draw)
    return lists._file(draw, [("Sheet1", rows)], truth, seed, csv_too=kind != 4)
