"""The door while its server is upgraded: one release on the page in every state."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable

from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until
from tests.browser.offline import NOISE
from tests.browser.offline import status
from tests.browser.offline import verdict
from tests.browser.offline import wedge
from tests.browser.upgrade.doors import IDLE_SECONDS
from tests.browser.upgrade.doors import another
from tests.browser.upgrade.doors import arrivals
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
