"""A source tree as the rules read it: modules, what they import, and every other file's lines."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PLUGINS = "kiosk.plugins."
# Scripts for the browser that others wrote are brought by scripts/assets and not ours to judge.
_NOT_OURS = {"vendor", "third_party", "__pycache__", "translations"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_READ = {".py", ".js", ".css", ".html", ".typ"}
_FOLDERS = ("kiosk", "tests", "templates", "static", "scripts")


@dataclass(frozen=True)
class Violation:
    """One breach of a rule.

    `key` is what the "not yet" list names (a path, mostly), `amount` how much of a breach it is:
    the list may hold a key only with the amount that is there.
    """

    key: str
    sentence: str
    amount: int = 1


@dataclass(frozen=True)
class Import:
    """One name a module asks for, as the longest module name that exists."""

    module: str
    name: str
    line: int
    in_function: bool = False


@dataclass(frozen=True)
class Module:
    """One Python file of the package."""

    name: str
    path: str
    tree: ast.Module
    imports: tuple[Import, ...]
    nodes: tuple[ast.AST, ...]

    @property
    def plugin(self) -> str:
        """The plugin's name; empty in the core."""
        return plugin_of(self.name)

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    @property
    def folder(self) -> str:
        return str(Path(self.path).parent)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Half a million nodes that stay: looking for garbage among them takes most of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def plugin_of(module: str) -> str:
    """Give the plugin a module stands in, empty for the core."""
    return module.removeprefix(PLUGINS).split(".")[0] if module.startswith(PLUGINS) else ""


class Tree:
    """What stands under `root`, read once however many rules ask."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file of ours as a path from the root, sorted."""
        return tuple(
            sorted(
                str(path.relative_to(self.root))
                for folder in _FOLDERS
                for path in (self.root / folder).rglob("*")
                if path.is_file()
                and path.suffix not in {".pyc", ".mo"}
                and not _NOT_OURS & set(path.relative_to(self.root).parts)
            )
        )

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """The lines of every file in a language of ours."""
        return {
            path: (self.root / path).read_text(encoding="utf-8").splitlines()
            for path in self.files
            if Path(path).suffix in _READ
        }

    @cached_property
    def parsed(self) -> dict[str, ast.Module]:
        """Every Python file, also those of tests and scripts, parsed."""
        with _uncollected():
            return {
                path: ast.parse("\n".join(lines))
                for path, lines in self.lines.items()
                if path.endswith(".py")
            }

    @cached_property
    def modules(self) -> dict[str, Module]:
        """The modules of the package by their dotted name; steps of migrations are a record."""
        paths = {
            _module_name(path): path
            for path in self.parsed
            if path.startswith("kiosk/") and "versions" not in Path(path).parts
        }
        with _uncollected():
            return {
                name: _module(name, path, self.parsed[path], paths) for name, path in paths.items()
            }

    @cached_property
    def plugins(self) -> tuple[str, ...]:
        """The names of the plugins that stand in the tree."""
        return tuple(sorted({m.plugin for m in self.modules.values()} - {"", "kiosk"}))

    def graph(self, node: Callable[[str], str]) -> dict[str, set[str]]:
        """Who imports whom inside the package, every module taken as `node` says."""
        found: dict[str, set[str]] = {node(name): set() for name in self.modules}
        for module in self.modules.values():
            for name in module.imports:
                if name.module in self.modules and node(name.module) != node(module.name):
                    found[node(module.name)].add(node(name.module))
        return found


def _module_name(path: str) -> str:
    parts = Path(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _module(name: str, path: str, tree: ast.Module, known: dict[str, str]) -> Module:
    """Read a module in one walk, because every rule asks for its nodes."""
    nodes: list[ast.AST] = []
    imports: list[Import] = []
    package = name if path.endswith("__init__.py") else name.rpartition(".")[0]
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, inside = waiting.pop()
        nodes.append(node)
        imports.extend(_imports(node, inside, package, known))
        inside = inside or isinstance(node, _FUNCTIONS)
        waiting.extend((child, inside) for child in ast.iter_child_nodes(node))
    return Module(name, path, tree, tuple(imports), tuple(nodes))


def _imports(node: ast.AST, inside: bool, package: str, known: dict[str, str]) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, alias.name, node.lineno, inside)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, package)
        for alias in node.names:
            full = f"{base}.{alias.name}"
            yield Import(full if full in known else base, alias.name, node.lineno, inside)
    elif isinstance(node, ast.Call) and _loads(node.func):
        yield Import(_constant(node), "", node.lineno, inside)


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _loads(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _constant(node: ast.Call) -> str:
    first = node.args[0] if node.args else None
    return str(first.value) if isinstance(first, ast.Constant) else "a computed name"


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Give the groups of nodes that reach one another, each sorted (Tarjan)."""
    state = _Search(graph)
    for node in sorted(graph):
        if node not in state.index:
            state.visit(node)
    return sorted(sorted(group) for group in state.groups if len(group) > 1)


class _Search:
    def __init__(self, graph: dict[str, set[str]]) -> None:
        self.graph = graph
        self.index: dict[str, int] = {}
        self.low: dict[str, int] = {}
        self.stack: list[str] = []
        self.groups: list[list[str]] = []

    def visit(self, node: str) -> None:
        self.index[node] = self.low[node] = len(self.index)
        self.stack.append(node)
        for other in sorted(self.graph.get(node, ())):
            if other not in self.index:
                self.visit(other)
                self.low[node] = min(self.low[node], self.low[other])
            elif other in self.stack:
                self.low[node] = min(self.low[node], self.index[other])
        if self.low[node] == self.index[node]:
            cut = self.stack.index(node)
            self.groups.append(self.stack[cut:])
            del self.stack[cut:]
