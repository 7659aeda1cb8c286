"""The attendance page follows the door by itself."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.floor import box


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
    # Neither the stream nor what is asked in its place comes through at first.
    for address in ("**/live/**", "**/api/**"):
        board.route(address, lambda route: route.abort())
    board.reload()
    state = board.locator("#live")
    expect(state).to_have_text("Mất kết nối, đang thử lại")
    board.unroute("**/api/**")
    expect(state).to_have_attribute("data-state", "live", timeout=12_000)
    present = int(board.locator("[data-present]").get_attribute("data-present") or "0")
    found = server.call("GET", "/attendance", "organiser")[1]
    scan(server, _waiting(server, found)[0])
    expect(board.locator(f"[data-present='{present + 1}']")).to_be_visible(timeout=12_000)
    # While asking works the stream is tried again calmly: at most 14 s apart.
    with board.expect_response("**/live/**", timeout=20_000) as stream:
        board.unroute("**/live/**")
    assert stream.value.status == 200
    expect(state).to_have_attribute("data-state", "live")


def test_on_a_phone_the_missing_come_before_chart_and_arrivals(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 390, 844), "organiser")
    # Arrivals show when there are some.
    scan(server, _waiting(server, server.call("GET", "/attendance", "organiser")[1])[0])
    page.goto(server.page("/attendance"))
    tops = [box(page.locator(name))["y"] for name in (".hero", ".nc", ".feed")]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_says_when_the_meeting_can_open_and_the_rings_grow(
    server: Server, board: Page, axe: Callable[[Page], list[str]]
) -> None:
    found = server.call("GET", "/attendance", "organiser")[1]
    missing = found["minimum"]["people"] - found["minimum"]["counted"]
    expect(board.locator("#enough")).to_have_text(f"Còn thiếu {missing} người")
    assert axe(board) == []
    for code in _waiting(server, found)[:missing]:
        scan(server, code)
    expect(board.locator("#enough")).to_have_text("Đủ để khai mạc")
    total = found["present"] + missing
    expect(board.locator(f"[data-present='{total}']")).to_be_visible()
    rows = server.call("GET", "/attendance", "organiser")[1]["by_group"]
    household = next(row for row in rows if row["kind"] == "household")
    ring = board.locator("[data-row=household]")
    expect(ring.locator(".meta")).to_have_text(f"{household['present']}/{household['invited']}")
    assert axe(board) == []


def _waiting(server: Server, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the codes of those who have not come."""
    absent = {person["delegate"] for person in found["absent"]}
    return [code for code in server.demo["codes"] if code["delegate"] in absent]


def test_a_number_shows_only_when_somebody_calls(server: Server, board: Page) -> None:
    assert "tel:" not in board.content()
    button = board.locator("#absent button").first
    button.click()
    link = board.locator("#absent a[href^='tel:']")
    expect(link).to_have_count(1)
    expect(link).to_have_text(re.compile(r"^\d{4} \d{3} \d{3}$"))


def test_the_moderator_sees_names_but_calls_nobody(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 1440, 900), "moderator")
    page.goto(server.page("/attendance"))
    expect(page.locator("#absent .lrow").first).to_be_visible()
    expect(page.locator("#absent button")).to_have_count(0)
    expect(page.locator("#machines")).to_have_count(0)


def test_the_card_of_machines_follows_the_tablets(
    server: Server, board: Page, axe: Callable[[Page], list[str]]
) -> None:
    body = {"sent_at": datetime.now(UTC).isoformat(), "waiting": 0, "battery": 82}
    assert server.call("POST", "/devices/self/health", "gate", body)[0] == 200
    expect(board.locator("#machines")).to_contain_text("Pin 82%, đã gửi hết", timeout=15_000)
    assert axe(board) == []


def test_when_the_hours_are_over_the_page_shows_final_numbers_and_calls_nobody(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    axe: Callable[[Page], list[str]],
) -> None:
    page = open_page(launch(), 1366, 768)
    page.clock.install()
    page = sign_in_as(page, "organiser")
    page.goto(server.page("/attendance"))
    expect(page.locator("#board")).to_have_attribute("data-phase", "during")
    expect(page.locator("#absent .btn").first).to_be_visible()
    page.clock.fast_forward("10:00:00")
    expect(page.locator("#board")).to_have_attribute("data-phase", "after")
    expect(page.locator("#enough")).to_have_text("Buổi đối thoại đã kết thúc")
    expect(page.locator("#live")).to_contain_text("Số liệu cuối cùng")
    expect(page.locator("#missing")).to_contain_text("Không đến")
    expect(page.locator("#absent .btn")).to_have_count(0)
    assert axe(page) == []
