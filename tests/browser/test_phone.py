"""The delegate's phone in a real browser: from the invitation to the speech, without a network."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk import clock
from tests.browser.conftest import Server

PHONE = (390, 844)
# The page looks every five seconds when the turn is near, give or take.
SOON_MS = 12_000
HEAVIEST = 60_000

Axe = Callable[[Page], list[str]]


@pytest.fixture
def phone(launch: Callable[..., Browser], open_page: Callable[..., Page]) -> Page:
    return open_page(launch(), *PHONE)


def _households(server: Server) -> list[dict[str, Any]]:
    return [code for code in server.demo["codes"] if code["delegate"] > 30]


def _scan(server: Server, code: str) -> str:
    body = {
        "scan_id": str(uuid.uuid4()),
        "code": code,
        "scanned_at": datetime.now(clock.VN).isoformat(timespec="seconds"),
        "via": "camera",
    }
    status, verdict = server.call("POST", "/scans", "gate", body)
    assert status == 200
    found: str = verdict["verdict"]
    return found


def _seat(server: Server, people: list[dict[str, Any]]) -> list[int]:
    """Let people in, put them on the list in this order; returns their turns."""
    server.call("PATCH", "", "organiser", {"doors": "open"})
    for guest in people:
        assert _scan(server, guest["code"]) == "admitted"
        server.call("POST", "/speakers", "moderator", {"delegate": guest["delegate"]})
    found = server.call("GET", "/speakers", "moderator")[1]
    turns = {entry["delegate"]: entry["id"] for entry in found["waiting"]}
    order = [turns[guest["delegate"]] for guest in people]
    body = {"ids": order, "version": found["version"]}
    assert server.call("PUT", "/speakers/order", "moderator", body)[0] == 200
    return order


def _is_wide(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wide


def _answer_and_ask(phone: Page, url: str, name: str, axe: Axe) -> None:
    phone.goto(url)
    expect(phone.locator("h1")).to_contain_text(name)
    assert axe(phone) == []
    phone.get_by_role("button", name="Tôi sẽ dự").click()
    expect(phone.locator(".done h1")).to_contain_text("đã nhận lời")
    assert axe(phone) == []

    phone.get_by_role("link", name="Đăng ký phát biểu").click()
    phone.get_by_role("radio", name="Đất đai, môi trường").check()
    phone.locator("textarea").fill("Rãnh thoát nước ngõ 6 hay tắc khi mưa to.")
    assert axe(phone) == []
    phone.get_by_role("button", name="Đăng ký").click()
    expect(phone.locator(".pl")).to_have_attribute("data-state", "expected")
    expect(phone.locator(".what")).to_contain_text("Rãnh thoát nước")


def test_the_whole_way_from_the_invitation_to_the_speech(
    server: Server, phone: Page, axe: Axe
) -> None:
    me, first, second, later = _households(server)[:4]
    _answer_and_ask(phone, f"{server.url}/I/{me['code']}", me["name"], axe)
    place = phone.locator(".pl")
    order = _seat(server, [first, second, me, later])
    server.call("POST", f"/speakers/{order[0]}/start", "moderator", {})
    phone.reload()
    expect(place).to_have_attribute("data-state", "waiting")
    expect(place.locator(".n")).to_have_text("2")
    running = phone.locator(".sp [data-clock]")
    was = running.get_attribute("data-clock")
    expect(running).not_to_have_attribute("data-clock", was or "", timeout=3000)
    assert axe(phone) == []
    assert not _is_wide(phone)

    # From here on nobody touches the phone: it follows by itself.
    server.call("POST", f"/speakers/{order[1]}/start", "moderator", {})
    following = phone.locator(".full.next")
    expect(following).to_be_visible(timeout=SOON_MS)
    expect(following.locator("h1")).to_contain_text("Sắp đến lượt")
    expect(phone.locator("#said")).to_contain_text("Sắp đến lượt")
    assert axe(phone) == []
    following.get_by_role("button", name="Xin lùi một lượt").click()
    expect(place.locator(".n")).to_have_text("2")
    expect(following).to_have_count(0)
    server.call("POST", f"/speakers/{order[3]}/start", "moderator", {})
    expect(following).to_be_visible(timeout=SOON_MS)
    following.get_by_role("link", name="Tôi đã sẵn sàng").click()
    expect(following).to_be_hidden()
    server.call("POST", f"/speakers/{order[2]}/start", "moderator", {})
    speaking = phone.locator(".full.on")
    expect(speaking).to_be_visible(timeout=SOON_MS)
    assert 160 <= int(speaking.locator("[data-clock]").get_attribute("data-clock") or "0") <= 180
    assert axe(phone) == []
    server.call("POST", f"/speakers/{order[2]}/finish", "moderator", {})
    expect(speaking).to_have_count(0, timeout=SOON_MS)
    expect(phone.locator("main")).to_contain_text("đã phát biểu lúc")


def test_a_question_is_not_wiped_away_while_it_is_written_and_another_may_come_instead(
    server: Server, phone: Page, axe: Axe
) -> None:
    me = _households(server)[5]
    phone.goto(f"{server.url}/I/{me['code']}")
    phone.get_by_role("link", name="Nhờ người khác đi thay").click()
    assert axe(phone) == []
    phone.get_by_label("Họ và tên").fill("Trần Văn Nam")
    phone.get_by_role("radio", name="Con").check()
    phone.get_by_role("button", name="Gửi trả lời").click()
    expect(phone.locator(".done h1")).to_have_text("Trần Văn Nam sẽ đi thay")
    phone.get_by_role("link", name="Gửi câu hỏi bằng chữ").click()
    phone.get_by_role("textbox").fill("Đèn đường ngõ 2 bao giờ sửa?")
    assert axe(phone) == []
    phone.get_by_role("button", name="Gửi câu hỏi").click()
    expect(phone.locator(".q")).to_contain_text("Đèn đường ngõ 2")
    phone.get_by_role("button", name="Rút lại câu hỏi").click()
    expect(phone.locator(".q")).to_have_count(0)


def test_larger_letters_keep_everything_inside_the_screen(
    server: Server, phone: Page, axe: Axe
) -> None:
    me = _households(server)[6]
    phone.goto(f"{server.url}/I/{me['code']}")
    for size in ("125", "150", "100"):
        before = phone.locator("h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        phone.locator(".size").click()
        expect(phone.locator(".page")).to_have_attribute("data-text", size)
        after = phone.locator("h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert (after > before) == (size != "100")
        assert not _is_wide(phone)
        assert axe(phone) == []


def test_the_first_load_is_light_and_the_page_stays_without_a_network(
    server: Server, phone: Page
) -> None:
    me = _households(server)[7]
    weights: list[int] = []
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda e: weights.append(int(e["encodedDataLength"])))
    phone.goto(f"{server.url}/I/{me['code']}", wait_until="networkidle")
    # With the headers of every answer.
    assert 10_000 < sum(weights) < HEAVIEST
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The worker keeps what passes through it from the second time on.
    phone.reload(wait_until="networkidle")
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("h1")).to_contain_text(me["name"])
    expect(phone.locator(".qrw .qr")).to_be_visible()
    expect(phone.locator("#off")).to_contain_text("Mã này vẫn dùng được tại bàn đón tiếp")
    phone.context.set_offline(False)
    expect(phone.locator("#off")).to_be_hidden(timeout=SOON_MS)


def test_everyone_reads_the_public_page_and_sends_a_question(
    server: Server, phone: Page, axe: Axe
) -> None:
    phone.goto(f"{server.url}/p/{server.demo['meeting']}")
    expect(phone.locator("h1")).to_have_text("Đối thoại với nhân dân khu Kim Đồng")
    assert axe(phone) == []
    assert not _is_wide(phone)
    phone.get_by_role("link", name="Gửi câu hỏi bằng chữ").click()
    phone.get_by_label("Nội dung câu hỏi").fill("Đèn đường ngõ 2 bao giờ sửa?")
    assert axe(phone) == []
    phone.get_by_role("button", name="Gửi câu hỏi").click()
    expect(phone.locator(".thanks")).to_contain_text(re.compile(r"mang số \d+ trong sổ"))
    assert axe(phone) == []


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_organiser_sees_what_is_next_at_both_sizes(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    axe: Axe,
    size: tuple[int, int],
) -> None:
    page = sign_in_as(open_page(launch(), *size), "organiser")
    for path in ("", "/programme", "/dates"):
        page.goto(server.page(path))
        expect(page.locator("h1")).to_be_visible()
        assert axe(page) == []
        assert not _is_wide(page)
    page.goto(server.page(""))
    expect(page.locator(".steps .st")).to_have_count(5)
    expect(page.locator(".rsvps")).to_contain_text("Trả lời giấy mời")


@pytest.mark.parametrize("path", ["", "/reply", "/reply?answer=other", "/speak", "/question"])
def test_every_form_is_there_without_a_script(
    server: Server, launch: Callable[..., Browser], path: str
) -> None:
    me = _households(server)[8]
    context = launch().new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}
    )
    page = context.new_page()
    page.goto(f"{server.url}/I/{me['code']}{path}")
    expect(page.locator("form button").first).to_be_visible()
    if not path:
        page.get_by_role("button", name="Tôi sẽ dự").click()
        expect(page.locator(".done h1")).to_contain_text("đã nhận lời")
