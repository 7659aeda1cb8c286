"""What check-in products are measured by, around the scan: exits, undo, lists, devices.

Each docstring names the row of the comparison that it answers, and "better" where the
other product falls short.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.db import db
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


def _counts(person: Person) -> tuple[int, int, int]:
    found = person.get("/api/v1/meetings/kd/attendance").json or {}
    return found["invited"], found["present"], found["inside"]


def test_an_exit_lowers_who_is_inside_and_nobody_leaves_who_has_not_come(
    gate: Door, desk: Door, code: Code, as_role: Callable[[str], Person]
) -> None:
    """Row 28, better: an exit of nobody and a second exit say so."""
    organiser = as_role("organiser")
    assert desk.scan(code.code, direction="out")["verdict"] == "not_inside"
    gate.scan(code.code)
    assert _counts(organiser) == (1, 1, 1)
    assert desk.scan(code.code, direction="out")["verdict"] == "left"
    assert _counts(organiser) == (1, 1, 0)
    assert desk.scan(code.code, direction="out")["verdict"] == "not_inside"


def test_whoever_went_out_comes_in_again_and_counts_once(
    gate: Door, desk: Door, code: Code, as_role: Callable[[str], Person]
) -> None:
    """Row 29."""
    gate.scan(code.code)
    desk.scan(code.code, direction="out")
    assert gate.scan(code.code)["verdict"] == "admitted"
    assert _counts(as_role("organiser")) == (1, 1, 1)


def test_an_exit_that_arrives_before_its_entry_ends_outside(
    app: Flask, gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    """Row 30."""
    clock.pass_(minutes=20)
    out = desk.scan(code.code, direction="out", scanned_at="2023-10-26T13:20:00+07:00")
    assert out["verdict"] == "not_inside"
    entry = gate.scan(code.code, scanned_at="2023-10-26T13:15:00+07:00", offline=True)
    assert entry["verdict"] == "admitted"
    with app.app_context():
        assert db.session.scalars(db.select(Presence.state)).all() == ["out"]
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_an_exit_made_at_once_is_not_put_before_the_entry_by_a_slow_clock(
    gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    gate.scan(code.code, scanned_at="2023-10-26T13:05:00+07:00")
    clock.pass_(seconds=10)
    slow = "2023-10-26T13:04:29+07:00"
    assert desk.scan(code.code, direction="out", scanned_at=slow)["verdict"] == "left"
    clock.pass_(seconds=5)
    undo = desk.scan(code.code, direction="undo", scanned_at="2023-10-26T13:04:34+07:00")
    assert undo["verdict"] == "undone"
    assert gate.scan(code.code)["verdict"] == "already_in"


def test_of_several_who_fit_a_card_nobody_is_admitted_until_one_is_chosen(
    app: Flask, desk: Door, add_delegate: AddDelegate
) -> None:
    """Row 35."""
    same = [add_delegate("Trần Văn Bình", birth_year=1961) for _ in range(2)]
    card = "099161000123||Trần Văn Bình|14081961|Nam|Khu Kim Đồng I|10052021"
    answer = desk.scan(card, via="id_card")
    assert (answer["verdict"], answer["delegate"]) == ("choose", None)
    assert [person["id"] for person in answer["candidates"]] == same
    assert {person["household"] for person in answer["candidates"]} == {"001", "002"}
    with app.app_context():
        assert db.session.scalars(db.select(Presence)).all() == []


def test_an_undo_is_for_fifteen_minutes_for_helpers_and_once(
    gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    """Row 37, better: any desk may take back what any device did."""
    gate.scan(code.code)
    assert gate.send(code=code.code, direction="undo").status_code == 403
    clock.pass_(minutes=15)
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    assert desk.scan(code.code, direction="undo")["verdict"] == "nothing_to_undo"
    assert gate.scan(code.code)["verdict"] == "admitted"
    clock.pass_(minutes=15, seconds=1)
    assert desk.scan(code.code, direction="undo")["verdict"] == "nothing_to_undo"


@pytest.mark.parametrize("asked", ["QUÝ", "quy nguyen", "Đức Quí", "duc", "Nguyễn Đức Quý", "047"])
def test_people_are_found_without_accents_in_any_order_and_case(
    desk: Door, add_delegate: AddDelegate, asked: str
) -> None:
    """Row 39, better: "UMIT", "celik" and turned names found nobody there."""
    wanted = add_delegate("Nguyễn Đức Quý", household="047")
    add_delegate("Trần Văn Bình", household="052")
    url = "/api/v1/meetings/kd/delegates"
    answer = desk.client.get(url, query_string={"q": asked}, headers=desk.headers)
    assert [item["id"] for item in (answer.json or {})["items"]] == [wanted]


def test_a_gate_neither_lists_nor_searches_nor_picks_by_name(
    gate: Door, hoa: int, code: Code
) -> None:
    """Rows 40 and 45, better: there a kiosk's search gave 46 names."""
    url = "/api/v1/meetings/kd/delegates"
    for query in ("", "?q=hoa", "?q=h", f"?q={code.short}"):
        assert gate.client.get(url + query, headers=gate.headers).status_code == 403
    assert gate.send(via="search", delegate=hoa).status_code == 403
    assert gate.client.get("/api/v1/meetings/kd/calls", headers=gate.headers).status_code == 403
    roster = gate.client.get("/api/v1/meetings/kd/roster", headers=gate.headers)
    assert "Hoa" not in roster.get_data(as_text=True)


