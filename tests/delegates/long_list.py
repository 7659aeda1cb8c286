"""A long list of households, for measuring."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.delegates import lists


def workbook(count: int, seed: int = 5) -> bytes:
    """Return a workbook of so many people, with the usual quirks."""
    draw, areas = Random(seed), list(lists.SPELLINGS)
    rows: list[list[Any]] = [["STT", "Họ và tên", "Năm sinh", "Khu", "Địa chỉ", "SĐT", "Ghi chú"]]
    for number in range(1, count + 1):
        person = lists.person(draw, areas[number % len(areas)])
        rows.append([
            number,
            person.name,
            lists.birth_cell(draw, person.birth_year),
            draw.choice(lists.SPELLINGS[person.area]),
            f"Số {number}, ngõ {number % 9}",
            lists.phone_cell(draw, person.phone),
            "",
        ])  # fmt: skip
    return lists.as_xlsx([("DS", rows)])
