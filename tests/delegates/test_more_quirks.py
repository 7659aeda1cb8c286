"""More of the quirks of real lists, each with a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest

from kiosk.documents import spreadsheet
from kiosk.plugins.delegates.importer import report
from kiosk.plugins.delegates.rules import Known
from kiosk.plugins.delegates.rules import KnownGroup
from tests.delegates import lists
from tests.delegates.lists import KNOWN
from tests.delegates.lists import YEAR
from tests.delegates.test_quirks import BEN
from tests.delegates.test_quirks import HEAD
from tests.delegates.test_quirks import HOA
from tests.delegates.test_quirks import Rows
from tests.delegates.test_quirks import codes
from tests.delegates.test_quirks import drawn
from tests.delegates.test_quirks import names
from tests.delegates.test_quirks import one
from tests.delegates.test_quirks import read
from tests.delegates.test_quirks import reasons


def test_16_the_same_person_on_two_sheets() -> None:
    again = [7, "Nguyễn Thị Hoa", 1961, "Kim Đồng 1", "", "", ""]
    found = read([HEAD, HOA, BEN], [HEAD, again])
    assert names(found) == ["Nguyễn Thị Hoa", "Trần Văn Bền"]
    assert [(s.sheet, s.row, s.reason) for s in found.skipped] == [("S2", 2, "twice")]


def test_16_two_people_of_one_name_stay_two() -> None:
    rows = [
        HEAD,
        [1, "Nguyễn Văn Hùng", 1960, "KĐ1", "Số nhà 1, ngõ 2", "0900000001", ""],
        [2, "Nguyễn Văn Hùng", 1972, "KĐ1", "Số nhà 9, ngõ 2", "0900000002", ""],
        [3, "Nguyễn Văn Hùng", 1960, "KĐ1", "Số nhà 5, ngõ 2", "0900000003", ""],
    ]
    found = read(rows)
    assert len(found.people) == 3
    assert [w.row for w in found.warnings if w.code == "same_name"] == [4]


def test_17_blank_rows_sums_and_signatures() -> None:
    rows = [
        HEAD, HOA, [], BEN, ["", "Cộng: 56"], ["Tổng số: 100 hộ"],
        ["", "", "", "Tân Dân, ngày 18 tháng 10 năm 2023"], ["NGƯỜI LẬP BIỂU", "", "TRƯỞNG KHU"],
        ["(Ký, ghi rõ họ tên)"], [], ["Đỗ Thị Hường", "", "Đinh Văn Huấn"],
    ]  # fmt: skip
    found = read(rows)
    assert names(found) == ["Nguyễn Thị Hoa", "Trần Văn Bền"]
    assert reasons(found) == ["sum", "sum", "date_line", "signature", "signature", "signature"]


def test_17_a_person_named_tong_is_no_sum() -> None:
    assert one([1, "Tống Văn Cộng", 1960, "KĐ1", "", "", ""])[0].name == "Tống Văn Cộng"


@pytest.mark.parametrize(
    ("cell", "year", "code"),
    [
        ("1965", 1965, ""),
        ("14/8/65", 1965, "birth_short"),
        (23603, 1964, "birth_serial"),
        ("14.08.1965", 1965, ""),
        (date(1965, 8, 14), 1965, ""),
        ("2065", None, "birth_unreadable"),
        ("5/3/05", 2005, "birth_short"),
        ("58 tuổi", 1965, "birth_age"),
    ],
)
def test_18_birth_in_every_shape(cell: object, year: int | None, code: str) -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [1, "Lê Văn An"])
        if isinstance(cell, date):
            sheet.write_datetime(1, 2, cell, book.add_format({"num_format": "dd/mm/yyyy"}))
        else:
            sheet.write(1, 2, cell)
        sheet.write_row(2, 0, HOA)

    found = drawn(paint)
    assert found.people[0].birth_year == year
    assert {c for c in codes(found) if c.startswith("birth")} == ({code} if code else set())


def test_18_a_column_of_ages() -> None:
    found = read([["TT", "Họ tên", "Tuổi"], [1, "Lê Văn An", 58], [2, "Bùi Thị Sen", 60]])
    assert [p.birth_year for p in found.people] == [1965, 1963]


def test_19_a_date_the_american_way() -> None:
    person, found = one([1, "Lê Văn An", "08/14/1965", "KĐ1", "", "", ""])
    assert person.birth_year == 1965
    assert "birth_swapped" in codes(found)


@pytest.mark.parametrize("cell", ["KĐ1", "Kim Đồng 1", "K.Đồng I", "kim dong I", "Khu K.Đ 1"])
def test_20_areas_by_any_spelling(cell: str) -> None:
    assert one([1, "Lê Văn An", 1965, cell, "", "", ""])[0].area == "Khu Kim Đồng I"
    person, found = one([1, "Lê Văn An", 1965, "B.Minh", "", "", ""])
    assert person.area == ""
    assert "area_unknown" in codes(found)


def test_21_hidden_rows_are_told_and_sheets_tell_the_area() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, HOA)
        sheet.write_row(2, 0, BEN)
        sheet.set_row(2, None, None, {"hidden": True})
        other = book.add_worksheet("KĐ2")
        other.write_row(0, 0, ["TT", "Họ tên", "NS"])
        other.write_row(1, 0, [1, "Lê Văn An", 1960])
        book.add_worksheet("cũ").hide()

    found = drawn(paint)
    assert names(found) == ["Nguyễn Thị Hoa", "Lê Văn An"]
    assert found.people[1].area == "Khu Kim Đồng II"
    assert [(s.row, s.reason) for s in found.skipped] == [(3, "hidden"), (1, "hidden_sheet")]


def test_22_formulas_give_what_they_show() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_formula(1, 0, "=ROW()-1", None, 1)
        sheet.write_row(1, 1, ["Lê Văn An", 1960])
        sheet.write_formula(1, 3, "=VLOOKUP(1,A:B,2)", None, "KĐ1")
        sheet.write_formula(1, 5, "=NA()", None, "#N/A")

    person = drawn(paint).people[0]
    assert (person.area, person.phone, person.note) == ("Khu Kim Đồng I", "", "")


TABLE: Rows = [["STT", "Họ và tên", "Năm sinh", "Khu"], [1, "Nguyễn Thị Hoa", 1961, "Kim Đồng I"],
         [2, "Đỗ Văn Bền", 1955, "Kim Đồng II"]]  # fmt: skip


def _encodings() -> dict[str, Callable[[str], bytes]]:
    return {
        "utf-8": lambda words: words.encode(),
        "utf-8-sig": lambda words: words.encode("utf-8-sig"),
        "utf-16": lambda words: words.encode("utf-16"),
        "utf-16-le without mark": lambda words: words.encode("utf-16-le"),
        "windows-1258": lists.to_1258,
        "tcvn3": lambda words: lists.to_tcvn3(words).encode("latin-1"),
        "vni": lambda words: lists.to_vni(words).encode("latin-1"),
    }


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", _encodings())
def test_23_csv_in_every_encoding_and_separator(encoding: str, separator: str) -> None:
    words = "\r\n".join(separator.join(map(str, row)) for row in TABLE)
    found = report.read(_encodings()[encoding](words), "x.csv", KNOWN, YEAR)
    assert [(p.name, p.area, p.birth_year) for p in found.people] == [
        ("Nguyễn Thị Hoa", "Khu Kim Đồng I", 1961),
        ("Đỗ Văn Bền", "Khu Kim Đồng II", 1955),
    ]


def test_23_the_old_workbook() -> None:
    found = report.read(lists.as_xls([("DS", TABLE)]), "x.xls", KNOWN, YEAR)
    assert names(found) == ["Nguyễn Thị Hoa", "Đỗ Văn Bền"]


@pytest.mark.parametrize("number", [99165000123, "'099165000123", "1.2E+11", "099165000123"])
def test_24_identity_numbers_are_left_out_and_told(number: object) -> None:
    rows = [["TT", "Họ và tên", "Số CCCD", "NS"], *([i, name, number, 1960 + i] for i, name in
            enumerate(("Lê Văn An", "Bùi Thị Sen", "Vũ Văn Sơn"), start=1))]  # fmt: skip
    found = read(rows)
    assert len(found.people) == 3
    assert "id_left_out" in codes(found)
    assert "99165000123" not in str(report.as_json(found))
    assert all(p.phone == "" for p in found.people)


def test_25_struck_and_red_rows() -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, HOA)
        sheet.write_row(2, 0, BEN, book.add_format({"font_strikeout": True}))
        red = book.add_format({"font_color": "#FF0000"})
        sheet.write_row(3, 0, [3, "Lê Văn An", 1960], red)

    found = drawn(paint)
    assert names(found) == ["Nguyễn Thị Hoa", "Lê Văn An"]
    assert [(s.row, s.reason) for s in found.skipped] == [(3, "struck")]
    assert [(w.row, w.code) for w in found.warnings if w.code == "red_row"] == [(4, "red_row")]


@pytest.mark.parametrize("note", ["chết", "chuyển đi", "ốm", "Đã mất năm 2020"])
def test_26_notes_are_kept_and_pointed_at(note: str) -> None:
    person, found = one([1, "Lê Văn An", 1960, "KĐ1", "", "", note])
    assert person.note == note
    assert "note_check" in codes(found)


@pytest.mark.parametrize("mark", ["nt", "-", "//", '"', "như trên", "- nt -"])
def test_27_as_above(mark: str) -> None:
    rows = [HEAD, HOA, [2, "Lê Văn An", 1960, mark, mark, "", ""], [3, *BEN[1:3], mark, "", "", ""]]
    found = read(rows)
    assert [p.area for p in found.people] == ["Khu Kim Đồng I"] * 3
    assert found.people[1].address == "Ngõ 7"
    assert "filled_down" in codes(found)


def test_28_heads_without_accents_and_d_c_by_its_content() -> None:
    plain = [["TT", "HO VA TEN", "NS", "ĐT", "Đ/C"], [1, "Lê Văn An", 1960, 900034905, "Ngõ 7"],
             [2, "Bùi Thị Sen", 1961, "", "Số nhà 5"]]  # fmt: skip
    assert [(p.name, p.address) for p in read(plain).people] == [
        ("Lê Văn An", "Ngõ 7"),
        ("Bùi Thị Sen", "Số nhà 5"),
    ]
    comrades = [["TT", "Đ/C", "Chức vụ", "ĐT"], [1, "Lê Văn An", "Bí thư Đảng ủy", 900034905],
                [2, "Bùi Thị Sen", "Phó Bí thư", ""]]  # fmt: skip
    assert names(read(comrades)) == ["Lê Văn An", "Bùi Thị Sen"]


@pytest.mark.parametrize("words", ["=1+1", "+84", "@SUM(A1)", "-cmd"])
def test_29_cells_that_look_like_formulas_stay_text(words: str) -> None:
    person, _found = one([1, "Lê Văn An", 1960, "KĐ1", "", "", words])
    assert person.note == words
    table = spreadsheet.as_csv(spreadsheet.Table("x", ("note",), [(person.note,)]))
    assert f"'{words}" in table
    named = read([HEAD, [1, f"={words}", 1960, "KĐ1", "", "", ""], HOA])
    assert names(named) == ["Nguyễn Thị Hoa"]
    assert reasons(named) == ["not_a_name"]


def test_30_more_households_than_places() -> None:
    known = Known(KNOWN.areas, [KnownGroup("E", "Đại biểu khu", "household", 100)])
    draw = Random(30)
    people = [lists.person(draw, "") for _ in range(300)]
    rows = [HEAD, *([i, p.name, 1935 + i % 60, "KĐ1", f"Số nhà {i}", "", ""]
            for i, p in enumerate(people, start=1))]  # fmt: skip
    found = read(rows, known=known)
    assert len(found.people) + len(found.skipped) == 300
    reserve = [w for w in found.warnings if w.code == "reserve"]
    assert len(reserve) == len(found.people) - 100
    assert reserve[0].row == found.people[100].row
