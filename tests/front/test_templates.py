"""What the templates' own text must hold."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from jinja2 import nodes

from kiosk.paths import TEMPLATES


def test_no_dictionary_names_a_key_twice(app: Flask) -> None:
    twice = []
    for path in TEMPLATES.rglob("*.html"):
        tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
        for made in tree.find_all(nodes.Dict):
            keys = Counter(
                pair.key.value for pair in made.items if isinstance(pair.key, nodes.Const)
            )
            twice += [f"{path.name}: {key}" for key, count in keys.items() if count > 1]
    assert twice == []
