"""What a tablet holds: it is sent whatever the tablet became, and names nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.auth.access import DEVICE_COOKIE
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import AccessToken
from kiosk.ops import generation
from kiosk.plugins.checkin.offline import roster as rosters
from kiosk.plugins.checkin.offline import sealing
from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.meetings import queries as meetings
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
LEFT = "/api/v1/meetings/kd/scans/left"
SEALED = "/api/v1/meetings/kd/scans/sealed"


def sealed(public: str, scan: dict[str, Any]) -> dict[str, str]:
    """Seal a scan as a tablet does."""
    curve = ec.SECP256R1()
    other = ec.EllipticCurvePublicKey.from_encoded_point(curve, base64.b64decode(public))
    mine = ec.generate_private_key(curve)
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = hashlib.sha256(mine.exchange(ec.ECDH(), other) + point).digest()
    nonce = b"123456789012"
    text = AESGCM(key).encrypt(nonce, json.dumps(scan).encode(), scan["scan_id"].encode())
    return {
        "scan_id": scan["scan_id"],
        "sealed": base64.b64encode(point + nonce + text).decode(),
    }


def scanned(code: str, at: str = "2023-10-26T13:02:00+07:00", **more: Any) -> dict[str, Any]:
    return {"scan_id": str(uuid.uuid4()), "code": code, "scanned_at": at, "via": "camera", **more}


@dataclass
class Tablet:
    """A browser at the door: its cookies, and the secret of its page's forms."""

    client: FlaskClient
    secret: str = ""

    def open(self, token: dict[str, str]) -> TestResponse:
        """Open the door of the meeting on a tablet that holds this token."""
        held = token["Authorization"].removeprefix("Bearer ")
        self.client.set_cookie(DEVICE_COOKIE, held)
        page = self.client.get("/m/kd/kiosk")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.get_data(as_text=True))
        assert found is not None
        self.secret = found.group(1)
        return page

    def send(self, url: str, *scans: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.secret}
        return self.client.post(url, json={"scans": list(scans)}, headers=headers)


@pytest.fixture
def tablet(app: Flask) -> Tablet:
    return Tablet(app.test_client())


@pytest.fixture
def roster(client: FlaskClient, bearer: Bearer) -> Callable[..., dict[str, Any]]:
    def read(profile: str = "gate") -> dict[str, Any]:
        found = client.get("/api/v1/meetings/kd/roster", headers=bearer(profile))
        assert found.status_code == 200
        return dict(found.json or {})

    return read


def test_a_tablet_that_was_paired_elsewhere_still_sends_what_waits(
    tablet: Tablet, bearer: Bearer, gate: Door, code: Code, hoa: int
) -> None:
    tablet.open(bearer("gate", "Bàn đón số 7"))
    # Paired with another meeting: the cookie of this one is written over.
    tablet.client.set_cookie(DEVICE_COOKIE, "of-another-meeting")
    waiting = scanned(code.code)
    for replay in (False, True):
        answer = tablet.send(LEFT, waiting)
        assert answer.status_code == 200
        (one,) = (answer.json or {})["results"]
        assert one == {"scan_id": waiting["scan_id"], "verdict": "admitted", "replay": replay}
    (row,) = gate.rows()
    assert (row.device, row.delegate_id, row.offline) == ("Bàn đón số 7", hoa, True)


def test_the_pass_opens_one_address_and_is_no_key(
    app: Flask, tablet: Tablet, bearer: Bearer
) -> None:
    page = tablet.open(bearer("desk"))
    (told,) = [h for h in page.headers.getlist("Set-Cookie") if h.startswith("kiosk_left_kd=")]
    assert f"Path={LEFT}" in told
    assert "HttpOnly" in told
    assert "SameSite=Strict" in told
    value = told.split("=", 1)[1].split(";", 1)[0]
    stolen = {"Authorization": f"Bearer {value}"}
    for url in ("/api/v1/meetings/kd/roster", "/api/v1/meetings/kd/delegates?q=a"):
        assert app.test_client().get(url, headers=stolen).status_code == 401


def test_what_is_left_of_a_desk_tells_no_name_and_no_candidate(
    tablet: Tablet, bearer: Bearer, code: Code, hoa: int
) -> None:
    tablet.open(bearer("desk"))
    card = "034161000001|012345678|Nguyễn Thị Hoa|01011961|Nữ|Hải Dương|01012022"
    answer = tablet.send(
        LEFT,
        scanned(code.code),
        {**scanned("", "2023-10-26T13:03:00+07:00"), "delegate": hoa, "via": "search"},
        {**scanned(card), "via": "id_card"},
        {**scanned(""), "via": "walk_in", "walk_in": {"name": "Lê Văn Khách"}},
    )
    results = (answer.json or {})["results"]
    assert [one["verdict"] for one in results] == ["admitted", "already_in", "choose", "admitted"]
    told = answer.get_data(as_text=True)
    assert "Hoa" not in told
    assert "Kh\u00e1ch" not in told
    assert all(set(one) == {"scan_id", "verdict", "replay"} for one in results)


