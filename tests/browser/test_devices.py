"""Devices in real browsers: pairing by the QR code's address, health that follows, revoking."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until

Axe = Callable[[Page], list[str]]


@pytest.fixture
def organiser(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    page = sign_in_as(open_page(launch(), 1440, 900), "organiser")
    page.goto(server.page("/devices"))
    return page


def offer(organiser: Page, name: str, profile: str = "gate") -> None:
    """Fill in the dialog and ask for a code."""
    organiser.locator(".top [data-open='#pair']").click()
    organiser.fill("#pair input[name=name]", name)
    organiser.locator(f"#pair input[value={profile}]").check()
    organiser.locator("#pair footer .primary").click()
    expect(organiser.locator("#pair .code")).to_be_visible()


def address_in(page: Page, server: Server, folder: Path) -> str:
    """Read the QR code off the screen, as a tablet's camera does."""
    picture = folder / "qr.png"
    page.locator("#pair .qr").screenshot(path=picture)
    zbarimg = shutil.which("zbarimg")
    assert zbarimg is not None
    command = [zbarimg, "-q", "--raw", str(picture)]
    read = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    # In the hall the tablet uses the machine's address; here both are on one machine.
    return f"{server.url}/{read.split('/', 3)[3]}"


def device_row(page: Page, name: str) -> Any:
    return page.locator("tr[data-device]", has=page.get_by_text(name, exact=True))


def beat(server: Server, token: str, **said: Any) -> None:
    """Tell how a device is until that is written down: only once in three seconds it is."""

    def told() -> bool:
        body = {"sent_at": datetime.now(UTC).isoformat(), **said}
        assert server.call("POST", "/devices/self/health", token, body)[0] == 200
        items = server.call("GET", "/devices", "organiser")[1]["items"]
        return any(all(item[name] == value for name, value in said.items()) for item in items)

    wait_until(told)


def scanned(page: Page, address: str) -> None:
    """Open the address of a pairing QR code and press, as whoever holds the tablet does."""
    page.goto(address)
    page.locator("main form[method=post] button").click()


def test_a_tablet_scans_the_code_is_checked_and_the_organiser_sees_it_come(
    server: Server,
    organiser: Page,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    axe: Axe,
    tmp_path: Path,
) -> None:
    assert axe(organiser) == []
    offer(organiser, "Bàn đón số 3")
    assert axe(organiser) == []
    expect(organiser.locator("#left")).to_contain_text("dùng một lần")
    expect(organiser.locator("#waits")).to_contain_text("Đang chờ máy quét mã")
    tablet = open_page(launch())
    scanned(tablet, address_in(organiser, server, tmp_path))
    expect(tablet).to_have_url(server.page("/ready"))
    expect(organiser.locator("#came")).to_have_text("Bàn đón số 3 đã nối xong")
    organiser.locator("#waits").click()
    expect(device_row(organiser, "Bàn đón số 3")).to_have_attribute("data-state", "paired")
    tablet.locator("#enter").click()
    expect(tablet.locator("#status")).to_have_attribute("data-net", "online")


