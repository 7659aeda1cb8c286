"""Public holidays of Vietnam from 2023 to 2027: what offices start from; wards add their own.

Eleven days by the Labour Code 2019, article 112: New Year 1, Tết 5, Hùng Kings (10th of
the third lunar month) 1, 30 April, 1 May, National Day 2. A holiday on a weekend is made
up for on the next working day (article 111). Days exchanged and make-up Saturdays come
from each year's notice. Tết of 2027 and its second National Day are counted from the
Labour Code until the year's notice says otherwise.
"""

from __future__ import annotations

from datetime import date
from datetime import timedelta
from typing import NamedTuple

LAW = "Bộ luật Lao động 2019, Điều 112"
MAKE_UP = "Bộ luật Lao động 2019, Điều 111: nghỉ bù"
EXCHANGE = "Thông báo hoán đổi ngày làm việc"
EXPECTED = "Bộ luật Lao động 2019, chờ thông báo của năm"


class Known(NamedTuple):
    """A day that differs from its weekday: free, or `works` on a Saturday."""

    day: date
    name: str
    source: str
    works: bool = False


_NEW_YEAR, _TET, _KINGS = "Tết Dương lịch", "Tết Nguyên đán", "Giỗ Tổ Hùng Vương"
_UNITY, _LABOUR, _NATION = "Ngày Chiến thắng", "Ngày Quốc tế lao động", "Quốc khánh"


def _days(first: date, last: date, name: str, source: str = LAW) -> list[Known]:
    count = (last - first).days + 1
    return [Known(first + timedelta(days=i), name, source) for i in range(count)]


def _one(
    year: int, month: int, day: int, name: str, source: str = LAW, works: bool = False
) -> Known:
    return Known(date(year, month, day), name, source, works)


def _every_year(year: int) -> list[Known]:
    return [
        _one(year, 1, 1, _NEW_YEAR),
        _one(year, 4, 30, _UNITY),
        _one(year, 5, 1, _LABOUR),
        _one(year, 9, 2, _NATION),
    ]


FIRST_YEAR, LAST_YEAR = 2023, 2027
STANDARD: tuple[Known, ...] = (
    *(known for year in range(FIRST_YEAR, LAST_YEAR + 1) for known in _every_year(year)),
    # 2023
    _one(2023, 1, 2, _NEW_YEAR, MAKE_UP),
    *_days(date(2023, 1, 20), date(2023, 1, 26), _TET),
    _one(2023, 4, 29, _KINGS),
    _one(2023, 5, 2, _KINGS, MAKE_UP),
    _one(2023, 5, 3, _UNITY, MAKE_UP),
    _one(2023, 9, 1, _NATION),
    _one(2023, 9, 4, _NATION, MAKE_UP),
    # 2024
    *_days(date(2024, 2, 8), date(2024, 2, 14), _TET),
    _one(2024, 4, 18, _KINGS),
    _one(2024, 4, 29, _UNITY, EXCHANGE),
    _one(2024, 5, 4, _UNITY, EXCHANGE, works=True),
    _one(2024, 9, 3, _NATION),
    # 2025
    *_days(date(2025, 1, 25), date(2025, 2, 2), _TET),
    _one(2025, 4, 7, _KINGS),
    _one(2025, 5, 2, _LABOUR, EXCHANGE),
    _one(2025, 4, 26, _LABOUR, EXCHANGE, works=True),
    _one(2025, 9, 1, _NATION),
    # 2026
    _one(2026, 1, 2, _NEW_YEAR, EXCHANGE),
    _one(2026, 1, 10, _NEW_YEAR, EXCHANGE, works=True),
    *_days(date(2026, 2, 14), date(2026, 2, 22), _TET),
    _one(2026, 4, 26, _KINGS),
    _one(2026, 4, 27, _KINGS, MAKE_UP),
    _one(2026, 8, 31, _NATION, EXCHANGE),
    _one(2026, 8, 22, _NATION, EXCHANGE, works=True),
    _one(2026, 9, 1, _NATION),
    # 2027
    *_days(date(2027, 2, 5), date(2027, 2, 11), _TET, EXPECTED),
    _one(2027, 4, 16, _KINGS),
    _one(2027, 5, 3, _LABOUR, MAKE_UP),
    _one(2027, 9, 3, _NATION, EXPECTED),
)
# Beyond the years that are known, the days of the sun's calendar at least.
BEYOND: tuple[Known, ...] = tuple(
    known
    for year in (*range(FIRST_YEAR - 3, FIRST_YEAR), *range(LAST_YEAR + 1, LAST_YEAR + 14))
    for known in (*_every_year(year), _one(year, 9, 1, _NATION, EXPECTED))
)
