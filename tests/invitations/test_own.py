"""A delegate's own page: the invitation, the answer, the calendar file, what it weighs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk import compress
from kiosk import erasure
from kiosk.db import db
from kiosk.db import writing
from kiosk.errors import KioskError
from kiosk.ledger import Change
from kiosk.paths import STATIC
from kiosk.plugin import Plugin
from kiosk.plugin import discover
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import replies
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.events import Replied
from kiosk.plugins.invitations.models import Reply
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
# Three bars of a weak signal load this in about five seconds.
HEAVIEST = 60_000


@pytest.fixture
def before(clock: FixedClock) -> FixedClock:
    """Three days before the meeting."""
    clock.pass_(days=-3)
    return clock


@pytest.fixture
def phone(client: FlaskClient) -> Person:
    return Person(client)


@pytest.fixture
def hoa(add_delegate: AddDelegate, invite: Invite, before: FixedClock) -> Code:
    return invite(add_delegate("Nguyễn Thị Hoa", "047"))


def _page(phone: Person, path: str) -> str:
    return unescape(phone.get(path).get_data(as_text=True))


def _answer(phone: Person, code: str, answer: str, **more: str) -> int:
    return phone.post(f"/I/{code}/reply", {"answer": answer, **more}).status_code


def test_the_invitation_tells_who_when_where_and_asks_for_an_answer(
    phone: Person, hoa: Code
) -> None:
    for path in (f"/I/{hoa.code}", f"/i/{hoa.code.lower()}"):
        page = _page(phone, path)
        for words in ("Bà Nguyễn Thị Hoa", "Đại diện hộ 047", "13 giờ 30", "26/10/2023"):
            assert words in page
        assert f"{hoa.short[:4]} {hoa.short[4:]}" in page
        assert "Nhà văn hóa khu Kim Đồng I" in page
        assert "Tôi sẽ dự" in page
        assert "Không dự được" in page
        # Speaking is asked for after the answer: one thing at a time.
        assert "Đăng ký phát biểu" not in page


def test_the_map_is_a_link_that_takes_nothing_of_the_code_along(phone: Person, hoa: Code) -> None:
    page = phone.get(f"/I/{hoa.code}").get_data(as_text=True)
    link = re.search(r'<a [^>]*href="(https://[^"]*maps[^"]*)"[^>]*>', page)
    assert link is not None
    assert 'rel="noopener noreferrer"' in link.group(0)
    assert "Kim%20%C4%90%E1%BB%93ng" in link.group(1)
    assert hoa.code not in link.group(1)
    foreign = re.findall(r'(?:src|href)="(https?://[^"]*)"', page)
    assert foreign == [link.group(1)]


@pytest.mark.parametrize(
    ("answer", "more", "words"),
    [
        ("yes", {}, "Cảm ơn bà đã nhận lời"),
        ("other", {"name": "Trần Văn Nam", "relation": "Con"}, "Trần Văn Nam sẽ đi thay"),
        ("no", {"reason": "Đi viện"}, "Cảm ơn bà đã báo"),
    ],
)
def test_an_answer_is_kept_and_the_page_becomes_the_speaking_page(
    phone: Person, hoa: Code, answer: str, more: dict[str, str], words: str
) -> None:
    assert _answer(phone, hoa.code, answer, **more) == 302
    page = _page(phone, f"/I/{hoa.code}")
    assert words in page
    assert "Tôi sẽ dự" not in page
    assert "Gửi câu hỏi bằng chữ" in page
    assert ("Đăng ký phát biểu" in page) == (answer != "no")


def test_an_answer_can_be_changed_and_the_last_one_stands(
    phone: Person, hoa: Code, app: Flask, meeting: Known
) -> None:
    _answer(phone, hoa.code, "other", name="Trần Văn Nam", relation="Con")
    with app.app_context():
        found = queries.announced(db.session(), meeting.id)
        assert found == {hoa.delegate_id: {"name": "Trần Văn Nam", "relation": "Con"}}
        told = db.session.scalars(select(Change).where(Change.kind == "invitation.replied")).one()
        assert told.facts == {"answer": "other"}
    _answer(phone, hoa.code, "yes")
    with app.app_context():
        assert queries.announced(db.session(), meeting.id) == {}
        assert queries.replies(db.session(), meeting.id)[hoa.delegate_id].name == ""
        numbers = queries.numbers(db.session(), meeting.id)
    assert numbers == {
        "issued": 1,
        "unissued": 0,
        "replied": 1,
        "replied_yes": 1,
        "replied_other": 0,
        "replied_no": 0,
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"answer": "other", "name": " \u200b "}, "Xin ghi họ tên người đi thay"),
        ({"answer": "other", "name": "A" * 10_000}, "Đoạn này dài quá"),
        ({"answer": "no", "reason": "x" * 301}, "Đoạn này dài quá"),
        ({"answer": "perhaps"}, "Xin chọn một câu trả lời"),
        ({}, "Xin chọn một câu trả lời"),
    ],
)
def test_a_wrong_answer_is_said_beside_the_field_and_nothing_is_kept(
    phone: Person, hoa: Code, app: Flask, typed: dict[str, str], sentence: str
) -> None:
    answer = phone.post(f"/I/{hoa.code}/reply", typed)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(Reply)).all() == []


def test_names_are_kept_as_text_and_composed(
    phone: Person, hoa: Code, app: Flask, meeting: Known
) -> None:
    # Decomposed, with a mark that turns the writing direction, and markup.
    typed = "Tra\u0302\u0300n \u202eVa\u0306n <b>Nam</b>"
    assert _answer(phone, hoa.code, "other", name=typed) == 302
    with app.app_context():
        found = queries.announced(db.session(), meeting.id)
        assert found[hoa.delegate_id]["name"] == "Trần Văn <b>Nam</b>"
    assert "<b>Nam</b>" not in phone.get(f"/I/{hoa.code}").get_data(as_text=True)


def test_once_the_meeting_has_begun_answers_are_closed_with_a_sentence(
    phone: Person, hoa: Code, clock: FixedClock
) -> None:
    clock.pass_(days=3, minutes=26)
    answer = phone.post(f"/I/{hoa.code}/reply", {"answer": "no"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'data-code="reply_closed"' in page
    assert "Hội nghị đã bắt đầu" in page


def test_after_the_meeting_the_page_says_thank_you_and_leads_to_the_answers(
    phone: Person, hoa: Code, clock: FixedClock
) -> None:
    clock.pass_(days=4)
    page = _page(phone, f"/I/{hoa.code}")
    assert "Buổi đối thoại đã kết thúc" in page
    assert 'href="/p/kd"' in page
    assert 'data-poll="0"' in page


def test_codes_that_do_not_count_answer_nothing(
    phone: Person, hoa: Code, app: Flask, meeting: Known, invite: Invite
) -> None:
    renewed = invite(hoa.delegate_id)
    for path in ("", "/reply", "/now", "/calendar.ics"):
        assert phone.get(f"/I/{hoa.code}{path}").status_code == 404
    assert _answer(phone, hoa.code, "no") == 404
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, hoa.delegate_id, actor="test", now=kiosk_clock.now())
    assert _answer(phone, renewed.code, "no") == 404
    assert _answer(phone, "0000", "no") == 404
    with app.app_context():
        assert db.session.scalars(select(Reply)).all() == []


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, hoa: Code) -> None:
    client.get(f"/I/{hoa.code}")
    assert client.post(f"/I/{hoa.code}/reply", data={"answer": "no"}).status_code == 403


def test_somebody_who_presses_without_end_is_slowed_down(phone: Person, hoa: Code) -> None:
    answers = [_answer(phone, hoa.code, "yes") for _ in range(21)]
    assert answers == [302] * 20 + [429]


def test_a_reply_is_announced_and_fails_for_strangers(
    make_app: Callable[..., Flask], hoa: Code, meeting: Known
) -> None:
    heard: list[Replied] = []
    listener = Plugin(name="listener", title="Listener", on={Replied: heard.append})
    with make_app([*discover(), listener]).app_context():
        given, now = replies.Given("yes"), kiosk_clock.now()
        with writing() as session:
            replies.reply(session, meeting.id, hoa.delegate_id, given, actor="t", now=now)
        for meeting_id, delegate_id in ((meeting.id, 10**6), (meeting.id + 1, hoa.delegate_id)):
            with pytest.raises(KioskError) as refused, writing() as session:
                replies.reply(session, meeting_id, delegate_id, given, actor="t", now=now)
            assert refused.value.code == "no_delegate"
    assert heard == [Replied(meeting.id, hoa.delegate_id, "yes")]


def test_erasing_a_meeting_keeps_the_counts_of_answers_without_names(
    phone: Person, hoa: Code, app: Flask, meeting: Known, clock: FixedClock
) -> None:
    _answer(phone, hoa.code, "other", name="Trần Văn Nam", relation="Con")
    clock.pass_(days=30)
    with app.app_context(), writing() as session:
        erasure.erase_meeting(session, meeting.id, actor="t", now=kiosk_clock.now())
    with app.app_context():
        kept = db.session.scalars(select(Reply)).one()
        assert (kept.answer, kept.name, kept.relation, kept.reason) == ("other", "", "", "")


def test_the_letters_grow_in_three_steps_without_a_script(phone: Person, hoa: Code) -> None:
    assert 'data-text="100"' in _page(phone, f"/I/{hoa.code}")
    assert 'data-text="150"' in _page(phone, f"/I/{hoa.code}?text=150")
    assert 'data-text="150"' in _page(phone, f"/I/{hoa.code}/reply?answer=no")
    for nonsense in ("400", "x", ""):
        assert 'data-text="150"' in _page(phone, f"/I/{hoa.code}?text={nonsense}")


def test_the_first_load_weighs_less_than_sixty_kilobytes(
    make_app: Callable[..., Flask], hoa: Code
) -> None:
    # With a public address the QR code holds more: the heavier of the two cases.
    client = make_app(public_url="https://doi-thoai.phuong-tan-dan.example").test_client()
    page = client.get(f"/I/{hoa.code}").get_data(as_text=True)
    loaded = re.findall(r'(?:src|href)="/static/v/\w+/([^"?]+)', page)
    assert {"tokens.css", "invitations/own.css", "invitations/own.js"} <= set(loaded)
    sent = {name: compress.content(STATIC / name) for name in loaded}
    assert sum(map(len, sent.values())) + len(page.encode()) < HEAVIEST
    # Letters of the phone itself: a font file would weigh more than all the rest.
    assert b"--font:system-ui" in sent["invitations/own.css"]


def test_its_scripts_know_only_words_that_a_phone_of_2019_knows() -> None:
    for name in ("own.js", "own-worker.js"):
        script = (STATIC / "invitations" / name).read_text()
        code = "\n".join(line for line in script.splitlines() if not line.startswith("//"))
        # Younger: optional chaining, ??, ??=, class fields, .at(), replaceAll, top-level await.
        for young in (r"\?\.[a-z\[(]", r"\?\?", r"\.at\(", r"replaceAll", r"^await ", r"#\w+ ="):
            assert not re.search(young, code, re.MULTILINE), (name, young)


def test_the_page_tells_again_only_what_is_new(phone: Person, hoa: Code) -> None:
    first = phone.get(f"/I/{hoa.code}/now")
    assert first.status_code == 200
    assert "<html" not in first.get_data(as_text=True)
    mark = {"If-None-Match": first.headers["ETag"]}
    assert phone.get(f"/I/{hoa.code}/now", headers=mark).status_code == 304
    _answer(phone, hoa.code, "yes")
    again = phone.get(f"/I/{hoa.code}/now", headers=mark)
    assert again.status_code == 200
    assert "Cảm ơn bà đã nhận lời" in again.get_data(as_text=True)


def test_the_calendar_file_is_offered_with_the_hours_of_the_letter(
    phone: Person, hoa: Code
) -> None:
    answer = phone.get(f"/I/{hoa.code}/calendar.ics")
    assert answer.mimetype == "text/calendar"
    words = answer.get_data(as_text=True).replace("\r\n ", "")
    assert "DTSTART:20231026T063000Z\r\n" in words
    assert "DTEND:20231026T100000Z\r\n" in words
    assert "LOCATION:Nhà văn hóa khu Kim Đồng I\r\n" in words
    assert "Hoa" not in words
    assert hoa.code not in words
    starts = datetime(2023, 10, 26, 6, 30, tzinfo=UTC)
    assert starts.astimezone(kiosk_clock.VN).hour == 13
    assert starts - timedelta(days=3) > kiosk_clock.now()
