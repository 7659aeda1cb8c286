"""What the cells of a column look like: names, numbers, years, areas."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from kiosk import vietnamese
from kiosk.plugins.delegates.importer.parse.areas import Areas
from kiosk.plugins.delegates.importer.parse.birth_years import read_birth
from kiosk.plugins.delegates.importer.parse.cells import Texts
from kiosk.plugins.delegates.importer.parse.names import FORMS
from kiosk.plugins.delegates.importer.parse.names import SURNAMES
from kiosk.plugins.delegates.importer.parse.names import begins_like_a_name
from kiosk.plugins.delegates.importer.parse.names import take_apart
from kiosk.plugins.delegates.importer.parse.phones import read_phones

_SAMPLE = 80
FARTHEST = 3 * _SAMPLE


@dataclass(frozen=True)
class Look:
    """What the cells of a column look like, as shares of those that are filled."""

    filled: int = 0
    name: float = 0
    family: float = 0
    word: float = 0
    phone: float = 0
    birth: float = 0
    age: float = 0
    area: float = 0
    form: float = 0
    sex: float = 0
    id_card: float = 0
    counted: float = 0
    line: float = 0


def look_at(texts: Texts, column: int, span: tuple[int, int], areas: Areas, newest: int) -> Look:
    count: Counter[str] = Counter()
    rows = texts.sheet.rows
    last_number = 0
    different: set[str] = set()
    for index in range(span[0], min(span[1], span[0] + FARTHEST)):
        row = rows[index]
        if column >= len(row) or row[column] in ("", None):
            continue
        words = texts.one(index, column)
        if not words:
            continue
        count["filled"] += 1
        different.add(words)
        kinds, last_number = _kinds(row[column], words, last_number, areas, newest)
        count.update(kinds)
        if count["filled"] == _SAMPLE:
            break
    filled = count.pop("filled", 0)
    if len(different) * 2 < filled:
        # "Hộ nghèo" in every other row looks like a name, but names differ.
        del count["name"]
    return Look(filled, **{kind: number / filled for kind, number in count.items()})


def _kinds(cell: object, words: str, last: int, areas: Areas, newest: int) -> tuple[list[str], int]:
    digits = re.sub(r"[\s.'-]", "", words)
    if digits.isdecimal():
        return _number_kinds(digits, words, last)
    kinds = []
    folded = vietnamese.fold(words)
    if read_phones(words).phone:
        kinds.append("phone")
    elif read_birth(cell, newest).year is not None and re.search(r"\d", words):
        kinds.append("birth")
    if folded in {"nam", "nu", "x"}:
        kinds.append("sex")
    elif folded.strip(" .:") in FORMS:
        kinds.append("form")
    elif areas.find(words):
        kinds.append("area")
    elif not re.search(r"\d", words):
        kinds += _word_kinds(words)
    return (["line"] if _is_line(words, kinds) else kinds), last


def _is_line(words: str, kinds: list[str]) -> bool:
    """Whether a cell holds a name and numbers: "Nguyễn Văn An, 1950"."""
    if "area" in kinds or not re.search(r"\d", words):
        return False
    return begins_like_a_name(take_apart(words).name)


def _word_kinds(words: str) -> list[str]:
    parts = words.split()
    if len(parts) == 1:
        return ["word", "family"] if vietnamese.fold(words) in SURNAMES else ["word"]
    if begins_like_a_name(take_apart(words).name):
        return ["name", "family"]
    return []


def _number_kinds(digits: str, words: str, last: int) -> tuple[list[str], int]:
    number = int(digits[:18])
    if len(digits) in (11, 12) and not read_phones(words).phone:
        return ["id_card"], last
    if read_phones(words).phone:
        return ["phone"], last
    if 1905 <= number <= 2015 or len(digits) == 8:
        return ["birth"], last
    kinds = []
    if number in (last + 1, 1):
        kinds.append("counted")
    if 15 <= number <= 105:
        kinds.append("age")
    return kinds, number
