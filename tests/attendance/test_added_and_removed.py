"""People added at the door, taken off the list, observing or gone: told apart everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import clock as kiosk_clock
from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Meeting
from kiosk.plugins.attendance import queries as attendance
from kiosk.plugins.invitations import replies
from kiosk.plugins.invitations.replies import Given
from kiosk.plugins.papers import after
from kiosk.plugins.papers import before
from kiosk.plugins.papers import minutes
from kiosk.plugins.papers.facts import gather
from kiosk.plugins.papers.rules import Grid
from kiosk.plugins.papers.rules import Paper
from kiosk.plugins.papers.rules import Text
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person


def _grid(paper: Paper) -> list[tuple[str, ...]]:
    return [tuple(row) for b in paper.blocks if isinstance(b, Grid) for row in b.rows]


@dataclass
class Desk:
    """A staffed desk at the door of the meeting."""

    client: FlaskClient
    headers: dict[str, str]
    organiser: dict[str, str]
    scans: int = 0

    def scan(self, **body: Any) -> Any:
        self.scans += 1
        scan = {"scan_id": f"{self.scans:032x}", "via": "search", **body}
        answer = self.client.post("/api/v1/meetings/kd/scans", json=scan, headers=self.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def seen(self) -> dict[str, Any]:
        answer = self.client.get("/api/v1/meetings/kd/attendance", headers=self.organiser)
        found: dict[str, Any] = answer.json or {}
        return found


@pytest.fixture
def desk(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> Desk:
    return Desk(client, bearer("desk", "Bàn số 1"), bearer("organiser"))


def test_who_is_taken_off_the_list_while_inside_stays_in_the_head_count(
    desk: Desk, add_delegate: Callable[..., int]
) -> None:
    gone, stays = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    for key in (gone, stays):
        desk.scan(delegate=key)
    url = f"/api/v1/meetings/kd/delegates/{gone}"
    assert desk.client.delete(url, headers=desk.headers).status_code == 403
    before_ = desk.seen()["version"]
    assert desk.client.delete(url, headers=desk.organiser).status_code == 204
    assert desk.client.delete(url, headers=desk.organiser).status_code == 404
    found = desk.seen()
    assert (found["invited"], found["present"], found["inside"]) == (1, 1, 2)
    assert found["removed_inside"] == 1
    assert [person["name"] for person in found["removed"]] == ["Bà Nguyễn Thị Hoa"]
    assert found["version"] > before_
    assert [row["present"] for row in found["by_group"] if row["kind"] == "household"] == [1]


def test_who_is_taken_off_the_list_can_still_be_let_out(
    desk: Desk, add_delegate: Callable[..., int], invite: Callable[[int], Any]
) -> None:
    by_name, by_code = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    code = invite(by_code).code
    for key in (by_name, by_code):
        desk.scan(delegate=key)
        desk.client.delete(f"/api/v1/meetings/kd/delegates/{key}", headers=desk.organiser)
    assert desk.seen()["inside"] == 2
    assert desk.scan(delegate=by_name, direction="out")["verdict"] == "left"
    assert desk.scan(code=code, direction="out", via="camera")["verdict"] == "left"
    assert desk.seen()["inside"] == 0
    # Out is out: a letter of somebody who is off the list opens nothing.
    assert desk.scan(code=code, direction="in", via="camera")["verdict"] == "cancelled"
    assert desk.scan(delegate=by_name, direction="in")["verdict"] == "unknown"
    assert desk.seen()["inside"] == 0


def test_people_added_at_the_door_have_a_row_of_their_own(
    desk: Desk, add_delegate: Callable[..., int]
) -> None:
    desk.scan(delegate=add_delegate("Nguyễn Thị Hoa"))
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải", "area": "Khu Kim Đồng I"})
    typed = desk.client.post(
        "/api/v1/meetings/kd/delegates",
        json={"name": "Vũ Thị Lan", "area": "Khu Kim Đồng I"},
        headers=desk.headers,
    )
    desk.scan(delegate=(typed.json or {})["id"])
    found = desk.seen()
    kinds = {row["kind"]: (row["invited"], row["present"]) for row in found["by_group"]}
    assert (kinds["household"], kinds["added"]) == ((1, 1), (0, 2))
    assert sum(row["present"] for row in found["by_group"]) == found["present"] == 3
    areas = {row["name"]: (row["invited"], row["present"]) for row in found["by_area"]}
    assert areas["Khu Kim Đồng I"] == (1, 1)
    assert (found["households"], found["households_present"]) == (1, 1)


def test_an_answer_no_moves_the_view_that_counts_the_excused(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    before_ = desk.seen()
    with app.app_context(), writing() as session:
        replies.reply(session, meeting.id, hoa, Given("no"), actor="page", now=clock())
    found = desk.seen()
    assert (before_["excused_count"], found["excused_count"]) == (0, 1)
    assert found["version"] > before_["version"]


@pytest.mark.parametrize("opened", ["auto", "open"])
def test_who_is_typed_into_the_list_before_the_doors_open_is_invited(
    desk: Desk,
    as_role: Callable[[str], Person],
    app: Flask,
    meeting: Known,
    clock: FixedClock,
    opened: str,
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Meeting, meeting.id).doors = opened
    person = as_role("organiser")
    typed = {"name": "Vũ Thị Lan", "group": str(meeting.groups["E"])}
    clock.pass_(days=-3)
    assert person.post("/m/kd/delegates/new", typed).status_code == 302
    assert desk.seen()["invited"] == (1 if opened == "auto" else 0)
    clock.pass_(days=3)
    assert person.post("/m/kd/delegates/new", {**typed, "name": "Đỗ Văn Khải"}).status_code == 302
    assert desk.seen()["invited"] == (1 if opened == "auto" else 0)


def test_the_table_tells_observers_leavers_and_guests_apart(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    left, listens, stays, ill = (
        add_delegate(name, excused_at=kiosk_clock.now() if name == "Ốm" else None)
        for name in ("Hoa", "Bình", "Cúc", "Ốm")
    )
    desk.scan(delegate=left)
    desk.scan(delegate=listens, observer=True)
    desk.scan(delegate=stays, substitute={"name": "Tư", "relation": "con"})
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    clock.pass_(minutes=10)
    desk.scan(delegate=left, direction="out")
    add_delegate("Mai")
    assert ill
    with app.test_request_context():
        found = attendance.table(db.session(), meeting.id)
    heads = list(found.columns)
    rows = {str(row[0]): dict(zip(heads, row, strict=True)) for row in found.rows}
    short = {
        name: (row["Điểm danh"], row["Tư cách tham dự"], row["Giờ đến"], row["Giờ về"])
        for name, row in rows.items()
    }
    assert short == {
        "Hoa": ("Có mặt", "Đại biểu được mời", "13:05", "13:15"),
        "Bình": ("Có mặt", "Dự thính", "13:05", ""),
        "Cúc": ("Có mặt", "Đại biểu được mời", "13:05", ""),
        "Ốm": ("Vắng có lý do", "Đại biểu được mời", "", ""),
        "Đỗ Văn Khải": ("Có mặt", "Khách tham dự thêm", "13:05", ""),
        "Mai": ("Chưa đến", "Đại biểu được mời", "", ""),
    }
    assert rows["Cúc"]["Người đi thay"] == "Tư"
    clock.pass_(days=1)
    with app.test_request_context():
        later = {str(row[0]): row[5] for row in attendance.table(db.session(), meeting.id).rows}
    assert later["Mai"] == "Vắng"


def test_the_list_and_the_minutes_do_not_pass_guests_off_as_invited(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int]
) -> None:
    desk.scan(delegate=add_delegate("Nguyễn Thị Hoa"))
    add_delegate("Trần Văn Bình")
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    with app.test_request_context():
        facts = gather(db.session(), db.session().get_one(Meeting, meeting.id))
    assert [row[1] for row in _grid(before.people(facts))] == [
        "Bà Trần Văn Bình",
        "Bà Nguyễn Thị Hoa",
    ]
    words = " ".join(b.text for b in minutes.minutes(facts).blocks if isinstance(b, Text))
    assert "Triệu tập 2 đại biểu; có mặt 1 người, trong đó 1 đại diện hộ gia đình." in words
    assert "Ngoài ra có 1 khách tham dự thêm; tổng số người dự 2 người." in words
    assert minutes.composition(facts).rows[-2:] == [
        ("Đại biểu khu", "2", "1", "0", "1"),
        ("Khách tham dự thêm", "–", "1", "–", "–"),
    ]
    opening = next(b.text for b in after.notice(facts).blocks if isinstance(b, Text))
    assert "1 đại biểu được mời, trong đó 1 đại diện hộ gia đình và 1 khách tham dự thêm" in opening


@pytest.mark.parametrize(
    ("hours", "phase"), [(-5, "before"), (0, "during"), (30 * 24 * 12, "after")]
)
def test_the_page_says_before_the_first_look_which_time_it_is(
    as_role: Callable[[str], Person],
    add_delegate: Callable[..., int],
    clock: FixedClock,
    hours: int,
    phase: str,
) -> None:
    person = as_role("organiser")
    assert 'data-phase="nobody"' in person.get("/m/kd/attendance").get_data(as_text=True)
    add_delegate("Nguyễn Thị Hoa")
    clock.pass_(hours=hours)
    assert f'data-phase="{phase}"' in person.get("/m/kd/attendance").get_data(as_text=True)
