"""The public page: when, where, about what, how to attend; everybody's question in writing."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person


@pytest.fixture
def anyone(client: FlaskClient, meeting: Known) -> Person:
    return Person(client)


def _asked(app: Flask) -> list[Matter]:
    with app.app_context():
        return list(db.session.scalars(select(Matter).order_by(Matter.id)))


def test_it_tells_when_where_about_what_and_how_and_names_nobody(
    anyone: Person, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    add_delegate("Nguyễn Thị Hoa")
    clock.pass_(days=-7)
    page = unescape(anyone.get("/p/kd").text)
    for words in (
        "13 giờ 30",
        "Thứ Năm, 26/10/2023",
        "Nhà văn hóa khu Kim Đồng I",
        "Đất đai",
        "Mỗi hộ cử một người",
        "Gửi câu hỏi bằng cách nào",
        # Three working days before the Thursday.
        "trước hết ngày 23/10/2023",
    ):
        assert words in page
    assert "Hoa" not in page
    assert 'href="/p/kd/question"' in page


def test_after_the_meeting_it_leads_to_conclusions_and_answers(
    anyone: Person, clock: FixedClock
) -> None:
    clock.pass_(days=1)
    page = anyone.get("/p/kd").text
    assert 'href="/p/kd/opinions"' in page
    assert 'href="/p/kd/question"' not in page
    late = anyone.post("/p/kd/question", {"text": "Đèn đường?"})
    assert (late.status_code, 'data-code="meeting_over"' in late.text) == (409, True)


def test_a_question_goes_into_the_register_and_gets_its_number(
    anyone: Person, app: Flask, meeting: Known
) -> None:
    assert "Nội dung câu hỏi" in anyone.get("/p/kd/question").text
    form = {
        "text": "Đèn đường ngõ 2 bao giờ sửa?",
        "topic": str(meeting.topics["T5"]),
        "area": str(meeting.areas["Khu Kim Đồng II"]),
        "name": "Trần  Văn\u200b Bình",
    }
    answer = anyone.post("/p/kd/question", form)
    assert answer.status_code == 200
    assert "mang số 1 trong sổ" in answer.text
    (matter,) = _asked(app)
    assert (matter.number, matter.kind, matter.topic_id) == (1, "question", meeting.topics["T5"])
    with app.app_context():
        opinion = db.session.scalars(select(Opinion)).one()
        author = db.session.scalars(select(OpinionAuthor)).one()
    assert (opinion.channel, opinion.anonymous) == ("page", False)
    assert opinion.area_id == meeting.areas["Khu Kim Đồng II"]
    assert (author.name, author.delegate_id) == ("Trần Văn Bình", None)
    anyone.post("/p/kd/question", {"text": "Không ghi tên"})
    with app.app_context():
        anonymous = db.session.scalars(select(Opinion.anonymous).order_by(Opinion.id)).all()
    assert anonymous == [False, True]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Xin ghi nội dung câu hỏi"),
        ({"text": " \u200b\n "}, "Xin ghi nội dung câu hỏi"),
        ({"text": "x" * 2001}, "dài quá"),
        ({"text": "Đèn?", "name": "x" * 121}, "dài quá"),
        ({"text": "Đèn đường?", "topic": "99999"}, "Đèn đường?"),
        ({"text": "Đèn đường?", "topic": "-1"}, "Đèn đường?"),
        ({"text": "Đèn đường?", "area": "9" * 300}, "Đèn đường?"),
    ],
)
def test_a_wrong_question_is_said_and_nothing_typed_is_lost(
    anyone: Person, app: Flask, typed: dict[str, str], sentence: str
) -> None:
    answer = anyone.post("/p/kd/question", typed)
    assert answer.status_code == 422
    assert sentence in unescape(answer.text)
    assert _asked(app) == []


def test_machines_are_slowed_down_and_fill_in_what_nobody_sees(
    anyone: Person, app: Flask, clock: FixedClock
) -> None:
    trap = anyone.post("/p/kd/question", {"text": "Mua ngay", "website": "https://x.example"})
    assert trap.status_code == 200
    assert _asked(app) == []
    answers = [anyone.post("/p/kd/question", {"text": f"Câu {i}"}).status_code for i in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    clock.pass_(minutes=1)
    assert anyone.post("/p/kd/question", {"text": "Câu sau"}).status_code == 200
    assert len(_asked(app)) == 4


def test_a_question_needs_the_page_it_was_written_on(client: FlaskClient, meeting: Known) -> None:
    client.get("/p/kd/question")
    assert client.post("/p/kd/question", data={"text": "Đèn?"}).status_code == 403
    assert client.get("/p/none/question").status_code == 404


def test_the_home_leads_the_organiser_to_the_public_page_and_the_loudspeaker_text(
    as_role: Callable[[str], Person],
) -> None:
    page = as_role("organiser").get("/m/kd").text
    assert 'href="/p/kd"' in page
    assert "/m/kd/papers/bai-phat-thanh.docx" in page
    assert as_role("organiser").get("/m/kd/papers/bai-phat-thanh.docx").status_code == 200
