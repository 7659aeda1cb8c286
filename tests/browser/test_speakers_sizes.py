"""The floor's screens at every size and in every state: whole, nothing below the edge."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_for
from tests.browser.floor import Floor
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import cookies
from tests.browser.floor import floor
from tests.browser.floor import show

__all__ = ["as_moderator", "cookies", "floor", "show"]

Axe = Callable[[Page], list[str]]
HALLS = (
    *((1280, 720), (1280, 800), (1366, 768), (1024, 768), (1920, 1080), (1920, 1200)),
    *((2560, 1440), (2560, 1600), (3840, 2160), (1080, 1920), (768, 1024)),
)
# The device's clock can be moved under the page: time that passes without the server.
SKEW = "window.skew = 0; const real = Date.now; Date.now = () => real.call(Date) + window.skew;"
DAY = 24 * 3600 * 1000

# What is outside of the screen, under the strip, cut by its own box, or gone.
MISPLACED = """() => {
  const strip = document.querySelector('[data-strip]').getBoundingClientRect();
  const seen = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility());
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const found = [];
  for (const e of seen.filter((one) => own(one) || one.matches('[data-strip], [role=timer]'))) {
    const box = e.getBoundingClientRect();
    const name = `${e.id || e.className || e.tagName}: ${e.textContent.trim().slice(0, 40)}`;
    const [right, low] = [innerWidth + 1, innerHeight + 1];
    const out = box.left < -1 || box.top < -1 || box.right > right || box.bottom > low;
    if (out || !box.width) found.push(`outside ${name}`);
    const isStage = !e.closest('[data-strip]');
    if (isStage && box.bottom > strip.top + 1) found.push(`under the strip ${name}`);
    const holds = !e.closest('.digits') && getComputedStyle(e).display !== 'inline';
    if (holds && e.scrollWidth > e.clientWidth + 1) found.push(`cut ${name}`);
  }
  for (const part of ['[data-strip]', '#hour'])
    if (!document.querySelector(part).checkVisibility()) found.push(`gone ${part}`);
  const clock = document.querySelector('[role=timer]');
  const digits = clock.querySelector('.digits').getBoundingClientRect();
  const next = document.querySelector('.next').getBoundingClientRect();
  const covered = clock.checkVisibility() && digits.right > next.left + 1;
  if (covered) found.push('the clock under the names');
  return found;
}"""


def whole_everywhere(hall: Page, state: str) -> None:
    """Everything on the hall's screen is whole at every size."""
    for width, height in HALLS:
        hall.set_viewport_size({"width": width, "height": height})
        # A page is told of its new size a frame later.
        whole = f"([w, h]) => innerWidth === w && innerHeight === h && !({MISPLACED})().length"
        with suppress(AssertionError):
            wait_for(hall, whole, [width, height], 4)
        assert hall.evaluate(MISPLACED) == [], (state, width, height)


OTHER = "Tôn Nữ Hoàng Nguyễn Phước Vĩnh Thụy Khánh Nguyên Đăng Ẵm"
LONGEST = "Công Tằng Tôn Nữ Thị Nguyễn Phương Hoàng Diễm Quỳnh Như Ngọc"


