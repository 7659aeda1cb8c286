"""Name cells: forms of address before the name, offices after it, capitals, spaces."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kiosk import vietnamese
from kiosk.plugins.delegates.rules import is_name

FORMS = {
    "ong": "ông", "o": "ông", "cu ong": "ông", "mr": "ông", "bac": "", "thay": "ông",
    "ba": "bà", "b": "bà", "cu ba": "bà", "mrs": "bà", "ms": "bà", "anh": "anh", "chi": "chị",
    "co": "bà", "cu": "", "d/c": "đồng chí", "dc": "đồng chí", "d c": "đồng chí",
    "d.c": "đồng chí", "dong chi": "đồng chí", "ong ba": "", "ong/ba": "", "ong (ba)": "",
}  # fmt: skip
_FORM = (
    r"(?:cụ ông|cụ bà|cu ong|cu ba|ông\s*/\s*bà|ông\s*\(bà\)|ông|bà|cụ|anh|chị|bác|thầy|cô"
    r"|đồng chí|dong chi|[đdð]\s*[/.]\s*c|đc|mrs|mr|ms|o(?=[.:])|ô(?=[.:])|b(?=[.:]))"
)
_BEFORE = re.compile(
    rf"^(?:{_FORM}\s*[:.,]*\s+|{_FORM}\s*[:.]\s*|đ/c\s*)(?=[^\W\d_])", re.IGNORECASE
)
_RANK = re.compile(
    r"^((?:pgs|gs|ts|ths|bs|cn|ks|ls|cki|ckii|thượng tọa|đại đức|linh mục|trung tá|đại úy"
    r"|thiếu tá|thượng úy|thượng tá|thiếu úy|trung úy)\.?\s*)+(?=[^\W\d_])",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^\s*\d{1,4}\s*[.)/:-]\s*(?=[^\W\d_])")
_AFTER = re.compile(r"\s+[-–—]+\s*|\s*[–—]\s*|\s*-\s+|\s*[,;:/|(\[\n\t]\s*|\s+(?=\d)")
_EDGES = " \n-–.,;:*•+\"“”‘’'`"
_KEPT = frozenset({"II", "III", "IV", "VII", "VIII", "IX"})

# Family names: enough to tell a person from a heading.
SURNAMES = frozenset(
    [
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
        "ly",
        "dao",
        "doan",
        "vuong",
        "trinh",
        "truong",
        "dinh",
        "lam",
        "phung",
        "mai",
        "to",
        "ta",
        "chu",
        "luong",
        "cao",
        "mac",
        "thai",
        "ha",
        "luu",
        "khuc",
        "quach",
        "kieu",
        "la",
        "thach",
        "tong",
        "quan",
        "ton",
        "tang",
        "tieu",
        "nghiem",
        "ninh",
        "lo",
        "ma",
        "lu",
        "vi",
        "giang",
        "au",
        "duong",
        "lai",
        "tu",
        "bach",
        "chau",
        "cu",
        "dam",
        "dong",
        "don",
        "du",
        "han",
        "hua",
        "ke",
        "khong",
        "khuat",
        "kim",
        "lenh",
        "luc",
        "luyen",
        "man",
        "mau",
        "nong",
        "nham",
        "nhu",
        "ong",
        "phi",
        "phu",
        "phuong",
        "sam",
        "sung",
        "than",
        "thieu",
        "tien",
        "thuy",
        "trac",
        "tri",
        "trieu",
        "trung",
        "ung",
        "van",
        "vang",
        "viem",
        "xa",
        "y",
        "a",
        "be",
        "ban",
        "cam",
        "can",
        "chung",
        "co",
        "cung",
        "da",
        "dau",
        "diep",
        "dien",
        "doi",
        "ga",
        "giap",
        "gian",
        "giap",
        "hang",
        "hau",
        "hy",
        "kha",
        "la",
        "lau",
        "loc",
        "long",
        "luan",
        "luu",
        "ly",
        "mong",
        "mua",
        "nhan",
        "nie",
        "niem",
        "no",
        "o",
        "phin",
        "que",
        "sa",
        "si",
        "su",
        "tan",
        "tat",
        "thang",
        "thao",
        "thi",
        "thien",
        "thinh",
        "thoi",
        "toan",
        "trang",
        "trung",
        "tuong",
        "ty",
        "uong",
        "vien",
        "vinh",
        "h'",
        "lang",
        "ksor",
        "rcom",
        "siu",
        "kpa",
        "hoa",
        "dong",
        "truc",
        "lieu",
        "thap",
    ]
)
_OFFICE = re.compile(
    r"\b(?:khu|to|thon|hoi|doan|uy ban|ubnd|hdnd|mttq|dang uy|dai bieu|lanh dao|dang bo|chi bo"
    r"|ban|cac|thanh phan|danh sach|phuong|xa|thi xa|thanh pho|phong|truong|hop tac xa|htx|tram"
    r"|cong an|quan su|can bo|cong chuc|ho gia dinh|dan pho|doan the|nhan dan|nganh|khoi|nhom"
    r"|thi uy|bch|btv|tt hdnd|ban chap hanh|van phong)\b"
)


class Named(NamedTuple):
    """A name cell taken apart. `changed` is the code of the repair, if any."""

    name: str
    form: str = ""
    title: str = ""
    note: str = ""
    changed: str = ""


def proper(name: str) -> str:
    """Return the name with its capitals: words of capitals or small letters are mended."""
    return " ".join(_word(word) for word in name.split(" "))


def _word(word: str) -> str:
    if word in _KEPT:
        return word
    if word.islower() or (word.isupper() and len(word) > 1):
        return re.sub(r"(?:^|(?<=[-.]))[^\W\d_]", lambda m: m.group().upper(), word.lower())
    return word


@lru_cache(maxsize=16384)
def take_apart(raw: str) -> Named:
    """Return name, form of address, office and remark of a cell; `raw` may hold line breaks."""
    if _is_simple(raw):
        return Named(raw)
    words = _COUNTED.sub("", _one_line(raw.strip(_EDGES)))
    form, words, named = _form(words)
    rank = _RANK.match(words)
    title = ""
    if rank and is_name(words[rank.end() :]):
        title, words = rank.group().strip(), words[rank.end() :]
    cut = _AFTER.search(words)
    rest, note = "", ""
    if cut and is_name(vietnamese.clean(words[: cut.start()])):
        rest = vietnamese.clean(words[cut.end() :].replace("\n", " ")).strip(" )]-–.,;:")
        words = words[: cut.start()]
    if rest:
        title, note = _what(rest, title)
    cleaned = vietnamese.clean(words).strip(" .,;:-–*")
    name = proper(cleaned)
    code = ""
    if named or rest or title:
        code = "name_split"
    elif name != cleaned:
        code = "name_case"
    elif name != raw:
        code = "name_spaces"
    return Named(name, form, title, note, code)


def _one_line(words: str) -> str:
    """Join a name that a narrow column broke in two; an office on its own line stays there."""
    first, broken, rest = words.partition("\n")
    rest = rest.strip()
    if not broken or "\n" in rest or not is_name(vietnamese.clean(f"{first} {rest}")):
        return words
    an_office = _OFFICE.search(vietnamese.fold(rest)) or (rest.isupper() and not first.isupper())
    short = len(rest.split()) == 1 or len(_BEFORE.sub("", first).split()) < 3
    return f"{first.strip()} {rest}" if short and not an_office else words


def _is_simple(raw: str) -> bool:
    """Whether a cell is a name and nothing else; most are."""
    return (
        raw.istitle()
        and "  " not in raw
        and raw.replace(" ", "").isalpha()
        and raw[0] != " " != raw[-1]
        and is_surname(first := raw.split(" ", 1)[0])
        and vietnamese.fold(first) not in FORMS
    )


@lru_cache(maxsize=4096)
def is_surname(word: str) -> bool:
    """Whether this is one of the family names we know."""
    return vietnamese.fold(word).strip(".,:") in SURNAMES


def _form(words: str) -> tuple[str, str, bool]:
    found = _BEFORE.match(words)
    if found is None or not words[found.end() :].strip():
        return "", words, False
    rest = words[found.end() :]
    key = re.sub(r"\s+", " ", vietnamese.fold(found.group()).strip(" .:,")).replace(" / ", "/")
    # "Ông Thị Hoa" has a family name: a form stands before two words at least, not before Thị.
    alone = len(rest.split()) < 2 or vietnamese.fold(rest).startswith("thi ")
    if alone and not re.search(r"[:./]", found.group()):
        return "", words, False
    return FORMS.get(key.replace("/ ", "/").replace(" /", "/"), ""), rest, True


def _what(rest: str, title: str) -> tuple[str, str]:
    """Return (title, note): an office is a title, years, relations and deaths are remarks."""
    folded = vietnamese.fold(rest)
    if len(folded) < 2 or re.search(
        r"\d{4}|chu ho|\bvo\b|chong|\bcon\b|chet|mat|chuyen|om\b|tuoi", folded
    ):
        return title, rest
    return (f"{title}, {rest}" if title else rest), ""


def begins_like_a_name(words: str) -> bool:
    """Whether the first word is a family name and two to seven words follow its pattern."""
    parts = words.split()
    return 2 <= len(parts) <= 7 and is_surname(parts[0])


def speaks_of_an_office(words: str) -> bool:
    """Whether the words are of bodies and places rather than of a person."""
    return _OFFICE.search(vietnamese.fold(words)) is not None


def form_of(salutation: str, sex: str, name: str) -> str:
    """Return the form of address by what the row says, else by Thị or Văn in the name."""
    form = FORMS.get(vietnamese.fold(salutation).strip(" .:"), "") if salutation else ""
    if form:
        return form
    folded = vietnamese.fold(sex) if sex else ""
    if folded in {"nam", "male", "m"}:
        return "ông"
    if folded in {"nu", "female", "f"}:
        return "bà"
    if not folded and (" Thị " in name or " Văn " in name):
        return "bà" if " Thị " in name else "ông"
    middle = [vietnamese.nfc(word).lower() for word in name.split()[1:-1]]
    if "thị" in middle or "thi" in middle[:1]:
        return "bà"
    return "ông" if "văn" in middle or "van" in middle[:1] else ""
