"""Where a file may stand and what it may be called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import PurePosixPath

from tests.architecture import allowed
from tests.architecture.tree import Tree
from tests.architecture.tree import Violation


def free_names(tree: Tree) -> list[Violation]:
    """A file of the package has one of the names its folder may hold."""
    found = []
    for path in tree.files:
        parts = PurePosixPath(path)
        if not path.startswith("kiosk/") or "versions" in parts.parts:
            continue
        names = _names(str(parts.parent))
        if names is None:
            found.append(Violation(path, f"{path}: {parts.parent} is not a room of the house"))
        elif not _fits(parts, *names):
            found.append(Violation(path, f"{path}: {parts.name} is not a name of its room"))
    return found


def _names(folder: str) -> tuple[set[str], bool] | None:
    """Give the names a folder may hold, and whether `X_rules` may stand there too."""
    own = set(allowed.TECHNICAL.get(folder, ()))
    parent, _, name = folder.rpartition("/")
    if folder in allowed.FEATURES or (parent == "kiosk/plugins" and name in allowed.FLOORS):
        return own | set(allowed.STANDARD), True
    if folder in allowed.CORE_STANDARD:
        return own | set(allowed.CORE_STANDARD[folder]), False
    return None


def _fits(path: PurePosixPath, names: set[str], twice: bool) -> bool:
    if path.suffix != ".py":
        return path.name in names
    what, _, role = path.stem.rpartition("_")
    return path.stem in names or (twice and bool(what) and role in allowed.TWICE)


def asset_places(tree: Tree) -> list[Violation]:
    """Templates and static files follow the plugins and their features, or are shared by name."""
    found = []
    for path in tree.files:
        kind, *folders, _name = PurePosixPath(path).parts
        if kind not in {"templates", "static"} or path in allowed.ROOT_FILES:
            continue
        shared = allowed.SHARED_TEMPLATES if kind == "templates" else allowed.SHARED_STATIC
        feature = "/".join(["kiosk/plugins", *folders])
        if not folders:
            found.append(Violation(path, f"{path}: not one of the files at the root of {kind}"))
        elif len(folders) == 1 and folders[0] not in {*allowed.FLOORS, *shared}:
            found.append(Violation(path, f"{path}: {folders[0]} is neither a plugin nor shared"))
        elif len(folders) > 1 and feature not in allowed.FEATURES:
            found.append(Violation(path, f"{path}: {feature} is not a feature"))
    return found


def declarations(tree: Tree) -> list[Violation]:
    """A plugin's `__init__` only declares: nothing is decided or done where it is found."""
    kinds = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign)
    return [
        Violation(module.path, f"{module.path}:{node.lineno}: a plugin's __init__ only declares")
        for plugin in tree.plugins
        if (module := tree.modules.get(f"kiosk.plugins.{plugin}"))
        for node in module.tree.body
        if not isinstance(node, kinds)
    ]


def unused_entries(tree: Tree, lists: Mapping[str, set[str]] | None = None) -> list[Violation]:
    """No word of our own lists stands for nothing: what matches no file is named."""
    found = []
    for name, entries in (_lists() if lists is None else lists).items():
        for entry in sorted(entries):
            if not _there(tree, entry):
                sentence = f"{name} names {entry}, and nothing has that name"
                found.append(Violation(f"{name} {entry}", sentence))
    return found


def _lists() -> dict[str, set[str]]:
    """Every allow-list as paths or module names."""
    return {
        "STANDARD": {f"*/{name}.py" for name in allowed.STANDARD},
        "TWICE": {f"*_{name}.py" for name in allowed.TWICE},
        "CORE_STANDARD": _flat(allowed.CORE_STANDARD),
        "TECHNICAL": _flat(allowed.TECHNICAL),
        "FEATURES": {f"{folder}/" for folder in allowed.FEATURES},
        "FLOORS": {f"kiosk/plugins/{name}/" for name in allowed.FLOORS},
        "KNOW_FLASK": set(allowed.KNOW_FLASK),
        "EDGE": set(allowed.EDGE),
        "MAY_COMMIT": set(allowed.MAY_COMMIT),
        "MAY_WRITE": set(allowed.MAY_WRITE),
        "WRITING_ROOMS": set(allowed.WRITING_ROOMS),
        "MAY_COMPILE": set(allowed.MAY_COMPILE),
        "LOADS_LATE": set(allowed.LOADS_LATE),
        "SHARED_TEMPLATES": {f"templates/{name}/" for name in allowed.SHARED_TEMPLATES},
        "SHARED_STATIC": {f"static/{name}/" for name in allowed.SHARED_STATIC},
        "ROOT_FILES": set(allowed.ROOT_FILES),
    }


def _flat(rooms: Mapping[str, object]) -> set[str]:
    found = set()
    for folder, names in rooms.items():
        for name in names if isinstance(names, (tuple, dict)) else ():
            found.add(f"{folder}/{name}" if "." in name else f"{folder}/{name}.py")
    return found


def _there(tree: Tree, entry: str) -> bool:
    """A path, a folder with its slash, `*` and an ending, a module, or a package with its dot."""
    if entry.startswith("*"):
        ending = entry[1:]
        return any(p.endswith(ending) and p.startswith("kiosk/plugins/") for p in tree.files)
    if entry.endswith("/"):
        return any(path.startswith(entry) for path in tree.files)
    if entry.endswith("."):
        return any(name.startswith(entry) for name in tree.modules)
    return entry in tree.files or ("/" not in entry and entry in tree.modules)


def unreasoned() -> Iterator[str]:
    """Every entry that stands for one file has a reason beside it; name those without."""
    for name in ("KNOW_FLASK", "MAY_COMMIT", "MAY_WRITE", "MAY_COMPILE", "LOADS_LATE"):
        yield from (key for key, why in getattr(allowed, name).items() if not why.strip())
    for rooms in allowed.TECHNICAL.values():
        yield from (key for key, why in rooms.items() if not why.strip())
