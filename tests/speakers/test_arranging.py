"""Policies over HTTP: looked at, applied, taken back; where newcomers join and sleepers wake."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.db.base import db
from kiosk.db.ledger import Change
from kiosk.plugin import Plugin
from kiosk.plugin import Registry
from kiosk.plugin import SpeakingPolicy
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of

Arrive = Callable[..., TestResponse]
OUTSIDE = Path(__file__).resolve().parents[1] / "third_party" / "kiosk_seats" / "policies.py"


def outside() -> ModuleType:
    """Import the stranger's policies from their file, without their tables."""
    spec = importlib.util.spec_from_file_location("kiosk_seats_policies", OUTSIDE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arrange(queue: Queue, policy: str, *, preview: bool = False, **other: Any) -> dict[str, Any]:
    body = {"policy": policy, "preview": preview, "version": queue.get()["version"], **other}
    answer = queue.send("POST", "/arrange", body)
    assert answer.status_code == 200, answer.text
    return answer.json or {}


@pytest.fixture
def areas(add_delegate: Callable[..., int]) -> list[int]:
    """Three people of area I, then two of area II."""
    one, two = "Khu Kim Đồng I", "Khu Kim Đồng II"
    return [
        add_delegate(f"Người {i}", area=area) for i, area in enumerate((one, one, one, two, two))
    ]


def said(queue: Queue, clock: FixedClock, delegate: int, seconds: int) -> None:
    """Let somebody speak and finish."""
    turn = queue.must_add(delegate)
    queue.must(turn, "start")
    clock.pass_(seconds=seconds)
    queue.must(turn, "finish")


def add_all(queue: Queue, clock: FixedClock, delegates: list[int]) -> list[int]:
    turns = []
    for delegate in delegates:
        clock.pass_(seconds=1)
        turns.append(queue.must_add(delegate))
    return turns


def test_a_preview_says_who_moves_where_and_changes_nothing(
    queue: Queue, areas: list[int], clock: FixedClock
) -> None:
    a, b, c, d, e = add_all(queue, clock, areas)
    before = queue.get()
    found = arrange(queue, "alternate_areas", preview=True)
    assert found["ids"] == [a, d, b, e, c]
    assert found["version"] == before["version"]
    assert found["seed"] is None
    assert [(m["id"], m["from"], m["to"]) for m in found["moves"]] == [
        (d, 4, 2),
        (b, 2, 3),
        (e, 5, 4),
        (c, 3, 5),
    ]
    assert found["moves"][0]["name"] == "Người 3"
    assert queue.get() == before
    applied = arrange(queue, "alternate_areas")
    assert [turn["id"] for turn in applied["waiting"]] == found["ids"]
    assert applied["undo"][0]["kind"] == "turn.arranged"
    undone = queue.send("POST", "/undo", {"step": applied["step"]}).json or {}
    assert undone["waiting"] == before["waiting"]


def test_first_time_and_least_time_look_at_what_was_finished(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    said(queue, clock, people[0], 60)
    said(queue, clock, people[1], 20)
    said(queue, clock, people[1], 20)
    a, b, c = add_all(queue, clock, people[:3])
    found = queue.get()
    assert [(t["times_spoken"], t["first"]) for t in found["waiting"]] == [
        (1, False),
        (2, False),
        (0, True),
    ]
    assert arrange(queue, "first_time", preview=True)["ids"] == [c, a, b]
    assert arrange(queue, "least_time", preview=True)["ids"] == [c, b, a]


def test_topics_come_in_the_order_of_the_plan(
    queue: Queue, people: list[int], meeting: Known
) -> None:
    topics = (None, "T3", "T1", "T3")
    turns = [
        queue.must_add(person, topic=meeting.topics[topic] if topic else None)
        for person, topic in zip(people, topics, strict=False)
    ]
    a, b, c, d = turns
    assert arrange(queue, "by_topic", preview=True)["ids"] == [c, b, d, a]
    edited = queue.send("PATCH", f"/{a}", {"topic": meeting.topics["T2"]}).json or {}
    assert edited["waiting"][0]["topic"] == "Chính sách"
    assert arrange(queue, "by_topic", preview=True)["ids"] == [c, a, b, d]


def test_locked_places_and_the_priority_lane_stay_whatever_the_policy(
    queue: Queue, areas: list[int], clock: FixedClock
) -> None:
    a, b, c, d, e = add_all(queue, clock, areas)
    ids = [c, b, a, d, e]
    queue.send("PUT", "/order", {"ids": ids, "version": queue.get()["version"]})
    urgent = queue.must_add(areas[4], priority=True)
    queue.send("PATCH", "", {"locked": 2})
    for policy in ("arrival", "first_time", "alternate_areas", "by_topic", "least_time", "draw"):
        assert arrange(queue, policy, preview=True)["ids"][:2] == [urgent, c], policy


def test_lots_leave_their_seed_and_the_same_seed_draws_the_same(
    app: Flask, queue: Queue, people: list[int], clock: FixedClock
) -> None:
    add_all(queue, clock, people)
    preview = arrange(queue, "draw", preview=True)
    seed = preview["seed"]
    assert seed
    applied = arrange(queue, "draw", seed=seed)
    assert [turn["id"] for turn in applied["waiting"]] == preview["ids"]
    assert applied["seed"] == seed
    arrange(queue, "arrival")
    assert arrange(queue, "draw", preview=True, seed=seed)["ids"] == preview["ids"]
    own = arrange(queue, "draw")["seed"]
    assert own not in ("", seed)
    with app.app_context():
        facts = [
            change.facts or {}
            for change in db.session.scalars(db.select(Change).order_by(Change.id))
            if change.kind == "turn.arranged"
        ]
    assert [(fact["policy"], fact["seed"]) for fact in facts] == [
        ("draw", seed),
        ("arrival", None),
        ("draw", own),
    ]
    undone = queue.send("POST", "/undo").json or {}
    assert undone["seed"] == seed


def test_an_order_that_has_moved_makes_a_preview_stale_and_a_question_does_not(
    queue: Queue, people: list[int]
) -> None:
    a, b = (queue.must_add(person) for person in people[:2])
    version = queue.get()["version"]
    queue.send("POST", "/questions", {"delegate": people[2], "text": "Bao giờ sửa đường?"})
    queue.send("PUT", "/order", {"ids": [b, a], "version": version})
    assert queue.order() == [b, a]
    body = {"policy": "arrival", "preview": False, "version": version}
    assert code_of(queue.send("POST", "/arrange", body)) == (409, "stale")
    body["version"] = queue.get()["version"] + 1
    assert code_of(queue.send("POST", "/arrange", body)) == (409, "stale")
    assert queue.order() == [b, a]


def test_newcomers_join_where_the_standing_policy_puts_them(
    queue: Queue, people: list[int], clock: FixedClock
) -> None:
    said(queue, clock, people[0], 60)
    queue.send("PATCH", "", {"policy": "first_time"})
    a, b = add_all(queue, clock, people[:2])
    assert queue.order() == [b, a]
    c = queue.must_add(people[2])
    assert queue.order() == [b, c, a]
    queue.send("PATCH", "", {"policy": "draw"})
    d = queue.must_add(people[3])
    assert queue.order() == [b, c, a, d]


def test_a_request_made_before_coming_wakes_in_the_place_the_policy_gives(
    queue: Queue, people: list[int], areas: list[int], clock: FixedClock, arrive: Arrive
) -> None:
    turns = add_all(queue, clock, [areas[3], areas[0], areas[1], areas[4]])
    assert [turn["state"] for turn in queue.get()["waiting"]] == ["expected"] * 4
    queue.send("PATCH", "", {"policy": "alternate_areas"})
    before = queue.get()
    arrive(areas[4])
    found = queue.get()
    two, one, other, woken = turns
    assert [turn["id"] for turn in found["waiting"]] == [two, one, woken, other]
    assert found["waiting"][2]["state"] == "waiting"
    assert found["undo"][0]["kind"] == "turn.woken"
    assert found["undo"][0]["name"] == "Người 4"
    queue.send("POST", "/undo", {"step": found["step"]})
    assert queue.order() == [turn["id"] for turn in before["waiting"]]


def test_in_the_order_of_asking_who_wakes_keeps_the_place_that_asking_gave(
    queue: Queue, people: list[int], clock: FixedClock, arrive: Arrive
) -> None:
    turns = add_all(queue, clock, people[:3])
    step = queue.get()["step"]
    arrive(people[2])
    found = queue.get()
    assert [(turn["id"], turn["state"]) for turn in found["waiting"]] == [
        (turns[0], "expected"),
        (turns[1], "expected"),
        (turns[2], "waiting"),
    ]
    assert found["step"] == step


def test_the_ways_of_ordering_are_listed_in_words(queue: Queue) -> None:
    found = queue.send("GET", "/policies").json or []
    assert [one["name"] for one in found][:6] == [
        "arrival",
        "first_time",
        "alternate_areas",
        "by_topic",
        "least_time",
        "draw",
    ]
    assert found[0]["title"] == "Theo giờ đăng ký"
    assert [one["name"] for one in found if one["draws"]] == ["draw"]
    answer = queue.send("PATCH", "", {"policy": "loudest"})
    assert code_of(answer) == (422, "no_policy")
    assert list((answer.json or {})["fields"]) == ["policy"]


def test_a_policy_from_outside_orders_like_ours_and_a_bad_one_changes_nothing(
    app: Flask, queue: Queue, areas: list[int], clock: FixedClock
) -> None:
    registry: Registry = app.extensions["kiosk"]
    quiet = outside().QUIET_AREAS
    bad = replace(quiet, name="bad", order=lambda asking, heard: [])
    registry.add(Plugin("outside", "Outside", policies=(quiet, bad)))
    said(queue, clock, areas[0], 10)
    a, b, d = add_all(queue, clock, [areas[1], areas[2], areas[3]])
    assert arrange(queue, "quiet_areas")["waiting"][0]["id"] == d
    before = queue.get()
    body = {"policy": "bad", "preview": False, "version": before["version"]}
    assert code_of(queue.send("POST", "/arrange", body)) == (422, "bad_policy")
    assert queue.get() == before
    queue.send("PATCH", "", {"policy": "bad"})
    assert queue.order() == [d, a, b]
    last = queue.must_add(areas[4])
    assert queue.order() == [d, a, b, last]


def test_two_policies_of_one_name_or_a_name_too_long_are_refused(app: Flask) -> None:
    registry: Registry = app.extensions["kiosk"]
    quiet: SpeakingPolicy = outside().QUIET_AREAS
    for name in ("arrival", "x" * 21, ""):
        with pytest.raises(Exception, match=r"two_of_one_name|bad_name"):
            raise_code(registry, replace(quiet, name=name))


def raise_code(registry: Registry, policy: SpeakingPolicy) -> None:
    try:
        registry.add(Plugin(f"p-{policy.name}", "P", policies=(policy,)))
    except Exception as error:
        raise AssertionError(getattr(error, "code", "")) from error
