"""The whole story of opinions: from the slips before the meeting to the papers that are signed.

Nine slips before; thirteen people speak and bring twenty-two matters, which the secretary
types while they speak; three are duplicates, two go to a higher level, one is a complaint;
one slip in the hall is anonymous. The papers say what the database holds.
"""

from __future__ import annotations

import csv
import re
import subprocess
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server

SAME = "Cống thoát nước ngõ 5 tắc, mưa to là nước tràn vào sân"
COMPLAINT = "Gia đình xin khiếu nại quyết định thu hồi đất"


@dataclass(frozen=True)
class Said:
    """One matter as somebody says it: joined to what is alike, passed up, or a complaint."""

    words: str
    joins: bool = False
    above: bool = False
    complains: bool = False


SPEECHES: tuple[tuple[Said, ...], ...] = (
    (Said(SAME, joins=True), Said("Thiếu thùng rác ở đầu khu")),
    (Said("Đường liên khu xuống cấp, xin tỉnh nâng cấp quốc lộ", above=True), Said("Vỉa hè hẹp")),
    (Said("Trạm y tế thiếu thuốc cho người già"), Said("Sân bóng chưa có đèn")),
    (Said(COMPLAINT, complains=True), Said("Cây xanh che khuất biển báo")),
    (Said("Xin tăng mức trợ cấp xã hội theo luật", above=True), Said("Nhà văn hóa dột mái")),
    (Said(f"{SAME} nhà tôi", joins=True), Said("Chó thả rông không rọ mõm")),
    (Said("Ngõ 9 chưa có tên"), Said("Hẹn trả kết quả nên nhắn tin")),
    (Said(f"Xin nói thêm: {SAME}", joins=True), Said("Mương nội đồng bồi lắng")),
    (Said("Loa truyền thanh khu I rè"), Said("Quán hát gây ồn ban đêm")),
    (Said("Đề nghị mở lớp tin học cho người cao tuổi"),),
    (Said("Bến xe buýt chưa có mái che"),),
    (Said("Trẻ em thiếu chỗ chơi dịp hè"),),
    (Said("Xe tải chạy giờ tan trường"),),
)


def call(server: Server, method: str, path: str, token: str, body: Any = None) -> Any:
    status, answer = server.call(method, path, token, body)
    assert status < 300, answer
    return answer


@pytest.fixture
def office(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    return sign_in_as(open_page(launch(), 1440, 900), "organiser")


def _come(server: Server, person: dict[str, Any]) -> None:
    scan = {"scan_id": str(uuid.uuid4()), "code": person["code"], "via": "camera"}
    assert call(server, "POST", "/scans", "gate", scan)["verdict"] == "admitted"


def _write_down(office: Page, said: Said, number: int) -> None:
    """Type one matter, as the secretary does: keyboard only."""
    office.keyboard.insert_text(said.words)
    office.keyboard.press("End")
    office.keyboard.press(f"Alt+{number % 7 + 1}")
    if said.complains:
        office.select_option("select[name=kind]", "complaint")
        office.locator("#f-text").focus()
    if said.above:
        office.select_option("select[name=competence]", "above")
        office.locator("#f-text").focus()
    if said.joins:
        # What is alike is looked for while typing.
        office.keyboard.type(".")
        expect(office.locator("#alike")).to_be_visible()
        office.keyboard.press("Alt+j")
    else:
        office.keyboard.press("Control+Enter")
    expect(office.locator("#f-text")).to_have_value("")


def _speak(server: Server, office: Page, person: dict[str, Any], said: tuple[Said, ...]) -> None:
    turn = call(server, "POST", "/speakers", "moderator", {"delegate": person["delegate"]})
    call(server, "POST", f"/speakers/{turn['id']}/start", "moderator", {})
    expect(office.locator("#speaking b").first).to_have_text(person["name"])
    office.keyboard.press("Alt+p")
    expect(office.locator("#f-author")).to_have_value(person["name"])
    taken = office.locator("#taken li")
    for number, matter in enumerate(said):
        before = taken.count()
        _write_down(office, matter, number)
        expect(taken).to_have_count(before + (2 if matter.joins else 1))
    call(server, "POST", f"/speakers/{turn['id']}/finish", "moderator", {})


def _pass_up(server: Server, office: Page) -> None:
    above = {said.words for speech in SPEECHES for said in speech if said.above}
    found = call(server, "GET", "/opinions?q=xin", "organiser")["items"]
    for item in (one for one in found if one["words"] in above):
        office.goto(server.page(f"/opinions/{item['id']}"))
        office.locator(".top button[value=passed_up]").click()
        expect(office.locator(".top .chip")).to_contain_text("Chuyển cấp")


def _conclude(server: Server, office: Page, words: str) -> None:
    office.goto(server.page("/follow-up"))
    office.locator("[data-open='#conclude']").click()
    office.fill("#n-text", words)
    office.select_option("#n-body", label="Địa chính - Xây dựng")
    office.locator("#conclude button.primary").click()
    expect(office.locator("tr.sel")).to_contain_text(words)


def _printed(server: Server, office: Page, kind: str) -> str:
    answer = office.request.get(server.page(f"/papers/{kind}.pdf"))
    assert answer.status == 200
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=answer.body(), capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def _table(server: Server, what: str, folder: Path) -> list[dict[str, str]]:
    out = folder / f"{what}.csv"
    server.run("export", server.demo["meeting"], "--what", what, "--out", str(out))
    return list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))


