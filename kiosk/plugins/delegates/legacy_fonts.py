"""Vietnamese typed with the fonts of the nineties: TCVN3 (.VnTime) and VNI (VNI-Times).

Both keep Vietnamese letters in the places of other letters. Sources: TCVN 5712:1993 (the
third set, VN3) and the VNI for Windows table. A text is taken for one of them only when that
turns words that cannot be Vietnamese into words that can.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

TCVN3 = "tcvn3"
VNI = "vni"

# ư stands in the place of the soft hyphen: convert before invisible characters are dropped.
_TCVN3_CODES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
TCVN3_TABLE = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))

# A base letter and the letter that stands for its mark; five marks, then two-mark letters.
_VNI_MARKS = {
    "a": dict(zip("ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_ALONE = dict(zip("íìæóòîôöñ", "íìỉĩịỵơưđ", strict=True))


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for base, marks in _VNI_MARKS.items():
        for mark, letter in marks.items():
            table[base + mark] = letter
            # Capitals: "AÛ" in words of capitals, "Aû" at the beginning of a name.
            table[base.upper() + mark.upper()] = letter.upper()
            table[base.upper() + mark] = letter.upper()
    for code, letter in _VNI_ALONE.items():
        table[code] = letter
        table[code.upper()] = letter.upper()
    return table


VNI_TABLE = _vni_table()
_VNI_FINDS = re.compile("|".join(sorted(VNI_TABLE, key=len, reverse=True)))
_TCVN3_TRANSLATE = str.maketrans(TCVN3_TABLE)
# Letters that neither font can produce: whoever typed them typed Unicode.
_UNICODE_ONLY = re.compile("[\u0100-\u024f\u0300-\u036f\u1ea0-\u1eff]")
# Letters of the upper half of Latin-1 that Vietnamese does not use.
_STRANGE = re.compile("[^\x00-\x7fÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý\xa0\u2000-\u206f]")
_EDGES = " \t.,;:()[]/\\-–\"'0123456789"

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
_RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "ăc",
    "ăm",
    "ăn",
    "ăng",
    "ăp",
    "ăt",
    "âc",
    "âm",
    "ân",
    "âng",
    "âp",
    "ât",
    "âu",
    "ây",
    "e",
    "ec",
    "em",
    "en",
    "eng",
    "eo",
    "ep",
    "et",
    "ê",
    "êch",
    "êm",
    "ên",
    "êng",
    "ênh",
    "êp",
    "êt",
    "êu",
    "i",
    "ia",
    "ich",
    "iêc",
    "iêm",
    "iên",
    "iêng",
    "iêp",
    "iêt",
    "iêu",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oat",
    "oay",
    "oăc",
    "oăm",
    "oăn",
    "oăng",
    "oăt",
    "oc",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "oong",
    "op",
    "ot",
    "ô",
    "ôc",
    "ôi",
    "ôm",
    "ôn",
    "ông",
    "ôp",
    "ôt",
    "ơ",
    "ơi",
    "ơm",
    "ơn",
    "ơp",
    "ơt",
    "u",
    "ua",
    "uân",
    "uâng",
    "uât",
    "uây",
    "uc",
    "uê",
    "uêch",
    "uênh",
    "ui",
    "um",
    "un",
    "ung",
    "uôc",
    "uôi",
    "uôm",
    "uôn",
    "uông",
    "uôt",
    "uơ",
    "up",
    "ut",
    "uy",
    "uya",
    "uych",
    "uyên",
    "uyêt",
    "uynh",
    "uyt",
    "uyu",
    "ư",
    "ưa",
    "ưc",
    "ưi",
    "ưm",
    "ưng",
    "ưt",
    "ưu",
    "ươc",
    "ươi",
    "ươm",
    "ươn",
    "ương",
    "ươp",
    "ươt",
    "ươu",
    "y",
    "yên",
    "yêm",
    "yêng",
    "yêt",
    "yêu",
    "ych",
    "ynh",
    "yt",
]
_SYLLABLE = re.compile(f"{_ONSET}(?:{'|'.join(sorted(_RIMES, key=len, reverse=True))})")
_TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")


def from_tcvn3(words: str) -> str:
    """Return TCVN3 text in Unicode; words of capitals stay words of capitals."""
    return _with_capitals(words, words.translate(_TCVN3_TRANSLATE))


def from_vni(words: str) -> str:
    """Return VNI text in Unicode."""
    return _VNI_FINDS.sub(lambda found: VNI_TABLE[found.group()], words)


def _with_capitals(before: str, after: str) -> str:
    # TCVN3 has no capitals with tones: "NGUYÔN" is all capitals, typed as far as it goes.
    plain = [c for c in before if c.isascii() and c.isalpha()]
    return after.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else after


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether this can be a Vietnamese syllable, tones aside; case must not jump inside."""
    # ñ would lose its tilde below as if it were a tone: no Vietnamese word has it.
    if "ñ" in word.lower() or not (word.islower() or word.isupper() or word.istitle()):
        return False
    bare = unicodedata.normalize("NFD", word.lower()).translate(_TONES)
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _good(words: str) -> tuple[int, int]:
    """Return how many marked words are syllables, and how many are not."""
    good = bad = 0
    for word in words.split():
        part = word.strip(_EDGES)
        if part and not part.isascii():
            if is_syllable(part):
                good += 1
            else:
                bad += 1
    return good, bad


