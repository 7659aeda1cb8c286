"""The words: what `docs/architecture.md` says about them is what the code is held to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.architecture.tree import Module
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation

PAGE = "docs/architecture.md"
PLACES = {"any", "whole name", "module, blueprint", "end of a class"}
_ROW = re.compile(r"^\|(.+)\|$")
_QUOTED = re.compile(r"`([^`]+)`")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Unwanted:
    """A word that is not used, and `where`: one of `PLACES`."""

    word: str
    where: str
    instead: str


@dataclass(frozen=True)
class Name:
    """An identifier of the code and what it names."""

    text: str
    what: str
    line: int


def unwanted(tree: Tree) -> list[Unwanted]:
    """Read the table of words that are not used; more than one word may share a row."""
    return [
        Unwanted(word, where.strip(), instead.strip())
        for words, where, instead in _table(tree, "### Not used")
        for word in _QUOTED.findall(words)
    ]


def glossary(tree: Tree) -> list[str]:
    """Read the words of the glossary, as code writes them."""
    return [word for row in _table(tree, "## Words") for word in _QUOTED.findall(row[0])]


def _table(tree: Tree, heading: str) -> Iterator[list[str]]:
    text = (tree.root / PAGE).read_text(encoding="utf-8")
    _, _, section = text.partition(f"\n{heading}\n")
    rows = [
        match for line in re.split(r"\n#", section)[0].splitlines() if (match := _ROW.match(line))
    ]
    # The first two lines are the table's head.
    for match in rows[2:]:
        yield match[1].split("|")


def identifiers(module: Module) -> Iterator[Name]:
    """Give the module's own name, its functions, classes and blueprints."""
    yield Name(module.name.rpartition(".")[2], "module", 1)
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Name(node.name, "function", node.lineno)
        elif isinstance(node, ast.ClassDef):
            yield Name(node.name, "class", node.lineno)
        elif blueprint := _blueprint(node):
            yield blueprint


def _blueprint(node: ast.AST) -> Name | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    function, first = node.func, node.args[0]
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if called != "Blueprint" or not isinstance(first, ast.Constant):
        return None
    return Name(str(first.value), "blueprint", node.lineno)


@cache
def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PART.findall(text))


def _is(word: Unwanted, name: Name) -> bool:
    parts = _parts(name.text)
    if word.where == "end of a class":
        return name.what == "class" and len(parts) > 1 and parts[-1] == word.word.lower()
    if word.where == "module, blueprint" and name.what not in {"module", "blueprint"}:
        return False
    wanted = _parts(word.word)
    if word.where == "whole name":
        return parts == wanted
    return any(parts[i : i + len(wanted)] == wanted for i in range(len(parts)))


def unwanted_words(tree: Tree) -> list[Violation]:
    """No module, function, class or blueprint is named by a word that is not used."""
    words: dict[str, list[Unwanted]] = {}
    for word in unwanted(tree):
        words.setdefault(_parts(word.word)[0], []).append(word)
    return [
        Violation(
            module.path,
            f"{module.path}:{name.line}: {name.what} {name.text}: not {word.word}"
            f" but {word.instead}",
        )
        for module in tree.modules.values()
        for name in identifiers(module)
        for part in sorted({*_parts(name.text)} & words.keys())
        for word in words[part]
        if _is(word, name)
    ]


def blueprint_names(tree: Tree) -> list[Violation]:
    """A plugin's blueprint is named `<plugin>` or `<plugin>_<feature>`."""
    return [
        Violation(
            module.path,
            f"{module.path}:{name.line}: blueprint {name.text} is not {module.plugin}_…",
        )
        for module in tree.modules.values()
        if module.plugin
        for name in identifiers(module)
        if name.what == "blueprint"
        and name.text != module.plugin
        and not name.text.startswith(f"{module.plugin}_")
    ]


def unused_words(tree: Tree) -> list[Violation]:
    """Every word of the glossary names something in the code."""
    known = {name.text for module in tree.modules.values() for name in identifiers(module)}
    return [
        Violation(f"glossary {word}", f"{PAGE}: nothing in the code is called {word}")
        for word in glossary(tree)
        if word not in known
    ]
