"""Vietnamese text: folding, searching, sorting, capitals, forms of address."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import vietnamese

LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
names = st.text(st.sampled_from(LETTERS + LETTERS.upper() + " "), min_size=1, max_size=40)


def test_decomposed_text_becomes_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Văn Hậu")
    assert len(decomposed) == 19
    assert vietnamese.clean(decomposed) == "Nguyễn Văn Hậu"


def test_invisible_characters_and_double_spaces_go() -> None:
    assert vietnamese.clean("\u200b Nguyễn\u00a0 Thị\nHoa\ufeff") == "Nguyễn Thị Hoa"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("dang", "Đặng Thị Huệ"),
        ("huong nguyen", "Nguyễn Thị Hương"),
        ("ng thi hu", "Nguyễn Thị Hương"),
        ("quy", "Phạm Văn Quí"),
        ("LI", "Lý Văn Bền"),
        ("hoà", "Trần Thị Hòa"),
    ],
)
def test_a_search_needs_no_accents_and_no_order(query: str, name: str) -> None:
    assert vietnamese.finds(query, name)


def test_a_search_does_not_find_other_people() -> None:
    assert not vietnamese.finds("hoa le", "Nguyễn Thị Hoa")


def test_names_sort_by_given_name_in_the_order_of_vietnamese_letters_and_tones() -> None:
    right = [
        "Nguyễn Văn An",
        "Trần Văn An",
        "Lê Thị Ảnh",
        "Lê Thị Ánh",
        "Phạm Ân",
        "Vũ Thị Bích",
        "Bùi Dung",
        "Bùi Dũng",
        "Cao Thị Đào",
        "Đỗ Văn Đạt",
        "Mạc Thị Ngần",
        "Ngô Văn Nghĩa",
        "Ngô Thị Oanh",
        "Đinh Văn Ước",
        "Đinh Thị Yến",
    ]
    assert sorted(set(right), key=vietnamese.sort_key) == right


def test_a_name_of_one_word_sorts_too() -> None:
    assert vietnamese.sort_key("Hoa") < vietnamese.sort_key("Nguyễn Hoa")
    assert vietnamese.sort_key("") == ""


@given(names)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert vietnamese.fold(vietnamese.fold(name)) == vietnamese.fold(name)


@given(names)
def test_composed_and_decomposed_names_fold_and_sort_alike(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert vietnamese.fold(decomposed) == vietnamese.fold(name)
    assert vietnamese.sort_key(decomposed) == vietnamese.sort_key(name)


@given(names)
def test_every_name_is_found_by_its_own_folded_words(name: str) -> None:
    assert vietnamese.finds(vietnamese.fold(name), name)


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("NGUYỄN THỊ HOA", "Nguyễn Thị Hoa"),
        ("nguyễn thị hoa", "Nguyễn Thị Hoa"),
        ("KHU KIM ĐỒNG II", "Khu Kim Đồng II"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
    ],
)
def test_capitals_are_mended_only_where_all_or_none_are(typed: str, proper: str) -> None:
    assert vietnamese.titled(typed) == proper


def test_people_are_called_by_their_given_name() -> None:
    assert vietnamese.greeting("bà", "Nguyễn Thị Hoa") == "Bà Nguyễn Thị Hoa"
    assert vietnamese.called("ông", "Phạm Văn Bền") == "ông Bền"
    assert vietnamese.address_form("đồng chí") == "đồng chí"


def test_somebody_of_unknown_form_is_quy_vi_and_keeps_the_whole_name() -> None:
    assert vietnamese.address_form("") == "quý vị"
    assert vietnamese.called("", "Nguyễn Hoa") == "Nguyễn Hoa"
    assert vietnamese.greeting("", "Nguyễn Hoa") == "Nguyễn Hoa"
    assert vietnamese.given("") == ""