def test_a_hall_screen_goes_straight_to_the_hall_and_shows_as_on(
    server: Server,
    organiser: Page,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    offer(organiser, "Màn hình hội trường", "screen")
    screen = open_page(launch(), 1920, 1080)
    scanned(screen, address_in(organiser, server, tmp_path))
    expect(screen).to_have_url(server.page("/hall"))
    organiser.locator("#waits").click()
    # It tells by itself that it is on.
    row = device_row(organiser, "Màn hình hội trường")
    expect(row).to_have_attribute("data-contact", "yes", timeout=10_000)
    expect(row).to_contain_text("Đang hiện")


def test_another_code_replaces_the_one_on_the_screen(
    server: Server, organiser: Page, tmp_path: Path
) -> None:
    offer(organiser, "Bàn đón số 4")
    first = organiser.locator("#pair .code").inner_text()
    organiser.locator("#another").click()
    expect(organiser.locator("#pair .code")).not_to_have_text(first)
    expect(organiser.locator("#pair-t")).to_have_text("Nối Bàn đón số 4")


def test_health_follows_by_itself_while_somebody_looks(
    server: Server, organiser: Page, axe: Axe
) -> None:
    beat(server, "gate", waiting=0, battery=86)
    row = device_row(organiser, "Bàn đón số 1")
    expect(row).to_contain_text("86%", timeout=10_000)
    expect(row).not_to_have_class("dup")

    beat(server, "gate", waiting=0, battery=12, charging=False)
    expect(row).to_have_class("dup", timeout=10_000)
    expect(row).to_contain_text("xin cắm sạc ngay")
    assert axe(organiser) == []


def test_revoking_with_waiting_scans_warns_and_enter_keeps_the_device(
    server: Server, organiser: Page, axe: Axe
) -> None:
    beat(server, "desk", waiting=4)
    organiser.reload()
    row = device_row(organiser, "Bàn cán bộ")
    row.locator("summary").click()
    row.get_by_role("button", name="Thu hồi").click()
    dialog = organiser.locator("dialog[open]")
    expect(dialog).to_contain_text("Máy còn 4 lượt chờ gửi")
    keep = dialog.get_by_role("button", name="Giữ máy")
    expect(keep).to_be_focused()
    assert axe(organiser) == []
    organiser.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert server.call("GET", "", "desk")[0] == 200
    row.locator("summary").click()
    row.get_by_role("button", name="Thu hồi").click()
    organiser.locator("dialog[open]").get_by_role("button", name="Thu hồi máy").click()
    expect(device_row(organiser, "Bàn cán bộ")).to_have_attribute("data-state", "revoked")
    assert server.call("GET", "", "desk")[0] == 401
    expect(device_row(organiser, "Bàn cán bộ")).to_contain_text("còn 4 lượt trong máy")


def test_a_tablet_that_lost_its_pairing_comes_back_under_its_own_name(
    server: Server,
    organiser: Page,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    watched: Watched,
    tmp_path: Path,
) -> None:
    watched.expected = ("401",)
    offer(organiser, "Cửa sau")
    tablet = open_page(launch())
    scanned(tablet, address_in(organiser, server, tmp_path))
    expect(organiser.locator("#came")).to_be_visible()
    organiser.locator("#waits").click()
    tablet.context.clear_cookies()
    tablet.goto(server.page("/kiosk"))
    expect(tablet).to_have_url(re.compile("/login"))
    row = device_row(organiser, "Cửa sau")
    key = row.get_attribute("data-device")
    row.locator("summary").click()
    row.get_by_role("button", name="Nối lại thành máy này").click()
    scanned(tablet, address_in(organiser, server, tmp_path))
    expect(organiser.locator("#came")).to_have_text("Cửa sau đã nối xong")
    organiser.locator("#waits").click()
    expect(device_row(organiser, "Cửa sau")).to_have_count(1)
    expect(device_row(organiser, "Cửa sau")).to_have_attribute("data-device", str(key))


def test_a_device_gets_another_name_and_place(organiser: Page) -> None:
    offer(organiser, "Máy 7")
    organiser.locator("#pair footer [data-close]").click()
    row = device_row(organiser, "Máy 7")
    row.locator("summary").click()
    row.get_by_role("button", name="Đổi tên, nơi đặt").click()
    dialog = organiser.locator("dialog[open]")
    dialog.locator("input[name=name]").fill("Cửa bên")
    dialog.locator("input[name=place]").fill("hành lang trái")
    dialog.get_by_role("button", name="Lưu").click()
    expect(device_row(organiser, "Cửa bên")).to_contain_text("hành lang trái")


def test_the_list_fits_a_telephone(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
    axe: Axe,
) -> None:
    page = sign_in_as(open_page(launch(), 390, 844), "organiser")
    beat(server, "gate", waiting=1)
    page.goto(server.page("/devices"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
