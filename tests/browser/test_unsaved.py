"""Text that is not saved is asked about before its page is left; two clerks meet in one form."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser
from playwright.sync_api import Dialog
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched


def _leave(page: Page, *, stay: bool) -> list[str]:
    """Press the way out; return what kinds of question came up."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if stay:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.locator(".side .home").click()
    if stay:
        expect(page.locator("#f-venue")).to_be_visible()
    else:
        page.wait_for_url(lambda url: not url.endswith("/edit"))
    page.remove_listener("dialog", answer)
    return asked


def test_what_is_typed_is_asked_about_and_what_is_saved_is_not(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 1366, 768), "organiser")
    page.goto(server.page("/edit"))
    assert _leave(page, stay=False) == []
    page.goto(server.page("/edit"))
    page.fill("#f-venue", "Hội trường UBND phường")
    assert _leave(page, stay=True) == ["beforeunload"]
    expect(page.locator("#f-venue")).to_have_value("Hội trường UBND phường")
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go_on)
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".banner.ok")).to_contain_text("Đã lưu")
    assert asked == []
    # A search is no text that anybody wants to keep.
    page.goto(server.page("/delegates"))
    page.get_by_role("searchbox").fill("nguyen")
    page.goto(server.page("/edit"))
    assert asked == []


def test_a_form_that_came_back_refused_is_not_saved_either(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    watched: Watched,
) -> None:
    watched.expected = ("422",)
    page = sign_in_as(open_page(launch(), 1366, 768), "organiser")
    page.goto(server.page("/edit"))
    page.fill("#f-host", "")
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#f-host-e")).to_be_visible()
    # A browser asks only where somebody has touched the page.
    page.locator("#f-venue").click()
    assert _leave(page, stay=False) == ["beforeunload"]


def test_the_second_clerk_sees_both_values_and_takes_one(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    watched: Watched,
) -> None:
    watched.expected = ("409",)
    browser = launch()
    first = sign_in_as(open_page(browser, 1366, 768), "organiser")
    second = sign_in_as(open_page(browser, 1366, 768), "organiser")
    for page in (first, second):
        page.goto(server.page("/edit"))
    first.fill("#f-venue", "Nhà văn hóa khu II")
    first.fill("#f-address", "Số 5 đường Trần Phú")
    first.get_by_role("button", name="Lưu").click()
    expect(first.locator(".banner.ok")).to_contain_text("Đã lưu")
    second.fill("#f-venue", "Sân đình")
    second.fill("#f-minutes", "4")
    second.get_by_role("button", name="Lưu").click()
    expect(second.locator("#f-venue")).to_have_value("Sân đình")
    expect(second.locator("#f-venue-e")).to_contain_text("Nhà văn hóa khu II")
    expect(second.locator("#f-address")).to_have_value("Số 5 đường Trần Phú")
    second.get_by_role("button", name="Lấy nội dung đã lưu").click()
    expect(second.locator("#f-venue")).to_have_value("Nhà văn hóa khu II")
    second.get_by_role("button", name="Lưu", exact=True).click()
    expect(second.locator(".banner.ok")).to_contain_text("Đã lưu")
    first.goto(server.page("/edit"))
    expect(first.locator("#f-venue")).to_have_value("Nhà văn hóa khu II")
    expect(first.locator("#f-minutes")).to_have_value("4")


def test_head_and_place_follow_the_ward_until_they_are_written_by_hand(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 1366, 768), "organiser")
    page.goto(f"{server.url}/meetings/new")
    expect(page.locator("#f-ward")).to_have_value("")
    page.locator("#f-ward").press_sequentially("Xã Bình Minh")
    expect(page.locator("#f-org_name")).to_have_value("ỦY BAN NHÂN DÂN\nXÃ BÌNH MINH")
    expect(page.locator("#f-place_name")).to_have_value("Bình Minh")
    page.fill("#f-place_name", "Thị trấn Minh")
    page.fill("#f-ward", "Xã An Hòa")
    expect(page.locator("#f-org_name")).to_have_value("ỦY BAN NHÂN DÂN\nXÃ AN HÒA")
    expect(page.locator("#f-place_name")).to_have_value("Thị trấn Minh")
