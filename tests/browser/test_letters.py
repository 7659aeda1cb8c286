"""Wording the letter beside the real page, and sending with progress, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until
from tests.invitations import mailserver
from tests.invitations.mailserver import Post

PATIENCE = 30_000


@pytest.fixture(scope="module")
def post() -> Iterator[Post]:
    with mailserver.running() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIOSK_SMTP_URL", running.url)
        yield running


@pytest.fixture(scope="module")
def server(post: Post, server: Server) -> Server:
    """The server of every browser test, which knows the mail server."""
    return server


@pytest.fixture
def office(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    sign_in_as: Callable[[Page, str], Page],
) -> Page:
    return sign_in_as(open_page(launch(), 1440, 900), "organiser")


def _made(page: Page) -> str:
    """Wait for the page that is set anew; return the address of its picture."""
    expect(page.locator("body")).to_have_attribute("data-preview", "done", timeout=PATIENCE)
    return page.locator("#page").get_attribute("src") or ""


def _another(page: Page, before: str) -> str:
    expect(page.locator("#page")).not_to_have_attribute("src", before, timeout=PATIENCE)
    return _made(page)


def test_the_real_page_follows_the_words_as_they_are_written(
    server: Server, office: Page, axe: Callable[[Page], list[str]], watched: Watched
) -> None:
    watched.expected = ("422",)
    office.goto(server.page("/invitations/wording"))
    first = _made(office)
    expect(office.locator("#checks li")).to_have_count(4, timeout=PATIENCE)
    assert office.locator("#page").evaluate("image => image.naturalWidth") > 1000
    assert axe(office) == []
    closing = office.locator("[name=closing]")
    closing.fill("Kính mong tới dự, ")
    second = _another(office, first)
    closing.press("End")
    office.locator("#f-closing ~ * [data-blank], .ins [data-for=f-note]").first.click()
    third = _another(office, second)
    # A blank that does not exist: named at its field, the last good page stays.
    office.locator("[name=invite]").fill("Mời {số ghế}")
    expect(office.locator("#live-invite")).to_contain_text("{số ghế}", timeout=PATIENCE)
    assert office.locator("#page").get_attribute("src") == third
    expect(office.locator("#say")).to_be_visible()
    office.locator("[name=invite]").fill("Trân trọng kính mời {Xưng hô} {Họ và tên} tới dự.")
    fourth = _another(office, third)
    expect(office.locator("#live-invite")).to_have_count(0)
    office.get_by_text("A4", exact=True).click()
    _another(office, fourth)
    ratio = office.locator("#page").evaluate("image => image.naturalHeight / image.naturalWidth")
    assert abs(ratio - 297 / 210) < 0.01


def test_a_wording_is_kept_and_taken_back_by_keyboard_and_click(
    server: Server, office: Page
) -> None:
    office.goto(server.page("/invitations/wording?form=official"))
    _made(office)
    office.locator("[role=tab][aria-selected=true]").focus()
    office.keyboard.press("ArrowRight")
    expect(office.locator("#p-frame")).to_be_visible()
    expect(office.locator("#p-words")).to_be_hidden()
    office.locator("[name=head_number]").fill("87")
    office.locator("[name=head_day]").fill("16/10/2023")
    office.get_by_role("button", name="Dùng mẫu này").click()
    expect(office.locator(".banner")).to_contain_text("Đã giữ mẫu này")
    expect(office.locator("[name=head_number]")).to_have_value("87")
    office.get_by_role("button", name="Hoàn tác").click()
    expect(office.locator("[name=head_number]")).to_have_value("")


def test_mail_goes_out_with_progress_and_who_is_refused_is_named(
    server: Server, office: Page, post: Post, axe: Callable[[Page], list[str]]
) -> None:
    office.goto(server.page("/invitations/emails"))
    inputs = office.locator("input[type=email]")
    for number in range(8):
        inputs.nth(number).fill(f"nguoi{number}@hop.example")
    assert axe(office) == []
    office.get_by_role("button", name="Giữ các địa chỉ").click()
    expect(office.locator(".banner")).to_contain_text("Đã sửa 8 địa chỉ")
    post.refused = {"nguoi3@hop.example"}
    office.goto(server.page("/invitations/delivery"))
    assert axe(office) == []
    office.get_by_role("button", name="Gửi cho 8 người").click()
    expect(office.locator("#figure")).to_have_text("8/8", timeout=PATIENCE)
    wait_until(lambda: len(post.to) == 7)
    expect(office.locator("tr", has_text="nguoi3@hop.example")).to_contain_text(
        "Máy chủ thư không nhận địa chỉ này", timeout=PATIENCE
    )
    assert axe(office) == []
    # The address is mended at the other end: one click sends this one, nobody else.
    post.refused.clear()
    office.get_by_role("button", name="Gửi lại").click()
    wait_until(lambda: len(post.to) == 8)
    expect(office.locator("#say")).to_have_text("Đợt này đã xong", timeout=PATIENCE)
    assert sorted(post.to) == sorted(f"nguoi{number}@hop.example" for number in range(8))
    office.goto(server.page("/invitations"))
    expect(office.locator("tr", has_text="Thư điện tử").first).to_be_visible()
    assert axe(office) == []


def test_a_round_on_paper_from_the_batch_to_the_signed_sheet(
    server: Server, office: Page, axe: Callable[[Page], list[str]]
) -> None:
    office.goto(server.page("/invitations/delivery"))
    row = office.locator(".rounds tbody tr").last
    row.locator("input[name=carrier]").fill("Bà Phạm Thị Mơ")
    row.get_by_role("button").click()
    expect(office.locator(".top")).to_contain_text("Bà Phạm Thị Mơ")
    assert axe(office) == []
    office.get_by_role("button", name="Đánh dấu tất cả").click()
    office.get_by_role("button", name="Đã trao tận tay").click()
    expect(office.locator(".banner")).to_contain_text("giấy trao tận tay")
    expect(office.locator(".tick")).to_have_count(0)
    office.goto(server.page("/invitations"))
    office.locator(".tick").first.check()
    expect(office.locator(".bulk")).to_contain_text("Đã chọn 1")
