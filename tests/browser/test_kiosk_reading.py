"""The door for every reader: screen readers, enlarged text, the longest names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import FAKE_CAMERA
from tests.browser.door import show
from tests.browser.test_kiosk_screens import ANSWERS
from tests.browser.test_kiosk_screens import FAULTS
from tests.browser.test_kiosk_screens import PERSON

READ = {"code": "X", "via": "camera"}
# The longest name of the domain's lists, and one letter more than fits any line.
LONG = "Công Tằng Tôn Nữ Nguyễn Thị Phương Khánh Huyền Trân"
CALL = {"verdict": "call", "message": "Cán bộ đang đến", "reason": "help", "told": "13 giờ 14"}
SHORT_CARD = {"verdict": "card_short", "message": "Thẻ chưa đọc đủ", "detail": "Mã bị mờ"}
# A whole-screen form: what of it stands outside the window or cannot be scrolled to.
FORM_FAULTS = """() => {
  const found = [];
  const form = [...document.querySelectorAll('.page,.verdict')].find((e) => !e.hidden);
  for (const part of form.querySelectorAll('h1,h2,h3,label,legend,.btn,.choice,input.input,p')) {
    if (!part.getClientRects().length) continue;
    part.scrollIntoView({ block: 'nearest' });
    const box = part.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1 || box.top < -1 || box.bottom > innerHeight + 1)
      found.push(`outside: ${part.textContent}`);
    if (part.scrollWidth > part.clientWidth + 2 && !part.matches('p,input'))
      found.push(`cut: ${part.textContent}`);
  }
  return found;
}"""


def _screens(page: Page, profile: str) -> dict[str, Callable[[], None]]:
    """Return how to come to each form of a profile."""

    def verdict(answer: dict[str, Any], button: str) -> Callable[[], None]:
        def go() -> None:
            show(page, answer)
            page.locator(f"#verdict {button}").click()

        return go

    admitted = {**ANSWERS[0], "read": READ}
    found: dict[str, Callable[[], None]] = {
        "substitute": verdict(admitted, ".quietlink"),
        "speak": verdict(admitted, ".accent"),
    }
    if profile == "gate":
        found["pad"] = page.locator(".withcam [data-go=pad]").click
        found["guest"] = verdict(CALL, ".quietlink")
    else:
        found["pad"] = page.locator(".tl [data-go=pad]").click
        found["walkin"] = page.locator(".tl [data-go=walkin]").click
    return found


@pytest.mark.parametrize("profile", ["gate", "desk"])
def test_a_screen_reader_stumbles_nowhere(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    axe: Callable[[Page], list[str]],
    profile: str,
) -> None:
    page = pair(open_page(launch(None, *FAKE_CAMERA)), profile)
    expect(page.locator("#cam[data-state=ready]")).to_be_visible()
    # Colours are looked at when they stand still.
    page.emulate_media(reduced_motion="reduce")
    found = {"idle": axe(page)}
    for number, answer in enumerate([*ANSWERS, CALL, SHORT_CARD]):
        show(page, {**answer, "read": READ})
        found[f"{number} {answer['verdict']}"] = axe(page)
    page.keyboard.press("Escape")
    for name, go in _screens(page, profile).items():
        go()
        expect(page.locator(f"#{name}")).to_be_visible()
        found[name] = axe(page)
        page.keyboard.press("Escape")
        expect(page.locator(f"#{name}")).to_be_hidden()
    if profile == "desk":
        page.fill("#q", "nguyen thi")
        expect(page.locator("#rows [data-pick]").first).to_be_visible()
        found["search"] = axe(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


# 1280x800 and 800x1280 in a browser that is enlarged to 150 %.
@pytest.mark.parametrize("size", [(853, 533), (533, 853)])
@pytest.mark.parametrize("profile", ["gate", "desk"])
def test_at_one_and_a_half_times_the_size_everything_is_still_there(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    size: tuple[int, int],
    profile: str,
) -> None:
    page = pair(open_page(launch(None, *FAKE_CAMERA), *size), profile)
    faults = {}
    for number, answer in enumerate([*ANSWERS, CALL, SHORT_CARD]):
        show(page, {**answer, "read": READ})
        found = [fault for fault in page.evaluate(FORM_FAULTS) if fault]
        if found:
            faults[f"{number} {answer['verdict']}"] = found
    page.keyboard.press("Escape")
    for name, go in _screens(page, profile).items():
        go()
        expect(page.locator(f"#{name}")).to_be_visible()
        found = page.evaluate(FORM_FAULTS)
        if found:
            faults[name] = found
        page.keyboard.press("Escape")
    assert faults == {}


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)])
def test_the_longest_name_steps_down_and_is_never_cut(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    size: tuple[int, int],
) -> None:
    page = pair(open_page(launch(None, *FAKE_CAMERA), *size), "gate")
    person = {**PERSON, "name": LONG}
    heights = []
    for name in ("Lê An", LONG):
        answer = {**ANSWERS[0], "delegate": {**person, "name": name}, "read": READ}
        show(page, answer)
        assert page.evaluate(FAULTS) == []
        heights.append(
            page.evaluate(
                "parseFloat(getComputedStyle(document.querySelector('#verdict h2')).fontSize)"
            )
        )
    assert heights[0] > heights[1] >= 40
    expected = {**person, "name": "Lê An", "announced": {"name": LONG, "relation": "Con"}}
    show(page, {**ANSWERS[0], "delegate": expected, "read": READ})
    assert page.evaluate(FAULTS) == []
    come = {"name": LONG, "relation": "Anh, chị, em"}
    show(page, {**ANSWERS[0], "delegate": person, "substitute": come, "form": "chị", "read": READ})
    assert page.evaluate(FAULTS) == []
    page.locator("#verdict .quietlink").click()
    assert page.evaluate(FORM_FAULTS) == []
    for answer in ({**ANSWERS[4], "delegate": person}, {**ANSWERS[13], "seat_holder": LONG}):
        show(page, answer)
        assert page.evaluate(FAULTS) == []
