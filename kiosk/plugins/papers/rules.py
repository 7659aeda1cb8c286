"""What a paper is made of, as plain values that both writers take.

Layout: Decree 30/2020/NĐ-CP, annex I; forms 1.4, 1.7 and 1.9 of annex III. Number and date
belong to the records clerk: they stay open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
# Margins in millimetres: top, bottom, left, right.
MARGINS_MM = (20, 20, 30, 15)
BODY_PT = 14
INDENT_MM = 12.7
END = "./."


@dataclass(frozen=True)
class Text:
    """A paragraph. `style`: body, heading (bold), centre or line (no indent)."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Grid:
    """A table: heads, rows of texts, the share of the width that each column takes."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[int]


Block = Text | Grid


@dataclass(frozen=True)
class Paper:
    """One paper. `dated` is False on minutes, which carry no place and date (form 1.9)."""

    organ: Sequence[str]
    symbol: str
    place: str
    kind: str
    about: str
    blocks: Sequence[Block]
    recipients: Sequence[str] = ()
    signers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    dated: bool = True


def ended(text: str) -> str:
    """Return the last sentence of a paper with the mark that ends it."""
    return text.rstrip(" ./;,") + END


def minutes(seconds: int) -> str:
    """Return a length of time as minutes and seconds: "2 phút 05 giây"."""
    return f"{seconds // 60} phút {seconds % 60:02d} giây"
