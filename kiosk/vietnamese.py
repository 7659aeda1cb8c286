"""Vietnamese text: one form in, searching without accents, sorting by given name."""

from __future__ import annotations

import re
import unicodedata

# CLDR `vi`: 29 letters, with f, j, w, z where Latin has them.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + i) for i, letter in enumerate(_LETTERS)}
# Tone marks as combining characters, in dictionary order; 0 is the level tone.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
# Marks that stand on a letter, all of the basic plane.
_MARKS = re.compile(
    f"[{''.join(chr(c) for c in range(0x300, 0x10000) if unicodedata.category(chr(c)) == 'Mn')}]+"
)
_ROMAN = re.compile(r"^(?=[IVX])X{0,3}(IX|IV|V?I{0,3})$")

SALUTATIONS = ("ông", "bà", "anh", "chị", "đồng chí")
UNKNOWN_FORM = "quý vị"

# What people type to find somebody is short; the rest is noise or an attack.
LONGEST_QUERY = 400
MOST_WORDS = 12


def nfc(text: str) -> str:
    """Return the text composed (NFC), as everything inside is kept."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Return one line of text: NFC, no invisible characters, single spaces."""
    return " ".join(_INVISIBLE.sub("", nfc(text)).split())


def fold(text: str) -> str:
    """Return the text for searching: lower case, no accents, đ as d, single spaces."""
    bare = text.casefold()
    if not bare.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFD", bare.replace("đ", "d")))
    return " ".join(bare.split())


def search_key(text: str) -> str:
    """Return the folded text with y as i, so that Quý finds Quí and Lý finds Lí."""
    return fold(text).replace("y", "i")


def search_words(query: str) -> list[str]:
    """Return the words of a query in the form of `search_key`, in any order, at most twelve.

    The longest names have six words; a condition for each of a thousand words is more than a
    database takes in one statement.
    """
    words = re.split(r"[\s,.;/-]+", search_key(query[:LONGEST_QUERY]))
    return [word for word in words if word][:MOST_WORDS]


def finds(query: str, text: str) -> bool:
    """Whether every word of the query occurs in the text, accents and order aside."""
    key = search_key(text)
    return all(word in key for word in search_words(query))


def given(name: str) -> str:
    """Return the given name, the last word: how people are called."""
    return name.split()[-1] if name.split() else ""


def _word_key(word: str) -> str:
    letters, tones = [], []
    for char in nfc(word.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((_TONES[c] for c in parts[1:] if c in _TONES), "0")
        base = nfc("".join(c for c in parts if c not in _TONES))
        letters.append(_RANK.get(base, base if base < "A" else "~"))
        tones.append(tone)
    return "".join(letters) + " " + "".join(tones)


def sort_key(name: str) -> str:
    """Return a key that sorts as Vietnamese lists do, compared byte by byte.

    Given name first, then surname, then middle names; letters and tones in the
    order of CLDR `vi` (level, huyền, hỏi, ngã, sắc, nặng).
    """
    words = clean(name).split()
    if not words:
        return ""
    order = [words[-1], *words[:-1]] if len(words) > 1 else words
    return " ".join(_word_key(word) for word in order)


def titled(name: str) -> str:
    """Return a name typed in capitals or in small letters with its proper capitals.

    Mixed case is left as it is; Roman numerals stay capital.
    """
    text = clean(name)
    if text != text.upper() and text != text.lower():
        return text
    return " ".join(
        word.upper() if _ROMAN.match(word.upper()) else word[:1].upper() + word[1:].lower()
        for word in text.split(" ")
    )


def address_form(salutation: str) -> str:
    """Return how to speak to a person: "bà", or "quý vị" when unknown."""
    return salutation if salutation in SALUTATIONS else UNKNOWN_FORM


def greeting(salutation: str, name: str) -> str:
    """Return the name with its form of address: "Bà Nguyễn Thị Hoa"."""
    if salutation not in SALUTATIONS:
        return name
    return f"{salutation[0].upper()}{salutation[1:]} {name}"


def called(salutation: str, name: str) -> str:
    """Return the short way to speak of a person: "bà Hoa"."""
    return f"{salutation} {given(name)}" if salutation in SALUTATIONS else name
