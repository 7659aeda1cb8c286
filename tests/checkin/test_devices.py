"""Devices: a single-use code, a token, revoked at once; the roster they keep."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from flask.testing import FlaskClient

from kiosk.db.base import db
from kiosk.plugins.checkin.models import Device
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def offer(client: FlaskClient, bearer: Bearer, meeting: Known) -> Callable[..., dict[str, str]]:
    headers = bearer("organiser")

    def make(name: str = "Bàn đón số 1", profile: str = "gate") -> dict[str, str]:
        body = {"name": name, "profile": profile}
        answer = client.post("/api/v1/meetings/kd/devices", json=body, headers=headers)
        assert answer.status_code == 201
        found: dict[str, str] = answer.json or {}
        return found

    return make


def test_a_device_takes_its_code_once_and_gets_a_token(
    client: FlaskClient, offer: Callable[..., dict[str, str]]
) -> None:
    offered = offer()
    assert offered["expires_at"] == "2023-10-26T13:15:00+07:00"
    spoken = f"{offered['code'][:4].lower()}-{offered['code'][4:]}"
    answer = client.post("/api/v1/devices/pair", json={"code": spoken})
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["device"] == {"id": offered["id"], "name": "Bàn đón số 1", "profile": "gate"}
    assert answer.json["meeting"]["name"] == "kd"
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 200
    again = client.post("/api/v1/devices/pair", json={"code": offered["code"]})
    assert (again.status_code, again.json and again.json["code"]) == (404, "bad_pairing_code")


def test_a_pairing_code_is_good_for_ten_minutes(
    client: FlaskClient, offer: Callable[..., dict[str, str]], clock: FixedClock
) -> None:
    offered = offer()
    clock.pass_(minutes=11)
    assert client.post("/api/v1/devices/pair", json={"code": offered["code"]}).status_code == 404


def test_pairing_codes_cannot_be_guessed_quickly(client: FlaskClient, meeting: Known) -> None:
    tries = [client.post("/api/v1/devices/pair", json={"code": "AAAA"}) for _ in range(6)]
    assert [answer.status_code for answer in tries] == [404] * 5 + [429]


def test_the_database_keeps_no_pairing_code(
    app: Flask, offer: Callable[..., dict[str, str]]
) -> None:
    offered = offer()
    with app.app_context():
        device = db.session.scalars(db.select(Device)).one()
    assert offered["code"] not in str(device.__dict__)


def test_a_revoked_device_is_out_at_once(
    client: FlaskClient, offer: Callable[..., dict[str, str]], bearer: Bearer
) -> None:
    offered = offer()
    paired = client.post("/api/v1/devices/pair", json={"code": offered["code"]}).json or {}
    headers = {"Authorization": f"Bearer {paired['token']}"}
    url = f"/api/v1/meetings/kd/devices/{offered['id']}"
    assert client.delete(url, headers=bearer("organiser")).status_code == 204
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 401
    assert client.delete(url, headers=bearer("organiser")).status_code == 404


def test_the_list_of_devices_tells_their_state(
    client: FlaskClient, offer: Callable[..., dict[str, str]], bearer: Bearer, clock: FixedClock
) -> None:
    first = offer("Bàn đón số 1")
    client.post("/api/v1/devices/pair", json={"code": first["code"], "name": "Cửa chính"})
    offer("Bàn đón số 2")
    answer = client.get("/api/v1/meetings/kd/devices", headers=bearer("organiser")).json or {}
    assert [(d["name"], d["state"]) for d in answer["items"]] == [
        ("Cửa chính", "paired"),
        ("Bàn đón số 2", "waiting"),
    ]
    clock.pass_(minutes=11)
    answer = client.get("/api/v1/meetings/kd/devices", headers=bearer("organiser")).json or {}
    assert answer["items"][1]["state"] == "expired"


def test_a_browser_that_presses_the_button_is_paired_and_lands_on_its_page(
    app: Flask, offer: Callable[..., dict[str, str]]
) -> None:
    gate = offer()
    tablet = Person(app.test_client())
    client = tablet.client
    answer = tablet.post("/pair", {"code": gate["code"]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/m/kd/kiosk")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/m/kd/kiosk").status_code == 200
    screen = offer("Màn hình", "screen")
    assert tablet.post(f"/pair?code={screen['code']}").headers["Location"] == "/m/kd/hall"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_a_pairing_address_spends_no_code_and_makes_nobody_a_device(
    app: Flask, client: FlaskClient, offer: Callable[..., dict[str, str]], method: str
) -> None:
    desk = offer("Bàn có cán bộ", "desk")
    seen = client.open(f"/pair?code={desk['code']}", method=method)
    assert seen.status_code == 200
    assert "kiosk_device" not in seen.headers.get("Set-Cookie", "")
    if method == "GET":
        page = seen.get_data(as_text=True)
        assert "Bàn có cán bộ" in page
        assert "Đối thoại với nhân dân khu Kim Đồng" in page
    tablet = app.test_client()
    assert tablet.post("/api/v1/devices/pair", json={"code": desk["code"]}).status_code == 201


def test_looks_at_pairing_codes_are_counted_before_they_are_answered(
    client: FlaskClient, offer: Callable[..., dict[str, str]]
) -> None:
    right = offer()["code"]
    seen = [client.get(f"/pair?code=AAAA{n:04d}").status_code for n in range(20)]
    assert set(seen) == {404}
    refused = client.get(f"/pair?code={right}")
    assert refused.status_code == 429
    assert "Bàn đón số 1" not in refused.get_data(as_text=True)


def test_a_paired_browser_is_told_that_pairing_again_ends_the_first(
    app: Flask, offer: Callable[..., dict[str, str]]
) -> None:
    tablet = Person(app.test_client())
    tablet.post("/pair", {"code": offer()["code"]})
    again = tablet.get(f"/pair?code={offer('Bàn 2')['code']}").get_data(as_text=True)
    assert "đang nối với một buổi khác" in again


def test_a_wrong_pairing_code_is_answered_with_a_sentence_and_kept_in_the_field(
    client: FlaskClient, meeting: Known
) -> None:
    answer = client.get("/pair?code=WRONG")
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert "Mã này không còn dùng" in page
    assert 'value="WRONG"' in page
    assert "Nối máy này" in client.get("/pair").get_data(as_text=True)


def test_the_organiser_connects_and_revokes_on_the_page(
    as_role: Callable[[str], Person],
) -> None:
    person = as_role("organiser")
    assert "Chưa nối máy nào" in person.get("/m/kd/devices").get_data(as_text=True)
    wrong = person.post("/m/kd/devices", {"name": " ", "profile": "gate"})
    assert wrong.status_code == 422
    assert "Xin đặt tên máy" in wrong.get_data(as_text=True)
    page = person.post("/m/kd/devices", {"name": "Bàn 1", "profile": "desk"})
    assert "Đang chờ nhập mã" in page.get_data(as_text=True)
    items = (person.get("/api/v1/meetings/kd/devices").json or {})["items"]
    revoked = person.post(f"/m/kd/devices/{items[0]['id']}/revoke", follow_redirects=True)
    assert "Đã thu hồi Bàn 1" in revoked.get_data(as_text=True)


def test_a_stolen_gate_reveals_nobody_and_a_code_opens_only_its_own_row(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa", phone="0900012345")).code
    other = invite(add_delegate("Trần Văn Bình")).code
    headers = bearer("gate")
    answer = client.get("/api/v1/meetings/kd/roster", headers=headers)
    assert answer.json is not None
    rows = {row["key"]: row for row in answer.json["rows"]}
    assert len(rows) == 2
    for secret in ("Hoa", "Bình", "Kim", "0900012345"):
        assert secret not in answer.get_data(as_text=True)
    key = hashlib.sha256(f"row:{code}".encode()).hexdigest()[:24]
    sealed = base64.b64decode(rows[key]["sealed"])
    right = AESGCM(hashlib.sha256(f"seal:{code}".encode()).digest())
    assert json.loads(right.decrypt(sealed[:12], sealed[12:], None))["name"] == "Nguyễn Thị Hoa"
    wrong = AESGCM(hashlib.sha256(f"seal:{other}".encode()).digest())
    with pytest.raises(InvalidTag):
        wrong.decrypt(sealed[:12], sealed[12:], None)
    known = client.get(
        "/api/v1/meetings/kd/roster", headers={**headers, "If-None-Match": answer.headers["ETag"]}
    )
    assert known.status_code == 304


def test_a_desk_finds_names_but_no_phones_in_its_roster(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    invite(add_delegate("Nguyễn Thị Hoa", phone="0900012345"))
    text = client.get("/api/v1/meetings/kd/roster", headers=bearer("desk")).get_data(as_text=True)
    assert "Nguyễn Thị Hoa" in text
    assert "0900012345" not in text
