"""The floor's screens weeks before the meeting, with nobody there yet."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import wait_for
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import cookies
from tests.browser.floor import show
from tests.browser.test_speakers_sizes import DAY
from tests.browser.test_speakers_sizes import SKEW
from tests.browser.test_speakers_sizes import whole_everywhere

__all__ = ["as_moderator", "cookies", "show"]


def test_weeks_before_the_screens_say_when_it_begins_and_in_how_many_days(
    server: Server, show: Open
) -> None:
    chair, console, hall = (
        show(path, 1366, 768, before=SKEW) for path in ("/chair", "/speakers", "/hall")
    )
    for page in (chair, console, hall):
        wait_for(page, "document.querySelector('#hour').textContent")
        page.evaluate("(day) => (window.skew = -19 * day)", DAY)
    expect(chair.locator("#lefttitle")).to_have_text("Còn đến giờ khai mạc")
    expect(chair.locator("#left")).to_have_text("19 ngày")
    expect(console.locator("#nowbox .eb")).to_contain_text("Bắt đầu")
    expect(console.locator("#nowbox .eb")).to_contain_text("/20")
    expect(hall.locator("#full")).to_contain_text("Kính chào")
    expect(hall.locator("#small")).to_contain_text("/20")
    whole_everywhere(hall, "weeks before")


def test_with_nobody_there_no_screen_counts_what_is_not(server: Server, show: Open) -> None:
    for path in ("/chair", "/speakers", "/hall"):
        page = show(path, 1366, 768)
        wait_for(page, "document.querySelector('#hour').textContent")
        words = page.locator("body").inner_text()
        for wrong in ("NaN", "undefined", "null", "-1", "quá "):
            assert wrong not in words, (path, wrong)
