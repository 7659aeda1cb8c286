"""Where templates/ and static/ are, in a checkout and in the wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
# The wheel carries both folders inside the package; a checkout has them beside it.
ASSETS = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
TEMPLATES = ASSETS / "templates"
STATIC = ASSETS / "static"
VENDOR = STATIC / "vendor"
