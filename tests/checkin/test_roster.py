"""The roster: what a device can tell without the network, and what it cannot."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask.testing import FlaskClient

from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import Known

Bearer = Callable[..., dict[str, str]]
Fetch = Callable[..., dict[str, Any]]


@pytest.fixture
def fetch(client: FlaskClient, bearer: Bearer) -> Fetch:
    def get(profile: str = "gate") -> dict[str, Any]:
        answer = client.get("/api/v1/meetings/kd/roster", headers=bearer(profile))
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json or {}
        return found

    return get


def opened(roster: dict[str, Any], code: str) -> dict[str, Any]:
    """Open a row as a device does that was shown the code."""
    key = hashlib.sha256(f"row:{code}".encode()).hexdigest()[:24]
    row = next(row for row in roster["rows"] if row["key"] == key)
    sealed = base64.b64decode(row["sealed"])
    cipher = AESGCM(hashlib.sha256(f"seal:{code}".encode()).digest())
    found: dict[str, Any] = json.loads(cipher.decrypt(sealed[:12], sealed[12:], None))
    return found


def test_the_length_of_a_row_tells_neither_a_name_nor_who_has_come(
    fetch: Fetch,
    gate: Door,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    short, long = add_delegate("Lê An", area=None, group="B"), add_delegate("Nguyễn Thị " * 5)
    codes = [invite(person).code for person in (short, long, short, add_delegate("Bùi Thị Sen"))]
    gate.scan(codes[1])
    gate.scan(codes[2])
    rows = fetch()["rows"]
    assert len(rows) == 4
    assert len({len(row["sealed"]) for row in rows}) == 1
    assert opened(fetch(), codes[1])["in"] is True


def test_a_row_opens_with_its_code_and_with_no_other(
    fetch: Fetch, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    mine = invite(add_delegate("Nguyễn Thị Hoa", household="047")).code
    other = invite(add_delegate("Trần Văn Bình")).code
    roster = fetch()
    row = opened(roster, mine)
    assert (row["state"], row["name"], row["household"]) == ("current", "Nguyễn Thị Hoa", "047")
    assert (row["in"], row["first"], row["announced"]) == (False, None, None)
    key = hashlib.sha256(f"row:{mine}".encode()).hexdigest()[:24]
    sealed = base64.b64decode(next(r["sealed"] for r in roster["rows"] if r["key"] == key))
    wrong = AESGCM(hashlib.sha256(f"seal:{other}".encode()).digest())
    with pytest.raises(InvalidTag):
        wrong.decrypt(sealed[:12], sealed[12:], None)


def test_a_gate_reads_no_person_out_of_its_roster(
    fetch: Fetch, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    invite(add_delegate("Nguyễn Thị Hoa", phone="0900012345", title="Trưởng khu"))
    roster = fetch()
    assert all(set(row) == {"key", "sealed"} for row in roster["rows"])
    assert "without_code" not in roster
    text = json.dumps(roster, ensure_ascii=False)
    for secret in ("Hoa", "Kim Đồng I", "0900012345", "Trưởng khu"):
        assert secret not in text


def test_letters_that_were_replaced_or_withdrawn_are_told_apart_without_a_name(
    fetch: Fetch,
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    first, second = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    old, withdrawn = invite(first).code, invite(second).code
    new = invite(first).code
    url = f"/api/v1/meetings/kd/delegates/{second}/invitation"
    assert client.delete(url, headers=bearer("organiser")).status_code == 204
    roster = fetch()
    assert opened(roster, old) == {"state": "replaced"}
    assert opened(roster, withdrawn) == {"state": "cancelled"}
    assert opened(roster, new)["state"] == "current"


def test_who_is_inside_and_since_when_is_under_the_seal(
    fetch: Fetch, gate: Door, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    before = fetch()["version"]
    gate.scan(code)
    roster = fetch()
    assert roster["version"] != before
    row = opened(roster, code)
    assert row["in"] is True
    assert row["holder"]["who"] == "bà Hoa"
    assert row["first"] == {"at": "2023-10-26T13:05:00+07:00", "device": "Bàn đón số 1"}


def test_a_desk_searches_everyone_but_holds_no_phone_and_no_year_of_birth(
    fetch: Fetch, add_delegate: Callable[..., int], invite: Callable[[int], Code]
) -> None:
    invite(add_delegate("Nguyễn Thị Hoa", phone="0900012345", birth_year=1947))
    add_delegate("Trần Văn Bình", phone="0900054321", birth_year=1948)
    roster = fetch("desk")
    assert [row["name"] for row in roster["rows"]] == ["Nguyễn Thị Hoa"]
    assert [row["name"] for row in roster["without_code"]] == ["Trần Văn Bình"]
    assert roster["rows"][0]["area"] == "Khu Kim Đồng I"
    text = json.dumps(roster)
    for secret in ("0900012345", "0900054321", "1947", "1948"):
        assert secret not in text


def test_the_doors_and_other_meetings_come_along(
    fetch: Fetch, meeting: Known, make_meeting: Callable[..., Known]
) -> None:
    make_meeting("khac", title="Đối thoại khu khác", venue="Nhà văn hóa khu khác")
    roster = fetch()
    assert roster["doors"] == {
        "state": "auto",
        "opens_at": "2023-10-26T13:00:00+07:00",
        "ends_at": "2023-10-26T17:00:00+07:00",
    }
    (tag, other), *_ = roster["others"].items()
    assert tag != roster["tag"]
    assert other["title"] == "Đối thoại khu khác"
    assert other["venue"] == "Nhà văn hóa khu khác"


def test_an_unchanged_roster_is_not_sent_again(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> None:
    invite(add_delegate("Nguyễn Thị Hoa"))
    headers = bearer("gate")
    first = client.get("/api/v1/meetings/kd/roster", headers=headers)
    known = {**headers, "If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/meetings/kd/roster", headers=known).status_code == 304
    invite(add_delegate("Trần Văn Bình"))
    assert client.get("/api/v1/meetings/kd/roster", headers=known).status_code == 200
