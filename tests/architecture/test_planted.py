"""Each rule sees the fault it is there for, and that one only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import names
from tests.architecture.conftest import HOUSE
from tests.architecture.conftest import build
from tests.architecture.plants import PLANTS
from tests.architecture.plants import Plant
from tests.architecture.rules import RULES


@pytest.mark.parametrize("rule", set(RULES) - {"unused_entries"})
def test_the_small_house_keeps_every_rule(tmp_path: Path, rule: str) -> None:
    assert RULES[rule](build(tmp_path, HOUSE)) == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.rule}:{plant.path}")
def test_a_planted_fault_is_seen_and_nothing_else(tmp_path: Path, plant: Plant) -> None:
    tree = build(tmp_path, {**HOUSE, plant.path: plant.text})
    said = sorted(violation.sentence for violation in RULES[plant.rule](tree))
    assert said == sorted(plant.sentences)


def test_a_sixteenth_file_in_a_folder_is_seen(tmp_path: Path) -> None:
    full = {f"static/checkin/f{number}.js": "" for number in range(15)}
    assert RULES["folder_sizes"](build(tmp_path, {**HOUSE, **full})) == []
    over = RULES["folder_sizes"](build(tmp_path, {"static/checkin/g.js": ""}))
    assert [violation.sentence for violation in over] == ["static/checkin: 16 files, 15 at most"]


def test_what_others_wrote_and_what_only_records_is_not_judged(tmp_path: Path) -> None:
    long = "a" * 200 + "\n"
    tree = build(
        tmp_path,
        {
            **HOUSE,
            "static/vendor/lit.js": long,
            "kiosk/migrations/versions/0001_first.py": f"# {long}",
        },
    )
    assert RULES["line_lengths"](tree) == []
    assert RULES["free_names"](tree) == []


def test_a_word_of_a_list_that_stands_for_nothing_is_seen(tmp_path: Path) -> None:
    tree = build(tmp_path, HOUSE)
    lists = {
        "FOLDERS": {"kiosk/db/", "kiosk/attic/"},
        "FILES": {"kiosk/app.py", "kiosk/gone.py", "*_rules.py", "*_ghosts.py"},
        "MODULES": {"kiosk.app", "kiosk.gone", "kiosk.db.", "kiosk.attic."},
    }
    assert [violation.key for violation in names.unused_entries(tree, lists)] == [
        "FOLDERS kiosk/attic/",
        "FILES *_ghosts.py",
        "FILES kiosk/gone.py",
        "MODULES kiosk.attic.",
        "MODULES kiosk.gone",
    ]


def test_every_rule_has_a_planted_fault() -> None:
    by_hand = {"folder_sizes", "unused_entries"}
    assert {plant.rule for plant in PLANTS} | by_hand == set(RULES)
