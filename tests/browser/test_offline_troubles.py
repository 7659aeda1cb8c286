"""The door without the network, when more goes wrong: the server, the browser, the tablet."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk.plugins.checkin.roster import row_key
from tests.browser.between import Answer
from tests.browser.between import Asked
from tests.browser.between import Between
from tests.browser.conftest import Demo
from tests.browser.conftest import Watched
from tests.browser.conftest import press_pair
from tests.browser.conftest import wait_until
from tests.browser.offline import NOISE
from tests.browser.offline import Stoppable
from tests.browser.offline import cut
from tests.browser.offline import enter
from tests.browser.offline import gate
from tests.browser.offline import holdings
from tests.browser.offline import opened
from tests.browser.offline import serving
from tests.browser.offline import status
from tests.browser.offline import until
from tests.browser.offline import verdict
from tests.browser.offline import way
from tests.browser.offline import wedge

__all__ = ["gate", "opened", "way"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("offline"), demo) as running:
        yield running


def test_a_scan_the_server_cannot_take_is_kept_where_somebody_sees_it(
    server: Stoppable, way: Between, gate: Page
) -> None:
    first, second = server.demo["codes"][44:46]

    def refuse_one(asked: Asked) -> Answer:
        answer = asked.onward()
        body = json.loads(answer.body)
        scan_id = body["results"][0]["scan_id"]
        body["results"][0] = {"scan_id": scan_id, "error": {"code": "invalid", "detail": "?"}}
        return replace(answer, body=json.dumps(body).encode())

    cut(gate)
    wedge(gate, first["code"])
    verdict(gate, "admitted", first["name"])
    wedge(gate, second["code"])
    verdict(gate, "admitted", second["name"])
    way.on("/scans/batch", refuse_one)
    gate.context.set_offline(False)
    status(gate, waiting="0")
    expect(gate.locator("#look")).to_have_text("1 lượt cần xem lại")
    gate.reload()
    expect(gate.locator("#look")).to_have_text("1 lượt cần xem lại")
    gate.locator("#look").click()
    expect(gate.locator("#notice-aside")).to_contain_text("Xin đối chiếu với danh sách ký")
    gate.locator("#notice-aside").get_by_role("button", name="Đã xem").click()
    expect(gate.locator("#look")).to_be_hidden()


def test_one_scan_that_breaks_the_server_does_not_keep_the_others_back(
    server: Stoppable, way: Between, gate: Page
) -> None:
    people = server.demo["codes"][46:50]
    cut(gate)
    for person in people:
        wedge(gate, person["code"])
        verdict(gate, "admitted", person["name"])
    poison = people[1]["code"].encode()

    def break_on_poison(asked: Asked) -> Answer:
        if poison in asked.body:
            return Answer.of(500, {"code": "internal", "detail": "?"})
        return asked.onward()

    way.on("/scans/batch", break_on_poison)
    gate.context.set_offline(False)
    status(gate, waiting="1")
    way.free()
    status(gate, waiting="0")


def test_a_tablet_revoked_while_offline_keeps_its_scans_and_forgets_the_roster(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    person = server.demo["codes"][50]
    offered = server.offer("desk", "Máy mất")
    page = open_page(launch())
    press_pair(page, server, offered["code"])
    status(page, net="online")
    expect(page.locator("#status[data-roster-at*=T]")).to_be_attached()
    page.evaluate("navigator.serviceWorker.ready")
    cut(page)
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    assert server.call("DELETE", f"/devices/{offered['id']}", "organiser")[0] == 204
    page.context.set_offline(False)
    verdict(page, "unpaired")
    status(page, waiting="1", roster_at="")
    assert server.demo["codes"][51]["name"] not in json.dumps(holdings(page), ensure_ascii=False)
    # Even a reload does not take the page and what it holds away.
    page.reload()
    expect(page.locator("#notice-unpaired")).to_contain_text("Các lượt đã ghi vẫn giữ")
    status(page, waiting="1")
    again = server.offer("desk", "Máy tìm thấy")
    press_pair(page, server, again["code"])
    status(page, net="online", waiting="0")

    def rows() -> list[tuple[str, str]]:
        mine = [one for one in server.scans() if one["delegate"] == person["name"]]
        return [(one["verdict"], one["device"]) for one in mine]

    # The page says that nothing waits before it has looked at what it keeps.
    wait_until(lambda: rows() == [("admitted", "Máy tìm thấy")])


def test_a_desk_searches_admits_and_takes_back_without_network(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    desk = opened("desk")
    person = server.demo["codes"][52]
    cut(desk)
    desk.fill("#q", bare(person["name"]))
    row = desk.locator("#rows li", has_text=person["name"]).first
    row.get_by_role("button", name="Mời vào").click()
    verdict(desk, "admitted", person["name"])
    desk.get_by_role("button", name="Không, cảm ơn").click()
    last = desk.locator("#rows li").first
    expect(last).to_contain_text(person["name"])
    last.get_by_role("button", name="Hoàn tác").click()
    verdict(desk, "undone")
    status(desk, waiting="2")
    desk.context.set_offline(False)
    status(desk, waiting="0")
    rows = [one for one in server.scans() if one["delegate"] == person["name"]]
    assert [one["verdict"] for one in rows] == ["admitted", "undone"]


def bare(name: str) -> str:
    """The name as somebody in a hurry types it: without accents, words turned about."""
    words = "".join(_plain(char) for char in name.lower()).split()
    return " ".join(reversed(words))


def _plain(char: str) -> str:
    plain = {"đ": "d", "ế": "e", "ề": "e", "ị": "i", "ú": "u", "ứ": "u", "ă": "a"}
    return plain.get(char, char)


def test_an_id_card_is_never_written_down(server: Stoppable, opened: Callable[[str], Page]) -> None:
    desk = opened("desk")
    person = server.demo["codes"][53]
    card = f"034170001234|012345678|{person['name']}|01011970|Nữ|Tổ 2|01012021"
    wedge(desk, card)
    verdict(desk, "choose")
    cut(desk)
    wedge(desk, card + "|")
    verdict(desk, "choose", person["name"])
    status(desk, waiting="0")
    assert "034170001234" not in json.dumps(holdings(desk))


def test_a_page_full_of_noise_is_a_code_that_is_not_ours(gate: Page) -> None:
    wedge(gate, "x" * 4000)
    verdict(gate, "unknown")
    cut(gate)
    wedge(gate, "y" * 4000)
    verdict(gate, "unknown")
    gate.context.set_offline(False)
    status(gate, waiting="0")


def test_when_the_browser_keeps_nothing_the_page_warns_in_red_and_still_works(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    page = open_page(launch())
    page.add_init_script(
        "IDBFactory.prototype.open = function () { throw new DOMException('no', 'SecurityError') }"
    )
    enter(page, server, "gate", "Máy riêng tư")
    expect(page.locator("#notice-private")).to_contain_text("chế độ riêng tư")
    page.locator("#notice-private").get_by_role("button", name="Đã xem").click()
    expect(page.locator("#notice-broken.stop:visible")).to_contain_text("Xin đừng đóng trang này")
    person = server.demo["codes"][54]
    cut(page)
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    status(page, waiting="1", safe="false")
    page.context.set_offline(False)
    status(page, waiting="0")


def test_scans_that_the_browser_threw_away_are_told_with_their_times(
    server: Stoppable, gate: Page
) -> None:
    cut(gate)
    wedge(gate, server.demo["codes"][55]["code"])
    verdict(gate, "admitted")
    # The journal is written a moment after the verdict is drawn.
    noted = "(key) => Object.values(localStorage).some((line) => line.includes(key))"
    until(gate, noted, row_key(server.demo["codes"][55]["code"]))
    gate.evaluate(
        "new Promise((done) => { const asked = indexedDB.open('kiosk-kim-dong-2023');"
        " asked.onsuccess = () => { const work = asked.result.transaction('scans', 'readwrite');"
        " work.objectStore('scans').clear(); work.oncomplete = () => { asked.result.close();"
        " done() } } })"
    )
    gate.reload()
    expect(gate.locator("#notice-lost")).to_contain_text("xóa mất 1 lượt")
    kept = gate.evaluate("JSON.stringify(localStorage)")
    assert server.demo["codes"][55]["name"] not in kept
    assert server.demo["codes"][55]["code"] not in kept
    gate.locator("#notice-lost").get_by_role("button", name="Đã xem").click()
    gate.reload()
    status(gate, net="offline")
    expect(gate.locator("#notice-lost")).to_have_count(0)


def test_on_an_insecure_address_the_page_says_what_is_missing(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = (*NOISE, "Cross-Origin-Opener-Policy")
    insecure = server.url.replace("localhost", "kiosk.test")
    page = open_page(launch(None, "--host-resolver-rules=MAP kiosk.test 127.0.0.1"))
    enter(page, server, "gate", "Máy http", insecure)
    expect(page.locator("#notice-insecure")).to_contain_text("https")
    assert not page.evaluate("isSecureContext")
    person = server.demo["codes"][56]
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    watched.hosts.discard(insecure.removeprefix("http://"))


def test_a_wish_to_speak_is_kept_and_sent_after_the_scan(server: Stoppable, gate: Page) -> None:
    person = server.demo["codes"][57]
    cut(gate)
    wedge(gate, person["code"])
    verdict(gate, "admitted", person["name"])
    expect(gate.locator("#verdict .q")).to_contain_text("Máy giữ đăng ký, gửi khi có mạng")
    gate.get_by_role("button", name="Đăng ký phát biểu").click()
    gate.locator("[data-topic]").first.click()
    verdict(gate, "registered", "Máy giữ đăng ký")
    gate.context.set_offline(False)
    status(gate, net="online", waiting="0")

    def asked() -> list[int]:
        _, found = server.call("GET", "/speakers", "moderator")
        return [one["delegate"] for one in found["waiting"]]

    wait_until(lambda: person["delegate"] in asked())
