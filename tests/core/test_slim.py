"""Our scripts and styles lose what only their readers need, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.paths import STATIC
from kiosk.paths import VENDOR
from kiosk.slim import slim

OURS = sorted(
    path for kind in ("*.js", "*.css") for path in STATIC.rglob(kind) if VENDOR not in path.parents
)


def test_comment_lines_empty_lines_and_margins_go() -> None:
    text = "// one\n/**\n * two\n */\nif (a) {\n\n  // three\n  b();\n}\n/* four */ c();\n"
    assert slim(text) == "if (a) {\nb();\n}\nc();"


def test_what_looks_like_a_comment_inside_a_line_stays() -> None:
    text = "const a = 'https://x'; // here\nconst b = '/* no */';\nc(/[*]/, d /* e */);"
    assert slim(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "const a = `one\n  // two\n`;",
        "const a = 'one\\\n  // two';",
        "a(); /* one\n  b();\n*/",
        "a(); /* one */ /* two\n // three */\nb();",
    ],
)
def test_a_line_that_might_be_inside_something_is_left_as_it_is(text: str) -> None:
    assert slim(text) == text


def test_a_comment_without_an_end_takes_the_rest_like_in_a_browser() -> None:
    assert slim("a {}\n/* b\nc {}") == "a {}"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_every_file_of_ours_gets_smaller_and_keeps_its_lines_in_order(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    slimmer = slim(text)
    assert len(slimmer) < len(text)
    assert slim(slimmer) == slimmer
    rest = iter(line.strip() for line in text.split("\n"))
    assert all(any(line in whole for whole in rest) for line in slimmer.split("\n"))
