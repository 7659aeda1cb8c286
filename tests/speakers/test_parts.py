"""The parts of a turn: speech, answer, a short question back, each with its clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Topic
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


@pytest.fixture
def office(app: Flask, meeting: Known) -> int:
    """The land office, which answers the topic T5."""
    with app.app_context(), writing() as session:
        body = Body(meeting_id=meeting.id, name="Công chức địa chính", answers=True)
        session.add(body)
        session.flush()
        session.get_one(Topic, meeting.topics["T5"]).body_id = body.id
        return body.id


def parts(found: dict[str, Any]) -> tuple[object, ...]:
    """Return the part that runs, its clock, seconds spoken and answered."""
    now, clock = found["speaking"], found["clock"]
    assert now["part"] == clock["part"]
    return now["part"], clock["remaining"], now["seconds_spoken"], now["seconds_answered"]


def test_speech_answer_and_question_back_have_their_own_clocks_and_sums(
    queue: Queue, people: list[int], meeting: Known, office: int, clock: FixedClock
) -> None:
    turn = queue.must_add(people[0], topic=meeting.topics["T5"])
    assert queue.get()["waiting"][0]["body"] == {"id": office, "name": "Công chức địa chính"}
    queue.must(turn, "start")
    clock.pass_(seconds=100)
    found = queue.must(turn, "answer")
    assert parts(found) == ("answer", 240, 100, 0)
    assert found["speaking"]["state"] == "speaking"
    assert found["speaking"]["answered_by"]["id"] == office
    clock.pass_(seconds=250)
    assert parts(queue.get()) == ("answer", -10, 100, 250)
    found = queue.must(turn, "follow_up", {"seconds": 30})
    assert parts(found) == ("follow_up", 30, 100, 250)
    clock.pass_(seconds=20)
    found = queue.must(turn, "answer", {"seconds": 90})
    assert parts(found) == ("answer", 90, 120, 250)
    clock.pass_(seconds=40)
    found = queue.must(turn, "finish")
    done = found["done"][0]
    assert (done["seconds_spoken"], done["seconds_answered"]) == (120, 290)
    assert (done["part"], found["clock"]["part"]) == (None, None)


def test_pauses_of_every_part_are_left_out_and_more_time_is_for_the_part_that_runs(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    clock.pass_(seconds=10)
    queue.must(turn, "pause")
    clock.pass_(seconds=500)
    assert parts(queue.must(turn, "answer")) == ("answer", 240, 10, 0)
    queue.must(turn, "pause")
    clock.pass_(seconds=500)
    queue.must(turn, "resume")
    clock.pass_(seconds=30)
    assert parts(queue.must(turn, "extend", {"seconds": 60})) == ("answer", 270, 10, 30)
    queue.must(turn, "pause")
    clock.pass_(seconds=70)
    done = queue.must(turn, "finish")["done"][0]
    assert (done["seconds_spoken"], done["seconds_answered"]) == (10, 30)


def test_calling_the_next_ends_an_answer_too(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    queue.must(first, "start")
    clock.pass_(seconds=5)
    queue.must(first, "answer")
    clock.pass_(seconds=7)
    found = queue.must(second, "start")
    assert [(d["seconds_spoken"], d["seconds_answered"]) for d in found["done"]] == [(5, 7)]
    assert parts(found) == ("speech", 180, 0, 0)


def test_a_part_out_of_turn_is_refused_and_changes_nothing(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turn = queue.must_add(people[0])
    for action in ("answer", "follow_up"):
        assert code_of(queue.act(turn, action)) == (409, "wrong_state")
    queue.must(turn, "start")
    assert code_of(queue.act(turn, "follow_up")) == (409, "wrong_state")
    queue.must(turn, "answer")
    before = queue.get()
    assert code_of(queue.act(turn, "answer")) == (409, "wrong_state")
    assert queue.act(turn, "answer", {"seconds": -5}).status_code == 422
    assert queue.act(turn, "follow_up", {"seconds": 5}).status_code == 422
    assert queue.get() == before
    queue.must(turn, "finish")
    assert code_of(queue.act(turn, "follow_up")) == (409, "wrong_state")


def test_an_office_of_another_meeting_cannot_answer(
    app: Flask, queue: Queue, people: list[int], make_meeting: Any
) -> None:
    other = make_meeting("khac", tag="KHAC")
    with app.app_context(), writing() as session:
        body = Body(meeting_id=other.id, name="Nơi khác")
        session.add(body)
        session.flush()
        body_id = body.id
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    for wrong in (body_id, 999_999):
        answer = queue.act(turn, "answer", {"body": wrong})
        assert code_of(answer) == (422, "invalid")
        assert list((answer.json or {})["fields"]) == ["body"]
    assert queue.get()["speaking"]["part"] == "speech"


def test_a_turn_taken_off_the_record_comes_back_with_undo(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turns = [queue.must_add(person) for person in people[:4]]
    queue.must(turns[0], "start")
    clock.pass_(seconds=20)
    queue.must(turns[1], "start")
    clock.pass_(seconds=20)
    for turn in (turns[0], turns[1], turns[2]):
        before = queue.get()
        answer = queue.send("DELETE", f"/{turn}")
        assert answer.status_code == 200
        assert f'"id":{turn},"delegate"' not in answer.text
        assert code_of(queue.act(turn, "start")) == (404, "no_turn")
        found = queue.send("POST", "/undo").json or {}
        assert {**found, "version": 0} == {**before, "version": 0}
    assert code_of(queue.send("DELETE", "/999")) == (404, "no_turn")


def test_removing_somebody_who_waits_leaves_the_running_clock_alone(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second, third = (queue.must_add(person) for person in people[:3])
    queue.must(first, "start")
    clock.pass_(seconds=15)
    found = queue.send("DELETE", f"/{second}").json or {}
    assert found["clock"]["remaining"] == 165
    assert [(t["id"], t["position"]) for t in found["waiting"]] == [(third, 1)]
    queue.must_add(people[1])
    found = queue.send("DELETE", f"/{first}").json or {}
    assert (found["speaking"], found["clock"]["state"], found["done"]) == (None, "stopped", [])


def test_measured_times_and_the_closing_move_the_forecast_and_the_expected_hours(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    clock.pass_(seconds=360)
    queue.must(turn, "answer")
    clock.pass_(seconds=600)
    queue.must(turn, "finish")
    for person in people[1:3]:
        queue.must_add(person)
    found = queue.get()
    forecast = found["forecast"]
    assert (forecast["speech_seconds"], forecast["answer_seconds"]) == (240, 360)
    assert forecast["measured"] == 1
    hours = [datetime.fromisoformat(item["expected_at"]) for item in found["waiting"]]
    assert [(hour - clock()).total_seconds() for hour in hours] == [0, 600]
    shorter = queue.send("PATCH", "", {"closing_seconds": 600}).json or {}
    assert shorter["forecast"]["over_seconds"] == forecast["over_seconds"] - 1200


def test_a_late_meeting_is_told_what_would_help_and_taking_it_helps(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    for person in people:
        queue.must_add(person)
    assert queue.get()["forecast"]["level"] == "fine"
    clock.pass_(minutes=180 - 5 * 6)
    late = queue.get()["forecast"]
    assert late["level"] == "late"
    assert [each["what"] for each in late["helps"]] == [
        "shorten",
        "write",
        "conclude",
        "close",
    ]
    assert late["fits"] + late["helps"][1]["turns"] == 5
    shorten = late["helps"][0]
    found = queue.send("PATCH", "", {"seconds": shorten["seconds"]}).json or {}
    assert found["forecast"]["over_seconds"] == shorten["over_seconds"] < late["over_seconds"]
    closed = queue.send("PATCH", "", {"open": False}).json or {}
    assert "close" not in [each["what"] for each in closed["forecast"]["helps"]]


def test_time_that_shrinks_gives_each_less_and_leaves_a_running_speech_alone(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    running = queue.must_add(people[0])
    queue.must(running, "start")
    for person in people[1:]:
        queue.must_add(person)
    clock.pass_(minutes=155)
    found = queue.send("PATCH", "", {"pace": "shrink", "shortest": 60}).json or {}
    assert found["seconds"] == 180
    assert 60 <= found["each"] < 180
    assert found["clock"]["allotted"] == 180
    called = queue.must(found["waiting"][0]["id"], "start")
    assert 60 <= called["clock"]["allotted"] < 180
    for name, value in (("pace", "fast"), ("shortest", 5), ("closing_seconds", -1)):
        answer = queue.send("PATCH", "", {name: value})
        assert list((answer.json or {})["fields"]) == [name]
