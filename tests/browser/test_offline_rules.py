"""What the tablet decides by itself is decided as the server decides it."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page

from kiosk import text
from kiosk.plugins.invitations import rules
from tests.browser.conftest import FAKE_CAMERA
from tests.browser.conftest import Demo
from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.offline import serving
from tests.browser.offline import status

# All bytes of the first load but the decoder's wasm, as they are on the way.
# What a self-service tablet needs first; a staffed one also searches and knows other forms.
FIRST_LOAD = {"gate": 120 * 1024, "desk": 120 * 1024}
ON_THE_WAY = """(async () => {
  const mark = performance.getEntriesByName('fonts')[0]?.startTime ?? Infinity;
  const loaded = performance.getEntriesByType('resource');
  return loaded.filter((one) => one.startTime < mark).map((one) => one.name);
})()"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("rules"), demo) as running:
        yield running


@pytest.fixture
def run(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
) -> Callable[..., Any]:
    """Call something that a module of the door exports, in the browser."""
    page = open_page(launch())
    page.goto(f"{server.url}/pair")

    def call(module: str, body: str, given: Any) -> Any:
        address = f"{server.url}/static/checkin/{module}"
        return page.evaluate(
            f"async (given) => {{ const m = await import('{address}'); {body} }}", given
        )

    return call


def _texts() -> list[str]:
    draw = random.Random(7)
    found = ["", "   ", "12345678", "1234 5678", "123456", "1234567890", "nothing of ours", "|" * 9]
    for number in range(40):
        code = rules.code("K123", b"k" * 32, number, 1)
        short = rules.short(b"k" * 32, number, 1, 0)
        place = draw.randrange(24)
        wrong = draw.choice([char for char in rules.ALPHABET if char != code[place]])
        found += [
            code,
            code.lower(),
            f"https://hop.example.vn/I/{code}?x=1",
            f"]Q1{code}\r\n",
            " ".join(code[i : i + 4] for i in range(0, 24, 4)),
            code[:place] + wrong + code[place + 1 :],
            code[:-1],
            "\u0301".join(code),
            short,
            rules.grouped(short),
            f"{short[:-1]}{(int(short[-1]) + 1) % 10}",
        ]
    return found


def test_a_text_is_read_as_the_server_reads_it(run: Callable[..., Any]) -> None:
    texts = _texts()
    found = run("codes.js", "return given.map((raw) => m.read(raw))", texts)
    for raw, read in zip(texts, found, strict=True):
        known = rules.read(raw)
        if known.kind == "id_card":
            continue
        assert (read["kind"], read["text"]) == (known.kind, known.text), raw


def test_a_card_is_told_from_noise_as_the_server_tells_it(run: Callable[..., Any]) -> None:
    cards = ["012345678901|b|c|d|e|f|g", " \ufeff1|b|c|d|e|f|g|h"]
    others = ["1|b|c|d|e|f", "a|b|c|d|e|f|g", "|" * 9, "1 2|b|c|d|e|f|g"]
    for raw in cards + others:
        assert run("codes.js", "return m.isCard(given)", raw) is (raw in cards), raw
        assert (rules.read(raw).kind == "id_card") is (raw in cards), raw


def test_names_are_searched_without_accents_as_the_server_searches(run: Callable[..., Any]) -> None:
    names = [
        "Nguyễn Thị Hoà",
        "ĐỖ ĐỨC BỀN",
        "Lý  Quý",
        "Trần Văn Bình 047 Khu Kim Đồng I",
        "Nguye\u0302\u0303n",
    ]
    found = run("roster.js", "return given.map((name) => m.searchKey(name))", names)
    assert found == [text.search_key(name) for name in names]


@pytest.mark.parametrize(
    ("tries", "online"),
    [
        ([(True, 50)] * 5, True),
        ([(True, 50), (False, 10), (True, 50), (True, 50), (True, 50)], True),
        ([(False, 10), (True, 50), (True, 50), (True, 50), (False, 10)], False),
        ([(False, 10)] + [(True, 50)] * 5 + [(False, 10)], True),
        ([(True, 2500)] * 3, False),
        ([(True, 1900)] * 5, True),
        ([(False, 10), (False, 10), (True, 50)], False),
        ([(False, 10), (False, 10), (True, 50), (True, 50)], True),
        ([(False, 10), (False, 10), (True, 50), (True, 2500)], False),
        ([(False, 10), (False, 10), (True, 50), (False, 10), (True, 50)], False),
    ],
)
def test_offline_after_two_failures_in_five_or_two_seconds_back_after_two_clean(
    run: Callable[..., Any], tries: list[tuple[bool, int]], online: bool
) -> None:
    body = "const judge = new m.Judge(); given.forEach(([ok, ms]) => judge.note(ok, ms));"
    assert run("link.js", f"{body} return judge.online", [list(one) for one in tries]) is online


def test_the_servers_clock_is_learned_from_whole_seconds_and_right_times_never_jump(
    run: Callable[..., Any],
) -> None:
    learn = "given.answers.forEach((one) => clock.learn(...one)); return clock.offset"
    body = f"const clock = new m.Clock(given.offset); {learn}"
    draw = random.Random(11)

    def answers(ahead: int) -> list[list[int]]:
        found = []
        for _ in range(12):
            asked = draw.randrange(10**9)
            taken = draw.randrange(1, 200)
            server = asked + draw.randrange(taken) + ahead
            found.append([server // 1000 * 1000, asked, asked + taken])
        return found

    for kept in (0, 300, -7_200_000):
        # What was right stays to the millisecond, whatever whole seconds say.
        assert run("link.js", body, {"offset": kept, "answers": answers(kept)}) == kept
        found = run("link.js", body, {"offset": 90_000, "answers": answers(kept)})
        assert abs(found - kept) < 300
    moved = answers(0) + answers(3_600_000)
    assert abs(run("link.js", body, {"offset": 0, "answers": moved}) - 3_600_000) < 300


@pytest.mark.parametrize("profile", ["gate", "desk"])
def test_the_first_load_of_the_door_is_small(
    server: Server,
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    watched: Watched,
    profile: str,
) -> None:
    page = pair(open_page(launch(None, *FAKE_CAMERA)), profile)
    status(page, net="online")
    page.wait_for_selector("#cam[data-state=ready]")
    names = {*page.evaluate(ON_THE_WAY), page.url}
    shell = page.locator("html").get_attribute("data-version")
    names |= {f"{server.url}/static/v/{shell}/vendor/decoder/zxing-exported.js"}
    sizes = {}
    for name in names:
        if "wasm" in name or "/api/" in name or "/healthz" in name:
            continue
        answer = page.request.get(name, headers={"Accept-Encoding": "gzip"})
        assert answer.ok
        body = answer.body()
        sizes[name] = len(body) if "woff2" in name else len(_packed(body))
    assert any("kiosk.js" in name for name in sizes)
    assert any("woff2" in name for name in sizes)
    assert sum(sizes.values()) <= FIRST_LOAD[profile], json.dumps(sizes, indent=1)


def _packed(body: bytes) -> bytes:
    return gzip.compress(body)
