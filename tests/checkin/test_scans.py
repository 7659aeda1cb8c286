"""What holds for every scan: one row each, safe to repeat, never half done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from threading import Barrier
from threading import Thread

from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kiosk import export
from kiosk.db import db
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import Known

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


def test_the_same_scan_id_answers_the_same_and_leaves_no_new_row(
    gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    body = {
        "scan_id": "0191f7c2-0000-7000-8000-00000000aaaa",
        "code": code,
        "scanned_at": "2023-10-26T13:05:00+07:00",
    }
    first = gate.scan(**body)
    again = gate.scan(**body)
    offline = gate.scan(**body, offline=True)
    assert again == offline == {**first, "replay": True}
    assert len(gate.rows()) == 1


def test_the_same_scan_id_with_other_content_is_refused(
    gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    gate.scan(
        code, scan_id="0191f7c2-0000-7000-8000-00000000bbbb", scanned_at="2023-10-26T13:05:00+07:00"
    )
    other = {"code": code, "scanned_at": "2023-10-26T13:05:00+07:00", "direction": "out"}
    answer = gate.send(scan_id="0191f7c2-0000-7000-8000-00000000bbbb", **other)
    assert (answer.status_code, answer.json and answer.json["code"]) == (409, "scan_id_reused")
    assert len(gate.rows()) == 1


def test_a_late_retry_after_undo_does_not_admit_again(
    gate: Door, desk: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    body = {
        "scan_id": "0191f7c2-0000-7000-8000-00000000cccc",
        "code": code,
        "scanned_at": "2023-10-26T13:05:00+07:00",
    }
    gate.scan(**body)
    desk.scan(code, direction="undo")
    assert gate.scan(**body)["replay"] is True
    assert desk.scan(code, direction="out")["verdict"] == "not_inside"


def test_refused_scans_leave_exactly_one_row_too(gate: Door) -> None:
    for text in ("nothing", "1234", "0" * 24):
        gate.scan(text)
    assert [row.verdict for row in gate.rows()] == ["unknown", "unknown", "unknown"]


def test_a_scan_that_is_not_understood_leaves_no_row_and_names_the_field(gate: Door) -> None:
    answer = gate.send(code="x", via="telepathy")
    assert answer.status_code == 422
    assert answer.json is not None
    assert list(answer.json["fields"]) == ["via"]
    bad = gate.client.post(
        "/api/v1/meetings/kd/scans",
        data=b"{",
        content_type="application/json",
        headers=gate.headers,
    )
    assert (bad.status_code, bad.json and bad.json["code"]) == (400, "not_json")
    assert gate.rows() == []


def test_in_a_batch_one_bad_scan_does_not_spoil_the_others(
    gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    codes = [invite(add_delegate(name)).code for name in ("Lê Thị Lựu", "Bùi Thị Sen")]
    scans = [
        {"scan_id": "0191f7c2-0000-7000-8000-0000000b0001", "code": codes[0]},
        {"scan_id": "0191f7c2-0000-7000-8000-0000000b0002", "code": codes[1], "via": "telepathy"},
        "not even an object",
        {"scan_id": "0191f7c2-0000-7000-8000-0000000b0003", "delegate": 1},
        {"scan_id": "0191f7c2-0000-7000-8000-0000000b0004", "code": codes[1]},
    ]
    url = "/api/v1/meetings/kd/scans/batch"
    answer = gate.client.post(url, json={"scans": scans}, headers=gate.headers)
    assert answer.status_code == 200
    assert answer.json is not None
    results = answer.json["results"]
    assert [r.get("verdict") or r["error"]["code"] for r in results] == [
        "admitted",
        "invalid",
        "invalid",
        "staff_only",
        "admitted",
    ]
    assert len(gate.rows()) == 2
    too_many = gate.client.post(url, json={"scans": [{}] * 501}, headers=gate.headers)
    assert too_many.status_code == 413
    assert gate.client.post(url, json=[], headers=gate.headers).status_code == 400


def test_strange_codes_are_limited_but_a_valid_scan_never(
    gate: Door, add_delegate: AddDelegate, invite: Invite
) -> None:
    for number in range(60):
        assert gate.scan(f"strange-{number}")["verdict"] == "unknown"
    refused = gate.send(code="strange-61")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    assert gate.scan(code)["verdict"] == "admitted"


def test_simultaneous_scans_of_one_code_admit_once(
    app: Flask,
    make_door: Callable[..., Door],
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa")).code
    doors = [make_door("gate", f"Bàn {n}") for n in range(8)]
    start, verdicts = Barrier(len(doors)), []

    def one(door: Door) -> None:
        start.wait()
        verdicts.append(door.scan(code)["verdict"])

    threads = [Thread(target=one, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == ["admitted"] + ["already_in"] * 7
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Scan)) == 8


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(range(3)), household=st.integers(1, 10**9))
def test_whoever_of_a_household_comes_first_takes_the_one_seat(
    app: Flask,
    gate: Door,
    add_delegate: AddDelegate,
    invite: Invite,
    order: list[int],
    household: int,
) -> None:
    number = f"h{household}-{uuid.uuid4().hex[:8]}"
    codes = [invite(add_delegate(f"Người Thứ {'ABC'[i]}", household=number)).code for i in range(3)]
    verdicts = [gate.scan(codes[i])["verdict"] for i in order]
    assert verdicts == ["admitted", "household_in", "household_in"]
    with app.app_context():
        seats = db.session.scalars(
            db.select(Presence.household_id).where(Presence.household_id.is_not(None))
        ).all()
    assert len(seats) == len(set(seats))


@given(st.sampled_from(["in", "out"]), st.booleans(), st.sampled_from([None, "in", "out"]))
def test_nobody_is_admitted_through_closed_doors_and_nobody_twice(
    direction: str, open_: bool, state: str | None
) -> None:
    step = rules.decide(rules.Situation(direction, open_, state))
    if step in {"admit", "return"}:
        assert open_
        assert (direction, state) in {("in", None), ("in", "out")}
    assert (step == "leave") == ((direction, state) == ("out", "in"))


@given(
    st.sampled_from(["replaced", "cancelled", "wrong_meeting", "mistyped", "unknown", "not_open"]),
    st.sampled_from(["in", "out", "undo"]),
    st.booleans(),
)
def test_a_worthless_code_never_counts_unless_the_organiser_says_so(
    verdict: str, direction: str, offline: bool
) -> None:
    assert not rules.counts(verdict, direction, offline=offline, decided=None)
    assert rules.counts(verdict, direction, offline=offline, decided=True)
    assert not rules.let_in(verdict, offline=offline, decided=None)


def test_the_table_of_scans_has_one_line_for_each_understood_scan(
    app: Flask, gate: Door, desk: Door, add_delegate: AddDelegate, invite: Invite, meeting: Known
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    code = invite(hoa).code
    late = {"scanned_at": "2023-10-26T13:01:00+07:00", "offline": True}
    gate.scan(code, scan_id="0191f7c2-0000-7000-8000-000000000001")
    gate.scan(code, scan_id="0191f7c2-0000-7000-8000-000000000001")
    gate.send(code="x", via="telepathy")
    gate.scan("strange", scan_id="0191f7c2-0000-7000-8000-000000000002")
    desk.scan(code, scan_id="0191f7c2-0000-7000-8000-000000000003", **late)
    invite(hoa)
    gate.scan(code, scan_id="0191f7c2-0000-7000-8000-000000000004")
    with app.app_context():
        table = queries.scans_table(db.session(), meeting.id)
    now, early = "2023-10-26T13:05:00+07:00", late["scanned_at"]
    name, first, staff = "Nguyễn Thị Hoa", "Bàn đón số 1", "Bàn cán bộ"
    assert list(table.columns) == [
        *("scan_id", "scanned_at", "received_at", "verdict", "flags", "delegate", "device")
    ]
    assert list(table.rows) == [
        ("0191f7c2-0000-7000-8000-000000000001", now, now, "admitted", "", name, first),
        ("0191f7c2-0000-7000-8000-000000000002", now, now, "unknown", "", "", first),
        (
            "0191f7c2-0000-7000-8000-000000000003",
            early,
            now,
            "review",
            "late_upload conflict",
            name,
            staff,
        ),
        ("0191f7c2-0000-7000-8000-000000000004", now, now, "replaced", "", name, first),
    ]
    assert name not in export.as_csv(table).splitlines()[2]
