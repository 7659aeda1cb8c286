"""Years of birth out of whatever a cell holds: a year, a date, a serial number, an age."""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from kiosk.plugins.delegates.rules import OLDEST

_SERIAL_DAY = date(1899, 12, 30)
_YOUNGEST_SERIAL = 45_000
# Numbers below are years mistyped (1865) rather than days of before 1908.
_OLDEST_SERIAL = 3_000
_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d{2})(?!\d)")
_NOTHING = re.compile(r"\W*|(?i:không rõ|khong ro|\?+)")
_TURN = 27


class Birth(NamedTuple):
    """A year, and the code of the warning that its reading deserves."""

    year: int | None = None
    code: str = ""


def read_birth(cell: object, newest: int, *, age: bool = False) -> Birth:
    """Return the year of birth in a cell; `newest` is the present year.

    `age` says that the column holds ages.
    """
    if isinstance(cell, float) and OLDEST <= cell <= newest:
        return Birth(int(cell))
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _of_number(int(cell), newest, age) if cell == int(cell) else _doubt()
    if isinstance(cell, date):
        return _checked(cell.year, newest)
    words = str(cell).strip() if cell is not None else ""
    if _NOTHING.fullmatch(words):
        return Birth()
    words = re.sub(r"(?<=\d)[.,]0+$", "", words.strip("'‘’ "))
    if words.isdecimal():
        return _of_number(int(words), newest, age) if len(words) < 9 else _doubt()
    return _of_words(words, newest, age)


def _doubt() -> Birth:
    return Birth(None, "birth_unreadable")


def _checked(year: int, newest: int, code: str = "") -> Birth:
    return Birth(year, code) if OLDEST <= year <= newest else _doubt()


def _of_number(number: int, newest: int, age: bool) -> Birth:
    if number < 120 and (age or number > 99):
        return _checked(newest - number, newest, "birth_age") if number else Birth()
    if number < 100:
        return _checked(_long(number, newest), newest, "birth_short") if number else Birth()
    if OLDEST <= number <= 2100:
        return _checked(number, newest)
    if _OLDEST_SERIAL < number <= _YOUNGEST_SERIAL:
        return _checked((_SERIAL_DAY + timedelta(days=number)).year, newest, "birth_serial")
    if 10_10_1905 <= number <= 31_12_2100:  # 14081965
        return _checked(number % 10_000, newest)
    return _doubt()


def _long(short: int, newest: int) -> int:
    year = 2000 + short
    return 1900 + short if short >= _TURN or year > newest else year


def _of_words(words: str, newest: int, age: bool) -> Birth:
    found = _DATE.search(words)
    if found:
        first, second, year = (int(part) for part in found.groups())
        code = "birth_swapped" if first <= 12 < second <= 31 else ""
        if year < 100:
            return _checked(_long(year, newest), newest, code or "birth_short")
        return _checked(year, newest, code)
    years = [int(year) for year in _YEAR.findall(words)]
    fit = [year for year in years if OLDEST <= year <= newest]
    if fit:
        return Birth(fit[0] if re.match(r"\d{4}", words) else fit[-1])
    if years:
        return _doubt()
    short = _SHORT.findall(words)
    if not short:
        return _doubt()
    if age or re.search(r"(?i)tu[oổ]i|\d\s*t\b", words):
        return _checked(newest - int(short[0]), newest, "birth_age")
    return _checked(_long(int(short[-1]), newest), newest, "birth_short")
