"""The door while its server is upgraded: one release on the page in every state."""

from __future__ import annotations

import gzip
import os
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Error
from playwright.sync_api import Page
from playwright.sync_api import Playwright
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import QUIET
from tests.browser.conftest import Demo
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until
from tests.browser.offline import NOISE
from tests.browser.offline import Stoppable
from tests.browser.offline import enter
from tests.browser.offline import status
from tests.browser.offline import verdict
from tests.browser.offline import wedge
from tests.browser.releases import Fronted
from tests.browser.releases import Node
from tests.browser.releases import fronting
from tests.browser.releases import make_release
from tests.browser.releases import one_release
from tests.browser.releases import start_node

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


def test_an_idle_door_comes_to_the_new_release_with_what_waits_on_it(
    server: Fronted,
    another: Callable[[str], Node],
    door: Callable[[str], Page],
    tablet: Callable[[], BrowserContext],
) -> None:
    page = door("gate")
    context = page.context
    people = server.demo["codes"][40:45]
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))

    # Three wait; the network is there for everything but scans, so they wait over the change.
    server.front.cuts = lambda path: path.split("?")[0].endswith(("/scans", "/scans/batch"))
    for person in people[:3]:
        wedge(page, person["code"])
        expect(page.locator("#verdict")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#verdict")).to_be_hidden()
    status(page, waiting="3")
    upgrade(server, another)

    # While a verdict or a form shows, nothing moves.
    page.locator("[data-go=pad]:visible").click()

    def kept() -> bool:
        # Somebody goes on typing.
        page.locator("#keys [data-key='1']").click()
        page.locator("#keys [data-key=back]").click()
        return bool(page.evaluate(KEPT))

    wait_until(kept, IDLE_SECONDS)
    server.front.asked("/healthz", 1)
    assert loads == []
    assert one_release(page) == "old"
    page.keyboard.press("Escape")
    becomes(page, "new")
    assert len(loads) == 1
    server.front.cuts = lambda path: False
    status(page, net="online", waiting="0")
    wedge(page, people[3]["code"])
    verdict(page, "admitted", people[3]["name"])
    assert arrivals(server) == Counter(person["name"] for person in people[:4])

    # Without network, and with the browser closed and opened again, it is the new one, whole.
    server.front.nodes.pop().stop()
    context.close()
    page = tablet().pages[0]
    page.goto(server.page("/kiosk"))
    status(page, net="offline")
    assert one_release(page) == "new"
    wedge(page, people[4]["code"])
    verdict(page, "admitted", people[4]["name"])
    # The decoder too: it is beyond the reach of the page's worker.
    expect(page.locator("#cam[data-state=ready]")).to_be_attached()
    assert page.evaluate(DECODES) == "read"


# The release of the page is not the one that is kept any more.
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('kiosk:/m/'));
  return names.length === 1 && !names[0].endsWith(document.documentElement.dataset.version);
}"""
DECODES = """async () => {
  const {worker} = JSON.parse(document.getElementById('config').textContent);
  const decoder = new Worker(worker, {type: 'module'});
  const frame = await createImageBitmap(new ImageData(64, 64));
  return new Promise((done) => {
    decoder.onerror = () => done('no worker');
    decoder.onmessage = ({data}) => {
      if (data.ready) decoder.postMessage({frame, whole: false}, [frame]);
      else done(data.error ?? 'read');
    };
  });
}"""


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


def test_a_file_of_other_content_under_its_address_is_not_taken(
    server: Fronted, another: Callable[[str], Node], door: Callable[[str], Page]
) -> None:
    page = door("gate")
    forged = gzip.compress(b"export const x = 1;")

    def change(path: str, body: bytes) -> bytes:
        return forged if path.endswith("/checkin/outbox.js") else body

    server.front.changes = change
    upgrade(server, another)
    server.front.asked("/outbox.js", 8)
    page.reload()
    status(page, net="online")
    assert one_release(page) == "old"
    server.front.changes = lambda path, body: body
    becomes(page, "new")


def test_the_hall_comes_to_the_new_release_when_nobody_speaks(
    server: Fronted,
    another: Callable[[str], Node],
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
) -> None:
    watched.expected = NOISE
    page = open_page(launch(), 1920, 1080)
    token = server.run("token", server.demo["meeting"], "--role", "screen", "--name", "M").strip()
    page.context.add_cookies([{"name": "kiosk_device", "value": token, "url": server.url}])
    page.goto(server.page("/hall"))
    expect(page.locator("html[data-mark=old]")).to_be_attached()
    delegate = server.demo["codes"][30]["delegate"]
    server.call("POST", "/scans", "gate", {"scan_id": "h", "via": "search", "delegate": delegate})
    status_code, turn = server.call("POST", "/speakers", "moderator", {"delegate": delegate})
    assert status_code == 201
    assert server.call("POST", f"/speakers/{turn['id']}/start", "moderator", {})[0] == 200
    expect(page.locator("#running")).to_be_visible()
    upgrade(server, another)
    server.front.asked("/hall", 2, "HEAD")
    server.front.asked("/health", 1, "POST")
    expect(page.locator("html[data-mark=old]")).to_be_attached()
    assert server.call("POST", f"/speakers/{turn['id']}/finish", "moderator", {})[0] == 200
    expect(page.locator("html[data-mark=new]")).to_be_attached(timeout=IDLE_SECONDS * 1000)
    expect(page.locator("#full")).to_be_visible()


def test_a_page_whose_files_did_not_come_gets_them_by_itself(
    server: Fronted, sign_in_as: Callable[[Page, str], Page], tablet: Callable[[], BrowserContext]
) -> None:
    page = sign_in_as(tablet().pages[0], "organiser")
    server.front.cuts = lambda path: path.endswith(("/board.css", "/live.js"))
    page.goto(server.page("/attendance"))
    server.front.asked("/board.css", 1)
    server.front.asked("/live.js", 1)
    expect(page.locator("#live")).not_to_have_attribute("data-state", "live")
    server.front.cuts = lambda path: False
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=60_000)
    style = "getComputedStyle(document.documentElement).getPropertyValue('--mark-attendance-board')"
    wait_until(lambda: page.evaluate(style) == "old")


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
