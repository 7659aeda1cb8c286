"""Every way in, and what is said when one of them does not work."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.camera import drawn
from tests.browser.camera import film
from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import press_pair
from tests.browser.door import scans
from tests.browser.door import shows
from tests.browser.door import wedge

CARD = "001061012345|012345678|{name}|15031961|Nam|Tổ 2, khu Kim Đồng|10052021"
# Everything that the browser keeps for this page, as one text.
KEPT = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
    });
    for (const store of db.objectStoreNames) {
      found.push(JSON.stringify(await new Promise((done) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => done(request.result);
      })));
    }
    db.close();
  }
  return found.join('');
}"""


def test_a_scanner_that_types_everything_twice_makes_one_scan(server: Server, gate: Page) -> None:
    person, other = server.demo["codes"][0:2]
    wedge(gate, person["code"] * 2)
    expect(gate.locator("#verdict")).to_contain_text(person["name"])
    shows(gate, "admitted")
    wedge(gate, other["code"])
    gate.keyboard.press("Enter")
    wedge(gate, other["code"], "Tab")
    expect(gate.locator("#verdict")).to_contain_text(other["name"])
    shows(gate, "admitted")
    table = scans(server)
    assert table.count(person["name"]) == 1
    assert table.count(other["name"]) == 1


@pytest.mark.parametrize("ends", [True, False])
def test_a_code_that_comes_through_an_input_method_is_read(
    server: Server, gate: Page, ends: bool
) -> None:
    person = server.demo["codes"][2 + ends]
    gate.locator("input[name=code]").focus()
    typing = gate.context.new_cdp_session(gate)
    for length in (8, 16, 24):
        text = person["code"][:length]
        place = {"selectionStart": length, "selectionEnd": length}
        typing.send("Input.imeSetComposition", {"text": text, **place})
    if ends:
        gate.keyboard.press("Enter")
    expect(gate.locator("#verdict")).to_contain_text(person["name"])
    shows(gate, "admitted")
    expect(gate.locator("input[name=code]")).to_be_focused()


def test_two_kilobytes_of_noise_are_a_code_that_was_not_recognised(
    server: Server, gate: Page, launch: Callable[..., Browser]
) -> None:
    noise = "".join(random.Random(7).choices(string.printable[:94], k=2048))
    wedge(gate, noise)
    shows(gate, "unknown")
    expect(gate.get_by_role("button", name="Nhờ cán bộ giúp").last).to_be_visible()
    # The door goes on as if nothing had been.
    person = server.demo["codes"][4]
    wedge(gate, person["code"])
    expect(gate.locator("#verdict")).to_contain_text(person["name"])


def test_a_qr_code_full_of_noise_is_a_code_that_was_not_recognised(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    tmp_path: Path,
) -> None:
    noise = "".join(random.Random(8).choices(string.ascii_lowercase, k=1200))
    page = pair(open_page(launch(film([drawn(noise)], tmp_path))), "gate")
    shows(page, "unknown")
    expect(page.locator("#cam")).to_have_attribute("data-state", "ready")


def test_a_code_scanned_while_the_cursor_is_in_a_form_is_a_code(
    server: Server, gate: Page, desk: Page
) -> None:
    first, second, third, fourth = server.demo["codes"][40:44]
    wedge(gate, first["code"])
    gate.get_by_role("button", name="Tôi đi thay").click()
    gate.locator("#subname").focus()
    gate.keyboard.insert_text(second["code"])
    gate.keyboard.press("Enter")
    expect(gate.locator("#verdict")).to_contain_text(second["name"])
    expect(gate.locator("#substitute")).to_be_hidden()
    # Without Enter, and behind what somebody had begun to type.
    desk.get_by_role("button", name="Chưa có giấy mời").click()
    desk.fill("#walkname", "Đỗ Văn")
    desk.locator("#walkname").focus()
    desk.keyboard.press("End")
    desk.keyboard.insert_text(f"HTTPS://HOP.EXAMPLE/I/{third['code']}")
    expect(desk.locator("#verdict")).to_contain_text(third["name"])
    # A scanner needs no click first.
    desk.keyboard.press("Escape")
    desk.locator("#q").focus()
    desk.keyboard.insert_text(fourth["code"])
    desk.keyboard.press("Enter")
    expect(desk.locator("#verdict")).to_contain_text(fourth["name"])
    expect(desk.locator("#q")).to_have_value("")


def test_an_id_card_is_compared_at_the_desk_and_leaves_no_trace(server: Server, desk: Page) -> None:
    person = server.demo["codes"][45]
    _, known = server.call("GET", f"/delegates?q={person['code']}", "organiser")
    card = CARD.format(name=person["name"].upper())
    card = card.replace("1961|Nam", f"{known['items'][0]['birth_year']}|Nam")
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.post_data or ""))
    desk.locator("#q").focus()
    desk.keyboard.insert_text(card)
    desk.keyboard.press("Enter")
    shows(desk, "choose")
    expect(desk.locator("#verdict .cand")).to_have_count(1)
    expect(desk.locator("#q")).to_have_value("")
    assert "061012345" not in desk.evaluate(KEPT)
    assert "Tổ 2, khu" not in desk.evaluate(KEPT)
    desk.locator("#verdict .cand").click()
    shows(desk, "admitted")
    expect(desk.locator("#verdict h2")).to_contain_text(person["name"])
    assert any('"delegate"' in body for body in sent)
    assert not any("061012345" in body for body in sent)