def test_the_counts_are_of_people_and_keep_guests_apart(
    gate: Door, desk: Door, code: Code, as_role: Callable[[str], Person]
) -> None:
    """Row 41."""
    organiser = as_role("organiser")
    for _ in range(2):
        gate.scan(code.code)
    gate.scan("strange")
    desk.scan(via="walk_in", walk_in={"name": "Lê Văn An", "area": "Khu Kim Đồng II"})
    assert _counts(organiser) == (1, 2, 2)
    found = organiser.get("/api/v1/meetings/kd/attendance").json or {}
    assert found["added"] == 1


def test_a_revoked_tablet_is_told_so_at_once_and_keeps_what_it_has_not_sent(
    gate: Door, code: Code, as_role: Callable[[str], Person], bearer: Callable[..., dict[str, str]]
) -> None:
    """Rows 42 and 43; pairing is in test_devices."""
    organiser = as_role("organiser")
    offered = (
        organiser.send("POST", "/api/v1/meetings/kd/devices", {"name": "Bàn 3", "profile": "gate"})
    ).json or {}
    paired = gate.client.post("/api/v1/devices/pair", json={"code": offered["code"]}).json or {}
    again = gate.client.post("/api/v1/devices/pair", json={"code": offered["code"]})
    assert (again.status_code, (again.json or {})["code"]) == (404, "bad_pairing_code")
    headers = {"Authorization": f"Bearer {paired['token']}"}
    organiser.send("DELETE", f"/api/v1/meetings/kd/devices/{offered['id']}")
    body = {
        "scans": [
            {"scan_id": "0191f7c2-0000-7000-8000-000000000043", "code": code.code, "offline": True}
        ]
    }
    answer = gate.client.post("/api/v1/meetings/kd/scans/batch", json=body, headers=headers)
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "bad_token")
    assert (answer.json or {})["detail"]
    # Not acknowledged, so the tablet keeps it: paired again it is taken.
    kept = gate.client.post("/api/v1/meetings/kd/scans/batch", json=body, headers=gate.headers)
    assert (kept.json or {})["results"][0]["verdict"] == "admitted"


def test_a_tablet_of_one_meeting_does_not_learn_that_there_is_another(
    gate: Door, make_meeting: Callable[..., Known]
) -> None:
    """Row 44."""
    make_meeting("khac")
    answers = [
        gate.client.post(
            f"/api/v1/meetings/{name}/scans",
            json={"scan_id": "0191f7c2-0000-7000-8000-000000000001"},
            headers=gate.headers,
        )
        for name in ("khac", "khong-co")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json == answers[1].json


def test_a_code_stays_until_it_is_reissued_and_then_always_changes(
    app: Flask,
    gate: Door,
    code: Code,
    hoa: int,
    as_role: Callable[[str], Person],
    clock: FixedClock,
) -> None:
    """Row 47."""
    organiser = as_role("organiser")
    made = organiser.send("POST", f"/api/v1/meetings/kd/delegates/{hoa}/invitation").json or {}
    assert made["code"] != code.code
    assert made["short"] != code.short
    assert gate.scan(code.code)["verdict"] == "replaced"
    assert gate.scan(code.short, via="typed")["verdict"] == "replaced"
    clock.pass_(seconds=2)
    assert gate.scan(made["short"], via="typed")["verdict"] == "admitted"
    assert gate.scan(made["code"])["verdict"] == "already_in"
