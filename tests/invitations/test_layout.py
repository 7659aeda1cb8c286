"""Where things stand on the letter, read from the PDF itself. Millimetres."""

from __future__ import annotations

import html
import re
import subprocess
import unicodedata
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from kiosk.models import Meeting
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters import pdf as letters

LONG = "Nguyễn Phạm Hoàng Thị Ngọc Quỳnh Hương Giang Phương Uyên Nhi"
URL = "https://hop.phuongtandan.example.vn"
HOA = Listed(
    id=1,
    name="Nguyễn Thị Hoa",
    salutation="bà",
    title="",
    group_id=1,
    group="Đại biểu khu",
    group_kind="household",
    area_id=1,
    area="Khu Kim Đồng I",
    household="047",
    address="",
    birth_year=None,
    phone="",
    note="",
    origin="invited",
)
OFFICIAL = replace(
    HOA, group_kind="official", salutation="đồng chí", title="Phó Chủ tịch HĐND", household=""
)
CODE = rules.code("K023", b"k" * 32, 1, 1)


def _meeting(**other: str) -> Meeting:
    facts = {
        "title": "Đối thoại với nhân dân khu Kim Đồng",
        "host": "Chủ tịch UBND phường",
        "venue": "Nhà văn hóa khu Kim Đồng I",
        "address": "phường Tân Dân",
        "org_name": "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN",
        "place_name": "Tân Dân",
        "tag": "K023",
    }
    starts, ends = (datetime(2023, 10, 26, hour, 30, tzinfo=UTC) for hour in (6, 9))
    return Meeting(**{**facts, **other}, starts_at=starts, ends_at=ends, doors_open_at=starts)


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float


def _pdf(people: list[Listed], url: str | None = None, sheet: str = "a5", **meeting: str) -> bytes:
    items = [letters.letter(person, CODE, "48270365", url) for person in people]
    return letters.pdf(_meeting(**meeting), items, url, sheet)


def _words(pdf: bytes, folder: Path) -> list[list[Word]]:
    file = folder / "layout.pdf"
    file.write_bytes(pdf)
    command = ["pdftotext", "-bbox", str(file), "-"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pattern = r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>'
    return [
        [
            Word(html.unescape(text), *(float(number) * 25.4 / 72 for number in box))
            for *box, text in re.findall(pattern, page)
        ]
        for page in found.split("<page ")[1:]
    ]


def _sentence(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


def _first(words: list[Word], text: str) -> Word:
    return next(word for word in words if word.text == text)


def test_the_parts_stand_in_the_order_of_the_decree(tmp_path: Path) -> None:
    (words,) = _words(_pdf([HOA]), tmp_path)
    body, nation = _first(words, "ỦY"), _first(words, "CỘNG")
    number, place = _first(words, "Số:"), _first(words, "Dân,")
    kind, first, foot = _first(words, "GIẤY"), _first(words, "Ủy"), _first(words, "Nơi")
    sign = _first(words, "TM.")
    assert abs(body.top - nation.top) < 1
    assert body.right < nation.left
    assert abs(number.top - place.top) < 1
    assert body.top < number.top < kind.top < first.top < foot.top
    assert abs(foot.top - sign.top) < 2
    title = [word for word in words if abs(word.top - kind.top) < 1]
    assert abs((title[0].left + title[-1].right) / 2 - (18 + 196) / 2) < 1
    assert all(word.left >= 17.5 and word.right <= 198 for word in words)
    assert all(word.top >= 8 and word.bottom <= 142 for word in words)


def test_the_number_and_the_day_wait_for_the_records_clerk(tmp_path: Path) -> None:
    (words,) = _words(_pdf([HOA]), tmp_path)
    lead, symbol = _first(words, "Số:"), _first(words, "/GM-UBND")
    assert abs(lead.top - symbol.top) < 1
    assert symbol.left - lead.right > 12
    row = [word for word in words if abs(word.top - lead.top) < 1 and word.left > 90]
    assert _sentence(row) == "Tân Dân, ngày tháng năm 2023"


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (HOA, "kính mời: Bà Nguyễn Thị Hoa, đại diện hộ gia đình số 047, khu Kim Đồng I, tới dự"),
        (HOA, "Rất mong Bà sắp xếp thời gian tới dự đúng giờ./."),
        (OFFICIAL, "kính mời: Đồng chí Nguyễn Thị Hoa, Phó Chủ tịch HĐND, tới dự"),
        (OFFICIAL, "Rất mong đồng chí sắp xếp"),
        (replace(HOA, salutation="", name="Lụa"), "kính mời: Ông (Bà) Lụa, đại diện hộ"),
        (replace(HOA, household="", area=""), "Bà Nguyễn Thị Hoa, đại diện hộ gia đình, tới dự"),
        (
            replace(HOA, group_kind="guest", title="Báo Hải Dương", area=""),
            "Bà Nguyễn Thị Hoa, Báo Hải Dương, tới dự",
        ),
    ],
)
def test_each_is_invited_in_the_proper_form(person: Listed, said: str, tmp_path: Path) -> None:
    (words,) = _words(_pdf([person]), tmp_path)
    assert said in _sentence(words)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Đối thoại với nhân dân", "Dự buổi tiếp xúc, đối thoại trực tiếp của Chủ tịch UBND"),
        ("Hội nghị lấy ý kiến năm 2023", "Dự hội nghị lấy ý kiến năm 2023 Ủy ban"),
        ("Tiếp xúc cử tri", "Dự buổi tiếp xúc cử tri năm 2023"),
    ],
)
def test_the_occasion_reads_as_a_sentence(title: str, said: str, tmp_path: Path) -> None:
    (words,) = _words(_pdf([HOA], title=title), tmp_path)
    assert said in _sentence(words)


