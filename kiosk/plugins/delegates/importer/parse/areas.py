"""Which of the meeting's areas a text speaks of, however it is spelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kiosk import vietnamese

_KINDS = (
    "khu dan cu so", "khu dan cu", "to dan pho so", "to dan pho", "khu pho", "khu so", "to so",
    "to dan cu", "kdc", "tdp", "kp", "khu", "to", "thon", "xom", "ap", "ban", "lang", "cum",
    "doi", "so",
)  # fmt: skip
_KIND = re.compile(rf"^(?:{'|'.join(_KINDS)})\b[ .:]*")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_PARTS = re.compile(r"[a-z]+|\d+")
_ALIKE = 0.84


@dataclass(frozen=True)
class _Area:
    name: str
    base: tuple[str, ...]
    number: int | None
    mentioned: re.Pattern[str]


def without_kind(folded: str) -> str:
    """Return a folded name without "khu", "tổ dân phố" and the like."""
    before = ""
    while before != folded:
        before, folded = folded, _KIND.sub("", folded)
    return folded.strip()


def _split(folded: str) -> tuple[tuple[str, ...], int | None]:
    parts = [part for part in _PARTS.findall(folded) if part != "so"]
    number = None
    if parts and parts[-1].isdecimal():
        number = int(parts.pop())
    elif len(parts) > 1 and parts[-1] in _ROMAN:
        number = _ROMAN[parts.pop()]
    return tuple(parts), number


def _spelled(number: int | None) -> list[str]:
    if number is None:
        return [""]
    romans = [roman for roman, value in _ROMAN.items() if value == number]
    return [str(number), *romans]


class Areas:
    """The areas of a meeting; remembers what it was asked."""

    def __init__(self, known: Sequence[tuple[str, Sequence[str]]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._areas: list[_Area] = []
        self._asked: dict[str, str] = {}
        for name, others in known:
            for words in (name, *others):
                self._learn(name, words)

    def _learn(self, name: str, words: str) -> None:
        folded = vietnamese.fold(words)
        base, number = _split(without_kind(folded))
        for spelled in _spelled(number):
            for stem in ("".join(base), "".join(word[0] for word in base)):
                if stem + spelled:
                    self._exact.setdefault(stem + spelled, set()).add(name)
        self._exact.setdefault(_joined(folded), set()).add(name)
        if base and len("".join(base)) > 2:
            stem = " ?".join(base)
            ends = "|".join(_spelled(number))
            pattern = rf"\b{stem}\b(?! ?(?:{'|'.join(_ROMAN)}|\d+)\b)"
            if number is not None:
                pattern = rf"\b{stem} ?(?:so )?(?:{ends})\b"
            self._areas.append(_Area(name, base, number, re.compile(pattern)))

    def find(self, words: str) -> str:
        """Return the area that this text names, or nothing when it is none or unclear."""
        found = self._asked.get(words)
        if found is None:
            found = self._asked[words] = self._find(vietnamese.fold(words))
        return found

    def _find(self, folded: str) -> str:
        exact = self._exact.get(_joined(folded)) or self._exact.get(_joined(without_kind(folded)))
        if exact is not None:
            return next(iter(exact)) if len(exact) == 1 else ""
        base, number = _split(without_kind(folded))
        near = {a.name for a in self._areas if a.number == number and _shortens(base, a.base)}
        if not near:
            near = {
                a.name
                for a in self._areas
                if a.number == number
                and base
                and SequenceMatcher(None, "".join(base), "".join(a.base)).ratio() >= _ALIKE
            }
        return near.pop() if len(near) == 1 else ""

    def inside(self, words: str) -> str:
        """Return the one area that a longer text mentions, such as an address or a title."""
        if not self._areas:
            return ""
        folded = " ".join(_PARTS.findall(vietnamese.fold(words)))
        found = {area.name for area in self._areas if area.mentioned.search(folded)}
        if not found:
            # "Ngõ 5, KĐ2": a part of an address may be an area's short name.
            short = (
                self._exact.get(_joined(vietnamese.fold(part))) for part in re.split("[,;-]", words)
            )
            found = {name for names in short if names and len(names) == 1 for name in names}
        return found.pop() if len(found) == 1 else ""


def _joined(folded: str) -> str:
    return "".join(
        str(int(part)) if part.isdecimal() and len(part) < 9 else part
        for part in _PARTS.findall(folded)
    )


def _shortens(short: tuple[str, ...], base: tuple[str, ...]) -> bool:
    """Whether each word begins the word in its place: "k dong" for "kim dong"."""
    return len(short) == len(base) > 1 and all(
        long.startswith(word) for word, long in zip(short, base, strict=True)
    )
