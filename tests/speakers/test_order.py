"""Reordering, undo, restoring, and two moderators at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import FixedClock
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


def content(found: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot without its version."""
    return {key: value for key, value in found.items() if key != "version"}


def test_a_full_permutation_becomes_positions_one_to_n(queue: Queue, people: list[int]) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    version = queue.get()["version"]
    answer = queue.send("PUT", "/order", {"ids": [c, a, b], "version": version})
    assert answer.status_code == 200
    found = answer.json or {}
    assert [(item["id"], item["position"]) for item in found["waiting"]] == [(c, 1), (a, 2), (b, 3)]
    assert found["version"] == version + 1


def test_an_order_that_is_no_permutation_is_refused_whole(queue: Queue, people: list[int]) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    speaking = queue.must_add(people[3])
    queue.must(speaking, "start")
    before = queue.get()
    for ids in ([c, a], [c, a, 999], [c, a, b, b], [], [c, a, b, speaking]):
        answer = queue.send("PUT", "/order", {"ids": ids, "version": before["version"]})
        assert code_of(answer) == (422, "not_a_permutation")
    assert queue.send("PUT", "/order", {"ids": [a, b, c]}).status_code == 422
    assert queue.get() == before


def test_an_order_made_from_an_older_list_is_stale(queue: Queue, people: list[int]) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    c = queue.must_add(people[2])
    answer = queue.send("PUT", "/order", {"ids": [b, a], "version": version})
    assert code_of(answer) == (409, "stale")
    assert queue.order() == [a, b, c]


def test_an_arrival_at_the_door_does_not_make_the_order_stale(
    queue: Queue, people: list[int], arrive: Callable[..., TestResponse]
) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    arrive(people[4])
    answer = queue.send("PUT", "/order", {"ids": [b, a], "version": version})
    assert answer.status_code == 200


def test_the_same_order_again_changes_nothing(queue: Queue, people: list[int]) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    found = queue.send("PUT", "/order", {"ids": [a, b], "version": version}).json or {}
    assert found["version"] == version


