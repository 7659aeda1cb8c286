"""The secretary types by keyboard while people speak; the board; a body answers."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import FilePayload
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_for

SECONDS_A_MATTER = 20
# A quick typist: 300 letters a minute would be 200; what counts is no hand on the mouse.
MILLISECONDS_A_KEY = 15


def call(server: Server, method: str, path: str, token: str, body: Any = None) -> Any:
    status, answer = server.call(method, path, token, body)
    assert status < 300, answer
    return answer


@pytest.fixture
def speaker(server: Server) -> str:
    """Somebody comes, asks to speak and is called; returns the name."""
    name = "Trần Thị Mận"
    person = call(server, "POST", "/delegates", "desk", {"name": name, "salutation": "bà"})
    scan = {"scan_id": str(uuid.uuid4()), "via": "search", "delegate": person["id"]}
    call(server, "POST", "/scans", "desk", scan)
    turn = call(server, "POST", "/speakers", "moderator", {"delegate": person["id"]})
    call(server, "POST", f"/speakers/{turn['id']}/start", "moderator", {})
    slip = {"matters": [{"text": "Loa đầu khu rè"}], "authors": [{"delegate": person["id"]}]}
    call(server, "POST", "/opinions", "organiser", slip)
    return name


def write(page: Page, words: str) -> None:
    page.keyboard.type(words, delay=MILLISECONDS_A_KEY)


def _next_person(page: Page, name: str) -> None:
    # The next person, found by a few letters without accents.
    page.keyboard.press("Alt+n")
    expect(page.locator("#f-author")).to_be_focused()
    began = time.monotonic()
    write(page, name.lower())
    expect(page.locator("#people li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=delegate]")).not_to_have_value("")
    write(page, "Sân trường mầm non thiếu bóng mát")
    page.keyboard.press("Enter")
    write(page, "Mong phường cho trồng thêm cây")
    page.keyboard.press("Alt+4")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#f-text")).to_have_value("")
    assert time.monotonic() - began < SECONDS_A_MATTER


def _without_the_server(page: Page) -> None:
    # What the server does not take stays, with a sentence.
    page.keyboard.press("Alt+p")
    page.context.set_offline(True)
    write(page, "Mất mạng")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#wrong")).to_be_visible()
    expect(page.locator("#f-text")).to_have_value("Mất mạng")
    page.context.set_offline(False)


def test_typing_by_keyboard_from_queue_to_board(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    speaker: str,
) -> None:
    page = sign_in_as(open_page(launch(), 1440, 900), "organiser")
    page.goto(server.page("/opinions/new"))
    expect(page.locator("#speaking b").first).to_have_text(speaker)
    taken = page.locator("#taken li")

    # What the speaker had sent before is answered aloud: one press.
    prepared = page.locator(".prep")
    expect(prepared).to_contain_text("Loa đầu khu rè")
    prepared.locator("button").click()
    expect(prepared.locator("button")).to_have_count(0)

    # One who speaks, two matters: the speaker is filled in, Ctrl and Enter write down.
    expect(page.locator("#f-author")).to_have_value(speaker)
    expect(page.locator("#f-text")).to_be_focused()
    began = time.monotonic()
    write(page, "Chợ cóc lấn chiếm lòng đường ở đầu khu vào buổi sáng")
    page.keyboard.press("Alt+6")
    page.keyboard.press("Control+Enter")
    expect(taken).to_have_count(1)
    assert time.monotonic() - began < SECONDS_A_MATTER
    expect(page.locator("#f-text")).to_be_focused()
    expect(page.locator("#f-text")).to_have_value("")

    # The same as a slip of before: offered while typing, joined with one key.
    write(page, "Cống thoát nước ngõ 5 tắc, mưa to là nước tràn vào sân")
    expect(page.locator("#alike")).to_be_visible()
    expect(page.locator("#alike a").first).to_have_text(re.compile(r"Số 1$"))
    page.keyboard.press("Alt+j")
    expect(taken).to_have_count(3)
    expect(taken.first).to_contain_text("giữ đủ tên")

    _next_person(page, server.demo["codes"][60]["name"])
    expect(taken).to_have_count(4)
    _without_the_server(page)

    page.goto(server.page("/opinions"))
    card = page.locator(".kc", has_text="Chợ cóc lấn chiếm")
    expect(card).to_be_visible()
    page.fill(".find input[name=q]", "cho coc")
    page.keyboard.press("Enter")
    expect(page.locator(".kc")).to_have_count(1)
    card.click()
    expect(page.locator("blockquote")).to_contain_text("Chợ cóc")
    expect(page.locator(".by b")).to_have_text(f"Bà {speaker}")
    page.locator("form[action$='/assign'] button.primary").click()
    expect(page.locator(".top .chip")).to_contain_text("Đã phân công")


@pytest.fixture
def quiet(watched: Watched) -> None:
    # The answer that never came is part of the test.
    watched.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource")


pytestmark = pytest.mark.usefixtures("quiet")


def test_the_board_follows_the_register(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    page = sign_in_as(open_page(launch(), 390, 844), "organiser")
    page.goto(server.page("/opinions"))
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    expect(page.locator(".kcol.open .kc").first).to_be_visible()
    page.locator(".colsel a").nth(1).click()
    expect(page.locator(".kcol.open .kc").first).to_have_attribute(
        "data-state", re.compile("assigned|preparing")
    )
    body = {"channel": "phone", "matters": [{"text": "Loa truyền thanh bị rè"}]}
    # The stream is there when it has sent its first snapshot.
    wait_for(page, "document.querySelector('#follow').dataset.live === '1'")
    call(server, "POST", "/opinions", "organiser", body)
    expect(page.locator(".toast")).to_be_visible()
    page.locator(".toast button").click()
    page.locator(".colsel a").first.click()
    expect(page.locator(".kcol.open .kc", has_text="Loa truyền thanh")).to_be_visible()


def test_a_body_signs_in_answers_and_attaches_a_picture(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> None:
    browser = launch()
    office = sign_in_as(open_page(browser, 1440, 900), "organiser")
    office.goto(server.page("/people"))
    office.fill("input[name=name]", "Cán bộ Địa chính")
    office.fill("input[name=email]", "diachinh@tandan.example")
    office.check("input[name=role][value=body]", force=True)
    office.select_option("select[name=body]", label="Địa chính - Xây dựng")
    office.click("form.add button.primary")
    link = office.input_value("input.link")

    page = open_page(browser, 390, 844)
    page.goto(link)
    page.fill("input[name=password]", "mot mat khau dai")
    page.click("form button.primary")
    page.goto(server.page("/opinions"))
    items = page.locator(".it")
    expect(items.first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    items.first.click()
    page.fill("textarea[name=answer]", "Đã nạo vét toàn tuyến, xong ngày 08/11.")
    page.check("input[value=settled]")
    picture = FilePayload(
        name="sau-nao-vet.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0x"
    )
    page.set_input_files("input[type=file]", picture)
    expect(page.locator(".pc .chip")).to_contain_text("sau-nao-vet.jpg")
    page.locator("button[name=send]").click()
    expect(page.locator(".banner").first).to_contain_text("Thư ký đã nhận được")

    number = re.search(r"/opinions/(\d+)", page.url)
    assert number is not None
    office.goto(server.page(f"/opinions/{number.group(1)}"))
    expect(office.locator("textarea[name=answer]")).to_have_value(
        "Đã nạo vét toàn tuyến, xong ngày 08/11."
    )
    expect(office.locator(".ans .chip").first).to_contain_text("mời đọc")
