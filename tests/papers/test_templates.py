"""The ward's own Word templates: faults named by line and name, filled with the same facts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from flask import Flask
from sqlalchemy import select

from kiosk.cli import main
from kiosk.db import db
from kiosk.errors import TooLarge
from kiosk.model import Meeting
from kiosk.plugins.papers import placeholders
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import templates
from kiosk.plugins.papers.facts import gather
from tests.conftest import SECRET
from tests.conftest import Known
from tests.conftest import Person


def _docx(*lines: str, table: list[tuple[str, ...]] | None = None) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, words in zip(grid.add_row().cells, row, strict=True):
                cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _text(data: bytes) -> str:
    return "\n".join(templates.lines(data))


def _upload(
    person: Person, data: bytes, kind: str = "bien-ban", name: str = "mẫu.docx"
) -> tuple[int, str]:
    answer = person.post(
        f"/m/kd/papers/{kind}/template",
        {"file": (io.BytesIO(data), "mẫu.docx")},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_a_template_of_the_ward_takes_the_place_of_our_layout(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    data = _docx(
        "BIÊN BẢN {{ hoi_nghi }}",
        "Có mặt {{ so_co_mat }}/{{ so_moi }}",
        "{%p for p in phat_bieu %}",
        "{{ p.tt }}. {{ p.ho_ten }}: {% for n in p.noi_dung %}{{ n.y_kien }}{% endfor %}",
        "{%p endfor %}",
        table=[
            ("{%tr for t in thanh_phan %}", ""),
            ("{{ t.ten }}", "{{ t.co_mat }}"),
            ("{%tr endfor %}", ""),
        ],
    )
    assert _upload(person, data)[0] == 302
    words = _text(person.get("/m/kd/papers/bien-ban.docx").data)
    assert "Có mặt 1/3" in words
    assert "Đèn đường ngõ 5 hỏng đã lâu" in words
    assert "Đại biểu khu" in words
    assert "CỘNG HÒA" not in words
    assert person.post("/m/kd/papers/bien-ban/template/drop").status_code == 302
    assert "CỘNG HÒA" in _text(person.get("/m/kd/papers/bien-ban.docx").data)


@pytest.mark.parametrize(
    ("lines", "line", "name"),
    [
        (("Xin chào", "", "Số: {{ so_van_ban }}"), 3, "so_van_ban"),
        (("{%p for d in dai_bieu %}", "{{ d.hoten }}", "{%p endfor %}"), 2, "hoten"),
        (("{%p for d in dai_bieu %}", "{{ d.ho_ten }}"), 2, ""),
        (("{{ so", "}} {{ ngay }"), 2, ""),
        (("{% nhap 'x' %}",), 1, "nhap"),
        (("{{ ''.__class__.__mro__ }}",), 1, "__class__"),
        (("{{ so|giau_kin }}",), 1, "giau_kin"),
        (("{{ (1).bit_length.__globals__ }}",), 1, ""),
    ],
)
def test_a_wrong_placeholder_is_reported_by_name_and_line(
    app: Flask,
    held: Known,
    as_role: Callable[[str], Person],
    lines: tuple[str, ...],
    line: int,
    name: str,
) -> None:
    status, page = _upload(as_role("secretary"), _docx(*lines))
    assert status == 422
    assert f"Dòng {line}:" in page
    assert name in page
    with app.app_context():
        assert queries.templates(db.session(), held.id) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ this is a program",
        b"%PDF-1.7",
        b"PK\x03\x04 broken",
        _docx("x")[:400],
    ],
)
def test_what_is_no_word_file_is_refused(
    held: Known, as_role: Callable[[str], Person], data: bytes
) -> None:
    assert _upload(as_role("secretary"), data)[0] == 422


def test_a_file_with_macros_or_too_large_inside_is_refused(
    held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    for extra, size in (("word/vbaProject.bin", 10), ("word/media/a.bin", 60 * 1024 * 1024)):
        out = io.BytesIO(_docx("x"))
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(extra, b"\0" * size)
        assert _upload(person, out.getvalue())[0] == 422
    with pytest.raises(TooLarge):
        templates.check(b"PK\x03\x04" + b"\0" * (3 * 1024 * 1024))


@pytest.mark.parametrize("kind", list(queries.KINDS))
def test_the_template_to_begin_with_fits_and_says_what_our_layout_says(
    held: Known, as_role: Callable[[str], Person], kind: str
) -> None:
    person = as_role("secretary")
    data = person.get(f"/m/kd/papers/{kind}/starter.docx").data
    assert templates.look(list(templates.lines(data))) == []
    assert _upload(person, data, kind)[0] == 302
    words = _text(person.get(f"/m/kd/papers/{kind}.docx").data)
    assert "{{" not in words
    assert "{%" not in words
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert "đối thoại với nhân dân khu kim đồng" in words.casefold()


def test_values_have_the_promised_shape(app: Flask, held: Known) -> None:
    with app.app_context(), app.test_request_context():
        session = db.session()
        facts = gather(session, session.scalars(select(Meeting)).one())
        paper = queries.finished(session, facts, "bien-ban")
        found = placeholders.values(facts, paper, with_codes=False)
    assert set(found) == set(placeholders.MEANINGS)
    for name, fields in placeholders.ITEMS.items():
        if "." not in name:
            assert all(tuple(item) == fields for item in found[name])
    # The short codes open the door: only the roll holds them.
    assert {person["ma_so"] for person in found["dai_bieu"]} == {""}


def test_a_lost_template_is_told_not_a_crash(
    app: Flask, held: Known, as_role: Callable[[str], Person], tmp_path: Path
) -> None:
    person = as_role("secretary")
    assert _upload(person, _docx("{{ so }}"))[0] == 302
    stored = list((tmp_path / "data" / "paper-templates").iterdir())
    assert len(stored) == 1
    stored[0].unlink()
    assert person.get("/m/kd/papers/bien-ban.docx").status_code == 503
    assert person.get("/m/kd/papers/bien-ban.pdf").status_code == 200


def test_replacing_a_template_leaves_no_file_behind(
    held: Known, as_role: Callable[[str], Person], tmp_path: Path
) -> None:
    person = as_role("secretary")
    for words in ("một {{ so }}", "hai {{ so }}"):
        assert _upload(person, _docx(words))[0] == 302
    assert len(list((tmp_path / "data" / "paper-templates").iterdir())) == 1
    assert "hai" in _text(person.get("/m/kd/papers/bien-ban.docx").data)


def test_the_command_line_uses_the_template_too(
    app: Flask,
    held: Known,
    as_role: Callable[[str], Person],
    tmp_path: Path,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = as_role("secretary")
    assert _upload(person, _docx("Mẫu riêng {{ hoi_nghi }}"), "chuong-trinh")[0] == 302
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KIOSK_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("KIOSK_SECRET_KEY", SECRET)
    out = tmp_path / "x.docx"
    done = CliRunner().invoke(main, ["paper", "kd", "chuong-trinh", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "Mẫu riêng Đối thoại" in _text(out.read_bytes())


def test_templates_are_for_the_office(held: Known, as_role: Callable[[str], Person]) -> None:
    for role in ("observer", "body", "moderator", "security"):
        person = as_role(role)
        assert person.get("/m/kd/papers/templates").status_code == 403
        assert _upload(person, _docx("x"))[0] == 403
    assert as_role("secretary").get("/m/kd/papers/templates").status_code == 200
