"""Letters as one PDF with Typst.

Layout: Decree 30/2020/NĐ-CP, form 1.7 (giấy mời), on A5 landscape, two on an A4, or one on a
whole A4. Number and day stay open until the records clerk has given them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk import clock
from kiosk import qr
from kiosk import text
from kiosk import typeset
from kiosk.model import Meeting
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations import wording_rules

_SOURCE = (Path(__file__).parent / "letter.typ").read_bytes()
# At least 0.8 mm a module: a bare code has 25 modules and 8 of margin, an address 33 and 8.
_MODULE_MM = 0.85
# Words that begin the place in "ỦY BAN NHÂN DÂN PHƯỜNG TÂN DÂN".
_UNITS = {"PHƯỜNG", "XÃ", "THỊ", "TRẤN", "ĐẶC", "KHU"}
# What a meeting of an older version does not say stays open, to be written by hand.
DOTTED = "....................."
SHEETS = ("a5", "a4", "a4-one")


@dataclass(frozen=True)
class Wordings:
    """What an organiser has written in place of the ready wording, blanks by key."""

    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    head: Mapping[str, str] = field(default_factory=dict)

    def heading(self) -> dict[str, str]:
        """Return number, day and signature, as they stand."""
        return {**wording_rules.HEAD_READY, **self.head}


READY = Wordings()


@dataclass(frozen=True)
class Letter:
    """What differs from letter to letter: `values` by the key of the blank."""

    form: str
    who: str
    values: Mapping[str, str]
    short: str
    qr: str


def payload(code: str, public_url: str | None) -> str:
    """Return what the QR code holds: an address in capitals, or the bare code.

    Capitals keep the QR code in its compact alphanumeric mode. A path is another one in
    capitals: it stays as it is.
    """
    if not public_url:
        return code
    scheme, host, path, *_rest = urlsplit(public_url)
    return f"{scheme.upper()}://{host.upper()}{path}/I/{code}"


def letter(delegate: Listed, code: str, short: str, public_url: str | None) -> Letter:
    """Return the letter of one delegate."""
    form = delegate.group_kind
    salutation = _salutation(delegate)
    standing = {"official": delegate.title, "household": _household(delegate)}.get(
        form, _office(delegate)
    )
    values = {
        "salutation": salutation,
        "name": delegate.name,
        "standing": standing,
        "title": delegate.title,
        "household": delegate.household,
        "area": _lower_area(delegate.area),
        "group": delegate.group,
    }
    made = qr.svg(payload(code, public_url))
    return Letter(form, addressed(delegate), values, rules.grouped(short), made)


def _salutation(delegate: Listed) -> str:
    """Return how a letter speaks to a person: with a capital wherever it stands."""
    if delegate.group_kind == "official":
        return "đồng chí"
    return delegate.salutation.capitalize() or "Ông (Bà)"


def addressed(delegate: Listed) -> str:
    """Return the name with its form of address, as letter and picture begin."""
    salutation = _salutation(delegate)
    return f"{salutation[:1].upper()}{salutation[1:]} {delegate.name}"


def _household(delegate: Listed) -> str:
    number = f" số {delegate.household}" if delegate.household else ""
    area = f", {_lower_area(delegate.area)}" if delegate.area else ""
    return f"đại diện hộ gia đình{number}{area}"


def _office(delegate: Listed) -> str:
    return ", ".join(part for part in (delegate.title, _lower_area(delegate.area)) if part)


def _lower_area(area: str) -> str:
    # "Khu Kim Đồng I" stands inside a sentence: "khu Kim Đồng I".
    for head in ("Khu ", "Tổ ", "Thôn ", "Xóm "):
        if area.startswith(head):
            return head.lower() + area[len(head) :]
    return area


def ready(meeting: Meeting, form: str, public_url: str | None = None) -> dict[str, str]:
    """Return the ready wording of a form for this meeting, blanks by key."""
    year = str(clock.local(meeting.starts_at).year)
    occasion = _occasion(meeting.title, meeting.host)
    summary = f"Dự {occasion}" if year in occasion else f"Dự {occasion} năm {year}"
    words = wording_rules.ready(form, summary)
    if public_url:
        words["hint"] += " Quét bằng điện thoại để xem giấy mời."
    return words


def worded(
    meeting: Meeting, form: str, wordings: Wordings, public_url: str | None
) -> dict[str, str]:
    """Return the wording of a form as it stands: the ready one with what was written."""
    return {**ready(meeting, form, public_url), **wordings.forms.get(form, {})}


def shared_values(meeting: Meeting) -> dict[str, str]:
    """Return the values of the blanks that all letters of a meeting share."""
    _org, issuer = _issuer(meeting.org_name)
    return {
        "issuer": issuer or DOTTED,
        "occasion": _occasion(meeting.title, meeting.host),
        "host": meeting.host or DOTTED,
        "starts": f"{clock.vi_time(meeting.starts_at)} phút",
        "ends": f"{clock.vi_time(meeting.ends_at)} phút",
        "day": f"{clock.vi_weekday(meeting.starts_at)}, {clock.paper_date(meeting.starts_at)}",
        "doors": f"{clock.vi_time(meeting.doors_open_at)} phút",
        "venue": ", ".join(part for part in (meeting.venue, meeting.address) if part),
    }


def common(
    meeting: Meeting, public_url: str | None, sheet: str, wordings: Wordings = READY
) -> dict[str, Any]:
    """Return what all letters of a meeting share."""
    side = len(qr.matrix(payload(rules.code(meeting.tag, b"", 0, 0), public_url)))
    org, _name = _issuer(meeting.org_name)
    head = wordings.heading()
    return {
        "title": f"Giấy mời: {meeting.title}",
        "sheet": sheet,
        "checked": False,
        "org": org or [DOTTED, DOTTED],
        "number": wording_rules.padded(head["number"]),
        "symbol": head["symbol"],
        "place_date": f"{meeting.place_name or DOTTED}, {_dated(head['day'], meeting)}",
        "authority": wording_rules.signature(head, org[0] if org else ""),
        "signer": head["signer"],
        "qr_size": round((side + 2 * qr.QUIET) * _MODULE_MM, 1),
        "slip": {
            "title": "PHIẾU THAM DỰ",
            "lines": [
                f"{clock.vi_time(meeting.starts_at)}, {clock.vi_date(meeting.starts_at)}",
                meeting.venue,
            ],
        },
    }


def _dated(day: str, meeting: Meeting) -> str:
    found = wording_rules.as_day(day)
    if found is None:
        year = clock.local(meeting.starts_at).year
        return f"ngày       tháng       năm {year}"
    return clock.paper_date(datetime(found.year, found.month, found.day, 12, tzinfo=clock.VN))


def _occasion(title: str, host: str) -> str:
    """Return what one is invited to, as it stands inside a sentence."""
    small = title[:1].lower() + title[1:]
    kind, _, people = small.partition(" với ")
    if kind == "đối thoại" and people:
        by = f" của {host}" if host else ""
        return f"buổi tiếp xúc, đối thoại trực tiếp{by} với {people}"
    return small if small.startswith(("buổi ", "hội nghị ", "cuộc ")) else f"buổi {small}"


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


def _data(
    meeting: Meeting,
    items: Sequence[Letter],
    public_url: str | None,
    sheet: str,
    wordings: Wordings,
) -> dict[str, Any]:
    shared = shared_values(meeting)
    words = {
        form: worded(meeting, form, wordings, public_url)
        for form in dict.fromkeys(item.form for item in items)
    }
    forms = {
        form: {
            "summary": wording_rules.summary_lines(
                wording_rules.plain("summary", texts["summary"], shared)
            ),
            "hint": wording_rules.plain("hint", texts["hint"], shared).replace(". ", ".\n"),
            "privacy": wording_rules.plain("privacy", texts["privacy"], shared),
        }
        for form, texts in words.items()
    }
    letters = [
        {
            "form": item.form,
            "who": item.who,
            "paras": _paragraphs(words[item.form], {**shared, **item.values}),
            "short": item.short,
            "qr": item.qr,
        }
        for item in items
    ]
    return {**common(meeting, public_url, sheet, wordings), "forms": forms, "letters": letters}


def _paragraphs(
    words: Mapping[str, str], values: Mapping[str, str]
) -> list[list[tuple[str, bool]]]:
    found = [wording_rules.runs(name, words[name], values) for name in wording_rules.PARAGRAPHS]
    paragraphs = [parts for parts in found if parts]
    # The end mark closes the body, whatever the last sentence is.
    last, bold = paragraphs[-1][-1]
    paragraphs[-1][-1] = (last.removesuffix("./.").rstrip(".") + "./.", bold)
    return paragraphs


def pdf(
    meeting: Meeting,
    items: Sequence[Letter],
    public_url: str | None,
    sheet: str = "a5",
    wordings: Wordings = READY,
) -> bytes:
    """Return all letters as one PDF."""
    data = _data(meeting, items, public_url, sheet, wordings)
    return typeset.compiled(_SOURCE, {"data.json": _packed(data)}, pdf_tags=False)


def png(
    meeting: Meeting,
    item: Letter,
    public_url: str | None,
    wordings: Wordings = READY,
    sheet: str = "a5",
) -> bytes:
    """Return one letter as a picture for the screen, 130 dots an inch."""
    data = _data(meeting, [item], public_url, sheet, wordings)
    return typeset.compiled(_SOURCE, {"data.json": _packed(data)}, format="png", ppi=130)


def sizes(
    meeting: Meeting,
    items: Sequence[Letter],
    public_url: str | None,
    sheet: str,
    wordings: Wordings,
) -> list[float]:
    """Return the size of each letter's body in points; 0 where it would not fit its page."""
    data = {**_data(meeting, items, public_url, sheet, wordings), "checked": True}
    found = typeset.queried(_SOURCE, {"data.json": _packed(data)}, "<size>")
    return [float(size) for size in found]


def _packed(data: dict[str, Any]) -> bytes:
    # What goes in decomposed would come out of the PDF decomposed.
    return text.nfc(json.dumps(data, ensure_ascii=False)).encode()
