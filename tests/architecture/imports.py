"""Who may import whom, by the kind of file and by the floor it stands on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture import allowed
from tests.architecture.tree import Import
from tests.architecture.tree import Module
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation
from tests.architecture.tree import circles
from tests.architecture.tree import plugin_of

FLASK = {"flask", "werkzeug", "flask_wtf", "flask_sqlalchemy"}
# The composition root puts everything together; only the command line calls it.
ROOTS = ("kiosk.demo", "kiosk.cli")
# Verbs and reads, and what goes with them: no request stands behind them.
NO_REQUEST = {"service", "queries", "handlers", "erase", "labels", "schemas"}
# May decide when to commit: what is asked from outside, and who listens after the answer.
OPENS_WRITING = {"pages", "api", "cli", "handlers"}
FACES = {"events", "queries"}


def kind(stem: str) -> str:
    """What a file is by its name: `queue_rules` is rules. Empty for a room of its own."""
    role = stem.rpartition("_")[2]
    return role if role in allowed.STANDARD else ""


def _in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def _wrong(module: Module, imports: Iterable[Import], why: str) -> Iterator[Violation]:
    for name in sorted({item.module for item in imports}):
        yield Violation(module.path, f"{module.name} imports {name}: {why}")


def core_without_plugins(tree: Tree) -> list[Violation]:
    """The core imports no plugin; only the composition root knows which there are."""
    return [
        wrong
        for module in tree.modules.values()
        if not module.plugin and not any(_in(module.name, room) for room in ROOTS)
        for wrong in _wrong(
            module,
            (item for item in module.imports if plugin_of(item.module)),
            "the core knows no plugin",
        )
    ]


def composition_root(tree: Tree) -> list[Violation]:
    """Nothing imports the composition root but the command line."""
    return [
        wrong
        for module in tree.modules.values()
        if not any(_in(module.name, room) for room in ROOTS)
        for wrong in _wrong(
            module,
            (item for item in module.imports if any(_in(item.module, room) for room in ROOTS)),
            "only the command line calls it",
        )
    ]


def faces(tree: Tree) -> list[Violation]:
    """A plugin imports only `events` and `queries` of another."""
    return [
        wrong
        for module in tree.modules.values()
        if module.plugin
        for wrong in _wrong(
            module,
            (i for i in _of_others(module) if i.module.split(".")[3:] not in ([f] for f in FACES)),
            "of another plugin only events and queries",
        )
    ]


def required(tree: Tree) -> list[Violation]:
    """A plugin names in `requires` every plugin it imports, or one that requires it does."""
    requires = _requires(tree)
    return [
        Violation(module.path, f"{module.name}: {module.plugin} does not require {other}")
        for module in tree.modules.values()
        for other in sorted({plugin_of(item.module) for item in _of_others(module)})
        if other not in requires.get(module.plugin, set())
    ]


def _of_others(module: Module) -> list[Import]:
    if not module.plugin:
        return []
    return [i for i in module.imports if plugin_of(i.module) not in {"", module.plugin}]


def _requires(tree: Tree) -> dict[str, set[str]]:
    found = {name: _named(tree.modules.get(f"kiosk.plugins.{name}")) for name in tree.plugins}
    # What a required plugin requires is installed too.
    for _ in found:
        for name, names in found.items():
            found[name] = names.union(*(found.get(other, set()) for other in names))
    return found


def _named(module: Module | None) -> set[str]:
    for node in module.nodes if module else ():
        if isinstance(node, ast.keyword) and node.arg == "requires":
            return set(ast.literal_eval(node.value))
    return set()


def floors(tree: Tree) -> list[Violation]:
    """Arrows between plugins only run down; every plugin has its floor."""
    found = []
    for module in tree.modules.values():
        mine = allowed.FLOORS.get(module.plugin)
        if module.plugin and mine is None:
            found.append(Violation(module.path, f"{module.name}: {module.plugin} has no floor"))
            continue
        for name in sorted({item.module for item in _of_others(module)}):
            # Of a plugin without a floor its own modules speak.
            if mine is not None and allowed.FLOORS.get(plugin_of(name), 0) >= mine:
                sentence = f"{module.name} imports {name}: arrows only run down"
                found.append(Violation(module.path, sentence))
    return found


def pure_rules(tree: Tree) -> list[Violation]:
    """Rules know the standard library, the language, the clock and rules of their own plugin."""
    return _only(
        tree,
        "rules",
        {"kiosk.vietnamese", "kiosk.clock"},
        {"rules"},
        set(),
        "rules are pure",
    )


def models_know_the_database(tree: Tree) -> list[Violation]:
    """Tables know the database and the nouns."""
    return _only(
        tree,
        "models",
        {"kiosk.db", "kiosk.db.base", "kiosk.models"},
        {"models"},
        {"sqlalchemy"},
        "models know the database and the nouns",
    )


def events_know_nothing(tree: Tree) -> list[Violation]:
    """Events are plain values."""
    return _only(tree, "events", set(), set(), set(), "events are plain values")


def schemas_know_values(tree: Tree) -> list[Violation]:
    """Schemas know pydantic, the language, the clock, and rules and words of their own plugin."""
    return _only(
        tree,
        "schemas",
        {"kiosk.vietnamese", "kiosk.clock", "kiosk.web.schemas"},
        {"schemas", "rules", "labels"},
        {"pydantic", "pydantic_core", "annotated_types", "flask_babel"},
        "schemas know values only",
    )


def _only(
    tree: Tree, what: str, core: set[str], own: set[str], outside: set[str], why: str
) -> list[Violation]:
    """Hold the files of one kind in plugins to a list of what they may import."""

    def fits(module: Module, item: Import) -> bool:
        if plugin_of(item.module):
            mine = plugin_of(item.module) == module.plugin
            return mine and kind(item.module.rpartition(".")[2]) in own
        top = item.module.split(".")[0]
        return top in sys.stdlib_module_names or top in outside or item.module in core

    return [
        wrong
        for module in tree.modules.values()
        if module.plugin and kind(module.stem) == what
        for wrong in _wrong(module, (i for i in module.imports if not fits(module, i)), why)
    ]


def flask_at_the_edge(tree: Tree) -> list[Violation]:
    """Flask is known to pages, API, command line and the rooms that are listed, to nobody else."""
    return [
        wrong
        for module in tree.modules.values()
        if module.name not in allowed.KNOW_FLASK
        and not module.name.startswith(allowed.EDGE)
        and not (module.plugin and kind(module.stem) in {"pages", "api", "cli"})
        for wrong in _wrong(
            module,
            (item for item in module.imports if item.module.split(".")[0] in FLASK),
            "Flask ends at the edge",
        )
    ]


def sentences_only_marked(tree: Tree) -> list[Violation]:
    """Verbs and reads mark sentences for translation; whoever answers translates them."""
    return [
        Violation(
            module.path,
            f"{module.name} imports {item.name}: verbs and reads only mark sentences",
        )
        for module in tree.modules.values()
        if module.plugin and kind(module.stem) in NO_REQUEST
        for item in module.imports
        if item.module.split(".")[0] == "flask_babel" and not item.name.startswith("lazy_")
    ]


def late_imports(tree: Tree) -> list[Violation]:
    """No import stands inside a function, nor a call that imports."""
    return [
        Violation(module.path, f"{module.path}:{item.line}: import inside a function")
        for module in tree.modules.values()
        if module.name not in allowed.LOADS_LATE
        for item in module.imports
        if item.in_function
    ]


def one_commit(tree: Tree) -> list[Violation]:
    """Only `writing` commits."""
    return [
        Violation(module.path, f"{module.path}:{node.lineno}: only writing() commits")
        for module in tree.modules.values()
        if module.name not in allowed.MAY_COMMIT
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]


def writing_at_the_edge(tree: Tree) -> list[Violation]:
    """A verb never opens the transaction it works in."""
    return [
        wrong
        for module in tree.modules.values()
        if module.name not in allowed.MAY_WRITE
        and not module.name.startswith(allowed.WRITING_ROOMS)
        and not (module.plugin and kind(module.stem) in OPENS_WRITING)
        for wrong in _wrong(
            module,
            (item for item in module.imports if item.name == "writing"),
            "who is asked from outside opens the transaction",
        )
    ]


def compiled_for_the_door(tree: Tree) -> list[Violation]:
    """Compiled statements serve the door, tokens and the ledger only."""
    compiled = {"kiosk.db.compiled", "kiosk.prepared"}
    return [
        wrong
        for module in tree.modules.values()
        if module.name not in allowed.MAY_COMPILE
        for wrong in _wrong(
            module,
            (item for item in module.imports if item.module in compiled),
            "compiled statements are the door's",
        )
    ]


def module_circles(tree: Tree) -> list[Violation]:
    """Imports run in no circle."""
    return _circles(tree.graph(lambda name: name), "modules in a circle")


def folder_circles(tree: Tree) -> list[Violation]:
    """Nor do folders; a file at the root of the core or of a plugin is a room by itself."""

    def room(name: str) -> str:
        folder = tree.modules[name].folder
        root = folder in {"kiosk", "kiosk/plugins"}
        return name if root or PurePosixPath(folder).parent.name == "plugins" else folder

    return _circles(tree.graph(room), "folders in a circle")


def _circles(graph: dict[str, set[str]], why: str) -> list[Violation]:
    return [
        Violation(group[0], f"{why}: {', '.join(group)}", len(group)) for group in circles(graph)
    ]
