"""The door in a real browser: every way in, and what is shown when something is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import Server

SIZES = [(1280, 800), (800, 1280)]


@pytest.fixture
def seeing(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> Page:
    """A gate whose camera works and sees nothing of ours."""
    page = pair(open_page(launch(None, *FAKE_CAMERA)), "gate")
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    return page


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
    person = server.demo["codes"][5]
    _wedge(gate, person["code"])
    _wedge(gate, person["code"])
    _verdict(gate, "admitted")
    _wedge(gate, "nothing of ours")
    _verdict(gate, "unknown")
    out = server.data / "s.csv"
    server.run("export", server.demo["meeting"], "--what", "scans", "--out", str(out))
    assert out.read_text(encoding="utf-8-sig").count(person["name"]) == 1


def test_eight_digits_are_typed_and_a_wrong_one_is_mended(server: Server, gate: Page) -> None:
    code = server.demo["codes"][6]
    short = code["short"]
    wrong = str((int(short[-1]) + 1) % 10)
    # Without a camera the pad stands where the picture would be.
    for digit in short[:-1] + wrong:
        gate.locator(f"#idle-pad [data-key='{digit}']").click()
    expect(gate.locator("#pad[data-verdict=mistyped]")).to_be_visible()
    expect(gate.locator("#padnote")).to_contain_text("chưa khớp")
    expect(gate.locator("#typed")).to_have_text(short[:-1] + wrong)
    gate.locator("[data-key=back]").click()
    gate.locator(f"[data-key='{short[-1]}']").click()
    expect(gate.locator("#verdict")).to_contain_text(code["name"])


def test_the_pad_takes_digits_from_a_keyboard_too(server: Server, seeing: Page) -> None:
    code = server.demo["codes"][7]
    seeing.get_by_role("button", name="Nhập số giấy mời").click()
    for digit in code["short"]:
        seeing.keyboard.press(digit)
        # Slower than a scanner: each digit ends with its own silence.
        expect(seeing.locator("input[name=code]")).to_have_value("")
    _verdict(seeing, "admitted")
    expect(seeing.locator("#verdict")).to_contain_text(code["name"])


def test_a_form_left_alone_goes_back_to_scanning(seeing: Page) -> None:
    seeing.get_by_role("button", name="Nhập số giấy mời").click()
    seeing.get_by_role("button", name="Quay lại quét").click()
    expect(seeing.locator("#pad")).to_be_hidden()
    expect(seeing.locator("input[name=code]")).to_be_focused()


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
    row.get_by_role("button", name="Mời vào").click()
    expect(desk.locator("#verdict")).to_contain_text(folded)
    desk.get_by_role("button", name="Không, cảm ơn").click()
    last = desk.locator("#rows li").first
    expect(last).to_contain_text(code["name"])
    last.get_by_role("button", name="Hoàn tác").click()
    _verdict(desk, "undone")


def test_a_desk_lets_somebody_go_out_and_come_back(server: Server, desk: Page) -> None:
    code = server.demo["codes"][41]
    _wedge(desk, code["code"])
    _verdict(desk, "admitted")
    desk.get_by_role("button", name="Không, cảm ơn").click()
    desk.get_by_role("button", name="Ghi ra về").click()
    desk.fill("#q", code["name"])
    desk.locator(f"[data-pick='{code['delegate']}']").click()
    _verdict(desk, "left")
    desk.get_by_role("button", name="Xong").click()
    expect(desk.locator("#rows li").first).to_contain_text("đã ra về")
    expect(desk.locator("#mode-end")).to_be_hidden()
    _wedge(desk, code["short"])
    _verdict(desk, "admitted")


def test_a_code_scanned_into_the_search_field_is_a_scan(server: Server, desk: Page) -> None:
    code = server.demo["codes"][42]
    desk.locator("#q").focus()
    desk.keyboard.insert_text(code["code"])
    desk.keyboard.press("Enter")
    _verdict(desk, "admitted")
    expect(desk.locator("#verdict")).to_contain_text(code["name"])
    expect(desk.locator("#q")).to_have_value("")


def test_a_desk_takes_back_the_entry_of_somebody_scanned_again(server: Server, desk: Page) -> None:
    code = server.demo["codes"][43]
    _wedge(desk, code["code"])
    _verdict(desk, "admitted")
    desk.get_by_role("button", name="Không, cảm ơn").click()
    _wedge(desk, code["short"])
    _verdict(desk, "already_in")
    desk.locator("#verdict").get_by_role("button", name="Hoàn tác").click()
    _verdict(desk, "undone")


def test_a_guest_who_is_on_the_list_is_offered_before_a_new_one(server: Server, desk: Page) -> None:
    code = server.demo["codes"][44]
    desk.get_by_role("button", name="Chưa có giấy mời").click()
    desk.fill("#walkname", code["name"])
    desk.locator("#likely button", has_text=code["name"]).first.click()
    _verdict(desk, "admitted")
    expect(desk.locator("#verdict h2")).to_contain_text(code["name"])


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
    expect(desk.locator("#verdict .vh1")).to_contain_text(code["name"])
    expect(desk.locator("#verdict .facts")).to_contain_text(code["name"])


def test_without_a_camera_the_page_says_what_works(gate: Page) -> None:
    expect(gate.locator("#cam[data-state=none]")).to_be_visible()
    expect(gate.locator("#cam h1:visible")).to_contain_text("đầu máy quét")


def test_a_refused_camera_says_which_icon_to_tap(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    browser = launch(None, "--use-fake-device-for-media-stream", "--deny-permission-prompts")
    page = pair(open_page(browser), "gate")
    expect(page.locator("#cam[data-state=refused]")).to_be_visible()
    expect(page.locator("#cam")).to_contain_text("ổ khóa")
    expect(page.locator("#idle-pad [data-key='1']")).to_be_visible()


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
