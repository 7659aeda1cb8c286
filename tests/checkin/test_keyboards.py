"""A hand-held scanner types; a Vietnamese keyboard listens; the code is still read."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import pytest

from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.queries import Code
from tests.checkin import ime
from tests.checkin.conftest import Door
from tests.conftest import FixedClock

METHODS = {"telex": ime.telex, "vni": ime.vni}
KEY = b"a key that only the tests know"
CODES = [rules.code("K7QX", KEY, number, 1) for number in range(300)]
SHORTS = [rules.short(KEY, number, 1, 0) for number in range(300)]
KINDS = {
    "code": "{code}",
    "code in groups": "{grouped}",
    "address": "HTTPS://HOP.EXAMPLE.VN/I/{code}",
    "address of a hub": "HTTP://192.168.1.20:8000/I/{code}",
    "address with words": "HTTPS://DOITHOAI.PHUONGTANDAN.GOV.VN/I/{code}?A=1",
}


@pytest.mark.parametrize(
    ("method", "keys", "text"),
    [
        ("telex", "tieengs vieetj", "tiếng việt"),
        ("telex", "dduwowngf", "đường"),
        ("telex", "Nguyeenx Thij Hoaf", "Nguyễn Thị Hòa"),
        ("telex", "khoong", "không"),
        ("telex", "ass", "as"),
        ("telex", "aaa", "aa"),
        ("telex", "w", "ư"),
        ("telex", "BCFS", "BCFS"),
        ("vni", "tie61ng vie65t", "tiếng việt"),
        ("vni", "d9u7o7ng2", "đường"),
        ("vni", "Nguye64n Thi5", "Nguyễn Thị"),
        ("vni", "a11", "a1"),
        ("vni", "12345678", "12345678"),
    ],
)
def test_the_model_types_vietnamese(method: str, keys: str, text: str) -> None:
    assert METHODS[method](keys) == text


@pytest.mark.parametrize("method", METHODS)
def test_the_model_does_harm_to_codes_of_an_ordinary_alphabet(method: str) -> None:
    """Else the test below could not fail."""
    chance = random.Random(1)  # the same each time
    common = [base64.b32encode(chance.randbytes(15)).decode() for _ in range(300)]
    harmed = sum(METHODS[method](text) != text for text in common)
    assert harmed > 100


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["upper", "lower"])
def test_every_kind_of_code_is_read_through_a_vietnamese_keyboard(
    method: str, kind: str, case: str
) -> None:
    wrong = []
    for code in CODES:
        grouped = "-".join(code[i : i + 4] for i in range(0, 24, 4))
        keys = getattr(KINDS[kind].format(code=code, grouped=grouped), case)()
        found = rules.read(METHODS[method](keys))
        if (found.kind, found.text) != ("code", code):
            wrong.append((keys, METHODS[method](keys), found))
    assert wrong == []


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dress", ["{0}", "{1}", " {1} "])
def test_short_codes_are_read_through_a_vietnamese_keyboard(method: str, dress: str) -> None:
    for short in SHORTS:
        found = rules.read(METHODS[method](dress.format(short, rules.grouped(short))))
        assert (found.kind, found.text) == ("short", short)


@pytest.mark.parametrize("method", METHODS)
def test_what_a_wedge_types_opens_the_door(
    gate: Door,
    method: str,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
    clock: FixedClock,
) -> None:
    for number, case in enumerate((str.upper, str.lower)):
        # Eight digits are taken once a second from a device.
        clock.pass_(seconds=2)
        code = invite(add_delegate(f"Nguyễn Thị {number}"))
        keys = case(f"https://hop.example.vn/i/{code.code}")
        assert gate.scan(METHODS[method](keys), via="wedge")["verdict"] == "admitted"
        assert gate.scan(METHODS[method](code.short), via="wedge")["verdict"] == "already_in"
