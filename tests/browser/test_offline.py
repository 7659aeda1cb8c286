"""The door without the network: what it says, what it keeps, and how it comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.between import Answer
from tests.browser.between import Between
from tests.browser.between import lose
from tests.browser.conftest import Demo
from tests.browser.conftest import Watched
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
from tests.browser.offline import verdict
from tests.browser.offline import way
from tests.browser.offline import wedge

__all__ = ["gate", "opened", "way"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("offline"), demo) as running:
        # Another meeting of the same house, whose letters come to the wrong door.
        running.run("demo", "--json", "--meeting", "khac-2023", "--households", "3")
        yield running


def test_the_network_goes_and_the_tablet_notices_by_itself_and_comes_back(gate: Page) -> None:
    cut(gate)
    expect(gate.locator("#net")).to_contain_text("Đang mất mạng, máy vẫn ghi nhận")
    expect(gate.locator(".offline-note:visible")).to_contain_text("quý vị vẫn quét bình thường")
    gate.context.set_offline(False)
    status(gate, net="online")
    expect(gate.locator(".offline-note:visible")).to_have_count(0)


def test_without_network_a_letter_is_greeted_by_name_and_sent_later(
    server: Stoppable, gate: Page
) -> None:
    person = server.demo["codes"][30]
    cut(gate)
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
    cut(gate)
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
    body = {"scan_id": "0191f7c2-0000-7000-8000-0000000d0001", "code": person["code"]}
    assert server.call("POST", "/scans", "desk", body)[1]["verdict"] == "admitted"
    gate.reload()
    status(gate, net="online")
    held = "kiosk-kim-dong-2023/kept"
    before = gate.evaluate("Date.now()")
    gate.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wait_until(lambda: bool(holdings(gate)["stores"][held][0]["at"] > before - 1000))
    cut(gate)
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
    cut(gate)
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
    cut(gate)
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
        cut(gate)
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
    enter(page, server, "gate", "Máy nhanh giờ")
    cut(page)
    wedge(page, server.demo["codes"][38]["code"])
    verdict(page, "admitted", server.demo["codes"][38]["name"])
    page.context.set_offline(False)
    status(page, waiting="0")
    (one,) = [one for one in server.scans() if one["device"] == "Máy nhanh giờ"]
    # The tablet knows how far its clock is off and sends the true time.
    assert one["flags"] == ""
    received, scanned = (datetime.fromisoformat(one[key]) for key in ("received_at", "scanned_at"))
    assert abs(received - scanned) < timedelta(minutes=1)


def test_a_server_that_does_not_answer_holds_nobody_up(
    server: Stoppable, way: Between, gate: Page
) -> None:
    way.hold("/api/|/healthz")
    wedge(gate, server.demo["codes"][40]["code"])
    status(gate, waiting="1")
    verdict(gate, "admitted", server.demo["codes"][40]["name"])
    status(gate, net="offline")
    begin = gate.evaluate("performance.now()")
    wedge(gate, server.demo["codes"][41]["code"])
    verdict(gate, "admitted", server.demo["codes"][41]["name"])
    # Once it is known to be away nobody waits for it: far below the two seconds of a try.
    assert gate.evaluate("performance.now()") - begin < 1500
    way.free()
    status(gate, waiting="0")


def test_a_portal_that_says_yes_to_everything_swallows_no_scan(
    server: Stoppable, way: Between, gate: Page
) -> None:
    page = "<h1>Xin mời đăng nhập Wi-Fi</h1>".encode()
    portal = Answer(200, page, [("Content-Type", "text/html; charset=utf-8")])
    way.on("/api/|/healthz", lambda _: portal)
    wedge(gate, server.demo["codes"][42]["code"])
    verdict(gate, "admitted", server.demo["codes"][42]["name"])
    status(gate, net="offline", waiting="1")
    way.free()
    status(gate, net="online", waiting="0")


def test_an_answer_lost_on_the_way_is_no_second_scan(
    server: Stoppable, way: Between, gate: Page
) -> None:
    person = server.demo["codes"][43]
    way.on("/scans$", lose)
    wedge(gate, person["code"])
    verdict(gate, "admitted", person["name"])
    way.free()
    status(gate, waiting="0")
    rows = [one for one in server.scans() if one["delegate"] == person["name"]]
    assert [one["verdict"] for one in rows] == ["admitted"]