def can_be_legacy(words: str) -> bool:
    """Whether the text holds marked letters and none that only Unicode has."""
    return not words.isascii() and _UNICODE_ONLY.search(words) is None


@lru_cache(maxsize=8192)
def detect(words: str) -> str:
    """Return TCVN3 or VNI when the text surely is one of them, else nothing."""
    if not can_be_legacy(words):
        return ""
    good, bad = _good(words)
    if not bad:
        return ""
    best, kind = (good, -bad), ""
    for name, convert in ((TCVN3, from_tcvn3), (VNI, from_vni)):
        then_good, then_bad = _good(convert(words))
        if (then_good, -then_bad) > best and then_bad < bad:
            best, kind = (then_good, -then_bad), name
    return kind


def converted(words: str, kind: str) -> str:
    """Return the text in Unicode when it can be of this kind, else as it is."""
    if not kind or not can_be_legacy(words):
        return words
    return from_tcvn3(words) if kind == TCVN3 else from_vni(words)


def kind_of_font(name: str) -> str:
    """Return which encoding a font's name speaks of: ".VnTimeH", "VNI-Times", else nothing."""
    low = name.lower()
    if low.startswith(".vn"):
        return TCVN3
    return VNI if low.startswith("vni-") else ""


def kind_of_many(texts: Iterable[str]) -> str:
    """Return the encoding of a column: that of its cells that leave no doubt, if they agree.

    Cells such as "Vò Hoa" read well in both; their neighbours decide.
    """
    votes = {TCVN3: 0, VNI: 0, "": 0}
    for words in texts:
        if words.isascii():
            continue
        kind = detect(words)
        if kind or not can_be_legacy(words):
            votes[kind] += 1
    best = max((TCVN3, VNI), key=lambda kind: votes[kind])
    # The heading above a legacy column is often Unicode: a draw goes to the legacy font.
    return best if votes[best] and votes[best] >= votes[""] else ""


def kind_of_all(texts: Iterable[str]) -> str:
    """Return the encoding in which most words of a whole sheet make sense, else nothing."""
    cells = [words for words in texts if can_be_legacy(words)]
    good, bad = _sum(cells)
    best, kind = (good, -bad), ""
    for name, convert in ((TCVN3, from_tcvn3), (VNI, from_vni)):
        then_good, then_bad = _sum(map(convert, cells))
        if then_bad < bad and (then_good, -then_bad) > best:
            best, kind = (then_good, -then_bad), name
    return kind


def _sum(cells: Iterable[str]) -> tuple[int, int]:
    found = [_good(words) for words in cells]
    return sum(good for good, _ in found), sum(bad for _, bad in found)


def has_strange(words: str) -> bool:
    """Whether the text holds letters that no Vietnamese word in Unicode has."""
    return can_be_legacy(words) and _STRANGE.search(words) is not None
