"""What a row is: a person, the heading of a group, a sum, signatures, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk import vietnamese
from kiosk.plugins.delegates.importer.parse import headings
from kiosk.plugins.delegates.importer.parse.names import begins_like_a_name
from kiosk.plugins.delegates.importer.parse.names import speaks_of_an_office
from kiosk.plugins.delegates.importer.parse.names import take_apart
from kiosk.plugins.delegates.rules import is_name

_LABEL = re.compile(
    r"^\s*([IVXLC]+|[A-HĐ]|\d{1,2})\s*[.)/:*-]+\s*(?![cC]\b)(?=\S)|^\s*([IVX]{1,5})\s+(?=\S)"
)
_ROMAN = re.compile(r"[IVXLC]+|[A-HĐ]")
_SUM = re.compile(
    r"^\W*(?:cộng|tổng|luỹ kế|lũy kế|ấn định|danh sách (?:này|trên|gồm|có)|tong so|tong cong"
    r"|cong\s*[:=(\d]|cong$|tong\s*[:=(\d]|tong$|total|danh sach (?:nay|tren|gom|co)|an dinh"
    r"|số lượng|cong so|cộng số|bằng chữ)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\bngay\b.{0,30}\bthang\b.{0,20}\bnam\b")
_SIGNED = re.compile(
    r"^\W*(?:nguoi lap|lap bieu|nguoi ghi|ky\b|ky,|ky ten|ky ghi|xac nhan|t/?m\b|kt\b|tl\b|tuq\b"
    r"|noi nhan|thu truong|nguoi duyet|can bo lap|nguoi tong hop|nguoi kiem|dai dien khu"
    r"|(?:pho )?(?:chu tich|truong khu|truong thon|chanh van phong|to truong|bi thu chi bo"
    r"|truong ban|bi thu)(?: [a-z ]{0,30})?$|da ky|signed)"
)
_PAGE = re.compile(r"^\W*(?:trang|page|to so) \d|\btrang (?:truoc|sau)\b|\(?tiep theo\W*$")
_KEY = re.compile(r"[^a-z0-9]+")
_TEXT = re.compile(r"^\W*(?:ghi chu|luu y|note|chu y|kem theo|can cu)\b")


@dataclass(frozen=True)
class Kind:
    """`what`: person, section, head_again, column_numbers, sum, date_line, signature,
    no_name, not_a_name, text. A section tells its label ("II") and its words."""

    what: str
    label: str = ""
    words: str = ""


PERSON = Kind("person")


def is_numbering(words: str) -> bool:
    """Whether a numbering cell counts people: "12", not "II"."""
    return words.rstrip(".) ").isdecimal()


def kind_of(
    words: Sequence[str], name: str, number: str, others: int, head: Sequence[str], after: bool
) -> Kind:
    """Return what a row is.

    `words` are its cells, `name` and `number` those of the columns so named, `others` how
    many further columns of a person are filled, `head` the titles of the columns; `after`
    says that signatures stand above.
    """
    filled = [word for word in words if word]
    if after and not (is_numbering(number) and begins_like_a_name(take_apart(name).name)):
        return Kind("head_again" if _is_head(words, head) else "signature")
    if is_numbering(number) and _is_person(name, others):
        return PERSON
    odd = _odd(words, filled, name, number, others, head)
    if odd is not None:
        return odd
    if not name:
        return Kind("no_name" if others or is_numbering(number) else "text")
    return PERSON if is_name(take_apart(name).name) else Kind("not_a_name")


def _is_person(name: str, others: int) -> bool:
    if _SUM.match(name):
        return others > 0 and len(name.split()) > 2 and is_name(name)
    return begins_like_a_name(name)


def _odd(
    words: Sequence[str],
    filled: Sequence[str],
    name: str,
    number: str,
    others: int,
    head: Sequence[str],
) -> Kind | None:
    first = filled[0]
    if _is_head(words, head):
        return Kind("head_again")
    if len(filled) > 2 and _counts_columns(filled):
        return Kind("column_numbers")
    if _SUM.match(first) or _SUM.match(name):
        return Kind("sum")
    return _words_only(filled, name, number, others)


def _words_only(filled: Sequence[str], name: str, number: str, others: int) -> Kind | None:
    first = filled[0]
    folded = [vietnamese.fold(word) for word in filled]
    if len(filled) <= 3 and any(map(_PAGE.search, folded)):
        return Kind("text")
    if _DAY.search(" ".join(folded)) and (len(filled) <= 2 or not begins_like_a_name(name)):
        return Kind("date_line")
    if not is_numbering(number) and len(filled) <= 4 and not others_are_data(filled):
        found = _signature(folded, first) or _section(filled, name, number, others)
        if found is not None:
            return found
    return (
        Kind("text") if len(filled) == 1 and (_TEXT.match(folded[0]) or len(first) > 60) else None
    )


def _signature(folded: Sequence[str], first: str) -> Kind | None:
    signed = any(_SIGNED.match(word) for word in folded)
    a_label = len(folded) == 1 and _LABEL.match(first)
    return Kind("signature") if signed and not a_label else None


def others_are_data(filled: Sequence[str]) -> bool:
    """Whether a cell holds a long number: people have phones and years, headings have not."""
    return any(len(re.sub(r"\D", "", word)) >= 8 for word in filled)


def _is_head(words: Sequence[str], head: Sequence[str]) -> bool:
    same = sum(
        bool(word) and headings.plain(word) == headings.plain(title)
        for word, title in zip(words, head, strict=False)
    )
    if same >= 2:
        return True
    return headings.looks_like_one(words)


def _counts_columns(filled: Sequence[str]) -> bool:
    marks = [_KEY.sub("", vietnamese.fold(word)) for word in filled]
    if not all(re.fullmatch(r"\d{1,2}|[a-h]", mark) for mark in marks):
        return False
    numbers = [int(mark) for mark in marks if mark.isdecimal()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _section(filled: Sequence[str], name: str, number: str, others: int) -> Kind | None:
    """Return the heading of a group; a person has a name and more beside it."""
    body = [word for word in filled if word != number] if len(filled) > 1 else list(filled)
    if not body:
        return None
    longest = max(body, key=len)
    if others and name != longest and begins_like_a_name(name) and not _LABEL.match(longest):
        # A long address beside a name is no heading.
        return None
    found = _LABEL.match(longest)
    label = ""
    if found:
        label, longest = (found.group(1) or found.group(2)).strip(), longest[found.end() :].strip()
    elif number and _ROMAN.fullmatch(number.strip(" .)/:")):
        label = number.strip(" .)/:")
    if _is_heading(filled, longest, label, name, others):
        return Kind("section", label, longest.strip(" .:-"))
    return None


def _is_heading(filled: Sequence[str], words: str, label: str, name: str, others: int) -> bool:
    person = begins_like_a_name(take_apart(words).name) and not words.isupper()
    if label and not label.isdecimal():
        return not (person and others > 1)
    if others > 1 or len(filled) > 2:
        return False
    if speaks_of_an_office(words) and not person:
        return True
    if len(filled) > 1 or begins_like_a_name(words):
        return False
    return words.endswith(":") or (words.isupper() and len(words.split()) > 1)
