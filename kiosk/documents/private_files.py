"""Files of the data folder that only the server reads: outside the web, for its user alone."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import make_url

from kiosk.config import Settings

_STORED = re.compile("[0-9a-f]{48}")
# What a process makes from now on is its user's alone.
UMASK = 0o077
_OTHERS = 0o077
SECRET_FILE = "secret-key"  # noqa: S105  # the name of a file
# Beside SQLite's file: what is written but not yet in it, and its index.
_BESIDE = ("", "-wal", "-shm", "-journal")


def keep(folder: Path, stored: str, data: bytes) -> None:
    """Write a new file under a random name; FileExistsError when the name is taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def is_stored(name: str) -> bool:
    """Whether a file's name is one of those that `keep` is given: drawn at random."""
    return _STORED.fullmatch(name) is not None


def open_to_others(settings: Settings) -> list[Path]:
    """Return what other users of this machine can read, or could replace: folder first."""
    return [path for path in _held(settings) if _is_open(path)]


def close_to_others(settings: Settings) -> None:
    """Take from others what they could read: folders 700, files 600, as far as they are ours."""
    for path in open_to_others(settings):
        # Somebody else's file, or one that has just gone: the doctor names what stays open.
        with suppress(OSError):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def _held(settings: Settings) -> Iterator[Path]:
    folder = settings.data
    name = make_url(settings.database_url).database if settings.is_sqlite else None
    files = [folder / SECRET_FILE, *(Path(f"{name}{ending}") for ending in _BESIDE if name)]
    if not _is_shared(folder):
        yield folder
        for path, folders, names in os.walk(folder):
            yield from (Path(path) / name for name in sorted(folders + names))
        files = [file for file in files if not file.absolute().is_relative_to(folder)]
    yield from files


def _is_shared(folder: Path) -> bool:
    # Where others' files lie too, as in /tmp or somebody's home, only our own are closed.
    return bool(folder.stat().st_mode & stat.S_ISVTX) or folder in {Path.home(), Path("/")}


def _is_open(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & _OTHERS)
