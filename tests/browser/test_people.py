"""The office's people in a real browser: a list brought in, found by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.floor import box
from tests.delegates import lists

HEAD = ["TT", "Họ và tên", "Năm sinh", "Khu", "Số ĐT"]
ROWS: list[list[Any]] = [
    HEAD,
    [1, "ĐỖ THỊ MỚI", 1961, "KĐ1", 900034905],
    [2, "Lê Văn Thêm", 1955, "B.Minh", "09000"],
    [3, "12345", 1970, "KĐ1", ""],
]


@pytest.fixture
def organiser(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    return sign_in_as(open_page(launch(), 1440, 900), "organiser")


def test_a_list_goes_through_its_four_steps_and_back(
    server: Server, organiser: Page, tmp_path: Path, axe: Callable[[Page], list[str]]
) -> None:
    path = tmp_path / "danh-sach.xlsx"
    path.write_bytes(lists.as_xlsx([("Tổ 1", ROWS)]))
    page = organiser
    page.goto(server.page("/import"))
    assert axe(page) == []
    page.set_input_files("#f-file", path)
    page.click("form[data-upload] button.primary")
    page.wait_for_url("**/import/*")
    expect(page.locator("select[name=c-1]")).to_have_value("name")
    page.select_option("select[name=meant]", "Khu Kim Đồng II")
    assert axe(page) == []
    page.click("button[value=repairs]")
    expect(page.locator(".repairs")).to_contain_text("Đỗ Thị Mới")
    assert axe(page) == []
    page.click(".tfoot button.primary")
    page.fill("input[name='cell:0:3:phone']", "0900000009")
    page.fill("input[name='cell:0:4:name']", "Vũ Thị Na")
    assert axe(page) == []
    page.click("button[value=accept]")
    expect(page.locator("h1")).to_have_text("Đã thêm 3 người")
    page.goto(server.page("/delegates?q=vu+thi+na"))
    expect(page.locator(".people-list .who").first).to_contain_text("Vũ Thị Na")
    page.go_back()
    page.click("text=Rút lại danh sách này")
    page.goto(server.page("/delegates?q=le+van+them"))
    expect(page.locator(".people-list")).to_have_count(0)


def test_a_file_that_is_no_list_is_said_on_the_same_page(
    server: Server, organiser: Page, tmp_path: Path, watched: object
) -> None:
    path = tmp_path / "anh.xlsx"
    path.write_bytes(b"not a workbook")
    watched.expected = ("422",)  # type: ignore[attr-defined]
    organiser.goto(server.page("/import"))
    organiser.set_input_files("#f-file", path)
    organiser.click("form[data-upload] button.primary")
    expect(organiser.locator(".banner.stop")).to_contain_text("Nội dung tệp")


def test_the_list_is_walked_and_changed_by_keyboard(
    server: Server, organiser: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = organiser
    page.goto(server.page("/delegates"))
    assert axe(page) == []
    page.keyboard.press("/")
    expect(page.locator("input[name=q]")).to_be_focused()
    page.locator("h1").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    boxes = page.locator("input[name=id]")
    expect(boxes.nth(1)).to_be_checked()
    expect(page.locator(".many")).to_be_visible()
    assert axe(page) == []
    page.fill("input[name=to_seat]", "Dãy B")
    page.click("button[value=seat]")
    expect(page.locator(".people-list .who").nth(1)).to_contain_text("Dãy B")
    page.locator("h1").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sửa thông tin một người")
    assert axe(page) == []
    page.fill("input[name=reason]", "đi viện")
    page.click("text=Ghi báo vắng")
    expect(page.locator(".banner")).to_contain_text("Đã ghi báo vắng")
    page.goto(server.page("/delegates?state=excused"))
    expect(page.locator(".people-list .st .chip").first).to_contain_text("Báo vắng")


def test_on_a_phone_people_stand_under_letters_and_nothing_is_wider_than_the_screen(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    axe: Callable[[Page], list[str]],
) -> None:
    page = sign_in_as(open_page(launch(), 390, 844), "organiser")
    for path in ("/delegates", "/groups", "/import"):
        page.goto(server.page(path))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, path
        assert axe(page) == [], path
    page.goto(server.page("/delegates"))
    letter = page.locator(".people-list .initial").first
    expect(letter).to_be_visible()
    assert box(letter)["height"] < 60
