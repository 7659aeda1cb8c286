"""What paper goes through: a letter held askew, out of focus, folded across its code.

And the page measured from the PDF itself: margins, places, sizes, fonts. Millimetres.
"""

from __future__ import annotations

import io
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest
from pdfplumber.page import Page
from PIL import Image
from PIL import ImageDraw
from PIL import ImageFilter

from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters import pdf as letters
from tests.invitations.test_layout import HOA
from tests.invitations.test_layout import LONG
from tests.invitations.test_layout import OFFICIAL
from tests.invitations.test_layout import URL
from tests.invitations.test_layout import _meeting

MM = 72 / 25.4
CODES = [rules.code("K023", b"k" * 32, number, 1) for number in range(1, 131)]


def _rotated(page: Image.Image) -> Image.Image:
    return page.rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def _blurred(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(1.6))


def _folded(page: Image.Image) -> Image.Image:
    """A fold across the middle of the code: a pale line, a shadow beside it, one half darker."""
    page = page.copy()
    middle = page.height // 2
    page.paste(page.crop((0, 0, page.width, middle)).point(lambda value: int(value * 0.82)), (0, 0))
    draw = ImageDraw.Draw(page)
    draw.line((0, middle, page.width, middle + 6), fill=235, width=2)
    draw.line((0, middle + 3, page.width, middle + 9), fill=120, width=1)
    return page


def _near_the_code(page: Image.Image) -> Image.Image:
    """Cut out the code and a centimetre around it: decoding 520 whole pages takes minutes."""
    dots = page.width / 210
    left, top, side = (18 + 28 + 3 - 10) * dots, (106 - 8) * dots, (28 + 20) * dots
    return page.crop((int(left), int(top), int(left + side), int(top + side)))


def _pages(pdf: bytes, folder: Path) -> list[Image.Image]:
    (folder / "letters.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "150", "-gray", str(folder / "letters.pdf"), str(folder / "p")]
    subprocess.run(command, check=True)
    return [Image.open(path).copy() for path in sorted(folder.glob("p-*.pgm"))]


def _read(pages: list[Image.Image], folder: Path) -> list[str]:
    for number, page in enumerate(pages):
        page.save(folder / f"held-{number:03d}.pgm")
    pictures = [str(path) for path in sorted(folder.glob("held-*.pgm"))]
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *pictures]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Image.Image]:
    """130 letters as a camera with 150 dots an inch sees them."""
    items = [letters.letter(HOA, code, "48270365", None) for code in CODES]
    pdf = letters.pdf(_meeting(), items, None)
    return _pages(pdf, tmp_path_factory.mktemp("letters"))


@pytest.mark.parametrize("held", [lambda page: page, _rotated, _blurred, _folded])
def test_every_code_of_130_letters_reads_however_the_paper_is_held(
    held: Callable[[Image.Image], Image.Image], pages: list[Image.Image], tmp_path: Path
) -> None:
    pieces = [held(_near_the_code(page)) for page in pages]
    assert len(pieces) == 130
    assert _read(pieces, tmp_path) == CODES


def test_a_code_with_an_address_reads_held_badly_too(tmp_path: Path) -> None:
    items = [letters.letter(HOA, code, "48270365", URL) for code in CODES[:5]]
    whole = _pages(letters.pdf(_meeting(), items, URL), tmp_path)
    both = [_blurred(_rotated(page)) for page in whole]
    assert _read(both, tmp_path) == [letters.payload(code, URL) for code in CODES[:5]]


def _page(sheet: str = "a5", url: str | None = None, name: str = HOA.name) -> Page:
    item = letters.letter(replace(HOA, name=name), CODES[0], "48270365", url)
    return pdfplumber.open(io.BytesIO(letters.pdf(_meeting(), [item], url, sheet))).pages[0]


def _line(page: Page, words: str) -> dict[str, float]:
    return next(line for line in page.extract_text_lines() if words in line["text"])


def _fonts(page: Page, words: str) -> set[tuple[str, float]]:
    line = _line(page, words)
    return {(c["fontname"].split("+")[-1], round(c["size"], 1)) for c in line["chars"]}  # type: ignore[attr-defined]


def test_fonts_and_sizes_are_the_decrees() -> None:
    page = _page()
    assert _fonts(page, "GIẤY MỜI") == {("Tinos-Bold", 14.0)}
    assert _fonts(page, "Dự buổi tiếp xúc") == {("Tinos-Bold", 13.0)}
    assert _fonts(page, "Rất mong") == {("Tinos-Regular", 13.0)}
    assert _fonts(page, "Nơi nhận:") >= {("Tinos-BoldItalic", 12.0)}
    heading = {(c["fontname"].split("+")[-1], c["size"]) for c in page.chars if c["top"] < 30 * MM}
    assert ("Tinos-Bold", 12.0) in heading
    assert ("Tinos-Bold", 13.0) in heading
    assert ("Tinos-Italic", 13.0) in heading
    embedded = {c["fontname"] for c in page.chars}
    assert all("+" in name for name in embedded)


def test_rules_under_body_motto_and_summary_have_their_lengths() -> None:
    page = _page()
    rules_ = sorted(
        (round(float(e["top"]) / MM, 1), round((e["x1"] - e["x0"]) / MM, 1))
        for e in page.edges
        if e["x1"] - e["x0"] > 10 * MM and e["top"] < 60 * MM
    )
    assert len(rules_) == 3
    motto = _line(page, "Độc lập - Tự do - Hạnh phúc")
    chars = [c for c in motto["chars"] if c["x0"] > 100 * MM]  # type: ignore[attr-defined]
    length = (max(c["x1"] for c in chars) - min(c["x0"] for c in chars)) / MM
    assert min(abs(width - length) for _top, width in rules_) < 0.6


@pytest.mark.parametrize(
    ("sheet", "left", "right", "top", "bottom"),
    [("a5", 18, 14, 9, 7), ("a4-one", 30, 15, 20, 20)],
)
@pytest.mark.parametrize("name", [LONG, "Lụa"])
def test_nothing_stands_in_the_margins(
    sheet: str, left: int, right: int, top: int, bottom: int, name: str
) -> None:
    page = _page(sheet, URL, name)
    inked = [c for c in page.chars if c["text"].strip()]
    assert min(c["x0"] for c in inked) / MM >= left - 0.2
    assert max(c["x1"] for c in inked) / MM <= page.width / MM - right + 0.4
    assert min(c["top"] for c in inked) / MM >= top - 1.2
    assert max(c["bottom"] for c in inked) / MM <= page.height / MM - bottom + 0.2
    assert name in " ".join((page.extract_text() or "").split())


def test_text_comes_back_composed_from_every_sheet() -> None:
    for sheet in letters.SHEETS:
        items = [letters.letter(one, CODES[0], "48270365", None) for one in (HOA, OFFICIAL)]
        pdf = letters.pdf(_meeting(), items, None, sheet)
        with pdfplumber.open(io.BytesIO(pdf)) as opened:
            said = "".join(c["text"] for page in opened.pages for c in page.chars)
        assert unicodedata.is_normalized("NFC", said)
        assert "NguyễnThịHoa" in said.replace(" ", "")
