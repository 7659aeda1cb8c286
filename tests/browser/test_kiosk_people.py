"""People at the door: who comes instead, a household's second, guests, helpers, old ears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.door import households
from tests.browser.door import show
from tests.browser.door import shows
from tests.browser.door import wedge

HOA = {
    "id": 1,
    "name": "Nguyễn Thị Hoa",
    "salutation": "bà",
    "title": "",
    "group": "Đại biểu khu",
    "group_kind": "household",
    "area": "Khu Kim Đồng I",
    "household": "047",
}
OFFICIAL = {**HOA, "title": "Chủ tịch Hội Phụ nữ", "group_kind": "official", "household": ""}
AT = "2023-10-26T13:12:05+07:00"
VOICES = """
window.said = [];
const voice = { lang: 'vi-VN', name: 'An' };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{ lang: 'en-GB', name: 'Ann' }, voice],
  speak: (words) => window.said.push(words.text),
  cancel() {},
  addEventListener() {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_who_comes_instead_says_so_at_the_gate_and_can_mend_it(server: Server, gate: Page) -> None:
    person = households(server)[0]
    wedge(gate, person["code"])
    shows(gate, "admitted")
    gate.get_by_role("button", name="Tôi đi thay").click()
    gate.get_by_role("button", name="Xác nhận").click()
    expect(gate.locator("#suberr")).to_be_visible()
    gate.locator("#subform").get_by_text("Con", exact=True).click()
    gate.locator("#subform").get_by_text("Anh", exact=True).click()
    gate.fill("#subname", "Lê Quang Minh")
    gate.get_by_role("button", name="Xác nhận").click()
    expect(gate.locator("#verdict h1")).to_have_text("Mời anh vào dự")
    expect(gate.locator("#verdict h2")).to_have_text("Anh Lê Quang Minh")
    expect(gate.locator("#verdict .vh1 p")).to_contain_text(f"{person['name']}, ghi nhận lúc")
    # "Not right": the form comes back as it was filled in.
    gate.get_by_role("button", name="Chưa đúng, sửa lại").click()
    expect(gate.locator("#subname")).to_have_value("Lê Quang Minh")
    expect(gate.locator("#subform [name=relation]:checked")).to_have_value("Con")
    expect(gate.locator("#subform [name=salutation]:checked")).to_have_value("anh")
    gate.fill("#subname", "Lê Quang Minh Tuấn")
    gate.get_by_role("button", name="Xác nhận").click()
    expect(gate.locator("#verdict h2")).to_have_text("Anh Lê Quang Minh Tuấn")
    _, found = server.call("GET", "/attendance", "organiser")
    assert person["delegate"] not in [one["delegate"] for one in found["absent"]]


def test_who_was_announced_on_the_invitation_page_is_asked_for_and_confirms_in_two_presses(
    server: Server, gate: Page, open_page: Callable[..., Page], launch: Callable[..., Browser]
) -> None:
    person = households(server)[30]
    own = open_page(launch(), 390, 844)
    own.goto(f"{server.url}/I/{person['code']}/reply?answer=other")
    own.get_by_text("Vợ, chồng").click()
    own.fill("[name=name]", "Phạm Thị Lan")
    own.get_by_role("button", name="Gửi").click()
    expect(own.locator("main")).to_contain_text("Phạm Thị Lan")
    wedge(gate, person["code"])
    shows(gate, "admitted")
    gate.get_by_role("button", name="Phạm Thị Lan đi thay, như đã báo trước").click()
    gate.locator("#subform").get_by_text("Chị", exact=True).click()
    gate.get_by_role("button", name="Xác nhận").click()
    expect(gate.locator("#verdict h2")).to_have_text("Chị Phạm Thị Lan")


def test_the_second_of_a_household_comes_in_as_an_observer_with_one_press(
    server: Server, gate: Page
) -> None:
    first = households(server)[1]
    _, found = server.call("GET", f"/delegates?q={first['code']}", "desk")
    number = found["items"][0]["household"]
    body = {"name": "Trần Thị Thứ Hai", "household": number, "salutation": "bà"}
    status, second = server.call("POST", "/delegates", "organiser", body)
    assert status == 201
    _, letter = server.call("POST", f"/delegates/{second['id']}/invitation", "organiser", {})
    wedge(gate, first["code"])
    shows(gate, "admitted")
    wedge(gate, letter["code"])
    shows(gate, "household_in")
    expect(gate.locator("#verdict h1")).to_have_text("Mời bà dự thính")
    gate.get_by_role("button", name="Vào dự thính").click()
    shows(gate, "admitted")
    expect(gate.locator("#verdict .sub")).to_have_text("Dự thính")
    expect(gate.get_by_role("button", name="Đăng ký phát biểu")).to_have_count(0)


def test_a_guest_at_a_gate_is_looked_at_by_staff_and_let_in(
    server: Server, gate: Page, desk: Page
) -> None:
    gate.get_by_role("button", name="Nhờ cán bộ giúp").click()
    expect(gate.locator("#verdict")).to_contain_text("Đã báo bàn cán bộ")
    gate.get_by_role("button", name="Tôi chưa có giấy mời").click()
    gate.get_by_role("button", name="Gửi cho cán bộ").click()
    expect(gate.locator("#guesterr")).to_be_visible()
    gate.locator("#guestform").get_by_text("Ông", exact=True).click()
    gate.fill("#guestname", "do van khai")
    gate.locator("#guestform").get_by_text("Khu Kim Đồng II", exact=True).click()
    gate.locator("#guestform").get_by_text("Phát biểu ý kiến").click()
    gate.get_by_role("button", name="Gửi cho cán bộ").click()
    expect(gate.locator("#verdict")).to_contain_text("Cán bộ đã có tên quý vị")
    # The first call became this one: staff go once.
    expect(desk.locator("#calls li")).to_have_count(1)
    desk.locator("#calls li", has_text="khai").get_by_role("button").click()
    expect(desk.locator("#receivedname")).to_have_text("Ông Do Van Khai")
    expect(desk.locator("#received")).to_contain_text("Khu Kim Đồng II")
    expect(desk.locator("#received")).to_contain_text("Phát biểu ý kiến")
    expect(desk.locator("#received [data-receive]")).to_have_text(
        ["Mời vào, khách ngoài danh sách", "Vào dự thính", "Tìm tên khác"]
    )
    desk.get_by_role("button", name="Mời vào, khách").click()
    shows(desk, "admitted")
    expect(desk.locator("#verdict h2")).to_have_text("Ông Do Van Khai")
    desk.keyboard.press("Escape")
    expect(desk.locator("#calls")).to_be_hidden()


def test_a_call_is_taken_by_staff_and_done(server: Server, gate: Page, desk: Page) -> None:
    person = households(server)[2]
    wedge(gate, person["code"])
    shows(gate, "admitted")
    gate.keyboard.press("Escape")
    # Not the same code within three seconds: by its number.
    wedge(gate, person["short"])
    shows(gate, "already_in")
    gate.locator("#verdict").get_by_role("button", name="Nhờ cán bộ giúp").click()
    row = desk.locator("#calls li")
    expect(row).to_contain_text("Bàn đón số 1 gọi cán bộ")
    expect(row).to_contain_text(person["name"])
    row.get_by_role("button", name="Tôi đến").click()
    expect(row).to_contain_text("đang đến")
    row.get_by_role("button", name="Xong").click()
    expect(desk.locator("#calls")).to_be_hidden()


def test_who_manages_alone_takes_the_call_back(gate: Page, desk: Page) -> None:
    gate.get_by_role("button", name="Nhờ cán bộ giúp").click()
    expect(desk.locator("#calls li")).to_have_count(1)
    expect(gate.locator("#verdict")).to_contain_text("Đã báo bàn cán bộ")
    gate.get_by_role("button", name="Thôi, tôi tự làm được").click()
    expect(desk.locator("#calls")).to_be_hidden()
    expect(gate.locator("#verdict")).to_be_hidden()


def test_without_a_network_the_tablet_rings_and_says_no_more(gate: Page, watched: Watched) -> None:
    # The page asks for its service worker and its decoder too, whenever it is ready.
    fetching = "error occurred when fetching the script"
    decoder = ("falling back to ArrayBuffer", "wasm", "Aborted")
    watched.expected = ("ERR_", "Failed to load resource", "Failed to fetch", fetching, *decoder)
    gate.context.set_offline(True)
    gate.get_by_role("button", name="Nhờ cán bộ giúp").click()
    shows(gate, "call")
    expect(gate.locator("#verdict")).to_contain_text("Máy đang kêu chuông gọi cán bộ.")
    expect(gate.locator("#verdict")).not_to_contain_text("Đã báo")
    gate.get_by_role("button", name="Cho người sau quét").click()
    expect(gate.locator("#verdict")).to_be_hidden()
    gate.context.set_offline(False)


def test_staff_find_people_with_slips_and_see_who_is_inside(server: Server, desk: Page) -> None:
    person = households(server)[3]
    words = person["name"].split()
    slip = words[-1][1] + words[-1][0] + words[-1][2:] if len(words[-1]) > 2 else words[-1]
    desk.fill("#q", f"{slip} {' '.join(words[:-1])}".lower())
    row = desk.locator("#rows li", has=desk.locator(f"[data-pick='{person['delegate']}']"))
    expect(row).to_be_visible()
    desk.fill("#q", words[-1].lower())
    expect(desk.locator("#rows mark").first).to_be_visible()
    desk.fill("#q", person["name"])
    row.get_by_role("button", name="Mời vào").click()
    shows(desk, "admitted")
    desk.keyboard.press("Escape")
    desk.fill("#q", person["name"])
    # Told by the tablet's own list, which is asked for again after an entry.
    expect(desk.locator("#rows .on")).to_be_visible(timeout=15_000)
    expect(desk.locator("#rows .on")).to_contain_text("đã vào")
    desk.locator("#rows .on").get_by_role("button", name="Hoàn tác").click()
    shows(desk, "undone")


def test_people_of_one_name_are_told_apart_and_never_picked_by_the_machine(
    server: Server, desk: Page
) -> None:
    for area in ("Khu Kim Đồng I", "Khu Kim Đồng II"):
        body = {"name": "Lương Văn Trùng", "area": area, "salutation": "ông"}
        assert server.call("POST", "/delegates", "organiser", body)[0] == 201
    desk.fill("#q", "luong van trung")
    expect(desk.locator("#rows [data-pick]")).to_have_count(2)
    desk.keyboard.press("Enter")
    expect(desk.locator("#rows")).to_contain_text("Trùng tên")
    expect(desk.locator("#rows")).to_contain_text("Khu Kim Đồng II")
    expect(desk.locator("#verdict")).to_be_hidden()


def test_the_staffed_page_works_with_the_keyboard_alone(server: Server, desk: Page) -> None:
    person = households(server)[4]
    for letter in person["name"][:3]:
        desk.keyboard.press(letter) if letter.isascii() else desk.keyboard.insert_text(letter)
    expect(desk.locator("#q")).to_be_focused()
    desk.fill("#q", person["name"])
    expect(desk.locator(f"[data-pick='{person['delegate']}']")).to_be_visible()
    desk.locator("#q").press("Tab")
    expect(desk.locator("#q-clear")).to_be_focused()
    pick = desk.locator(f"[data-pick='{person['delegate']}']")
    for _ in range(8):
        if pick.evaluate("(button) => button === document.activeElement"):
            break
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    shows(desk, "admitted")
    desk.keyboard.press("Escape")
    expect(desk.locator("#verdict")).to_be_hidden()


def test_a_screen_with_a_choice_waits_and_others_go_after_their_time(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch())
    page.clock.install(time=datetime.now(UTC))
    pair(page, "gate")
    page.clock.pause_at(datetime.now(UTC).replace(microsecond=0).timestamp() + 60)
    verdict = page.locator("#verdict")
    answers: list[tuple[dict[str, Any], int]] = [
        ({"verdict": "admitted", "delegate": HOA, "at": AT}, 8),
        ({"verdict": "admitted", "delegate": OFFICIAL, "at": AT}, 8),
        ({"verdict": "unknown"}, 10),
        ({"verdict": "household_in", "delegate": HOA, "seat_holder": "bà Hoa"}, 20),
        ({"verdict": "replaced"}, 10),
    ]
    for answer, seconds in answers:
        show(page, {"message": "Mời bà vào dự", **answer})
        page.clock.run_for((seconds - 1) * 1000)
        expect(verdict).to_be_visible()
        page.clock.run_for(1000)
        expect(verdict).to_be_hidden()
    # A touch holds it.
    show(
        page, {"message": "Kính mời vào dự", "verdict": "admitted", "delegate": OFFICIAL, "at": AT}
    )
    page.clock.run_for(7000)
    page.mouse.click(640, 400)
    page.clock.run_for(7000)
    expect(verdict).to_be_visible()
    page.clock.run_for(1000)
    expect(verdict).to_be_hidden()


def test_the_tablet_speaks_where_it_has_a_vietnamese_voice(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch())
    page.add_init_script(VOICES)
    pair(page, "gate")
    show(page, {"verdict": "admitted", "message": "Mời bà vào dự", "delegate": HOA, "at": AT})
    assert page.evaluate("said") == ["Mời bà vào dự. Bà Nguyễn Thị Hoa"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Đọc to").click()
    show(page, {"verdict": "unknown", "message": "Chưa nhận ra mã"})
    assert len(page.evaluate("said")) == 1
    page.reload()
    expect(page.get_by_role("button", name="Đọc to")).to_have_attribute("aria-pressed", "false")


def test_a_device_without_a_voice_offers_none_and_goes_on(gate: Page) -> None:
    expect(gate.locator("#voice")).to_be_hidden()
    show(gate, {"verdict": "admitted", "message": "Mời bà vào dự", "delegate": HOA, "at": AT})


def test_one_press_changes_the_language_and_back(gate: Page) -> None:
    gate.get_by_role("link", name="English").click()
    expect(gate.locator("html")).to_have_attribute("lang", "en")
    expect(gate.locator("#cam h1:visible")).to_contain_text("Please show the code")
    gate.get_by_role("link", name="Tiếng Việt").click()
    expect(gate.locator("html")).to_have_attribute("lang", "vi")
