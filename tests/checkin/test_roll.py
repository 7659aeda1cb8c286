"""The roll on paper: printed in the order of the screen, typed in afterwards."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pdfplumber
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.checkin.roll import rules
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
AddDelegate = Callable[..., int]
URL = "/api/v1/meetings/kd/roll"
AT = "2023-10-26T13:02:00+07:00"

ROWS = st.lists(
    st.builds(
        rules.Row,
        st.integers(1, 10_000),
        st.sampled_from(["Khu I", "Khu II", "Đại biểu"]),
        st.sampled_from(["", "007", "12", "12B", "101"]),
        st.text(max_size=4),
        st.just(""),
        st.just(""),
    ),
    max_size=90,
)


@given(ROWS)
def test_every_row_stands_on_one_sheet_of_one_block_and_numbers_run_through(
    rows: list[rules.Row],
) -> None:
    ordered = rules.in_order(rows, ["Khu I", "Khu II", "Đại biểu"])
    pages = rules.sheets(ordered)
    assert [row for page in pages for row in page.rows] == ordered
    assert sorted(map(str, ordered)) == sorted(map(str, rows))
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    first = 1
    for page in pages:
        assert 1 <= len(page.rows) <= rules.ROWS
        assert {row.block for row in page.rows} == {page.title}
        assert page.first == first
        first += len(page.rows)


def test_households_stand_by_number_and_what_is_no_number_stands_last() -> None:
    rows = [
        rules.Row(i, "Khu I", n, "", "", "") for i, n in enumerate(["12", "7", "12B", "007", ""])
    ]
    found = [row.household for row in rules.in_order(rows, ["Khu I"])]
    assert found == ["007", "7", "12", "", "12B"]


@pytest.fixture
def tick(client: FlaskClient, bearer: Bearer) -> Callable[..., Any]:
    headers = bearer("desk", "Bàn cán bộ")

    def send(*rows: dict[str, Any]) -> Any:
        return client.post(URL, json={"rows": list(rows)}, headers=headers)

    return send


def row(delegate: int, **other: Any) -> dict[str, Any]:
    return {"id": f"row-of-{delegate:06d}", "delegate": delegate, "at": AT, **other}


def came(app: Flask) -> dict[int, Presence]:
    with app.app_context():
        return {found.delegate_id: found for found in db.session.scalars(db.select(Presence))}


def test_many_names_with_one_time_are_all_in_at_that_time(
    app: Flask, add_delegate: AddDelegate, tick: Callable[..., Any], clock: FixedClock
) -> None:
    people = [add_delegate(f"Nguyễn Văn {n}") for n in range(60)]
    clock.pass_(hours=2)
    answer = tick(*(row(key) for key in people))
    assert {result["verdict"] for result in answer.json["results"]} == {"admitted"}
    found = came(app)
    assert set(found) == set(people)
    assert {f"{p.first_at:%H:%M}" for p in found.values()} == {"06:02"}


def test_what_was_typed_from_paper_says_so_everywhere(
    app: Flask, add_delegate: AddDelegate, tick: Callable[..., Any]
) -> None:
    tick(row(add_delegate("Nguyễn Thị Hoa")))
    with app.app_context():
        scan = db.session.scalars(db.select(Scan)).one()
        change = db.session.scalars(
            db.select(ledger.Change).where(ledger.Change.kind == "presence.in")
        ).one()
    assert (scan.via, scan.device) == ("typed", "Bàn cán bộ, từ giấy ký")
    assert scan.scan_id.startswith("paper-")
    assert scan.flags == ["late_upload"]
    assert change.actor == "Bàn cán bộ, từ giấy ký"


def test_sending_again_records_nothing_twice(
    app: Flask, add_delegate: AddDelegate, tick: Callable[..., Any]
) -> None:
    people = [add_delegate(f"Nguyễn Văn {n}") for n in range(5)]
    first = tick(*(row(key) for key in people)).json
    again = tick(*(row(key) for key in people)).json
    assert again == first
    with app.app_context():
        assert len(db.session.scalars(db.select(Scan)).all()) == 5


def test_who_was_scanned_is_not_counted_twice_and_keeps_the_earlier_door(
    app: Flask,
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: AddDelegate,
    invite: Callable[[int], Code],
    tick: Callable[..., Any],
    clock: FixedClock,
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    scan = {"scan_id": "0191f7c2-0000-7000-8000-0000000f0005", "code": invite(hoa).code}
    client.post("/api/v1/meetings/kd/scans", json=scan, headers=bearer("gate", "Bàn đón số 1"))
    clock.pass_(hours=1)
    assert (
        tick(row(hoa, at="2023-10-26T13:10:00+07:00")).json["results"][0]["verdict"] == "already_in"
    )
    assert came(app)[hoa].first_device == "Bàn đón số 1"
    told = client.get(URL, headers=bearer("desk")).json or {}
    assert told["came"] == {str(hoa): {"at": "13:05", "paper": False}}


def test_one_bad_row_does_not_spoil_the_others(
    app: Flask, add_delegate: AddDelegate, tick: Callable[..., Any]
) -> None:
    hoa, binh = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    reused = {**row(hoa), "id": "the-same-id"}
    other = {**row(binh), "id": "the-same-id"}
    answer = tick(reused, row(999_999), other)
    verdicts = [result["verdict"] for result in answer.json["results"]]
    assert verdicts == ["admitted", "unknown", ""]
    assert "Số lượt quét này" in answer.json["results"][2]["message"]
    assert set(came(app)) == {hoa}


def test_a_substitute_on_the_paper_is_kept_with_name_and_relation(
    app: Flask, add_delegate: AddDelegate, tick: Callable[..., Any]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    tick(row(hoa, substitute={"name": "Trần Thị Tư", "relation": "con"}))
    assert came(app)[hoa].substitute == {"name": "Trần Thị Tư", "relation": "con"}


def test_a_second_of_a_household_is_told_and_stays_ticked_for_somebody_to_decide(
    add_delegate: AddDelegate, tick: Callable[..., Any]
) -> None:
    first, second = add_delegate("Nguyễn Thị Hoa", "047"), add_delegate("Trần Văn Bình", "047")
    results = tick(row(first), row(second)).json["results"]
    assert [result["verdict"] for result in results] == ["admitted", "household_in"]
    assert "dự thính" in results[1]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": []},
        {"rows": [{"id": "short", "delegate": 1, "at": AT}]},
        {"rows": [{"id": "row-000001", "delegate": 1, "at": "13:15"}]},
        {"rows": [{"id": "row 000001", "delegate": 1, "at": AT}]},
        {"rows": [{"id": "row-000001", "delegate": "x", "at": AT}]},
        {"rows": "all"},
        [],
    ],
)
def test_rows_that_cannot_be_read_are_named(
    client: FlaskClient, bearer: Bearer, wrong: Any
) -> None:
    answer = client.post(URL, json=wrong, headers=bearer("desk"))
    assert answer.status_code == 422


def test_a_gate_types_nothing_from_paper_and_sees_no_roll(
    client: FlaskClient, bearer: Bearer, add_delegate: AddDelegate
) -> None:
    hoa, headers = add_delegate("Nguyễn Thị Hoa"), bearer("gate")
    assert client.post(URL, json={"rows": [row(hoa)]}, headers=headers).status_code == 403
    for path in (URL, "/m/kd/roll", "/m/kd/roll.pdf"):
        assert client.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("role", "screen", "paper"),
    [
        ("organiser", 200, 200),
        ("secretary", 403, 200),
        ("desk", 200, 403),
        ("moderator", 403, 403),
        ("observer", 403, 403),
    ],
)
def test_who_may_print_the_codes_and_who_may_type(
    client: FlaskClient, bearer: Bearer, role: str, screen: int, paper: int
) -> None:
    headers = bearer(role)
    assert client.get("/m/kd/roll", headers=headers).status_code == screen
    assert client.get("/m/kd/roll.pdf", headers=headers).status_code == paper


def shown(page: str) -> Any:
    found = re.search(r'id="roll"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def test_paper_and_screen_have_one_order_twenty_a_sheet_and_only_paper_has_codes(
    as_role: Callable[[str], Person], add_delegate: AddDelegate, invite: Callable[[int], Code]
) -> None:
    people = [add_delegate(f"Nguyễn Văn Số{n}", f"{n:03d}") for n in range(1, 24)]
    other = add_delegate("Trần Thị Bích", "101", area="Khu Kim Đồng II")
    official = add_delegate("Lê Văn An", group="B", title="Trưởng Công an phường")
    later = add_delegate("Đỗ Thị Mới", "001b", origin="added")
    codes = {key: invite(key) for key in [*people, other, official, later]}
    person = as_role("organiser")
    page = person.get("/m/kd/roll").get_data(as_text=True)
    sheets = shown(page)["sheets"]
    assert [(s["title"], len(s["rows"])) for s in sheets] == [
        ("Khu Kim Đồng I", 20),
        ("Khu Kim Đồng I", 3),
        ("Khu Kim Đồng II", 1),
        ("Đại biểu và khách mời", 1),
        ("Ghi thêm sau", 1),
    ]
    assert not any(code.short in page or code.code in page for code in codes.values())
    made = person.get("/m/kd/roll.pdf")
    assert made.mimetype == "application/pdf"
    with pdfplumber.open(io.BytesIO(made.data)) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) == len(sheets)
    for number, (text, sheet) in enumerate(zip(texts, sheets, strict=True), start=1):
        assert f"Tờ {number} trên 5" in text
        places = [text.index(item["name"].split()[-1]) for item in sheet["rows"]]
        assert places == sorted(places)
        for item in sheet["rows"]:
            short = codes[item["id"]].short
            assert f"{short[:4]} {short[4:]}" in text.replace("\u00a0", " ")


def test_an_empty_meeting_has_an_empty_roll_and_no_crash(as_role: Callable[[str], Person]) -> None:
    person = as_role("organiser")
    assert "Danh sách chưa có ai" in person.get("/m/kd/roll").get_data(as_text=True)
    assert person.get("/m/kd/roll.pdf").status_code == 200
