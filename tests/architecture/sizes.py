"""How long things may be: no line, function, file or folder that cannot be seen at once."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.tree import Tree
from tests.architecture.tree import Violation

FOLDER = 15
FILE = 400
LINE = 110
FUNCTION = 60
# Steps of migrations are a record: they are never read as a whole and never change.
_RECORD = "versions"
_OPENS = re.compile(
    r"""^\s*(?:.*\bfunction\b.*            # function name(a) {
        |.*=>                              # const name = (a) =>
        |(?:static\s|async\s|[*#]|[gs]et\s)*(?!if\b|for\b|while\b|switch\b|catch\b|with\b)
         [\w$]+\s*\([^;]*\)                # name(a)
        )\s*\{\s*(?://.*)?$""",
    re.VERBOSE,
)


def folder_sizes(tree: Tree) -> list[Violation]:
    """No folder holds more than 15 files."""
    counts = Counter(
        str(PurePosixPath(path).parent) for path in tree.files if _RECORD not in path.split("/")
    )
    return [
        Violation(folder, f"{folder}: {count} files, {FOLDER} at most", count - FOLDER)
        for folder, count in sorted(counts.items())
        if count > FOLDER
    ]


def file_lengths(tree: Tree) -> list[Violation]:
    """No file is longer than 400 lines."""
    return [
        Violation(path, f"{path}: {len(lines)} lines, {FILE} at most", len(lines) - FILE)
        for path, lines in _ours(tree)
        if len(lines) > FILE
    ]


def line_lengths(tree: Tree) -> list[Violation]:
    """No line is longer than 110 characters, in whatever language."""
    return [
        Violation(path, f"{path}:{number}: {len(line)} characters, {LINE} at most")
        for path, lines in _ours(tree)
        for number, line in enumerate(lines, 1)
        if len(line) > LINE
    ]


def function_lengths(tree: Tree) -> list[Violation]:
    """No function is longer than 60 lines, in Python and in JavaScript."""
    return [
        Violation(path, f"{path}:{start}: a function of {length} lines, {FUNCTION} at most")
        for path, lines in _ours(tree)
        for start, length in (_python(tree, path) if path.endswith(".py") else _script(path, lines))
        if length > FUNCTION
    ]


def _ours(tree: Tree) -> Iterator[tuple[str, list[str]]]:
    return ((path, lines) for path, lines in tree.lines.items() if _RECORD not in path.split("/"))


def _python(tree: Tree, path: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(tree.parsed[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def _script(path: str, lines: list[str]) -> Iterator[tuple[int, int]]:
    """Give first line and length of each function of a script.

    A script is laid out so that a function's last brace stands under its first line: what opens
    one ends at the next line that begins there with a brace.
    """
    if not path.endswith(".js"):
        return
    for number, line in enumerate(lines):
        if "{" in line and _OPENS.match(line):
            end = f"{_indent(line)}}}"
            after = range(number + 1, len(lines))
            last = next((i for i in after if lines[i].startswith(end)), len(lines) - 1)
            yield number + 1, last - number + 1


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
