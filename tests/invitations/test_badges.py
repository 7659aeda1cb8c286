"""Name badges and table signs, measured on the page. Millimetres."""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from click.testing import CliRunner
from flask import Flask
from pdfplumber.page import Page

from kiosk.cli import main
from kiosk.plugins.invitations.queries import Code
from tests.conftest import Person
from tests.invitations.test_layout import LONG

MM = 72 / 25.4
AddDelegate = Callable[..., int]
BASE = "/m/kd/invitations/badges.pdf"


def _pages(pdf: bytes) -> list[Page]:
    return pdfplumber.open(io.BytesIO(pdf)).pages


@pytest.fixture
def hall(add_delegate: AddDelegate, invite: Callable[[int], Code]) -> list[Code]:
    names = [LONG, "Lụa", "X" * 40, *(f"Nguyễn Thị {name}" for name in "ABCDEFGH")]
    ids = [add_delegate(name) for name in names]
    ids.append(add_delegate("Lê Văn An", group="B", title="Đảng ủy viên", salutation="đồng chí"))
    return [invite(one) for one in ids]


def test_ten_badges_of_85_by_54_stand_on_an_a4_with_marks_for_cutting(
    as_role: Callable[[str], Person], hall: list[Code]
) -> None:
    pages = _pages(as_role("organiser").get(BASE).data)
    assert len(pages) == 2
    page = pages[0]
    assert (round(page.width / MM), round(page.height / MM)) == (210, 297)
    upright = sorted({round(float(e["x0"]) / MM, 1) for e in page.edges if e["x0"] == e["x1"]})
    level = sorted(
        {round(float(e["top"]) / MM, 1) for e in page.edges if e["x1"] - e["x0"] < 5 * MM}
        - {round(float(e["top"]) / MM, 1) for e in page.edges if e["x0"] == e["x1"]}
    )
    assert upright == [20.0, 105.0, 190.0]
    assert level == [13.5, 67.5, 121.5, 175.5, 229.5, 283.5]


def test_every_name_is_whole_and_stays_on_its_badge(
    as_role: Callable[[str], Person], hall: list[Code]
) -> None:
    pages = _pages(as_role("organiser").get(BASE).data)
    said = ""
    for page in pages:
        for row in range(5):
            for column in range(2):
                left, top = (20 + 85 * column) * MM, (13.5 + 54 * row) * MM
                badge = page.within_bbox((left, top, left + 85 * MM, top + 54 * MM))
                inside = page.crop((left, top, left + 85 * MM, top + 54 * MM))
                # No glyph is cut by the edge of its badge.
                assert len(badge.chars) == len(inside.chars)
                said += " ".join((badge.extract_text() or "").split()) + " | "
    assert unicodedata.is_normalized("NFC", said)
    for words in (LONG, "Bà Lụa", "X" * 40, "Đồng chí Lê Văn An Đảng ủy viên", "Khu Kim Đồng I"):
        assert words in said
    sizes = {round(c["size"]) for page in pages for c in page.chars if "Bold" in c["fontname"]}
    assert max(sizes) == 24


def test_a_badge_with_code_reads_back(
    as_role: Callable[[str], Person], hall: list[Code], tmp_path: Path
) -> None:
    (tmp_path / "b.pdf").write_bytes(as_role("organiser").get(f"{BASE}?qr=1").data)
    command = ["pdftoppm", "-r", "200", "-gray", "-png", str(tmp_path / "b.pdf")]
    subprocess.run([*command, str(tmp_path / "b")], check=True)
    pictures = sorted(str(path) for path in tmp_path.glob("b-*.png"))
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", *pictures], capture_output=True, text=True, check=True
    ).stdout.split()
    assert sorted(found) == sorted(code.code for code in hall)


def test_a_table_sign_says_the_same_on_both_faces_one_upside_down(
    as_role: Callable[[str], Person], hall: list[Code]
) -> None:
    pages = _pages(as_role("organiser").get(f"{BASE}?kind=signs&group=B").data)
    assert len(pages) == 1
    below = [c for c in pages[0].chars if c["top"] / MM > 148.5]
    above = [c for c in pages[0].chars if c["bottom"] / MM < 148.5]
    assert len(below) == len(above) == len(pages[0].chars) / 2
    assert all(c["upright"] for c in below)
    assert "".join(c["text"] for c in below).replace(" ", "") == "ĐồngchíLêVănAnĐảngủyviên"
    # Folded in the middle, each glyph lies on its twin turned by half a circle.
    for one, twin in zip(below, above, strict=True):
        assert abs(one["x0"] + twin["x1"] - 210 * MM) < 1
        assert abs(one["top"] + twin["bottom"] - 297 * MM) < 1
    assert max(c["size"] for c in below) >= 60


def test_long_names_and_titles_fit_a_table_sign(
    as_role: Callable[[str], Person], add_delegate: AddDelegate
) -> None:
    title = "Phó Trưởng ban Thường trực kiêm Chủ nhiệm Ủy ban Kiểm tra, Ban Dân vận Thị ủy"
    add_delegate(LONG, group="B", title=title, salutation="đồng chí")
    (page,) = _pages(as_role("organiser").get(f"{BASE}?kind=signs").data)
    lower = page.within_bbox((10 * MM, 150 * MM, 200 * MM, 295 * MM))
    said = " ".join((lower.extract_text() or "").split())
    assert LONG in said
    assert title in said


def test_badges_from_the_command_line(
    app: Flask, hall: list[Code], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    run = CliRunner().invoke
    for name, more in (("a.pdf", []), ("b.pdf", ["--signs", "--only", "B"]), ("c.pdf", ["--qr"])):
        done = run(main, ["badges", "kd", "--out", str(tmp_path / name), *more])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert run(main, ["badges", "kd", "--out", str(tmp_path / "a.txt")]).exit_code == 2
    assert (
        run(main, ["badges", "kd", "--out", str(tmp_path / "a.pdf"), "--only", "Z"]).exit_code == 2
    )
    empty = run(main, ["badges", "kd", "--out", str(tmp_path / "a.pdf"), "--only", "A"])
    assert empty.exit_code == 2
