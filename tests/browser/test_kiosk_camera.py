"""The camera of the door: which lens, which light, and what is said when it does not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.camera import film
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import Server
from tests.browser.conftest import wait_until
from tests.browser.door import wedge

TWO_LENSES = (
    "--use-fake-device-for-media-stream=device-count=2",
    "--use-fake-ui-for-media-stream",
)
LIVE = """() => {
  const track = document.getElementById('video').srcObject?.getVideoTracks()[0];
  return track?.readyState === 'live' && !document.getElementById('video').paused ? track.id : '';
}"""


def test_the_lens_is_chosen_once_and_remembered(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch(None, *TWO_LENSES))
    page.add_init_script(
        """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        window.asked = [];
        navigator.mediaDevices.getUserMedia = (wish) =>
          (window.asked.push(wish.video), open(wish));"""
    )
    pair(page, "gate")
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    assert page.evaluate("asked[0].facingMode") == "user"
    page.get_by_role("button", name="Chọn máy quay").click()
    expect(page.locator("#lenses .btn")).to_have_count(2)
    page.locator("#lenses [aria-pressed=false]").click()
    expect(page.locator("#lensbox")).to_be_hidden()
    wait_until(lambda: page.evaluate("asked.length") == 2)
    chosen = page.evaluate("asked[1].deviceId.exact")
    page.reload()
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    assert page.evaluate("asked[0].deviceId.exact") == chosen
    # A lens that is not there today is replaced by another.
    page.evaluate("localStorage.setItem('kiosk-lens', 'gone')")
    page.reload()
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    assert page.evaluate("asked.length") == 2
    assert page.evaluate("asked[1].facingMode") == "user"


def test_a_staffed_tablet_looks_away_from_its_helper_first(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch(None, *FAKE_CAMERA))
    page.add_init_script(
        """const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wish) =>
          ((window.asked = wish.video), open(wish));"""
    )
    pair(page, "desk")
    assert page.evaluate("asked.facingMode") == "environment"


def test_a_camera_that_stops_or_freezes_is_taken_again(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = pair(open_page(launch(None, *FAKE_CAMERA)), "gate")
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    first = page.evaluate(LIVE)
    page.evaluate("document.getElementById('video').srcObject.getTracks().forEach((t) => t.stop())")
    wait_until(lambda: page.evaluate(LIVE) not in {"", first})
    second = page.evaluate(LIVE)
    # A stream that says that it is live and gives no frames.
    page.evaluate("HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0")
    wait_until(lambda: page.evaluate(LIVE) not in {"", second}, 20)
    expect(page.locator("#cam")).to_have_attribute("data-state", "ready")


def test_a_dark_picture_asks_for_light_where_the_device_has_none(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    tmp_path: Path,
) -> None:
    dark = film([Image.new("RGB", (1280, 720), (9, 8, 7))] * 2, tmp_path)
    page = pair(open_page(launch(dark)), "gate")
    expect(page.locator("#camnote")).to_contain_text("máy này không có đèn", timeout=15_000)
    expect(page.locator("#torch")).to_be_hidden()


def test_the_torch_is_offered_where_there_is_one_and_says_when_it_does_not_answer(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch(None, *FAKE_CAMERA))
    page.add_init_script(
        """window.works = true;
        MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
        MediaStreamTrack.prototype.applyConstraints = function (wish) {
          window.wished = wish.advanced[0].torch;
          return window.works ? Promise.resolve() : Promise.reject(new Error('no'));
        };"""
    )
    pair(page, "desk")
    torch = page.get_by_role("button", name="Đèn")
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("wished") is True
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "false")
    page.evaluate("window.works = false")
    torch.click()
    expect(page.locator("#camnote")).to_contain_text("chưa bật được")
    expect(torch).to_have_attribute("aria-pressed", "false")


def test_a_camera_that_is_allowed_later_starts_by_itself(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch(None, "--use-fake-device-for-media-stream"))
    page.context.grant_permissions([], origin=server.url)
    pair(page, "gate")
    expect(page.locator("#cam[data-state=refused]")).to_be_visible()
    expect(page.locator("#cam")).to_contain_text("ổ khóa")
    page.context.grant_permissions(["camera"], origin=server.url)
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()


def test_a_door_where_nobody_comes_dims_and_wakes(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
) -> None:
    page = open_page(launch())
    page.clock.install(time=datetime.now(UTC))
    pair(page, "gate")
    page.clock.fast_forward("04:30")
    expect(page.locator("body")).not_to_have_class("dim")
    page.clock.fast_forward("00:45")
    expect(page.locator("body")).to_have_class("dim")
    wedge(page, "khong phai ma")
    expect(page.locator("body")).not_to_have_class("dim")
