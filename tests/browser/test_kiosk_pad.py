"""The pad, the pause within a code, and how long a verdict stands."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from playwright.sync_api import expect

from kiosk.plugins.invitations import rules
from tests.browser.between import Answer
from tests.browser.between import Asked
from tests.browser.between import Between
from tests.browser.conftest import Demo
from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.door import shows
from tests.browser.door import wedge
from tests.browser.offline import Stoppable
from tests.browser.offline import serving
from tests.browser.offline import way

__all__ = ["way"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Stoppable]:
    with serving(tmp_path_factory.mktemp("pad"), demo) as running:
        yield running


# The browser itself notes an answer of 429.
REFUSED = ("Failed to load resource",)


def strange(server: Server) -> str:
    """Return eight digits that are well formed and nobody's."""
    taken = {person["short"] for person in server.demo["codes"]}
    numbers = (f"{n:08}" for n in range(10_000_000, 10_001_000))
    return next(n for n in numbers if n not in taken and rules.read(n).kind == "short")


def too_many(seconds: int) -> Answer:
    """Return what the server says when too many numbers were tried."""
    problem = {"type": "about:blank", "code": "too_many", "detail": "…", "status": 429}
    return Answer.of(429, problem, Retry_After=str(seconds))


def press(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(f"#keys [data-key='{digit}']").click()


def test_a_number_that_is_nobodys_keeps_the_pad_and_its_digits(server: Server, gate: Page) -> None:
    wrong = strange(server)
    press(gate, wrong)
    expect(gate.locator("#pad[data-verdict=unknown]")).to_be_visible()
    expect(gate.locator("#verdict")).to_be_hidden()
    expect(gate.locator("#padnote")).to_have_text("Chưa tìm thấy số này")
    expect(gate.locator("#padhint")).to_contain_text("nhầm một chữ số")
    assert "".join(gate.locator("#typed b").all_inner_texts()) == wrong
    # What a paper held before a camera needs is not what digits need.
    expect(gate.locator("#pad")).not_to_contain_text("gang tay")
    # Only the wrong digit is typed again.
    person = server.demo["codes"][45]
    for _ in range(8):
        gate.locator("#keys [data-key=back]").click()
    press(gate, person["short"])
    expect(gate.locator("#verdict")).to_contain_text(person["name"])
    shows(gate, "admitted")


def test_when_too_many_numbers_were_tried_the_pad_says_so_and_nothing_waits(
    server: Stoppable, way: Between, gate: Page, watched: Watched
) -> None:
    watched.expected = REFUSED
    way.on("/scans(/batch)?$", lambda _: too_many(600))
    number = server.demo["codes"][46]["short"]
    press(gate, number)
    expect(gate.locator("#pad[data-verdict=too_many]")).to_contain_text("sau một phút")
    assert "".join(gate.locator("#typed b").all_inner_texts()) == number
    # Nobody is let in later by a number that was given up.
    expect(gate.locator("#status")).to_have_attribute("data-waiting", "0")


def test_a_number_typed_while_another_was_is_asked_once_more_by_itself(
    server: Stoppable, way: Between, gate: Page, watched: Watched
) -> None:
    watched.expected = REFUSED
    asked: list[str] = []

    def once(scan: Asked) -> Answer:
        asked.append(json.loads(scan.body)["scan_id"])
        return scan.onward() if len(asked) > 1 else too_many(1)

    way.on("/scans$", once)
    person = server.demo["codes"][47]
    press(gate, person["short"])
    expect(gate.locator("#verdict")).to_contain_text(person["name"])
    assert len(asked) == 2
    assert len(set(asked)) == 1


def test_a_verdict_stands_eight_seconds_and_the_next_person_takes_its_place(
    server: Server, gate: Page
) -> None:
    first, second = server.demo["codes"][48:50]
    wedge(gate, first["code"])
    shows(gate, "admitted")
    expect(gate.locator("#verdict .q")).to_be_visible()
    left = int(gate.locator("#verdict [data-timed] .ring b").inner_text())
    assert 1 <= left <= 8
    wedge(gate, second["code"])
    expect(gate.locator("#verdict")).to_contain_text(second["name"])
    expect(gate.locator("#verdict")).to_be_hidden(timeout=12_000)


def test_a_scanner_that_pauses_within_a_code_is_read_whole(server: Server, gate: Page) -> None:
    person = server.demo["codes"][50]
    gate.locator("input[name=code]").focus()
    # Longer than the silence that ends a code, without an end key.
    gate.evaluate(
        """(code) => new Promise((done) => {
          const field = document.querySelector('input[name=code]');
          const parts = [code.slice(0, 7), code.slice(7, 15), code.slice(15)];
          const type = () => {
            field.value += parts.shift();
            field.dispatchEvent(new Event('input', {bubbles: true}));
            if (parts.length) setTimeout(type, 300);
            else done();
          };
          type();
        })""",
        person["code"],
    )
    expect(gate.locator("#verdict")).to_contain_text(person["name"])
    shows(gate, "admitted")
