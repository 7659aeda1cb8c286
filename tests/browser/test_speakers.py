"""Console, hall screen and chairman's view beside each other."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.floor import Floor
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import box
from tests.browser.floor import clock_of
from tests.browser.floor import cookies
from tests.browser.floor import floor
from tests.browser.floor import show

__all__ = ["as_moderator", "cookies", "floor", "show"]


def test_the_big_button_calls_who_is_next_now_even_when_another_has_changed_the_order(
    floor: Floor, show: Open
) -> None:
    a, b, c = (floor.wait(name) for name in ("Lê Thị An", "Lê Thị Bích", "Lê Thị Cúc"))
    console = show("/speakers")
    main = console.locator("#nowbox .big1").last
    expect(main).to_have_text("Mời bà Lê Thị An")
    main.click()
    expect(console.locator(f"#nowbox [data-turn='{a}'][data-state=speaking]")).to_be_visible()
    expect(main).to_have_text("Xong, mời trả lời")
    main.click()
    expect(console.locator("#nowbox[data-part=answer]")).to_be_visible()
    expect(main).to_have_text("Xong, mời bà Bích")
    floor.order([c, b])
    expect(main).to_have_text("Xong, mời bà Cúc")
    main.click()
    expect(console.locator(f"#nowbox [data-turn='{c}']")).to_have_text("Bà Lê Thị Cúc")
    assert [turn["id"] for turn in floor.now()["done"]][-1] == a


def test_a_row_is_dragged_with_a_finger_by_its_number(
    server: Server,
    floor: Floor,
    launch: Callable[..., Browser],
    watched: Watched,
    as_moderator: Callable[[Page], Page],
) -> None:
    a, b, c = (floor.wait(name) for name in ("Vũ Thị An", "Vũ Thị Bích", "Vũ Thị Cúc"))
    context = launch().new_context(
        viewport={"width": 800, "height": 1280}, has_touch=True, locale="vi-VN"
    )
    page = context.new_page()
    watched.watch(page)
    as_moderator(page)
    page.goto(server.page("/speakers"))
    expect(page.locator("#rows [data-turn]")).to_have_count(3)
    grip = box(page.locator(f"#rows [data-turn='{c}'] .n"))
    goal = box(page.locator(f"#rows [data-turn='{a}'] .n"))
    x, y = grip["x"] + 20, grip["y"] + 20
    finger = context.new_cdp_session(page)

    def touch(kind: str, at: float | None) -> None:
        points = [] if at is None else [{"x": x, "y": at}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    for step in range(1, 6):
        touch("touchMove", y + (goal["y"] + 4 - y) * step / 5)
    touch("touchEnd", None)
    expect(page.locator("#rows [data-turn]").first).to_have_attribute("data-turn", str(c))
    expect(page.locator(".toast")).to_contain_text("Đã chuyển bà Cúc lên thứ 1")
    assert [turn["id"] for turn in floor.now()["waiting"]] == [c, a, b]


def test_undo_does_not_remove_somebody_who_registered_meanwhile(
    floor: Floor, show: Open, watched: Watched
) -> None:
    watched.expected = ("409",)
    a, b = floor.wait("Hồ Thị An"), floor.wait("Hồ Thị Bích")
    console = show("/speakers")
    console.locator(f"#rows [data-turn='{b}']").focus()
    console.keyboard.press("Alt+ArrowUp")
    expect(console.locator("#rows [data-turn]").first).to_have_attribute("data-turn", str(b))
    newcomer = floor.wait("Hồ Thị Cúc")
    expect(console.locator("#rows [data-turn]")).to_have_count(3)
    console.locator(".toast button").click()
    expect(console.locator(".toast")).to_contain_text("Danh sách vừa thay đổi")
    assert [turn["id"] for turn in floor.now()["waiting"]] == [b, a, newcomer]


def test_the_hall_counts_down_warns_and_asks_to_conclude(floor: Floor, show: Open) -> None:
    floor.call("PATCH", "/speakers", {"seconds": 32})
    turn = floor.wait("Bùi Thị An")
    hall = show("/hall", 1920, 1080)
    floor.act(turn, "start")
    timer = hall.locator("[role=timer]")
    expect(hall.locator("#name")).to_have_text("Bà Bùi Thị An")
    expect(timer).to_have_attribute("data-kind", "fine")
    expect(timer).to_have_attribute("data-kind", "soon", timeout=8000)
    expect(hall.locator("#of")).to_have_text("sắp hết giờ")
    floor.act(turn, "pause")
    expect(hall.locator("#what")).to_have_text("Đang tạm dừng")
    stopped = floor.now()["clock"]["remaining"]
    expect(timer).to_have_attribute("data-clock", str(stopped))
    # Two whole seconds by the page's own clock.
    hall.evaluate("() => new Promise((done) => setTimeout(done, 2000))")
    assert clock_of(hall) == stopped
    floor.act(turn, "extend", {"seconds": 60})
    floor.act(turn, "resume")
    expect(timer).to_have_attribute("data-kind", "fine")
    floor.act(turn, "finish")
    expect(hall.locator("#big")).to_have_text("Mời quý vị nêu ý kiến")


def test_a_screen_whose_clock_is_ten_minutes_wrong_shows_the_right_time_left(
    floor: Floor, show: Open
) -> None:
    turn = floor.wait("Đỗ Thị An")
    floor.act(turn, "start")
    wrong = "{ const real = Date.now; Date.now = () => real.call(Date) + 600000; }"
    hall = show("/hall", 1920, 1080, before=wrong)
    right = show("/hall", 1920, 1080)
    remaining = floor.now()["clock"]["remaining"]
    assert abs(clock_of(hall) - remaining) <= 2
    assert abs(clock_of(hall) - clock_of(right)) <= 2


# Texts under 66 px, and names that reach out of their box, the screen, or into the strip.
LOOK = """() => {
  const seen = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility());
  const text = (node) => node.nodeType === 3 && node.data.trim();
  const worded = seen.filter((e) => [...e.childNodes].some(text));
  const names = seen.filter((e) => e.matches('#name, #line, #next b, #big'));
  const small = worded.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 66);
  const cut = names.filter((e) => {
    const box = e.getBoundingClientRect();
    return e.scrollWidth > e.clientWidth + 1 || box.right > 1920 || box.bottom > 964;
  });
  return [small, cut].map((list) => list.map((e) => e.textContent));
}"""
LONG = (
    "Nguyễn Hoàng Phương Thảo",
    "Trần Nguyễn Hoàng Phương Thảo Nguyên",
    "Công Tằng Tôn Nữ Thị Nguyễn Phương Hoàng Diễm Quỳnh Như",
    "Nguyễn Đình Thanh Tùng",
    "An",
)


def test_in_the_hall_no_name_is_cut_and_no_text_is_under_66_px(floor: Floor, show: Open) -> None:
    turns = [floor.wait(name) for name in LONG]
    hall = show("/hall", 1920, 1080)
    for turn, name in zip(turns, LONG, strict=True):
        floor.act(turn, "start")
        expect(hall.locator("#name")).to_have_text(f"Bà {name}")
        small, cut = hall.evaluate(LOOK)
        assert small == []
        assert cut == []


def test_who_has_not_come_is_on_the_console_but_not_announced_in_the_hall(
    server: Server, floor: Floor, show: Open
) -> None:
    away = server.demo["codes"][90]
    turn = floor.call("POST", "/speakers", {"delegate": away["delegate"]})["id"]
    floor.act(floor.wait("Mai Thị An"), "start")
    console, hall = show("/speakers"), show("/hall", 1920, 1080)
    expect(console.locator(f"#rows [data-turn='{turn}'][data-state=expected]")).to_contain_text(
        "chưa đến"
    )
    expect(hall.locator("#name")).to_have_text("Bà Mai Thị An")
    expect(hall.locator("#next .nx")).to_have_count(0)
    body = {"scan_id": str(uuid.uuid4()), "code": away["code"], "via": "camera"}
    floor.call("POST", "/scans", body, "gate")
    expect(console.locator(f"#rows [data-turn='{turn}'][data-state=waiting]")).to_be_visible()
    expect(hall.locator("#next .nx")).to_contain_text(away["name"])


def test_on_a_phone_the_main_button_is_at_the_thumb(floor: Floor, show: Open) -> None:
    for given in ("An", "Bích", "Cúc", "Dung", "Em", "Giang", "Hoa", "Kim"):
        floor.wait(f"Cao Thị {given}")
    page = show("/speakers", 390, 844)
    main = page.locator("#nowbox .big1").last
    expect(main).to_be_visible()
    stands = box(main)
    assert stands["height"] >= 72
    assert 700 < stands["y"] < 844 - stands["height"]
    main.click()
    expect(page.locator("#nowbox [data-state=speaking]")).to_be_visible()


def test_the_chairman_sees_the_speaker_and_has_nothing_to_press(floor: Floor, show: Open) -> None:
    turn = floor.wait("Tạ Thị An", note="Rãnh thoát nước ngõ 6 hay tắc")
    floor.wait("Tạ Thị Bích")
    chair = show("/chair")
    expect(chair.locator("#what")).to_have_text("Tiếp theo")
    floor.act(turn, "start")
    expect(chair.locator("#what")).to_have_text("Đang phát biểu")
    expect(chair.locator("#name")).to_have_text("Bà Tạ Thị An")
    expect(chair.locator("#note")).to_have_text("“Rãnh thoát nước ngõ 6 hay tắc”")
    expect(chair.locator("#next b")).to_contain_text("Tạ Thị Bích")
    expect(chair.locator("[role=timer]")).not_to_have_attribute("data-clock", "0")
    assert 170 <= clock_of(chair) <= 180
    expect(chair.locator("button, a, input")).to_have_count(0)
