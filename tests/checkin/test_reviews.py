"""What two tablets offline left in doubt: shown side by side, decided, changed again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.ledger import Change
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Review
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
LIST = "/m/kd/devices/conflicts"


@pytest.fixture
def doors(make_door: Callable[..., Door], clock: FixedClock) -> tuple[Door, Door]:
    return make_door("gate", "Bàn đón số 1"), make_door("gate", "Bàn đón số 2")


@pytest.fixture
def organiser(as_role: Callable[[str], Person]) -> Person:
    return as_role("organiser")


@pytest.fixture
def binh(
    doors: tuple[Door, Door], add_delegate: AddDelegate, invite: Invite, clock: FixedClock
) -> int:
    """Let Bình in at 13:12 on the first tablet, and at 13:15 offline on the second."""
    person = add_delegate("Trần Văn Bình", household="052", salutation="ông")
    code = invite(person).code
    clock.pass_(minutes=7)
    doors[0].scan(code)
    clock.pass_(minutes=19)
    answer = doors[1].scan(code, offline=True, via="typed", scanned_at="2023-10-26T13:15:00+07:00")
    assert answer["verdict"] == "review"
    assert answer["first"] == {"at": "2023-10-26T13:12:00+07:00", "device": "Bàn đón số 1"}
    return person


def _present(app: Flask) -> list[tuple[int, str, bool]]:
    with app.app_context():
        rows = db.session.scalars(db.select(Presence).order_by(Presence.first_at)).all()
        return [(row.delegate_id, kiosk_clock.hm(row.first_at), row.observer) for row in rows]


def _decide(app: Flask, person: Person, decision: str) -> Any:
    with app.app_context():
        review = db.session.scalars(db.select(Review.id)).one()
    return person.post(f"{LIST}/{review}", {"decision": decision})


def test_both_records_stand_side_by_side_with_device_time_network_and_clock(
    organiser: Person, binh: int
) -> None:
    page = organiser.get(LIST).get_data(as_text=True)
    for words in (
        "Ông Trần Văn Bình, hộ 052",
        "Hai máy cùng ghi vào, cách nhau 3 phút",
        "Đang tính là có mặt từ 13:12",
        "Bàn đón số 1",
        "13:12",
        "Quét mã",
        "Có mạng, nhận ngay",
        "Bàn đón số 2",
        "13:15",
        "Nhập số giấy mời",
        "Mất mạng, gửi lúc 13:31",
        "13:31 máy gửi",
        "Cùng một người quét hai lần",
        "Hai người khác nhau dùng một giấy",
        "Chưa rõ, hỏi cán bộ bàn đón",
    ):
        assert words in page


def test_a_slow_clock_is_measured_by_what_the_device_sent_at_once(
    organiser: Person,
    doors: tuple[Door, Door],
    add_delegate: AddDelegate,
    invite: Invite,
    clock: FixedClock,
    binh: int,
) -> None:
    for name in ("Lê Thị Lựu", "Bùi Thị Sen"):
        slow = kiosk_clock.rfc3339(clock.moment - timedelta(seconds=41))
        doors[1].scan(invite(add_delegate(name)).code, scanned_at=slow)
    page = organiser.get(LIST).get_data(as_text=True)
    assert "Chậm 41 giây, thật là 13:15:41" in page


def test_one_person_scanned_twice_counts_once_from_the_earlier_time(
    app: Flask, organiser: Person, binh: int
) -> None:
    assert _decide(app, organiser, "same_person").status_code == 302
    assert _present(app) == [(binh, "13:12", False)]
    page = organiser.get(LIST).get_data(as_text=True)
    assert "Cùng một người quét hai lần, 13:31" in page
    assert "Organiser đã quyết định lúc 13:31, sửa lại được." in page


def test_of_two_people_with_one_letter_the_second_observes_until_the_name_is_known(
    app: Flask, organiser: Person, binh: int
) -> None:
    _decide(app, organiser, "two_people")
    first, second = _present(app)
    assert first == (binh, "13:12", False)
    assert second[1:] == ("13:15", True)
    attendance = organiser.get("/api/v1/meetings/kd/attendance").json or {}
    assert (attendance["present"], attendance["added"]) == (2, 1)


def test_every_decision_can_be_changed_and_each_is_in_the_ledger(
    app: Flask, organiser: Person, binh: int
) -> None:
    for decision, present in (
        ("two_people", 2),
        ("unclear", 1),
        ("two_people", 2),
        ("same_person", 1),
    ):
        _decide(app, organiser, decision)
        assert len(_present(app)) == present
    with app.app_context():
        noted = db.session.scalars(
            db.select(Change).where(Change.kind == "presence.reviewed").order_by(Change.id)
        ).all()
    facts = [(change.facts or {}) for change in noted]
    assert [fact["decision"] for fact in facts] == [
        "two_people",
        "unclear",
        "two_people",
        "same_person",
    ]
    assert [fact["before"] for fact in facts] == [None, "two_people", "unclear", "two_people"]
    assert {change.actor for change in noted} == {"Organiser"}


def test_of_two_of_one_household_the_later_observes_or_never_came(
    app: Flask,
    organiser: Person,
    doors: tuple[Door, Door],
    add_delegate: AddDelegate,
    invite: Invite,
    clock: FixedClock,
) -> None:
    mai, tuan = (add_delegate(name, household="074") for name in ("Vũ Thị Mai", "Vũ Văn Tuấn"))
    clock.pass_(minutes=20)
    later = doors[0].scan(invite(mai).code, offline=True, scanned_at="2023-10-26T13:10:00+07:00")
    assert later["verdict"] == "admitted"
    earlier = doors[1].scan(invite(tuan).code, offline=True, scanned_at="2023-10-26T13:08:00+07:00")
    assert (earlier["verdict"], earlier["observer"]) == ("review", False)
    assert _present(app) == [(tuan, "13:08", False), (mai, "13:10", True)]
    page = organiser.get(LIST).get_data(as_text=True)
    assert "Hai người cùng hộ ở hai máy, cách nhau 2 phút" in page
    _decide(app, organiser, "first_only")
    assert _present(app) == [(tuan, "13:08", False)]
    _decide(app, organiser, "both")
    assert _present(app) == [(tuan, "13:08", False), (mai, "13:10", True)]


def test_a_replaced_letter_that_a_tablet_met_offline_is_reviewed_and_may_count(
    app: Flask,
    organiser: Person,
    gate: Door,
    add_delegate: AddDelegate,
    invite: Invite,
    clock: FixedClock,
) -> None:
    yen = add_delegate("Hoàng Thị Yên", household="012")
    old = invite(yen).code
    invite(yen)
    clock.pass_(minutes=20)
    answer = gate.scan(old, offline=True, scanned_at="2023-10-26T13:06:00+07:00")
    assert (answer["verdict"], answer["delegate"]) == ("replaced", None)
    page = organiser.get(LIST).get_data(as_text=True)
    assert "Giấy đã đổi hoặc đã thu vẫn quét ngoại tuyến lúc 13:06" in page
    assert "Chưa tính là có mặt" in page
    _decide(app, organiser, "let_in")
    assert _present(app) == [(yen, "13:06", False)]
    _decide(app, organiser, "kept_out")
    assert _present(app) == []


def test_a_new_record_opens_a_decided_review_again(
    app: Flask,
    organiser: Person,
    binh: int,
    make_door: Callable[..., Door],
    invite: Invite,
) -> None:
    _decide(app, organiser, "same_person")
    third = make_door("gate", "Bàn đón số 3")
    third.scan(invite(binh).code, offline=True, scanned_at="2023-10-26T13:14:00+07:00")
    with app.app_context():
        assert db.session.scalars(db.select(Review.decision)).all() == [None]
    assert "Bàn đón số 3" in organiser.get(LIST).get_data(as_text=True)


def test_what_turns_out_to_be_in_order_leaves_the_list_by_itself(
    app: Flask,
    doors: tuple[Door, Door],
    add_delegate: AddDelegate,
    invite: Invite,
    clock: FixedClock,
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    clock.pass_(minutes=30)
    for door, minute, direction in ((doors[0], 6, "in"), (doors[1], 20, "in")):
        at = f"2023-10-26T13:{minute:02d}:00+07:00"
        door.scan(code, offline=True, scanned_at=at, direction=direction)
    with app.app_context():
        assert len(db.session.scalars(db.select(Review)).all()) == 1
    at = "2023-10-26T13:15:00+07:00"
    assert doors[0].scan(code, offline=True, scanned_at=at, direction="out")["verdict"] == "left"
    with app.app_context():
        assert db.session.scalars(db.select(Review)).all() == []
        assert len(db.session.scalars(db.select(Scan)).all()) == 3


def test_a_decision_that_is_none_of_the_three_is_answered_with_a_sentence(
    app: Flask, organiser: Person, binh: int
) -> None:
    answer = _decide(app, organiser, "first_only")
    assert answer.status_code == 422
    assert organiser.get(f"{LIST}/999").status_code == 404
    assert organiser.post(f"{LIST}/999", {"decision": "unclear"}).status_code == 404


def test_only_the_organiser_reviews(as_role: Callable[[str], Person], binh: int) -> None:
    for role in ("moderator", "observer", "security"):
        assert as_role(role).get(LIST).status_code == 403


def test_an_empty_list_says_what_will_be_in_it(organiser: Person) -> None:
    page = organiser.get(LIST).get_data(as_text=True)
    assert "Không có lượt nào cần xem lại" in page


def test_all_scans_come_as_a_workbook(organiser: Person, binh: int) -> None:
    answer = organiser.get(f"{LIST}/scans.xlsx")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
