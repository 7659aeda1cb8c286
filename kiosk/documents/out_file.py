"""The file that a command is asked to write: what is wrong with its place is said at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _


class OutFile(click.Path):
    """A file to be written into a folder that is there and can be written to."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; usage is wrong where it could not be written."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        folder = path.parent
        if not folder.is_dir():
            self.fail(_("There is no folder %(folder)s. Make it first.", folder=folder), param, ctx)
        if not os.access(folder, os.W_OK):
            self.fail(
                _("Nothing can be written into the folder %(folder)s.", folder=folder), param, ctx
            )
        return path
