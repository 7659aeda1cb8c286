"""The drawing of `docs/architecture.md`, made from the imports by `scripts/drawing`.

Floors stand on one another, the core below. A box is a folder with its files; an arrow is an import
of one plugin by another. What every plugin may know, the core, has no arrows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.architecture import allowed
from tests.architecture.tree import Tree
from tests.architecture.tree import plugin_of

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = "docs/architecture.svg"
WIDTH = 1180
LEFT = 20
RIGHT = 880
BOX = 206
GAP = 10
TEXT = 13
LETTERS = 32
_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
font-family="system-ui, sans-serif">
<title>Who imports whom in Kiosk</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" \
orient="auto"><path d="M0 0 8 4 0 8z" fill="#2b5c8a"/></marker></defs>
<style>text{{font-size:11px;fill:#23303d}} .floor{{font-size:16px;font-weight:600}} \
.room{{font-weight:600}} .box{{fill:#fff;stroke:#b9c4cf}} .band{{fill:#eef2f6}} \
.arrow{{fill:none;stroke:#2b5c8a;stroke-width:1.2}} .up{{stroke:#c22;stroke-width:2}}</style>
<rect width="{width}" height="{height}" fill="#fff"/>"""


@dataclass(frozen=True)
class Room:
    """A folder and the names of its files."""

    title: str
    lines: tuple[str, ...]

    @property
    def height(self) -> int:
        return TEXT * len(self.lines) + 30


@dataclass(frozen=True)
class Floor:
    """One band of the drawing: a plugin, or the core."""

    name: str
    rooms: tuple[Room, ...]
    top: int
    height: int

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def drawing(tree: Tree) -> str:
    """Give the whole drawing as SVG; the same tree gives the same text."""
    floors = list(_floors(tree))
    height = floors[-1].top + floors[-1].height + LEFT
    parts = [_HEAD.format(width=WIDTH, height=height)]
    for floor in floors:
        parts.extend(_band(floor))
    parts.extend(_arrows(tree, {floor.name: floor for floor in floors}))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _floors(tree: Tree) -> Iterator[Floor]:
    top = LEFT
    order = sorted(tree.plugins, key=lambda name: (-allowed.FLOORS.get(name, 0), name))
    for name in [*order, ""]:
        rooms = tuple(_rooms(tree, name))
        rows = [rooms[i : i + 4] for i in range(0, len(rooms), 4)]
        height = 34 + sum(max(room.height for room in row) + GAP for row in rows)
        yield Floor(name or "core", rooms, top, height)
        top += height + GAP


def _rooms(tree: Tree, plugin: str) -> Iterator[Room]:
    """The folders of a plugin or of the core, the root first, each with its files' names."""
    found: dict[str, list[str]] = {}
    for module in tree.modules.values():
        if module.plugin == plugin and module.stem != "__init__":
            found.setdefault(module.folder, []).append(module.stem)
    for folder, stems in sorted(found.items()):
        text = " · ".join(sorted(stems)).replace(" ·", "\u00a0·")
        yield Room(folder.removeprefix("kiosk/"), tuple(textwrap.wrap(text, LETTERS)))


def _band(floor: Floor) -> Iterator[str]:
    yield (
        f'<rect class="band" x="{LEFT}" y="{floor.top}" width="{RIGHT - LEFT}"'
        f' height="{floor.height}" rx="6"/>'
    )
    yield f'<text class="floor" x="{LEFT + 10}" y="{floor.top + 21}">{floor.name}</text>'
    top = floor.top + 32
    for start in range(0, len(floor.rooms), 4):
        row = floor.rooms[start : start + 4]
        for column, room in enumerate(row):
            yield from _box(room, LEFT + 6 + column * (BOX + 7), top)
        top += max(room.height for room in row) + GAP


def _box(room: Room, x: int, y: int) -> Iterator[str]:
    yield f'<rect class="box" x="{x}" y="{y}" width="{BOX}" height="{room.height}" rx="4"/>'
    yield f'<text class="room" x="{x + 8}" y="{y + 16}">{escape(room.title)}</text>'
    for number, line in enumerate(room.lines):
        yield f'<text x="{x + 8}" y="{y + 31 + number * TEXT}">{escape(line)}</text>'


def _arrows(tree: Tree, floors: dict[str, Floor]) -> Iterator[str]:
    """Arrows at the right: those that go out leave a band in its order, none over another."""
    pairs = sorted(_pairs(tree), key=lambda pair: (floors[pair[0]].top, floors[pair[1]].top))
    ends = {name: _spread(pairs, name, floors[name]) for name in floors}
    for pair in pairs:
        one, other = floors[pair[0]], floors[pair[1]]
        start, end = ends[pair[0]][pair], ends[pair[1]][pair]
        bow = RIGHT + min(WIDTH - RIGHT - 10, 30 + abs(end - start) // 4)
        up = " up" if allowed.FLOORS.get(pair[0], 0) <= allowed.FLOORS.get(pair[1], 0) else ""
        yield (
            f'<path class="arrow{up}" marker-end="url(#tip)" d="M{RIGHT} {start}'
            f' C{bow} {start} {bow} {end} {RIGHT + 2} {end}">'
            f"<title>{one.name} imports {other.name}</title></path>"
        )


def _spread(
    pairs: Iterable[tuple[str, str]], name: str, floor: Floor
) -> dict[tuple[str, str], int]:
    """Places along a band's edge for all arrows that begin or end at it."""
    mine = [pair for pair in pairs if name in pair]
    # Who comes from above ends above whoever leaves.
    mine.sort(key=lambda pair: pair[0] == name)
    step = floor.height / (len(mine) + 1)
    return {pair: floor.top + round(step * (i + 1)) for i, pair in enumerate(mine)}


def _pairs(tree: Tree) -> set[tuple[str, str]]:
    return {
        (module.plugin, plugin_of(item.module))
        for module in tree.modules.values()
        for item in module.imports
        if module.plugin and plugin_of(item.module) not in {"", module.plugin}
    }


if __name__ == "__main__":
    (ROOT / FILE).write_text(drawing(Tree(ROOT)), encoding="utf-8")
