"""Bringing a list in on the page: kept on the server, corrected, accepted, taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.plugins.delegates.models import ImportDraft
from kiosk.plugins.invitations import service as invitations
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person
from tests.delegates import lists

HEAD = ["TT", "Họ và tên", "Năm sinh", "Khu", "Địa chỉ", "Số ĐT", "Ghi chú"]
ROWS: list[list[Any]] = [
    HEAD,
    [1, "Nguyễn Thị Hoa", 1961, "KĐ1", "Ngõ 7", 900034905, ""],
    [2, "ĐỖ VĂN BỀN", 1955, "B.Minh", "Ngõ 5", "0900.094.643", "ốm"],
    [3, "Trần Văn Lực", 1970, "Kim Đồng II", "Ngõ 1", "09000", ""],
    [4, "12345", 1970, "KĐ1", "", "", ""],
    [5, "Nguyễn Thị Hoa", 1961, "KĐ1", "Ngõ 7", "0900034905", ""],
]
Bring = Callable[..., str]


@pytest.fixture
def person(as_role: Callable[[str], Person]) -> Person:
    return as_role("organiser")


@pytest.fixture
def bring(person: Person) -> Bring:
    """Send a list; returns the address of its draft."""

    def send(rows: list[list[Any]] | None = None, name: str = "ds.xlsx") -> str:
        data = lists.as_xlsx([("Tổ 1", rows or ROWS)])
        answer = person.post("/m/kd/import", {"file": (io.BytesIO(data), name)})
        assert answer.status_code == 302
        return str(answer.location)

    return send


def page(person: Person, url: str) -> str:
    answer = person.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def accept(person: Person, draft: str, **typed: str) -> str:
    answer = person.post(f"{draft}/check", {"go": "accept", **typed})
    assert answer.status_code == 302
    return page(person, answer.location)


def on_the_list(app: Flask) -> dict[str, Delegate]:
    with app.app_context():
        found = db.session().scalars(select(Delegate).where(Delegate.removed_at.is_(None)))
        return {delegate.name: delegate for delegate in found}


def test_nothing_is_stored_until_it_is_accepted(app: Flask, person: Person, bring: Bring) -> None:
    draft = bring()
    for step in ("", "/repairs", "/check"):
        page(person, f"{draft}{step}")
    assert on_the_list(app) == {}
    assert "Đã thêm 3 người" in accept(person, draft)
    assert set(on_the_list(app)) == {"Nguyễn Thị Hoa", "Đỗ Văn Bền", "Trần Văn Lực"}


def test_the_columns_stand_over_the_files_own_head_and_row_numbers(
    person: Person, bring: Bring
) -> None:
    shown = page(person, bring([["DANH SÁCH"], *ROWS]))
    assert '<th scope="row">2</th><td>TT</td><td>Họ và tên</td>' in shown
    assert '<option value="phone" selected>' in shown
    assert "tự nhận" in shown
    assert "B.Minh" in shown


def test_a_column_can_be_corrected(app: Flask, person: Person, bring: Bring) -> None:
    draft = bring()
    person.post(draft, {"sheet": "0", "c-6": "address", "c-4": "note", "go": "repairs"})
    assert "chọn lại" in page(person, draft)
    accept(person, draft)
    assert on_the_list(app)["Nguyễn Thị Hoa"].note == "Ngõ 7"


def test_the_row_of_the_heading_can_be_corrected(app: Flask, person: Person, bring: Bring) -> None:
    rows = [["x", "y"], ["Danh", "Máy"], ["Nguyễn Thị Hoa", "0900034905"]]
    draft = bring(rows)
    person.post(draft, {"sheet": "0", "head": "2", "head_was": "0", "go": "again"})
    person.post(draft, {"sheet": "0", "c-0": "name", "c-1": "phone", "go": "repairs"})
    accept(person, draft)
    assert on_the_list(app)["Nguyễn Thị Hoa"].phone == "0900034905"


def test_a_spelling_of_an_area_is_explained_once_and_learned(
    app: Flask, person: Person, bring: Bring, meeting: Known
) -> None:
    draft = bring()
    person.post(draft, {"spelling": "B.Minh", "meant": "Khu Kim Đồng II", "go": "repairs"})
    accept(person, draft)
    assert on_the_list(app)["Đỗ Văn Bền"].area_id == meeting.areas["Khu Kim Đồng II"]
    with app.app_context():
        area = db.session().get_one(Area, meeting.areas["Khu Kim Đồng II"])
        assert "B.Minh" in area.aliases


def test_a_repair_that_is_unticked_stays_as_in_the_file(
    app: Flask, person: Person, bring: Bring
) -> None:
    draft = bring()
    shown = page(person, f"{draft}/repairs")
    assert "bị mất số 0" in shown
    key = "Tổ 1|3|name_case"
    assert key in shown
    person.post(f"{draft}/repairs", {"shown": key})
    accept(person, draft)
    assert "ĐỖ VĂN BỀN" in on_the_list(app)


def test_faulty_cells_are_mended_in_place_and_good_rows_are_not_held_back(
    app: Flask, person: Person, bring: Bring
) -> None:
    draft = bring()
    shown = page(person, f"{draft}/check")
    assert 'name="cell:0:4:phone"' in shown
    assert 'name="cell:0:5:name"' in shown
    typed = {"cell:0:4:phone": "0900000009", "cell:0:5:name": "Lê Thị Na"}
    person.post(f"{draft}/check", {"go": "mend", **typed})
    assert "cell:0:4:phone" not in page(person, f"{draft}/check")
    accept(person, draft)
    found = on_the_list(app)
    assert found["Trần Văn Lực"].phone == "0900000009"
    assert "Lê Thị Na" in found


def test_what_is_typed_counts_when_the_list_is_accepted_at_once(
    app: Flask, person: Person, bring: Bring
) -> None:
    accept(person, bring(), **{"cell:0:5:name": "Lê Thị Na"})
    assert "Lê Thị Na" in on_the_list(app)


def test_a_row_that_stands_twice_can_be_a_person_of_its_own(
    app: Flask, person: Person, bring: Bring
) -> None:
    draft = bring()
    assert "Đây là hai người" in page(person, f"{draft}/check")
    person.post(f"{draft}/check", {"both:0:6": "1"})
    accept(person, draft)
    with app.app_context():
        found = db.session().scalars(select(Delegate).where(Delegate.name == "Nguyễn Thị Hoa"))
        assert len(found.all()) == 2


def test_a_list_that_comes_again_shows_its_changes_and_doubles_nobody(
    app: Flask, person: Person, bring: Bring, meeting: Known
) -> None:
    accept(person, bring())
    hoa = on_the_list(app)["Nguyễn Thị Hoa"].id
    with app.app_context(), writing() as session:
        invitations.issue(session, meeting.id, hoa, actor="test", now=kiosk_clock.now())
    rows = [list(row) for row in ROWS[:-1]]
    rows[1][5] = "0900077777"
    rows.append([6, "Vũ Thị Mai", 1967, "KĐ2", "", "", ""])
    draft = bring(rows, "sua.xlsx")
    shown = page(person, f"{draft}/check")
    assert "0900034905" in shown
    assert "0900077777" in shown
    accept(person, draft)
    found = on_the_list(app)
    assert len(found) == 4
    assert (found["Nguyễn Thị Hoa"].id, found["Nguyễn Thị Hoa"].phone) == (hoa, "0900077777")


def test_a_list_is_taken_back_and_may_come_again(app: Flask, person: Person, bring: Bring) -> None:
    draft = bring()
    accept(person, draft)
    before = {name: found.id for name, found in on_the_list(app).items()}
    person.post(f"{draft}/undo")
    assert on_the_list(app) == {}
    accept(person, bring())
    assert {name: found.id for name, found in on_the_list(app).items()} == before


def test_a_list_stays_once_somebody_of_it_has_checked_in(
    app: Flask, person: Person, bring: Bring, client: Any, bearer: Callable[..., dict[str, str]]
) -> None:
    draft = bring()
    accept(person, draft)
    hoa = on_the_list(app)["Nguyễn Thị Hoa"].id
    scan = {"scan_id": "a" * 32, "via": "search", "delegate": str(hoa), "direction": "in",
            "scanned_at": "2023-10-26T13:05:00+07:00"}  # fmt: skip
    answer = client.post("/api/v1/meetings/kd/scans", json=scan, headers=bearer("desk")).json
    assert answer["verdict"] == "admitted"
    person.post(f"{draft}/undo")
    assert "Nguyễn Thị Hoa" in on_the_list(app)
    assert "không rút lại được" in page(person, f"{draft}/done")


def test_a_draft_is_gone_after_a_day_and_after_it_is_accepted(
    app: Flask, person: Person, bring: Bring, clock: FixedClock
) -> None:
    accepted, waiting = bring(), bring()
    accept(person, accepted)
    assert person.get(f"{accepted}/check").status_code == 404
    clock.pass_(days=2)
    assert person.get(waiting).status_code == 404
    bring()
    with app.app_context():
        kept = db.session().scalars(select(ImportDraft)).all()
        assert [draft.data is None for draft in kept] == [True, False]


def test_a_draft_belongs_to_its_meeting_and_to_organisers(
    person: Person,
    bring: Bring,
    as_role: Callable[[str], Person],
    make_meeting: Callable[..., Known],
    sign_in: Callable[..., Person],
) -> None:
    draft = bring()
    assert as_role("moderator").get(draft).status_code == 403
    other = make_meeting("vc")
    stranger = sign_in("organiser", other.id)
    assert stranger.get(draft).status_code in {403, 404}
    assert stranger.get(draft.replace("/kd/", "/vc/")).status_code == 404


def test_the_mended_list_goes_out_as_a_workbook(person: Person, bring: Bring) -> None:
    answer = person.get(f"{bring()}/mended.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][1:3] == ["Nguyễn Thị Hoa", "0900034905"]


def test_a_list_that_is_not_understood_says_what_to_do(person: Person, bring: Bring) -> None:
    shown = page(person, bring([["just", "words"], ["more", "words"]]))
    assert "Chưa thấy dòng tiêu đề" in shown


@pytest.mark.parametrize(
    "form",
    [
        {"sheet": "99", "c-0": "name"},
        {"sheet": "-1", "head": "99999999"},
        {"sheet": "x", "head": "0", "c-999999": "name", "c-x": "name", "c-1": "nonsense"},
    ],
)
def test_a_form_made_by_hand_loses_nothing(
    person: Person, bring: Bring, form: dict[str, str]
) -> None:
    draft = bring()
    assert person.post(draft, form).status_code == 302
    assert person.post(f"{draft}/check", {"cell:9:1:name": "x", "both:x": "1"}).status_code == 302
    page(person, f"{draft}/check")


@pytest.mark.parametrize("cell", ["=1+1", "<script>alert(1)</script>", "\u202eabc", "😀" * 40,
                                  "Nguyễn " * 1500, "+84", "@sum(1)", "a\x00b"])  # fmt: skip
def test_hostile_cells_are_text_or_left_out_with_the_row_named(
    app: Flask, person: Person, bring: Bring, cell: str
) -> None:
    rows: list[list[Any]] = [
        HEAD,
        [1, "Nguyễn Thị Hoa", 1961, "KĐ1", cell, "", cell],
        [2, cell, cell, cell, "", "", ""],
    ]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    data = out.getvalue().encode()
    answer = person.post("/m/kd/import", {"file": (io.BytesIO(data), "x.csv")})
    if answer.status_code != 302:
        assert answer.status_code == 422
        return
    shown = page(person, f"{answer.location}/check")
    assert "<script>alert" not in shown
    accept(person, answer.location)
    found = on_the_list(app)
    assert "Nguyễn Thị Hoa" in found
    assert "\u202e" not in found["Nguyễn Thị Hoa"].note
    assert len(found) == 1 or all(len(name) <= 60 for name in found)
