"""Writing opinions down: what is shown is what is stored, and what the minutes say."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import KIOSK
from tests.browser.conftest import Server


def call(server: Server, method: str, path: str, token: str, body: Any = None) -> Any:
    status, answer = server.call(method, path, token, body)
    assert status < 300, answer
    return answer


def called(server: Server, name: str) -> int:
    """Somebody new comes and is called to speak; returns the turn."""
    person = call(server, "POST", "/delegates", "desk", {"name": name, "salutation": "bà"})
    scan = {"scan_id": str(uuid.uuid4()), "via": "search", "delegate": person["id"]}
    call(server, "POST", "/scans", "desk", scan)
    wanted = {"delegate": person["id"], "topic": topics(server)[4]["id"]}
    turn: int = call(server, "POST", "/speakers", "moderator", wanted)["id"]
    call(server, "POST", f"/speakers/{turn}/start", "moderator", {})
    return turn


def topics(server: Server) -> Any:
    return call(server, "GET", "/speakers", "moderator")["topics"]


def stored(server: Server, words: str) -> Any:
    items = call(server, "GET", f"/opinions?q={quote(words.split()[0])}", "organiser")["items"]
    found = next(item["id"] for item in items if item["words"].startswith(words))
    return call(server, "GET", f"/opinions/{found}", "organiser")


@pytest.fixture
def typing(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    called(server, "Ngô Thị Mơ")
    page = sign_in_as(open_page(launch(), 1366, 900), "organiser")
    page.goto(server.page("/opinions/new"))
    expect(page.locator("#f-author")).to_have_value("Ngô Thị Mơ")
    return page


def save(page: Page, words: str) -> None:
    before = page.locator("#taken li").count()
    page.locator("#f-text").focus()
    page.keyboard.insert_text(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#taken li")).to_have_count(before + 1)


def checked(page: Page) -> int:
    return page.locator("input[name=topic]:checked").count()


def test_author_turn_and_topic_change_and_are_cleared_together(
    server: Server, typing: Page
) -> None:
    page, turn = typing, typing.locator("input[name=turn]")
    # Who speaks: the name, the turn, the topic of the request.
    expect(turn).not_to_have_value("")
    expect(page.locator("#in-turn")).to_be_visible()
    assert checked(page) == 1
    # Another name takes them away while it is typed.
    page.fill("#f-author", "Trạm y tế")
    expect(turn).to_have_value("")
    expect(page.locator("#in-turn")).to_be_hidden()
    assert checked(page) == 0
    page.keyboard.press("Alt+3")
    save(page, "Quạt phòng khám hỏng")
    found = stored(server, "Quạt")
    assert (found["authors"][0]["name"], found["turn"]) == ("Trạm y tế", None)
    # Nothing of it stays for the next, which is nobody's until somebody is named.
    expect(page.locator("#f-author")).to_have_value("")
    assert checked(page) == 0
    save(page, "Bể bơi trường học cạn")
    found = stored(server, "Bể")
    assert (found["authors"], found["turn"], found["topic_id"]) == ([], None, None)
    # Who speaks is taken again by one key, and stays for a second matter, shown.
    page.keyboard.press("Alt+p")
    save(page, "Ruộng đầu làng ngập úng")
    expect(page.locator("#f-author")).to_have_value("Ngô Thị Mơ")
    assert checked(page) == 0
    save(page, "Giếng khơi nhiễm phèn")
    for words in ("Ruộng", "Giếng"):
        found = stored(server, words)
        assert found["authors"][0]["name"] == "Ngô Thị Mơ"
        assert str(found["turn"]) == turn.input_value()
    # A slip that the same person had sent is not part of the speech.
    page.locator("input[name=channel][value=slip]").check(force=True)
    expect(turn).to_have_value("")
    save(page, "Phiếu cũ về lịch tiêm")
    assert stored(server, "Phiếu")["turn"] is None
    minutes = server.data / "bien-ban.docx"
    command = [str(KIOSK), "paper", server.demo["meeting"], "bien-ban", "--out", str(minutes)]
    subprocess.run(command, env=server.env, check=True, capture_output=True)
    printed = _words(minutes)
    speech = printed[printed.index("Ngô Thị Mơ") :]
    assert "Ruộng đầu làng" in speech
    assert "Giếng khơi" in speech
    for words in ("Quạt phòng khám", "Bể bơi", "Phiếu cũ"):
        assert words not in printed


def _words(path: Any) -> str:
    return ZipFile(path).read("word/document.xml").decode()


def test_enter_never_stores_half_a_letter(server: Server, typing: Page) -> None:
    page = typing
    page.locator("#f-text").focus()
    page.keyboard.insert_text("Kính gửi Ủy ban,")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("gia đình tôi ở cuối ngõ")
    # Nor from a chip, from the name, or from the tick beside the button.
    for place in ("#f-author", "input[name=channel]:checked", "input[name=read_back]"):
        page.locator(place).focus()
        page.keyboard.press("Enter")
    expect(page.locator("#f-text")).to_have_value("Kính gửi Ủy ban,\ngia đình tôi ở cuối ngõ")
    expect(page.locator("#taken li")).to_have_count(0)
    page.locator("#f-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#taken li")).to_have_count(1)
    assert stored(server, "Kính gửi")["text"] == "Kính gửi Ủy ban,\ngia đình tôi ở cuối ngõ"


def test_a_name_is_erased_only_after_a_question_that_names_it(
    server: Server, typing: Page, axe: Callable[[Page], list[str]]
) -> None:
    page = typing
    save(page, "Tường rào chợ đổ")
    page.goto(server.page(f"/opinions/{stored(server, 'Tường')['id']}"))
    page.locator("[data-open^='#forget-']").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Xóa tên Bà Ngô Thị Mơ?")
    assert axe(page) == []
    dialog.get_by_role("button", name="Giữ tên").click()
    assert stored(server, "Tường")["authors"][0]["name"] == "Ngô Thị Mơ"
    page.locator("[data-open^='#forget-']").click()
    page.locator("dialog[open]").get_by_role("button", name="Xóa tên", exact=True).click()
    expect(page.locator(".by")).to_contain_text("Đã xóa tên")
    found = stored(server, "Tường")
    assert (found["authors"][0]["name"], found["turn"]) == ("", None)
