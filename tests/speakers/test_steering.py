"""What the moderator steers beside the order: answers, the slide of the hall, writing."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import DelegateRole
from kiosk.models import Topic
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


@pytest.fixture
def offices(app: Flask, meeting: Known, people: list[int]) -> tuple[int, int]:
    """Two offices that answer: the first has the topic T5 and one of the people."""
    with app.app_context(), writing() as session:
        first = Body(meeting_id=meeting.id, name="Địa chính - Xây dựng", answers=True, rank=1)
        second = Body(meeting_id=meeting.id, name="Công an phường", answers=True, rank=2)
        session.add_all([first, second])
        session.flush()
        session.get_one(Topic, meeting.topics["T5"]).body_id = first.id
        session.add(DelegateRole(delegate_id=people[4], body_id=first.id))
        return first.id, second.id


def test_an_answer_is_given_in_the_hall_until_the_moderator_says_otherwise(
    queue: Queue, people: list[int]
) -> None:
    turn = queue.must_add(people[0])
    assert queue.must(turn, "start")["speaking"]["outcome"] == ""
    assert queue.must(turn, "answer")["speaking"]["outcome"] == "answered"
    found = queue.send("PATCH", f"/{turn}", {"outcome": "written"}).json or {}
    assert found["speaking"]["outcome"] == "written"
    done = queue.must(turn, "finish")
    assert done["done"][0]["outcome"] == "written"
    assert done["outcomes"] == {"answered": 0, "written": 1, "passed": 0}
    # The secretary may mend it when the turn is over.
    found = queue.send("PATCH", f"/{turn}", {"outcome": "passed"}).json or {}
    assert found["outcomes"] == {"answered": 0, "written": 0, "passed": 1}
    queue.send("POST", "/undo")
    assert queue.get()["outcomes"] == {"answered": 0, "written": 1, "passed": 0}


def test_who_has_not_spoken_has_no_outcome_and_an_unknown_one_is_refused(
    queue: Queue, people: list[int]
) -> None:
    turn = queue.must_add(people[0])
    before = queue.get()
    assert code_of(queue.send("PATCH", f"/{turn}", {"outcome": "answered"})) == (409, "wrong_state")
    assert code_of(queue.send("PATCH", f"/{turn}", {"outcome": "great"})) == (422, "invalid")
    assert queue.get()["waiting"] == before["waiting"]


def test_another_office_is_chosen_while_somebody_speaks_and_then_answers(
    queue: Queue, people: list[int], meeting: Known, offices: tuple[int, int]
) -> None:
    turn = queue.must_add(people[0], topic=meeting.topics["T5"])
    assert queue.must(turn, "start")["speaking"]["body_id"] == offices[0]
    found = queue.send("PATCH", f"/{turn}", {"body": offices[1]}).json or {}
    assert found["speaking"]["body_id"] == offices[1]
    answering = queue.must(turn, "answer")["speaking"]
    assert answering["answered_by"]["name"] == "Công an phường"
    refused = queue.send("PATCH", f"/{turn}", {"body": 999_999})
    assert code_of(refused) == (422, "invalid")
    assert "body" in (refused.json or {})["fields"]
    assert queue.get()["speaking"]["answered_by"]["name"] == "Công an phường"


def test_whether_an_answering_body_is_in_the_room_follows_the_door(
    queue: Queue,
    people: list[int],
    offices: tuple[int, int],
    arrive: Callable[..., TestResponse],
) -> None:
    def here() -> dict[int, bool]:
        return {body["id"]: body["here"] for body in queue.get()["bodies"]}

    before = queue.get()["version"]
    assert here() == {offices[0]: False, offices[1]: False}
    arrive(people[4])
    assert here() == {offices[0]: True, offices[1]: False}
    assert queue.get()["version"] > before
    arrive(people[4], "out")
    assert here()[offices[0]] is False


def test_the_next_person_is_told_once_and_undo_takes_it_back(
    queue: Queue, people: list[int]
) -> None:
    turn = queue.must_add(people[0])
    assert queue.get()["waiting"][0]["told_at"] is None
    assert queue.must(turn, "told")["waiting"][0]["told_at"] is not None
    queue.send("POST", "/undo")
    assert queue.get()["waiting"][0]["told_at"] is None
    queue.must(turn, "start")
    assert code_of(queue.act(turn, "told")) == (409, "wrong_state")


def test_a_break_has_an_hour_and_ends_when_somebody_is_called(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turn = queue.must_add(people[0])
    clock.pass_(seconds=12)
    found = queue.send("PATCH", "", {"slide": "break", "break_minutes": 10}).json or {}
    assert found["slide"] == "break"
    assert found["resumes_at"].endswith("13:15:00+07:00")
    called = queue.must(turn, "start")
    assert (called["slide"], called["resumes_at"]) == ("", None)
    undone = queue.send("POST", "/undo").json or {}
    assert (undone["slide"], undone["resumes_at"]) == ("break", found["resumes_at"])
    shown = queue.send("PATCH", "", {"slide": "conclusions"}).json or {}
    assert (shown["slide"], shown["resumes_at"]) == ("conclusions", None)


@pytest.mark.parametrize("body", [{"slide": "film"}, {"slide": "break", "break_minutes": -5}])
def test_a_slide_that_does_not_exist_or_a_break_of_negative_minutes_is_refused(
    queue: Queue, body: dict[str, object]
) -> None:
    assert code_of(queue.send("PATCH", "", body)) == (422, "invalid")
    assert queue.get()["slide"] == ""


def test_the_last_ones_are_asked_to_write_in_one_step_and_priority_is_spared(
    queue: Queue, people: list[int]
) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    first = queue.must_add(people[3], priority=True)
    body = {"turns": 2, "version": queue.get()["version"]}
    found = queue.send("POST", "/to_writing", body).json or {}
    assert [turn["id"] for turn in found["waiting"]] == [first, a]
    queue.send("POST", "/undo")
    assert queue.order() == [first, a, b, c]
    assert code_of(queue.send("POST", "/to_writing", {**body, "version": 0})) == (409, "stale")
    too_many = {"turns": 4, "version": queue.get()["version"]}
    assert code_of(queue.send("POST", "/to_writing", too_many)) == (422, "invalid")
    assert queue.order() == [first, a, b, c]


def test_every_remedy_offered_says_the_hour_that_it_leads_to(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    for person in people:
        queue.must_add(person)
    clock.pass_(minutes=175)
    helps = {each["what"]: each for each in queue.get()["forecast"]["helps"]}
    assert set(helps) == {"shorten", "write", "conclude", "close"}
    write = {"turns": helps["write"]["turns"], "version": queue.get()["version"]}
    for what, method, path, body in (
        ("shorten", "PATCH", "", {"seconds": helps["shorten"].get("seconds")}),
        ("write", "POST", "/to_writing", write),
        ("conclude", "PATCH", "", {"closing_seconds": helps["conclude"]["seconds"]}),
        ("close", "PATCH", "", {"open": False}),
    ):
        taken = queue.send(method, path, body).json or {}
        assert taken["forecast"]["ends_at"] == helps[what]["ends_at"], what
        queue.send("POST", "/undo")
        # The list moved and came back: an order made from it is made from the newest.
        write["version"] = queue.get()["version"]


def test_a_preview_with_other_locked_places_changes_nothing_and_applying_keeps_them(
    queue: Queue, people: list[int]
) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    order = {"ids": [c, b, a], "version": queue.get()["version"]}
    assert queue.send("PUT", "/order", order).status_code == 200
    wish = {"policy": "arrival", "locked": 1, "keep": True, "version": queue.get()["version"]}
    preview = queue.send("POST", "/arrange", {**wish, "preview": True}).json or {}
    assert preview["ids"] == [c, a, b]
    assert (queue.order(), queue.get()["locked"]) == ([c, b, a], 0)
    applied = queue.send("POST", "/arrange", {**wish, "preview": False}).json or {}
    assert [turn["id"] for turn in applied["waiting"]] == [c, a, b]
    assert applied["locked"] == 1
    undone = queue.send("POST", "/undo").json or {}
    assert [turn["id"] for turn in undone["waiting"]] == [c, b, a]
    assert undone["locked"] == 0


def test_newcomers_follow_a_policy_that_is_kept_and_join_at_the_end_after_a_draw(
    queue: Queue, people: list[int]
) -> None:
    queue.must_add(people[0])
    wish = {"preview": False, "keep": True}
    version = queue.get()["version"]
    body = {**wish, "policy": "first_time", "version": version}
    assert (queue.send("POST", "/arrange", body).json or {})["policy"] == "first_time"
    version = queue.get()["version"]
    body = {**wish, "policy": "draw", "version": version}
    drawn = queue.send("POST", "/arrange", body).json or {}
    assert drawn["policy"] == "arrival"
    assert drawn["seed"]


def test_only_the_moderator_steers(
    queue_of: Callable[[str], Queue], queue: Queue, people: list[int]
) -> None:
    turn = queue.must_add(people[0])
    before = queue.get()
    for role in ("desk", "gate", "screen", "secretary"):
        other = queue_of(role)
        for method, path, body in (
            ("POST", f"/{turn}/told", {}),
            ("PATCH", "", {"slide": "break"}),
            ("POST", "/to_writing", {"turns": 1, "version": before["version"]}),
            ("PATCH", f"/{turn}", {"outcome": "answered"}),
        ):
            answer = other.send(method, path, body)
            assert answer.status_code == 403, (role, path)
            assert (answer.json or {})["detail"]
    assert queue.get()["waiting"] == before["waiting"]


def test_the_house_is_counted_without_a_name(
    client: FlaskClient,
    bearer: Callable[..., dict[str, str]],
    meeting: Known,
    app: Flask,
    people: list[int],
    arrive: Callable[..., TestResponse],
) -> None:
    arrive(people[0])
    polled = client.get("/api/v1/meetings/kd/speakers/house", headers=bearer("screen"))
    counts = {"present": 1, "households": 5, "households_present": 1}
    assert {name: (polled.json or {})[name] for name in counts} == counts
    assert "Nguyễn" not in polled.get_data(as_text=True)
    tag = {**bearer("screen"), "If-None-Match": polled.headers["ETag"]}
    again = client.get("/api/v1/meetings/kd/speakers/house", headers=tag)
    assert again.status_code == 304


def test_a_scan_at_the_door_is_not_held_up_by_the_list(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], people: list[int], queue: Queue
) -> None:
    version = queue.get()["version"]
    body = {"scan_id": str(uuid.uuid4()), "via": "search", "delegate": people[0]}
    answer = client.post("/api/v1/meetings/kd/scans", json=body, headers=bearer("desk"))
    assert answer.status_code == 200
    # Nobody of the list and of no answering body: the view stays as it is.
    assert queue.get()["version"] == version
