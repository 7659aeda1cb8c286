"""The moderator's console at three sizes: order, preview, remedies, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator
from playwright.sync_api import Page
from playwright.sync_api import Route
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.floor import Floor
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import box
from tests.browser.floor import cookies
from tests.browser.floor import expect_order
from tests.browser.floor import floor
from tests.browser.floor import rows
from tests.browser.floor import show
from tests.browser.floor import undo

__all__ = ["as_moderator", "cookies", "floor", "show"]

SIZES = {"laptop": (1440, 900), "tablet": (1280, 800), "phone": (390, 844)}
Axe = Callable[[Page], list[str]]
sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


def open_preview(page: Page) -> None:
    if page.locator("#policy").is_visible():
        page.locator("#policy").click()
    else:
        page.locator("#settings").click()
        page.locator("#toarrange").click()


def drag(page: Page, row: Locator, goal: Locator) -> None:
    """Drag a row by its number to where another stands."""
    # Looks again when the list is drawn anew meanwhile.
    row.locator(".n").hover()
    grip, target = box(row.locator(".n")), box(goal.locator(".n"))
    x = grip["x"] + 10
    page.mouse.move(x, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(x, target["y"] + 4, steps=8)
    page.mouse.up()


@sizes
def test_order_is_changed_by_drag_keyboard_and_policy_and_taken_back_step_by_step(
    floor: Floor, show: Open, axe: Axe, size: tuple[int, int]
) -> None:
    a, b, c = (floor.wait(name) for name in ("Lý Thị An", "Lý Thị Bích", "Lý Thị Cúc"))
    page = show("/speakers", *size)
    expect(rows(page)).to_have_count(3)
    drag(page, rows(page).nth(2), rows(page).nth(1))
    expect(page.locator(".toast")).to_contain_text("Đã chuyển bà Cúc lên thứ 2")
    expect_order(page, floor, [a, c, b])
    rows(page).nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".toast")).to_contain_text("Đã chuyển bà Bích lên thứ 2")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".toast")).to_contain_text("Đã chuyển bà Bích lên thứ 1")
    expect_order(page, floor, [b, a, c])

    open_preview(page)
    expect(page.locator("#arrange h2")).to_have_text("Xếp lại: Theo giờ đăng ký?")
    expect(page.locator("#arrangesub")).to_contain_text("2 người đổi chỗ. Chưa có gì thay đổi")
    moves = page.locator("#moves li")
    expect(moves.nth(0)).to_contain_text("từ 2 lên 1")
    expect(moves.nth(1)).to_contain_text("từ 1 xuống 2")
    expect(moves.nth(2)).to_contain_text("giữ nguyên")
    assert axe(page) == []
    # Nothing is applied yet; with a locked first place nobody moves.
    assert [turn["id"] for turn in floor.now()["waiting"]] == [b, a, c]
    page.locator("#locks button").nth(1).click()
    expect(page.locator("#arrangesub")).to_contain_text("Không ai phải đổi chỗ")
    page.locator("#locks button").nth(0).click()
    expect(moves.nth(0)).to_contain_text("từ 2 lên 1")
    page.locator("#apply").click()
    expect(page.locator("#arrange")).not_to_be_visible()
    expect_order(page, floor, [a, b, c])

    undo(page)
    expect(page.locator(".toast")).to_contain_text("Đã hoàn tác")
    expect_order(page, floor, [b, a, c])
    undo(page)
    expect_order(page, floor, [a, b, c])
    undo(page)
    expect_order(page, floor, [a, c, b])


@sizes
def test_nothing_serious_is_in_the_way_of_anybody_on_the_console(
    floor: Floor, show: Open, axe: Axe, size: tuple[int, int]
) -> None:
    first = floor.wait("Lưu Thị An", note="Rãnh thoát nước ngõ 6 hay tắc")
    floor.wait("Lưu Thị Bích")
    page = show("/speakers", *size)
    expect(rows(page)).to_have_count(2)
    assert axe(page) == []
    floor.act(first, "start")
    expect(page.locator("#nowbox[data-part=speech]")).to_be_visible()
    assert axe(page) == []
    floor.act(first, "answer")
    expect(page.locator("#nowbox[data-part=answer]")).to_be_visible()
    assert axe(page) == []
    rows(page).first.locator(".btn.icon").click()
    expect(page.locator("#menu")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator("#settings").click()
    expect(page.locator("#settingsdialog")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_preview_follows_who_registers_meanwhile_and_says_so(floor: Floor, show: Open) -> None:
    a, b = floor.wait("Ngô Thị An"), floor.wait("Ngô Thị Bích")
    floor.order([b, a])
    page = show("/speakers")
    expect(rows(page)).to_have_count(2)
    page.locator("#policy").click()
    expect(page.locator("#moves li").first).to_contain_text("từ 2 lên 1")
    newcomer = floor.wait("Ngô Thị Cúc")
    stale = page.locator("#arrangestale")
    expect(stale).to_contain_text("Bà Ngô Thị Cúc vừa đăng ký. Bản xem trước đã làm lại")
    fresh = page.locator("#moves .fresh")
    expect(fresh).to_have_attribute("data-turn", str(newcomer))
    expect(fresh).to_contain_text("mới thêm")
    assert [turn["id"] for turn in floor.now()["waiting"]] == [b, a, newcomer]
    page.locator("#apply").click()
    expect_order(page, floor, [a, b, newcomer])


def test_an_order_that_somebody_was_faster_than_is_refused_and_shown_again(
    floor: Floor, show: Open, watched: Watched
) -> None:
    watched.expected = ("409",)
    a, b = floor.wait("Kiều Thị An"), floor.wait("Kiều Thị Bích")
    floor.order([b, a])
    page = show("/speakers")
    expect(rows(page)).to_have_count(2)
    faster: list[int] = []

    def meanwhile(route: Route) -> None:
        body: Any = route.request.post_data_json
        if body["preview"] is False and not faster:
            faster.append(floor.wait("Kiều Thị Cúc"))
        route.continue_()

    page.route("**/speakers/arrange", meanwhile)
    page.locator("#policy").click()
    expect(page.locator("#moves li").first).to_contain_text("từ 2 lên 1")
    page.locator("#apply").click()
    expect(page.locator("#arrangestale")).to_contain_text("Bà Kiều Thị Cúc vừa đăng ký")
    assert [turn["id"] for turn in floor.now()["waiting"]] == [b, a, *faster]
    expect(page.locator("#moves .fresh")).to_have_count(1)
    page.locator("#apply").click()
    expect_order(page, floor, [a, b, *faster])


def test_a_draw_shows_its_number_and_that_number_is_drawn(floor: Floor, show: Open) -> None:
    for name in ("Đinh Thị An", "Đinh Thị Bích", "Đinh Thị Cúc", "Đinh Thị Dung"):
        floor.wait(name)
    page = show("/speakers")
    page.locator("#policy").click()
    page.locator("#arrange [data-value=draw]").click()
    expect(page.locator("#seed")).to_contain_text("Số bốc thăm: ")
    seed = (page.locator("#seed").text_content() or "").split()[-1]
    shown = page.locator("#moves li").evaluate_all("rows => rows.map((r) => +r.dataset.turn)")
    # Looking at another way and back draws no second time.
    page.locator("#arrange [data-value=arrival]").click()
    expect(page.locator("#seed")).to_have_text("")
    page.locator("#arrange [data-value=draw]").click()
    expect(page.locator("#seed")).to_have_text(f"Số bốc thăm: {seed}")
    page.locator("#apply").click()
    expect(page.locator("#arrange")).not_to_be_visible()
    found = floor.now()
    assert found["seed"] == seed
    assert [turn["id"] for turn in found["waiting"]] == shown


@sizes
def test_a_late_meeting_turns_the_bar_amber_and_one_tap_helps(
    floor: Floor, show: Open, axe: Axe, size: tuple[int, int]
) -> None:
    for given in ("An", "Bích", "Cúc"):
        floor.wait(f"Quách Thị {given}")
    page = show("/speakers", *size)
    bar = page.locator("#forecast" if size[0] < 1340 else "#helpme")
    long = {"seconds": 3600, "answer_seconds": 3600, "closing_seconds": 7200}
    floor.call("PATCH", "/speakers", long)
    if size[0] < 1340:
        expect(page.locator("#forecast.warn")).to_be_visible()
    bar.click()
    dialog = page.locator("#remedies")
    expect(dialog.locator("h2")).to_contain_text("Để xong trước")
    expect(dialog.locator("#remtext")).to_contain_text("3 người còn chờ")
    assert axe(page) == []
    helps = {each["what"]: each for each in floor.now()["forecast"]["helps"]}
    assert set(helps) == {"shorten", "write", "conclude", "close"}
    for what, each in helps.items():
        hour = dialog.locator(f"[data-help={what}] em")
        expect(hour).to_have_text(each["ends_at"][11:16])
        expect(hour).to_have_class("warn" if each["over_seconds"] > 0 else "ok")
    dialog.locator("[data-help=write]").click()
    expect(rows(page)).to_have_count(3 - helps["write"]["turns"])
    assert floor.now()["forecast"]["over_seconds"] <= 0
    undo(page)
    expect(rows(page)).to_have_count(3)
