"""The thirty quirks of lists as wards send them, each with its test."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from xlsxwriter import Workbook

from kiosk.plugins.delegates.importer import report
from kiosk.plugins.delegates.rules import Known
from kiosk.plugins.delegates.rules import Person
from kiosk.plugins.delegates.rules import Reading
from tests.delegates import lists
from tests.delegates.lists import KNOWN
from tests.delegates.lists import YEAR

Rows = list[Any]
HEAD: list[Any] = ["TT", "Họ và tên", "Năm sinh", "Khu", "Địa chỉ", "Số điện thoại", "Ghi chú"]
HOA: list[Any] = [1, "Nguyễn Thị Hoa", 1961, "KĐ1", "Ngõ 7", "0900034905", ""]
BEN: list[Any] = [2, "Trần Văn Bền", 1955, "KĐ1", "Ngõ 5", "0900094643", ""]


def read(*sheets: Rows, name: str = "x.xlsx", known: Known = KNOWN) -> Reading:
    data = lists.as_xlsx([(f"S{i}", rows) for i, rows in enumerate(sheets, start=1)])
    return report.read(data, name, known, YEAR)


def one(row: list[Any], head: list[Any] = HEAD) -> tuple[Person, Reading]:
    """Read one row between two plain ones and return its person."""
    before = [9, *HOA[1:]] if head is HEAD else []
    found = read([head, row, *([before] if before else [])])
    return next(p for p in found.people if p.row == 2), found


def drawn(paint: Callable[[Any, Any], None]) -> Reading:
    """Read a workbook in which `paint(book, sheet)` wrote cells with their looks."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("S1")
        paint(book, sheet)
    return report.read(out.getvalue(), "x.xlsx", KNOWN, YEAR)


def names(reading: Reading) -> list[str]:
    return [person.name for person in reading.people]


def codes(reading: Reading) -> set[str]:
    return {warned.code for warned in reading.warnings}


def reasons(reading: Reading) -> list[str]:
    return [skipped.reason for skipped in reading.skipped]


def test_01_merged_titles_stand_above_the_head() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 6, "UBND PHƯỜNG TÂN DÂN")
        sheet.merge_range(2, 0, 2, 6, "DANH SÁCH HỌ TÊN ĐẠI BIỂU")
        sheet.write(4, 4, "Tân Dân, ngày 18 tháng 10 năm 2023")
        sheet.write_row(17, 0, HEAD)
        sheet.write_row(18, 0, HOA)

    found = drawn(paint)
    assert found.sheets[0]["header_row"] == 18
    assert names(found) == ["Nguyễn Thị Hoa"]


def test_02_a_head_of_two_rows_gives_sex_and_year() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 1, 0, "TT")
        sheet.merge_range(0, 1, 1, 1, "Họ và tên")
        sheet.merge_range(0, 2, 0, 3, "Năm sinh")
        sheet.write_row(1, 2, ["Nam", "Nữ"])
        sheet.merge_range(0, 4, 1, 4, "Khu")
        sheet.write_row(2, 0, [1, "Lê Hòa", 1950, "", "KĐ1"])
        sheet.write_row(3, 0, [2, "Vũ Hòa Bình", "", 1960, "KĐ2"])

    first, second = drawn(paint).people
    assert (first.birth_year, first.salutation) == (1950, "ông")
    assert (second.birth_year, second.salutation) == (1960, "bà")


def test_02_day_month_and_year_under_one_heading() -> None:
    rows = [
        ["TT", "Họ và tên", "Ngày sinh", "", "", "Khu"],
        ["", "", "Ngày", "Tháng", "Năm", ""],
        [1, "Lê Hòa", 14, 8, 1950, "KĐ1"],
    ]
    assert [p.birth_year for p in read(rows).people] == [1950]


