"""A meeting as a calendar file (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime

from kiosk.vietnamese import nfc

_FOLD_OCTETS = 75
_REMIND = "-PT2H"


@dataclass(frozen=True)
class Entry:
    """What the calendar file tells; `uid` is the same whenever the file is fetched again."""

    uid: str
    title: str
    place: str
    words: str
    starts_at: datetime
    ends_at: datetime
    url: str = ""


def calendar_file(entry: Entry, now: datetime) -> str:
    """Return the file: UTC times, NFC, lines of at most 75 octets that end in CRLF.

    UTC needs no time zone definition, and Vietnam keeps no summer time: every calendar
    shows the hour of the letter.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kiosk//Giay moi//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(entry.starts_at)}",
        f"DTEND:{_utc(entry.ends_at)}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"LOCATION:{_escaped(entry.place)}",
        f"DESCRIPTION:{_escaped(entry.words)}",
        *([f"URL:{entry.url}"] if entry.url else []),
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(entry.title)}",
        f"TRIGGER:{_REMIND}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(words: str) -> str:
    text = nfc(words).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _folded(line: str) -> Iterator[str]:
    piece, room = "", _FOLD_OCTETS
    for char in line:
        size = len(char.encode())
        if size > room:
            yield piece
            # The space that marks a continued line counts too.
            piece, room = " ", _FOLD_OCTETS - 1
        piece += char
        room -= size
    yield piece
