"""Telephone numbers as they are met in lists."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Mobile numbers of 11 digits became 10 in 2018 (decision of the ministry, four digits to three).
_OLD_MOBILE = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
# Area codes of the two provinces changed in 2017.
_OLD_LANDLINE = {"0320": "0220"}
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")
_EXPONENT = re.compile(r"(\d)[.,](\d+)[eE]\+?0?(\d{1,2})")
_RUN = re.compile(r"\+?\(?\+?[\dOo][\dOo\s.()\u00a0-]{6,}[\dOo]")
_SPLIT = re.compile(r"[/;,\n|&]|\s-\s|\s(?:và|va|hoặc|hoac)\s")
_NONE = re.compile(r"(?i)\W*(không( có)?|khong( co)?|ko( có)?|k|chưa( có)?|chua( co)?|x|0)?\W*")


class Phones(NamedTuple):
    """The first number of a cell, how it was mended (a code of a warning), what else it says."""

    phone: str = ""
    mended: str = ""
    rest: str = ""


def _digits(part: str) -> tuple[str, str]:
    """Return a number of 10 or 11 digits, or nothing, and the repair it took."""
    digits = re.sub(r"\D", "", part)
    code = "" if digits == part.strip() else "phone_marks"
    if digits.startswith("0084"):
        digits, code = digits[2:], "phone_84"
    if digits.startswith("84") and len(digits) in (11, 12):
        digits, code = "0" + digits[2:].removeprefix("0"), "phone_84"
    elif digits and digits[0] != "0" and len(digits) in (9, 10):
        digits, code = "0" + digits, "phone_zero"
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        digits, code = _OLD_MOBILE[digits[:4]] + digits[4:], "phone_old"
    elif len(digits) == 11 and digits[:4] in _OLD_LANDLINE:
        digits, code = _OLD_LANDLINE[digits[:4]] + digits[4:], "phone_old"
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return digits, code
    return "", "phone_unreadable"


def _plain(words: str) -> str:
    found = _EXPONENT.fullmatch(words)
    if found:
        whole, part, power = found.groups()
        if len(part) <= int(power):
            # "9.12E+08" has lost digits: zeros in their place would be somebody else's number.
            return whole + part if len(part) >= int(power) - 1 else ""
    return re.sub(r"(?<=\d{8})[.,]0$", "", words)


@lru_cache(maxsize=16384)
def read_phones(words: str) -> Phones:
    """Return what a cell of telephone numbers holds.

    The repair's code is phone_unreadable when there are digits but no number in them.
    """
    if _MOBILE.fullmatch(words):
        return Phones(words)
    if len(words) == 9 and words.isdecimal() and words[0] in "35789":
        return Phones("0" + words, "phone_zero")
    if not words or _NONE.fullmatch(words):
        return Phones()
    plain = _plain(words.strip("'‘’ "))
    if not plain:
        return Phones("", "phone_unreadable", words)
    found, rest = [], plain
    for part in _candidates(plain):
        number, code = _digits(part.replace("O", "0").replace("o", "0"))
        if number:
            found.append((number, code))
            rest = rest.replace(part, " ", 1)
    if not found:
        return Phones("", "phone_unreadable" if re.search(r"\d{3}", plain) else "", words)
    (phone, code), others = found[0], [number for number, _ in found[1:]]
    left = _without_signs(rest)
    notes = [*dict.fromkeys(number for number in others if number != phone)]
    note = "; ".join([*notes, *([left] if re.search(r"[^\W\d]", left) else [])])
    return Phones(phone, "phone_several" if notes else code, note)


def _without_signs(words: str) -> str:
    return " ".join(re.sub(r"[/;,|&()+]|(?<!\w)-|-(?!\w)", " ", words).split()).strip(" .:")


def _candidates(words: str) -> list[str]:
    parts = []
    for piece in _SPLIT.split(words):
        runs = _RUN.findall(piece)
        for run in runs:
            # "0912345678-0987654321" and "0912345678 0987654321" are two numbers.
            halves = re.split(r"[\s-]+(?=0)", run)
            long = [half for half in halves if len(re.sub(r"\D", "", half)) >= 9]
            parts += long if len(long) == len(halves) > 1 else [run]
    return parts
