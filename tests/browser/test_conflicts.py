"""The organiser looks at what two tablets left in doubt, and decides."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk import clock
from tests.browser.conftest import Server


def _scan(server: Server, who: str, code: str, minutes: float, **more: Any) -> str:
    body = {
        "scan_id": str(uuid.uuid4()),
        "code": code,
        "scanned_at": clock.rfc3339(clock.now() - timedelta(minutes=minutes)),
        **more,
    }
    status, answer = server.call("POST", "/scans", who, body)
    assert status == 200
    return str(answer["verdict"])


@pytest.fixture
def doubts(server: Server, size: tuple[int, int]) -> None:
    """Two people let in by two tablets each, one of them on both offline."""
    begin = -12 if size[0] > 1000 else -14
    codes = [item["code"] for item in server.demo["codes"][begin : begin + 2]]
    assert _scan(server, "gate", codes[0], 0.01) == "admitted"
    assert _scan(server, "desk", codes[0], 3, offline=True, via="typed") == "review"
    assert _scan(server, "gate", codes[1], 2, offline=True) == "admitted"
    assert _scan(server, "desk", codes[1], 4, offline=True) == "review"


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_organiser_decides_and_changes_the_mind(
    server: Server,
    doubts: None,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    axe: Callable[[Page], list[str]],
    size: tuple[int, int],
) -> None:
    page = sign_in_as(open_page(launch(), *size), "organiser")
    page.goto(server.page("/devices/conflicts"))
    expect(page.locator("[data-review]").first).to_contain_text("Hai máy cùng ghi vào")
    expect(page.locator("[data-record]")).to_have_count(2)
    assert axe(page) == []
    waiting = page.locator("[data-review][data-decision='']")
    before = waiting.count()
    page.get_by_role("button", name="Ghi là đã xem").click()
    expect(page.locator(".banner")).to_contain_text("đã ghi")
    expect(page.locator("[data-review][aria-current]")).to_contain_text(
        "Cùng một người quét hai lần"
    )
    assert waiting.count() == before - 1
    page.get_by_text("Chưa rõ, hỏi cán bộ bàn đón").last.click()
    page.get_by_role("button", name="Ghi là đã xem").click()
    expect(page.locator("[data-review][aria-current]")).to_have_attribute(
        "data-decision", "unclear"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
