"""The house: who may import whom, how long things may be, what every route declares."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kiosk"
PLUGINS = PACKAGE / "plugins"
ROOMS = ("rules", "models", "service", "queries", "events", "pages", "api", "cli")
# The composition root puts plugins together; nothing imports it but the command line.
ROOT_MODULES = {"kiosk.demo", "kiosk.cli"}
FLASK = {"flask", "werkzeug", "flask_babel", "flask_wtf"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def _imports(path: Path) -> Iterator[str]:
    """Yield what a module imports, as the longest module name that exists."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


IMPORTS = {name: sorted(set(_imports(path))) for name, path in MODULES.items()}


def _plugin(module: str) -> str:
    parts = module.split(".")
    return parts[2] if module.startswith("kiosk.plugins.") else ""


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[3] if len(parts) > 3 else ""


def test_the_core_imports_no_plugin() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if not _plugin(module) and module not in ROOT_MODULES
        for name in names
        if _plugin(name)
    ]
    assert wrong == []


def test_nothing_imports_the_composition_root_but_the_command_line() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        for name in names
        if name in ROOT_MODULES and module != "kiosk.cli"
    ]
    assert wrong == []


def test_a_plugin_imports_only_events_and_queries_of_another_and_names_it() -> None:
    requires = _requires()
    wrong = []
    for module, names in IMPORTS.items():
        mine = _plugin(module)
        if not mine:
            continue
        for name in names:
            other = _plugin(name)
            if not other or other == mine:
                continue
            if _room(name) not in {"events", "queries"}:
                wrong.append(f"{module} imports {name}")
            if other not in requires[mine]:
                wrong.append(f"{mine} does not require {other}")
    assert wrong == []


def _requires() -> dict[str, set[str]]:
    found = {}
    for folder in _plugin_folders():
        tree = ast.parse((folder / "__init__.py").read_text())
        names: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "requires":
                names = set(ast.literal_eval(node.value))
        found[folder.name] = names
    # What a required plugin requires is installed too.
    for _ in found:
        for name, names in found.items():
            found[name] = names.union(*(found.get(other, set()) for other in names))
    return found


def _plugin_folders() -> list[Path]:
    return sorted(path.parent for path in PLUGINS.glob("*/__init__.py"))


def test_rules_are_pure() -> None:
    allowed = {"kiosk.text", "kiosk.clock", "kiosk.plugins"}
    wrong = []
    for module, names in IMPORTS.items():
        if not _room(module).endswith("rules"):
            continue
        for name in names:
            top = name.split(".")[0]
            pure = _plugin(name) == _plugin(module) and _room(name).endswith("rules")
            if not (top in sys.stdlib_module_names or name in allowed or pure):
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_models_know_only_the_database_and_the_nouns() -> None:
    allowed = {"kiosk.db", "kiosk.model", "kiosk.people"}
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if _room(module) == "models"
        for name in names
        if name.startswith("kiosk") and name not in allowed
    ]
    assert wrong == []


def test_events_know_nothing() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if _room(module) == "events"
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert wrong == []


def test_verbs_and_reads_never_know_flask() -> None:
    # flask_babel only marks sentences for translation: no request is needed for that.
    wrong = [
        f"{module} imports {name}"
        for module, names in IMPORTS.items()
        if _room(module) in {"service", "queries", "rules", "models"}
        for name in names
        if name.split(".")[0] in FLASK - {"flask_babel"}
    ]
    assert wrong == []


def test_no_import_stands_inside_a_function() -> None:
    wrong = [
        f"{module}:{inner.lineno}"
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def test_imports_run_in_no_circle() -> None:
    graph = {m: [n for n in names if n in MODULES and n != m] for m, names in IMPORTS.items()}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module not in done:
            for name in graph[module]:
                visit(name, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_only_writing_commits() -> None:
    wrong = [
        f"{module}:{node.lineno}"
        for module, path in MODULES.items()
        if _plugin(module) or module in ROOT_MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert wrong == []


@pytest.mark.parametrize("suffix", [".py", ".js", ".css", ".html"])
def test_no_file_is_too_long(suffix: str) -> None:
    folders = ("kiosk", "tests", "templates", "static")
    wrong = [
        f"{path.relative_to(ROOT)}: {count}"
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{suffix}")
        if "vendor" not in path.parts and "versions" not in path.parts
        if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    ]
    assert wrong == []


def test_no_function_is_too_long() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for folder in ("kiosk", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert wrong == []


def test_every_plugin_has_only_the_known_rooms_or_parts_of_them() -> None:
    for folder in _plugin_folders():
        assert (folder / "__init__.py").is_file()
        tree = ast.parse((folder / "__init__.py").read_text())
        kinds = {type(node) for node in tree.body}
        assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign}, folder.name


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
    assert not (PACKAGE / "templates").exists()
    assert not (PACKAGE / "static").exists()
