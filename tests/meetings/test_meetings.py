"""Meetings: the plan as data, doors, making one by hand, the public page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo import plan
from kiosk.plugins.meetings import rules
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

NEW = {
    "title": "Đối thoại với nhân dân khu Bình Minh",
    "date": "2023-11-02",
    "starts": "13:30",
    "ends": "17:00",
    "venue": "Nhà văn hóa khu Bình Minh",
    "ward": "Phường Tân Dân",
    "org_name": "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN",
    "place_name": "Tân Dân",
    "host": "Chủ tịch UBND phường",
    "areas": "Khu Bình Minh\nKhu Rạng Đông\n",
}


def test_the_plan_holds_what_the_paper_says() -> None:
    assert len(plan.TOPICS) == 7
    assert [group.code for group in plan.GROUPS] == ["A", "B", "C", "D", "E"]
    assert plan.GROUPS[-1].target == 100
    assert len(plan.posts()) == 30
    assert datetime(2023, 10, 26, 6, 30, tzinfo=UTC) == plan.STARTS_AT
    bodies = {body for group in plan.GROUPS for body, _ in group.bodies}
    assert {topic.body for topic in plan.TOPICS} <= bodies


@given(st.sampled_from(["open", "closed", "auto"]), st.integers(-600, 600))
def test_doors_follow_the_hand_first_and_then_the_hours(doors: str, minutes: int) -> None:
    opens = datetime(2023, 10, 26, 6, 0, tzinfo=UTC)
    ends = opens + timedelta(hours=4)
    now = opens + timedelta(minutes=minutes)
    open_ = rules.doors_open(doors, opens, ends, now)
    assert open_ == {"open": True, "closed": False, "auto": 0 <= minutes <= 240}[doors]


@given(st.text(max_size=80), st.integers(2000, 2100))
def test_any_title_makes_a_short_name_that_can_stand_in_an_address(title: str, year: int) -> None:
    assert rules.is_short_name(rules.short_name(title, year))


def test_the_api_tells_the_facts(
    client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    facts = client.get("/api/v1/meetings/kd", headers=bearer("observer")).json or {}
    assert facts["starts_at"] == "2023-10-26T13:30:00+07:00"
    assert facts["doors"] == "auto"
    assert facts["open_now"] is True
    assert len(facts["topics"]) == 7
    assert [area["name"] for area in facts["areas"]] == ["Khu Kim Đồng I", "Khu Kim Đồng II"]


def test_doors_can_be_closed_and_opened_by_hand(
    client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    headers = bearer("organiser")
    url = "/api/v1/meetings/kd"
    closed = client.patch(url, json={"doors": "closed"}, headers=headers).json or {}
    assert (closed["doors"], closed["open_now"]) == ("closed", False)
    assert client.patch(url, json={"doors": "ajar"}, headers=headers).status_code == 422
    assert client.patch(url, json={"door": "open"}, headers=headers).status_code == 422
    assert client.patch(url, json={"doors": "open"}, headers=bearer("moderator")).status_code == 403


def test_a_meeting_is_made_by_hand_with_topics_and_groups(sign_in: Callable[..., Person]) -> None:
    person = sign_in("organiser")
    assert "Chưa có buổi nào" in person.get("/").get_data(as_text=True)
    assert "Bảy lĩnh vực" in person.get("/meetings/new").get_data(as_text=True)
    made = person.post("/meetings/new", NEW)
    assert made.status_code == 302
    name = made.headers["Location"].removeprefix("/m/")
    assert name == "doi-thoai-voi-nhan-dan-khu-binh-2023"
    home = person.get(made.headers["Location"]).get_data(as_text=True)
    assert "Đối thoại với nhân dân khu Bình Minh" in home
    assert "Nhập danh sách" in home
    assert "Bình Minh" in person.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Xin ghi tên buổi"),
        ({"venue": " "}, "Xin ghi địa điểm"),
        ({"date": ""}, "Xin chọn ngày"),
        ({"starts": "half past"}, "Xin ghi giờ"),
        ({"ends": "12:00"}, "Giờ kết thúc phải sau"),
        ({"areas": "\n"}, "ít nhất một khu"),
        ({"ends": "13:30"}, "Giờ kết thúc phải sau"),
        ({"date": "0001-10-26"}, "từ năm 2000 đến năm 2100"),
        ({"date": "9999-12-31"}, "từ năm 2000 đến năm 2100"),
        ({"areas": "Khu A\nKhu A"}, "Mỗi khu chỉ ghi một lần"),
        ({"areas": "Thôn " + "dài " * 40}, "Xin rút gọn"),
        ({"ward": " "}, "Xin ghi tên phường, xã"),
        ({"ward": "Tân Dân"}, "Xin ghi đủ loại đơn vị"),
        ({"org_name": ""}, "Xin ghi tên cơ quan"),
        ({"org_name": "ỦY BAN NHÂN DÂN\nXÃ BÌNH MINH"}, "phải có tên phường, xã"),
        ({"org_name": "A\nB\nPHƯỜNG TÂN DÂN"}, "nhiều nhất hai dòng"),
        ({"place_name": ""}, "Xin ghi địa danh"),
        ({"host": ""}, "Xin ghi người chủ trì"),
        ({"name": "Có dấu"}, "Chỉ dùng chữ thường"),
        ({"name": "kd"}, "Buổi khác đã dùng tên ngắn này"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    sign_in: Callable[..., Person], meeting: Known, wrong: dict[str, str], sentence: str
) -> None:
    answer = sign_in("organiser").post("/meetings/new", {**NEW, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert wrong.get("ward", "Phường Tân Dân").strip() in page


def test_only_an_organiser_of_everything_makes_meetings(as_role: Callable[[str], Person]) -> None:
    person = as_role("organiser")
    assert person.get("/meetings/new").status_code == 403
    assert person.post("/meetings/new", NEW).status_code == 403


def test_facts_can_be_changed(as_role: Callable[[str], Person]) -> None:
    person = as_role("organiser")
    page = person.get("/m/kd/edit").get_data(as_text=True)
    assert 'value="13:30"' in page
    data = {**NEW, "opens": "12:45", "minutes": "5"}
    assert person.post("/m/kd/edit", data).status_code == 302
    assert "12:45" in person.get("/m/kd/edit").get_data(as_text=True)
    for wrong in (
        {"minutes": "0"},
        {"minutes": "x"},
        {"minutes": "9" * 5000},
        {"minimum": "101"},
        {"ends": "01:00"},
        {"opens": "x"},
        {"opens": "25:00"},
        {"starts": "13:30+05:00"},
        {"ward": ""},
        {"host": "x" * 201},
        {"date": "0001-01-01"},
    ):
        assert person.post("/m/kd/edit", {**data, **wrong}).status_code == 422


def test_the_home_says_how_far_things_are(
    as_role: Callable[[str], Person], clock: FixedClock
) -> None:
    person = as_role("organiser")
    assert "Hội nghị diễn ra hôm nay" in person.get("/m/kd").get_data(as_text=True)
    clock.pass_(days=-3)
    page = person.get("/m/kd").get_data(as_text=True)
    assert "ngày nữa đến hội nghị" in page
    clock.pass_(days=10)
    assert "Hội nghị đã xong" in person.get("/m/kd").get_data(as_text=True)
    assert person.post("/m/kd/doors", {"doors": "closed"}).status_code == 302
    assert person.post("/m/kd/doors", {"doors": "ajar"}).status_code == 422


def test_a_moderator_comes_first_to_the_first_page_of_the_role(
    as_role: Callable[[str], Person],
) -> None:
    page = as_role("moderator").get("/").get_data(as_text=True)
    assert 'href="/m/kd/delegates"' in page


def test_everyone_can_read_when_and_where(client: FlaskClient, meeting: Known) -> None:
    page = client.get("/p/kd").get_data(as_text=True)
    assert "13 giờ 30" in page
    assert "Thứ Năm, 26/10/2023" in page
    assert client.get("/p/none").status_code == 404
