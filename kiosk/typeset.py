"""Typst with our own fonts: the same page on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typst

from kiosk.paths import VENDOR


def compiled(source: bytes, files: Mapping[str, bytes], **options: Any) -> bytes:
    """Return what Typst makes of a source and the files it names: one PDF or picture."""
    made = _made(source, files, options)
    if not isinstance(made, bytes):
        raise TypeError("typst made several files where one was asked for")
    return made


def first_page(source: bytes, files: Mapping[str, bytes], dpi: int) -> bytes:
    """Return the first page of what Typst makes as PNG."""
    made = _made(source, files, {"format": "png", "ppi": dpi})
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def _made(source: bytes, files: Mapping[str, bytes], options: Mapping[str, Any]) -> Any:
    return typst.compile(
        {"main": source, **files},
        font_paths=[str(VENDOR / "fonts")],
        ignore_system_fonts=True,
        **options,
    )
