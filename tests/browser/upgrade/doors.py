"""What tests of an upgrade share: two releases, nodes, and a door of the old one."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Error
from playwright.sync_api import Page
from playwright.sync_api import Playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import QUIET
from tests.browser.conftest import Demo
from tests.browser.offline import Stoppable
from tests.browser.offline import enter
from tests.browser.upgrade.releases import Fronted
from tests.browser.upgrade.releases import Node
from tests.browser.upgrade.releases import fronting
from tests.browser.upgrade.releases import make_release
from tests.browser.upgrade.releases import one_release
from tests.browser.upgrade.releases import start_node

IDLE_SECONDS = 60


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("releases")
    return {mark: make_release(folder / mark, mark) for mark in ("old", "new")}


@pytest.fixture
def server(tmp_path: Path, demo: Demo, releases: dict[str, Path]) -> Iterator[Fronted]:
    data = tmp_path / "data"
    made = demo.copy(data)
    with fronting() as front:
        env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(front.port)}
        front.nodes = [start_node(releases["old"], data)]
        yield Fronted(front.url, data, env, made, front=front)


@pytest.fixture
def another(server: Fronted, releases: dict[str, Path]) -> Iterator[Callable[[str], Node]]:
    """Start another node on the same data."""
    started: list[Node] = []

    def start(mark: str) -> Node:
        started.append(start_node(releases[mark], server.data))
        return started[-1]

    yield start
    for node in started:
        if node not in server.front.nodes:
            node.stop()


@pytest.fixture
def tablet(
    playwright: Playwright, server: Fronted, tmp_path: Path
) -> Iterator[Callable[[], BrowserContext]]:
    """A browser with a home of its own, which can be closed and opened again."""
    running: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "home",
            executable_path=CHROMIUM,
            args=[*QUIET, *FAKE_CAMERA],
            viewport={"width": 1280, "height": 800},
            locale="vi-VN",
        )
        running.append(context)
        return context

    yield start
    for context in running:
        context.close()


@pytest.fixture
def door(server: Fronted, tablet: Callable[[], BrowserContext]) -> Callable[[str], Page]:
    """Open the door of the old release, kept whole."""

    def opened(profile: str = "gate") -> Page:
        page = tablet().pages[0]
        enter(page, server, profile, "Bàn đón số 1")  # type: ignore[arg-type]  # it asks for no more
        assert one_release(page) == "old"
        return page

    return opened


def becomes(page: Page, mark: str, seconds: float = IDLE_SECONDS) -> None:
    """Wait until the page is of that release, as a whole; never of two meanwhile."""
    until = time.monotonic() + seconds
    found = ""
    while found != mark:
        assert time.monotonic() < until, f"still {found}"
        try:
            page.wait_for_selector("#status[data-safe=true]", timeout=5000)
            found = one_release(page)
        except Error:
            # Looked at while it was loading.
            continue


def upgrade(server: Fronted, another: Callable[[str], Node]) -> None:
    """Put the new release in the place of the old one."""
    for node in server.front.nodes:
        node.stop()
    server.front.nodes = []
    server.front.nodes = [another("new")]


def arrivals(server: Fronted) -> Counter[str]:
    """How often each person was let in, by the server's list of scans."""
    rows = Stoppable.scans(server)  # type: ignore[arg-type]  # it asks for no more
    assert len({row["scan_id"] for row in rows}) == len(rows)
    return Counter(row["delegate"] for row in rows if row["verdict"] == "admitted")
