"""Thirty people arrive while server, network and browser go and come back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page
from playwright.sync_api import Playwright
from playwright.sync_api import expect

from kiosk.plugins.checkin.offline.roster import row_key
from tests.browser.conftest import CHROMIUM
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import QUIET
from tests.browser.conftest import Demo
from tests.browser.conftest import Watched
from tests.browser.conftest import install
from tests.browser.conftest import wait_until
from tests.browser.offline import NOISE
from tests.browser.offline import Stoppable
from tests.browser.offline import enter
from tests.browser.offline import holdings
from tests.browser.offline import serving
from tests.browser.offline import show_letters
from tests.browser.offline import status
from tests.browser.offline import until
from tests.browser.offline import verdict
from tests.browser.offline import wedge

SEEN = 12
TYPED = 18


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("arrival"), demo) as running:
        yield running


def arriving(server: Stoppable) -> list[dict[str, Any]]:
    """Thirty people whose names are all different, so that a list of scans tells them apart."""
    namesakes = Counter(person["name"] for person in server.demo["codes"])
    alone = [p for p in server.demo["codes"][30:] if namesakes[p["name"]] == 1]
    return alone[: SEEN + TYPED]


@pytest.fixture
def hall(tmp_path: Path, demo: Demo) -> Iterator[Stoppable]:
    """The server over https, with a certificate of its own authority."""
    with serving(tmp_path / "hall", demo, https=True) as running:
        yield running


@pytest.fixture
def tablet(
    playwright: Playwright, hall: Stoppable, tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """A browser with a home of its own, which can be closed and opened again.

    The authority is installed in it, and nothing else makes it trust the server.
    """
    env = install(hall.authority, tmp_path / "owner")
    people = arriving(hall)[:SEEN]
    letters = show_letters([person["code"] for person in people], tmp_path / "letters.mjpeg")
    arguments = [*QUIET, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={letters}"]
    running: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "home",
            executable_path=CHROMIUM,
            args=arguments,
            env=env,
            viewport={"width": 1280, "height": 800},
            locale="vi-VN",
        )
        running.append(context)
        return context

    yield start
    for context in running:
        context.close()


def recorded(page: Page) -> set[str]:
    """The codes of the scans that wait on the tablet."""
    return {scan["code"] for scan in holdings(page)["stores"]["kiosk-kim-dong-2023/scans"]}


def let_in(page: Page, people: list[dict[str, Any]]) -> None:
    """Scan one letter after another with the hand-held scanner.

    The camera shows others meanwhile, so each is waited for in the tablet's journal.
    """
    for person in people:
        wedge(page, person["code"])
        noted = "(key) => Object.values(localStorage).some((line) => line.includes(key))"
        until(page, noted, row_key(person["code"]))


def each_arrived_once(
    server: Stoppable,
    people: list[dict[str, Any]],
    typed: list[dict[str, Any]],
    before: datetime,
) -> None:
    """Each of the people has one entry, with the time at which it was made."""
    rows = [row for row in server.scans() if row["device"] == "Bàn đón số 1"]
    admitted = [row for row in rows if row["verdict"] == "admitted"]
    assert Counter(row["delegate"] for row in admitted) == Counter(p["name"] for p in people)
    assert len({row["scan_id"] for row in rows}) == len(rows)
    times = {row["delegate"]: datetime.fromisoformat(row["scanned_at"]) for row in admitted}
    assert max(times.values()) < before
    # Those who came while the server was away arrived there long after they were let in.
    received = {row["delegate"]: datetime.fromisoformat(row["received_at"]) for row in admitted}
    assert all(received[person["name"]] > before for person in typed[4:])
    in_order = [times[person["name"]] for person in typed]
    assert in_order == sorted(in_order)
    assert in_order[0] < in_order[-1]


def test_thirty_arrive_once_with_their_own_times_whatever_breaks(
    hall: Stoppable, tablet: Callable[[], BrowserContext]
) -> None:
    people = arriving(hall)
    seen, typed = people[:SEEN], people[SEEN:]
    context = tablet()
    page = context.pages[0]
    enter(page, hall, "gate", "Bàn đón số 1")

    # A few come while all is well, then the server stops in the middle of the arrival.
    let_in(page, typed[:4])
    hall.stop()
    let_in(page, typed[4:10])
    status(page, net="offline")

    # Then the network goes too, and somebody reloads the page.
    context.set_offline(True)
    page.reload()
    status(page, net="offline")
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    let_in(page, typed[10:14])

    # The camera sees every letter of its video before anything comes back.
    codes = {person["code"] for person in seen}
    wait_until(lambda: codes <= recorded(page), 120)
    kept = recorded(page)
    assert codes <= kept
    waiting = page.locator("#status").get_attribute("data-waiting")
    context.close()

    # The browser is closed and opened again, the server still away.
    context = tablet()
    page = context.pages[0]
    page.goto(hall.page("/kiosk"))
    status(page, net="offline")
    assert kept <= recorded(page)
    assert int(waiting or 0) <= len(holdings(page)["stores"]["kiosk-kim-dong-2023/scans"])
    let_in(page, typed[14:])
    before = datetime.now().astimezone()
    hall.start()
    status(page, net="online", waiting="0")
    each_arrived_once(hall, people, typed, before)


def test_two_tablets_without_network_agree_with_the_server_afterwards(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    people = [p for p in server.demo["codes"][70:] if p not in arriving(server)][:10]
    browser = launch()
    tablets = []
    for number in (1, 2):
        page = open_page(browser)
        enter(page, server, "gate", f"Máy số {number}")
        tablets.append(page)
    for page, mine in zip(tablets, (people[:6], people[4:]), strict=True):
        page.context.set_offline(True)
        status(page, net="offline")
        for person in mine:
            wedge(page, person["code"])
            verdict(page, "admitted", person["name"])
    for page in reversed(tablets):
        page.context.set_offline(False)
        status(page, net="online", waiting="0")
    names = {person["name"] for person in people}
    rows = [row for row in server.scans() if row["delegate"] in names]
    assert len(rows) == 12
    assert Counter(row["verdict"] for row in rows) == {"admitted": 10, "review": 2}
    reviewed = {row["delegate"] for row in rows if row["verdict"] == "review"}
    assert reviewed == {person["name"] for person in people[4:6]}


def test_the_files_of_an_older_version_leave_the_cache_and_nobody_elses(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    page = open_page(launch())
    page.goto(f"{server.url}/pair")
    door = f"kiosk:/m/{server.demo['meeting']}/kiosk:"
    for name in (f"{door}older", "another program's"):
        page.evaluate("(name) => caches.open(name)", name)
    enter(page, server, "gate", "Máy cũ")
    until(page, "async (name) => !(await caches.has(name))", f"{door}older")
    names = page.evaluate("caches.keys()")
    assert "another program's" in names
    assert len([name for name in names if name.startswith(door)]) == 1


def test_what_is_kept_of_the_page_names_nobody(
    server: Stoppable,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    page = open_page(launch())
    enter(page, server, "desk", "Bàn cán bộ")
    kept = holdings(page)["caches"]
    assert any(url.endswith("/kiosk") for url in kept)
    assert any("zxing_reader.wasm" in url for url in kept)
    assert any("woff2" in url for url in kept)
    text = json.dumps(kept, ensure_ascii=False)
    assert not [person["name"] for person in server.demo["codes"] if person["name"] in text]
