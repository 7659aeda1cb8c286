"""Calls for a helper: made at a gate, taken and finished at a desk, seen live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.live import hub
from kiosk.plugins.checkin import erase
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

URL = "/api/v1/meetings/kd/calls"


def _call(door: Door, **body: Any) -> dict[str, Any]:
    answer = door.client.post(URL, json={"reason": "unknown", **body}, headers=door.headers)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.json or {}
    return found


def _items(door: Door) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (door.client.get(URL, headers=door.headers).json or {})["items"]
    return items


def _view(app: Flask, meeting: Known) -> dict[str, Any]:
    with app.app_context():
        return hub.snapshot(db.session(), meeting.id, "door")


def test_a_gate_calls_and_the_desk_sees_who_where_and_why(
    gate: Door, desk: Door, add_delegate: Callable[..., int]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa", household="047")
    made = _call(gate, reason="household_in", sentence="Mời bà dự thính", delegate=hoa)
    assert made["at"] == "2023-10-26T13:05:00+07:00"
    [item] = _items(desk)
    assert item["id"] == made["id"]
    assert (item["device"], item["reason"], item["state"]) == (
        "Bàn đón số 1",
        "household_in",
        "open",
    )
    assert item["sentence"] == "Mời bà dự thính"
    assert item["delegate"]["name"] == "Nguyễn Thị Hoa"
    assert (item["delegate"]["area"], item["delegate"]["household"]) == ("Khu Kim Đồng I", "047")
    assert (item["walk_in"], item["taken_by"]) == (None, None)


def test_somebody_without_an_invitation_leaves_name_and_area_at_the_gate(
    gate: Door, desk: Door
) -> None:
    _call(gate, reason="walk_in", walk_in={"name": "  Lê  Văn An ", "area": "Khu Kim Đồng II"})
    assert _items(desk)[0]["walk_in"] == {"name": "Lê Văn An", "area": "Khu Kim Đồng II"}


def test_one_helper_takes_a_call_and_the_second_hears_who_is_on_the_way(
    gate: Door, desk: Door, make_door: Callable[..., Door]
) -> None:
    url = f"{URL}/{_call(gate)['id']}"
    taken = desk.client.post(f"{url}/take", headers=desk.headers)
    assert taken.status_code == 200
    assert desk.client.post(f"{url}/take", headers=desk.headers).status_code == 200
    [item] = _items(desk)
    assert (item["state"], item["taken_by"]) == ("taken", "Bàn cán bộ")
    other = make_door("desk", "Bàn cán bộ 2")
    second = other.client.post(f"{url}/take", headers=other.headers)
    assert (second.status_code, (second.json or {})["code"]) == (409, "call_taken")
    assert (second.json or {})["by"] == "Bàn cán bộ"
    assert desk.client.post(f"{url}/done", headers=desk.headers).status_code == 200
    assert _items(desk)[0]["state"] == "done"


def test_whoever_manages_alone_takes_the_own_call_back_and_nobody_elses(
    gate: Door, desk: Door, make_door: Callable[..., Door]
) -> None:
    url = f"{URL}/{_call(gate)['id']}/done"
    other = make_door("gate", "Bàn đón số 2")
    refused = other.client.post(url, headers=other.headers)
    assert (refused.status_code, (refused.json or {})["code"]) == (403, "staff_only")
    done = gate.client.post(url, headers=gate.headers)
    assert (done.status_code, done.json) == (200, {"items": []})
    assert _items(desk)[0]["state"] == "done"


def test_calling_again_rings_again_and_stays_one_call(
    gate: Door, desk: Door, clock: FixedClock
) -> None:
    first = _call(gate)
    clock.pass_(minutes=2)
    again = _call(gate)
    assert again["id"] == first["id"]
    assert again["at"] == "2023-10-26T13:07:00+07:00"
    assert _call(gate, reason="mistyped")["id"] != first["id"]
    assert len(_items(desk)) == 2


def test_a_gate_sees_no_calls_and_a_stranger_makes_none(gate: Door, meeting: Known) -> None:
    assert gate.client.get(URL, headers=gate.headers).status_code == 403
    assert gate.client.post(URL, json={"reason": "unknown"}).status_code == 401


def test_a_tablet_that_calls_without_end_is_slowed_down(gate: Door) -> None:
    for number in range(20):
        _call(gate, sentence=str(number))
    answer = gate.client.post(URL, json={"reason": "x"}, headers=gate.headers)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_what_a_call_cannot_be_is_said_field_by_field(gate: Door) -> None:
    for body, field in (
        ({}, "reason"),
        ({"reason": "x" * 41}, "reason"),
        ({"reason": "x", "sentence": "y" * 301}, "sentence"),
        ({"reason": "x", "walk_in": {"name": ""}}, "walk_in.name"),
        ({"reason": "x", "delegate": "bà Hoa"}, "delegate"),
    ):
        answer = gate.client.post(URL, json=body, headers=gate.headers)
        assert (answer.status_code, list((answer.json or {})["fields"])) == (422, [field])


def test_a_call_never_fails_for_somebody_who_is_not_on_the_list(gate: Door, desk: Door) -> None:
    _call(gate, delegate=987654)
    assert _items(desk)[0]["delegate"] is None


def test_a_call_that_is_not_there_is_not_found(desk: Door, gate: Door) -> None:
    for verb in ("take", "done"):
        assert desk.client.post(f"{URL}/77/{verb}", headers=desk.headers).status_code == 404


def test_the_desks_live_view_moves_with_calls_and_not_with_arrivals(
    app: Flask,
    gate: Door,
    desk: Door,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[..., Any],
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    add_delegate("Trần Văn Bình")
    made = _call(gate)
    before = _view(app, meeting)
    assert [item["id"] for item in before["calls"]] == [made["id"]]
    assert (before["present"], before["invited"]) == (0, 2)
    gate.scan(code)
    after = _view(app, meeting)
    assert (after["present"], after["version"]) == (1, before["version"])
    desk.client.post(f"{URL}/{made['id']}/done", headers=desk.headers)
    done = _view(app, meeting)
    assert done["calls"] == []
    assert done["version"] > before["version"]


def test_only_helpers_follow_the_doors_live_view(
    gate: Door, as_role: Callable[[str], Person]
) -> None:
    url = "/live/kd?view=door"
    assert gate.client.get(url, headers=gate.headers).status_code == 403
    assert as_role("observer").get(url).status_code == 403
    answer = as_role("organiser").get(url)
    assert answer.status_code == 200
    answer.close()


def test_when_the_meeting_is_erased_nobody_is_named_by_a_call(
    app: Flask, gate: Door, desk: Door, meeting: Known
) -> None:
    _call(gate, sentence="Lê Văn An, nhà số 5", walk_in={"name": "Lê Văn An"})
    with app.app_context(), writing() as session:
        erase.erase(session, meeting.id)
    [item] = _items(desk)
    assert (item["sentence"], item["walk_in"], item["reason"]) == ("", None, "unknown")