def test_every_opinion_reaches_the_papers_and_their_figures_equal_the_database(
    server: Server, office: Page, tmp_path: Path
) -> None:
    assert sum(len(said) for said in SPEECHES) == 22
    before = _table(server, "opinions", tmp_path)
    call(server, "PATCH", "", "organiser", {"doors": "open"})
    people = server.demo["codes"][40 : 40 + len(SPEECHES)]
    for person in people:
        _come(server, person)
    office.goto(server.page("/opinions/new"))
    for person, said in zip(people, SPEECHES, strict=True):
        _speak(server, office, person, said)
    office.keyboard.press("Alt+n")
    office.check("input[name=channel][value=slip]", force=True)
    office.locator("#f-text").focus()
    _write_down(office, Said("Xin giấu tên: có người đốt rác ban đêm"), 4)
    _pass_up(server, office)
    for words in ("Nạo vét cống ngõ 5 trong tháng", "Lắp thêm thùng rác ở các khu"):
        _conclude(server, office, words)

    register = _table(server, "opinions", tmp_path)
    attendance = _table(server, "attendance", tmp_path)
    states = Counter(row["Tình trạng"] for row in register)
    assert len(register) == len(before) + 23
    assert states["Trùng nội dung"] == 3
    assert states["Chuyển cấp có thẩm quyền"] == 2
    present = sum(row["Điểm danh"] == "Có mặt" for row in attendance)
    assert present == 13

    minutes = _printed(server, office, "bien-ban")
    assert f"Triệu tập {len(attendance)} đại biểu; có mặt {present} người" in minutes
    assert "Có 13 lượt phát biểu với 22 nội dung" in minutes
    for person in people:
        assert person["name"] in minutes
    for matter in (matter for speech in SPEECHES for matter in speech):
        assert matter.words.split(",")[0] in minutes
    notice = _printed(server, office, "thong-bao-ket-luan")
    assert f"13 lượt phát biểu, {len(register)} nội dung" in notice
    assert "Nạo vét cống ngõ 5 trong tháng. Giao Địa chính - Xây dựng" in notice
    assert "xin tỉnh nâng cấp quốc lộ" in notice
    report = _printed(server, office, "bao-cao-tong-hop")
    figures = re.search(
        r"Có (\d+) người dự .* (\d+) lượt phát biểu; .* với (\d+) nội dung\. .* (\d+) trùng, "
        r"(\d+) chuyển cấp trên",
        report,
    )
    assert figures is not None
    assert [int(number) for number in figures.groups()] == [present, 13, len(register), 3, 2]
    # Who brought a matter, and what a complaint says, are not for many hands.
    assert COMPLAINT not in report
    assert not any(person["name"] in report for person in people)
