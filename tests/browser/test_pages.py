"""Every page in a real browser: no other host, no complaint, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched

ORGANISER = (
    "",
    "/edit",
    "/delegates",
    "/delegates/new",
    "/import",
    "/invitations",
    "/invitations?show=31",
    "/devices",
    "/people",
    "/attendance",
    "/speakers",
    "/speakers/record",
    "/chair",
    "/hall",
    "/kiosk",
)


@pytest.fixture(scope="module")
def signed_in_state() -> dict[str, object]:
    return {}


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_pages_fit_the_screen_and_ask_no_other_host(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    size: tuple[int, int],
) -> None:
    page = sign_in_as(open_page(launch(), *size), "organiser")
    for path in ORGANISER:
        page.goto(server.page(path))
        expect(page.locator("h1").first).to_be_attached()
        if path in {"/hall"}:
            continue  # scaled as a whole to the screen
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], f"{path} is {width} wide"


def test_open_pages_answer_without_signing_in(
    server: Server, launch: Callable[..., Browser], open_page: Callable[..., Page], watched: Watched
) -> None:
    page = open_page(launch(), 390, 844)
    for path in ("/login", "/pair", f"/p/{server.demo['meeting']}"):
        page.goto(server.url + path)
        expect(page.locator("h1").first).to_be_visible()
    code = server.demo["codes"][-1]
    page.goto(f"{server.url}/I/{code['code']}")
    expect(page.locator("h1")).to_contain_text(code["name"])
    watched.expected = ("404",)
    page.goto(f"{server.url}/nothing")
    expect(page.locator("h1")).to_have_text("Không tìm thấy trang này")


def test_the_moderator_drives_the_floor_and_takes_steps_back(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    for code in server.demo["codes"][40:43]:
        body = {"delegate": code["delegate"]}
        assert server.call("POST", "/speakers", "moderator", body)[0] == 201
    page = sign_in_as(open_page(launch(), 1280, 800), "moderator")
    page.goto(server.page("/speakers"))
    names = [code["name"] for code in server.demo["codes"][40:43]]
    rows = page.locator("#rows [data-turn] b")
    expect(rows).to_have_count(3)
    page.locator("#rows [data-turn]").nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(1)).to_contain_text(names[2])
    page.locator(".toasts button").click()
    expect(rows.nth(2)).to_contain_text(names[2])
    page.locator("#rows [data-turn] .btn.icon").first.click()
    page.locator("#menu [data-do=absent]").click()
    expect(rows.nth(2)).to_contain_text(names[0])
    page.locator("#settings").click()
    page.locator("[data-setting=open]").uncheck()
    expect(page.locator("#closedchip")).to_be_visible()
    page.locator("#settingsdialog [data-close]").click()
    page.locator("#add").click()
    page.fill("#find", server.demo["codes"][50]["name"].lower())
    page.locator("#found button").first.click()
    expect(rows).to_have_count(4)
    first, second = (
        page.locator("#rows [data-turn]").nth(2),
        page.locator("#rows [data-turn]").nth(0),
    )
    first.drag_to(second, target_position={"x": 100, "y": 5})
    expect(rows.nth(0)).to_contain_text(names[0])
