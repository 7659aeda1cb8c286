"""The floor as browser tests drive it: the list beside the pages, pages as the moderator."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import FloatRect
from playwright.sync_api import Locator
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import wait_until


class Floor:
    """The meeting's speaker list, filled and driven beside the pages."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def call(self, method: str, path: str = "", body: Any = None, role: str = "moderator") -> Any:
        status, answer = self.server.call(method, path, role, body)
        assert status < 300, answer
        return answer

    def now(self) -> Any:
        return self.call("GET", "/speakers")

    def clear(self) -> None:
        found = self.now()
        if found["speaking"]:
            self.call("POST", f"/speakers/{found['speaking']['id']}/finish", {})
        for turn in found["waiting"]:
            self.call("POST", f"/speakers/{turn['id']}/withdraw", {})
        plain: dict[str, Any] = {
            "seconds": 180,
            "answer_seconds": 240,
            "closing_seconds": 1800,
            "locked": 0,
        }
        plain |= {"open": True, "present_only": False, "policy": "arrival", "slide": ""}
        self.call("PATCH", "/speakers", plain)

    def come(self, name: str) -> int:
        """Add somebody by hand and admit at the desk."""
        person = self.call("POST", "/delegates", {"name": name, "salutation": "bà"}, "desk")
        body = {"scan_id": str(uuid.uuid4()), "via": "search", "delegate": person["id"]}
        assert self.call("POST", "/scans", body, "desk")["verdict"] == "admitted"
        return int(person["id"])

    def wait(self, name: str, **other: Any) -> int:
        """Put somebody who is inside on the list; returns the turn."""
        body = {"delegate": self.come(name), **other}
        return int(self.call("POST", "/speakers", body)["id"])

    def act(self, turn: int, action: str, body: Any = None) -> Any:
        return self.call("POST", f"/speakers/{turn}/{action}", body or {})

    def order(self, ids: list[int]) -> None:
        version = self.now()["version"]
        self.call("PUT", "/speakers/order", {"ids": ids, "version": version})


@pytest.fixture
def floor(server: Server) -> Floor:
    found = Floor(server)
    found.clear()
    return found


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def cookies() -> list[Any]:
    """The moderator's cookies: a dozen sign-ins a minute would be refused."""
    return []


@pytest.fixture
def as_moderator(
    sign_in_as: Callable[[Page, str], Page], cookies: list[Any]
) -> Callable[[Page], Page]:
    def sign_in(page: Page) -> Page:
        if cookies:
            page.context.add_cookies(cookies)
        else:
            sign_in_as(page, "moderator")
            cookies.extend(page.context.cookies())
        return page

    return sign_in


@pytest.fixture
def show(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    as_moderator: Callable[[Page], Page],
) -> Open:
    """Open a page of the floor as the moderator."""
    browser = launch()

    def make(path: str, width: int = 1280, height: int = 800, before: str = "") -> Page:
        page = open_page(browser, width, height)
        if before:
            page.add_init_script(before)
        as_moderator(page)
        page.goto(server.page(path))
        return page

    return make


def clock_of(page: Page) -> int:
    return int(page.locator("[role=timer]").get_attribute("data-clock") or "0")


def rows(page: Page) -> Locator:
    return page.locator("#rows [data-turn]")


def expect_order(page: Page, floor: Floor, ids: list[int]) -> None:
    """The list on the page and the server's are in this order."""
    for place, turn in enumerate(ids):
        expect(rows(page).nth(place)).to_have_attribute("data-turn", str(turn))
    assert [turn["id"] for turn in floor.now()["waiting"]] == ids


def box(place: Locator) -> FloatRect:
    """Return where something stands; a list that is drawn anew is looked at again."""
    found: list[FloatRect | None] = [None]

    def stands() -> bool:
        found[0] = place.bounding_box()
        return found[0] is not None

    wait_until(stands)
    assert found[0] is not None
    return found[0]


def undo(page: Page) -> None:
    page.locator(".toast button").click()
