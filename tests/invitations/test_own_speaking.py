"""The speaking order on a delegate's own page: ask, wait, step back, withdraw, ask in writing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk import clock as kiosk_clock
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


class Hall:
    """The moderator and the door, over the API."""

    def __init__(self, client: FlaskClient, moderator: dict[str, str], gate: dict[str, str]):
        self.client, self.moderator, self.gate = client, moderator, gate

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.open(
            f"/api/v1/meetings/kd/speakers{path}",
            method=method,
            json={} if body is None and method != "GET" else body,
            headers=self.moderator,
        )
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.json

    def ask(self, delegate: int, **more: Any) -> int:
        made: int = self.call("POST", "", {"delegate": delegate, **more})["id"]
        return made

    def order(self) -> list[int]:
        return [entry["delegate"] for entry in self.call("GET", "")["waiting"]]

    def come(self, code: Code) -> None:
        scan = {
            "scan_id": str(uuid.uuid4()),
            "code": code.code,
            "scanned_at": kiosk_clock.now().isoformat(),
            "via": "camera",
        }
        answer = self.client.post("/api/v1/meetings/kd/scans", json=scan, headers=self.gate)
        assert (answer.json or {})["verdict"] == "admitted"


@pytest.fixture
def phone(client: FlaskClient) -> Person:
    return Person(client)


@pytest.fixture
def hall(client: FlaskClient, bearer: Callable[..., dict[str, str]], meeting: Known) -> Hall:
    return Hall(client.application.test_client(), bearer("moderator"), bearer("gate"))


@pytest.fixture
def people(add_delegate: AddDelegate, invite: Invite) -> list[Code]:
    return [
        invite(add_delegate(name, salutation=form))
        for name, form in (
            ("Nguyễn Thị Hoa", "bà"),
            ("Trần Văn Bình", "ông"),
            ("Lê Văn An", "anh"),
            ("Mai Thị Sen", "chị"),
        )
    ]


def _see(phone: Person, code: Code) -> str:
    return unescape(phone.get(f"/I/{code.code}").get_data(as_text=True))


def _speak(phone: Person, code: Code, **typed: str) -> TestResponse:
    return phone.post(f"/I/{code.code}/speak", typed)


def _turn(page: str) -> int:
    found = re.search(r'data-turn="(\d+)"', page)
    assert found is not None
    return int(found.group(1))


def test_a_request_made_beforehand_waits_and_wakes_at_the_door(
    phone: Person, hall: Hall, people: list[Code], meeting: Known, clock: FixedClock
) -> None:
    hoa = people[0]
    clock.pass_(days=-2)
    phone.post(f"/I/{hoa.code}/reply", {"answer": "yes"})
    form = unescape(phone.get(f"/I/{hoa.code}/speak").get_data(as_text=True))
    assert "Bà muốn nói về việc gì?" in form
    topic = str(meeting.topics["T5"])
    assert _speak(phone, hoa, topic=topic, note="Rãnh thoát nước ngõ 6").status_code == 302
    page = _see(phone, hoa)
    assert 'data-state="expected"' in page
    assert "Khi bà đến và điểm danh, lượt này vào thứ tự" in page
    assert "Đất đai" in page
    assert "Rãnh thoát nước ngõ 6" in page
    clock.pass_(days=2, minutes=10)
    hall.come(hoa)
    page = _see(phone, hoa)
    assert 'data-state="waiting"' in page
    assert 'data-position="1"' in page


def test_the_place_the_hour_and_the_person_speaking_are_shown(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    for code in people:
        hall.come(code)
    turns = [hall.ask(code.delegate_id) for code in people]
    clock.pass_(minutes=30)
    hall.call("POST", f"/{turns[0]}/start")
    page = _see(phone, people[2])
    assert 'data-position="2"' in page
    assert "Còn 1 người trước anh" in page
    assert "Bà Nguyễn Thị Hoa" in page
    assert 'data-clock="180"' in page
    # 3 minutes are left, then Bình speaks 3 and is answered 4 after 4 of answering Hoa.
    assert re.search(r"Dự kiến khoảng <b>13 giờ 4\d", page)
    # What others want to say is theirs alone.
    assert "Mai Thị Sen" not in page
    assert "Trần Văn Bình" not in page


def test_whoever_is_next_in_the_hall_is_called_and_nobody_before_the_meeting(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    for code in people:
        hall.ask(code.delegate_id)
    hall.come(people[1])
    assert 'data-call="next' not in _see(phone, people[1])
    clock.pass_(minutes=30)
    # Hoa stands before Bình and has not come: the moderator would pass over her.
    assert 'data-call="next' in _see(phone, people[1])
    assert "Sắp đến lượt ông" in _see(phone, people[1])
    assert 'data-call="next' not in _see(phone, people[0])
    hall.come(people[0])
    assert 'data-call="next' in _see(phone, people[0])
    assert 'data-call="next' not in _see(phone, people[1])


def test_stepping_back_lets_the_next_present_person_first_and_can_be_undone(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    for code in people:
        hall.ask(code.delegate_id)
    for code in (people[0], people[2]):
        hall.come(code)
    ids = [code.delegate_id for code in people]
    turn = _turn(_see(phone, people[0]))
    assert phone.post(f"/I/{people[0].code}/turns/{turn}/back").status_code == 302
    # Bình has not come: one place further would bring the same call at once.
    assert hall.order() == [ids[1], ids[2], ids[0], ids[3]]
    hall.call("POST", "/undo")
    assert hall.order() == ids
    phone.post(f"/I/{people[0].code}/turns/{turn}/back")
    refused = phone.post(f"/I/{people[0].code}/turns/{turn}/back")
    assert refused.status_code == 409
    assert 'data-code="nobody_behind"' in refused.get_data(as_text=True)


def test_a_turn_can_be_changed_and_withdrawn_until_it_begins(
    phone: Person, hall: Hall, people: list[Code], meeting: Known
) -> None:
    hoa = people[0]
    _speak(phone, hoa, note="một")
    turn = _turn(_see(phone, hoa))
    topic = str(meeting.topics["T6"])
    assert _speak(phone, hoa, turn=str(turn), topic=topic, note="hai").status_code == 302
    entry = hall.call("GET", "")["waiting"][0]
    assert (entry["note"], entry["topic"]) == ("hai", "An ninh")
    assert phone.post(f"/I/{hoa.code}/turns/{turn}/withdraw").status_code == 302
    assert hall.order() == []
    assert "Đã rút khỏi danh sách" in _see(phone, hoa)
    again = phone.post(f"/I/{hoa.code}/turns/{turn}/withdraw")
    assert (again.status_code, 'data-code="wrong_state"' in again.text) == (409, True)


def test_speaking_fills_the_screen_and_is_thanked_for_afterwards(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    hoa = people[0]
    hall.come(hoa)
    turn = hall.ask(hoa.delegate_id)
    clock.pass_(minutes=30)
    hall.call("POST", f"/{turn}/start")
    clock.pass_(seconds=30)
    page = _see(phone, hoa)
    assert 'data-state="speaking"' in page
    assert 'data-clock="150"' in page
    until = int((kiosk_clock.now().timestamp() + 150) * 1000)
    assert f'data-until="{until}"' in page
    hall.call("POST", f"/{turn}/pause")
    assert "data-until" not in _see(phone, hoa)
    hall.call("POST", f"/{turn}/finish")
    assert "Bà đã phát biểu lúc" in _see(phone, hoa)


def test_the_running_clock_alone_is_no_news(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    for code in people[:3]:
        hall.come(code)
    turn = hall.ask(people[0].delegate_id)
    clock.pass_(minutes=30)
    hall.call("POST", f"/{turn}/start")
    first = phone.get(f"/I/{people[1].code}/now")
    mark = {"If-None-Match": first.headers["ETag"]}
    clock.pass_(seconds=20)
    assert phone.get(f"/I/{people[1].code}/now", headers=mark).status_code == 304
    hall.call("POST", f"/{turn}/finish")
    assert phone.get(f"/I/{people[1].code}/now", headers=mark).status_code == 200


@pytest.mark.parametrize(
    ("floor", "pass_minutes", "code", "sentence"),
    [
        ({"open": False}, 0, "closed", "Đã đóng đăng ký"),
        ({"present_only": True}, 0, "not_present", "Chỉ người đã điểm danh"),
        ({}, 60 * 5, "meeting_over", "Buổi đối thoại đã kết thúc"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code_and_a_sentence_and_nothing_typed_is_lost(
    phone: Person,
    hall: Hall,
    people: list[Code],
    clock: FixedClock,
    floor: dict[str, bool],
    pass_minutes: int,
    code: str,
    sentence: str,
) -> None:
    if floor:
        hall.call("PATCH", "", floor)
    clock.pass_(minutes=pass_minutes)
    refused = _speak(phone, people[0], note="Rãnh thoát nước")
    page = unescape(refused.text)
    assert refused.status_code == 409
    assert f'data-code="{code}"' in page
    assert sentence in page
    assert "Rãnh thoát nước" in page
    assert hall.order() == []


def test_twice_is_once(phone: Person, hall: Hall, people: list[Code]) -> None:
    _speak(phone, people[0])
    again = _speak(phone, people[0])
    assert (again.status_code, 'data-code="already_waiting"' in again.text) == (409, True)
    assert hall.order() == [people[0].delegate_id]


def test_nobody_acts_for_another(phone: Person, hall: Hall, people: list[Code]) -> None:
    turn = hall.ask(people[1].delegate_id, note="của ông Bình")
    own = f"/I/{people[0].code}"
    for what in ("back", "withdraw"):
        answer = phone.post(f"{own}/turns/{turn}/{what}")
        assert (answer.status_code, 'data-code="no_turn"' in answer.text) == (404, True)
    answer = _speak(phone, people[0], turn=str(turn), note="đổi")
    assert (answer.status_code, 'data-code="no_turn"' in answer.text) == (404, True)
    phone.post(f"/I/{people[1].code}/question", {"text": "Đèn đường hỏng"})
    question = hall.call("GET", "")["questions"][0]["id"]
    answer = phone.post(f"{own}/questions/{question}/withdraw")
    assert (answer.status_code, 'data-code="no_question"' in answer.text) == (404, True)
    assert hall.call("GET", "")["waiting"][0]["note"] == "của ông Bình"
    assert len(hall.call("GET", "")["questions"]) == 1
    for number in (10**30, 0):
        assert phone.post(f"{own}/turns/{number}/withdraw").status_code == 404


def test_a_code_that_does_not_count_is_led_to_the_page_that_says_so(
    phone: Person, people: list[Code], invite: Invite
) -> None:
    old = people[0]
    invite(old.delegate_id)
    for path in ("speak", "question"):
        for answer in (phone.get(f"/I/{old.code}/{path}"), phone.post(f"/I/{old.code}/{path}")):
            assert answer.status_code == 303
            assert answer.headers["Location"] == f"/I/{old.code}"


def test_a_question_in_writing_reaches_the_moderator_and_can_be_taken_back(
    phone: Person, hall: Hall, people: list[Code], meeting: Known
) -> None:
    hoa = people[0]
    url = f"/I/{hoa.code}/question"
    asked = phone.post(url, {"text": "Đèn đường ngõ 2?", "topic": str(meeting.topics["T5"])})
    assert asked.status_code == 302
    assert hall.call("GET", "")["questions"][0]["text"] == "Đèn đường ngõ 2?"
    page = _see(phone, hoa)
    assert "Đã gửi câu hỏi" in page
    assert "Đèn đường ngõ 2?" in page
    question = hall.call("GET", "")["questions"][0]["id"]
    assert phone.post(f"/I/{hoa.code}/questions/{question}/withdraw").status_code == 302
    assert hall.call("GET", "")["questions"] == []
    for wrong, code in (({"text": " "}, 422), ({"text": "x" * 1001}, 422), ({}, 422)):
        assert phone.post(url, wrong).status_code == code
    foreign = phone.post(url, {"text": "Câu hỏi", "topic": "999999"})
    assert foreign.status_code == 422
    assert "Câu hỏi" in foreign.text


def test_whoever_cannot_come_gives_the_place_away_and_the_moderator_can_undo_it(
    phone: Person, hall: Hall, people: list[Code]
) -> None:
    for code in people:
        hall.ask(code.delegate_id)
    hall.come(people[1])
    ids = [code.delegate_id for code in people]
    for code, answer in zip(people, ("no", "no", "yes", "other"), strict=True):
        typed = {"answer": answer, "name": "Trần Văn Nam"}
        assert phone.post(f"/I/{code.code}/reply", typed).status_code == 302
    # Bình said no and came all the same.
    assert hall.order() == ids[1:]
    hall.call("POST", "/undo")
    assert hall.order() == ids


def test_the_phone_looks_more_often_the_nearer_the_turn_is(
    phone: Person, hall: Hall, people: list[Code], clock: FixedClock
) -> None:
    for code in people:
        hall.ask(code.delegate_id)

    def seconds(code: Code) -> int:
        found = re.search(r'data-poll="(\d+)"', _see(phone, code))
        assert found is not None
        return int(found.group(1))

    assert seconds(people[0]) == 30
    clock.pass_(minutes=30)
    assert [seconds(code) for code in people] == [5, 5, 5, 12]
    clock.pass_(days=-1)
    assert seconds(people[0]) == 300
