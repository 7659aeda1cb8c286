"""Households and strangers: one seat, whoever comes, and nobody before a closed door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Meeting
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.invitations.delegate_page.service import Given
from kiosk.plugins.invitations.delegate_page.service import reply
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
BINH = {"name": "Trần Văn Bình", "relation": "Chồng"}


def _stands(app: Flask) -> list[tuple[str, bool, bool, str]]:
    """State, whether on the household's seat, whether observing, who came instead."""
    with app.app_context():
        return [
            (
                row.state,
                row.household_id is not None,
                row.observer,
                (row.substitute or {}).get("name", ""),
            )
            for row in db.session.scalars(db.select(Presence).order_by(Presence.delegate_id))
        ]


def test_whoever_was_just_let_in_says_at_the_gate_that_they_came_instead(
    app: Flask, gate: Door, code: Code, clock: FixedClock
) -> None:
    gate.scan(code.code)
    clock.pass_(minutes=2)
    answer = gate.scan(code.code, substitute=BINH)
    assert (answer["verdict"], answer["substitute"]) == ("admitted", BINH)
    assert _stands(app) == [("in", True, False, "Trần Văn Bình")]
    assert gate.scan(code.code)["verdict"] == "already_in"
    assert [row.effect for row in gate.rows()] == ["first", "amended", None]


