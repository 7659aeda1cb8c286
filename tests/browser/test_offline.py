"""The door without the network: what it says, what it keeps, and how it comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import Route
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.offline import NOISE
from tests.browser.offline import Stoppable
from tests.browser.offline import holdings
from tests.browser.offline import ready_for_anything
from tests.browser.offline import serving
from tests.browser.offline import status
from tests.browser.offline import verdict
from tests.browser.offline import wedge


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("offline")) as running:
        # Another meeting of the same house, whose letters come to the wrong door.
        running.run("demo", "--json", "--meeting", "khac-2023", "--households", "3")
        yield running


@pytest.fixture
def opened(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> Callable[[str], Page]:
    """Open the door on a paired tablet that is ready for anything."""
    watched.expected = NOISE

    def make(profile: str = "gate") -> Page:
        page = open_page(launch())
        offered = server.offer(profile, f"Máy {profile}")
        page.goto(f"{server.url}/pair?code={offered['code']}")
        status(page, net="online")
        ready_for_anything(page)
        return page

    return make


@pytest.fixture
def gate(opened: Callable[[str], Page]) -> Page:
    return opened("gate")


def offline(page: Page) -> None:
    page.context.set_offline(True)
    status(page, net="offline")


def test_the_network_goes_and_the_tablet_notices_by_itself_and_comes_back(gate: Page) -> None:
    offline(gate)
    expect(gate.locator("#net")).to_contain_text("Đang mất mạng, máy vẫn ghi nhận")
    expect(gate.locator(".offline-note:visible")).to_contain_text("quý vị vẫn quét bình thường")
    gate.context.set_offline(False)
    status(gate, net="online")
    expect(gate.locator(".offline-note:visible")).to_have_count(0)


def test_without_network_a_letter_is_greeted_by_name_and_sent_later(
    server: Stoppable, gate: Page
) -> None:
    person = server.demo["codes"][30]
    offline(gate)
    wedge(gate, person["code"])
    verdict(gate, "admitted", person["name"])
    expect(gate.locator("#verdict")).to_contain_text("đã ghi nhận trên máy này")
    expect(gate.locator("#verdict")).to_contain_text("Chờ gửi, lượt thứ 1")
    expect(gate.locator("#verdict")).to_have_attribute("data-kind", "info")
    status(gate, waiting="1")
    gate.context.set_offline(False)
    status(gate, net="online", waiting="0")
    _, found = server.call("GET", "/attendance", "organiser")
    assert person["delegate"] not in [one["delegate"] for one in found["absent"]]


def test_the_same_letter_twice_without_network_is_in_already(server: Stoppable, gate: Page) -> None:
    person = server.demo["codes"][31]
    offline(gate)
    wedge(gate, person["code"])
    verdict(gate, "admitted", person["name"])
    at = gate.locator("#verdict dt", has_text="Giờ đến").locator("+ dd").inner_text()
    gate.reload()
    status(gate, net="offline", waiting="1")
    wedge(gate, person["code"])
    verdict(gate, "already_in", person["name"])
    expect(gate.locator("#verdict")).to_contain_text(at)
    expect(gate.locator("#verdict")).to_contain_text("Máy gate")


def test_who_came_at_another_door_before_the_network_went_is_in_already(
    server: Stoppable, gate: Page
) -> None:
    person = server.demo["codes"][32]
    body = {"scan_id": "another-door-0001", "code": person["code"]}
    assert server.call("POST", "/scans", "desk", body)[1]["verdict"] == "admitted"
    gate.reload()
    status(gate, net="online")
    gate.wait_for_function(
        "async () => { const db = await new Promise((done) => { const asked ="
        " indexedDB.open('kiosk-kim-dong-2023'); asked.onsuccess = () => done(asked.result) });"
        " const kept = await new Promise((done) => { const asked ="
        " db.transaction('kept').objectStore('kept').get('roster');"
        " asked.onsuccess = () => done(asked.result) }); db.close();"
        " return Date.now() - kept.at < 5000 }"
    )
    offline(gate)
    wedge(gate, person["code"])
    verdict(gate, "already_in", person["name"])


def test_without_network_each_wrong_letter_gets_its_own_answer(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    old, gone = server.demo["codes"][33], server.demo["codes"][34]
    assert server.call("POST", f"/delegates/{old['delegate']}/invitation", "organiser")[0] == 201
    assert server.call("DELETE", f"/delegates/{gone['delegate']}/invitation", "organiser")[0] == 204
    made = server.run("demo", "--json", "--meeting", "khac-2023", "--households", "3")
    elsewhere = json.loads(made)["codes"][0]["code"]
    gate = opened("gate")
    offline(gate)
    good = server.demo["codes"][35]["code"]
    slip = good[:8] + ("B" if good[8] != "B" else "C") + good[9:]
    for text, expected in (
        (old["code"], "replaced"),
        (gone["code"], "cancelled"),
        (elsewhere, "wrong_meeting"),
        (slip, "mistyped"),
        ("HTTPS://EXAMPLE.COM/SOMETHING", "unknown"),
    ):
        wedge(gate, text)
        verdict(gate, expected)
        # A worthless letter may be in other hands: it tells no name.
        expect(gate.locator("#verdict")).not_to_contain_text(old["name"])
        expect(gate.locator("#verdict")).not_to_contain_text(gone["name"])


def test_eight_digits_need_the_network_and_the_page_says_so(server: Stoppable, gate: Page) -> None:
    offline(gate)
    wedge(gate, server.demo["codes"][36]["short"])
    verdict(gate, "online_only", "mã QR vẫn quét được")
    status(gate, waiting="0")
    wedge(gate, "12345678")
    verdict(gate, "mistyped")


def test_closed_doors_are_closed_without_network_too_whatever_the_tablets_clock(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    for doors, expected in (("closed", "not_open"), ("open", "admitted")):
        assert server.call("PATCH", "", "organiser", {"doors": doors})[0] == 200
        gate = opened("gate")
        offline(gate)
        wedge(gate, server.demo["codes"][37]["code"])
        verdict(gate, expected)
    assert server.call("PATCH", "", "organiser", {"doors": "auto"})[0] == 200


def test_a_tablet_two_hours_fast_opens_the_doors_by_the_servers_clock(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    page = open_page(launch())
    # The demo's meeting lasts less than five hours: by this clock it would be over.
    page.add_init_script(
        "const real = Date.now; const Old = Date; const ahead = 5 * 3600 * 1000;"
        "globalThis.Date = class extends Old { constructor(...a) {"
        " super(...(a.length ? a : [real() + ahead])) } static now() { return real() + ahead } };"
    )
    offered = server.offer("gate", "Máy nhanh giờ")
    page.goto(f"{server.url}/pair?code={offered['code']}")
    status(page, net="online")
    ready_for_anything(page)
    offline(page)
    wedge(page, server.demo["codes"][38]["code"])
    verdict(page, "admitted", server.demo["codes"][38]["name"])
    page.context.set_offline(False)
    status(page, waiting="0")
    flags = [one["flags"] for one in server.scans() if one["device"] == "Máy nhanh giờ"]
    assert flags == ["future_clock"]


def test_a_server_that_does_not_answer_holds_nobody_up(server: Stoppable, gate: Page) -> None:
    held: list[Route] = []
    gate.route("**/api/**", lambda route: held.append(route))
    gate.route("**/healthz", lambda route: held.append(route))
    wedge(gate, server.demo["codes"][40]["code"])
    status(gate, waiting="1")
    verdict(gate, "admitted", server.demo["codes"][40]["name"])
    status(gate, net="offline")
    begin = gate.evaluate("performance.now()")
    wedge(gate, server.demo["codes"][41]["code"])
    verdict(gate, "admitted", server.demo["codes"][41]["name"])
    # Once it is known to be away nobody waits for it: far below the two seconds of a try.
    assert gate.evaluate("performance.now()") - begin < 1500
    gate.unroute("**/api/**")
    gate.unroute("**/healthz")
    status(gate, waiting="0")


def test_a_portal_that_says_yes_to_everything_swallows_no_scan(
    server: Stoppable, gate: Page
) -> None:
    portal = {
        "status": 200,
        "content_type": "text/html",
        "body": "<h1>Xin mời đăng nhập Wi-Fi</h1>",
    }
    gate.route("**/api/**", lambda route: route.fulfill(**portal))  # type: ignore[arg-type]  # plain values
    gate.route("**/healthz", lambda route: route.fulfill(**portal))  # type: ignore[arg-type]  # plain values
    wedge(gate, server.demo["codes"][42]["code"])
    verdict(gate, "admitted", server.demo["codes"][42]["name"])
    status(gate, net="offline", waiting="1")
    gate.unroute("**/api/**")
    gate.unroute("**/healthz")
    status(gate, net="online", waiting="0")


def test_an_answer_lost_on_the_way_is_no_second_scan(server: Stoppable, gate: Page) -> None:
    person = server.demo["codes"][43]

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    gate.route("**/scans", lose)
    wedge(gate, person["code"])
    verdict(gate, "admitted", person["name"])
    gate.unroute("**/scans")
    status(gate, waiting="0")
    rows = [one for one in server.scans() if one["delegate"] == person["name"]]
    assert [one["verdict"] for one in rows] == ["admitted"]


def test_a_scan_the_server_cannot_take_is_kept_where_somebody_sees_it(
    server: Stoppable, gate: Page
) -> None:
    first, second = server.demo["codes"][44:46]

    def refuse_one(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        scan_id = body["results"][0]["scan_id"]
        body["results"][0] = {"scan_id": scan_id, "error": {"code": "invalid", "detail": "?"}}
        route.fulfill(response=answer, json=body)

    offline(gate)
    wedge(gate, first["code"])
    verdict(gate, "admitted", first["name"])
    wedge(gate, second["code"])
    verdict(gate, "admitted", second["name"])
    gate.route("**/scans/batch", refuse_one)
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
    server: Stoppable, gate: Page
) -> None:
    people = server.demo["codes"][46:50]
    offline(gate)
    for person in people:
        wedge(gate, person["code"])
        verdict(gate, "admitted", person["name"])
    poison = people[1]["code"]

    def break_on_poison(route: Route) -> None:
        if poison in (route.request.post_data or ""):
            route.fulfill(status=500, json={"code": "internal", "detail": "?"})
        else:
            route.continue_()

    gate.route("**/scans/batch", break_on_poison)
    gate.context.set_offline(False)
    status(gate, waiting="1")
    gate.unroute("**/scans/batch")
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
    page.goto(f"{server.url}/pair?code={offered['code']}")
    status(page, net="online")
    ready_for_anything(page)
    offline(page)
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
    page.goto(f"{server.url}/pair?code={again['code']}")
    status(page, net="online", waiting="0")
    rows = [one for one in server.scans() if one["delegate"] == person["name"]]
    assert [(one["verdict"], one["device"]) for one in rows] == [("admitted", "Máy tìm thấy")]


def test_a_desk_searches_admits_and_takes_back_without_network(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    desk = opened("desk")
    person = server.demo["codes"][52]
    offline(desk)
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
    offline(desk)
    wedge(desk, card + "|")
    verdict(desk, "choose", person["name"])
    status(desk, waiting="0")
    assert "034170001234" not in json.dumps(holdings(desk))


def test_a_page_full_of_noise_is_a_code_that_is_not_ours(gate: Page) -> None:
    wedge(gate, "x" * 4000)
    verdict(gate, "unknown")
    offline(gate)
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
    offered = server.offer("gate", "Máy riêng tư")
    page.goto(f"{server.url}/pair?code={offered['code']}")
    expect(page.locator("#notice-private")).to_contain_text("chế độ riêng tư")
    expect(page.locator("#notice-broken.stop")).to_contain_text("Xin đừng đóng trang này")
    page.wait_for_function("document.getElementById('status').dataset.rosterAt")
    person = server.demo["codes"][54]
    offline(page)
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    status(page, waiting="1", safe="false")
    page.context.set_offline(False)
    status(page, waiting="0")


def test_scans_that_the_browser_threw_away_are_told_with_their_times(
    server: Stoppable, gate: Page
) -> None:
    offline(gate)
    wedge(gate, server.demo["codes"][55]["code"])
    verdict(gate, "admitted")
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
    offered = server.offer("gate", "Máy http")
    page.goto(f"{insecure}/pair?code={offered['code']}")
    expect(page.locator("#notice-insecure")).to_contain_text("https")
    assert not page.evaluate("isSecureContext")
    person = server.demo["codes"][56]
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    watched.hosts.discard(insecure.removeprefix("http://"))
