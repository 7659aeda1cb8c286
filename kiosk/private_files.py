"""Files of the data folder that only the server reads: outside the web, for its user alone."""

from __future__ import annotations

import os
import re
from pathlib import Path

_STORED = re.compile("[0-9a-f]{48}")


def keep(folder: Path, stored: str, data: bytes) -> None:
    """Write a new file under a random name; FileExistsError when the name is taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def is_stored(name: str) -> bool:
    """Whether a file's name is one of those that `keep` is given: drawn at random."""
    return _STORED.fullmatch(name) is not None
