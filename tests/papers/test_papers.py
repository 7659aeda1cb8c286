"""Papers: every kind in both formats, the layout of the decree, figures equal the database."""

from __future__ import annotations

import io
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docx import Document
from docx.shared import Mm
from flask import Flask
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.cli import main
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Meeting
from kiosk.plugins.opinions.conclusions import service as conclusions
from kiosk.plugins.opinions.register import service
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import values
from kiosk.plugins.papers.formats import docx
from kiosk.plugins.papers.formats import pdf
from tests.conftest import Known
from tests.conftest import Person

KINDS = list(queries.KINDS)


def _paper(app: Flask, kind: str) -> values.Paper:
    with app.app_context(), app.test_request_context():
        found = db.session.scalars(select(Meeting)).one()
        return queries.made(db.session(), found, kind)


def _words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    tables = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *tables])


def _pdf_words(data: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_comes_for_word_and_for_printing(app: Flask, held: Known, kind: str) -> None:
    paper = _paper(app, kind)
    words, printed_words = _words(docx.write(paper)), _pdf_words(pdf.write(paper))
    for text in (words, printed_words):
        assert paper.kind in text
        assert values.MOTTO[0] in text
        assert unicodedata.is_normalized("NFC", text)


def test_the_page_is_as_the_decree_wants_it(app: Flask, held: Known) -> None:
    document = Document(io.BytesIO(docx.write(_paper(app, "thong-bao-ket-luan"))))
    section = document.sections[0]
    margins = (
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    # Word counts in twentieths of a point.
    assert [round(margin / Mm(1), 1) for margin in margins if margin] == [20, 20, 30, 15]
    assert [
        round(side / Mm(1)) for side in (section.page_width or 0, section.page_height or 0)
    ] == [210, 297]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert section.first_page_header.paragraphs[0].text == ""
    style = document.styles["Normal"]
    assert (style.font.name, style.font.size.pt) == ("Times New Roman", 14)
    # The right column is wide enough for the country's name on one line.
    assert [round((c.width or 0) / Mm(1)) for c in document.tables[0].columns] == [60, 105]
    organ, motto = document.tables[0].rows[0].cells
    assert all(run.bold and run.font.size.pt == 13 for run in organ.paragraphs[0].runs)
    assert [p.runs[0].font.size.pt for p in motto.paragraphs[:2]] == [13, 14]
    number, date = document.tables[0].rows[1].cells
    assert number.text == "Số:         /TB-UBND"
    assert date.paragraphs[0].runs[0].italic
    body = [p for p in document.paragraphs if p.text.endswith("./.")]
    assert len(body) == 1
    assert body[0].paragraph_format.first_line_indent is not None
    recipients = document.tables[-1].rows[0].cells[0]
    assert recipients.paragraphs[1].runs[0].font.size.pt == 12
    assert recipients.paragraphs[1].runs[0].bold
    assert recipients.paragraphs[1].runs[0].italic
    assert recipients.paragraphs[-1].text == "- Lưu: VT."


def test_the_pdf_is_a4_and_hides_the_number_of_the_first_page(app: Flask, held: Known) -> None:
    paper = _paper(app, "danh-sach")
    rows = [(str(i), f"Ông Nguyễn Văn {i}", "", "Khu Kim Đồng I") for i in range(80)]
    grid = values.Grid(("TT", "Họ và tên", "Chức vụ", "Khu"), rows, (6, 34, 30, 30))
    many = values.Paper(**{**vars(paper), "blocks": [grid]})
    data = pdf.write(many)
    info = subprocess.run(["pdfinfo", "-"], input=data, capture_output=True, check=True).stdout
    assert b"595.276 x 841.89" in info
    pages = _pdf_words(data).split("\f")
    assert pages[0].split()[0] != "1"
    assert pages[1].split()[0] == "2"


def test_minutes_carry_no_place_and_date_and_two_signers(app: Flask, held: Known) -> None:
    paper = _paper(app, "bien-ban")
    text = _words(docx.write(paper))
    assert "Tân Dân, ngày" not in text
    assert "THƯ KÝ" in text
    assert "CHỦ TỌA" in text
    assert "Lưu: VT, Hồ sơ." in text


def test_the_figures_of_the_minutes_equal_the_database(app: Flask, held: Known) -> None:
    text = _pdf_words(pdf.write(_paper(app, "bien-ban")))
    assert "Triệu tập 3 đại biểu; có mặt 1 người, trong đó 1 đại diện hộ gia đình." in " ".join(
        text.split()
    )
    assert "Có 1 lượt phát biểu" in text
    assert "Nguyễn Thị Hoa" in text
    assert "Đèn đường ngõ 5 hỏng đã lâu" in text
    report = _pdf_words(pdf.write(_paper(app, "bao-cao-tong-hop")))
    assert "1 phiếu và lượt ý kiến với 1 nội dung" in " ".join(report.split())


def test_texts_are_never_the_template(app: Flask, held: Known) -> None:
    paper = _paper(app, "giay-moi")
    odd = values.Text('#panic("x") {{ 7*7 }} $x$ <w:t> & ]]> \\')
    both = values.Paper(**{**vars(paper), "blocks": [odd]})
    assert '#panic("x")' in _pdf_words(pdf.write(both))
    assert odd.text in _words(docx.write(both))


def test_the_roll_has_the_numbers_to_type_afterwards(
    app: Flask, held: Known, invite: Callable[[int], Any]
) -> None:
    with app.app_context():
        shorts = [row[3] for row in _grid(_paper(app, "diem-danh")).rows]
    assert [bool(short) for short in shorts].count(True) == 1


def _grid(paper: values.Paper) -> values.Grid:
    return next(block for block in paper.blocks if isinstance(block, values.Grid))


def test_papers_are_for_the_organiser_and_the_secretary(
    held: Known, as_role: Callable[[str], Person]
) -> None:
    for role, status in (("secretary", 200), ("organiser", 200), ("observer", 403), ("body", 403)):
        person = as_role(role)
        assert person.get("/m/kd/papers").status_code == status
        assert person.get("/m/kd/papers/bien-ban.pdf").status_code == status
    person = as_role("secretary")
    assert person.get("/m/kd/papers/none.pdf").status_code == 404
    assert person.get("/m/kd/papers/bien-ban.exe").status_code == 404
    answer = person.get("/m/kd/papers/danh-sach.docx")
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_conclusions_stand_in_the_notice(app: Flask, held: Known) -> None:
    with app.app_context(), writing() as session:
        conclusions.conclude(
            session,
            held.id,
            conclusions.NewConclusion(text="Sửa đèn đường trong tháng 11"),
            who=service.Who("Thư ký", frozenset({"secretary"})),
            now=kiosk_clock.now(),
        )
    text = _words(docx.write(_paper(app, "thong-bao-ket-luan")))
    assert "1. Đánh giá chung\nSửa đèn đường trong tháng 11." in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["paper", "kd", "tho-tinh", "--out", "x.pdf"],
        ["paper", "kd", "bien-ban", "--out", "x.txt"],
        ["paper", "none", "bien-ban", "--out", "x.pdf"],
        ["paper", "kd", "bien-ban"],
    ],
)
def test_bad_usage_exits_with_2(
    held: Known, arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert list(tmp_path.glob("x.*")) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_page_can_be_looked_at(
    held: Known, as_role: Callable[[str], Person], kind: str
) -> None:
    answer = as_role("secretary").get(f"/m/kd/papers/{kind}.png")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\x89PNG")


def test_everything_comes_as_one_archive(held: Known, as_role: Callable[[str], Person]) -> None:
    answer = as_role("secretary").get("/m/kd/papers/all.zip")
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert sorted(names) == sorted(f"{kind}.{end}" for kind in KINDS for end in ("docx", "pdf"))