def test_an_id_card_of_nobody_on_the_list_leads_to_the_guest_form(desk: Page) -> None:
    wedge(desk, CARD.format(name="Trịnh Thị Không Có"))
    shows(desk, "choose")
    desk.locator("#verdict").get_by_role("button", name="Chưa có giấy mời").click()
    expect(desk.locator("#walkname")).to_have_value("Trịnh Thị Không Có")


def test_an_id_card_at_a_gate_calls_a_helper_with_the_name_only(
    server: Server, gate: Page, desk: Page
) -> None:
    person = server.demo["codes"][46]
    wedge(gate, CARD.format(name=person["name"]))
    shows(gate, "call")
    expect(gate.locator("#verdict")).to_contain_text("đối chiếu thẻ")
    assert "061012345" not in gate.evaluate(KEPT)
    desk.locator("#calls li", has_text=person["name"]).get_by_role("button").click()
    expect(desk.locator("#receivedname")).to_have_text(person["name"])
    desk.locator("#receivedlikely button").first.click()
    shows(desk, "admitted")
    expect(desk.locator("#verdict h2")).to_contain_text(person["name"])
    desk.keyboard.press("Escape")
    expect(desk.locator("#calls")).to_be_hidden()


def test_a_card_with_six_fields_is_said_to_be_incomplete(gate: Page) -> None:
    wedge(gate, CARD.format(name="Phạm Văn Hùng").rsplit("|", 1)[0])
    shows(gate, "card_short")
    expect(gate.locator("#verdict")).to_contain_text("Thẻ chưa đọc đủ")
    expect(gate.locator("#verdict").get_by_role("button", name="Nhờ cán bộ giúp")).to_be_visible()


def test_a_clock_two_hours_off_is_told_to_staff_and_scans_keep_the_right_time(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch())
    now = datetime.now(UTC)
    page.clock.set_system_time(now + timedelta(hours=2, minutes=1))
    pair(page, "gate")
    expect(page.locator("#clock-off")).to_contain_text("lệch 2 giờ")
    person = server.demo["codes"][60]
    wedge(page, person["code"])
    shows(page, "admitted")
    row = next(line for line in scans(server).splitlines() if person["name"] in line)
    assert "future_clock" not in row


def test_a_right_clock_is_not_spoken_of(gate: Page) -> None:
    expect(gate.locator("#clock-off")).to_be_hidden()


def test_a_tablet_that_is_revoked_while_its_page_is_open_calls_for_a_helper(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = ("401",)
    page = open_page(launch())
    _, offered = server.call("POST", "/devices", "organiser", {"name": "Máy cũ", "profile": "gate"})
    press_pair(page, server, offered["code"])
    expect(page.locator("#cam[data-state=none]")).to_be_visible()
    assert server.call("DELETE", f"/devices/{offered['id']}", "organiser")[0] == 204
    wedge(page, server.demo["codes"][63]["code"])
    shows(page, "unpaired")
    expect(page.locator("#verdict").get_by_role("button", name="Nhờ cán bộ giúp")).to_be_visible()


def test_words_are_found_without_accents_in_any_order_and_with_a_slip(gate: Page) -> None:
    people: list[dict[str, Any]] = [
        {"name": "Nguyễn Thị Hoa", "area": "Khu Kim Đồng I", "household": "047"},
        {"name": "Phạm Văn Hưng", "area": "Khu Kim Đồng II", "household": "061"},
        {"name": "Lý Quý Đức", "area": "", "household": ""},
    ]

    def found(query: str) -> list[str]:
        names: list[str] = gate.evaluate(
            "async ([people, query]) => (await import('/static/checkin/find.js'))"
            ".search(people, query).map((one) => one.name)",
            [people, query],
        )
        return names

    assert found("hoa thi nguyen") == ["Nguyễn Thị Hoa"]
    assert found("nguyne hoa") == ["Nguyễn Thị Hoa"]
    assert found("hưng 061") == ["Phạm Văn Hưng"]
    assert found("duc li qui") == ["Lý Quý Đức"]
    assert found("dong 7") == ["Nguyễn Thị Hoa"]
    assert found("xyz") == []
    pieces = gate.evaluate(
        "async () => (await import('/static/checkin/find.js')).pieces('Phạm Văn Hưng', 'hung v')"
    )
    assert pieces == [["Phạm ", False], ["V", True], ["ăn ", False], ["Hưng", True]]
