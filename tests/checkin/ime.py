"""A model of Vietnamese typing: what Telex and VNI make of keys, by their public rules.

A keyboard program sees one key after another. Within a word (letters and digits; anything
else ends it) some keys change what stands there already:

- Telex: aa, ee, oo give â, ê, ô; w gives ă, ơ, ư (and ư where nothing fits); dd gives đ;
  s f r x j put a tone on the word's vowel, z takes it away.
- VNI: 6 gives â, ê, ô, 7 ơ, ư, 8 ă, 9 đ; 1 to 5 put a tone, 0 takes it away.
- A key that would do again what is done undoes it and stays as itself.
- A key that finds nothing to change is typed as itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

VOWELS = "aeiouy"
GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
TONES = {GRAVE, ACUTE, TILDE, HOOK, DOT}
ROOF, BREVE, HORN = "\u0302", "\u0306", "\u031b"

TELEX_TONES = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT, "z": ""}
VNI_TONES = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT, "0": ""}
TELEX_MARKS = {"a": [("a", ROOF)], "e": [("e", ROOF)], "o": [("o", ROOF)]}
TELEX_MARKS["w"] = [("u", HORN), ("o", HORN), ("a", BREVE)]
VNI_MARKS = {
    "6": [("a", ROOF), ("e", ROOF), ("o", ROOF)],
    "7": [("u", HORN), ("o", HORN)],
    "8": [("a", BREVE)],
}

Word = list[str]


def telex(keys: str) -> str:
    """Return what stands in the field after typing these keys with Telex."""
    return _typed(keys, _telex_key)


def vni(keys: str) -> str:
    """Return what stands in the field after typing these keys with VNI."""
    return _typed(keys, _vni_key)


def _typed(keys: str, press: Callable[[Word, str], bool]) -> str:
    done: list[str] = []
    word: Word = []
    for key in keys:
        if not key.isalnum():
            done += [*word, key]
            word = []
        elif not press(word, key):
            word.append(key)
    return "".join([*done, *word])


def _telex_key(word: Word, key: str) -> bool:
    low = key.lower()
    if low in TELEX_TONES:
        return _tone(word, TELEX_TONES[low])
    if low == "d":
        return _stroke(word)
    if low in TELEX_MARKS and _mark(word, TELEX_MARKS[low]):
        return True
    if low == "w":
        word.append("ư" if key == "w" else "Ư")
        return True
    return False


def _vni_key(word: Word, key: str) -> bool:
    if key in VNI_TONES:
        return _tone(word, VNI_TONES[key])
    if key == "9":
        return _stroke(word)
    return key in VNI_MARKS and _mark(word, VNI_MARKS[key])


def _parts(char: str) -> tuple[str, set[str]]:
    apart = unicodedata.normalize("NFD", char)
    return apart[0], set(apart[1:])


def _joined(base: str, marks: set[str]) -> str:
    return unicodedata.normalize("NFC", base + "".join(sorted(marks, key=TONES.__contains__)))


def _vowels(word: Word) -> list[int]:
    return [i for i, char in enumerate(word) if _parts(char)[0].lower() in VOWELS]


def _tone(word: Word, tone: str) -> bool:
    places = _vowels(word)
    if not places:
        return False
    marked = [i for i in places if _parts(word[i])[1] - TONES]
    closed = places[-1] < len(word) - 1
    place = marked[-1] if marked else places[-1] if closed or len(places) < 2 else places[-2]
    standing = next((i for i in places if _parts(word[i])[1] & TONES), None)
    before = _parts(word[standing])[1] & TONES if standing is not None else set()
    if not tone and not before:
        return False
    for i in places:
        base, marks = _parts(word[i])
        word[i] = _joined(base, marks - TONES)
    if tone in before:
        return False  # undone: the key stays as itself
    if tone:
        base, marks = _parts(word[place])
        word[place] = _joined(base, marks | {tone})
    return True


def _mark(word: Word, wanted: list[tuple[str, str]]) -> bool:
    for i in reversed(_vowels(word)):
        base, marks = _parts(word[i])
        mark = next((mark for vowel, mark in wanted if vowel == base.lower()), None)
        if mark is None:
            continue
        if mark in marks:
            word[i] = _joined(base, marks - {mark})
            return False
        word[i] = _joined(base, (marks & TONES) | {mark})
        if mark == HORN and base.lower() == "o" and i and word[i - 1].lower() == "u":
            word[i - 1] = _joined(word[i - 1], {HORN})
        return True
    return False


def _stroke(word: Word) -> bool:
    for i in reversed(range(len(word))):
        if word[i] in "dD":
            word[i] = "đ" if word[i] == "d" else "Đ"
            return True
        if word[i] in "đĐ":
            word[i] = "d" if word[i] == "đ" else "D"
            return False
    return False
