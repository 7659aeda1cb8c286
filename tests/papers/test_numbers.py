"""Numbers and dates are the records clerk's: recorded, printed, taken back, never made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.db.ledger import Change
from kiosk.models import Meeting
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import values
from tests.conftest import Known
from tests.conftest import Person

GIVEN = {"number": "7", "dated_on": "2023-11-02", "signing": "KT", "signer": "Trần Văn Bình"}
URL = "/m/kd/papers/thong-bao-ket-luan"


def _made(app: Flask, kind: str = "thong-bao-ket-luan") -> values.Paper:
    with app.app_context(), app.test_request_context():
        return queries.made(db.session(), db.session.scalars(select(Meeting)).one(), kind)


def test_a_paper_is_open_until_the_records_clerk_gives_its_number(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    assert (_made(app).number, _made(app).dated_on) == ("", None)
    person = as_role("secretary")
    assert person.post(f"{URL}/issue", GIVEN).status_code == 302
    paper = _made(app)
    assert paper.number == "07"
    assert paper.date_line == "Tân Dân, ngày 02 tháng 11 năm 2023"
    assert paper.signers == (
        values.Signer(("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Trần Văn Bình"),
    )
    page = person.get("/m/kd/papers?kind=thong-bao-ket-luan").get_data(as_text=True)
    assert "07/TB-UBND" in page
    with app.app_context():
        kinds = db.session.scalars(select(Change.kind)).all()
    assert kinds.count("paper.issued") == 1


def test_a_number_recorded_by_mistake_is_taken_back(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("organiser")
    person.post(f"{URL}/issue", GIVEN)
    person.post(f"{URL}/issue", {**GIVEN, "number": "08"})
    assert _made(app).number == "08"
    assert person.post(f"{URL}/reopen").status_code == 302
    assert _made(app).number == ""
    assert person.post(f"{URL}/reopen").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("number", "<b>"),
        ("number", "87 hoặc 88"),
        ("number", "x" * 5000),
        ("dated_on", "31/02/2023"),
        ("dated_on", "1999-01-01"),
        ("signing", "ai"),
        ("signer", "N" * 500),
    ],
)
def test_what_no_records_clerk_gives_is_refused_with_its_field(
    app: Flask, held: Known, as_role: Callable[[str], Person], field: str, value: str
) -> None:
    answer = as_role("secretary").post(f"{URL}/issue", {**GIVEN, field: value})
    assert answer.status_code == 422
    assert _made(app).number == ""


def test_slips_and_lists_take_no_number(held: Known, as_role: Callable[[str], Person]) -> None:
    answer = as_role("secretary").post("/m/kd/papers/phieu-y-kien/issue", GIVEN)
    assert answer.status_code == 409


def test_only_the_office_records_numbers(held: Known, as_role: Callable[[str], Person]) -> None:
    for role in ("observer", "body", "moderator", "security"):
        assert as_role(role).post(f"{URL}/issue", GIVEN).status_code == 403


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_under_10_and_months_1_and_2_take_a_leading_zero(day: date, words: str) -> None:
    assert values.dated(day) == words


@given(st.integers(1, 99999))
def test_a_number_under_10_takes_a_leading_zero_and_no_other(number: int) -> None:
    printed = values.numbered(f" {number} ")
    assert int(printed) == number
    assert printed.startswith("0") == (number < 10)


def test_points_follow_the_vietnamese_alphabet() -> None:
    marks = [values.point(place) for place in range(24)]
    assert marks[:7] == ["a)", "b)", "c)", "d)", "đ)", "e)", "g)"]
    assert not {"f)", "j)", "w)", "z)"} & set(marks)
    assert len(set(marks)) == 24


def test_a_superior_body_stands_above_and_is_not_bold() -> None:
    both = values.organ_lines(("UBND THỊ XÃ KINH MÔN", "UBND PHƯỜNG TÂN DÂN"))
    assert both == [("UBND THỊ XÃ KINH MÔN", False), ("UBND PHƯỜNG TÂN DÂN", True)]
    own = values.organ_lines(values.organ_of("ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN"))
    assert own == [("ỦY BAN NHÂN DÂN", True), ("PHƯỜNG TÂN DÂN", True)]
