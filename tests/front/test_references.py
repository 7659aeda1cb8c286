"""What a page, a script or a style names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.paths import STATIC
from kiosk.paths import TEMPLATES
from kiosk.paths import VENDOR

BY_TEMPLATE = re.compile(r"static_url\('([^']+)'\)")
BY_SCRIPT = re.compile(r"(?:from |import\(?)\s*'(\.{1,2}/[^']+)'|url\((\.{1,2}/[^)]+)\)")


def _named() -> Iterator[tuple[Path, Path]]:
    for page in TEMPLATES.rglob("*.html"):
        for name in BY_TEMPLATE.findall(page.read_text(encoding="utf-8")):
            yield page, STATIC / name
    for file in [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]:
        if VENDOR not in file.parents:
            for script, style in BY_SCRIPT.findall(file.read_text(encoding="utf-8")):
                yield file, file.parent / (script or style)


def test_every_file_that_a_page_a_script_or_a_style_names_is_there() -> None:
    named = list(_named())
    assert len(named) > 200
    assert [f"{by.name} names {file}" for by, file in named if not file.is_file()] == []
