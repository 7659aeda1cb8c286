"""Typst with our own fonts: the same page on every machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst
from flask_babel import lazy_gettext as _l

from kiosk.errors import Unavailable
from kiosk.paths import VENDOR

FONTS = VENDOR / "fonts"
# What letters and papers are set in; Typst leaves text out, without a word, where it has none.
NEEDED_FONTS = ("Tinos_400Regular.ttf", "Tinos_700Bold.ttf", "BeVietnamPro_400Regular.ttf")


def check_fonts() -> None:
    """Raise Unavailable when a font is missing: nothing is printed rather than empty pages."""
    missing = [name for name in NEEDED_FONTS if not (FONTS / name).is_file()]
    if missing:
        raise Unavailable(
            "fonts_missing",
            _l(
                "The fonts for printing are missing (%(name)s). Run ./scripts/assets, or install "
                "Kiosk again; kiosk doctor tells more.",
                name=missing[0],
            ),
        )


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
    check_fonts()
    return typst.compile(
        {"main": source, **files},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        **options,
    )


def queried(source: bytes, files: Mapping[str, bytes], selector: str) -> list[Any]:
    """Return the values of the metadata with this label that a source lays down."""
    check_fonts()
    # Its stub wants one type for sources and fonts alike.
    query: Any = typst.query
    found = query(
        {"main": source, **files},
        selector,
        field="value",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    values: list[Any] = json.loads(found)
    return values