def test_every_step_is_taken_back_exactly_several_in_a_row(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    steps: list[Callable[[], object]] = [
        lambda: queue.must_add(people[3], priority=True),
        lambda: turn_around(queue),
        lambda: queue.must(a, "absent"),
        lambda: queue.must(c, "start"),
        lambda: queue.must(c, "extend", {"seconds": 30}),
        lambda: queue.must(c, "pause"),
        lambda: queue.must(c, "resume"),
        lambda: queue.must(b, "start"),
        lambda: queue.must(a, "withdraw"),
        lambda: queue.must(b, "finish"),
        lambda: queue.send("POST", "/restore"),
        lambda: queue.send("PATCH", "", {"open": False, "seconds": 90, "locked": 1}),
    ]
    states = [content(queue.get())]
    for step in steps:
        step()
        states.append(content(queue.get()))
    assert all(one != other for one, other in pairwise(states))
    for expected in reversed(states[:-1]):
        answer = queue.send("POST", "/undo")
        assert answer.status_code == 200
        assert content(answer.json or {}) == expected
    for _ in range(3):
        assert queue.send("POST", "/undo").status_code == 200
    assert content(queue.get())["waiting"] == []
    assert code_of(queue.send("POST", "/undo")) == (409, "nothing_to_undo")


def turn_around(queue: Queue) -> None:
    """Send the order from the last to the first."""
    found = queue.get()
    ids = [item["id"] for item in found["waiting"]][::-1]
    answer = queue.send("PUT", "/order", {"ids": ids, "version": found["version"]})
    assert answer.status_code == 200


def test_undo_of_one_step_spares_who_registered_meanwhile(queue: Queue, people: list[int]) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    moved = queue.send("PUT", "/order", {"ids": [b, a], "version": version}).json or {}
    newcomer = queue.must_add(people[2])
    answer = queue.send("POST", "/undo", {"step": moved["step"]})
    assert code_of(answer) == (409, "stale")
    assert queue.order() == [b, a, newcomer]


def test_undo_of_one_step_does_not_mind_an_arrival(
    queue: Queue, people: list[int], arrive: Callable[..., TestResponse]
) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    moved = queue.send("PUT", "/order", {"ids": [b, a], "version": version}).json or {}
    arrive(people[1])
    assert queue.send("POST", "/undo", {"step": moved["step"]}).status_code == 200
    assert queue.order() == [a, b]


def test_a_turn_that_was_taken_back_does_not_give_its_number_to_somebody_else(
    queue: Queue, people: list[int]
) -> None:
    gone = queue.must_add(people[0])
    queue.send("POST", "/undo")
    assert queue.must_add(people[1]) != gone
    assert code_of(queue.act(gone, "start")) == (404, "no_turn")


def test_the_last_finished_speaker_comes_first_again_with_an_empty_clock(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    assert code_of(queue.send("POST", "/restore")) == (409, "none_finished")
    a, b, c = (queue.must_add(person) for person in people[:3])
    for turn in (a, b):
        queue.must(turn, "start")
        clock.pass_(seconds=40)
    queue.must(b, "finish")
    found = queue.send("POST", "/restore").json or {}
    assert [item["id"] for item in found["waiting"]] == [b, c]
    assert found["waiting"][0]["seconds_spoken"] == 0
    assert (found["undo"][0]["kind"], found["undo"][0]["turn"]) == ("turn.restored", b)
    assert [item["id"] for item in found["done"]] == [a]
    again = queue.must(b, "start")
    assert again["clock"]["remaining"] == 180


def test_who_waits_again_already_is_not_restored_a_second_time(
    queue: Queue, people: list[int]
) -> None:
    turn = queue.must_add(people[0])
    queue.must(turn, "start")
    queue.must_add(people[0])
    queue.must(turn, "finish")
    assert code_of(queue.send("POST", "/restore")) == (409, "already_waiting")


def test_arranging_by_arrival_is_previewed_and_then_applied(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    turns = []
    for person in people[:4]:
        turns.append(queue.must_add(person))
        clock.pass_(seconds=10)
    a, b, c, d = turns
    body = {"ids": [d, c, b, a], "version": queue.get()["version"]}
    version = (queue.send("PUT", "/order", body).json or {})["version"]
    wanted = {"policy": "arrival", "preview": True, "version": version}
    assert (queue.send("POST", "/arrange", wanted).json or {})["ids"] == [a, b, c, d]
    assert queue.order() == [d, c, b, a]
    queue.send("PATCH", "", {"locked": 1})
    stale = queue.send("POST", "/arrange", {**wanted, "preview": False})
    assert code_of(stale) == (409, "stale")
    wanted["version"] = queue.get()["version"]
    found = queue.send("POST", "/arrange", {**wanted, "preview": False}).json or {}
    assert [item["id"] for item in found["waiting"]] == [d, a, b, c]
    unknown = queue.send("POST", "/arrange", {**wanted, "policy": "loudest_first"})
    assert code_of(unknown) == (422, "no_policy")


def at_once(
    app: Flask, count: int, send: Callable[[Queue, int], TestResponse], like: Queue
) -> list[tuple[int, str]]:
    """Send `count` requests at the same time, each from its own client."""

    def one(index: int) -> tuple[int, str]:
        return code_of(send(Queue(app.test_client(), like.headers), index))

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_person_added_eight_times_at_once_is_on_the_list_once(
    app: Flask, queue: Queue, people: list[int]
) -> None:
    answers = at_once(app, 8, lambda each, _: each.add(people[0]), queue)
    assert sorted(answers) == [(201, ""), *[(409, "already_waiting")] * 7]
    assert len(queue.get()["waiting"]) == 1


def test_eight_starts_at_once_leave_one_speaker_and_lose_nobody(
    app: Flask, queue: Queue, people: list[int]
) -> None:
    turns = [queue.must_add(person) for person in people[:4]]
    answers = at_once(app, 8, lambda each, i: each.act(turns[i % 4], "start"), queue)
    assert {status for status, _ in answers} <= {200, 409}
    assert sum(status == 200 for status, _ in answers) == 4
    found = queue.get()
    assert found["speaking"]["id"] in turns
    assert len(found["done"]) == 3
    assert found["waiting"] == []


def test_positions_stay_one_to_n_when_many_join_at_once(
    app: Flask, queue: Queue, people: list[int]
) -> None:
    answers = at_once(app, 5, lambda each, i: each.add(people[i]), queue)
    assert {status for status, _ in answers} == {201}
    assert [item["position"] for item in queue.get()["waiting"]] == [1, 2, 3, 4, 5]


def test_eight_undos_of_one_step_at_once_take_back_that_step_only(
    app: Flask, queue: Queue, people: list[int]
) -> None:
    turns = [queue.must_add(person) for person in people]
    step = queue.get()["step"]
    answers = at_once(app, 8, lambda each, _: each.send("POST", "/undo", {"step": step}), queue)
    assert sorted(answers) == [(200, ""), *[(409, "stale")] * 7]
    assert queue.order() == turns[:-1]


def test_of_two_orders_made_from_one_list_the_second_is_stale(
    app: Flask, queue: Queue, people: list[int]
) -> None:
    a, b, c = (queue.must_add(person) for person in people[:3])
    version, orders = queue.get()["version"], [[c, b, a], [b, a, c]]
    answers = at_once(
        app,
        2,
        lambda each, i: each.send("PUT", "/order", {"ids": orders[i], "version": version}),
        queue,
    )
    assert sorted(answers) == [(200, ""), (409, "stale")]
    assert queue.order() in orders
