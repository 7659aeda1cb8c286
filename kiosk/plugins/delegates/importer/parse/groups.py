"""Which composition group a heading or an office speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kiosk import vietnamese
from kiosk.plugins.delegates.rules import KnownGroup

# Long forms become the short ones that everybody writes.
_SHORT = (
    ("uy ban mat tran to quoc viet nam", "mttq"), ("uy ban mat tran to quoc", "mttq"),
    ("mat tran to quoc viet nam", "mttq"), ("mat tran to quoc", "mttq"), ("uy ban mttq", "mttq"),
    ("ub mttq", "mttq"), ("ubmttq", "mttq"), ("hoi dong nhan dan", "hdnd"),
    ("uy ban nhan dan", "ubnd"), ("ban thuong vu", "btv"), ("ban chap hanh", "bch"),
    ("hoi lien hiep phu nu", "lhpn"), ("lien hiep phu nu", "lhpn"), ("hoi phu nu", "lhpn"),
    ("hoi lhpn", "lhpn"), ("cuu chien binh", "ccb"), ("hop tac xa", "htx"), ("mam non", "mn"),
    ("tieu hoc", "th"), ("trung hoc co so", "thcs"), ("thuong truc", "tt"), ("thi xa", "txa"),
    ("doan thanh nien", "doantn"), ("doan tn", "doantn"), ("quan su", "qs"), ("chi huy", "ch"),
)  # fmt: skip
_EMPTY = frozenset(
    [
        "dai",
        "bieu",
        "cac",
        "va",
        "cua",
        "phuong",
        "dong",
        "chi",
        "cap",
        "mot",
        "so",
        "ban",
        "uy",
        "hoi",
        "nganh",
    ]
)
_HOUSEHOLDS = re.compile(r"\bho gia dinh\b|\bho dan\b|\bdai dien ho\b|\bcac ho\b|\bnhan dan khu\b")
_PLACE = re.compile(r"\b(?:khu|to dan pho|thon|xom|to)\b")
_OFFICES = re.compile(
    r"\b(?:chu tich|pho|bi thu|truong|uy vien|can bo|cong chuc|giam doc|hieu truong|chi huy"
    r"|dang uy|dai bieu|tram|ke toan|cong an|quan su|hoi|doan|mttq|hdnd|ubnd|ct|pct|tuv|van phong"
    r"|thi uy|chi uy|nhan vien|bac si|giao vien|lanh dao)\b"
)
# Bodies of many offices are not told by their name alone.
_TOLD = {
    "cac doan the chinh tri - xa hoi": r"\b(?:lhpn|nong dan|ccb|doantn|cong doan|thanh nien)\b",
    "hieu truong cac nha truong": r"\bhieu truong\b",
    "lanh dao ubnd": r"\b(?:pho )?(?:chu tich|ct|pct) ubnd\b",
    "bch": r"\b(?:dang uy vien|bch dang)\b",
}


# The numbering of a list may be its own: what the words say weighs more.
_LETTER = 0.9


@lru_cache(maxsize=4096)
def short(words: str) -> str:
    """Return the words folded, long forms of offices shortened, without signs."""
    folded = " ".join(re.findall(r"[a-z0-9]+", vietnamese.fold(words)))
    for long, brief in _SHORT:
        folded = re.sub(rf"\b{long}\b", brief, folded)
    return folded


def _words(name: str) -> frozenset[str]:
    return frozenset(short(name).split()) - _EMPTY


def mentions(words: str, body: str) -> bool:
    """Whether an office or a heading is of this body."""
    said = short(words)
    folded = vietnamese.fold(body)
    for beginning, pattern in _TOLD.items():
        if (folded.startswith(beginning) or short(body).startswith(beginning)) and re.search(
            pattern, said
        ):
            return True
    wanted = _words(body)
    return bool(wanted) and wanted <= frozenset(said.split())


def is_office(title: str) -> bool:
    """Whether a title is an office rather than "chủ hộ" or a trade."""
    return _OFFICES.search(vietnamese.fold(title)) is not None


class Groups:
    """The composition groups of a meeting."""

    def __init__(self, known: Sequence[KnownGroup]) -> None:
        self._groups = known
        self._asked: dict[tuple[str, str], str] = {}

    def of_heading(self, words: str, letter: str = "") -> str:
        """Return the code of the group that a heading names; `letter` is its numbering."""
        key = (words, letter)
        if key not in self._asked:
            self._asked[key] = self._of_heading(words, letter)
        return self._asked[key]

    def _of_heading(self, words: str, letter: str) -> str:
        folded = vietnamese.fold(words)
        for group in self._groups:
            if folded in (vietnamese.fold(group.name), vietnamese.fold(group.code)):
                return group.code
        if _HOUSEHOLDS.search(folded):
            return next((g.code for g in self._groups if g.kind == "household"), "")
        scored = [(self._score(words, letter, g), g.code) for g in self._groups]
        best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
        return best[1] if best[0] >= _LETTER else ""

    def _score(self, words: str, letter: str, group: KnownGroup) -> float:
        if group.kind == "household":
            return 0
        folded = vietnamese.fold(words)
        bodies = sum(mentions(words, body) for body in group.bodies)
        wanted = _words(group.name)
        share = len(wanted & frozenset(short(words).split())) / len(wanted) if wanted else 0.0
        if _PLACE.search(folded) and not _PLACE.search(vietnamese.fold(group.name)) and not bodies:
            return 0
        return bodies + 1.5 * share + (_LETTER if letter and letter == group.code else 0.0)

    def of_title(self, title: str) -> str:
        """Return the group of the first body that an office belongs to, or nothing."""
        key = ("", title)
        if key not in self._asked:
            self._asked[key] = next(
                (
                    group.code
                    for group in self._groups
                    if group.kind != "household"
                    and any(mentions(title, body) for body in group.bodies)
                ),
                "",
            )
        return self._asked[key]

    def last_official(self) -> str:
        """Return the code of the official group of least precedence; nothing when none."""
        codes = [group.code for group in self._groups if group.kind == "official"]
        return codes[-1] if codes else ""

    def households(self) -> str:
        """Return the code of the group of households; nothing when there is none."""
        return next((group.code for group in self._groups if group.kind == "household"), "")