def test_the_hall_is_whole_at_every_size_in_every_state(
    floor: Floor, show: Open, watched: Watched
) -> None:
    watched.expected = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK", "Failed to load resource")
    hall = show("/hall", 1920, 1080, before=SKEW)

    def look(state: str, page: Page = hall) -> None:
        whole_everywhere(page, state)

    floor.call("PATCH", "/speakers", {"slide": "welcome"})
    expect(hall.locator("#full")).to_contain_text("Kính chào")
    look("welcome, before anybody spoke")
    floor.call("PATCH", "/speakers", {"slide": ""})
    opener = floor.wait("Ân Thị An")
    floor.act(opener, "start")
    floor.act(opener, "finish")
    expect(hall.locator("#full")).to_contain_text("Mời")
    look("nobody waits")
    topic = floor.now()["topics"][1]["id"]
    first = floor.wait(LONGEST, topic=topic)
    others = [floor.wait(name) for name in ("Lê Thị Ổi", OTHER, "Nghiêm Xuân Hoàng Ngân")]
    expect(hall.locator("#full")).to_contain_text(LONGEST)
    look("a long name is next")
    floor.act(first, "start")
    expect(hall.locator("#name")).to_have_text(f"Bà {LONGEST}")
    look("speaking, long names")
    floor.act(first, "pause")
    expect(hall.locator("#what")).to_have_text("Đang tạm dừng")
    look("paused")
    floor.act(first, "resume")
    expect(hall.locator("[role=timer][data-kind=fine]")).to_be_visible()
    for skew, kind in ((170_000, "soon"), (400_000, "over"), (5_990_000, "over")):
        hall.evaluate("(skew) => (window.skew = skew)", skew)
        expect(hall.locator(f"[role=timer][data-kind={kind}]")).to_be_visible()
        look(f"{kind} by {skew}")
    hall.evaluate("window.skew = 0")
    body = max(floor.now()["bodies"], key=lambda one: len(one["name"]))
    floor.act(first, "answer", {"body": body["id"]})
    expect(hall.locator("#name")).to_have_text(body["name"])
    look("answering")
    hall.context.set_offline(True)
    expect(hall.locator("#strip[data-net=offline]")).to_be_visible()
    look("offline")
    hall.context.set_offline(False)
    expect(hall.locator("#strip[data-net=online]")).to_be_visible(timeout=15_000)
    for turn in others:
        floor.act(turn, "start")
    expect(hall.locator("#prepare")).to_have_text("Muốn phát biểu, xin giơ tay")
    look("the last one")
    for slide in ("welcome", "break", "conclusions", "closing"):
        more = {"break_minutes": 20} if slide == "break" else {}
        floor.call("PATCH", "/speakers", {"slide": slide, **more})
        expect(hall.locator("#full")).to_be_visible()
        expect(hall.locator("#cdn")).to_be_visible(visible=slide in ("welcome", "break"))
        look(slide)


def test_the_strip_tells_how_many_households_are_here(floor: Floor, show: Open) -> None:
    hall = show("/hall", 1920, 1080)
    told = hall.locator("[data-strip] [data-households]")
    shown = (told.text_content() or "").split("/")[0]
    assert told.get_attribute("data-households") == shown
    expect(hall.locator("[data-strip]")).to_have_attribute("data-households", shown)


CONSOLES = ((1280, 720), (1366, 768), (1280, 800), (1440, 900), (800, 1280))
# The main button is there as a whole: at its corners and its middle it is what one hits.
COVERED = """() => {
  const all = [...document.querySelectorAll('[data-main]')].filter((e) => e.checkVisibility());
  if (all.length !== 1) return [`${all.length} main buttons`];
  const [main] = all;
  const box = main.getBoundingClientRect();
  const points = { middle: [(box.left + box.right) / 2, (box.top + box.bottom) / 2] };
  // Inside of the rounded corners.
  const inset = 9;
  for (const [x, side] of [[box.left + inset, 'left'], [box.right - inset, 'right']])
    for (const [y, end] of [[box.top + inset, 'top'], [box.bottom - inset, 'bottom']])
      points[`${end} ${side}`] = [x, y];
  const found = Object.entries(points).filter(([, [x, y]]) => {
    const hit = document.elementFromPoint(x, y);
    return !hit || !main.contains(hit);
  });
  const cut = main.scrollHeight > main.clientHeight + 1 || main.scrollWidth > main.clientWidth + 1;
  return [...found.map(([name]) => name), ...(cut ? ['its words are cut'] : [])];
}"""


