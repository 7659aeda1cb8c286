"""Fonts of the nineties: every character of both tables, there and back."""

from __future__ import annotations

import unicodedata

import pytest

from kiosk.plugins.delegates import legacy_fonts

# The 67 small letters with marks and the 7 capitals that TCVN3 has.
SMALL = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
CAPITALS = "ĂÂĐÊÔƠƯ"
TCVN3 = {
    "B5": "à", "B8": "á", "B6": "ả", "B7": "ã", "B9": "ạ", "A8": "ă", "BB": "ằ", "BE": "ắ",
    "BC": "ẳ", "BD": "ẵ", "C6": "ặ", "A9": "â", "C7": "ầ", "CA": "ấ", "C8": "ẩ", "C9": "ẫ",
    "CB": "ậ", "AE": "đ", "CC": "è", "D0": "é", "CE": "ẻ", "CF": "ẽ", "D1": "ẹ", "AA": "ê",
    "D2": "ề", "D5": "ế", "D3": "ể", "D4": "ễ", "D6": "ệ", "D7": "ì", "DD": "í", "D8": "ỉ",
    "DC": "ĩ", "DE": "ị", "DF": "ò", "E3": "ó", "E1": "ỏ", "E2": "õ", "E4": "ọ", "AB": "ô",
    "E5": "ồ", "E8": "ố", "E6": "ổ", "E7": "ỗ", "E9": "ộ", "AC": "ơ", "EA": "ờ", "ED": "ớ",
    "EB": "ở", "EC": "ỡ", "EE": "ợ", "EF": "ù", "F3": "ú", "F1": "ủ", "F2": "ũ", "F4": "ụ",
    "AD": "ư", "F5": "ừ", "F8": "ứ", "F6": "ử", "F7": "ữ", "F9": "ự", "FA": "ỳ", "FD": "ý",
    "FB": "ỷ", "FC": "ỹ", "FE": "ỵ", "A1": "Ă", "A2": "Â", "A7": "Đ", "A3": "Ê", "A4": "Ô",
    "A5": "Ơ", "A6": "Ư",
}  # fmt: skip
VNI_BASES = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "ô", "ư": "ö"}
VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
VNI_HATS = {"\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
VNI_BREVES = {"\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
VNI_ALONE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ",
             "ơ": "ô", "ư": "ö", "ă": "aê", "â": "aâ", "ê": "eâ", "ô": "oâ"}  # fmt: skip


def vni_of(letter: str) -> str:
    """Return how VNI types a small letter, from the letter's own parts."""
    if letter in VNI_ALONE:
        return VNI_ALONE[letter]
    parts = unicodedata.normalize("NFD", letter)
    tone = next(c for c in parts if c in VNI_TONES)
    base = unicodedata.normalize("NFC", "".join(c for c in parts if c != tone))
    marks = {"ă": VNI_BREVES, "â": VNI_HATS, "ê": VNI_HATS, "ô": VNI_HATS}.get(base, VNI_TONES)
    return VNI_BASES.get(base, base) + marks[tone]


def test_the_tcvn3_table_is_whole() -> None:
    assert len(TCVN3) == 74
    assert set(legacy_fonts.TCVN3_TABLE.values()) == set(SMALL + CAPITALS)


@pytest.mark.parametrize(("code", "letter"), TCVN3.items())
def test_every_letter_of_tcvn3(code: str, letter: str) -> None:
    assert legacy_fonts.from_tcvn3(bytes.fromhex(code).decode("latin-1")) == letter
    assert legacy_fonts.from_tcvn3(f"x{bytes.fromhex(code).decode('latin-1')}x") == f"x{letter}x"


@pytest.mark.parametrize("letter", SMALL)
def test_every_letter_of_vni_small_and_capital(letter: str) -> None:
    typed = vni_of(letter)
    assert legacy_fonts.from_vni(typed) == letter
    assert legacy_fonts.from_vni(typed.upper()) == letter.upper()
    assert legacy_fonts.from_vni(f"Th{typed}ng") == f"Th{letter}ng"


@pytest.mark.parametrize(
    ("words", "kind", "after"),
    [
        ("NguyÔn V¨n HËu", legacy_fonts.TCVN3, "Nguyễn Văn Hậu"),
        ("NGUYÔN V¡N HËU", legacy_fonts.TCVN3, "NGUYỄN VĂN HẬU"),
        ("D\xad¬ng", legacy_fonts.TCVN3, "Dương"),
        ("Nguyeãn Vaên Haäu", legacy_fonts.VNI, "Nguyễn Văn Hậu"),
        ("Ñoã Thò Minh Sen", legacy_fonts.VNI, "Đỗ Thị Minh Sen"),
        ("Nguyễn Văn Hậu", "", "Nguyễn Văn Hậu"),
        ("Bùi Bá Hoà", "", "Bùi Bá Hoà"),
        ("Sùng A Páo", "", "Sùng A Páo"),
        ("H'Hen Niê", "", "H'Hen Niê"),
        ("José", "", "José"),
        ("", "", ""),
    ],
)
def test_a_font_is_known_by_words_that_no_vietnamese_can_read(
    words: str, kind: str, after: str
) -> None:
    assert legacy_fonts.detect(words) == kind
    assert legacy_fonts.converted(words, kind) == after


def test_text_that_only_unicode_can_hold_is_never_converted() -> None:
    assert legacy_fonts.converted("Hoàng Ngọc ¨", legacy_fonts.TCVN3) == "Hoàng Ngọc ¨"


def test_a_column_is_of_the_kind_of_its_clear_cells() -> None:
    assert legacy_fonts.kind_of_many(["TrÇn ThÞ Hång", "Vò Hoa", "Hoa"]) == legacy_fonts.TCVN3
    assert legacy_fonts.kind_of_many(["Traàn Thò Loan", "Hà"]) == legacy_fonts.VNI
    assert legacy_fonts.kind_of_many(["Trần Thị Hồng", "Đỗ Bình", "TrÇn"]) == ""
    assert legacy_fonts.kind_of_many([]) == ""


@pytest.mark.parametrize(
    ("font", "kind"),
    [(".VnTime", "tcvn3"), (".VnTimeH", "tcvn3"), ("VNI-Times", "vni"), ("Arial", "")],
)
def test_fonts_tell_their_encoding(font: str, kind: str) -> None:
    assert legacy_fonts.kind_of_font(font) == kind
