"""Refuses to build a wheel or an sdist that would lack what scripts/assets makes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# One file of each kind that runs cannot do without; all of a kind come by one step.
NEEDED = (
    "static/vendor/fonts/Tinos_400Regular.ttf",
    "static/vendor/fonts/BeVietnamPro_400Regular.ttf",
    "static/vendor/decoder/zxing_reader.wasm",
    "static/vendor/icons/house.svg",
    "static/vendor/licences",
)


def missing(root: Path) -> list[str]:
    """Return what a build from this folder would lack: files, and translations not compiled."""
    sources = sorted((root / "kiosk").rglob("translations/*/LC_MESSAGES/*.po"))
    compiled = [source.with_suffix(".mo") for source in sources]
    found = [name for name in NEEDED if not (root / name).exists()]
    found += [path.relative_to(root).as_posix() for path in compiled if not path.is_file()]
    return found


class CompleteOrNothing(BuildHookInterface):
    """Looks before anything is packed; an editable install brings its files afterwards."""

    def initialize(self, version: str, _build_data: dict[str, Any]) -> None:
        """Stop the build when something is missing."""
        lacking = [] if version == "editable" else missing(Path(self.root))
        if lacking:
            shown = ", ".join(lacking[:3]) + (" ..." if len(lacking) > 3 else "")
            sys.exit(f"Run ./scripts/setup first: {len(lacking)} files are missing ({shown}).")
