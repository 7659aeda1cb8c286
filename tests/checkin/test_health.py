"""What devices say of themselves, and when a person should look after one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock as kiosk_clock
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.plugins.checkin.devices import rules
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.checkin.models import Scan
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
BEAT = "/api/v1/meetings/kd/devices/self/health"
LIST = "/api/v1/meetings/kd/devices"


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("vitals", "expected"),
    [
        (rules.Vitals("gate", minutes(0.2), battery=86, skew=2), ()),
        (rules.Vitals("gate", None), ()),
        (rules.Vitals("gate", minutes(6)), ("lost",)),
        (rules.Vitals("gate", minutes(6), busy=False), ()),
        (rules.Vitals("gate", minutes(6), busy=False, waiting=4), ("waiting",)),
        (rules.Vitals("gate", minutes(0.2), waiting=4), ()),
        (rules.Vitals("desk", minutes(0.2), battery=12), ("battery",)),
        (rules.Vitals("desk", minutes(0.2), battery=12, charging=True), ()),
        (rules.Vitals("desk", minutes(0.2), skew=-41), ()),
        (rules.Vitals("desk", minutes(0.2), skew=7200), ("clock",)),
        (rules.Vitals("gate", minutes(0.2), camera="refused"), ("camera",)),
        (rules.Vitals("desk", minutes(0.2), camera="refused"), ()),
        (rules.Vitals("gate", minutes(0.2), camera="none"), ()),
    ],
)
def test_a_person_is_called_only_where_a_person_can_help(
    vitals: rules.Vitals, expected: tuple[str, ...]
) -> None:
    assert rules.needs(vitals) == expected


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_a_device_is_in_contact_for_a_minute_and_lost_only_after_two(away: timedelta) -> None:
    contact = rules.in_contact(away)
    assert contact == (away <= timedelta(seconds=60))
    assert not (contact and "lost" in rules.needs(rules.Vitals("gate", away)))


@pytest.fixture
def paired(
    client: FlaskClient, bearer: Bearer, meeting: Known
) -> Callable[..., tuple[int, dict[str, str]]]:
    """Pair a device; returns its id and the header of its token."""

    def make(name: str = "Bàn đón số 1", profile: str = "gate") -> tuple[int, dict[str, str]]:
        body = {"name": name, "profile": profile, "place": "cửa chính"}
        offered = client.post(LIST, json=body, headers=bearer("organiser")).json or {}
        done = client.post("/api/v1/devices/pair", json={"code": offered["code"]}).json or {}
        return int(offered["id"]), {"Authorization": f"Bearer {done['token']}"}

    return make


@pytest.fixture
def beat(client: FlaskClient) -> Callable[..., Any]:
    def send(headers: dict[str, str], seconds: float = 0, **said: Any) -> Any:
        sent = (kiosk_clock.now() + timedelta(seconds=seconds)).isoformat()
        return client.post(BEAT, json={"sent_at": sent, **said}, headers=headers)

    return send


@pytest.fixture
def listed(client: FlaskClient, bearer: Bearer) -> Callable[[], list[dict[str, Any]]]:
    headers = bearer("organiser")

    def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (client.get(LIST, headers=headers).json or {})["items"]
        return found

    return read


def test_a_beat_tells_the_organiser_how_the_device_is(
    paired: Callable[..., Any], beat: Callable[..., Any], listed: Callable[..., Any]
) -> None:
    key, headers = paired()
    answer = beat(
        headers,
        -41,
        waiting=4,
        battery=12,
        charging=False,
        roster_at="2023-10-26T13:02:00+07:00",
        camera="ready",
        persisted=True,
    )
    assert answer.status_code == 200
    assert answer.json["device"] == {"id": key, "name": "Bàn đón số 1", "profile": "gate"}
    assert answer.json["now"].startswith("2023-10-26T13:05:00.000+07:00")
    found = listed()[0]
    told = {"waiting", "battery", "charging", "camera", "persisted", "roster_at", "place"}
    assert {name: found[name] for name in told} == {
        "waiting": 4,
        "battery": 12,
        "charging": False,
        "camera": "ready",
        "persisted": True,
        "roster_at": "2023-10-26T13:02:00+07:00",
        "place": "cửa chính",
    }
    assert (found["skew_seconds"], found["in_contact"], found["needs"]) == (-41, True, ["battery"])


def test_what_a_beat_does_not_say_stays_as_it_was(
    paired: Callable[..., Any],
    beat: Callable[..., Any],
    listed: Callable[..., Any],
    clock: FixedClock,
) -> None:
    _key, headers = paired()
    beat(headers, waiting=3, battery=50)
    clock.pass_(seconds=15)
    beat(headers, waiting=0)
    assert (listed()[0]["waiting"], listed()[0]["battery"]) == (0, 50)


def test_a_device_that_hurries_is_answered_but_written_down_once_in_three_seconds(
    paired: Callable[..., Any],
    beat: Callable[..., Any],
    listed: Callable[..., Any],
    clock: FixedClock,
) -> None:
    _key, headers = paired()
    beat(headers, waiting=1)
    clock.pass_(seconds=1)
    assert beat(headers, waiting=2).status_code == 200
    assert listed()[0]["waiting"] == 1
    clock.pass_(seconds=3)
    beat(headers, waiting=2)
    assert listed()[0]["waiting"] == 2


def test_beats_leave_no_row_in_the_ledger_and_move_no_view(
    app: Flask, paired: Callable[..., Any], beat: Callable[..., Any], clock: FixedClock
) -> None:
    def changes() -> tuple[int, dict[Any, int]]:
        with app.app_context():
            rows = db.session.scalars(db.select(ledger.Change)).all()
            return len(rows), ledger.versions(db.session())

    _key, headers = paired()
    before = changes()
    for _ in range(5):
        clock.pass_(seconds=15)
        assert beat(headers, waiting=1).status_code == 200
    assert changes() == before


def test_contact_is_lost_after_a_minute_and_waiting_scans_call_somebody(
    paired: Callable[..., Any],
    beat: Callable[..., Any],
    listed: Callable[..., Any],
    clock: FixedClock,
) -> None:
    _key, headers = paired()
    assert (listed()[0]["in_contact"], listed()[0]["needs"]) == (False, [])
    beat(headers, waiting=4)
    clock.pass_(seconds=59)
    assert listed()[0]["in_contact"] is True
    clock.pass_(minutes=5)
    assert (listed()[0]["in_contact"], listed()[0]["needs"]) == (False, ["lost", "waiting"])


def test_a_scan_is_a_word_too(
    client: FlaskClient,
    paired: Callable[..., Any],
    listed: Callable[..., Any],
    clock: FixedClock,
) -> None:
    _key, headers = paired()
    clock.pass_(minutes=10)
    scan = {"scan_id": "0191f7c2-0000-7000-8000-0000000f0001", "code": "NOBODYS", "via": "typed"}
    client.post("/api/v1/meetings/kd/scans", json=scan, headers=headers)
    assert (listed()[0]["in_contact"], listed()[0]["scans"]) == (True, 1)


def test_a_token_of_the_command_line_shows_as_a_device_once_it_speaks(
    bearer: Bearer, beat: Callable[..., Any], listed: Callable[..., Any], clock: FixedClock
) -> None:
    headers = bearer("desk", "Bàn cán bộ")
    first = beat(headers, waiting=0).json["device"]
    clock.pass_(seconds=20)
    assert beat(headers, waiting=0).json["device"] == first
    assert [(d["name"], d["profile"], d["state"]) for d in listed()] == [
        ("Bàn cán bộ", "desk", "paired")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"waiting": -1},
        {"battery": 101},
        {"charging": "perhaps"},
        {"roster_at": "yesterday"},
        {"camera": "x" * 21},
        {"sent_at": "2023-10-26"},
        {"unknown": 1},
    ],
)
def test_a_beat_that_cannot_be_true_names_the_field_and_changes_nothing(
    paired: Callable[..., Any],
    beat: Callable[..., Any],
    listed: Callable[..., Any],
    wrong: dict[str, Any],
) -> None:
    _key, headers = paired()
    answer = beat(headers, **wrong)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == list(wrong)
    assert listed()[0]["in_contact"] is False


def test_only_devices_beat(
    client: FlaskClient, as_role: Callable[[str], Person], bearer: Bearer, beat: Callable[..., Any]
) -> None:
    sent = {"sent_at": kiosk_clock.now().isoformat()}
    assert client.post(BEAT, json=sent).status_code == 401
    assert as_role("organiser").send("POST", BEAT, sent).status_code == 404
    assert beat(bearer("organiser")).status_code == 404
    for role in ("moderator", "observer", "security", "secretary"):
        assert as_role(role).send("POST", BEAT, sent).status_code == 403


def again(client: FlaskClient, person: Person, key: int) -> str:
    """Make a new code for a device and return it."""
    page = person.post(f"/m/kd/devices/{key}/code").get_data(as_text=True)
    found: str = page.split("code=", 1)[-1] if "code=" in page else page
    shown = found.split('class="code"', 1)[1].split(">", 1)[1].split("<", 1)[0]
    return shown.replace(" ", "")


def test_a_tablet_that_lost_its_pairing_comes_back_as_the_same_device(
    app: Flask,
    client: FlaskClient,
    as_role: Callable[[str], Person],
    paired: Callable[..., Any],
    listed: Callable[..., Any],
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
    clock: FixedClock,
) -> None:
    key, headers = paired()
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    url = "/api/v1/meetings/kd/scans"
    client.post(
        url, json={"scan_id": "0191f7c2-0000-7000-8000-0000000f0002", "code": code}, headers=headers
    )
    new = again(client, as_role("organiser"), key)
    # Until the code is used, what is paired stays paired.
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 200
    assert listed()[0]["pending"] is True
    done = client.post("/api/v1/devices/pair", json={"code": new}).json or {}
    assert done["device"]["id"] == key
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 401
    renewed = {"Authorization": f"Bearer {done['token']}"}
    # Offline at this very device is no conflict: it is the same one.
    clock.pass_(minutes=1)
    late = {"scan_id": "0191f7c2-0000-7000-8000-0000000f0003", "code": code, "offline": True}
    answer = client.post(url, json=late, headers=renewed).json or {}
    assert answer["verdict"] == "already_in"
    items = listed()
    assert [(d["id"], d["scans"], d["pending"]) for d in items] == [(key, 2, False)]
    with app.app_context():
        assert len({scan.token_id for scan in db.session.scalars(db.select(Scan))}) == 1


def test_a_revoked_tablet_with_scans_on_it_can_be_taken_back_and_sends_them(
    client: FlaskClient,
    bearer: Bearer,
    as_role: Callable[[str], Person],
    paired: Callable[..., Any],
    beat: Callable[..., Any],
    listed: Callable[..., Any],
) -> None:
    key, headers = paired()
    beat(headers, waiting=4)
    client.delete(f"{LIST}/{key}", headers=bearer("organiser"))
    assert beat(headers, waiting=4).status_code == 401
    assert listed()[0]["state"] == "revoked"
    new = again(client, as_role("organiser"), key)
    assert listed()[0]["state"] == "revoked"
    done = client.post("/api/v1/devices/pair", json={"code": new}).json or {}
    assert (done["device"]["id"], listed()[0]["state"]) == (key, "paired")
    renewed = {"Authorization": f"Bearer {done['token']}"}
    late = {"scans": [{"scan_id": f"{n:032x}", "code": "X", "offline": True} for n in range(4)]}
    answer = client.post("/api/v1/meetings/kd/scans/batch", json=late, headers=renewed)
    assert len((answer.json or {})["results"]) == 4


def test_another_code_ends_the_one_before(
    client: FlaskClient, bearer: Bearer, as_role: Callable[[str], Person]
) -> None:
    body = {"name": "Bàn 1", "profile": "gate"}
    offered = client.post(LIST, json=body, headers=bearer("organiser")).json or {}
    new = again(client, as_role("organiser"), offered["id"])
    assert new != offered["code"]
    pair = "/api/v1/devices/pair"
    assert client.post(pair, json={"code": offered["code"]}).status_code == 404
    assert client.post(pair, json={"code": new}).status_code == 201


def test_a_new_name_stands_in_the_scans_from_then_on(
    app: Flask,
    client: FlaskClient,
    as_role: Callable[[str], Person],
    paired: Callable[..., Any],
) -> None:
    key, headers = paired("Máy 7")
    person = as_role("organiser")
    person.post(f"/m/kd/devices/{key}/name", {"name": "Cửa sau", "place": "hành lang"})
    scan = {"scan_id": "0191f7c2-0000-7000-8000-0000000f0004", "code": "X"}
    client.post("/api/v1/meetings/kd/scans", json=scan, headers=headers)
    with app.app_context():
        assert db.session.scalars(db.select(Scan)).one().device == "Cửa sau"
        device = db.session.get_one(Device, key)
        assert (device.name, device.place) == ("Cửa sau", "hành lang")
    said = person.post(f"/m/kd/devices/{key}/name", {"name": " "}, follow_redirects=True)
    assert "Xin đặt tên máy" in said.get_data(as_text=True)


def test_a_device_of_another_meeting_is_not_there(
    as_role: Callable[[str], Person],
    paired: Callable[..., Any],
    make_meeting: Callable[..., Known],
    sign_in: Callable[..., Person],
) -> None:
    key, _headers = paired()
    other = sign_in("organiser", make_meeting("khac").id)
    for action in ("code", "name", "revoke"):
        assert other.post(f"/m/khac/devices/{key}/{action}", {"name": "X"}).status_code == 404


def test_a_door_that_somebody_opened_by_signing_in_is_no_device_and_tells_nothing(
    client: FlaskClient,
    bearer: Callable[..., dict[str, str]],
    sign_in: Callable[..., Person],
    meeting: Known,
) -> None:
    def address(page: str) -> str:
        found = re.search(r'"health":\s*"([^"]*)"', page)
        assert found is not None
        return found[1]

    opened = sign_in("organiser", meeting.id).get("/m/kd/kiosk").get_data(as_text=True)
    assert address(opened) == ""
    paired = client.get("/m/kd/kiosk", headers=bearer("gate")).get_data(as_text=True)
    assert address(paired) == "/api/v1/meetings/kd/devices/self/health"
