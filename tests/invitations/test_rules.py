"""What a scanner, a chat or tired fingers may make of a code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.invitations import rules

keys = st.binary(min_size=32, max_size=32)
codes = st.builds(rules.code, st.just("K023"), keys, st.integers(1, 10**6), st.just(1))
CODE = rules.code("K023", b"k" * 32, 7, 1)


@given(codes, st.integers(0, 23), st.sampled_from(rules.ALPHABET))
def test_a_code_with_one_slip_is_called_mistyped_not_unknown(
    code: str, place: int, other: str
) -> None:
    slip = code[:place] + other + code[place + 1 :]
    assert rules.read(slip).kind == ("code" if slip == code else "mistyped")


@given(codes, st.integers(0, 23))
def test_a_code_that_lost_a_character_is_called_mistyped(code: str, place: int) -> None:
    assert rules.read(code[:place] + code[place + 1 :]).kind == "mistyped"


@pytest.mark.parametrize(
    "text",
    [
        f"]Q3{CODE}",
        f"\ufeff{CODE}\r\n",
        "\u200b".join(CODE),
        f"https://hop.example.vn/doi-thoai/i/{CODE.lower()}/?x=1#a",
        ".".join(CODE[i : i + 4] for i in range(0, 24, 4)),
        f"  {CODE[:12]}\t{CODE[12:]} ",
    ],
)
def test_what_scanners_and_chats_add_is_no_part_of_the_code(text: str) -> None:
    assert rules.read(text) == rules.Read("code", CODE)


@pytest.mark.parametrize("text", ["", "xin chào", "9" * 12, "https://example.vn/", "A" * 24])
def test_what_is_not_ours_is_nothing(text: str) -> None:
    assert rules.read(text).kind == "nothing"


def test_the_lookup_digest_needs_the_servers_secret() -> None:
    assert rules.lookup_digest("one", CODE) != rules.lookup_digest("two", CODE)
    assert rules.short_digest("one", 1, "48270365") != rules.short_digest("one", 2, "48270365")