@pytest.mark.parametrize("size", CONSOLES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_consoles_main_button_is_never_covered_cut_or_below_the_edge(
    floor: Floor, show: Open, axe: Axe, size: tuple[int, int]
) -> None:
    page = show("/speakers", *size)

    def reachable(state: str) -> None:
        assert page.evaluate(COVERED) == [], (state, size)
        assert axe(page) == [], (state, size)

    reachable("nobody")
    note = "Đường vào xóm ngập cả tuần sau mỗi trận mưa, trẻ con phải nghỉ học. " * 4
    first = floor.wait(LONGEST, topic=floor.now()["topics"][1]["id"], note=note[:300])
    floor.wait(OTHER)
    expect(page.locator("[data-main]")).to_contain_text(LONGEST)
    reachable("the next has a long name")
    page.locator("[data-main]").click()
    expect(page.locator("#nowbox h2")).to_have_text(f"Bà {LONGEST}")
    expect(page.locator(".toast")).to_be_visible()
    reachable("speaking, with a note and a toast")
    body = floor.now()["bodies"][0]["id"]
    page.locator("[data-main]").click()
    expect(page.locator("#nowbox")).to_have_attribute("data-part", "answer")
    floor.call("PATCH", f"/speakers/{first}", {"body": body})
    page.evaluate(
        "(name) => (document.querySelector('#nowbox h2').textContent = name)",
        "Trung tâm Phục vụ hành chính công và Bộ phận tiếp nhận, trả kết quả giải quyết thủ tục "
        "hành chính của Ủy ban nhân dân phường",
    )
    expect(page.locator(".toast")).to_be_visible()
    reachable("a body's name of three lines answers, with a toast")
    page.locator("[data-main]").click()
    expect(page.locator("#nowbox h2")).to_have_text(f"Bà {OTHER}")
    floor.call("PATCH", "/speakers", {"slide": "break", "break_minutes": 15})
    reachable("a break")


def labels(page: Page) -> list[str | None]:
    return [one.get_attribute("aria-label") for one in page.locator("#rows .btn.icon").all()]


def test_three_of_one_given_name_have_three_menus(floor: Floor, show: Open) -> None:
    for name in ("Đỗ Thị Bền", "Vũ Thị Bền", "Đỗ Thị Bền"):
        floor.wait(name)
    page = show("/speakers")
    expect(page.locator("#rows [data-turn]")).to_have_count(3)
    found = labels(page)
    assert len(set(found)) == 3
    assert found[0] == "Thêm thao tác cho bà Đỗ Thị Bền, số 1"


def test_the_time_of_a_turn_is_told_as_speech_and_answer(floor: Floor, show: Open) -> None:
    floor.wait("Ninh Thị An")
    page = show("/speakers", 1366, 768)
    expect(page.locator("#nowbox")).to_contain_text("3 + 4 phút trả lời")
    expect(page.locator("#how")).to_contain_text(" + ")


def test_who_went_out_is_not_called_not_yet_come_and_a_withdrawn_letter_is_marked(
    server: Server, floor: Floor, show: Open
) -> None:
    person = server.demo["codes"][70]
    scan: dict[str, Any] = {"code": person["code"], "via": "camera"}
    for place, direction in enumerate(("in", "out")):
        if direction == "out":
            floor.call("POST", "/speakers", {"delegate": person["delegate"]})
        body = {
            **scan,
            "scan_id": f"{place}a6f0c52-7d5d-4f6a-9f0e-3d2c1b0a9e88",
            "direction": direction,
        }
        floor.call("POST", "/scans", body, "desk")
    page = show("/speakers")
    row = page.locator("#rows [data-turn]").first
    expect(row).to_contain_text("đã ra ngoài")
    expect(row).not_to_contain_text("chưa đến")
    status, _ = server.call("DELETE", f"/delegates/{person['delegate']}/invitation", "organiser")
    assert status == 204
    expect(row).to_contain_text("đã thu hồi giấy mời")


def test_console_chair_and_hall_know_that_the_meeting_is_over(
    floor: Floor, show: Open, axe: Axe
) -> None:
    floor.wait("Mông Thị An")
    pages = [show(path, 1366, 768, before=SKEW) for path in ("/speakers", "/chair", "/hall")]
    for page in pages:
        wait_for(page, "document.querySelector('#hour').textContent")
        page.evaluate("(day) => (window.skew = 1100 * day)", DAY)
    console, chair, hall = pages
    for page in (console, chair):
        expect(page.locator("main")).to_contain_text("Hội nghị đã xong")
        expect(page.locator("body")).not_to_contain_text("quá ")
        expect(page.locator("main")).not_to_contain_text("Tiếp theo Bà")
        assert axe(page) == []
    expect(console.locator("#helpme")).not_to_be_visible()
    expect(console.locator("#forecast")).not_to_contain_text("Cách kịp giờ")
    assert console.evaluate(COVERED) == []
    expect(hall.locator("#what")).to_have_text("Bế mạc")
    expect(hall.locator("#full")).not_to_contain_text("Mời")