@pytest.mark.parametrize("end", ["revoked", "given away", "forged", "none", "of another meeting"])
def test_whose_pass_has_ended_is_told_so_and_nothing_is_written(
    app: Flask,
    tablet: Tablet,
    bearer: Bearer,
    gate: Door,
    code: Code,
    make_meeting: Callable[..., Known],
    clock: FixedClock,
    end: str,
) -> None:
    url = LEFT
    tablet.open(bearer("gate", "Bàn đón số 7"))
    with app.app_context(), writing() as session:
        token = session.scalar(db.select(AccessToken).where(AccessToken.name == "Bàn đón số 7"))
        assert token is not None
        if end == "revoked":
            token.revoked_at = clock()
        if end == "given away":
            token.digest = "0" * 64
    if end == "forged":
        tablet.client.set_cookie("kiosk_left_kd", "WzEsIng", path=LEFT)
    if end == "none":
        tablet.client.delete_cookie("kiosk_left_kd", path=LEFT)
    if end == "of another meeting":
        make_meeting("khac")
        held = tablet.client.get_cookie("kiosk_left_kd", path=LEFT)
        assert held is not None
        url = "/api/v1/meetings/khac/scans/left"
        tablet.client.set_cookie("kiosk_left_khac", held.value, path=url)
    answer = tablet.send(url, scanned(code.code))
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "left_meeting")
    assert gate.rows() == []


def test_the_pass_goes_when_nothing_waits(tablet: Tablet, bearer: Bearer, code: Code) -> None:
    tablet.open(bearer("gate"))
    headers = {"X-CSRF-Token": tablet.secret}
    assert tablet.client.delete(LEFT, headers=headers).status_code == 204
    assert tablet.client.get_cookie("kiosk_left_kd", path=LEFT) is None
    assert tablet.send(LEFT, scanned(code.code)).status_code == 401


def test_a_pass_that_is_not_there_is_not_given_back(tablet: Tablet, bearer: Bearer) -> None:
    tablet.open(bearer("gate"))
    headers = {"X-CSRF-Token": tablet.secret}
    for m in ("kd%0A", "kd%0D%0AX-Other:1", "%E2%80%A8", "khac"):
        given = tablet.client.delete(LEFT.replace("kd", m), headers=headers)
        assert (given.status_code, given.headers.getlist("Set-Cookie")) == (401, []), m
    assert tablet.client.get_cookie("kiosk_left_kd", path=LEFT) is not None


def test_who_opens_the_door_by_signing_in_gets_no_pass(as_role: Callable[[str], Person]) -> None:
    page = as_role("organiser").get("/m/kd/kiosk")
    assert page.status_code == 200
    assert "kiosk_left" not in "".join(page.headers.getlist("Set-Cookie"))


def test_a_sealed_scan_is_recorded_with_its_own_time_and_once(
    client: FlaskClient,
    bearer: Bearer,
    gate: Door,
    code: Code,
    hoa: int,
    roster: Callable[..., dict[str, Any]],
) -> None:
    scan = scanned(code.code, "2023-10-26T13:01:30+07:00")
    body = {"scans": [sealed(roster()["seal"], scan)]}
    headers = bearer("gate", "Bàn đón số 2")
    for replay in (False, True):
        answer = client.post(SEALED, json=body, headers=headers)
        assert answer.status_code == 200
        (one,) = (answer.json or {})["results"]
        assert one == {"scan_id": scan["scan_id"], "verdict": "admitted", "replay": replay}
    (row,) = gate.rows()
    assert row.scanned_at.isoformat() == "2023-10-26T06:01:30+00:00"
    assert (row.flags, row.delegate_id) == (["late_upload"], hoa)


def test_a_scan_that_was_acknowledged_keeps_its_times_and_flags_when_it_is_offered_again(
    client: FlaskClient,
    bearer: Bearer,
    code: Code,
    clock: FixedClock,
    gate: Door,
    roster: Callable[..., dict[str, Any]],
) -> None:
    scan = scanned(code.code, "2023-10-26T13:04:50+07:00")
    headers = bearer("gate", "Bàn đón số 2")
    assert client.post("/api/v1/meetings/kd/scans", json=scan, headers=headers).status_code == 200
    (before,) = [(row.scanned_at, row.received_at, row.flags) for row in gate.rows()]
    clock.pass_(hours=2)
    body = {"scans": [sealed(roster()["seal"], scan)]}
    answer = client.post(SEALED, json=body, headers=headers)
    assert (answer.json or {})["results"][0]["replay"] is True
    (after,) = [(row.scanned_at, row.received_at, row.flags) for row in gate.rows()]
    assert after == before
    assert after[2] == []


