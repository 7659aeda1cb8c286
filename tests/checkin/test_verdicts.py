"""Every verdict of the door, as a device meets it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import writing
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Known

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


def test_the_first_valid_scan_admits_with_name_and_form_of_address(
    gate: Door, code: Code, hoa: int
) -> None:
    answer = gate.scan(code.code)
    assert answer["verdict"] == "admitted"
    assert answer["message"] == "Mời bà vào dự"
    assert answer["replay"] is False
    assert answer["delegate"]["id"] == hoa
    assert answer["delegate"]["name"] == "Nguyễn Thị Hoa"
    assert answer["delegate"]["area"] == "Khu Kim Đồng I"
    assert answer["delegate"]["household"] == "047"
    assert answer["version"] >= 1
    assert answer["flags"] == []


def test_a_second_scan_says_when_and_where_the_first_was(
    gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    gate.scan(code.code)
    clock.pass_(minutes=3)
    answer = desk.scan(code.code)
    assert answer["verdict"] == "already_in"
    assert answer["first"] == {"at": "2023-10-26T13:05:00+07:00", "device": "Bàn đón số 1"}


def test_every_admission_says_when_and_where_the_person_first_came_in(
    gate: Door, desk: Door, make_door: Callable[..., Door], code: Code, clock: FixedClock
) -> None:
    first = {"at": "2023-10-26T13:05:00+07:00", "device": "Bàn đón số 1"}
    body = {"code": code.code, "scan_id": str(uuid.uuid4())}
    assert gate.scan(**body)["first"] == first
    clock.pass_(minutes=5)
    assert gate.scan(**body)["first"] == first
    desk.scan(code.code, direction="out")
    clock.pass_(minutes=5)
    back = desk.scan(code.code)
    assert (back["verdict"], back["first"]) == ("admitted", first)
    desk.scan(code.code, direction="out")
    clock.pass_(minutes=5)
    late = {
        "scan_id": str(uuid.uuid4()),
        "code": code.code,
        "scanned_at": kiosk_clock.rfc3339(clock()),
        "offline": True,
    }
    other = make_door("gate", "Bàn đón số 2")
    clock.pass_(minutes=5)
    url = "/api/v1/meetings/kd/scans/batch"
    for _ in range(2):
        sent = other.client.post(url, json={"scans": [late]}, headers=other.headers).json or {}
        assert (sent["results"][0]["verdict"], sent["results"][0]["first"]) == ("admitted", first)


@pytest.mark.parametrize(
    "way",
    [
        {"via": "walk_in", "walk_in": {"name": "Vũ Thị Yến"}},
        {"code": "CODE", "substitute": {"name": "Trần Văn Bình"}},
        {"code": "CODE", "observer": True},
        {"code": "CODE", "offline": True},
        {"code": "SHORT", "via": "typed"},
        {"via": "search", "delegate": 0},
    ],
)
def test_who_comes_in_is_told_the_first_entry_whatever_the_way(
    desk: Door, code: Code, hoa: int, way: dict[str, Any]
) -> None:
    body = {**way, "scan_id": str(uuid.uuid4())}
    if "code" in body:
        body["code"] = body["code"].replace("CODE", code.code).replace("SHORT", code.short)
    if "delegate" in body:
        body["delegate"] = hoa
    first = {"at": "2023-10-26T13:05:00+07:00", "device": "Bàn cán bộ"}
    answer = desk.scan(**body)
    assert (answer["verdict"], answer["first"]) == ("admitted", first)
    assert desk.scan(**body) == {**answer, "replay": True}


def test_an_admission_that_an_older_version_wrote_down_is_told_with_the_first_entry_too(
    app: Flask, gate: Door, code: Code
) -> None:
    body = {"code": code.code, "scan_id": str(uuid.uuid4())}
    answer = gate.scan(**body)
    with app.app_context(), writing() as session:
        scan = session.scalars(select(Scan)).one()
        scan.answer = {
            name: value for name, value in (scan.answer or {}).items() if name != "first"
        }
    assert gate.scan(**body) == {**answer, "replay": True}


@pytest.mark.parametrize(
    "dress",
    [
        "https://hop.example.vn/I/{code}",
        "HTTPS://HOP.EXAMPLE.VN/I/{code}?x=1",
        "  {lower}  ",
        "{grouped}",
        "{code}\r\n",
    ],
)
def test_a_code_is_found_however_the_scanner_dresses_it(gate: Door, code: Code, dress: str) -> None:
    plain = code.code
    grouped = "-".join(plain[i : i + 4] for i in range(0, 24, 4))
    answer = gate.scan(dress.format(code=plain, lower=plain.lower(), grouped=grouped))
    assert answer["verdict"] == "admitted"


def test_the_short_code_opens_too(gate: Door, code: Code) -> None:
    assert gate.scan(f"{code.short[:4]} {code.short[4:]}", via="typed")["verdict"] == "admitted"


def test_a_wrong_digit_is_mistyped_and_a_strange_code_unknown(gate: Door, code: Code) -> None:
    wrong = str((int(code.short[0]) + 1) % 10) + code.short[1:]
    assert gate.scan(wrong)["verdict"] == "mistyped"
    assert gate.scan(rules.with_check(code.code[:4] + "0" * 18))["verdict"] == "unknown"
    assert gate.scan("https://example.com/menu")["verdict"] == "unknown"
    assert gate.scan("")["verdict"] == "unknown"


def test_a_reissued_invitation_replaces_the_old_letter(
    gate: Door, code: Code, invite: Invite, hoa: int
) -> None:
    newer = invite(hoa)
    old = gate.scan(code.code)
    assert (old["verdict"], old["delegate"]) == ("replaced", None)
    assert gate.scan(newer.code)["verdict"] == "admitted"


def test_a_withdrawn_invitation_is_cancelled_and_tells_no_name(
    app: Flask, gate: Door, code: Code, hoa: int, meeting: Known
) -> None:
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, hoa, actor="test", now=kiosk_clock.now())
    answer = gate.scan(code.code)
    assert (answer["verdict"], answer["delegate"]) == ("cancelled", None)


def test_a_code_of_another_meeting_says_which_and_no_name(
    app: Flask,
    gate: Door,
    code: Code,
    make_meeting: Callable[..., Known],
    bearer: Callable[..., dict[str, str]],
) -> None:
    other = make_meeting(
        "binh-minh", title="Đối thoại khu Bình Minh", venue="Nhà văn hóa Bình Minh"
    )
    headers = bearer("gate", meeting_id=other.id)
    body = {"scan_id": "0191f7c2-0000-7000-8000-000000000000", "code": code.code}
    answer = gate.client.post("/api/v1/meetings/binh-minh/scans", json=body, headers=headers).json
    assert answer is not None
    assert answer["verdict"] == "wrong_meeting"
    assert answer["other"]["title"] == "Đối thoại với nhân dân khu Kim Đồng"
    assert answer["other"]["starts_at"] == "2023-10-26T13:30:00+07:00"
    assert "Hoa" not in str(answer)


def test_before_the_doors_open_the_invitation_stays_valid(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    clock.pass_(minutes=-30)
    answer = gate.scan(code.code)
    assert answer["verdict"] == "not_open"
    assert answer["opens_at"] == "2023-10-26T13:00:00+07:00"
    clock.pass_(minutes=30)
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_leaving_and_coming_back(gate: Door, desk: Door, code: Code) -> None:
    assert desk.scan(code.code, direction="out")["verdict"] == "not_inside"
    gate.scan(code.code)
    assert desk.scan(code.code, direction="out")["verdict"] == "left"
    assert desk.scan(code.code, direction="out")["verdict"] == "not_inside"
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_undo_takes_back_exactly_the_last_step(gate: Door, desk: Door, code: Code) -> None:
    gate.scan(code.code)
    desk.scan(code.code, direction="out")
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    assert gate.scan(code.code)["verdict"] == "already_in"
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    assert desk.scan(code.code, direction="undo")["verdict"] == "nothing_to_undo"
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_undo_is_possible_for_fifteen_minutes_and_not_on_a_gate(
    gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    gate.scan(code.code)
    refused = gate.send(code=code.code, direction="undo")
    assert (refused.status_code, refused.json and refused.json["code"]) == (403, "staff_only")
    clock.pass_(minutes=16)
    assert desk.scan(code.code, direction="undo")["verdict"] == "nothing_to_undo"


def test_a_second_member_of_a_household_may_observe(
    gate: Door, desk: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    husband = add_delegate("Trần Văn Bình", household="047", salutation="ông")
    second = invite(husband)
    gate.scan(code.code)
    answer = gate.scan(second.code)
    assert answer["verdict"] == "household_in"
    assert answer["message"] == "Mời ông dự thính"
    assert answer["seat_holder"] == "bà Hoa"
    observed = desk.scan(via="search", delegate=husband, observer=True)
    assert (observed["verdict"], observed["observer"]) == ("admitted", True)


def test_officials_hold_no_seat_and_are_admitted_side_by_side(
    gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    for name in ("Lê Văn An", "Vũ Thị Yến"):
        official = add_delegate(name, group="B", salutation="đồng chí", title="Đảng ủy viên")
        answer = gate.scan(invite(official).code)
        assert (answer["verdict"], answer["message"]) == ("admitted", "Mời đồng chí vào dự")


def test_a_substitute_is_kept_with_name_and_relation(desk: Door, code: Code) -> None:
    who = {"name": "Trần Văn Bình", "relation": "Vợ, chồng"}
    answer = desk.scan(code.code, substitute=who)
    assert (answer["verdict"], answer["substitute"]) == ("admitted", who)


def test_a_guest_without_invitation_is_added_and_admitted_in_one_step(desk: Door) -> None:
    guest = {"name": "ĐỖ VĂN KHẢI", "area": "khu kim dong ii"}
    answer = desk.scan(via="walk_in", walk_in=guest)
    assert answer["verdict"] == "admitted"
    assert answer["delegate"]["name"] == "Đỗ Văn Khải"
    assert answer["delegate"]["area"] == "Khu Kim Đồng II"


def test_an_id_card_never_admits_by_itself_and_is_not_kept(desk: Door, hoa: int) -> None:
    card = "099161000123||Nguyễn Thị Hoa|14081961|Nữ|Khu Kim Đồng I, Tân Dân|10052021"
    answer = desk.scan(card, via="id_card")
    assert answer["verdict"] == "choose"
    assert [person["id"] for person in answer["candidates"]] == [hoa]
    row = desk.rows()[-1]
    assert "099161000123" not in f"{row.content} {row.answer} {row.__dict__}"
    assert desk.scan(via="search", delegate=hoa)["verdict"] == "admitted"


def test_an_id_card_with_too_few_fields_offers_nobody(desk: Door, hoa: int) -> None:
    assert desk.scan("1|2|3|4|5|6|7", via="id_card")["candidates"] == []
    assert desk.scan("099161000123||Nguyễn Thị Hoa")["verdict"] == "unknown"


def test_a_gate_may_not_admit_by_name(gate: Door, hoa: int) -> None:
    assert gate.send(via="search", delegate=hoa).status_code == 403
    assert gate.send(via="walk_in", walk_in={"name": "Lê An"}).status_code == 403


def test_somebody_of_another_meeting_cannot_be_picked(
    desk: Door, hoa: int, make_meeting: Callable[..., Known], bearer: Callable[..., dict[str, str]]
) -> None:
    other = make_meeting("khac")
    headers = bearer("desk", meeting_id=other.id)
    body = {"scan_id": "0191f7c2-0000-7000-8000-000000000001", "via": "search", "delegate": hoa}
    answer = desk.client.post("/api/v1/meetings/khac/scans", json=body, headers=headers).json
    assert answer is not None
    assert (answer["verdict"], answer["delegate"]) == ("unknown", None)


def test_an_offline_scan_of_somebody_admitted_elsewhere_is_kept_for_review(
    gate: Door, make_door: Callable[..., Door], code: Code, clock: FixedClock
) -> None:
    gate.scan(code.code)
    clock.pass_(minutes=10)
    second = make_door("gate", "Bàn đón số 2")
    answer = second.scan(code.code, offline=True, scanned_at="2023-10-26T13:04:00+07:00")
    assert answer["verdict"] == "review"
    assert answer["message"] == "Mời bà vào dự"
    assert set(answer["flags"]) == {"late_upload", "conflict"}


@pytest.mark.parametrize(
    ("at", "flag"),
    [
        ("2023-10-26T14:05:00+07:00", "future_clock"),
        ("2023-10-25T13:05:00+07:00", "old_clock"),
        ("2023-10-26T13:01:00+07:00", "late_upload"),
    ],
)
def test_odd_times_are_kept_and_flagged(gate: Door, code: Code, at: str, flag: str) -> None:
    answer = gate.scan(code.code, scanned_at=at)
    assert (answer["verdict"], answer["flags"]) == ("admitted", [flag])
    assert kiosk_clock.rfc3339(gate.rows()[-1].scanned_at) == at