def test_03_numbers_begin_again_under_group_rows() -> None:
    rows = [HEAD, ["I. Khu Kim Đồng I"], HOA, ["II", "KHU KIM ĐỒNG II"], [1, "Lê Văn An"]]
    found = read(rows)
    assert [(p.name, p.area) for p in found.people] == [
        ("Nguyễn Thị Hoa", "Khu Kim Đồng I"),
        ("Lê Văn An", "Khu Kim Đồng II"),
    ]
    assert reasons(found) == ["section", "section"]


@pytest.mark.parametrize(
    ("cell", "form", "name", "title"),
    [
        ("Đ/c Nguyễn Văn A - CT HĐND", "đồng chí", "Nguyễn Văn A", "CT HĐND"),
        ("Ông: Trần Văn Bền", "ông", "Trần Văn Bền", ""),
        ("Bà Nguyễn Thị Hoa", "bà", "Nguyễn Thị Hoa", ""),
        ("Cụ Lê Thị Mười", "bà", "Lê Thị Mười", ""),
        ("Đ/C: LÊ VĂN AN (Bí thư Đảng ủy)", "đồng chí", "Lê Văn An", "Bí thư Đảng ủy"),
        ("Ô. Phạm Văn C", "ông", "Phạm Văn C", ""),
        ("Nguyễn Văn A, Trưởng thôn", "ông", "Nguyễn Văn A", "Trưởng thôn"),
        ("3. Trần Văn B", "ông", "Trần Văn B", ""),
    ],
)
def test_04_title_in_the_name_cell(cell: str, form: str, name: str, title: str) -> None:
    person, found = one([1, cell, 1960, "KĐ1", "", "", ""])
    assert (person.salutation, person.name, person.title) == (form, name, title)
    assert codes(found) & {"name_split", "name_spaces"}


def test_05_name_in_two_columns() -> None:
    two = [["TT", "Họ đệm", "Tên", "NS"], [1, "Nguyễn Thị", "Hoa", 1961]]
    assert names(read(two)) == ["Nguyễn Thị Hoa"]
    under_one = [["TT", "Họ và tên", "", "NS"], *([i, "Nguyễn Thị", w, 1961 + i] for i, w in
                 enumerate(("Hoa", "Huệ", "Lan")))]  # fmt: skip
    assert names(read(under_one)) == ["Nguyễn Thị Hoa", "Nguyễn Thị Huệ", "Nguyễn Thị Lan"]


@pytest.mark.parametrize("cell", ["NGUYỄN THỊ VI", "nguyễn thị vi", "Nguyễn thị VI"])
def test_06_capitals_and_small_letters(cell: str) -> None:
    person, found = one([1, cell, 1960, "KĐ1", "", "", ""])
    assert person.name == "Nguyễn Thị Vi"
    assert "name_case" in codes(found)


def test_07_spaces_that_nobody_sees_and_a_second_line() -> None:
    person, found = one([1, "  Nguyễn\u00a0 Văn\u200b A\nTrưởng khu ", 1960, "KĐ1", "", "", ""])
    assert (person.name, person.title) == ("Nguyễn Văn A", "Trưởng khu")
    assert "name_split" in codes(found)


def test_08_phone_as_a_number_without_its_0() -> None:
    person, found = one([1, "Lê Văn An", 1960, "KĐ1", "", 900034905, ""])
    assert person.phone == "0900034905"
    warned = next(w for w in found.warnings if w.code == "phone_zero")
    assert (warned.row, warned.before, warned.after) == (2, "900034905", "0900034905")


def test_09_phone_that_became_a_power_of_ten() -> None:
    assert one([1, "Lê Văn An", 1960, "KĐ1", "", "912345678.0", ""])[0].phone == "0912345678"
    assert one([1, "Lê Văn An", 1960, "KĐ1", "", "9.12345678E+08", ""])[0].phone == "0912345678"
    person, found = one([1, "Lê Văn An", 1960, "KĐ1", "", "9.12E+08", ""])
    assert person.phone == ""
    assert "phone_unreadable" in codes(found)


