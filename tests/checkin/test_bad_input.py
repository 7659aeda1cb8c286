"""What should not come to a door, and does: each gets a sentence, nothing is lost, never a 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kiosk.db.base import db
from kiosk.plugins.checkin import queries
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import FixedClock
from tests.conftest import Known

URL = "/api/v1/meetings/kd/scans"
NOW = "2023-10-26T13:05:00+07:00"
CARD = "099161000123||Nguyễn Thị Hoa|14081961|Nữ|Khu Kim Đồng I, Tân Dân|10052021"

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["scan_id", "code", "via", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = ("scan_id", "code", "scanned_at", "via", "direction", "delegate", "substitute")


def _post(door: Door, body: Any, url: str = URL) -> tuple[int, dict[str, Any]]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "application/json"
    answer = door.client.post(url, data=data, content_type=kind, headers=door.headers)
    return answer.status_code, answer.json or {}


@pytest.mark.parametrize(
    "noise",
    [
        "x" * 2048,
        "\x00\x01\x02" * 600,
        "😀" * 512,
        "|" * 2000,
        "%s%n{0}{code}' OR 1=1 --",
        "\ud7ff\u202e\u0000",
        "/I/" * 600,
        "<script>alert(1)</script>" * 20,
    ],
)
def test_two_kilobytes_of_noise_are_an_unknown_code(gate: Door, noise: str) -> None:
    answer = gate.scan(noise)
    assert answer["verdict"] in {"unknown", "choose"}
    assert answer["message"]
    assert "x" * 100 not in str(gate.rows()[0].__dict__)


def test_more_than_two_kilobytes_are_told_to_be_too_long(gate: Door) -> None:
    status, answer = _post(
        gate, {"scan_id": "0191f7c2-0000-7000-8000-000000000000", "code": "x" * 2049}
    )
    assert (status, list(answer["fields"])) == (422, ["code"])
    assert answer["fields"]["code"]
    assert gate.rows() == []


@pytest.mark.parametrize(
    ("card", "candidates"),
    [
        (CARD, 1),
        (CARD + "|Cha|Mẹ|Vợ|", 1),
        ("|".join(CARD.split("|")[:6]), 0),
        ("|||||||", 0),
        (CARD.replace("14081961", "1961"), 0),
        (CARD.replace("14081961", "99999999"), 0),
        (CARD.replace("099161000123", "12"), 0),
        (CARD.replace("Nguyễn Thị Hoa", ""), 0),
        (CARD.replace("Nguyễn Thị Hoa", "%_"), 0),
    ],
)
def test_a_card_of_whatever_fields_names_those_it_fits_and_admits_nobody(
    desk: Door, hoa: int, card: str, candidates: int
) -> None:
    answer = desk.scan(card, via="id_card")
    assert answer["verdict"] == "choose"
    assert len(answer["candidates"]) == candidates
    assert "099161000123" not in str(desk.rows()[0].__dict__)


def test_even_a_letter_read_as_a_card_is_confirmed_first(desk: Door, hoa: int, code: Code) -> None:
    answer = desk.scan(code.code, via="id_card")
    assert (answer["verdict"], answer["delegate"]) == ("choose", None)
    assert [person["id"] for person in answer["candidates"]] == [hoa]
    assert desk.scan(via="id_card", delegate=hoa)["verdict"] == "admitted"


@pytest.mark.parametrize(
    ("at", "flags"),
    [
        ("2023-10-26T15:05:00+07:00", ["future_clock"]),
        ("2023-10-26T11:05:00+07:00", ["late_upload"]),
        ("0001-01-01T00:00:00+00:00", ["old_clock"]),
        ("9999-12-31T23:59:59+00:00", ["future_clock"]),
        ("2023-10-26T13:05:00-12:00", ["future_clock"]),
    ],
)
@pytest.mark.parametrize("offline", [False, True])
def test_a_clock_hours_or_ages_off_is_kept_and_flagged(
    gate: Door, code: Code, at: str, flags: list[str], offline: bool
) -> None:
    answer = gate.scan(code.code, scanned_at=at, offline=offline)
    # Offline two hours slow means: before the doors opened. At a device with a network
    # somebody stands now, whatever its clock says.
    early = flags == ["late_upload"] and offline
    assert answer["verdict"] == ("not_open" if early else "admitted")
    assert answer.get("at", NOW) == NOW
    assert answer["flags"] == flags
    assert len(gate.rows()) == 1
    assert gate.scan(code.code)["verdict"] in {"admitted", "already_in"}


@pytest.mark.parametrize(
    "at",
    ["yesterday", "", 5, 1698300000, "1698300000", "2023-10-26T13:05:00", "2023-13-45T99:00:00Z"],
)
def test_a_time_that_is_none_is_named(gate: Door, at: object) -> None:
    status, answer = _post(
        gate, {"scan_id": "0191f7c2-0000-7000-8000-000000000000", "code": "x", "scanned_at": at}
    )
    assert (status, list(answer["fields"])) == (422, ["scanned_at"])
    assert gate.rows() == []


SCAN_ID = "0191f7c2-0000-7000-8000-0000000000aa"
NOT_UNDERSTOOD: list[Any] = [
    {"scan_id": SCAN_ID},
    {"scan_id": SCAN_ID, "code": None},
    {"scan_id": SCAN_ID, "code": 38706987},
    {"scan_id": SCAN_ID, "via": "search"},
    {"scan_id": SCAN_ID, "via": "walk_in", "walk_in": None},
    {"scan_id": SCAN_ID, "code": "x", "scanned_at": 1698300000},
    {"scan_id": SCAN_ID, "code": "x", "scanned_at": "2023-10-26T13:05:00"},
    {"scan_id": SCAN_ID, "code": "x", "scanned_at": True},
    {"scan_id": SCAN_ID, "delegate": True},
    {"scan_id": SCAN_ID, "delegate": 2**70},
    {"scan_id": SCAN_ID, "code": "x", "substitute": {"name": 5}},
    {"scan_id": "0191f7c2", "code": "x"},
    {"scan_id": "0191f7c2-0000-7000-8000-0000000000a", "code": "x"},
    {"scan_id": "0191f7c2-0000-7000-8000-0000000000az", "code": "x"},
    {"scan_id": SCAN_ID + "\n", "code": "x"},
    {"scan_id": "", "code": "x"},
    {"scan_id": 12, "code": "x"},
    {"scan_id": None, "code": "x"},
    {"scan_id": [SCAN_ID], "code": "x"},
    {"scan_id": "\ud800", "code": "x"},
    {"code": "x"},
    {},
    [],
    "x",
    7,
    None,
    True,
    1e400,
    [[[[[]]]]],
]


@pytest.mark.parametrize("item", NOT_UNDERSTOOD, ids=str)
def test_what_is_not_understood_names_its_field_and_spoils_no_other_scan(
    desk: Door, code: Code, item: Any
) -> None:
    status, answer = _post(desk, item)
    assert (status, answer["code"]) == (422, "invalid")
    assert all(answer["fields"].values())
    good = {"scan_id": "0191f7c2-0000-7000-8000-0000000000bb", "code": code.code}
    status, answer = _post(desk, {"scans": [item, good, item]}, f"{URL}/batch")
    assert status == 200
    before, middle, after = answer["results"]
    assert before == after
    assert set(before) == {"scan_id", "error"}
    assert before["error"]["code"] == "invalid"
    assert before["error"]["detail"]
    told = item.get("scan_id") if isinstance(item, dict) else None
    if isinstance(told, str | int) and told != "\ud800":
        assert before["scan_id"] == told
    assert middle["verdict"] == "admitted"
    assert [row.verdict for row in desk.rows()] == ["admitted"]


@pytest.mark.parametrize(
    "name", ["code", "scanned_at", "scan_id", "delegate", "via", "direction", "walk_in"]
)
def test_the_field_that_is_wrong_is_the_field_that_is_named(desk: Door, name: str) -> None:
    body: dict[str, Any] = {"scan_id": SCAN_ID, "code": "x", name: ""}
    if name == "code":
        del body["code"]
    status, answer = _post(desk, body)
    assert (status, list(answer["fields"])) == (422, [name])


@pytest.mark.parametrize("scan_id", [SCAN_ID, SCAN_ID.upper(), SCAN_ID.replace("-", "")])
def test_a_uuid_is_taken_as_tablets_write_it(gate: Door, code: Code, scan_id: str) -> None:
    answer = gate.scan(code.code, scan_id=scan_id)
    assert (answer["verdict"], answer["scan_id"]) == ("admitted", scan_id)
    assert gate.scan(code.code, scan_id=scan_id) == {**answer, "replay": True}


@pytest.mark.parametrize("scans", [None, {}, "x", 5, True])
def test_a_batch_that_is_no_list_is_told_what_to_send(gate: Door, scans: Any) -> None:
    status, answer = _post(gate, {"scans": scans}, f"{URL}/batch")
    assert (status, answer["code"], list(answer["fields"])) == (422, "no_scans", ["scans"])


def test_an_empty_batch_is_answered_with_nothing(gate: Door) -> None:
    assert _post(gate, {"scans": []}, f"{URL}/batch") == (200, {"results": []})


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"]
)
def test_a_time_at_the_end_of_all_times_breaks_neither_the_scan_nor_the_export(
    app: Flask, gate: Door, code: Code, meeting: Known, at: str
) -> None:
    scans = [
        {"scan_id": SCAN_ID, "code": code.code, "scanned_at": at},
        {"scan_id": SCAN_ID[:-1] + "b", "code": code.code, "scanned_at": at, "offline": True},
    ]
    status, answer = _post(gate, {"scans": scans}, f"{URL}/batch")
    assert status == 200
    assert {item["verdict"] for item in answer["results"]} <= {"admitted", "already_in"}
    assert answer["results"][0]["flags"] in (["future_clock"], ["old_clock"])
    with app.app_context():
        assert len(list(queries.scans_table(db.session(), meeting.id).rows)) == 2


def test_a_wedge_that_types_twice_is_one_admission(gate: Door, code: Code) -> None:
    assert gate.scan(code.code + code.code)["verdict"] in {"unknown", "mistyped"}
    assert gate.scan(f"{code.code}\n{code.code}")["verdict"] in {"unknown", "mistyped"}
    verdicts = [gate.scan(code.code)["verdict"] for _ in range(2)]
    assert verdicts == ["admitted", "already_in"]


def test_more_than_500_scans_are_refused_whole_and_500_are_taken(gate: Door, code: Code) -> None:
    scans = [
        {"scan_id": f"0191f7c2-0000-7000-8000-{n:012d}", "code": code.code} for n in range(501)
    ]
    status, answer = _post(gate, {"scans": scans}, f"{URL}/batch")
    assert (status, answer["code"]) == (413, "too_many_scans")
    assert answer["detail"]
    assert gate.rows() == []
    status, answer = _post(gate, {"scans": scans[:500]}, f"{URL}/batch")
    assert (status, len(answer["results"])) == (200, 500)
    assert len(gate.rows()) == 500


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 5000, b'{"a":' * 3000]
)
@pytest.mark.parametrize("url", [URL, f"{URL}/batch", "/api/v1/meetings/kd/calls"])
def test_what_is_no_request_is_told_so(gate: Door, body: bytes, url: str) -> None:
    status, answer = _post(gate, body, url)
    assert status in {400, 422}
    assert answer["code"] in {"not_json", "invalid", "no_scans"}
    assert answer["detail"]


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(junk=JUNK, field=st.sampled_from(FIELDS), alone=st.booleans())
def test_nested_junk_never_breaks_the_door(
    desk: Door, clock: FixedClock, junk: Any, field: str, alone: bool
) -> None:
    clock.pass_(minutes=2)  # strange codes are limited by the minute
    body = (
        junk
        if alone
        else {"scan_id": "0191f7c2-0000-7000-8000-0000000f0006", "code": "x", field: junk}
    )
    status, answer = _post(desk, body)
    assert status in {200, 400, 404, 409, 422, 429}, answer
    status, answer = _post(desk, {"scans": [body, junk]}, f"{URL}/batch")
    assert status == 200
    for item in answer["results"]:
        assert ("verdict" in item) != ("error" in item)
        if "error" in item:
            assert item["error"]["code"]
            assert item["error"]["detail"]


def test_one_of_many_is_named_by_its_id_where_it_has_one(desk: Door) -> None:
    given = [True, False, 1.5, [], {}, None, 7, "kept"]
    status, answer = _post(desk, {"scans": [{"scan_id": one} for one in given]}, f"{URL}/batch")
    assert status == 200
    assert [item["scan_id"] for item in answer["results"]] == [None] * 6 + [7, "kept"]


@pytest.mark.parametrize("bad", ["\\ud800", "\\u0000"])
@pytest.mark.parametrize(
    "body",
    [
        '{"scan_id":"0191f7c2-%s","code":"x"}',
        '{"scan_id":"0191f7c2-0000-7000-8000-000000000001","code":"%s"}',
        '{"scan_id":"ID","code":"CODE","substitute":{"name":"A %s","relation":"%s"}}',
        '{"scan_id":"ID","via":"walk_in","walk_in":{"name":"A %s","area":"%s"}}',
        '{"scan_id":"0191f7c2-0000-7000-8000-000000000004","%s":1}',
    ],
)
def test_halves_of_characters_and_zeros_are_no_trap(
    desk: Door, code: Code, body: str, bad: str
) -> None:
    body = body.replace("CODE", code.code).replace("ID", "0191f7c2-0000-7000-8000-000000000002")
    status, answer = _post(desk, body.replace("%s", bad).encode())
    assert status in {200, 422}, answer
    made = {"reason": "A %s", "sentence": "%s", "walk_in": {"name": "%s"}}
    call = json.dumps(made).replace("%s", bad).encode()
    assert _post(desk, call, "/api/v1/meetings/kd/calls")[0] in {201, 422}


def test_a_tablet_that_was_revoked_hears_why(
    gate: Door, make_door: Callable[..., Door], code: Code
) -> None:
    stranger = Door(gate.client, {"Authorization": "Bearer long-gone"}, gate.app)
    status, answer = _post(
        stranger, {"scan_id": "0191f7c2-0000-7000-8000-000000000000", "code": code.code}
    )
    assert (status, answer["code"]) == (401, "bad_token")
    assert answer["detail"] == "Khóa này không còn dùng được. Xin nối lại máy hoặc đăng nhập lại."