def test_one_that_cannot_be_opened_does_not_spoil_the_others(
    client: FlaskClient,
    bearer: Bearer,
    gate: Door,
    code: Code,
    roster: Callable[..., dict[str, Any]],
) -> None:
    good = scanned(code.code)
    whole = sealed(roster()["seal"], good)
    swapped = {**whole, "scan_id": str(uuid.uuid4())}
    broken = {"scan_id": str(uuid.uuid4()), "sealed": "AAAA"}
    no_text = {"scan_id": str(uuid.uuid4()), "sealed": ["x"]}
    body = {"scans": [swapped, broken, no_text, 7, {"sealed": "x"}, whole]}
    answer = client.post(SEALED, json=body, headers=bearer("gate"))
    assert answer.status_code == 200
    results = (answer.json or {})["results"]
    assert [one.get("error", {}).get("code") for one in results] == [
        *("not_sealed", "not_sealed", "not_sealed", "invalid", "invalid"),
        None,
    ]
    assert results[-1]["verdict"] == "admitted"
    assert len(gate.rows()) == 1


def test_the_key_of_one_meeting_opens_nothing_of_another(
    client: FlaskClient,
    bearer: Bearer,
    code: Code,
    make_meeting: Callable[..., Known],
) -> None:
    other = make_meeting("khac")
    headers = bearer("gate", meeting_id=other.id)
    theirs = client.get("/api/v1/meetings/khac/roster", headers=headers)
    one = sealed((theirs.json or {})["seal"], scanned(code.code))
    answer = client.post(SEALED, json={"scans": [one]}, headers=bearer("gate"))
    assert (answer.json or {})["results"][0]["error"]["code"] == "not_sealed"


def test_a_tablet_hears_of_a_restore_from_the_roster_and_from_its_beat(
    app: Flask, client: FlaskClient, bearer: Bearer, roster: Callable[..., dict[str, Any]]
) -> None:
    headers = bearer("gate")

    def beat() -> str:
        body = {"sent_at": "2023-10-26T13:05:00+07:00"}
        url = "/api/v1/meetings/kd/devices/self/health"
        answer = client.post(url, json=body, headers=headers)
        assert answer.status_code == 200
        return str((answer.json or {})["generation"])

    before = roster()
    assert beat() == before["generation"] != ""
    with app.app_context(), writing() as session:
        renewed = generation.renew(session)
    assert roster()["generation"] == beat() == renewed != before["generation"]
    assert roster()["version"] != before["version"]


@pytest.mark.parametrize("profile", ["gate", "desk"])
def test_when_the_meeting_is_over_no_tablet_gets_a_row(
    roster: Callable[..., dict[str, Any]],
    code: Code,
    hoa: int,
    clock: FixedClock,
    profile: str,
) -> None:
    assert [len(roster(profile)["rows"]), roster(profile)["over"]] == [1, False]
    clock.pass_(hours=5)
    after = roster(profile)
    assert (after["rows"], after.get("without_code", []), after["over"]) == ([], [], True)
    assert "Hoa" not in json.dumps(after, ensure_ascii=False)


def test_doors_that_are_held_open_keep_the_list_on_the_tablets(
    app: Flask, clock: FixedClock, meeting: Known
) -> None:
    with app.app_context():
        found = meetings.by_name(db.session(), "kd")
        assert found is not None
        clock.pass_(hours=5)
        assert rosters.is_over(found, clock())
        found.doors = "open"
        assert not rosters.is_over(found, clock())
        db.session.rollback()


def test_the_browser_keeps_no_roster_of_its_own(client: FlaskClient, bearer: Bearer) -> None:
    answer = client.get("/api/v1/meetings/kd/roster", headers=bearer("desk"))
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_of_a_past_meeting_says_so_before_any_script_runs(
    client: FlaskClient, bearer: Bearer, clock: FixedClock
) -> None:
    headers = bearer("gate")
    assert 'data-over="false"' in client.get("/m/kd/kiosk", headers=headers).get_data(as_text=True)
    clock.pass_(days=400)
    page = client.get("/m/kd/kiosk", headers=headers).get_data(as_text=True)
    assert 'data-over="true"' in page
    assert "26/10/2023" in page


def test_more_than_are_taken_at_once_are_refused_before_any_is_opened(
    tablet: Tablet, bearer: Bearer, gate: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet.open(bearer("gate", "Bàn đón số 7"))
    opened: list[str] = []
    monkeypatch.setattr(sealing, "opened", lambda *given: opened.append(given[1]))
    answer = tablet.send(LEFT, *[{"scan_id": str(n), "sealed": "x"} for n in range(501)])
    assert answer.status_code == 413
    assert opened == []
    assert gate.rows() == []


def test_the_database_alone_opens_nothing_that_a_tablet_keeps(
    app: Flask, roster: Callable[..., dict[str, Any]]
) -> None:
    with app.app_context():
        stored = meetings.by_name(db.session(), "kd")
        assert stored is not None
        kept = bytes(stored.code_key)
    # The key is stored sealed; what is made from it needs it opened.
    assert roster()["seal"] != sealing.public_text(kept)
