"""An upgrade under way: nodes of two releases, and a network that is cut in the middle."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page

from tests.browser.offline import status
from tests.browser.offline import verdict
from tests.browser.offline import wedge
from tests.browser.upgrade.doors import another
from tests.browser.upgrade.doors import becomes
from tests.browser.upgrade.doors import door
from tests.browser.upgrade.doors import releases
from tests.browser.upgrade.doors import server
from tests.browser.upgrade.doors import tablet
from tests.browser.upgrade.doors import upgrade
from tests.browser.upgrade.releases import Fronted
from tests.browser.upgrade.releases import Node
from tests.browser.upgrade.releases import one_release

__all__ = ["another", "door", "releases", "server", "tablet"]


def test_a_network_cut_in_the_middle_of_the_upgrade_leaves_the_old_page_whole(
    server: Fronted, another: Callable[[str], Node], door: Callable[[str], Page]
) -> None:
    page = door("desk")
    server.front.cuts = lambda path: path.startswith("/static/") or "kiosk-files" in path
    upgrade(server, another)
    for _ in range(3):
        page.reload()
        status(page, net="online")
        assert one_release(page) == "old"
    # Some files come, the others do not.
    server.front.cuts = lambda path: path.endswith(("outbox.js", "kiosk.css", ".woff2"))
    server.front.asked("/outbox.js", 2)
    page.reload()
    status(page, net="online")
    assert one_release(page) == "old"
    person = server.demo["codes"][50]
    wedge(page, person["code"])
    verdict(page, "admitted", person["name"])
    page.context.set_offline(True)
    page.reload()
    status(page, net="offline")
    assert one_release(page) == "old"
    page.context.set_offline(False)
    server.front.cuts = lambda path: False
    becomes(page, "new")


def test_two_nodes_that_are_upgraded_one_after_the_other_end_in_one_release(
    server: Fronted, another: Callable[[str], Node], door: Callable[[str], Page]
) -> None:
    page = door("gate")
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    server.front.nodes.append(another("new"))
    people = iter(server.demo["codes"][60:])
    for _ in range(4):
        page.reload()
        status(page, net="online")
        one_release(page)
        person = next(people)
        wedge(page, person["code"])
        verdict(page, "admitted", person["name"])
        one_release(page)
    # Left alone, it goes over once at the most.
    before = len(loads)
    server.front.asked("/healthz", 5, seconds=120)
    assert len(loads) - before <= 1
    one_release(page)
    server.front.nodes.pop(0).stop()
    becomes(page, "new")
    page.context.set_offline(True)
    page.reload()
    status(page, net="offline")
    assert one_release(page) == "new"


def test_a_first_visit_between_two_releases_comes_whole_when_the_nodes_agree(
    server: Fronted, another: Callable[[str], Node], tablet: Callable[[], BrowserContext]
) -> None:
    old = server.front.nodes[0]
    server.front.nodes.append(another("new"))
    page = tablet().pages[0]
    token = server.run("token", server.demo["meeting"], "--role", "gate", "--name", "Máy").strip()
    page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
    page.goto(server.page("/kiosk"), wait_until="load")
    server.front.nodes.remove(old)
    old.stop()
    becomes(page, "new")


def test_a_node_has_nothing_under_the_address_of_another_release(
    server: Fronted, another: Callable[[str], Node]
) -> None:
    def versions() -> str:
        with urllib.request.urlopen(f"{server.url}/login") as answer:  # noqa: S310  # our own server
            found: str = answer.headers["Kiosk-Version"]
            return found

    old = versions()
    upgrade(server, another)
    assert versions() != old
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.url}/static/v/{old}/ui.js")  # noqa: S310  # our own server
    with refused.value as answer:
        assert answer.code == 404
        assert answer.headers["Cache-Control"] == "no-store"
