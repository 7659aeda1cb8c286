"""Getting on the list, and who may put whom there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.db.base import writing
from kiosk.plugins.invitations import service as inviting
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of

Roles = Callable[[str], Queue]
Arrive = Callable[..., TestResponse]


def test_an_empty_list_is_open_and_nobody_speaks(queue: Queue) -> None:
    found = queue.get()
    assert found["open"] is True
    assert found["speaking"] is None
    assert found["waiting"] == found["done"] == []
    assert found["clock"]["state"] == "stopped"
    assert found["seconds"] == 180


def test_the_moderator_adds_somebody_who_has_not_come_as_expected_at_position_one(
    queue: Queue, people: list[int], meeting: Known
) -> None:
    answer = queue.add(people[0], topic=meeting.topics["T5"], note="Rãnh thoát nước")
    assert answer.status_code == 201
    entry = answer.json or {}
    assert entry["delegate"] == people[0]
    assert entry["name"] == "Nguyễn Thị Hoa"
    assert entry["salutation"] == "bà"
    assert entry["area"] == "Khu Kim Đồng I"
    assert entry["topic"] == "Đất đai"
    assert entry["kind"] == "normal"
    assert entry["state"] == "expected"
    assert entry["position"] == 1
    assert entry["seconds_spoken"] == 0
    assert entry["note"] == "Rãnh thoát nước"
    assert [item["id"] for item in queue.get()["waiting"]] == [entry["id"]]


def test_who_is_inside_waits_instead_of_being_expected(
    queue: Queue, people: list[int], arrive: Arrive
) -> None:
    queue.must_add(people[0])
    arrive(people[0])
    assert queue.get()["waiting"][0]["state"] == "waiting"
    arrive(people[0], "out")
    assert queue.get()["waiting"][0]["state"] == "expected"


def test_an_arrival_of_somebody_on_the_list_moves_the_list_and_another_arrival_does_not(
    queue: Queue, people: list[int], arrive: Arrive
) -> None:
    queue.must_add(people[0])
    before = queue.get()["version"]
    arrive(people[1])
    assert queue.get()["version"] == before
    arrive(people[0])
    assert queue.get()["version"] == before + 1


def test_nobody_waits_twice(queue: Queue, people: list[int]) -> None:
    queue.must_add(people[0])
    assert code_of(queue.add(people[0])) == (409, "already_waiting")
    assert len(queue.get()["waiting"]) == 1


def test_one_waiting_entry_of_each_kind_is_allowed(queue: Queue, people: list[int]) -> None:
    queue.must_add(people[0])
    queue.must_add(people[0], priority=True)
    assert code_of(queue.add(people[0], priority=True)) == (409, "already_waiting")
    assert [item["kind"] for item in queue.get()["waiting"]] == ["priority", "normal"]


def test_priority_goes_before_the_first_normal_one_first_in_first_out(
    queue: Queue, people: list[int]
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    third = queue.must_add(people[2], priority=True)
    fourth = queue.must_add(people[3], priority=True)
    assert queue.order() == [third, fourth, first, second]
    assert [item["position"] for item in queue.get()["waiting"]] == [1, 2, 3, 4]


def test_a_priority_request_does_not_repair_what_the_moderator_arranged(
    queue: Queue, people: list[int]
) -> None:
    normal, other = queue.must_add(people[0]), queue.must_add(people[1])
    low = queue.must_add(people[2], priority=True)
    version = queue.get()["version"]
    queue.send("PUT", "/order", {"ids": [normal, other, low], "version": version})
    new = queue.must_add(people[3], priority=True)
    assert queue.order() == [new, normal, other, low]


def test_who_speaks_may_ask_again_and_keeps_speaking(queue: Queue, people: list[int]) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    again = queue.must_add(people[0])
    found = queue.get()
    assert found["speaking"]["id"] == turn
    assert [(item["id"], item["position"]) for item in found["waiting"]] == [(again, 1)]


def test_a_closed_list_takes_people_from_the_moderator_only(
    queue: Queue, queue_of: Roles, people: list[int]
) -> None:
    assert queue.send("PATCH", "", {"open": False}).json["open"] is False  # type: ignore[index]
    assert code_of(queue_of("desk").add(people[0])) == (409, "closed")
    queue.must_add(people[0])
    queue_of("organiser").must_add(people[1])
    assert len(queue.get()["waiting"]) == 2


def test_present_only_refuses_who_has_not_come(
    queue: Queue, people: list[int], arrive: Arrive
) -> None:
    queue.send("PATCH", "", {"present_only": True})
    assert code_of(queue.add(people[0])) == (409, "not_present")
    arrive(people[0])
    queue.must_add(people[0])


def test_a_self_service_tablet_registers_whom_it_has_just_let_in_and_nobody_else(
    queue_of: Roles,
    queue: Queue,
    people: list[int],
    arrive: Arrive,
    invite: Callable[[int], Code],
    clock: FixedClock,
) -> None:
    gate, other = queue_of("gate"), queue_of("gate")

    def scan(at: Queue, delegate: int, **more: object) -> str:
        body = {"scan_id": str(uuid.uuid4()), "code": codes[delegate], **more}
        sent = at.client.post("/api/v1/meetings/kd/scans", json=body, headers=at.headers)
        verdict: str = (sent.json or {})["verdict"]
        return verdict

    codes = {person: invite(person).code for person in people}
    refused = (403, "not_just_admitted")
    assert code_of(gate.add(people[0])) == refused
    # Inside, but by the staffed desk, or by another tablet.
    arrive(people[0])
    assert scan(other, people[1]) == "admitted"
    assert {code_of(gate.add(person)) for person in (*people, 999_999)} == {refused}
    assert scan(gate, people[1]) == "already_in"
    assert code_of(gate.add(people[1])) == refused
    assert scan(gate, people[2]) == "admitted"
    clock.pass_(minutes=5)
    gate.must_add(people[2])
    assert scan(gate, people[3]) == "admitted"
    clock.pass_(minutes=5, seconds=1)
    assert code_of(gate.add(people[3])) == refused
    # Who went out and came back by this tablet stands before it again.
    arrive(people[3], "out")
    assert scan(gate, people[3]) == "admitted"
    gate.must_add(people[3])
    assert scan(gate, people[4]) == "admitted"
    arrive(people[4], "out")
    assert code_of(gate.add(people[4])) == (409, "not_present")
    assert code_of(gate.add(people[3], priority=True)) == (403, "staff_only")
    assert gate.send("GET").status_code == 403
    assert len(queue.get()["waiting"]) == 2


def test_the_staffed_desk_registers_anybody_inside(
    queue_of: Roles, people: list[int], arrive: Arrive, clock: FixedClock
) -> None:
    arrive(people[0])
    clock.pass_(minutes=30)
    queue_of("desk").must_add(people[0])


def test_people_of_another_meeting_and_unknown_people_are_not_there(
    queue: Queue, make_meeting: Callable[..., Known], people: list[int]
) -> None:
    other = make_meeting("khac", tag="KHAC")
    assert code_of(queue.add(999_999)) == (404, "no_delegate")
    answer = queue.send("POST", "", {"delegate": people[0], "topic": other.topics["T1"]})
    assert code_of(answer) == (422, "invalid")
    assert "topic" in (answer.json or {})["fields"]
    elsewhere = Queue(queue.client, queue.headers, "/api/v1/meetings/khac/speakers")
    assert elsewhere.add(people[0]).status_code == 404


def test_a_request_without_a_delegate_or_with_an_unknown_field_names_the_field(
    queue: Queue, people: list[int]
) -> None:
    answer = queue.send("POST", "", {"note": "x"})
    assert answer.status_code == 422
    assert list((answer.json or {})["fields"]) == ["delegate"]
    answer = queue.send("POST", "", {"delegate": people[0], "loud": True})
    assert list((answer.json or {})["fields"]) == ["loud"]
    assert queue.send("POST", "", [people[0], people[1]]).status_code == 422
    assert queue.get()["waiting"] == []


def delegate_headers(app: Flask, meeting: Known, delegate: int, now: Any) -> dict[str, str]:
    with app.app_context(), writing() as session:
        issued = inviting.issue(session, meeting.id, delegate, actor="test", now=now)
        return {"Authorization": f"Invitation {issued.code}"}


def test_a_delegate_registers_and_withdraws_self_and_nobody_else(
    app: Flask,
    client: FlaskClient,
    meeting: Known,
    clock: FixedClock,
    queue: Queue,
    people: list[int],
) -> None:
    own = Queue(client, delegate_headers(app, meeting, people[0], clock()))
    turn = own.must_add(people[0])
    assert code_of(own.add(people[1])) == (403, "not_yours")
    assert code_of(own.add(people[0], priority=True)) == (403, "staff_only")
    theirs = queue.must_add(people[1])
    assert code_of(own.act(theirs, "withdraw")) == (403, "not_yours")
    assert code_of(own.act(999_999, "withdraw")) == (404, "no_turn")
    assert own.act(turn, "start").status_code == 403
    queue.send("PATCH", "", {"open": False})
    answer = own.act(turn, "withdraw")
    assert answer.status_code == 200
    assert (answer.json or {})["state"] == "withdrawn"
    assert "waiting" not in (answer.json or {})
    assert queue.order() == [theirs]
    assert code_of(own.add(people[0])) == (409, "closed")


def test_every_step_needs_the_moderator(queue: Queue, queue_of: Roles, people: list[int]) -> None:
    turn = queue.must_add(people[0])
    version = queue.get()["version"]
    for role in ("desk", "screen", "secretary", "observer", "gate"):
        asked = queue_of(role)
        for action in ("start", "pause", "resume", "finish", "absent", "withdraw", "extend"):
            assert asked.act(turn, action, {"seconds": 60}).status_code == 403, (role, action)
        order = {"ids": [turn], "version": version}
        assert asked.send("PUT", "/order", order).status_code == 403
        assert asked.send("POST", "/undo").status_code == 403
        assert asked.send("POST", "/restore").status_code == 403
        assert asked.send("PATCH", "", {"open": False}).status_code == 403
    assert queue.get()["version"] == version


def test_the_hall_screen_reads_the_list_without_notes(
    queue: Queue, queue_of: Roles, people: list[int]
) -> None:
    turn = queue.must_add(people[0], note="chỉ cho người điều hành")
    assert queue.get()["waiting"][0]["note"] == "chỉ cho người điều hành"
    assert queue_of("screen").get()["waiting"][0]["note"] == ""
    queue.must(turn, "start")
    queue.must(turn, "finish")
    assert queue_of("screen").get()["done"][0]["note"] == ""
    assert queue_of("observer").send("GET").status_code == 403
