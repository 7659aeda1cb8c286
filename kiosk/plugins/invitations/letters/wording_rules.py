"""The wording of letters: texts with named blanks, checked and filled. Pure.

A blank is written with its Vietnamese name, {Họ và tên}, or its key, {name}. Letters are
Vietnamese whatever language the screens speak.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk import vietnamese

FORMS = ("household", "official", "guest")
HEAD = "head"
# What differs from letter to letter, then what all letters of a meeting share.
PERSONAL = {
    "salutation": "Xưng hô",
    "name": "Họ và tên",
    "standing": "Tư cách",
    "title": "Chức vụ",
    "household": "Hộ",
    "area": "Khu",
    "group": "Thành phần",
}
SHARED = {
    "issuer": "Cơ quan mời",
    "occasion": "Buổi họp",
    "host": "Người chủ trì",
    "starts": "Giờ bắt đầu",
    "ends": "Giờ kết thúc",
    "day": "Ngày họp",
    "doors": "Giờ đón",
    "venue": "Nơi họp",
}
BLANKS = PERSONAL | SHARED
# The paragraphs of the body in their order; the end mark is not theirs to write.
PARAGRAPHS = ("invite", "chair", "time", "place", "note", "closing")
FIELDS = ("summary", *PARAGRAPHS, "hint", "privacy")
REQUIRED = {"summary", "invite", "time", "place", "closing"}
LONGEST = {"summary": 300, "invite": 600, "note": 300, "closing": 300}
LONGEST_OTHER = 200
_BOLD = {"invite": {"salutation", "name"}, "time": {"starts", "day"}}
_ALL_SHARED = {"summary", "hint", "privacy"}

# Who signs, as Decree 30/2020 wants it: the lines above the signature. {org} is the body.
SIGNING = {
    "tm": ("TM. {org}", "CHỦ TỊCH"),
    "kt": ("TM. {org}", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    "tl": ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    "tuq": ("TUQ. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    "head": ("CHỦ TỊCH",),
}
HEAD_READY = {
    "number": "",
    "day": "",
    "symbol": "GM-UBND",
    "signing": "tm",
    "signer_title": "",
    "signer": "",
}
_LONGEST_HEAD = {"number": 10, "day": 10, "symbol": 20, "signer_title": 80, "signer": 80}

_READY = {
    "invite": "{issuer} trân trọng kính mời: {salutation} {name}, {standing}, tới dự {occasion}.",
    "chair": "Chủ trì: {host}.",
    "time": "Thời gian: từ {starts} đến {ends}, {day}.",
    "place": "Địa điểm: {venue}.",
    "note": "",
    "closing": "Rất mong {salutation} sắp xếp thời gian tới dự đúng giờ",
    "hint": "Xin đưa mã này khi đến dự.",
    "privacy": "Tên và địa chỉ chỉ dùng để mời và ghi nhận có mặt."
    " Buổi đối thoại có ghi âm, ghi hình.",
}
_NOTES = {
    "household": "Khi bận việc, xin mời người trong gia đình đi thay và mang theo giấy này.",
}
_KEYS = {vietnamese.fold(words): key for key, words in BLANKS.items()} | {
    key: key for key in BLANKS
}
_BLANK = re.compile(r"\{([^{}]*)\}")
# Around a value in bold; no text holds control characters.
_ON, _OFF = "\x01", "\x02"
_COMMAS = re.compile(r",(?:\s*[\x01\x02]*\s*,)+")
_GAP = re.compile(r"\s+(?=[,.;])")
_NUMBERLESS = re.compile(r" ?\bsố (?=[,.]|$)")


@dataclass(frozen=True)
class Problem:
    """What is the matter with a field: missing, long, open, blank, personal, name, day, number."""

    kind: str
    found: str = ""


def ready(form: str, summary: str) -> dict[str, str]:
    """Return the ready wording of a form; its summary comes from the meeting."""
    return {"summary": summary, **_READY, "note": _NOTES.get(form, "")}


def key_of(name: str) -> str | None:
    """Return the key of a blank by its key or its Vietnamese name, accents aside."""
    return _KEYS.get(vietnamese.fold(name))


def keyed(words: str) -> str:
    """Return the wording with its blanks by key, cleaned, as it is kept."""

    def replace(match: re.Match[str]) -> str:
        key = key_of(match.group(1))
        return match.group(0) if key is None else f"{{{key}}}"

    return _BLANK.sub(replace, vietnamese.clean(words))


def named(words: str) -> str:
    """Return the wording with the Vietnamese names of its blanks, as a person edits it."""
    return _BLANK.sub(lambda match: f"{{{BLANKS.get(match.group(1), match.group(1))}}}", words)


def problem(field: str, words: str) -> Problem | None:
    """Return what is the matter with a field's wording (blanks by key), or None."""
    names = _BLANK.findall(words)
    if not words:
        return Problem("missing") if field in REQUIRED else None
    if len(words) > LONGEST.get(field, LONGEST_OTHER):
        return Problem("long", str(LONGEST.get(field, LONGEST_OTHER)))
    if "{" in (rest := _BLANK.sub("", words)) or "}" in rest:
        return Problem("open")
    unknown = [name for name in names if name not in BLANKS]
    if unknown:
        return Problem("blank", unknown[0])
    if field in _ALL_SHARED and (own := [name for name in names if name in PERSONAL]):
        return Problem("personal", BLANKS[own[0]])
    return Problem("name") if field == "invite" and "name" not in names else None


