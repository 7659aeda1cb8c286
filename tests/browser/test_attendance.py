"""The attendance page follows the door by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched


@pytest.fixture
def board(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    page = sign_in_as(open_page(launch(), 1440, 900), "organiser")
    page.goto(server.page("/attendance"))
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page


def scan(server: Server, code: dict[str, Any]) -> None:
    """Hold a letter up at the gate."""
    body = {"scan_id": str(uuid.uuid4()), "code": code["code"], "via": "camera"}
    status, answer = server.call("POST", "/scans", "gate", body)
    assert (status, answer["verdict"]) == (200, "admitted")


def test_who_has_not_come_is_found_without_accents_and_by_area(server: Server, board: Page) -> None:
    found = server.call("GET", "/attendance", "organiser")[1]
    person = found["absent"][-1]
    board.fill("#find", person["detail"].split("hộ ")[-1])
    expect(board.locator("#absent")).to_contain_text(person["name"])
    board.fill("#find", "khong co ai ten nay")
    expect(board.locator("#absent")).to_have_text("Không có ai phù hợp")
    board.fill("#find", "")
    button = board.locator("#areas-filter button").nth(1)
    button.click()
    area = int(button.get_attribute("data-area") or "0")
    fitting = [item for item in found["absent"] if item["area"] == area]
    assert 0 < len(fitting) < 60
    expect(board.locator("#absent .lrow")).to_have_count(len(fitting))


def test_without_a_stream_the_page_says_so_asks_by_itself_and_mends(
    server: Server, board: Page, watched: Watched
) -> None:
    watched.expected = ("ERR_FAILED",)
    board.route("**/live/**", lambda route: route.abort())
    board.reload()
    state = board.locator("#live")
    expect(state).to_have_text("Mất kết nối, đang thử lại")
    present = int(board.locator("[data-present]").get_attribute("data-present") or "0")
    scan(server, server.demo["codes"][61])
    expect(board.locator(f"[data-present='{present + 1}']")).to_be_visible(timeout=12_000)
    board.unroute("**/live/**")
    with board.expect_response("**/live/**", timeout=12_000) as stream:
        pass
    assert stream.value.status == 200
    expect(state).to_have_attribute("data-state", "live")


def test_on_a_phone_the_missing_come_before_chart_and_arrivals(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 390, 844), "organiser")
    page.goto(server.page("/attendance"))
    tops = [
        (page.locator(name).bounding_box() or {"y": -1})["y"] for name in (".hero", ".nc", ".feed")
    ]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
