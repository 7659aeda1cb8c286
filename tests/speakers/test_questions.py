"""Questions in writing, a delegate's own place, editing a turn, people who are removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.db.base import writing
from kiosk.plugins.delegates import service as delegates
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of

Roles = Callable[[str], Queue]


@pytest.fixture
def own(
    client: FlaskClient, people: list[int], invite: Callable[[int], Code]
) -> Callable[[int], Queue]:
    """The list as a delegate calls it for self."""
    return lambda index: Queue(
        client, {"Authorization": f"Invitation {invite(people[index]).code}"}
    )


def test_a_question_is_asked_read_out_and_marked(
    queue: Queue, queue_of: Roles, people: list[int], meeting: Known
) -> None:
    body = {
        "delegate": people[0],
        "topic": meeting.topics["T5"],
        "text": "  Bao giờ\u200b cấp sổ? ",
    }
    answer = queue_of("desk").send("POST", "/questions", body)
    assert answer.status_code == 201
    first = (answer.json or {})["id"]
    second = (queue.send("POST", "/questions", {**body, "text": "Thứ hai"}).json or {})["id"]
    found = queue.get()["questions"]
    assert [(one["id"], one["text"], one["topic"]) for one in found] == [
        (first, "Bao giờ cấp sổ?", "Đất đai"),
        (second, "Thứ hai", "Đất đai"),
    ]
    marked = queue.send("POST", f"/questions/{first}/read").json or {}
    assert [one["id"] for one in marked["questions"]] == [second, first]
    assert marked["questions"][1]["read_at"]
    again = queue.send("POST", f"/questions/{first}/read").json or {}
    assert again["version"] == marked["version"]
    assert code_of(queue.send("DELETE", f"/questions/{first}")) == (409, "read_already")
    queue.send("POST", f"/questions/{first}/unread")
    left = queue.send("DELETE", f"/questions/{first}").json or {}
    assert [one["id"] for one in left["questions"]] == [second]
    for method, path in (("POST", f"/{first}/read"), ("DELETE", f"/{first}"), ("DELETE", "/99")):
        assert code_of(queue.send(method, f"/questions{path}")) == (404, "no_question")


def test_questions_stay_with_those_who_run_the_meeting(
    queue: Queue, queue_of: Roles, people: list[int]
) -> None:
    question = (queue.send("POST", "/questions", {"delegate": people[0], "text": "?"}).json or {})[
        "id"
    ]
    screen = queue_of("screen")
    assert screen.get()["questions"] == screen.get()["undo"] == []
    for role in ("screen", "secretary", "observer", "gate"):
        asked = queue_of(role)
        assert asked.send("POST", "/questions", {"delegate": 1, "text": "?"}).status_code == 403
        assert asked.send("POST", f"/questions/{question}/read").status_code == 403
        assert asked.send("DELETE", f"/questions/{question}").status_code == 403


def test_a_delegate_asks_in_writing_for_self_a_few_times_and_takes_it_back(
    queue: Queue, people: list[int], own: Callable[[int], Queue]
) -> None:
    me, you = own(0), own(1)
    mine = (me.send("POST", "/questions", {"delegate": people[0], "text": "Một"}).json or {})["id"]
    other = {"delegate": people[1], "text": "x"}
    assert code_of(me.send("POST", "/questions", other)) == (403, "not_yours")
    assert code_of(you.send("DELETE", f"/questions/{mine}")) == (403, "not_yours")
    assert code_of(you.send("DELETE", "/questions/999")) == (404, "no_question")
    for n in range(4):
        body = {"delegate": people[0], "text": str(n)}
        assert me.send("POST", "/questions", body).status_code == 201
    full = me.send("POST", "/questions", {"delegate": people[0], "text": "sáu"})
    assert code_of(full) == (409, "too_many_questions")
    answer = me.send("DELETE", f"/questions/{mine}")
    assert (answer.status_code, answer.json) == (200, {})
    assert len(queue.get()["questions"]) == 4


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "x"}, {"delegate": 1}, {"delegate": 1, "text": ""}, {"delegate": 1, "text": " "}],
)
def test_an_empty_question_names_the_field(queue: Queue, people: list[int], body: Any) -> None:
    answer = queue.send("POST", "/questions", body)
    assert code_of(answer) == (422, "invalid")
    assert (answer.json or {})["fields"]
    long = queue.send("POST", "/questions", {"delegate": people[0], "text": "x" * 1001})
    assert list((long.json or {})["fields"]) == ["text"]
    assert queue.get()["questions"] == []


def test_a_delegate_sees_the_own_place_and_nobody_else_in_the_queue(
    queue: Queue, people: list[int], own: Callable[[int], Queue], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    me = own(1)
    speaking, ahead = queue.must_add(people[0]), queue.must_add(people[2], note="riêng")
    turn = me.must_add(people[1])
    queue.must(speaking, "start")
    answer = me.send("GET", "/mine")
    found = answer.json or {}
    assert [(one["id"], one["position"], one["ahead"]) for one in found["entries"]] == [
        (turn, 2, 2)
    ]
    assert found["speaking"] == {"name": "Nguyễn Thị Hoa", "salutation": "bà"}
    assert found["entries"][0]["expected_at"]
    assert "riêng" not in answer.text
    assert "Đặng Thị Nhung" not in answer.text
    headers = {**me.headers, "If-None-Match": answer.headers["ETag"]}
    assert me.client.get(f"{me.url}/mine", headers=headers).status_code == 304
    queue.must(ahead, "withdraw")
    later = me.client.get(f"{me.url}/mine", headers=headers)
    assert later.status_code == 200
    assert (later.json or {})["entries"][0]["ahead"] == 1
    assert queue.send("GET", "/mine").status_code == 403


def test_a_turn_is_edited_by_the_moderator_and_by_its_owner_while_it_waits(
    queue: Queue, people: list[int], own: Callable[[int], Queue], meeting: Known
) -> None:
    me = own(0)
    turn, other = me.must_add(people[0]), queue.must_add(people[1])
    answer = me.send("PATCH", f"/{turn}", {"note": "Ngắn thôi", "topic": meeting.topics["T1"]})
    assert (answer.json or {})["note"] == "Ngắn thôi"
    assert code_of(me.send("PATCH", f"/{other}", {"note": "x"})) == (403, "not_yours")
    for body in ({"priority": True}, {"outcome": "answered"}, {"body": 1}):
        assert code_of(me.send("PATCH", f"/{turn}", body)) == (403, "staff_only")
    found = queue.send("PATCH", f"/{other}", {"priority": True}).json or {}
    assert [(t["id"], t["kind"]) for t in found["waiting"]] == [
        (other, "priority"),
        (turn, "normal"),
    ]
    queue.must_add(people[1])
    back = queue.send("PATCH", f"/{other}", {"priority": False})
    assert code_of(back) == (409, "already_waiting")
    for wrong, field in (
        ({"topic": 999}, "topic"),
        ({"note": "x" * 301}, "note"),
        ({"name": "x"}, "name"),
    ):
        assert list((queue.send("PATCH", f"/{turn}", wrong).json or {})["fields"]) == [field]
    queue.must(turn, "start")
    assert code_of(me.send("PATCH", f"/{turn}", {"note": "x"})) == (409, "wrong_state")
    assert code_of(queue.send("PATCH", f"/{turn}", {"priority": True})) == (409, "wrong_state")
    edited = queue.send("PATCH", f"/{turn}", {"topic": None, "note": None}).json or {}
    assert (edited["speaking"]["topic"], edited["speaking"]["note"]) == ("", "")
    assert code_of(queue.send("PATCH", "/999", {"note": ""})) == (404, "no_turn")


def test_who_is_removed_from_the_meeting_leaves_the_list_and_comes_back_with_it(
    app: Flask,
    queue: Queue,
    people: list[int],
    meeting: Known,
    clock: FixedClock,
    own: Callable[[int], Queue],
) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    queue.send("POST", "/questions", {"delegate": people[1], "text": "?"})
    version = queue.get()["version"]
    with app.app_context(), writing() as session:
        delegates.remove(session, meeting.id, people[1], actor="test", now=clock())
    found = queue.get()
    assert found["version"] > version
    assert [(t["id"], t["position"]) for t in found["waiting"]] == [(a, 1), (c, 2)]
    assert found["questions"] == []
    assert code_of(queue.act(b, "start")) == (404, "no_turn")
    assert code_of(queue.add(people[1])) == (404, "no_delegate")
    stale = queue.send("PUT", "/order", {"ids": [c, b, a], "version": version})
    assert code_of(stale) == (409, "stale")
    queue.send("PUT", "/order", {"ids": [c, a], "version": found["version"]})
    assert queue.order() == [c, a]
    queue.send("POST", "/undo")
    assert queue.order() == [a, c]
    with app.app_context(), writing() as session:
        delegates.bring_back(session, meeting.id, people[1], actor="test")
    assert queue.order() == [a, b, c]


def test_the_latest_steps_are_named_newest_first(queue: Queue, people: list[int]) -> None:
    turns = [queue.must_add(person) for person in people]
    queue.must(turns[0], "start")
    queue.send("PATCH", "", {"open": False})
    steps = queue.get()["undo"]
    assert [(one["kind"], one["name"]) for one in steps[:3]] == [
        ("floor.changed", ""),
        ("turn.start", "Nguyễn Thị Hoa"),
        ("turn.registered", "Lương Thị Sen"),
    ]
    assert len(steps) == 5
    assert {one["by"] for one in steps} == {"Moderator"}


def test_the_clock_of_the_answer_is_the_servers_to_the_millisecond(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    queue.must(queue.must_add(people[0]), "start")
    clock.pass_(milliseconds=1234)
    assert queue.get()["clock"]["at"].endswith(".234+00:00")


def test_a_server_clock_that_is_set_back_leaves_no_negative_time(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    queue.must(first, "start")
    clock.pass_(seconds=10)
    queue.must(first, "pause")
    clock.pass_(seconds=-300)
    queue.must(first, "resume")
    queue.must(first, "answer")
    found = queue.must(second, "start")
    assert found["done"][0]["seconds_spoken"] >= 0
    assert found["done"][0]["seconds_answered"] >= 0
    assert found["clock"]["remaining"] == 180
