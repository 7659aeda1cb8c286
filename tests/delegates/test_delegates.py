"""The list of delegates: finding, adding, changing, removing, downloading."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kiosk import export
from kiosk.export import Table
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def people(add_delegate: AddDelegate) -> None:
    add_delegate("Nguyễn Thị Hoa", household="047", birth_year=1961)
    add_delegate("Trần Văn Bình", household="012", area="Khu Kim Đồng II", salutation="ông")
    add_delegate("Đặng Thị Ánh", household="101", phone="0900012345")
    add_delegate("Lê Văn An", group="B", title="Trưởng Công an phường", salutation="đồng chí")


def _names(client: FlaskClient, headers: dict[str, str], query: str = "") -> list[str]:
    found = client.get(f"/api/v1/meetings/kd/delegates?{query}", headers=headers).json or {}
    return [item["name"] for item in found["items"]]


def test_the_list_is_ordered_by_given_name(
    client: FlaskClient, bearer: Bearer, people: None
) -> None:
    names = _names(client, bearer("desk"))
    assert names == ["Lê Văn An", "Đặng Thị Ánh", "Trần Văn Bình", "Nguyễn Thị Hoa"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=hoa", ["Nguyễn Thị Hoa"]),
        ("q=hoa+nguyen", ["Nguyễn Thị Hoa"]),
        ("q=dang", ["Đặng Thị Ánh"]),
        ("q=047", ["Nguyễn Thị Hoa"]),
        ("q=kim+dong+ii", ["Trần Văn Bình"]),
        ("q=%25", []),
        ("q=zzz", []),
    ],
)
def test_people_are_found_without_accents_and_by_household(
    client: FlaskClient, bearer: Bearer, people: None, query: str, found: list[str]
) -> None:
    assert _names(client, bearer("desk"), query) == found


def test_the_list_narrows_by_group_and_area(
    client: FlaskClient, bearer: Bearer, people: None, meeting: Known
) -> None:
    headers = bearer("organiser")
    assert _names(client, headers, f"group={meeting.groups['B']}") == ["Lê Văn An"]
    area = meeting.areas["Khu Kim Đồng II"]
    assert _names(client, headers, f"area={area}") == ["Trần Văn Bình"]


def test_people_are_found_by_the_code_of_their_letter(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: AddDelegate,
    people: None,
    invite: Callable[[int], object],
) -> None:
    code = getattr(invite(add_delegate("Mạc Thị Sen")), "code", "")
    assert _names(client, bearer("desk"), f"q={code}") == ["Mạc Thị Sen"]


def test_the_door_and_the_hall_see_no_phone(
    client: FlaskClient, bearer: Bearer, people: None
) -> None:
    for role in ("desk", "moderator", "organiser"):
        text = client.get("/api/v1/meetings/kd/delegates", headers=bearer(role)).get_data(
            as_text=True
        )
        assert "0900012345" not in text


def test_a_person_added_at_the_desk_is_not_yet_admitted(
    client: FlaskClient, bearer: Bearer, meeting: Known
) -> None:
    url = "/api/v1/meetings/kd/delegates"
    body = {"name": "Đỗ Văn Khải", "area": "Khu Kim Đồng II", "salutation": "ông"}
    answer = client.post(url, json=body, headers=bearer("desk"))
    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["origin"], answer.json["area"]) == ("added", "Khu Kim Đồng II")
    attendance = (
        client.get("/api/v1/meetings/kd/attendance", headers=bearer("organiser")).json or {}
    )
    assert (attendance["invited"], attendance["present"]) == (0, 0)
    for wrong, field in (
        ({"name": "   "}, "name"),
        ({"name": "=1+1"}, "name"),
        ({**body, "area": "Nowhere"}, "area"),
        ({**body, "group": "Z"}, "group"),
        ({**body, "salutation": "sir"}, "salutation"),
    ):
        refused = client.post(url, json=wrong, headers=bearer("desk"))
        assert refused.status_code == 422
        assert field in (refused.json or {})["fields"]


def test_the_page_finds_and_says_so_when_nobody_fits(
    as_role: Callable[[str], Person], people: None
) -> None:
    person = as_role("organiser")
    page = person.get("/m/kd/delegates?q=hoa").get_data(as_text=True)
    assert "Bà Nguyễn Thị Hoa" in page
    assert "Trần Văn Bình" not in page
    assert "09xx xxx 345" in person.get("/m/kd/delegates?q=anh").get_data(as_text=True)
    assert "Không có ai phù hợp" in person.get("/m/kd/delegates?q=zzz").get_data(as_text=True)


def test_an_empty_list_leads_to_the_import(as_role: Callable[[str], Person]) -> None:
    assert "Danh sách chưa có ai" in as_role("organiser").get("/m/kd/delegates").get_data(
        as_text=True
    )


def test_long_lists_have_pages(as_role: Callable[[str], Person], add_delegate: AddDelegate) -> None:
    for number in range(52):
        add_delegate(f"Nguyễn Thị Hoa {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}")
    person = as_role("organiser")
    assert "Trang 1 trên 2" in person.get("/m/kd/delegates").get_data(as_text=True)
    assert "Trang 2 trên 2" in person.get("/m/kd/delegates?page=2").get_data(as_text=True)


def test_a_person_is_added_changed_removed_and_brought_back(
    as_role: Callable[[str], Person], meeting: Known
) -> None:
    person = as_role("organiser")
    assert "Thêm người" in person.get("/m/kd/delegates/new").get_data(as_text=True)
    data = {
        "name": "Phạm Thị Thơm",
        "group": str(meeting.groups["E"]),
        "area": str(meeting.areas["Khu Kim Đồng I"]),
        "salutation": "bà",
        "birth_year": "1950",
        "phone": "900 012 345",
    }
    added = person.post("/m/kd/delegates/new", data, follow_redirects=True)
    assert "Bà Phạm Thị Thơm đã có trong danh sách" in added.get_data(as_text=True)
    found = (person.get("/api/v1/meetings/kd/delegates?q=thom").json or {})["items"][0]
    url = f"/m/kd/delegates/{found['id']}"
    assert "0900012345" in person.get(url).get_data(as_text=True)
    assert person.post(url, {**data, "name": "Phạm Thị Thêm"}).status_code == 302
    removed = person.post(f"{url}/remove", follow_redirects=True).get_data(as_text=True)
    assert "Hoàn tác" in removed
    assert person.get(url).status_code == 404
    assert person.post(f"{url}/remove").status_code == 404
    back = person.post(f"{url}/restore", follow_redirects=True).get_data(as_text=True)
    assert "Phạm Thị Thêm đã có trong danh sách" in back
    again = person.post("/m/kd/delegates/new", {**data, "again": "1"})
    assert again.headers["Location"] == "/m/kd/delegates/new"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Xin ghi đủ họ và tên"),
        ({"group": ""}, "Xin chọn thành phần"),
        ({"area": "99999"}, "Xin chọn khu"),
        ({"birth_year": "61"}, "bốn chữ số"),
        ({"birth_year": "abc"}, "bốn chữ số"),
        ({"phone": "12"}, "10 chữ số"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    as_role: Callable[[str], Person], meeting: Known, wrong: dict[str, str], sentence: str
) -> None:
    data = {"name": "Lê Thị Lụa", "group": str(meeting.groups["E"]), "note": "hàng xóm"}
    answer = as_role("organiser").post("/m/kd/delegates/new", {**data, **wrong})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "hàng xóm" in page


def test_the_download_opens_with_text_as_text(
    as_role: Callable[[str], Person], add_delegate: AddDelegate
) -> None:
    add_delegate("Nguyễn Thị Hoa", note="=HYPERLINK(1)", phone="0900012345")
    data = as_role("organiser").get("/m/kd/delegates.xlsx").data
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    row = [cell.value for cell in next(sheet.iter_rows(min_row=2))]
    assert row[0] == "Nguyễn Thị Hoa"
    assert "0900012345" in row
    assert row[-1] == "Được mời"
    assert row[-2] == "=HYPERLINK(1)"
    assert sheet.cell(2, len(row) - 1).data_type == "s"


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t"])
def test_a_cell_that_looks_like_a_formula_is_text_in_csv(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "x.csv"
    export.write(Table("T", ("a",), [(f"{mark}1+1",), ("fine",), (5,)]), path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].strip('"').startswith("'")
    assert lines[2:] == ["fine", "5"]
