"""What a tablet holds belongs to the tablet, whichever meeting it is paired with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk import clock
from kiosk import text
from tests.browser.between import Between
from tests.browser.between import cut_off
from tests.browser.conftest import Demo
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until
from tests.browser.offline import NOISE
from tests.browser.offline import Stoppable
from tests.browser.offline import cut
from tests.browser.offline import holdings
from tests.browser.offline import opened
from tests.browser.offline import serving
from tests.browser.offline import status
from tests.browser.offline import until
from tests.browser.offline import verdict
from tests.browser.offline import way
from tests.browser.offline import wedge

__all__ = ["opened", "way"]


OTHER = "khac-2023"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("tablet"), demo) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(server: Stoppable) -> dict[str, Any]:
    """Another meeting of the same house."""
    made = server.run("demo", "--json", "--meeting", OTHER, "--households", "3")
    found: dict[str, Any] = json.loads(made)
    return found


def become(page: Page, server: Stoppable, meeting: str, profile: str) -> None:
    """Pair a tablet with another meeting, as the pairing page does: its cookie is replaced."""
    token = server.run("token", meeting, "--role", profile, "--name", "Máy mới").strip()
    page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
    page.goto(f"{server.url}/m/{meeting}/kiosk")


def told(page: Page, names: list[str]) -> list[str]:
    """Return which of the names stand anywhere in what the tablet keeps."""
    everything = text.fold(json.dumps(holdings(page), ensure_ascii=False))
    return [name for name in names if text.fold(name) in everything]


def admit_a_guest(page: Page, name: str) -> None:
    page.click("[data-go=walkin]")
    page.fill("#walkname", name)
    page.click("#walkform button.primary")
    verdict(page, "admitted")


def test_a_desk_that_becomes_another_meetings_gate_names_nobody_and_sends_what_waits(
    server: Stoppable, way: Between, opened: Callable[[str], Page], elsewhere: dict[str, Any]
) -> None:
    mine = server.demo["meeting"]
    names = [person["name"] for person in server.demo["codes"]]
    page = opened("desk")
    assert len(told(page, names)) == len(names)
    cut(page)
    scanned = server.demo["codes"][20:22]
    for person in scanned:
        wedge(page, person["code"])
        verdict(page, "admitted", person["name"])
    admit_a_guest(page, "Quách Thị Vãng Lai")
    status(page, waiting="3")

    # What is left is not taken at first, so that it can be looked at.
    way.on(f"/scans/left|/meetings/{mine}/scans/", cut_off)
    page.context.set_offline(False)
    become(page, server, OTHER, "gate")
    expect(page.locator(f"#notice-other-{mine}")).to_contain_text("3 lượt của buổi ngày")
    expect(page.locator(f"#notice-other-{mine}")).to_contain_text("còn trên máy này")
    status(page, waiting="3")
    assert told(page, [*names, "Quách Thị Vãng Lai"]) == []
    kept = json.dumps(holdings(page))
    assert not [one["code"] for one in server.demo["codes"] if one["code"] in kept]
    assert f"/m/{mine}/kiosk" not in " ".join(holdings(page)["caches"])

    way.free()
    page.reload()
    expect(page.locator("#notice-sent-other")).to_contain_text("Đã gửi 3 lượt")
    status(page, waiting="0")
    rows = [row for row in server.scans() if row["device"] == "Máy desk"]
    assert [row["verdict"] for row in rows] == ["admitted"] * 3
    assert {row["delegate"] for row in rows} >= {one["name"] for one in scanned}
    until(
        page,
        "async (name) => (await indexedDB.databases()).every((one) => one.name !== name)",
        f"kiosk-{mine}",
    )
    assert not [one for one in page.context.cookies() if one.get("name") == f"kiosk_left_{mine}"]


def test_what_a_meeting_does_not_take_any_more_stays_on_the_tablet_and_is_told(
    server: Stoppable, opened: Callable[[str], Page], elsewhere: dict[str, Any]
) -> None:
    mine = server.demo["meeting"]
    page = opened("gate")
    cut(page)
    wedge(page, server.demo["codes"][23]["code"])
    verdict(page, "admitted")
    # The tablet's place is given away: what it left behind is not taken under its name.
    page.context.clear_cookies(name=f"kiosk_left_{mine}")
    page.context.clear_cookies(name="kiosk_device")
    page.context.set_offline(False)
    become(page, server, OTHER, "gate")
    expect(page.locator(f"#notice-other-{mine}")).to_contain_text("nối máy lại với buổi đó")
    status(page, waiting="1")
    # Paired with that meeting once more it is sent, once.
    become(page, server, mine, "gate")
    status(page, waiting="0")
    wanted = server.demo["codes"][23]["name"]
    wait_until(lambda: [row["delegate"] for row in server.scans()].count(wanted) == 1)


def test_two_tabs_of_one_door_are_one_tablet(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    one = opened("gate")
    two = one.context.new_page()
    two.goto(one.url)
    status(two, net="online")
    one.context.set_offline(True)
    for tab in (one, two):
        status(tab, net="offline")
    first, second = server.demo["codes"][24:26]
    wedge(one, first["code"])
    verdict(one, "admitted", first["name"])
    status(two, waiting="1")
    wedge(two, first["code"])
    verdict(two, "already_in", first["name"])
    wedge(two, second["code"])
    verdict(two, "admitted", second["name"])
    for tab in (one, two):
        status(tab, waiting="3")
    one.context.set_offline(False)
    for tab in (one, two):
        status(tab, net="online", waiting="0")
    rows = [row["delegate"] for row in server.scans() if row["verdict"] == "admitted"]
    assert [rows.count(person["name"]) for person in (first, second)] == [1, 1]


def test_after_a_restore_the_tablet_offers_again_what_the_server_has_lost(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    page = opened("gate")
    before, *lost = server.demo["codes"][26:30]
    wedge(page, before["code"])
    verdict(page, "admitted", before["name"])
    status(page, waiting="0")
    server.stop()
    backup = server.data.with_name("tablet-backup")
    shutil.copytree(server.data, backup)
    server.start()
    status(page, net="online")
    for person in lost:
        wedge(page, person["code"])
        verdict(page, "admitted", person["name"])
    status(page, net="online", waiting="0")
    kept = {row["delegate"]: row for row in server.scans()}
    # Whoever takes the tablet away opens none of what it keeps.
    held = json.dumps(holdings(page))
    assert held.count('"sent:') >= len(lost)
    assert not [one["code"] for one in (before, *lost) if one["code"] in held]

    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(backup, server.data)
    with sqlite3.connect(server.data / "kiosk.sqlite3") as database:
        database.execute("update installation set value = 'another' where key = 'generation'")
    database.close()
    server.start()
    expect(page.locator("#notice-restored")).to_contain_text("gửi lại", timeout=60_000)
    status(page, net="online", waiting="0")
    rows = server.scans()
    for person in (before, *lost):
        (row,) = [one for one in rows if one["delegate"] == person["name"]]
        assert (row["verdict"], row["scanned_at"]) == (
            "admitted",
            kept[person["name"]]["scanned_at"],
        )
    expect(page.locator("#notice-restored")).to_be_visible()


def test_when_the_meeting_ends_the_names_leave_the_tablet_without_network_too(
    server: Stoppable, opened: Callable[[str], Page]
) -> None:
    page = opened("desk")
    names = [person["name"] for person in server.demo["codes"]]
    assert told(page, names)
    cut(page)
    expect(page.locator(".past")).to_be_hidden()
    page.clock.set_system_time(clock.now() + timedelta(days=2))
    expect(page.locator(".past")).to_contain_text("đã kết thúc", timeout=40_000)
    wait_until(lambda: told(page, names) == [])
    # Its own letter is not taken for today's either, and still kept: the clock may be wrong.
    wedge(page, server.demo["codes"][31]["code"])
    verdict(page, "over", "Máy này đang đặt cho buổi ngày")
    status(page, waiting="1")


def test_a_tablet_of_a_past_meeting_never_calls_an_old_day_today(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
    elsewhere: dict[str, Any],
) -> None:
    watched.expected = NOISE
    made = server.run("demo", "--json", "--meeting", "nam-ngoai", "--households", "3")
    assert json.loads(made)["meeting"] == "nam-ngoai"
    with sqlite3.connect(server.data / "kiosk.sqlite3") as database:
        database.execute(
            "update meeting set starts_at = '2025-06-02 06:30:00', doors_open_at ="
            " '2025-06-02 06:00:00', ends_at = '2025-06-02 10:00:00' where name = 'nam-ngoai'"
        )
    database.close()
    page = open_page(launch())
    become(page, server, "nam-ngoai", "gate")
    expect(page.locator(".past")).to_contain_text("buổi ngày 02/06/2025")
    expect(page.locator(".past [data-go=pair]")).to_be_visible()
    for hidden in (".withcam", ".withoutcam", ".wr"):
        expect(page.locator(hidden)).to_be_hidden()
    wedge(page, elsewhere["codes"][0]["code"])
    verdict(page, "over", "Máy này đang đặt cho buổi ngày 02/06/2025")
    expect(page.locator("#verdict")).not_to_contain_text("họp hôm nay")
    expect(page.locator("#verdict")).to_contain_text("Nối lại máy này")
