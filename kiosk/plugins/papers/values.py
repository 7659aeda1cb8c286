"""What a paper is made of, as plain values that both writers take.

Layout: Decree 30/2020/NĐ-CP, annex I; forms 1.4, 1.7 and 1.9 of annex III. Number and date
belong to the records clerk: they stay open until they are recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
# Margins in millimetres: top, bottom, left, right.
MARGINS_MM = (20, 20, 30, 15)
BODY_PT = 14
INDENT_MM = 12.7
END = "./."
# Points of a list follow the Vietnamese alphabet: no f, j, w, z (annex I, II.5).
POINTS = "abcdđeghiklmnopqrstuvxy"
NAMES_OF_COMMITTEE = ("ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND")
# Who signs: the words above the name, by how they sign.
SIGNING: Mapping[str, tuple[str, ...]] = {
    "TM": ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    "KT": ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    "TL": ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
}


@dataclass(frozen=True)
class Text:
    """A paragraph. `style`: body, heading (bold), centre, line (no indent) or note (italic).

    A paragraph with a `key` may be corrected by hand; the key stays when facts change.
    """

    text: str
    style: str = "body"
    key: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: heads, rows of texts, the share of the width that each column takes."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[int]


@dataclass(frozen=True)
class Chart:
    """A chart of bars, the longest first: what is counted and how often."""

    title: str
    bars: Sequence[tuple[str, int]]


Block = Text | Grid | Chart


@dataclass(frozen=True)
class Signer:
    """Who signs: the words of authority and office, then the name when it is known."""

    lines: Sequence[str]
    name: str = ""


@dataclass(frozen=True)
class Issue:
    """What the records clerk gave a paper, and who signs it."""

    number: str = ""
    dated_on: date | None = None
    signing: str = "TM"
    signer: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper. `dated` is False on minutes, which carry no place and date (form 1.9)."""

    organ: Sequence[str]
    symbol: str
    place: str
    kind: str
    about: str
    blocks: Sequence[Block]
    recipients: Sequence[str] = ()
    signers: Sequence[Signer] = field(default_factory=tuple)
    dated: bool = True
    number: str = ""
    dated_on: date | None = None

    @property
    def organs(self) -> list[tuple[str, bool]]:
        """The lines of the issuing body, each with whether it is bold."""
        return organ_lines(self.organ)

    @property
    def date_line(self) -> str:
        """Place and date, open while there is none."""
        return f"{self.place}, {dated(self.dated_on)}"


def organ_lines(lines: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the lines of the head with whether each is bold: the superior body is not.

    A line that is a whole name of its own and stands before the committee's is the superior's.
    """
    whole = [any(line.upper().startswith(f"{n} ") for n in NAMES_OF_COMMITTEE) for line in lines]
    superior = len(lines) > 1 and whole[0] and (whole[-1] or lines[-1] in NAMES_OF_COMMITTEE)
    return [(line, not (superior and place == 0)) for place, line in enumerate(lines)]


def organ_of(name: str) -> tuple[str, ...]:
    """Return the issuing body as lines; a name on one line breaks after the committee's words."""
    lines = tuple(line.strip() for line in name.splitlines() if line.strip())
    if len(lines) == 1:
        for words in NAMES_OF_COMMITTEE[:2]:
            if lines[0].upper().startswith(f"{words} "):
                return lines[0][: len(words)], lines[0][len(words) :].strip()
    return lines


def dated(day: date | None) -> str:
    """Return a paper's date: days under 10 and months 1 and 2 take a leading zero."""
    if day is None:
        return "ngày       tháng       năm ........"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def numbered(number: str) -> str:
    """Return the records clerk's number as papers print it: 7 becomes 07."""
    plain = number.strip()
    return plain.zfill(2) if plain.isdigit() else plain


def point(place: int) -> str:
    """Return the mark of a point, from 0: a) b) c) d) đ) e) …; then the number itself."""
    return f"{POINTS[place]})" if place < len(POINTS) else f"{place + 1})"


def issued(paper: Paper, issue: Issue) -> Paper:
    """Return the paper with its number and date, and with who signs it."""
    signers = paper.signers
    if len(signers) == 1 and signers[0].lines == SIGNING["TM"]:
        signers = (Signer(SIGNING[issue.signing], issue.signer),)
    return replace(
        paper, number=numbered(issue.number), dated_on=issue.dated_on, signers=tuple(signers)
    )


def corrected(paper: Paper, words: Mapping[str, str]) -> Paper:
    """Return the paper with what was corrected by hand; an empty text leaves the paragraph out."""
    blocks: list[Block] = []
    for block in paper.blocks:
        if not isinstance(block, Text) or block.key not in words:
            blocks.append(block)
        elif words[block.key]:
            blocks.extend(
                replace(block, text=line) for line in words[block.key].splitlines() if line.strip()
            )
    return replace(paper, blocks=blocks)


def ended(text: str) -> str:
    """Return the last sentence of a paper with the mark that ends it."""
    return text.rstrip(" ./;,") + END


def minutes(seconds: int) -> str:
    """Return a length of time as minutes and seconds: "2 phút 05 giây"."""
    return f"{seconds // 60} phút {seconds % 60:02d} giây"


def share(part: int, whole: int) -> str:
    """Return a part in per cent with one decimal, as Vietnamese writes it: "12,5 %"."""
    return f"{100 * part / whole:.1f}".replace(".", ",") + " %" if whole else "0 %"
