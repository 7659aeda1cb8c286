"""The door in a real browser: every way in, and what is shown when something is missing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched

SIZES = [(1280, 800), (800, 1280)]


@pytest.fixture
def gate(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> Page:
    return pair(open_page(launch()), "gate")


@pytest.fixture
def desk(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> Page:
    return pair(open_page(launch()), "desk")


def _wedge(page: Page, text: str, end: str = "Enter") -> None:
    """Type as a hand-held scanner does: fast, into whatever has the focus."""
    page.locator("input[name=code]").focus()
    page.keyboard.insert_text(text)
    if end:
        page.keyboard.press(end)


def _verdict(page: Page, verdict: str) -> None:
    expect(page.locator(f"#verdict[data-verdict={verdict}]")).to_be_visible()


def test_a_hand_held_scanner_ends_with_enter_tab_or_silence(server: Server, gate: Page) -> None:
    for code, end in zip(server.demo["codes"][:3], ("Enter", "Tab", ""), strict=True):
        _wedge(gate, code["code"], end)
        expect(gate.locator("#verdict")).to_contain_text(code["name"])
        _verdict(gate, "admitted")


def test_the_next_code_takes_the_screen_over(server: Server, gate: Page) -> None:
    first, second = server.demo["codes"][3:5]
    _wedge(gate, first["code"])
    expect(gate.locator("#verdict")).to_contain_text(first["name"])
    _wedge(gate, second["code"])
    expect(gate.locator("#verdict")).to_contain_text(second["name"])


def test_the_same_code_within_three_seconds_is_one_scan(server: Server, gate: Page) -> None:
    code = server.demo["codes"][5]["code"]
    _wedge(gate, code)
    _verdict(gate, "admitted")
    _wedge(gate, code)
    _wedge(gate, "nothing of ours")
    _verdict(gate, "unknown")
    lines = [
        line
        for line in server.run(
            "export", server.demo["meeting"], "--what", "scans", "--out", str(server.data / "s.csv")
        ).splitlines()
        if line
    ]
    assert lines == []
    rows = (server.data / "s.csv").read_text(encoding="utf-8-sig")
    assert rows.count("already_in") == 0


def test_eight_digits_are_typed_and_a_wrong_one_is_mended(server: Server, gate: Page) -> None:
    code = server.demo["codes"][6]
    short = code["short"]
    gate.get_by_role("button", name="Nhập 8 số").click()
    wrong = str((int(short[-1]) + 1) % 10)
    for digit in short[:-1] + wrong:
        gate.locator(f"[data-key='{digit}']").click()
    expect(gate.locator("#pad[data-verdict=mistyped]")).to_be_visible()
    expect(gate.locator("#padnote")).to_contain_text("chưa khớp")
    gate.locator("[data-key=back]").click()
    gate.locator(f"[data-key='{short[-1]}']").click()
    expect(gate.locator("#verdict")).to_contain_text(code["name"])


def test_a_gate_offers_a_helper_instead_of_names(gate: Page) -> None:
    expect(gate.locator("#q")).to_have_count(0)
    gate.get_by_role("button", name="Nhờ cán bộ giúp").first.click()
    _verdict(gate, "call")


def test_a_desk_finds_by_name_admits_and_takes_back(server: Server, desk: Page) -> None:
    code = server.demo["codes"][40]
    folded = code["name"].split()[-1]
    desk.fill("#q", code["name"].lower())
    row = desk.locator("#rows li", has_text=code["name"]).first
    expect(row).to_be_visible()
    row.get_by_role("button").click()
    expect(desk.locator("#verdict")).to_contain_text(folded)
    desk.get_by_role("button", name="Không, cảm ơn").click()
    last = desk.locator("#rows li").first
    expect(last).to_contain_text(code["name"])
    last.get_by_role("button", name="Hoàn tác").click()
    _verdict(desk, "undone")


def test_a_desk_admits_a_guest_without_invitation(desk: Page) -> None:
    desk.get_by_role("button", name="Chưa có giấy mời").click()
    desk.get_by_role("button", name="Mời khách vào").click()
    expect(desk.locator("#walkerr")).to_be_visible()
    desk.fill("#walkname", "Đỗ Văn Khải")
    desk.get_by_text("Khu Kim Đồng II").click()
    desk.get_by_role("button", name="Mời khách vào").click()
    _verdict(desk, "admitted")
    expect(desk.locator("#verdict")).to_contain_text("Đỗ Văn Khải")


def test_a_desk_records_who_came_instead(server: Server, desk: Page) -> None:
    code = server.demo["codes"][50]
    _wedge(desk, code["code"])
    desk.get_by_role("button", name="Tôi đi thay").click()
    desk.get_by_role("button", name="Xác nhận").click()
    expect(desk.locator("#suberr")).to_be_visible()
    desk.get_by_text("Vợ, chồng").click()
    desk.fill("#subname", "Trần Thị Tư")
    desk.get_by_role("button", name="Xác nhận").click()
    _verdict(desk, "admitted")
    expect(desk.locator("#verdict h2")).to_have_text("Trần Thị Tư")
    expect(desk.locator("#verdict .sub")).to_contain_text(code["name"])


def test_without_a_camera_the_page_says_what_works(gate: Page) -> None:
    expect(gate.locator("#cam[data-state=none]")).to_be_visible()
    expect(gate.locator("#cam")).to_contain_text("máy quét cầm tay")


def test_a_refused_camera_says_which_icon_to_tap(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    browser = launch(None, "--use-fake-device-for-media-stream", "--deny-permission-prompts")
    page = pair(open_page(browser), "gate")
    expect(page.locator("#cam[data-state=refused]")).to_be_visible()
    expect(page.locator("#cam")).to_contain_text("ổ khóa")


def test_a_scan_without_network_is_kept_and_sent_later(
    server: Server, gate: Page, watched: Watched
) -> None:
    watched.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    code = server.demo["codes"][60]
    gate.context.set_offline(True)
    _wedge(gate, code["code"])
    _verdict(gate, "stored")
    expect(gate.locator("#status")).to_have_attribute("data-net", "offline")
    expect(gate.locator("#status")).to_have_attribute("data-waiting", "1")
    gate.context.set_offline(False)
    expect(gate.locator("#status")).to_have_attribute("data-waiting", "0", timeout=20_000)
    expect(gate.locator("#status")).to_have_attribute("data-net", "online")
    status, found = server.call("GET", "/attendance", "organiser")
    assert status == 200
    assert code["delegate"] not in [person["delegate"] for person in found["absent"]]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_on_a_verdict_screen(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    size: tuple[int, int],
) -> None:
    page = pair(open_page(launch(), *size), "gate")
    _wedge(page, server.demo["codes"][70 + SIZES.index(size)]["code"])
    _verdict(page, "admitted")
    for part in page.locator("#verdict :is(h1, h2, .sub, dd, .btn)").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert box["y"] + box["height"] <= size[1]


def test_the_first_load_of_the_door_is_small(server: Server, gate: Page) -> None:
    sizes = gate.evaluate(
        "performance.getEntriesByType('resource').filter(e => !/wasm|woff2/.test(e.name))"
        ".map(e => [e.name, e.encodedBodySize])"
    )
    total = sum(size for _, size in sizes)
    assert re.search("kiosk.js", str(sizes))
    # Uncompressed here; a proxy's gzip makes it a quarter.
    assert total < 300_000
