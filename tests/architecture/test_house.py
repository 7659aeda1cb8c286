"""The house as it stands keeps its rules; what it cannot keep yet is listed and only shrinks."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.architecture import drawing
from tests.architecture import names
from tests.architecture import not_yet
from tests.architecture import words
from tests.architecture.rules import RULES
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_the_rule(tree: Tree, rule: str) -> None:
    assert not_yet.complaints(RULES[rule](tree), not_yet.listed().get(rule, {})) == []


def test_every_list_of_what_is_not_yet_belongs_to_a_rule() -> None:
    assert set(not_yet.listed()) <= set(RULES)


def test_every_entry_of_an_allow_list_has_a_reason() -> None:
    assert list(names.unreasoned()) == []


def test_every_word_that_is_not_used_says_where_and_what_instead(tree: Tree) -> None:
    rows = words.unwanted(tree)
    assert rows
    assert [row for row in rows if row.where not in words.PLACES or not row.instead] == []


def test_no_word_of_the_glossary_is_a_word_that_is_not_used(tree: Tree) -> None:
    unwanted = {row.word for row in words.unwanted(tree) if row.where != "end of a class"}
    assert set(words.glossary(tree)) & unwanted == set()


def test_the_drawing_is_of_these_imports(tree: Tree) -> None:
    drawn = (tree.root / drawing.FILE).read_text(encoding="utf-8")
    assert drawn == drawing.drawing(tree), "make it anew: ./scripts/drawing"


OLD = Violation("a.py", "a.py:1: wrong")


def test_what_is_listed_may_stay_as_it_is() -> None:
    assert not_yet.complaints([OLD, OLD], {"a.py": 2}) == []


def test_a_listed_file_may_not_become_worse() -> None:
    assert not_yet.complaints([OLD, OLD], {"a.py": 1}) == [OLD.sentence, OLD.sentence]


def test_a_new_file_that_breaks_a_rule_fails_at_once() -> None:
    new = Violation("b.py", "b.py:1: wrong")
    assert not_yet.complaints([OLD, new], {"a.py": 1}) == [new.sentence]


@pytest.mark.parametrize("left", [0, 1])
def test_what_is_better_by_now_must_come_off_the_list(left: int) -> None:
    assert not_yet.complaints([OLD] * left, {"a.py": 2}) == [
        f"a.py stands on the list with 2 and has {left}: take it off with"
        " python -m tests.architecture.not_yet"
    ]


def test_making_the_list_anew_only_shrinks_it() -> None:
    found = {"late_imports": {"a.py": 1, "b.py": 2, "new.py": 1}, "line_lengths": {"c.js": 4}}
    now = {"late_imports": {"a.py": 3, "b.py": 1, "gone.py": 1}, "floors": {"d.py": 1}}
    kept = not_yet.shrunk(now, found)
    assert kept == {"late_imports": {"a.py": 1, "b.py": 1}}
    assert not_yet.written(kept) == '[late_imports]\n"a.py" = 1\n"b.py" = 1\n'


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permission")
        and rule.endpoint != "static"
        and not rule.endpoint.endswith(".static")
    ]
    assert silent == []


def test_every_declared_permission_is_known(app: Flask) -> None:
    known = app.extensions["kiosk"].permissions
    asked = {
        getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
    }
    assert asked - {None, "signed_in"} <= set(known)


def test_a_checkout_holds_no_templates_inside_the_package() -> None:
    assert not (not_yet.ROOT / "kiosk" / "templates").exists()
    assert not (not_yet.ROOT / "kiosk" / "static").exists()
