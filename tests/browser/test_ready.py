"""The checks of a tablet in a real browser, with a camera and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk.plugins.checkin import readiness_pages as ready
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import Server
from tests.browser.conftest import wait_for

Axe = Callable[[Page], list[str]]


@pytest.fixture
def tablet(
    server: Server, launch: Callable[..., Browser], open_page: Callable[..., Page]
) -> Callable[..., Page]:
    """Open the checks as a self-service tablet."""

    def start(*flags: str, width: int = 1280, height: int = 800) -> Page:
        page = open_page(launch(None, *flags), width, height)
        token = server.demo["tokens"]["gate"]
        page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
        page.goto(server.page("/ready"))
        expect(page.locator("#verdict:not([data-level=wait])")).to_be_visible(timeout=30_000)
        return page

    return start


def level(page: Page, name: str, expected: str) -> None:
    expect(page.locator(f"#ck-{name}")).to_have_attribute("data-level", expected)


def test_with_a_camera_the_checks_measure_and_the_decoder_reads_our_picture(
    server: Server, tablet: Callable[..., Page], axe: Axe
) -> None:
    page = tablet(*FAKE_CAMERA)
    # How quick a camera is depends on the machine of the test; that it is measured does not.
    expect(page.locator("#ck-camera")).to_have_attribute("data-level", re.compile("ok|warn"))
    expect(page.locator("#ck-camera .m")).to_contain_text("hình mỗi giây")
    level(page, "decoder", "ok")
    expect(page.locator("#ck-decoder .m")).to_contain_text("đọc đúng hình thử")
    level(page, "network", "ok")
    expect(page.locator("#ck-network .m")).to_contain_text("danh sách 130 người")
    level(page, "secure", "ok")
    level(page, "clock", "ok")
    # A browser that was never used promises nothing: said, and what to do.
    level(page, "storage", "warn")
    expect(page.locator("#todo")).to_contain_text("Thêm trang này vào màn hình chính")
    expect(page.locator("#verdict h1")).to_have_text("Còn 1 việc nên làm")
    assert axe(page) == []
    listed = server.call("GET", "/devices", "organiser")[1]["items"]
    told = next(item for item in listed if item["name"] == "Bàn đón số 1")
    assert (told["camera"], told["persisted"], told["in_contact"]) == ("ready", False, True)


def test_a_browser_that_keeps_data_is_ready_and_the_door_becomes_the_main_button(
    tablet: Callable[..., Page],
) -> None:
    page = tablet(*FAKE_CAMERA)
    page.add_init_script("navigator.storage.persist = async () => true")
    page.reload()
    expect(page.locator("#verdict")).to_have_attribute("data-level", "ok", timeout=30_000)
    expect(page.locator("#verdict h1")).to_have_text("Máy sẵn sàng đón khách")
    expect(page.locator("#enter")).to_have_text("Vào màn hình đón")
    expect(page.locator("#again")).to_be_hidden()
    page.locator("#try").click()
    expect(page.locator("#video")).to_be_visible()


def test_without_a_camera_the_page_says_what_still_works_and_lets_people_in(
    server: Server, tablet: Callable[..., Page], axe: Axe
) -> None:
    page = tablet()
    level(page, "camera", "warn")
    expect(page.locator("#todo")).to_contain_text("Dùng máy quét cầm tay hoặc gõ số")
    assert axe(page) == []
    page.locator("#enter").click()
    expect(page).to_have_url(server.page("/kiosk"))


def test_a_refused_camera_says_where_to_allow_it_and_is_asked_again(
    tablet: Callable[..., Page],
) -> None:
    page = tablet()
    page.add_init_script(
        "window.asked = 0; navigator.mediaDevices.getUserMedia ="
        " async () => { window.asked += 1; throw new DOMException('no', 'NotAllowedError') }"
    )
    page.reload()
    expect(page.locator("#ck-camera")).to_have_attribute("data-level", "stop", timeout=30_000)
    expect(page.locator("#todo")).to_contain_text("cho phép máy quay, rồi kiểm lại")
    page.locator("#again").click()
    wait_for(page, "window.asked === 2")
    level(page, "camera", "stop")


def test_a_clock_two_hours_off_is_told_with_what_to_do(tablet: Callable[..., Page]) -> None:
    page = tablet()
    page.add_init_script("const real = Date.now; Date.now = () => real() - 7200000")
    page.reload()
    expect(page.locator("#ck-clock")).to_have_attribute("data-level", "warn", timeout=30_000)
    expect(page.locator("#ck-clock .m")).to_have_text("chậm 120 phút")
    expect(page.locator("#todo")).to_contain_text("Bật ngày giờ tự động")


def test_only_a_person_says_whether_the_tone_is_heard(tablet: Callable[..., Page]) -> None:
    page = tablet()
    level(page, "sound", "ask")
    page.locator("#play").click()
    expect(page.locator("#ck-sound .m")).to_have_text("có nghe tiếng báo không?")
    page.locator("#silent").click()
    level(page, "sound", "warn")
    expect(page.locator("#todo")).to_contain_text("Vặn to âm lượng")
    page.locator("#play").click()
    page.locator("#heard").click()
    level(page, "sound", "ok")


LONG, SHORT = ready.LONG_SAMPLE, ready.SHORT_SAMPLE


@pytest.mark.parametrize(
    ("typed", "end", "kind", "words"),
    [
        (LONG, "Enter", "ok", "Có phím Enter sau mã."),
        (LONG, "", "ok", "Chưa có phím Enter"),
        (LONG.lower(), "Enter", "case", "Gõ chữ thường, không sao."),
        (LONG.replace("Z", "Y").replace("Q", "A"), "Enter", "changed", "English (US)"),
        (LONG + LONG, "Enter", "twice", "Rút máy quét ra"),
        ("".join(char * 2 for char in LONG), "Enter", "twice", "Rút máy quét ra"),
        (LONG[:9] + LONG[12:], "Enter", "cut", "gõ chậm hơn"),
        (f"]Q1{LONG}", "Enter", "extra", "No prefix"),
        ("HTTPS://EXAMPLE.VN/ABC", "Enter", "other", "mã 1 hoặc mã 2"),
    ],
)
def test_the_scanner_is_told_what_it_does_wrong(
    tablet: Callable[..., Page], typed: str, end: str, kind: str, words: str
) -> None:
    page = tablet()
    page.locator("[data-open='#try-scanner']").click()
    expect(page.locator("#test")).to_be_focused()
    page.keyboard.type(typed)
    if end:
        page.keyboard.press(end)
    expect(page.locator("#told")).to_have_attribute("data-kind", kind)
    expect(page.locator("#told")).to_contain_text(words)


def test_both_codes_typed_rightly_prove_the_scanner(tablet: Callable[..., Page], axe: Axe) -> None:
    page = tablet()
    page.locator("[data-open='#try-scanner']").click()
    for code in (LONG, SHORT):
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    expect(page.locator("#code-1")).to_have_class("yes")
    assert axe(page) == []
    page.keyboard.press("Escape")
    level(page, "scanner", "ok")
    expect(page.locator("#ck-scanner .m")).to_have_text("đã gõ đúng cả hai mã")


@pytest.mark.parametrize(("width", "height"), [(800, 1280), (390, 844)])
def test_the_checks_fit_upright_tablets_and_telephones(
    tablet: Callable[..., Page], width: int, height: int
) -> None:
    page = tablet(width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("#enter")).to_be_visible()
