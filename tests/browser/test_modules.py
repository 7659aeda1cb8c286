"""Scripts: one instance of each module on every page, never an old one."""

from __future__ import annotations

import urllib.request
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page

from tests.browser.conftest import Server

LOADED = """() => performance.getEntriesByType('resource').map((entry) => entry.name)
  .filter((name) => /\\/static\\/(?!vendor\\/).*\\.js/.test(name))"""


@pytest.mark.parametrize("path", ["/speakers", "/opinions", "/devices", "/delegates"])
def test_a_page_loads_each_module_once(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    path: str,
) -> None:
    page = sign_in_as(open_page(launch()), "organiser")
    page.goto(server.page(path), wait_until="load")
    names = Counter(name.split("?")[0] for name in page.evaluate(LOADED))
    assert any(name.endswith("/ui.js") for name in names)
    assert [name for name, times in names.items() if times > 1] == []


def test_the_door_loads_each_module_once_and_by_its_version(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = pair(open_page(launch()), "gate")
    found = page.evaluate(LOADED)
    names = Counter(name.split("?")[0] for name in found)
    assert [name for name, times in names.items() if times > 1] == []
    assert len({name.partition("/static/")[2].split("/")[1] for name in found}) == 1
    assert [name for name in found if "/static/v/" not in name] == []


def test_a_script_without_its_version_is_asked_for_again(server: Server) -> None:
    def kept(path: str) -> str:
        with urllib.request.urlopen(f"{server.url}/static/{path}") as answer:  # noqa: S310  # our own server
            found: str = answer.headers["Cache-Control"]
            return found

    for name in ("http.js", "tokens.css", "vendor/decoder/zxing_reader.wasm"):
        assert kept(name) == "no-cache"
    # The decoder works without a network because the browser keeps it, of the page's release.
    with urllib.request.urlopen(f"{server.url}/healthz") as answer:  # noqa: S310  # our own server
        version = answer.headers["Kiosk-Version"]
    for name in ("http.js", "tokens.css", "vendor/decoder/zxing_reader.wasm"):
        assert "immutable" in kept(f"v/{version}/{name}")
