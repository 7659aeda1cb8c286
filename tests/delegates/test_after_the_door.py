"""A corrected list comes after letters went out and people came: nobody doubled, nobody lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.invitations import queries as invitations
from tests.conftest import Known
from tests.conftest import Person
from tests.delegates import lists

HEAD = ["TT", "Họ và tên", "Năm sinh", "Khu", "Địa chỉ", "Số ĐT"]
GIVEN = ("Hoa", "Bền", "Lực", "Mai", "Xuyến", "Thắng", "Lan", "Cúc", "Đào", "Sen", "Tâm", "Yến")


def _rows() -> list[list[Any]]:
    return [
        [n, f"Nguyễn Thị {given}", 1950 + n, "KĐ1", f"Ngõ {n}", f"09000001{n:02d}"]
        for n, given in enumerate(GIVEN, start=1)
    ]


def _bring(person: Person, rows: list[list[Any]]) -> None:
    data = lists.as_xlsx([("Tổ 1", [HEAD, *rows])])
    sent = person.post("/m/kd/import", {"file": (io.BytesIO(data), "ds.xlsx")})
    assert sent.status_code == 302
    assert person.post(f"{sent.location}/check", {"go": "accept"}).status_code == 302


def _codes(app: Flask) -> dict[int, str]:
    with app.app_context():
        meeting = db.session.scalars(select(Meeting)).one()
        return {one.delegate_id: one.code for one in invitations.codes(db.session(), meeting)}


def _people(app: Flask) -> dict[str, tuple[int, str]]:
    with app.app_context():
        found = db.session.scalars(select(Delegate).where(Delegate.removed_at.is_(None)))
        return {one.name: (one.id, one.phone) for one in found}


def test_a_corrected_list_after_ten_have_come_changes_only_what_changed(
    app: Flask,
    meeting: Known,
    as_role: Callable[[str], Person],
    bearer: Callable[..., dict[str, str]],
) -> None:
    person = as_role("organiser")
    _bring(person, _rows())
    assert person.post("/m/kd/invitations/issue").status_code == 302
    assert person.get("/m/kd/invitations/letters.pdf").status_code == 200
    before, codes = _people(app), _codes(app)
    assert len(before) == len(codes) == len(GIVEN)
    client, gate = app.test_client(), bearer("gate")
    for number, code in enumerate(list(codes.values())[:10]):
        scan = {"scan_id": f"{number:032x}", "code": code}
        answer = client.post("/api/v1/meetings/kd/scans", json=scan, headers=gate)
        assert answer.get_json()["verdict"] == "admitted"

    corrected = _rows()
    corrected[2][5] = "0900000999"
    corrected[4][4] = "Ngõ 50"
    corrected.append([13, "Trần Văn Mới", 1980, "KĐ2", "Ngõ 1", "0900000113"])
    _bring(person, corrected[::-1])

    after = _people(app)
    assert set(after) == {*before, "Trần Văn Mới"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"Nguyễn Thị Lực"}
    assert after["Nguyễn Thị Lực"] == (before["Nguyễn Thị Lực"][0], "0900000999")
    assert _codes(app) == codes
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Presence)) == 10
    again = {"scan_id": "0191f7c2-0000-7000-8000-0000000a9999", "code": next(iter(codes.values()))}
    seen = client.post("/api/v1/meetings/kd/scans", json=again, headers=gate)
    assert seen.get_json()["verdict"] == "already_in"
