"""QR codes as one SVG path or a matrix: fixed mask, so that making one costs half a millisecond.

Level Q, quiet zone of 4 modules left to whoever draws it (DENSO: 4 on all sides).
"""

from __future__ import annotations

from functools import lru_cache

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

QUIET = 4
_MASK = 3


@lru_cache(maxsize=4096)
def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of the smallest code that holds the text, without quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=_MASK)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(cell) for cell in row) for row in code.get_matrix())


def path(text: str) -> tuple[str, int]:
    """Return (SVG path of the dark modules, modules a side), one unit a module."""
    rows = matrix(text)
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return "".join(parts), len(rows)


def svg(text: str, quiet: int = QUIET) -> str:
    """Return a whole SVG picture, black on white, with its quiet zone."""
    dark, side = path(text)
    size = side + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-quiet} {-quiet} {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M{-quiet} {-quiet}h{size}v{size}'
        f'h-{size}z"/><path d="{dark}"/></svg>'
    )
