"""Typing a signed paper list in: many names, one time, nothing lost, nobody twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched

Axe = Callable[[Page], list[str]]


@pytest.fixture
def desk(
    server: Server, launch: Callable[..., Browser], open_page: Callable[..., Page]
) -> Callable[[], Page]:
    def start() -> Page:
        status, _facts = server.call("PATCH", "", "organiser", {"doors": "open"})
        assert status == 200
        page = open_page(launch())
        token = server.demo["tokens"]["desk"]
        page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
        page.goto(server.page("/roll"))
        expect(page.locator("#rows button")).to_have_count(20)
        return page

    return start


def present(server: Server) -> int:
    found: int = server.call("GET", "/attendance", "organiser")[1]["present"]
    return found


def enter(page: Page, *numbers: str) -> None:
    for number in numbers:
        page.fill("#number", number)
        page.press("#number", "Enter")


def test_thirty_households_typed_with_one_time_are_in(
    server: Server, desk: Callable[[], Page], axe: Axe
) -> None:
    page = desk()
    before = present(server)
    assert axe(page) == []
    enter(page, *(str(n) for n in range(1, 31)))
    # The sheet turns by itself to where the last number stands.
    expect(page.locator("#title")).to_contain_text("Tờ 2")
    expect(page.locator("#record")).to_have_text("Ghi nhận 30 người")
    assert axe(page) == []
    page.locator("#record").click()
    expect(page.locator("#say")).to_have_text("Đã ghi nhận 30 người từ giấy")
    assert present(server) == before + 30
    expect(page.locator("#record")).to_be_disabled()
    recent = server.call("GET", "/attendance", "organiser")[1]["recent"]
    typed = {item["device"] for item in recent if item["via"] == "typed"}
    assert typed == {"Bàn cán bộ, từ giấy ký"}


def test_a_finger_ticks_rows_and_a_second_touch_takes_the_tick_back(
    server: Server, desk: Callable[[], Page]
) -> None:
    page = desk()
    page.locator("#after").click()
    page.locator("#after").click()
    rows = page.locator("#rows button")
    rows.nth(0).click()
    rows.nth(1).click()
    expect(rows.nth(0)).to_have_attribute("aria-pressed", "true")
    rows.nth(1).click()
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#record")).to_have_text("Ghi nhận 1 người")


def test_who_was_scanned_meanwhile_carries_the_scan_sign_and_is_not_counted_again(
    server: Server, desk: Callable[[], Page]
) -> None:
    page = desk()
    # A household that no other test types in.
    delegate = page.evaluate(
        "JSON.parse(document.getElementById('roll').textContent).sheets"
        ".flatMap((sheet) => sheet.rows).find((row) => row.household === '095').id"
    )
    code = next(code for code in server.demo["codes"] if code["delegate"] == delegate)
    before = present(server)
    scan = {"scan_id": str(uuid.uuid4()), "code": code["code"]}
    assert server.call("POST", "/scans", "gate", scan)[1]["verdict"] == "admitted"
    page.reload()
    row = page.locator(f"#rows [data-delegate='{code['delegate']}']")
    while not row.count():
        page.locator("#after").click()
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(row.locator("small")).to_contain_text("đã quét")
    row.click()
    expect(page.locator("#say")).to_contain_text("không ghi thêm")
    expect(page.locator("#record")).to_be_disabled()
    assert present(server) == before + 1


def test_ticks_outlive_a_lost_network_and_a_reload_and_arrive_once(
    server: Server, desk: Callable[[], Page], watched: Watched
) -> None:
    watched.expected = ("ERR_FAILED",)
    page = desk()
    before = present(server)
    enter(page, "61", "62", "63")
    page.route("**/api/v1/**/roll", lambda route: route.abort())
    page.locator("#record").click()
    expect(page.locator("#say")).to_contain_text("Chưa gửi được")
    page.unroute("**/api/v1/**/roll")
    page.reload()
    expect(page.locator("#record")).to_have_text("Ghi nhận 3 người")
    page.locator("#record").click()
    expect(page.locator("#say")).to_have_text("Đã ghi nhận 3 người từ giấy")
    assert present(server) == before + 3


def test_a_substitute_is_written_beside_the_tick(
    server: Server, desk: Callable[[], Page], axe: Axe
) -> None:
    page = desk()
    enter(page, "71")
    page.get_by_role("button", name="Có người đi thay").click()
    assert axe(page) == []
    page.fill("#instead-name", "Trần Thị Tư")
    page.fill("#instead-relation", "con")
    page.get_by_role("button", name="Giữ lại").click()
    expect(page.locator("#log")).to_contain_text("đi thay")
    page.locator("#record").click()
    expect(page.locator("#say")).to_have_text("Đã ghi nhận 1 người từ giấy")
    recent = server.call("GET", "/attendance", "organiser")[1]["recent"]
    assert "Trần Thị Tư" in {item["substitute"] for item in recent}


@pytest.fixture
def evening(desk: Callable[[], Page]) -> Page:
    """The roll at half past eleven in the evening of the meeting, with an hour to type."""
    page = desk()
    day = page.evaluate("JSON.parse(document.getElementById('roll').textContent).day")
    page.evaluate("(day) => { Date.now = () => Date.parse(`${day}T23:30:00+07:00`) }", day)
    page.get_by_role("radio", name="Giờ khác").check()
    return page


def test_an_unknown_number_and_an_hour_to_come_are_told_and_change_nothing(evening: Page) -> None:
    enter(evening, "987")
    expect(evening.locator("#say")).to_have_text("Không có hộ số 987 trong danh sách này")
    for hour in ("23:59", "25:10", "chiều", ""):
        evening.fill("#hour", hour)
        enter(evening, "81")
        expect(evening.locator("#say")).to_have_text("Xin chọn một giờ đã qua.")
    expect(evening.locator("#record")).to_be_disabled()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:05", "09:05"),
        ("9h5", "09:05"),
        ("0905", "09:05"),
        ("9 giờ 05", "09:05"),
        ("13", "13:00"),
    ],
)
def test_an_hour_is_understood_as_people_write_it(evening: Page, typed: str, meant: str) -> None:
    evening.fill("#hour", typed)
    enter(evening, "82")
    expect(evening.locator("#log li").first).to_contain_text(meant)
