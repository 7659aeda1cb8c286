"""Letters and pictures: what is printed can be read back, by people and by machines."""

from __future__ import annotations

import io
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from PIL import Image

from kiosk import clock as kiosk_clock
from kiosk.app import settings
from kiosk.cli import main
from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Meeting
from kiosk.plugins.invitations import printing
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.queries import Code
from tests.conftest import Known
from tests.conftest import Person

LONG = "Nguyễn Phạm Hoàng Thị Ngọc Quỳnh Hương Giang Phương Uyên Nhi"
AddDelegate = Callable[..., int]


def _decode(folder: Path) -> list[str]:
    pictures = sorted(str(path) for path in folder.glob("*.p[gn][mg]"))
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", *pictures],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.split()


def _pages(pdf: bytes, folder: Path, dpi: int = 150) -> list[str]:
    (folder / "letters.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-gray", str(folder / "letters.pdf")]
    subprocess.run([*command, str(folder / "page")], check=True)
    return _decode(folder)


def _text(pdf: bytes, folder: Path) -> str:
    (folder / "text.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(folder / "text.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _letters(app: Flask, meeting: Known, sheet: str = "a5") -> tuple[bytes, list[Code]]:
    with app.app_context():
        row = db.session.get_one(Meeting, meeting.id)
        people = printing.chosen(db.session(), row)
        url = settings().public_url
        return printing.letters_pdf(row, people, url, sheet), queries.codes(db.session(), row)


@pytest.fixture
def hall(app: Flask, meeting: Known, add_delegate: AddDelegate) -> None:
    """130 people with invitations."""
    for number in range(100):
        add_delegate(LONG if number == 0 else f"Nguyễn Thị Hoa {'ABCDEFGHIJ'[number % 10]}")
    for number in range(30):
        add_delegate(f"Lê Văn {'ABCDEFGHIJ'[number % 10]}", group="B", title="Đảng ủy viên")
    with app.app_context(), writing() as session:
        service.issue_missing(session, meeting.id, actor="test", now=kiosk_clock.now())


@pytest.mark.once
def test_every_qr_of_130_letters_reads_at_150_dpi(
    app: Flask, meeting: Known, hall: None, tmp_path: Path
) -> None:
    pdf, codes = _letters(app, meeting)
    assert _pages(pdf, tmp_path) == [code.code for code in codes]
    assert len(codes) == 130


def test_the_text_comes_back_composed_and_the_long_name_is_whole(
    app: Flask,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    tmp_path: Path,
) -> None:
    invite(add_delegate(LONG, household="047"))
    pdf, codes = _letters(app, meeting)
    text = _text(pdf, tmp_path)
    assert unicodedata.is_normalized("NFC", text)
    joined = " ".join(text.split())
    for words in (
        "ỦY BAN NHÂN DÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "GIẤY MỜI",
        LONG,
        "đại diện hộ gia đình số 047, khu Kim Đồng I",
        "13 giờ 30 phút",
        "thứ Năm, ngày 26 tháng 10 năm 2023",
        "Nhà văn hóa khu Kim Đồng I",
        "./.",
        "- Như trên;",
        "TM. ỦY BAN NHÂN DÂN",
        f"{codes[0].short[:4]} {codes[0].short[4:]}",
    ):
        assert words in joined
    assert "/GM-UBND" in joined
    assert "Số: 1" not in joined


def test_values_are_never_taken_for_markup(
    app: Flask,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    tmp_path: Path,
) -> None:
    strange = '#import "x"; $ \\ *đậm* <b> ]'
    invite(add_delegate("Lê Văn An", group="B", title=strange, salutation="đồng chí"))
    pdf, _codes = _letters(app, meeting)
    assert strange in " ".join(_text(pdf, tmp_path).split())


def test_two_letters_share_an_a4_and_addresses_read_too(
    make_app: Callable[..., Flask],
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    tmp_path: Path,
) -> None:
    invite(add_delegate("Nguyễn Thị Hoa"))
    invite(add_delegate("Trần Văn Bình", salutation=""))
    app = make_app(public_url="https://hop.example.vn")
    pdf, codes = _letters(app, meeting, "a4")
    (tmp_path / "a4.pdf").write_bytes(pdf)
    info = subprocess.run(
        ["pdfinfo", str(tmp_path / "a4.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "Pages:           1" in info
    assert "(A4)" in info
    command = ["pdftoppm", "-r", "150", "-png", str(tmp_path / "a4.pdf"), str(tmp_path / "p")]
    subprocess.run(command, check=True)
    found = subprocess.run(
        ["zbarimg", "-q", "--raw", str(next(tmp_path.glob("p*.png")))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sorted(found) == sorted(f"HTTPS://HOP.EXAMPLE.VN/I/{c.code}" for c in codes)


def test_the_picture_for_chat_apps_has_its_size_and_its_code(
    app: Flask,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    tmp_path: Path,
) -> None:
    code = invite(add_delegate(LONG))
    with app.app_context():
        row = db.session.get_one(Meeting, meeting.id)
        data = printing.cards_zip(row, printing.chosen(db.session(), row), None)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        (name,) = packed.namelist()
        (tmp_path / "card.png").write_bytes(packed.read(name))
    assert name.startswith("0001-001-ba-nguyen-pham")
    with Image.open(tmp_path / "card.png") as picture:
        assert picture.size == (1080, 1350)
    assert _decode(tmp_path) == [code.code]


def test_letters_and_pictures_from_the_command_line(
    app: Flask,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    run = CliRunner().invoke
    nobody = run(main, ["invitations", "kd", "--out", str(tmp_path / "x.pdf")])
    assert nobody.exit_code == 2
    assert "chưa ai có giấy mời" in nobody.stderr
    invite(add_delegate("Nguyễn Thị Hoa"))
    for name in ("x.pdf", "x.zip"):
        result = run(main, ["invitations", "kd", "--out", str(tmp_path / name), "--only", "E"])
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).stat().st_size > 10_000
    assert run(main, ["invitations", "kd", "--out", str(tmp_path / "x.txt")]).exit_code == 2
    nowhere = run(main, ["invitations", "kd", "--out", str(tmp_path / "x.pdf"), "--only", "Z"])
    assert nowhere.exit_code == 2
    assert "Không có thành phần Z. Các thành phần: A, B, E" in nowhere.stderr
    assert run(main, ["invitations", "none", "--out", str(tmp_path / "x.pdf")]).exit_code == 2


def test_the_organisers_page_issues_prints_replaces_and_withdraws(
    as_role: Callable[[str], Person], meeting: Known, add_delegate: AddDelegate
) -> None:
    person = as_role("organiser")
    assert "Chưa có đại biểu" in person.get("/m/kd/invitations").get_data(as_text=True)
    hoa = add_delegate("Nguyễn Thị Hoa")
    page = person.post("/m/kd/invitations/issue", follow_redirects=True).get_data(as_text=True)
    assert "Đã cấp 1 giấy mời" in page
    shown = person.get(f"/m/kd/invitations?show={hoa}").get_data(as_text=True)
    assert "Đổi giấy mời của bà Hoa?" in shown
    for path, kind in (
        ("letters.pdf", "application/pdf"),
        (f"letters.pdf?delegate={hoa}&sheet=a4", "application/pdf"),
        ("cards.zip", "application/zip"),
        (f"{hoa}/card.png", "image/png"),
    ):
        answer = person.get(f"/m/kd/invitations/{path}")
        assert (answer.status_code, answer.content_type) == (200, kind)
    replaced = person.post(f"/m/kd/invitations/{hoa}/issue", follow_redirects=True)
    assert "Bản 2" in replaced.get_data(as_text=True)
    gone = person.post(f"/m/kd/invitations/{hoa}/withdraw", follow_redirects=True)
    assert "Đã thu hồi giấy mời" in gone.get_data(as_text=True)
    assert "Không có ai phù hợp" in person.get("/m/kd/invitations?q=zzz").get_data(as_text=True)


def test_a_delegate_sees_the_own_invitation_behind_the_code(
    app: Flask, add_delegate: AddDelegate, invite: Callable[[int], Code]
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa", household="047", phone="0900012345"))
    client = app.test_client()
    for path in (f"/I/{code.code}", f"/i/{code.code.lower()}"):
        page = client.get(path).get_data(as_text=True)
        assert "Bà Nguyễn Thị Hoa" in page
        assert f"{code.short[:4]} {code.short[4:]}" in page
        assert "0900012345" not in page
    assert client.get("/I/NOTACODE").status_code == 404
    statuses = [client.get("/I/NOTACODE").status_code for _ in range(60)]
    assert statuses[-1] == 429
