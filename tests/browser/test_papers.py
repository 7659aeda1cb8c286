"""Papers in a real browser: the minutes grow by themselves and are corrected by keyboard."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server


@pytest.fixture
def office(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    return sign_in_as(open_page(launch(), 1440, 900), "organiser")


def _come(server: Server, person: dict[str, Any]) -> None:
    server.call("PATCH", "", "organiser", {"doors": "open"})
    scan = {"scan_id": str(uuid.uuid4()), "code": person["code"], "via": "camera"}
    assert server.call("POST", "/scans", "gate", scan)[0] == 200


def test_the_minutes_grow_while_people_speak_and_are_corrected(
    server: Server, office: Page, axe: Callable[[Page], list[str]]
) -> None:
    person = server.demo["codes"][40]
    _come(server, person)
    office.goto(server.page("/papers/bien-ban/words"))
    text = office.locator("#text")
    expect(text).not_to_contain_text(person["name"])
    status, turn = server.call("POST", "/speakers", "moderator", {"delegate": person["delegate"]})
    assert status == 201
    server.call("POST", f"/speakers/{turn['id']}/start", "moderator")
    # Nobody reloads: the page follows the record.
    expect(text).to_contain_text(person["name"])
    opinion = {
        "channel": "spoken",
        "turn": turn["id"],
        "authors": [{"delegate": person["delegate"]}],
        "matters": [{"text": "Cống ngõ 5 hay tắc khi mưa to"}],
    }
    assert server.call("POST", "/opinions", "organiser", opinion)[0] == 201
    expect(text).to_contain_text("Cống ngõ 5 hay tắc khi mưa to")
    assert axe(office) == []
    office.locator("#p-adopted a").focus()
    office.keyboard.press("Enter")
    expect(office.locator("#words")).to_be_focused()
    assert axe(office) == []
    office.keyboard.press("ControlOrMeta+a")
    office.keyboard.type("Biên bản được đọc lại và thông qua.")
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    expect(office.locator("#p-adopted")).to_contain_text("Biên bản được đọc lại và thông qua.")
    expect(office.locator(".hist")).to_contain_text("Biên bản được thông qua tại hội nghị.")


def test_a_number_is_recorded_and_stands_in_the_picture(
    server: Server, office: Page, axe: Callable[[Page], list[str]]
) -> None:
    office.goto(server.page("/papers?kind=thong-bao-ket-luan"))
    picture = office.locator(".pv img")
    assert (
        picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 800
    )
    assert axe(office) == []
    office.fill("input[name=number]", "9")
    office.fill("input[name=dated_on]", "2026-11-02")
    office.locator("form.no button.primary").click()
    expect(office.locator(".pr.on .so")).to_have_text("09/TB-UBND")
    office.goto(server.page("/papers/templates"))
    assert axe(office) == []
