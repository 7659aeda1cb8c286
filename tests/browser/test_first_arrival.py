"""The first arrival of a meeting: from the empty page to the first bar, without reload."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server


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


def test_before_the_first_arrival_the_page_says_so_and_then_draws_by_itself(
    server: Server, board: Page
) -> None:
    expect(board.locator("#nochart")).to_be_visible()
    missing = int(server.call("GET", "/attendance", "organiser")[1]["invited"])
    expect(board.locator("#missing")).to_have_text(f"Chưa đến: {missing} người")
    board.evaluate(
        """() => { window.unloaded = false;
        new MutationObserver(() => { window.changedAt ??= Date.now(); }).observe(
        document.querySelector('[data-present]'), {childList: true, characterData: true}); }"""
    )
    guest = server.demo["codes"][60]
    scan(server, guest)
    answered = time.time() * 1000
    expect(board.locator("[data-present='1']")).to_have_text("1")
    assert board.evaluate("window.changedAt") - answered < 1000
    expect(board.locator("#recent")).to_contain_text(guest["name"])
    expect(board.locator("#nochart")).to_be_hidden()
    expect(board.locator("#chart rect.now")).to_have_count(1)
    expect(board.locator("#missing")).to_have_text(f"Chưa đến: {missing - 1} người")
    expect(board.locator("main")).to_contain_text("Đại biểu khu1/100")
    assert board.evaluate("window.unloaded") is False