def head_problem(field: str, words: str) -> Problem | None:
    """Return what is the matter with a field of the head, or None."""
    if len(words) > _LONGEST_HEAD.get(field, LONGEST_OTHER):
        return Problem("long", str(_LONGEST_HEAD[field]))
    if field == "day" and words and as_day(words) is None:
        return Problem("day")
    if field == "number" and words and not re.fullmatch(r"\d{1,6}[A-Za-zĐđ]?", words):
        return Problem("number")
    return Problem("missing") if field == "symbol" and not words else None


def as_day(words: str) -> date | None:
    """Return the date that "16/10/2023" names."""
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", words.strip())
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def padded(number: str) -> str:
    """Return the number as papers write it: below ten with a leading zero."""
    return number.zfill(2) if number.isdigit() else number


def runs(field: str, words: str, values: Mapping[str, str]) -> list[tuple[str, bool]]:
    """Return the wording with its blanks filled, as (text, bold) one after the other.

    What an empty value leaves behind goes too: doubled commas, "số" without a number. A
    paragraph of which every blank is empty is left out.
    """
    names = _BLANK.findall(words)
    if not words or (names and not any(values.get(name) for name in names)):
        return []
    bold = _BOLD.get(field, set())

    def replace(match: re.Match[str]) -> str:
        value = values.get(match.group(1), "")
        if match.group(1) == "salutation":
            value = _capital(value, words[: match.start()])
        return f"{_ON}{value}{_OFF}" if value and match.group(1) in bold else value

    filled = _NUMBERLESS.sub("", _BLANK.sub(replace, words))
    return list(_split(_GAP.sub("", _COMMAS.sub(",", filled)).strip()))


def _capital(value: str, before: str) -> str:
    # "đồng chí" has a capital where a sentence or a name line begins; Ông and Bà always do.
    begins = not before or before.rstrip().endswith((":", ".", ";"))
    return value[:1].upper() + value[1:] if begins else value


def _split(words: str) -> Iterator[tuple[str, bool]]:
    for part in words.split(_ON):
        strong, mark, rest = part.partition(_OFF)
        if mark:
            yield strong, True
        plain = rest if mark else strong
        if plain:
            yield plain, False


def plain(field: str, words: str, values: Mapping[str, str]) -> str:
    """Return the wording with its blanks filled, without its bold parts marked."""
    return "".join(part for part, _bold in runs(field, words, values))


def summary_lines(words: str) -> list[str]:
    """Return the lines under the title: broken where the sense breaks."""
    first, turn, rest = words.partition(" với ")
    return [first, f"{turn.strip()} {rest}"] if rest else [words]


def signature(head: Mapping[str, str], org: str) -> list[str]:
    """Return the lines above the signature, in capitals."""
    lines = list(SIGNING.get(head["signing"], SIGNING["tm"]))
    if head["signer_title"]:
        lines[-1] = head["signer_title"].upper()
    filled = [line.replace("{org}", org) for line in lines]
    return [line for line in filled if line != "TM. "]


def strange_hours(words: str, known: Collection[str]) -> list[str]:
    """Return the hours written into a line, "13:30" for "13 giờ 30", that are not known."""
    found = re.findall(r"(?<!\d)(\d{1,2})\s*(?:giờ|h|:)\s*(\d{2})?(?!\d)", words)
    hours = [f"{int(hour):02d}:{minute or '00'}" for hour, minute in found]
    return [hour for hour in hours if hour not in known]
