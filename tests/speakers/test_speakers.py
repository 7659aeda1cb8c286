"""The speaker queue: joining, order, speaking, leaving, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.speakers import rules
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
AddDelegate = Callable[..., int]
URL = "/api/v1/meetings/kd/speakers"


@dataclass
class Floor:
    """The queue as a moderator drives it."""

    client: FlaskClient
    headers: dict[str, str]

    def add(self, delegate: int, **body: Any) -> TestResponse:
        return self.client.post(URL, json={"delegate": delegate, **body}, headers=self.headers)

    def turn(self, delegate: int, **body: Any) -> int:
        answer = self.add(delegate, **body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return int((answer.json or {})["id"])

    def do(self, what: str, body: Any = None, method: str = "POST") -> TestResponse:
        return self.client.open(
            f"{URL}/{what}", method=method, json=body or {}, headers=self.headers
        )

    def patch(self, **body: Any) -> TestResponse:
        return self.client.patch(URL, json=body, headers=self.headers)

    def now(self) -> dict[str, Any]:
        return self.client.get(URL, headers=self.headers).json or {}

    def order(self) -> list[int]:
        return [item["id"] for item in self.now()["waiting"]]


@pytest.fixture
def floor(client: FlaskClient, bearer: Bearer) -> Floor:
    return Floor(client, bearer("moderator"))


@pytest.fixture
def people(add_delegate: AddDelegate) -> list[int]:
    return [add_delegate(f"Nguyễn Thị {name}") for name in ("An", "Bích", "Cúc", "Dung")]


def test_somebody_is_added_at_position_one_with_topic_and_note(
    floor: Floor, people: list[int], meeting: Known
) -> None:
    answer = floor.add(people[0], topic=meeting.topics["T5"], note="ngõ 6")
    entry = answer.json or {}
    assert (entry["position"], entry["topic"], entry["note"]) == (1, "Đất đai", "ngõ 6")
    assert (entry["kind"], entry["state"]) == ("normal", "expected")


def test_nobody_waits_twice_but_a_speaker_may_ask_again(floor: Floor, people: list[int]) -> None:
    turn = floor.turn(people[0])
    again = floor.add(people[0])
    assert (again.status_code, (again.json or {})["code"]) == (409, "already_waiting")
    assert floor.add(people[0], priority=True).status_code == 201
    floor.do(f"{turn}/start")
    assert floor.add(people[0]).status_code == 201


def test_priority_goes_before_the_first_normal_and_after_other_priority(
    floor: Floor, people: list[int]
) -> None:
    first, second = floor.turn(people[0]), floor.turn(people[1])
    third = floor.turn(people[2], priority=True)
    fourth = floor.turn(people[3], priority=True)
    assert floor.order() == [third, fourth, first, second]


def test_a_closed_list_takes_only_whom_the_moderator_adds(
    floor: Floor,
    client: FlaskClient,
    bearer: Bearer,
    people: list[int],
    invite: Callable[[int], Code],
) -> None:
    assert (floor.patch(open=False).json or {})["open"] is False
    desk = client.post(URL, json={"delegate": people[0]}, headers=bearer("desk"))
    own = {"Authorization": f"Invitation {invite(people[0]).code}"}
    self_ = client.post(URL, json={"delegate": people[0]}, headers=own)
    assert [(a.status_code, (a.json or {})["code"]) for a in (desk, self_)] == [(409, "closed")] * 2
    assert floor.add(people[0]).status_code == 201


def test_present_only_takes_only_who_has_checked_in(
    floor: Floor, people: list[int], client: FlaskClient, bearer: Bearer
) -> None:
    floor.patch(present_only=True)
    assert (floor.add(people[0]).json or {})["code"] == "not_present"
    scan = {"scan_id": "scan-0001", "via": "search", "delegate": people[0]}
    client.post("/api/v1/meetings/kd/scans", json=scan, headers=bearer("desk"))
    assert floor.add(people[0]).status_code == 201


def test_a_delegate_acts_only_for_self(
    client: FlaskClient, floor: Floor, people: list[int], invite: Callable[[int], Code]
) -> None:
    own = {"Authorization": f"Invitation {invite(people[0]).code}"}
    turn = (client.post(URL, json={"delegate": people[0]}, headers=own).json or {})["id"]
    other = client.post(URL, json={"delegate": people[1]}, headers=own)
    assert (other.status_code, (other.json or {})["code"]) == (403, "not_yours")
    assert client.post(f"{URL}/{turn}/start", headers=own).status_code == 403
    first = {"delegate": people[0], "priority": True}
    assert client.post(URL, json=first, headers=own).status_code == 403
    another = floor.turn(people[1])
    assert client.post(f"{URL}/{another}/withdraw", headers=own).status_code == 403
    assert client.post(f"{URL}/9999/withdraw", headers=own).status_code == 404
    assert client.post(f"{URL}/{turn}/withdraw", headers=own).status_code == 200
    assert floor.order() == [another]


def test_somebody_unknown_or_a_foreign_topic_is_refused(floor: Floor, people: list[int]) -> None:
    assert floor.add(99999).status_code == 404
    assert floor.add(people[0], topic=99999).status_code == 422
    assert floor.add(people[0], colour="red").status_code == 422
    assert floor.order() == []


def test_arrival_wakes_a_request_made_before_and_moves_the_view(
    floor: Floor, people: list[int], client: FlaskClient, bearer: Bearer
) -> None:
    floor.turn(people[0])
    before = floor.now()
    assert before["waiting"][0]["state"] == "expected"
    desk = bearer("desk")
    url = "/api/v1/meetings/kd/scans"
    client.post(
        url, json={"scan_id": "w-000001", "via": "search", "delegate": people[1]}, headers=desk
    )
    assert floor.now()["version"] == before["version"]
    client.post(
        url, json={"scan_id": "w-000002", "via": "search", "delegate": people[0]}, headers=desk
    )
    after = floor.now()
    assert after["waiting"][0]["state"] == "waiting"
    assert after["version"] > before["version"]


def test_starting_the_next_ends_the_one_before_at_the_same_moment(
    floor: Floor, people: list[int], clock: FixedClock
) -> None:
    first, second = floor.turn(people[0]), floor.turn(people[1])
    floor.do(f"{first}/start")
    clock.pass_(seconds=90)
    found = floor.do(f"{second}/start").json or {}
    assert found["speaking"]["id"] == second
    assert [item["id"] for item in found["done"]] == [first]
    assert found["done"][0]["seconds_spoken"] == 90
    assert found["clock"]["remaining"] == 180


def test_the_clock_runs_pauses_and_goes_below_zero(
    floor: Floor, people: list[int], clock: FixedClock
) -> None:
    turn = floor.turn(people[0])
    floor.do(f"{turn}/start")
    clock.pass_(seconds=80)
    paused = floor.do(f"{turn}/pause").json or {}
    assert (paused["clock"]["state"], paused["clock"]["remaining"]) == ("paused", 100)
    clock.pass_(seconds=50)
    assert floor.now()["clock"]["remaining"] == 100
    floor.do(f"{turn}/resume")
    clock.pass_(seconds=120)
    assert floor.now()["clock"]["remaining"] == -20
    longer = floor.do(f"{turn}/extend", {"seconds": 60}).json or {}
    assert longer["clock"]["remaining"] == 40
    done = floor.do(f"{turn}/finish").json or {}
    assert (done["clock"]["state"], done["done"][0]["seconds_spoken"]) == ("stopped", 200)


def test_a_step_that_does_not_fit_the_state_changes_nothing(
    floor: Floor, people: list[int]
) -> None:
    turn = floor.turn(people[0])
    before = floor.now()["version"]
    for what in ("pause", "resume", "finish", "extend"):
        answer = floor.do(f"{turn}/{what}", {"seconds": 60} if what == "extend" else None)
        assert (answer.status_code, (answer.json or {})["code"]) == (409, "wrong_state")
    assert floor.do("9999/start").status_code == 404
    assert floor.do(f"{turn}/extend", {"seconds": -5}).status_code == 422
    assert floor.do(f"{turn}/dance").status_code == 404
    assert floor.now()["version"] == before
    floor.do(f"{turn}/start")
    assert (floor.do(f"{turn}/start").json or {})["code"] == "wrong_state"


def test_the_whole_order_can_be_set_but_only_as_a_fresh_permutation(
    floor: Floor, people: list[int]
) -> None:
    turns = [floor.turn(person) for person in people]
    version = floor.now()["version"]
    wanted = turns[::-1]
    for wrong in (wanted[:-1], [*wanted, 9999], [*wanted[:-1], wanted[0]]):
        answer = floor.do("order", {"ids": wrong, "version": version}, "PUT")
        assert (answer.status_code, (answer.json or {})["code"]) == (422, "not_a_permutation")
    stale = floor.do("order", {"ids": wanted, "version": version - 1}, "PUT")
    assert (stale.status_code, (stale.json or {})["code"]) == (409, "stale")
    assert floor.order() == turns
    done = floor.do("order", {"ids": wanted, "version": version}, "PUT").json or {}
    assert [item["position"] for item in done["waiting"]] == [1, 2, 3, 4]
    assert floor.order() == wanted


def test_who_is_absent_goes_to_the_end_once_and_then_off_the_list(
    floor: Floor, people: list[int]
) -> None:
    first, second = floor.turn(people[0]), floor.turn(people[1])
    floor.do(f"{first}/absent")
    assert floor.order() == [second, first]
    floor.do(f"{first}/absent")
    assert floor.order() == [second]


def test_the_last_speaker_can_be_put_back_first(
    floor: Floor, people: list[int], clock: FixedClock
) -> None:
    assert (floor.do("restore").json or {})["code"] == "none_finished"
    first, second = floor.turn(people[0]), floor.turn(people[1])
    floor.do(f"{first}/start")
    clock.pass_(seconds=10)
    floor.do(f"{first}/finish")
    floor.do("restore")
    assert floor.order() == [first, second]
    assert floor.now()["waiting"][0]["seconds_spoken"] == 0
    floor.do(f"{first}/start")
    floor.do(f"{first}/finish")
    floor.turn(people[0])
    assert (floor.do("restore").json or {})["code"] == "already_waiting"


def _shape(found: dict[str, Any]) -> Any:
    moving = {"version", "forecast", "clock"}
    plain = {key: value for key, value in found.items() if key not in moving}
    for item in [*plain["waiting"], *plain["done"], plain["speaking"] or {}]:
        item.pop("expected_at", None)
    return plain


def test_undo_brings_the_very_state_before_back_step_by_step(
    floor: Floor, people: list[int]
) -> None:
    turns = [floor.turn(person) for person in people[:3]]
    states = [_shape(floor.now())]
    steps: list[Callable[[], Any]] = [
        lambda: floor.do(f"{turns[0]}/start"),
        lambda: floor.do(f"{turns[0]}/pause"),
        lambda: floor.do(f"{turns[1]}/start"),
        lambda: floor.patch(open=False, locked=1, seconds=300),
        lambda: floor.do(f"{turns[2]}/withdraw"),
        lambda: floor.do(f"{turns[1]}/finish"),
        lambda: floor.do("restore"),
        lambda: floor.turn(people[3], priority=True),
    ]
    for step in steps:
        step()
        states.append(_shape(floor.now()))
    for expected in states[-2::-1]:
        assert floor.do("undo").status_code == 200
        assert _shape(floor.now()) == expected
    for _ in turns:
        floor.do("undo")
    assert (floor.do("undo").json or {})["code"] == "nothing_to_undo"


def test_arranging_by_arrival_previews_first_and_refuses_a_stale_preview(
    floor: Floor, people: list[int], clock: FixedClock
) -> None:
    turns = []
    for person in people:
        turns.append(floor.turn(person))
        clock.pass_(seconds=1)
    version = floor.now()["version"]
    floor.do("order", {"ids": turns[::-1], "version": version}, "PUT")
    version = floor.now()["version"]
    preview = floor.do("arrange", {"policy": "arrival", "preview": True, "version": version})
    assert (preview.json or {})["ids"] == turns
    assert floor.order() == turns[::-1]
    stale = {"policy": "arrival", "preview": False, "version": version - 1}
    assert (floor.do("arrange", stale).json or {})["code"] == "stale"
    floor.do("arrange", {"policy": "arrival", "preview": False, "version": version})
    assert floor.order() == turns
    assert floor.do("arrange", {"policy": "magic", "version": version}).status_code == 422


def test_notes_to_the_moderator_do_not_reach_the_hall(
    floor: Floor, people: list[int], client: FlaskClient, bearer: Bearer
) -> None:
    turn = floor.turn(people[0], note="chuyện riêng")
    floor.turn(people[1], note="chuyện riêng")
    floor.do(f"{turn}/start")
    text = client.get(URL, headers=bearer("screen")).get_data(as_text=True)
    assert "chuyện riêng" not in text
    assert "An" in text


def test_pages_of_the_floor_open_for_their_roles(
    as_role: Callable[[str], Person], floor: Floor, people: list[int]
) -> None:
    floor.turn(people[0])
    person = as_role("moderator")
    for path in ("speakers", "chair", "hall"):
        answer = person.get(f"/m/kd/{path}")
        assert answer.status_code == 200
        assert "Nguyễn Thị An" in answer.get_data(as_text=True)


@given(
    st.lists(st.tuples(st.sampled_from(["normal", "priority"]), st.integers(0, 1000)), max_size=12),
    st.integers(0, 3),
)
def test_arrival_order_keeps_everyone_and_leaves_locked_places_alone(
    places: list[tuple[str, int]], locked: int
) -> None:
    begin = datetime(2023, 10, 26, tzinfo=UTC)
    waiting = [
        rules.Place(i, kind, begin + timedelta(seconds=at)) for i, (kind, at) in enumerate(places)
    ]
    ids = rules.by_arrival(waiting, locked)
    assert sorted(ids) == [place.id for place in waiting]
    assert ids[:locked] == [place.id for place in waiting][:locked]
    rest = [waiting[i] for i in ids[locked:]]
    keys = [(place.kind != "priority", place.requested_at) for place in rest]
    assert keys == sorted(keys)


@given(st.integers(0, 5000), st.integers(0, 600), st.integers(0, 600))
def test_time_spoken_is_never_negative(passed: int, paused: int, before: int) -> None:
    begin = datetime(2023, 10, 26, tzinfo=UTC)
    now = begin + timedelta(seconds=passed)
    assert rules.seconds_spoken(begin, None, None, paused, now) == max(0, passed - paused)
    assert rules.seconds_spoken(None, None, None, before, now) == 0


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=8), st.data())
def test_moving_one_keeps_the_others_in_order(ids: list[int], data: st.DataObject) -> None:
    turn = data.draw(st.sampled_from(ids))
    step = data.draw(st.sampled_from(["up", "down", "top", "bottom"]))
    found = rules.moved(ids, turn, step)
    assert rules.is_permutation(found, ids)
    assert [i for i in found if i != turn] == [i for i in ids if i != turn]
