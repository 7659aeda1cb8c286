"""Tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A sheet: its title, its column heads and its rows of plain values."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
