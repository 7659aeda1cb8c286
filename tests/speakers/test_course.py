"""Before, during, after the meeting: what the floor says of its clock, its end and its hours."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Meeting
from kiosk.plugins.speakers import queries
from kiosk.plugins.speakers.queue import course
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


def quiet(queue: Queue) -> tuple[str, int, int]:
    found = queue.get()["clock"]
    return found["state"], found["allotted"], found["remaining"]


def test_when_nobody_speaks_the_clock_stands_at_the_set_seconds(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    assert quiet(queue) == ("stopped", 180, 180)
    queue.send("PATCH", "", {"seconds": 240})
    assert quiet(queue) == ("stopped", 240, 240)
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    queue.must(turn, "extend", {"seconds": 60})
    clock.pass_(seconds=333)
    queue.must(turn, "finish")
    assert quiet(queue) == ("stopped", 240, 240)


@pytest.mark.parametrize("way", ["finish", "remove", "undo"])
def test_however_a_speech_goes_the_clock_does_not_keep_it(
    queue: Queue, people: list[int], clock: FixedClock, way: str
) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    clock.pass_(seconds=41)
    if way == "finish":
        queue.must(turn, "answer", {"seconds": 600})
        queue.must(turn, "finish")
    elif way == "remove":
        queue.send("DELETE", f"/{turn}")
    else:
        queue.send("POST", "/undo")
    assert quiet(queue) == ("stopped", 180, 180)


@pytest.mark.parametrize("action", ["withdraw", "absent"])
def test_who_speaks_is_not_withdrawn_or_absent_and_the_clock_goes_on(
    queue: Queue, people: list[int], clock: FixedClock, action: str
) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    clock.pass_(seconds=10)
    assert code_of(queue.act(turn, action)) == (409, "wrong_state")
    assert quiet(queue) == ("running", 180, 170)


def arrange(queue: Queue, policy: str = "draw", **other: Any) -> Any:
    body = {"policy": policy, "version": queue.get()["version"], "preview": False, **other}
    return queue.send("POST", "/arrange", body)


@pytest.mark.parametrize("seed", [0, 7, -3, 2**61, "7", "007", "lần thứ nhất"])
def test_a_seed_is_answered_as_it_was_given(
    queue: Queue, people: list[int], clock: FixedClock, seed: Any
) -> None:
    for person in people:
        queue.must_add(person)
        clock.pass_(seconds=1)
    shown = arrange(queue, preview=True, seed=seed).json
    assert shown["seed"] == seed
    assert type(shown["seed"]) is type(seed)
    done = arrange(queue, seed=shown["seed"]).json
    assert done["seed"] == seed
    assert type(done["seed"]) is type(seed)
    assert [turn["id"] for turn in done["waiting"]] == shown["ids"]
    arrange(queue, seed="anders")
    undone = queue.send("POST", "/undo").json or {}
    assert undone["seed"] == seed
    assert type(undone["seed"]) is type(seed)


@pytest.mark.parametrize("seed", [True, 1.5, "", "x" * 65, [], 10**70])
def test_what_is_no_seed_is_refused_with_its_field(
    queue: Queue, people: list[int], seed: Any
) -> None:
    queue.must_add(people[0])
    answer = arrange(queue, seed=seed)
    assert code_of(answer) == (422, "invalid")
    assert "seed" in (answer.json or {})["fields"]


def test_a_draw_asks_who_asked_when_and_not_how_the_list_stands(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turns = []
    for person in people:
        turns.append(queue.must_add(person))
        clock.pass_(seconds=1)
    first = arrange(queue, preview=True, seed=11).json["ids"]
    for order in (turns[::-1], first, [*turns[2:], *turns[:2]]):
        queue.send("PUT", "/order", {"ids": order, "version": queue.get()["version"]})
        assert arrange(queue, preview=True, seed=11).json["ids"] == first
        assert arrange(queue, preview=True, seed="11").json["ids"] == first


def test_only_a_body_of_the_list_answers(
    app: Flask, queue: Queue, people: list[int], meeting: Known
) -> None:
    with app.app_context(), writing() as session:
        made = [
            Body(meeting_id=meeting.id, name=name, short_name=name, rank=9, answers=answers)
            for name, answers in (("Tổ nước sạch", True), ("Hội người cao tuổi", False))
        ]
        session.add_all(made)
        session.flush()
        right, wrong = (body.id for body in made)
    turn = queue.must_add(people[0])
    found = queue.must(turn, "start")
    assert right in [body["id"] for body in found["bodies"]]
    assert code_of(queue.act(turn, "answer", {"body": wrong})) == (422, "invalid")
    assert queue.get()["speaking"]["part"] == "speech"
    found = queue.must(turn, "answer", {"body": right, "seconds": 75})
    assert found["speaking"]["answered_by"]["name"] == "Tổ nước sạch"
    assert found["clock"]["allotted"] == 75


def test_the_minutes_of_a_break_may_come_after_its_slide(queue: Queue, clock: FixedClock) -> None:
    queue.send("PATCH", "", {"slide": "break"})
    assert queue.get()["resumes_at"] is None
    queue.send("PATCH", "", {"break_minutes": 12})
    resumes = datetime.fromisoformat(queue.get()["resumes_at"])
    assert timedelta(minutes=11) < resumes - clock() <= timedelta(minutes=12)
    queue.send("PATCH", "", {"slide": ""})
    assert queue.get()["resumes_at"] is None


def hours(app: Flask, meeting: Known) -> tuple[datetime, datetime]:
    with app.app_context():
        found = db.session.get_one(Meeting, meeting.id)
        return found.starts_at, found.ends_at


def at(clock: FixedClock, moment: datetime) -> None:
    clock.pass_(seconds=(moment - clock()).total_seconds())


def test_a_meeting_is_before_then_during_then_after(
    app: Flask, queue: Queue, people: list[int], clock: FixedClock, meeting: Known
) -> None:
    starts, ends = hours(app, meeting)
    at(clock, starts - timedelta(days=19))
    queue.must_add(people[0])
    assert queue.get()["phase"] == "before"
    at(clock, starts)
    assert queue.get()["phase"] == "during"
    # Who still waits is heard: the meeting is late, not over.
    at(clock, ends + timedelta(minutes=20))
    late = queue.get()
    assert (late["phase"], late["forecast"]["level"]) == ("during", "late")
    at(clock, ends + timedelta(days=1100))
    over = queue.get()
    assert (over["phase"], over["ended_at"]) == ("after", None)
    assert (over["forecast"]["over_seconds"], over["forecast"]["helps"]) == (0, [])


def test_a_speech_before_the_opening_has_begun_the_meeting(
    app: Flask, queue: Queue, people: list[int], clock: FixedClock, meeting: Known
) -> None:
    at(clock, hours(app, meeting)[0] - timedelta(minutes=2))
    turn = queue.must_add(people[0])
    assert queue.get()["phase"] == "before"
    assert queue.must(turn, "start")["phase"] == "during"


def test_closing_ends_the_meeting_and_calling_somebody_opens_it_again(
    app: Flask, queue: Queue, people: list[int], clock: FixedClock, meeting: Known
) -> None:
    starts, ends = hours(app, meeting)
    at(clock, starts + timedelta(minutes=5))
    queue.send("PATCH", "", {"slide": "welcome"})
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    at(clock, starts + timedelta(minutes=9))
    queue.must(first, "start")
    at(clock, starts + timedelta(minutes=12))
    queue.must(first, "finish")
    at(clock, ends - timedelta(minutes=30))
    closed = queue.send("PATCH", "", {"slide": "closing"}).json or {}
    assert closed["phase"] == "after"
    assert closed["forecast"]["over_seconds"] == -1800
    assert datetime.fromisoformat(closed["began_at"]) == starts + timedelta(minutes=5)
    assert datetime.fromisoformat(closed["ended_at"]) == ends - timedelta(minutes=30)
    opened = queue.must(second, "start")
    assert (opened["phase"], opened["ended_at"]) == ("during", None)
    undone = queue.send("POST", "/undo").json or {}
    assert (undone["phase"], undone["ended_at"]) == ("after", closed["ended_at"])


def test_without_a_closing_the_last_speech_ended_the_meeting(
    app: Flask, queue: Queue, people: list[int], clock: FixedClock, meeting: Known
) -> None:
    starts, ends = hours(app, meeting)
    # The evening before the moderator sets the list up: that begins nothing.
    at(clock, starts - timedelta(days=1))
    queue.send("PATCH", "", {"seconds": 120})
    turn = queue.must_add(people[0])
    at(clock, ends + timedelta(minutes=3))
    queue.must(turn, "start")
    clock.pass_(seconds=65)
    queue.must(turn, "finish")
    at(clock, ends + timedelta(days=40))
    with app.app_context():
        found = queries.course(
            db.session(), db.session.get_one(Meeting, meeting.id), kiosk_clock.now()
        )
    assert found.phase == "after"
    assert found.began_at == ends + timedelta(minutes=3)
    assert found.ended_at == ends + timedelta(minutes=3, seconds=65)


@given(st.integers(-(10**7), 10**8), st.booleans(), st.booleans(), st.booleans())
def test_no_hour_has_two_phases_and_none_goes_back(
    seconds: int, closed: bool, begun: bool, busy: bool
) -> None:
    starts = datetime.fromisoformat("2023-10-26T06:30:00+00:00")
    ends = starts + timedelta(hours=3)
    order = (course.BEFORE, course.DURING, course.AFTER)

    def phase(moment: datetime) -> int:
        found = course.phase_of(
            moment, (starts, ends), is_closed=closed, has_begun=begun, is_busy=busy
        )
        return order.index(found)

    moment = starts + timedelta(seconds=seconds)
    assert phase(moment) <= phase(moment + timedelta(seconds=1))
    if not closed and starts <= moment <= ends:
        assert phase(moment) == 1
    if moment > ends + timedelta(hours=6):
        assert phase(moment) == 2