@pytest.mark.parametrize(
    ("org", "spoken"),
    [
        ("ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN", "Ủy ban nhân dân phường Tân Dân trân trọng"),
        ("UBND XÃ\nHIỆP HÒA", "UBND xã Hiệp Hòa trân trọng"),
        ("Ủy ban nhân dân phường 12", "Ủy ban nhân dân phường 12 trân trọng"),
    ],
)
def test_the_issuing_body_is_named_as_in_a_sentence(org: str, spoken: str, tmp_path: Path) -> None:
    (words,) = _words(_pdf([HOA], org_name=org), tmp_path)
    assert spoken in _sentence(words)


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("sheet", ["a5", "a4"])
def test_long_wordings_keep_clear_of_the_signature(
    url: str | None, sheet: str, tmp_path: Path
) -> None:
    office = "Phó Trưởng ban Thường trực kiêm Chủ nhiệm Ủy ban Kiểm tra, Ban Dân vận Thị ủy"
    people = [replace(OFFICIAL, name=LONG, title=office), replace(HOA, name=LONG)]
    venue = "Hội trường tầng hai Trung tâm Văn hóa, Thể thao và Học tập cộng đồng phường Tân Dân"
    pages = _words(_pdf(people, url, sheet, venue=venue), tmp_path)
    assert len(pages) == (2 if sheet == "a5" else 1)
    words = [word for page in pages for word in page]
    ends = [word for word in words if word.text == "giờ./."]
    feet = [word for word in words if word.text == "Nơi"]
    assert len(ends) == len(feet) == 2
    assert all(end.bottom < foot.top for end, foot in zip(ends, feet, strict=True))
    assert _sentence(words).count(LONG) == 2


@pytest.mark.parametrize(("url", "modules"), [(None, 25), (URL, 33)])
def test_modules_are_wide_enough_and_the_margin_is_four_of_them(
    url: str | None, modules: int, tmp_path: Path
) -> None:
    file = tmp_path / "qr.pdf"
    file.write_bytes(_pdf([HOA], url))
    # 508 dots an inch are 20 a millimetre.
    command = ["pdftoppm", "-r", "508", "-gray", "-singlefile", "-png", str(file)]
    subprocess.run([*command, str(tmp_path / "qr")], check=True)
    size = letters.common(_meeting(), url, "a5")["qr_size"]
    left = 18 + 28 + 3
    with Image.open(tmp_path / "qr.png") as page:
        box = page.crop((left * 20, 106 * 20, int((left + size) * 20), 141 * 20))
        dark = box.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert dark is not None
    module = (dark[2] - dark[0]) / 20 / modules
    assert module >= 0.8
    assert abs((dark[3] - dark[1]) - (dark[2] - dark[0])) <= 2
    assert dark[0] / 20 >= 3.95 * module
    assert box.width / 20 - dark[2] / 20 >= 3.95 * module


def test_what_is_stored_decomposed_is_printed_composed(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Nhà văn hóa khu Kim Đồng I")
    person = replace(HOA, name=unicodedata.normalize("NFD", HOA.name))
    (words,) = _words(_pdf([person], venue=apart), tmp_path)
    said = _sentence(words)
    assert unicodedata.is_normalized("NFC", said)
    assert "Nhà văn hóa khu Kim Đồng I" in said
    assert "Bà Nguyễn Thị Hoa" in said