def test_who_was_announced_to_come_instead_is_offered_with_the_letter_and_with_no_other(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    other = invite(add_delegate("Trần Thị Khác", household="099"))
    with app.app_context(), writing() as session:
        meeting = session.scalars(db.select(Meeting)).one()
        before = meeting.starts_at - timedelta(days=1)
        for delegate_id, given in (
            (code.delegate_id, Given("other", **BINH)),
            (other.delegate_id, Given("yes")),
        ):
            reply(session, meeting.id, delegate_id, given, actor="", now=before)
    assert gate.scan(code.code)["delegate"]["announced"] == BINH
    assert gate.scan(other.code)["delegate"]["announced"] is None


def test_undo_takes_the_substitute_back_and_only_then_the_entry(
    app: Flask, gate: Door, desk: Door, code: Code
) -> None:
    gate.scan(code.code)
    gate.scan(code.code, substitute=BINH)
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    assert _stands(app) == [("in", True, False, "")]
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    assert _stands(app) == []


def test_a_substitute_for_somebody_not_yet_in_is_admitted_in_one_step(
    app: Flask, gate: Door, code: Code
) -> None:
    answer = gate.scan(code.code, substitute=BINH)
    assert (answer["verdict"], answer["substitute"]) == ("admitted", BINH)
    assert _stands(app) == [("in", True, False, "Trần Văn Bình")]


@pytest.mark.parametrize(("minutes", "same"), [(16, True), (1, False)])
def test_later_or_elsewhere_a_substitute_changes_nothing_and_is_told_why(
    app: Flask,
    gate: Door,
    make_door: Callable[..., Door],
    code: Code,
    clock: FixedClock,
    minutes: int,
    same: bool,
) -> None:
    gate.scan(code.code)
    clock.pass_(minutes=minutes)
    door = gate if same else make_door("gate", "Bàn đón số 2")
    answer = door.scan(code.code, substitute=BINH)
    assert answer["verdict"] == "already_in"
    assert answer["first"]["device"] == "Bàn đón số 1"
    assert _stands(app) == [("in", True, False, "")]


def test_a_substitute_takes_over_when_the_first_has_gone_out(
    app: Flask, gate: Door, code: Code
) -> None:
    gate.scan(code.code)
    gate.scan(code.code, direction="out")
    assert gate.scan(code.code, substitute=BINH)["substitute"] == BINH
    assert _stands(app) == [("in", True, False, "Trần Văn Bình")]


def test_a_second_member_becomes_an_observer_at_the_gate_itself(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    husband = invite(add_delegate("Trần Văn Bình", household="047", salutation="ông"))
    gate.scan(code.code)
    offered = gate.scan(husband.code)
    assert (offered["verdict"], offered["seat_holder"]) == ("household_in", "bà Hoa")
    assert offered["first"] == {"at": "2023-10-26T13:05:00+07:00", "device": "Bàn đón số 1"}
    entered = gate.scan(husband.code, observer=True)
    assert (entered["verdict"], entered["observer"]) == ("admitted", True)
    assert entered["message"] == "Mời ông dự thính"
    assert _stands(app) == [("in", True, False, ""), ("in", False, True, "")]
    assert gate.scan(husband.code)["verdict"] == "already_in"


def test_an_observer_goes_out_and_comes_back_as_an_observer(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    husband = invite(add_delegate("Trần Văn Bình", household="047"))
    gate.scan(code.code)
    gate.scan(husband.code, observer=True)
    gate.scan(husband.code, direction="out")
    gate.scan(husband.code)
    assert _stands(app)[1] == ("in", False, True, "")


def test_when_an_entry_is_taken_back_the_seat_is_free_for_the_next_of_the_household(
    app: Flask, gate: Door, desk: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    husband = invite(add_delegate("Trần Văn Bình", household="047"))
    gate.scan(code.code)
    desk.scan(code.code, direction="undo")
    assert gate.scan(husband.code)["verdict"] == "admitted"
    assert gate.scan(code.code)["verdict"] == "household_in"
    assert _stands(app) == [("in", True, False, "")]


def test_a_tablet_offline_that_let_one_in_does_not_give_the_seat_twice(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite, clock: FixedClock
) -> None:
    """The tablet knew: whoever came second was offered to observe, in whatever order it sends."""
    husband = invite(add_delegate("Trần Văn Bình", household="047"))
    clock.pass_(minutes=30)
    second = gate.scan(husband.code, offline=True, scanned_at="2023-10-26T13:12:00+07:00")
    assert second["verdict"] == "admitted"
    first = gate.scan(code.code, offline=True, scanned_at="2023-10-26T13:10:00+07:00")
    assert (first["verdict"], first["observer"]) == ("admitted", False)
    assert _stands(app) == [("in", True, False, "")]
    observed = {"observer": True, "offline": True, "scanned_at": "2023-10-26T13:13:00+07:00"}
    assert gate.scan(husband.code, **observed)["verdict"] == "admitted"
    assert _stands(app) == [("in", True, False, ""), ("in", False, True, "")]


def test_a_guest_is_added_and_admitted_in_one_step_and_counted_apart(
    desk: Door, gate: Door, as_role: Callable[[str], Person]
) -> None:
    answer = desk.scan(via="walk_in", walk_in={"name": "Lê Văn An", "area": "Khu Kim Đồng II"})
    assert (answer["verdict"], answer["delegate"]["area"]) == ("admitted", "Khu Kim Đồng II")
    organiser = as_role("organiser")
    guest = {
        "scan_id": "0191f7c2-0000-7000-8000-00000000a1b2",
        "via": "walk_in",
        "walk_in": {"name": "Vũ Thị Yến"},
    }
    sent = organiser.send("POST", "/api/v1/meetings/kd/scans", guest)
    assert (sent.json or {})["verdict"] == "admitted"
    again = organiser.send("POST", "/api/v1/meetings/kd/scans", guest)
    assert (again.json or {})["replay"] is True
    found = organiser.get("/api/v1/meetings/kd/attendance").json or {}
    assert (found["invited"], found["present"], found["added"]) == (0, 2, 2)
    assert desk.scan(delegate=answer["delegate"]["id"], direction="out")["verdict"] == "left"


def test_a_substitute_without_a_name_is_asked_for_one(gate: Door, code: Code) -> None:
    for name in ("", "   "):
        answer = gate.send(code=code.code, substitute={"name": name, "relation": "Con"})
        assert answer.status_code == 422
        assert list((answer.json or {})["fields"]) == ["substitute.name"]
