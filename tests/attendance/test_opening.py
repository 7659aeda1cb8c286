"""Whether the meeting can open, whom to call, and whether the machines work."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock as kiosk_clock
from kiosk.plugins.attendance import rules
from tests.conftest import FixedClock
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
AddDelegate = Callable[..., int]
URL = "/api/v1/meetings/kd/attendance"
PAGE = "/m/kd/attendance"


@given(st.integers(0, 3000), st.integers(0, 100))
def test_the_least_is_never_fewer_than_the_percentage(invited: int, percent: int) -> None:
    least = rules.least(invited, percent)
    assert least * 100 >= invited * percent
    assert (least - 1) * 100 < invited * percent or least == 0


@pytest.fixture
def arrive(client: FlaskClient, bearer: Bearer) -> Callable[..., Any]:
    headers = bearer("desk", "Bàn cán bộ")
    numbers = iter(range(1000))

    def scan(delegate: int | None = None, **body: Any) -> Any:
        scan = {"scan_id": f"{next(numbers):032x}", "via": "search", "delegate": delegate}
        return client.post("/api/v1/meetings/kd/scans", json={**scan, **body}, headers=headers).json

    return scan


@pytest.fixture
def seen(client: FlaskClient, bearer: Bearer) -> Callable[..., dict[str, Any]]:
    headers = bearer("moderator")
    return lambda: client.get(URL, headers=headers).json or {}


def test_half_of_those_invited_is_enough_unless_the_office_says_otherwise(
    add_delegate: AddDelegate, arrive: Callable[..., Any], seen: Callable[..., dict[str, Any]]
) -> None:
    people = [add_delegate(f"Nguyễn Văn {n}") for n in range(5)]
    assert seen()["minimum"] == {"percent": 50, "people": 3, "counted": 0, "reached": False}
    for key in people[:2]:
        arrive(key)
    assert seen()["minimum"]["reached"] is False
    arrive(people[2])
    assert seen()["minimum"] == {"percent": 50, "people": 3, "counted": 3, "reached": True}


def test_guests_and_observers_stand_apart_and_do_not_make_the_minimum(
    add_delegate: AddDelegate, arrive: Callable[..., Any], seen: Callable[..., dict[str, Any]]
) -> None:
    add_delegate("Nguyễn Thị Hoa", "047")
    second = add_delegate("Trần Văn Bình", "047")
    arrive(second, observer=True)
    arrive(via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    found = seen()
    assert (found["present"], found["added"], found["observers"]) == (2, 1, 1)
    assert (found["minimum"]["counted"], found["minimum"]["reached"]) == (0, False)


def test_nobody_invited_is_not_enough(seen: Callable[..., dict[str, Any]]) -> None:
    assert seen()["minimum"]["reached"] is False


EDIT = {
    "title": "Đối thoại",
    "venue": "Nhà văn hóa",
    "date": "2023-10-26",
    "starts": "13:30",
    "ends": "17:00",
    "opens": "13:00",
    "minutes": "3",
}


def test_the_minimum_is_a_setting_and_the_screens_follow_it(
    as_role: Callable[[str], Person],
    add_delegate: AddDelegate,
    seen: Callable[..., dict[str, Any]],
) -> None:
    for n in range(10):
        add_delegate(f"Nguyễn Văn {n}")
    person = as_role("organiser")
    before = seen()["version"]
    assert 'name="minimum"' in person.get("/m/kd/edit").get_data(as_text=True)
    assert person.post("/m/kd/edit", {**EDIT, "minimum": "60"}).status_code == 302
    found = seen()
    assert (found["minimum"]["percent"], found["minimum"]["people"]) == (60, 6)
    assert found["version"] > before
    # A form without the field leaves it alone.
    person.post("/m/kd/edit", EDIT)
    assert seen()["minimum"]["percent"] == 60
    for wrong in ("101", "-1", "half", ""):
        answer = person.post("/m/kd/edit", {**EDIT, "minimum": wrong})
        assert answer.status_code == 422
        assert "phần trăm từ 0 đến 100" in answer.get_data(as_text=True)


def test_the_organiser_calls_one_person_at_a_time_and_nobody_else_sees_a_number(
    client: FlaskClient,
    as_role: Callable[[str], Person],
    bearer: Bearer,
    add_delegate: AddDelegate,
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa", phone="0900012345")
    binh = add_delegate("Trần Văn Bình")
    person = as_role("organiser")
    url = f"{PAGE}/phone/{hoa}"
    assert person.get(url).json == {"phone": "0900012345"}
    assert person.get(f"{PAGE}/phone/{binh}").status_code == 404
    assert person.get(f"{PAGE}/phone/999999").status_code == 404
    for role in ("moderator", "observer", "security", "secretary", "desk", "gate"):
        assert client.get(url, headers=bearer(role)).status_code == 403
    for text in (
        person.get(PAGE).get_data(as_text=True),
        person.get(URL).get_data(as_text=True),
        as_role("moderator").get(PAGE).get_data(as_text=True),
    ):
        assert "0900012345" not in text
    rows = (person.get(URL).json or {})["absent"]
    assert {row["delegate"]: row["phone"] for row in rows} == {hoa: True, binh: False}


def strings(page: str) -> dict[str, Any]:
    found = re.search(r'id="strings"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    made: dict[str, Any] = json.loads(found.group(1))
    return made


def test_only_the_organisers_page_knows_where_numbers_and_machines_are(
    as_role: Callable[[str], Person],
) -> None:
    page = as_role("organiser").get(PAGE).get_data(as_text=True)
    assert strings(page)["phone"].endswith("/phone/0")
    assert 'id="machines"' in page
    for role in ("moderator", "observer", "security"):
        page = as_role(role).get(PAGE).get_data(as_text=True)
        assert strings(page)["phone"] == ""
        assert 'id="machines"' not in page


def test_the_card_of_machines_says_which_one_needs_a_look(
    client: FlaskClient,
    as_role: Callable[[str], Person],
    bearer: Bearer,
    clock: FixedClock,
) -> None:
    def speak(headers: dict[str, str], **said: Any) -> None:
        body = {"sent_at": kiosk_clock.now().isoformat(), **said}
        client.post("/api/v1/meetings/kd/devices/self/health", json=body, headers=headers)

    person = as_role("organiser")
    assert "Mời nối máy đón tiếp trước" in person.get(f"{PAGE}/devices").get_data(as_text=True)
    speak(bearer("desk", "Bàn đón số 2"), waiting=4, battery=46)
    clock.pass_(minutes=3)
    speak(bearer("gate", "Bàn đón số 1"), waiting=0, battery=82)
    card = person.get(f"{PAGE}/devices").get_data(as_text=True)
    assert "1 máy cần xem" in card
    assert "Pin 82%, đã gửi hết" in card
    assert "Mất mạng 3 phút" in card
    assert "Pin 46%, 4 lượt đang chờ gửi, vẫn điểm danh được" in card
    for role in ("moderator", "observer", "security"):
        assert as_role(role).get(f"{PAGE}/devices").status_code == 403


def test_groups_tell_their_kind_so_that_households_have_one_ring(
    add_delegate: AddDelegate, seen: Callable[..., dict[str, Any]]
) -> None:
    add_delegate("Nguyễn Thị Hoa")
    kinds = {row["name"]: row["kind"] for row in seen()["by_group"]}
    assert kinds["Đại biểu khu"] == "household"
    assert kinds["Đại biểu phường"] == "official"
