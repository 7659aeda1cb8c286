"""Files of the data folder that only the server reads: outside the web, for its user alone."""

from __future__ import annotations

import os
from pathlib import Path


def keep(folder: Path, stored: str, data: bytes) -> None:
    """Write a new file under a random name; FileExistsError when the name is taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / stored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
