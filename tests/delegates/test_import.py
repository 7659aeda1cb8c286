"""Bringing a list in: what is understood, what is left out, what is refused."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from xlsxwriter import Workbook

from kiosk.cli import main
from kiosk.plugins.delegates.importer.parse.cells import plain
from kiosk.plugins.delegates.importer.parse.phones import read_phones
from tests.conftest import Known
from tests.conftest import Person

ROWS: list[list[Any]] = [
    ["ỦY BAN NHÂN DÂN", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["DANH SÁCH"],
    [],
    ["TT", "Họ và tên", "Năm sinh", "Khu", "Địa chỉ", "Số điện thoại", "Ghi chú"],
    ["I. KHU KIM ĐỒNG I"],
    [1, "Nguyễn Thị Hoa", 1961, "Kim Đồng I", "Ngõ 7", 900034905, ""],
    [2, unicodedata.normalize("NFD", "Đỗ Văn Bền"), 1955, "KĐ1", "Ngõ 5", "0900.094.643", "ốm"],
    ["", "Cộng: 2"],
    ["II. KHU KIM ĐỒNG II"],
    [1, "Đ/c Trần Văn Lực", "14/8/1970", "Kim Đồng II", "", "không có", ""],
    [2, "", 1970, "", "", "", ""],
    [3, "12345", 1970, "", "", "", ""],
    ["", "", "", "", "Tân Dân, ngày 18 tháng 10 năm 2023"],
    ["NGƯỜI LẬP BIỂU"],
    ["Đỗ Thị Hường"],
]


def _xlsx(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("DS hộ")
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    return out.getvalue()


Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, meeting: Known, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    return lambda *arguments: CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def tidy(tmp_path: Path) -> Path:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(_xlsx(ROWS))
    return path


def test_a_tidy_list_is_read_with_a_report(run: Run, tidy: Path) -> None:
    result = run("import", "kd", tidy, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["file"] == "danh-sach.xlsx"
    assert report["sheets"][0]["header_row"] == 4
    assert report["sheets"][0]["columns"]["name"] == "Họ và tên"
    people = {person["name"]: person for person in report["delegates"]}
    assert set(people) == {"Nguyễn Thị Hoa", "Đỗ Văn Bền", "Trần Văn Lực"}
    hoa = people["Nguyễn Thị Hoa"]
    assert (hoa["row"], hoa["birth_year"], hoa["salutation"]) == (6, 1961, "bà")
    assert (hoa["area"], hoa["phone"]) == ("Khu Kim Đồng I", "0900034905")
    assert people["Đỗ Văn Bền"]["phone"] == "0900094643"
    assert people["Đỗ Văn Bền"]["note"] == "ốm"
    assert people["Trần Văn Lực"]["salutation"] == "đồng chí"
    assert people["Trần Văn Lực"]["birth_year"] == 1970
    assert [item["reason"] for item in report["skipped"]] == [
        "section",
        "sum",
        "section",
        "no_name",
        "not_a_name",
        "date_line",
        "signature",
        "signature",
    ]
    assert report["counts"]["delegates"] == 3
    assert report["counts"]["households"] == 3


def test_reading_again_adds_nobody_twice(run: Run, tidy: Path) -> None:
    run("import", "kd", tidy)
    report = json.loads(run("import", "kd", tidy, "--json").output)
    assert report["counts"]["delegates"] == 0
    assert [i["text"] for i in report["skipped"] if i["reason"] == "on_the_list"] == [
        "Nguyễn Thị Hoa",
        "Đỗ Văn Bền",
        "Trần Văn Lực",
    ]


def test_a_dry_run_stores_nothing(
    run: Run, tidy: Path, client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    assert run("import", "kd", tidy, "--dry-run").exit_code == 0
    found = client.get("/api/v1/meetings/kd/delegates", headers=bearer("organiser")).json or {}
    assert found["total"] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_any_usual_encoding_and_separator_is_read(
    run: Run, tmp_path: Path, encoding: str, separator: str
) -> None:
    text = "STT;Họ tên;Năm sinh\r\n1;Nguyen Van Ben;1960\r\n".replace(";", separator)
    if encoding == "cp1258":
        text = text.replace("Họ tên", "Ho ten").replace("Năm", "Nam")
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    report = json.loads(run("import", "kd", path, "--json", "--dry-run").output)
    assert [person["name"] for person in report["delegates"]] == ["Nguyen Van Ben"]


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.xlsx", b"", "Tệp này trống"),
        ("x.csv", b" \r\n", "Tệp này trống"),
        ("x.csv", b";;\n;;\n", "Tệp này trống"),
        ("x.pdf", b"%PDF-1.4", "Xin chọn tệp Excel"),
        ("x.xlsx", b"not a workbook", "Nội dung tệp"),
        ("x.xlsx", b"PK\x03\x04 cut off", "Chưa mở được tệp này"),
        ("renamed.csv", _xlsx(ROWS), "Nội dung tệp"),
        ("x.xlsx", _bomb(), "quá nhiều dòng"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_one_sentence(
    run: Run,
    as_role: Callable[[str], Person],
    tmp_path: Path,
    name: str,
    data: bytes,
    sentence: str,
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = run("import", "kd", path)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    page = as_role("organiser").post("/m/kd/import", {"file": (io.BytesIO(data), name)})
    assert page.status_code in {413, 422}
    assert sentence in page.get_data(as_text=True)


def test_a_file_that_is_too_large_is_refused(
    as_role: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.plugins.delegates.importer.workbooks.MOST_BYTES", 1000)
    data = b"a;b\n" * 300
    page = as_role("organiser").post("/m/kd/import", {"file": (io.BytesIO(data), "x.csv")})
    assert page.status_code == 413
    assert "lớn hơn 10 MB" in page.get_data(as_text=True)


def test_a_missing_meeting_or_file_is_said_with_exit_2(run: Run, tidy: Path) -> None:
    assert run("import", "none", tidy).exit_code == 2
    assert run("import", "kd", "no-such-file.xlsx").exit_code == 2


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (900034905.0, "0900034905"),
        ("0900.034.905", "0900034905"),
        ("+84 900 034 905", "0900034905"),
        ("0084900034905", "0900034905"),
        ("0900034905/0900000001", "0900034905"),
        ("02203822123", "02203822123"),
        ("", ""),
        ("không có", ""),
        ("12", ""),
    ],
)
def test_phones_get_their_zero_and_lose_their_dots(cell: object, phone: str) -> None:
    assert read_phones(plain(cell)).phone == phone


def test_tables_go_out_by_name(run: Run, tidy: Path, tmp_path: Path) -> None:
    run("import", "kd", tidy)
    out = tmp_path / "out.csv"
    assert run("export", "kd", "--what", "delegates", "--out", out).exit_code == 0
    assert "Nguyễn Thị Hoa" in out.read_text(encoding="utf-8-sig")
    for what in ("attendance", "scans", "speakers"):
        assert run("export", "kd", "--what", what, "--out", tmp_path / "x.xlsx").exit_code == 0
    assert run("export", "kd", "--what", "money", "--out", out).exit_code == 2
    assert run("export", "kd", "--what", "scans", "--out", "x.pdf").exit_code == 2
    assert run("export", "none", "--what", "scans", "--out", out).exit_code == 2
