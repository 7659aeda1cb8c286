"""https in the hall: a browser that trusts our certificate has camera and service worker."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import Playwright
from playwright.sync_api import expect

from kiosk.certificates.network import this_machine
from tests.browser.conftest import CHROMIUM
from tests.browser.conftest import KIOSK
from tests.browser.conftest import QUIET
from tests.browser.conftest import install
from tests.browser.conftest import wait_until


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """`kiosk serve --https` as tablets reach it; yields host:port and its folder."""
    data = tmp_path_factory.mktemp("hall")
    with socket.socket() as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
    subprocess.run([str(KIOSK), "demo", "--households", "3"], env=env, check=True)
    serving = subprocess.Popen([str(KIOSK), "serve", "--https"], env=env)
    where = f"{this_machine().facing}:{port}"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://{where}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    try:
        wait_until(ready, 90)
        yield where, data
    finally:
        serving.terminate()
        serving.wait(timeout=20)


@pytest.fixture
def browser(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[Path | None], Browser]]:
    """Start a browser with a home of its own, in which a certificate is installed or not."""
    started: list[Browser] = []

    def start(authority: Path | None = None) -> Browser:
        home = tmp_path / f"home-{len(started)}"
        home.mkdir()
        env: dict[str, str | float | bool] = {**os.environ, "HOME": str(home)}
        if authority is not None:
            env = install(authority, home)
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET], env=env)
        started.append(found)
        return found

    yield start
    for running in started:
        running.close()


def _page(running: Browser) -> Page:
    return running.new_page(viewport={"width": 1280, "height": 800}, locale="vi-VN")


def _kiosk(data: Path, *arguments: str) -> str:
    env = {**os.environ, "KIOSK_DATA": str(data)}
    command = [str(KIOSK), *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def _door(page: Page, where: str, data: Path, name: str) -> None:
    """Open the door on a gate of that name."""
    token = _kiosk(data, "token", "kim-dong-2023", "--role", "gate", "--name", name)
    cookie = {"name": "kiosk_device", "value": token.strip(), "url": f"https://{where}"}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict of the same keys
    page.goto(f"https://{where}/m/kim-dong-2023/kiosk")


def test_with_the_certificate_installed_the_door_is_a_secure_context(
    hall: tuple[str, Path], browser: Callable[[Path | None], Browser]
) -> None:
    where, data = hall
    page = _page(browser(data / "certificates" / "ca.crt"))
    _door(page, where, data, "Bàn đón số 1")
    expect(page.locator("#status")).to_have_attribute("data-net", "online")
    assert page.evaluate("isSecureContext")
    assert page.evaluate("'serviceWorker' in navigator && 'mediaDevices' in navigator")
    assert page.evaluate("crypto.subtle !== undefined")


def test_a_tablet_finds_the_way_from_plain_http_to_its_page(
    hall: tuple[str, Path], browser: Callable[[Path | None], Browser]
) -> None:
    where, data = hall
    page = _page(browser(data / "certificates" / "ca.crt"))
    page.goto(f"http://{where}/pair")
    assert page.url == f"http://{where}/https?next=/pair"
    expect(page.locator("#state")).to_have_attribute("data-trusted", "true")
    page.click("#begin")
    page.wait_for_url(f"https://{where}/pair")


def test_a_tablet_that_does_not_trust_us_yet_is_told_how(
    hall: tuple[str, Path], browser: Callable[[Path | None], Browser]
) -> None:
    where, data = hall
    page = _page(browser(None))
    page.goto(f"http://{where}/")
    expect(page.locator("#state")).to_have_attribute("data-trusted", "false")
    expect(page.locator("#trusted")).to_be_hidden()
    expect(page.locator("#p-android")).to_be_visible()
    expect(page.locator("#p-apple")).to_be_hidden()
    page.focus("#t-android")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#p-apple")).to_be_visible()
    page.click("#p-apple .try")
    expect(page.locator("#p-apple .not-yet")).to_be_visible()
    with page.expect_download() as getting:
        page.click("#t-windows")
        page.click("#p-windows a[download]")
    downloaded = Path(getting.value.path()).read_bytes()
    assert downloaded == ssl.PEM_cert_to_DER_cert((data / "certificates" / "ca.crt").read_text())


def test_without_encryption_only_the_install_page_is_there(hall: tuple[str, Path]) -> None:
    where, _data = hall
    api = f"http://{where}/api/v1/meetings/kim-dong-2023"
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(api, timeout=10)
    assert answer.value.code == 403
    answer.value.close()
    for path in ("healthz", "readyz", "https", "https/kiosk.crt", "https/kiosk.mobileconfig"):
        with urllib.request.urlopen(f"http://{where}/{path}", timeout=10) as found:
            assert (found.status, found.url) == (200, f"http://{where}/{path}")


def test_a_silent_connection_and_noise_do_no_harm(hall: tuple[str, Path]) -> None:
    where, data = hall
    host, _, port = where.rpartition(":")
    context = ssl.create_default_context(cafile=data / "certificates" / "ca.crt")
    with (
        socket.create_connection((host, int(port))),
        socket.create_connection((host, int(port))) as noise,
    ):
        noise.sendall(b"\x16\x03\x01 this is no handshake \r\n\r\n")
        with urllib.request.urlopen(
            f"https://{where}/healthz", timeout=10, context=context
        ) as found:
            assert found.status == 200


def test_live_screens_follow_over_an_encrypted_connection(hall: tuple[str, Path]) -> None:
    where, data = hall
    env = {**os.environ, "KIOSK_DATA": str(data)}
    command = [str(KIOSK), "token", "kim-dong-2023", "--role", "moderator", "--name", "Bảng"]
    token = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    following = urllib.request.Request(  # our own server
        f"https://{where}/live/kim-dong-2023?view=attendance",
        headers={"Authorization": f"Bearer {token.strip()}"},
    )
    context = ssl.create_default_context(cafile=data / "certificates" / "ca.crt")
    with urllib.request.urlopen(following, timeout=10, context=context) as stream:  # noqa: S310
        lines = iter(stream.readline, b"")
        assert any(line.strip() == b"event: attendance" for line in lines)


def test_with_the_certificate_installed_the_page_opens_without_the_server(
    hall: tuple[str, Path], browser: Callable[[Path | None], Browser]
) -> None:
    where, data = hall
    page = _page(browser(data / "certificates" / "ca.crt"))
    _door(page, where, data, "Bàn đón số 2")
    expect(page.locator("#status[data-roster-at*=T]")).to_be_attached()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#status")).to_have_attribute("data-net", "offline")
    made = _kiosk(data, "demo", "--json", "--households", "3")
    person = json.loads(made)["codes"][0]
    page.locator("input[name=code]").focus()
    page.keyboard.insert_text(person["code"])
    page.keyboard.press("Enter")
    expect(page.locator("#verdict[data-verdict=admitted]")).to_contain_text(person["name"])
    page.context.set_offline(False)
    expect(page.locator("#status")).to_have_attribute("data-waiting", "0", timeout=30_000)


def test_without_the_certificate_the_page_says_that_a_reload_would_not_survive(
    hall: tuple[str, Path], browser: Callable[[Path | None], Browser]
) -> None:
    where, data = hall
    page = browser(None).new_page(ignore_https_errors=True, locale="vi-VN")
    _door(page, where, data, "Bàn đón số 3")
    expect(page.locator("#notice-insecure")).to_contain_text("chưa tin chứng chỉ")
    expect(page.locator("#status")).to_have_attribute("data-net", "online")