def test_10_two_phones_and_words_in_the_cell() -> None:
    person, found = one([1, "Lê Văn An", 1960, "KĐ1", "", "0912345678/0987654321", "ốm"])
    assert (person.phone, person.note) == ("0912345678", "ốm; ĐT: 0987654321")
    assert "phone_several" in codes(found)
    assert one([1, "Lê Văn An", 1960, "KĐ1", "", "không có", ""])[0].phone == ""
    person, _ = one([1, "Lê Văn An", 1960, "KĐ1", "", "sđt con trai 0912345678", ""])
    assert (person.phone, person.note) == ("0912345678", "ĐT: sđt con trai")


def test_11_decomposed_letters_are_put_together() -> None:
    person, found = one([1, unicodedata.normalize("NFD", "Đỗ Văn Bền"), 1960, "KĐ1", "", "", ""])
    assert person.name == "Đỗ Văn Bền"
    assert "unicode_form" in codes(found)


def test_12_tcvn3_by_its_letters() -> None:
    person, found = one([1, "NguyÔn V¨n HËu", 1960, "KĐ1", "", "", ""])
    assert person.name == "Nguyễn Văn Hậu"
    warned = next(w for w in found.warnings if w.code == "font_tcvn3")
    assert (warned.before, warned.after) == ("NguyÔn V¨n HËu", "Nguyễn Văn Hậu")
    assert one([1, "Ng« §×nh", 1960, "KĐ1", "", "", ""])[0].name == "Ngô Đình"
    assert one([1, "D\xad¬ng ThÞ L\xadu", 1960, "KĐ1", "", "", ""])[0].name == "Dương Thị Lưu"


def test_12_tcvn3_by_its_font_also_capitals_typed_small() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, HOA)
        # Both words read well as they stand: only the font tells.
        sheet.write(2, 1, "Vò Hoa", book.add_format({"font_name": ".VnTime"}))
        sheet.write(3, 1, "nguyÔn v¨n hËu", book.add_format({"font_name": ".VnTimeH"}))
        sheet.write(2, 2, 1950)
        sheet.write(3, 2, 1951)

    assert names(drawn(paint)) == ["Nguyễn Thị Hoa", "Vũ Hoa", "Nguyễn Văn Hậu"]


def test_13_vni() -> None:
    for cell, name in (
        ("Nguyeãn Vaên Haäu", "Nguyễn Văn Hậu"),
        ("Ñoã Thò Höôøng", "Đỗ Thị Hường"),
        ("PHAÏM VAÊN ÑÖÙC", "Phạm Văn Đức"),
    ):
        person, found = one([1, cell, 1960, "KĐ1", "", "", ""])
        assert person.name == name
        assert "font_vni" in codes(found)


def test_14_one_legacy_column_beside_unicode() -> None:
    rows = [
        HEAD,
        [1, "NguyÔn V¨n HËu", 1960, "Kim Đồng II", "Xóm Chùa", "", "hộ nghèo"],
        [2, "Vò Hoa", 1961, "Kim Đồng II", "Ngõ 5", "", "Hà Nội"],
    ]
    first, second = read(rows).people
    assert (first.name, second.name) == ("Nguyễn Văn Hậu", "Vũ Hoa")
    assert (first.address, second.note) == ("Xóm Chùa", "Hà Nội")


def test_15_husband_and_wife_share_a_house_and_its_seat() -> None:
    rows = [
        HEAD,
        [1, "Nguyễn Văn Bền", 1950, "KĐ1", "Số nhà 61, ngõ 2", "", ""],
        [2, "Mạc Thị Thúy", 1953, "KĐ1", "Số nhà 61, ngõ 2", "", ""],
        [3, "Lê Văn An", 1953, "KĐ1", "Ngõ 2", "", ""],
        [4, "Lê Thị Sen", 1955, "KĐ1", "Ngõ 2", "", "cùng hộ số 3"],
        [5, "Bùi Văn Sơn", 1953, "KĐ1", "Ngõ 2", "", ""],
    ]
    found = read(rows)
    assert [p.home for p in found.people] == [1, 1, 2, 2, 3]
    assert [w.row for w in found.warnings if w.code == "same_household"] == [3, 5]
    assert report.as_json(found)["counts"]["households"] == 3
