"""Calling, pausing, ending, the clock and the forecast."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.conftest import FixedClock
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


def test_starting_sets_the_clock_to_the_time_of_the_list(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    queue.send("PATCH", "", {"seconds": 120})
    found = queue.must(queue.must_add(people[0]), "start")
    assert found["speaking"]["state"] == "speaking"
    assert found["clock"]["state"] == "running"
    assert found["clock"]["allotted"] == found["clock"]["remaining"] == 120
    assert datetime.fromisoformat(found["clock"]["at"]) == clock()
    clock.pass_(seconds=50)
    assert queue.get()["clock"]["remaining"] == 70
    clock.pass_(seconds=100)
    assert queue.get()["clock"]["remaining"] == -30


def test_starting_the_next_ends_the_one_before_at_the_same_instant(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    queue.must(first, "start")
    clock.pass_(seconds=61)
    found = queue.must(second, "start")
    assert found["speaking"]["id"] == second
    assert [(item["id"], item["seconds_spoken"]) for item in found["done"]] == [(first, 61)]
    assert found["done"][0]["state"] == "finished"
    assert found["clock"]["remaining"] == 180


def test_starting_the_next_ends_a_paused_one_too(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    queue.must(first, "start")
    clock.pass_(seconds=30)
    queue.must(first, "pause")
    clock.pass_(seconds=300)
    found = queue.must(second, "start")
    assert [(item["id"], item["seconds_spoken"]) for item in found["done"]] == [(first, 30)]


def test_pausing_stops_the_clock_and_resuming_goes_on_from_there(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    clock.pass_(seconds=20)
    paused = queue.must(turn, "pause")
    assert (paused["clock"]["state"], paused["clock"]["remaining"]) == ("paused", 160)
    assert paused["speaking"]["state"] == "paused"
    clock.pass_(minutes=5)
    assert queue.get()["clock"]["remaining"] == 160
    running = queue.must(turn, "resume")
    assert (running["clock"]["state"], running["clock"]["remaining"]) == ("running", 160)
    clock.pass_(seconds=10)
    queue.must(turn, "pause")
    clock.pass_(seconds=50)
    found = queue.must(turn, "finish")
    assert found["done"][0]["seconds_spoken"] == 30
    assert found["speaking"] is None
    assert found["clock"]["state"] == "stopped"


def test_extending_adds_to_the_running_clock(queue: Queue, people: list[int]) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    found = queue.must(turn, "extend", {"seconds": 60})
    assert (found["clock"]["allotted"], found["clock"]["remaining"]) == (240, 240)
    for seconds in (0, -60, 4000, "lots", None):
        assert queue.act(turn, "extend", {"seconds": seconds}).status_code == 422
    assert queue.get()["clock"]["allotted"] == 240


ALLOWED = {
    "waiting": {"start", "withdraw", "absent"},
    "speaking": {"pause", "finish", "extend"},
    "paused": {"resume", "finish", "extend"},
    "finished": set[str](),
    "withdrawn": set[str](),
}
ACTIONS = ("start", "pause", "resume", "finish", "withdraw", "absent", "extend")


@pytest.mark.parametrize("state", sorted(ALLOWED))
@pytest.mark.parametrize("action", ACTIONS)
def test_a_step_that_does_not_fit_the_state_is_refused_and_changes_nothing(
    queue: Queue, people: list[int], state: str, action: str
) -> None:
    turn = queue.must_add(people[0])
    path = {
        "waiting": (),
        "speaking": ("start",),
        "paused": ("start", "pause"),
        "finished": ("start", "finish"),
        "withdrawn": ("withdraw",),
    }
    for step in path[state]:
        queue.must(turn, step)
    before = queue.get()
    answer = queue.act(turn, action, {"seconds": 60})
    if action in ALLOWED[state]:
        assert answer.status_code == 200
    else:
        assert code_of(answer) == (409, "wrong_state")
        assert queue.get() == before


def test_steps_of_a_turn_that_does_not_exist_are_404(queue: Queue) -> None:
    for action in ACTIONS:
        assert code_of(queue.act(77, action, {"seconds": 60})) == (404, "no_turn")


def test_who_is_absent_when_called_goes_to_the_end_once_and_then_off_the_list(
    queue: Queue, people: list[int]
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    found = queue.must(first, "absent")
    assert [item["id"] for item in found["waiting"]] == [second, first]
    assert found["waiting"][1]["absences"] == 1
    found = queue.must(first, "absent")
    assert [item["id"] for item in found["waiting"]] == [second]
    queue.must_add(people[0])


def test_withdrawing_somebody_leaves_the_running_clock_alone(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    first, second = queue.must_add(people[0]), queue.must_add(people[1])
    queue.must(first, "start")
    clock.pass_(seconds=15)
    found = queue.must(second, "withdraw")
    assert found["clock"]["remaining"] == 165
    assert found["waiting"] == []


def test_everything_but_joining_works_on_a_closed_list(queue: Queue, people: list[int]) -> None:
    turns = [queue.must_add(person) for person in people[:3]]
    queue.send("PATCH", "", {"open": False})
    queue.must(turns[0], "start")
    queue.must(turns[0], "finish")
    queue.must(turns[1], "withdraw")
    assert queue.send("POST", "/restore").status_code == 200
    assert queue.order() == [turns[0], turns[2]]


def test_the_forecast_counts_waiting_turns_and_grows_late(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    empty = queue.get()["forecast"]
    assert empty["over_seconds"] < 0
    queue.must_add(people[0])
    one = queue.get()["forecast"]
    assert one["over_seconds"] - empty["over_seconds"] == 180 + 240
    ends = datetime.fromisoformat(one["ends_at"])
    assert (ends - clock()).total_seconds() == 180 + 240 + 1800
    clock.pass_(hours=3)
    assert queue.get()["forecast"]["over_seconds"] > 0


def test_before_the_meeting_begins_the_forecast_counts_from_its_beginning(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    queue.must_add(people[0])
    early = queue.get()
    clock.pass_(minutes=25)
    at_start = queue.get()
    assert early["forecast"] == at_start["forecast"]
    assert early["waiting"][0]["expected_at"].startswith("2023-10-26T13:30")


def test_each_waiting_person_has_an_expected_hour_after_those_before(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    clock.pass_(minutes=25)
    for person in people[:3]:
        queue.must_add(person)
    hours = [datetime.fromisoformat(item["expected_at"]) for item in queue.get()["waiting"]]
    assert [(hour - clock()).total_seconds() for hour in hours] == [0, 420, 840]


def test_settings_out_of_range_name_the_field(queue: Queue) -> None:
    for name, value in (("seconds", 5), ("seconds", 9999), ("locked", 4), ("policy", "loudest")):
        answer = queue.send("PATCH", "", {name: value})
        assert answer.status_code == 422
        assert name in (answer.json or {})["fields"]
    found = queue.send("PATCH", "", {"locked": 2, "seconds": 90}).json or {}
    assert (found["locked"], found["seconds"]) == (2, 90)
