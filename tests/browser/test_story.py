"""The main job, end to end: from the letter in somebody's hand to the name on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.camera import page_of
from tests.browser.camera import video
from tests.browser.conftest import Server

SCAN_MS = 15_000


def test_from_letter_to_hall(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    pair: Callable[[Page, str], Page],
    tmp_path: Path,
) -> None:
    pdf = tmp_path / "letters.pdf"
    server.run("invitations", server.demo["meeting"], "--out", str(pdf), "--only", "E")
    guest = next(c for c in server.demo["codes"] if c["delegate"] > 30)
    camera = video(page_of(pdf, 1, tmp_path), tmp_path)

    desktop = launch()
    attendance = sign_in_as(open_page(desktop, 1440, 900), "organiser")
    attendance.goto(server.page("/attendance"))
    moderator = sign_in_as(open_page(desktop, 1280, 800), "moderator")
    moderator.goto(server.page("/speakers"))
    hall = pair(open_page(desktop, 1920, 1080), "screen")
    expect(attendance.locator("#live")).to_have_attribute("data-state", "live")
    expect(attendance.locator("[data-present]")).to_have_text("0")
    # Remembers when the number changed, measured in the page itself.
    attendance.evaluate(
        """() => { new MutationObserver(() => { window.changedAt ??= Date.now(); }).observe(
        document.querySelector('[data-present]'), {childList: true, characterData: true}); }"""
    )

    kiosk = pair(open_page(launch(camera)), "gate")
    verdict = kiosk.locator("#verdict[data-verdict=admitted]")
    expect(verdict).to_be_visible(timeout=SCAN_MS)
    seen_at = time.time() * 1000
    expect(verdict).to_contain_text(guest["name"])
    expect(attendance.locator("[data-present='1']")).to_be_visible()
    assert attendance.evaluate("window.changedAt") - seen_at < 1000
    expect(attendance.locator("#recent")).to_contain_text(guest["name"])
    expect(kiosk.locator("#status")).to_have_attribute("data-waiting", "0")
    expect(kiosk.locator("#status")).to_have_attribute("data-net", "online")

    kiosk.get_by_role("button", name="Đăng ký phát biểu").click()
    kiosk.locator("[data-topic]").nth(4).click()
    expect(kiosk.locator("#verdict[data-verdict=registered]")).to_be_visible()

    row = moderator.locator("#rows [data-turn][data-state=waiting]")
    expect(row).to_contain_text(guest["name"])
    expect(row).to_contain_text("Đất đai")
    moderator.locator("#nowbox .big1.primary").click()
    expect(moderator.locator("#nowbox [data-state=speaking]")).to_contain_text(guest["name"])

    expect(hall.locator("#name")).to_contain_text(guest["name"])
    timer = hall.locator("[role=timer]")
    expect(timer).to_have_attribute("data-kind", "fine")
    first = int(timer.get_attribute("data-clock") or "0")
    assert 170 <= first <= 180
    expect(timer).not_to_have_attribute("data-clock", str(first), timeout=3000)
    assert int(timer.get_attribute("data-clock") or "0") < first
