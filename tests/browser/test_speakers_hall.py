"""The hall screen and the chairman's view in every state, for eyes far away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.floor import Floor
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import clock_of
from tests.browser.floor import cookies
from tests.browser.floor import floor
from tests.browser.floor import show
from tests.browser.test_speakers import LOOK

__all__ = ["as_moderator", "cookies", "floor", "show"]

Axe = Callable[[Page], list[str]]


def readable(hall: Page, axe: Axe) -> None:
    """Nothing is small, cut or hard to see."""
    small, cut = hall.evaluate(LOOK)
    assert small == []
    assert cut == []
    assert axe(hall) == []


def test_the_hall_shows_who_answers_whom_with_the_answers_own_clock(
    floor: Floor, show: Open, axe: Axe
) -> None:
    turn = floor.wait("Trần Nguyễn Hoàng Phương Thảo Nguyên", topic=first_topic(floor))
    floor.wait("Mạc Thị Bích")
    hall = show("/hall", 1920, 1080)
    floor.act(turn, "start")
    expect(hall.locator("#what")).to_have_text("Đang phát biểu")
    readable(hall, axe)
    floor.act(turn, "answer", {"seconds": 300})
    expect(hall.locator("#what")).to_have_text("Đang trả lời")
    expect(hall.locator("#where")).to_contain_text("Trả lời bà Trần Nguyễn")
    expect(hall.locator("#of")).to_have_text("trong 5 phút")
    assert 295 <= clock_of(hall) <= 300
    readable(hall, axe)
    floor.act(turn, "follow_up", {"seconds": 60})
    expect(hall.locator("#what")).to_have_text("Đang hỏi thêm")
    expect(hall.locator("#name")).to_contain_text("Bà Trần Nguyễn")


def first_topic(floor: Floor) -> int:
    return int(floor.now()["topics"][0]["id"])


@pytest.mark.parametrize(
    ("slide", "what", "words"),
    [
        ("welcome", "", "Kính chào quý đại biểu"),
        ("break", "Nghỉ giải lao", "Tiếp tục lúc"),
        ("conclusions", "Kết luận", "ý kiến"),
        ("closing", "Bế mạc", "Trân trọng cảm ơn quý đại biểu"),
    ],
)
def test_the_moderator_changes_what_the_hall_sees_and_calling_somebody_brings_the_list_back(
    floor: Floor, show: Open, axe: Axe, slide: str, what: str, words: str
) -> None:
    turn = floor.wait("Ngụy Thị An")
    console, hall = show("/speakers"), show("/hall", 1920, 1080)
    console.locator("#screen").click()
    assert axe(console) == []
    console.locator(f"#slides [data-slide={slide}]").last.click()
    expect(hall.locator("#full")).to_contain_text(words)
    if what:
        expect(hall.locator("#what")).to_have_text(what)
    if slide == "break":
        expect(hall.locator("#minutes")).to_have_text("20")
        expect(hall.locator("#small")).to_have_text("Mở đầu: bà Ngụy Thị An")
    readable(hall, axe)
    expect(console.locator(".banner.slide")).to_be_visible()
    floor.act(turn, "start")
    expect(hall.locator("#name")).to_have_text("Bà Ngụy Thị An")
    expect(hall.locator("#full")).not_to_be_visible()


def test_the_conclusions_say_what_came_of_the_opinions(floor: Floor, show: Open) -> None:
    before = floor.now()["outcomes"]
    for outcome, given in (("answered", "An"), ("written", "Bích"), ("passed", "Cúc")):
        turn = floor.wait(f"Thân Thị {given}")
        floor.act(turn, "start")
        floor.act(turn, "answer")
        floor.call("PATCH", f"/speakers/{turn}", {"outcome": outcome})
        floor.act(turn, "finish")
    floor.call("PATCH", "/speakers", {"slide": "conclusions"})
    hall = show("/hall", 1920, 1080)
    expect(hall.locator("#big")).to_contain_text(f"{before['answered'] + 1} trả lời ngay")
    expect(hall.locator("#big")).to_contain_text("giao việc có hạn")
    expect(hall.locator("#big")).to_contain_text("chuyển cấp trên")


def test_a_hall_without_the_network_goes_on_counting_and_says_so_quietly(
    floor: Floor, show: Open, axe: Axe, watched: Watched
) -> None:
    watched.expected = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK")
    turn = floor.wait("Lục Thị An")
    floor.act(turn, "start")
    hall = show("/hall", 1920, 1080)
    expect(hall.locator("#strip[data-net=online]")).to_be_visible()
    hall.context.set_offline(True)
    expect(hall.locator("#strip[data-net=offline]")).to_contain_text("đồng hồ vẫn đúng")
    was = clock_of(hall)
    expect(hall.locator("[role=timer]")).not_to_have_attribute("data-clock", str(was))
    assert abs(clock_of(hall) - floor.now()["clock"]["remaining"]) <= 1
    readable(hall, axe)
    hall.context.set_offline(False)
    expect(hall.locator("#strip[data-net=online]")).to_be_visible(timeout=8000)


def test_the_strip_counts_the_house_and_follows_the_door(floor: Floor, show: Open) -> None:
    hall = show("/hall", 1920, 1080)
    was = int(hall.locator("#present").text_content() or "0")
    floor.come("Trương Thị An")
    expect(hall.locator("#present")).to_have_text(str(was + 1))


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (390, 844)])
def test_the_chairmans_view_is_readable_and_has_nothing_to_press_in_any_state(
    floor: Floor, show: Open, axe: Axe, size: tuple[int, int]
) -> None:
    turn = floor.wait("Tạ Thị Hương", topic=first_topic(floor), note="Đường làng hay ngập")
    floor.wait("Tạ Thị Khánh")
    chair = show("/chair", *size)
    expect(chair.locator("#what")).to_have_text("Tiếp theo")
    assert axe(chair) == []
    floor.act(turn, "start")
    expect(chair.locator("#note")).to_have_text("“Đường làng hay ngập”")
    assert axe(chair) == []
    floor.act(turn, "answer")
    expect(chair.locator("#what")).to_have_text("Đang trả lời")
    expect(chair.locator("#about")).to_contain_text("Trả lời bà Tạ Thị Hương")
    expect(chair.locator("#bodysub")).to_contain_text("Trả lời xong tại hội nghị")
    expect(chair.locator("#ends")).to_contain_text("Dự kiến xong")
    assert axe(chair) == []
    expect(chair.locator("button, a, input, select, [tabindex]")).to_have_count(0)
    small = chair.evaluate(
        """() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
        && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
        && parseFloat(getComputedStyle(e).fontSize) < 20).map((e) => e.textContent)"""
    )
    assert small == []


def test_who_spoke_is_on_a_page_with_files_and_the_picture(
    server: Server, floor: Floor, show: Open, axe: Axe
) -> None:
    turn = floor.wait("Viên Thị An", topic=first_topic(floor))
    floor.act(turn, "start")
    floor.act(turn, "finish")
    page = show("/speakers/record")
    expect(page.locator("table").first).to_contain_text("Bà Viên Thị An")
    picture = page.locator(".flow img")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 0")
    with page.expect_download() as csv:
        page.get_by_role("link", name="CSV").click()
    assert csv.value.suggested_filename.endswith(".csv")
    with page.expect_download() as book:
        page.get_by_role("link", name="Excel").click()
    assert book.value.suggested_filename.endswith(".xlsx")
    assert axe(page) == []
