"""The organiser's page of devices."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from kiosk import clock as kiosk_clock
from tests.conftest import FixedClock
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
PAGE = "/m/kd/devices"


@pytest.fixture
def organiser(as_role: Callable[[str], Person]) -> Person:
    return as_role("organiser")


def text_of(person: Person, url: str = PAGE) -> str:
    answer = person.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def speak(client: FlaskClient, headers: dict[str, str], **said: Any) -> None:
    body = {"sent_at": kiosk_clock.now().isoformat(), **said}
    url = "/api/v1/meetings/kd/devices/self/health"
    assert client.post(url, json=body, headers=headers).status_code == 200


def row(page: str, name: str) -> str:
    rows = [part for part in re.split(r"(?=<tr data-device)", page) if f"<b>{name}</b>" in part]
    assert len(rows) == 1
    return rows[0].split("</tr>")[0]


def test_health_stands_in_words_and_amber_only_where_somebody_should_act(
    client: FlaskClient, bearer: Bearer, organiser: Person, clock: FixedClock
) -> None:
    good, bad = bearer("gate", "Bàn đón số 1"), bearer("desk", "Bàn đón số 2")
    speak(client, bad, waiting=4, battery=12, charging=False)
    clock.pass_(minutes=6)
    now = kiosk_clock.rfc3339(clock())
    speak(client, good, waiting=0, battery=86, charging=False, roster_at=now)
    page = text_of(organiser)
    assert "1 trên 2" in page
    assert "lượt quét chờ gửi, ở Bàn đón số 2" in page
    first, second = row(page, "Bàn đón số 1"), row(page, "Bàn đón số 2")
    assert "data-needs" not in first
    assert "Đang chạy" in first
    assert "danh sách bản 13:11" in first
    assert "86%" in first
    assert 'data-needs="lost waiting battery"' in second
    assert "Mất liên lạc 6 phút" in second
    assert "vẫn ghi nhận ngoại tuyến" in second


def test_a_clock_that_is_off_says_by_how_much(
    client: FlaskClient, bearer: Bearer, organiser: Person
) -> None:
    slow, fast = bearer("gate", "Máy chậm"), bearer("gate", "Máy nhanh")
    for headers, seconds in ((slow, -41), (fast, 7200)):
        sent = (kiosk_clock.now() + timedelta(seconds=seconds)).isoformat()
        speak(client, headers, sent_at=sent)
    page = text_of(organiser)
    assert "chậm 41 giây" in row(page, "Máy chậm")
    assert "nhanh 120 phút" in row(page, "Máy nhanh")
    assert 'data-needs="clock"' in row(page, "Máy nhanh")


def test_revoking_warns_of_scans_that_wait_and_makes_keeping_the_main_button(
    client: FlaskClient, bearer: Bearer, organiser: Person
) -> None:
    holding, empty = bearer("gate", "Còn lượt"), bearer("gate", "Hết lượt")
    speak(client, holding, waiting=4)
    speak(client, empty, waiting=0)
    page = text_of(organiser)
    dialogs = {
        name: next(d for d in page.split("<dialog") if f"Thu hồi {name}?" in d)
        for name in ("Còn lượt", "Hết lượt")
    }
    assert "Máy còn 4 lượt chờ gửi" in dialogs["Còn lượt"]
    assert 'class="btn primary" data-close' in dialogs["Còn lượt"]
    assert "chờ gửi" not in dialogs["Hết lượt"]


def test_the_part_that_follows_by_itself_holds_the_same_table(
    client: FlaskClient, bearer: Bearer, organiser: Person
) -> None:
    speak(client, bearer("gate", "Bàn đón số 1"), waiting=0)
    part = text_of(organiser, f"{PAGE}/fleet")
    assert "<html" not in part
    assert "Đang chạy" in row(part, "Bàn đón số 1")


def test_purposes_say_what_each_cannot_do(organiser: Person) -> None:
    page = text_of(organiser)
    assert "chỉ nhận mã, không tìm tên, không giữ danh sách" in page
    assert "giữ tên, không giữ số điện thoại" in page
    assert "không quét được" in page


def test_pairing_shows_a_code_an_address_and_leads_people_to_the_checks(
    client: FlaskClient, organiser: Person
) -> None:
    typed = {"name": "Bàn đón số 3", "profile": "gate", "place": "cửa bên"}
    page = organiser.post(PAGE, typed).get_data(as_text=True)
    code = "".join(re.findall(r'class="code"[^>]*>(\w{4}) (\w{4})<', page)[0])
    assert "hoặc mở" in page
    assert "/pair, gõ mã" in page
    assert "Đang chờ máy quét mã" in page
    assert "cửa bên" in page
    tablet = Person(client)
    assert "Bàn đón số 3" in tablet.get(f"/pair?code={code}&ready=1").get_data(as_text=True)
    answer = tablet.post("/pair", {"code": code, "ready": "1"})
    assert answer.headers["Location"] == "/m/kd/ready"
    assert client.get("/m/kd/ready").status_code == 200


def test_a_wrong_name_keeps_what_was_typed(organiser: Person) -> None:
    answer = organiser.post(PAGE, {"name": " ", "profile": "desk", "place": "cửa bên"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Xin đặt tên máy" in page
    assert 'value="cửa bên"' in page


@pytest.mark.parametrize("role", ["moderator", "observer", "security", "secretary"])
def test_only_the_organiser_sees_devices(as_role: Callable[[str], Person], role: str) -> None:
    person = as_role(role)
    for path in (PAGE, f"{PAGE}/fleet", "/m/kd/scanner-card.pdf"):
        assert person.get(path).status_code == 403


@pytest.mark.parametrize("profile", ["gate", "desk", "screen"])
def test_devices_see_no_devices(client: FlaskClient, bearer: Bearer, profile: str) -> None:
    assert client.get(PAGE, headers=bearer(profile)).status_code == 403
