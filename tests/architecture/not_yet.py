"""What the tree cannot yet fulfil, rule by rule; the list can only shrink.

`not_yet.toml` holds for each rule the keys that still break it and by how much. More than that,
or a key that is not on the list, fails; so does less, until the list says so. To take off what is
mended: `python -m tests.architecture.not_yet`, which never adds anything.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from tests.architecture.rules import RULES
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation

ROOT = Path(__file__).resolve().parent.parent.parent
LIST = Path(__file__).with_name("not_yet.toml")
Listed = Mapping[str, Mapping[str, int]]


def listed(path: Path = LIST) -> Listed:
    """Read the list."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def amounts(violations: Iterable[Violation]) -> Counter[str]:
    """How much of each key there is."""
    found: Counter[str] = Counter()
    for violation in violations:
        found[violation.key] += violation.amount
    return found


def complaints(violations: list[Violation], allowed: Mapping[str, int]) -> list[str]:
    """What is new or more than the list allows, and what the list still says though it is less."""
    found = amounts(violations)
    worse = [
        violation.sentence
        for violation in violations
        if found[violation.key] > _of(allowed, violation)
    ]
    better = [
        f"{key} stands on the list with {count} and has {found[key]}: take it off with"
        " python -m tests.architecture.not_yet"
        for key, count in allowed.items()
        if found[key] < count
    ]
    return worse + better


def _of(allowed: Mapping[str, int], violation: Violation) -> int:
    return allowed.get(violation.key, 0)


def counted(tree: Tree) -> dict[str, Counter[str]]:
    """Ask every rule of the tree."""
    return {name: amounts(rule(tree)) for name, rule in RULES.items()}


def shrunk(now: Listed, found: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Give the list without what is clean, and lowered where less is left."""
    kept: dict[str, dict[str, int]] = {}
    for name, keys in now.items():
        there = found.get(name, {})
        left = {key: min(count, there[key]) for key, count in keys.items() if there.get(key)}
        if left:
            kept[name] = left
    return kept


def written(kept: Listed) -> str:
    """Give the list as the file has it."""
    parts = []
    for name, keys in kept.items():
        lines = (f'"{key}" = {count}' for key, count in sorted(keys.items()))
        parts.append("\n".join([f"[{name}]", *lines]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    LIST.write_text(written(shrunk(listed(), counted(Tree(ROOT)))), encoding="utf-8")
