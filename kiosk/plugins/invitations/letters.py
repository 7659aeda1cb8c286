"""Letters as one PDF with Typst.

Layout: Decree 30/2020/NĐ-CP, form 1.7 (giấy mời), on A5 landscape or two on an A4. The
number stays open: the records clerk gives it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk import qr
from kiosk import text
from kiosk import typeset
from kiosk.model import Meeting
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules

_SOURCE = (Path(__file__).parent / "letter.typ").read_bytes()
# At least 0.8 mm a module: a bare code has 25 modules and 8 of margin, an address 33 and 8.
_MODULE_MM = 0.85
# Words that begin the place in "ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN".
_UNITS = {"PHƯỜNG", "XÃ", "THỊ", "TRẤN", "ĐẶC", "KHU"}
SHEETS = ("a5", "a4")


@dataclass(frozen=True)
class Letter:
    """What differs from letter to letter."""

    who: str
    as_who: str
    closing: str
    short: str
    qr: str


def payload(code: str, public_url: str | None) -> str:
    """Return what the QR code holds: an address in capitals, or the bare code.

    Capitals keep the QR code in its compact alphanumeric mode.
    """
    return f"{public_url.upper()}/I/{code}" if public_url else code


def letter(delegate: Listed, code: str, short: str, public_url: str | None) -> Letter:
    """Return the letter of one delegate."""
    named = text.greeting(delegate.salutation, delegate.name)
    if delegate.group_kind == "official":
        spoken = "đồng chí"
        who = f"Đồng chí {delegate.name}"
        as_who = f", {delegate.title}" if delegate.title else ""
    else:
        # In a letter the form of address has a capital wherever it stands.
        spoken = delegate.salutation.capitalize() or "Ông (Bà)"
        who = named if delegate.salutation else f"Ông (Bà) {delegate.name}"
        as_who = _household(delegate) if delegate.group_kind == "household" else _office(delegate)
    closing = f"Rất mong {spoken} sắp xếp thời gian tới dự đúng giờ"
    return Letter(who, as_who, closing, rules.grouped(short), qr.svg(payload(code, public_url)))


def _household(delegate: Listed) -> str:
    number = f" số {delegate.household}" if delegate.household else ""
    area = f", {_lower_area(delegate.area)}" if delegate.area else ""
    return f", đại diện hộ gia đình{number}{area}"


def _office(delegate: Listed) -> str:
    return "".join(f", {part}" for part in (delegate.title, _lower_area(delegate.area)) if part)


def _lower_area(area: str) -> str:
    # "Khu Kim Đồng I" stands inside a sentence: "khu Kim Đồng I".
    for head in ("Khu ", "Tổ ", "Thôn ", "Xóm "):
        if area.startswith(head):
            return head.lower() + area[len(head) :]
    return area


def common(meeting: Meeting, public_url: str | None, sheet: str) -> dict[str, Any]:
    """Return what all letters of a meeting share."""
    occasion = _occasion(meeting.title, meeting.host)
    side = len(qr.matrix(payload(rules.code(meeting.tag, b"", 0, 0), public_url)))
    hint = "Xin đưa mã này khi đến dự."
    if public_url:
        hint += "\nQuét bằng điện thoại để xem giấy mời."
    org, issuer = _issuer(meeting.org_name)
    year = clock.local(meeting.starts_at).year
    return {
        "title": f"Giấy mời: {meeting.title}",
        "sheet": sheet,
        "org": org,
        "issuer": issuer,
        "place_date": f"{meeting.place_name}, ngày       tháng       năm {year}",
        "summary": _summary(occasion, year),
        "occasion": occasion,
        "host": meeting.host,
        "starts": f"{clock.vi_time(meeting.starts_at)} phút",
        "ends": f"{clock.vi_time(meeting.ends_at)} phút",
        "day": f"{clock.vi_weekday(meeting.starts_at)}, {clock.paper_date(meeting.starts_at)}",
        "venue": ", ".join(part for part in (meeting.venue, meeting.address) if part),
        "authority": f"TM. {org[0]}" if org else "",
        "signer": "CHỦ TỊCH",
        "hint": hint,
        "privacy": "Tên và địa chỉ chỉ dùng để mời và ghi nhận có mặt tại buổi này.",
        "qr_size": round((side + 2 * qr.QUIET) * _MODULE_MM, 1),
    }


def _occasion(title: str, host: str) -> str:
    """Return what one is invited to, as it stands inside a sentence."""
    small = title[:1].lower() + title[1:]
    kind, _, people = small.partition(" với ")
    if kind == "đối thoại" and people:
        by = f" của {host}" if host else ""
        return f"buổi tiếp xúc, đối thoại trực tiếp{by} với {people}"
    return small if small.startswith(("buổi ", "hội nghị ", "cuộc ")) else f"buổi {small}"


def _summary(occasion: str, year: int) -> list[str]:
    """Return the lines under the title: broken where the sense breaks."""
    words = f"Dự {occasion}" if str(year) in occasion else f"Dự {occasion} năm {year}"
    first, turn, rest = words.partition(" với ")
    return [first, f"{turn.strip()} {rest}"] if rest else [words]


def _issuer(org_name: str) -> tuple[list[str], str]:
    """Return the issuing body as the two lines of the head, and as in a sentence.

    "ỦY BAN NHÂN DÂN" / "PHƯỜNG TÂN DÂN", and "Ủy ban nhân dân phường Tân Dân".
    """
    words = org_name.split()
    turn = next((i for i, word in enumerate(words) if word.upper() in _UNITS), len(words))
    lines = [" ".join(part) for part in (words[:turn], words[turn:]) if part]
    if "\n" in org_name:
        lines = [line.strip() for line in org_name.split("\n")[:2]]
    return lines, " ".join(words) if org_name != org_name.upper() else _spoken(words, turn)


def _spoken(words: list[str], turn: int) -> str:
    """Return words in capitals with the capitals of a sentence; a place begins at `turn`."""
    small = [word if word in {"UBND", "HĐND"} else word.lower() for word in words[:turn]]
    place = [word.lower() if word in _UNITS else text.titled(word) for word in words[turn:]]
    spoken = " ".join([*small, *place])
    return spoken[:1].upper() + spoken[1:]


def pdf(
    meeting: Meeting, items: Sequence[Letter], public_url: str | None, sheet: str = "a5"
) -> bytes:
    """Return all letters as one PDF."""
    data = {**common(meeting, public_url, sheet), "letters": [asdict(item) for item in items]}
    return typeset.compiled(_SOURCE, {"data.json": _packed(data)}, pdf_tags=False)


def png(meeting: Meeting, item: Letter, public_url: str | None) -> bytes:
    """Return one letter as a picture for the screen, 130 dots an inch."""
    data = {**common(meeting, public_url, "a5"), "letters": [asdict(item)]}
    return typeset.compiled(_SOURCE, {"data.json": _packed(data)}, format="png", ppi=130)


def _packed(data: dict[str, Any]) -> bytes:
    # What goes in decomposed would come out of the PDF decomposed.
    return text.nfc(json.dumps(data, ensure_ascii=False)).encode()
