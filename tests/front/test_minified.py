"""What browsers are given of our scripts and styles is shorter and means the same."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import compress
from kiosk.paths import STATIC
from kiosk.paths import VENDOR

ROOT = STATIC.parent
OURS = [
    path
    for path in sorted(STATIC.rglob("*"))
    if path.suffix in {".js", ".css"} and VENDOR not in path.parents
]


def different(pairs: dict[str, tuple[str, str]]) -> list[str]:
    """Return the names of scripts whose syntax is not the same in both texts."""
    where = f"{os.environ['PATH']}:{Path(sys.executable).parent}"
    node = shutil.which("node", path=where)
    assert node is not None
    program = Path(__file__).with_name("same_syntax.mjs")
    done = subprocess.run(
        [node, str(program)],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_every_script_means_the_same_on_the_way() -> None:
    scripts = [path for path in OURS if path.suffix == ".js"]
    assert len(scripts) > 50
    pairs = {
        str(path.relative_to(STATIC)): (path.read_text("utf-8"), compress.content(path).decode())
        for path in scripts
    }
    assert different(pairs) == []


def test_a_script_that_means_something_else_is_seen() -> None:
    assert different({"a": ("f(1)", "f( 1 );"), "b": ("f(1)", "f(2)")}) == ["b"]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_comments_and_margins_do_not_travel(path: Path) -> None:
    sent = compress.content(path).decode()
    assert 0 < len(sent) < path.stat().st_size
    assert not re.search(r"^(\s|/\*|//)", sent, re.MULTILINE)


def test_what_stands_in_a_text_is_kept(tmp_path: Path) -> None:
    script = tmp_path / "a.js"
    script.write_text("const a = `two  //  ${b}\n   lines`; // gone\nconst c = '/* kept */';\n")
    assert compress.content(script).decode() == (
        "const a=`two  //  ${b}\n   lines`;const c='/* kept */';"
    )
    style = tmp_path / "a.css"
    style.write_text("a::before {\n  content: '/* kept */  ';\n}\n")
    assert compress.content(style).decode() == "a::before{content:'/* kept */  '}"
