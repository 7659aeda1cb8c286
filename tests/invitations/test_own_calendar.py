"""The calendar file holds to RFC 5545 whatever a meeting is called."""

from __future__ import annotations

import unicodedata
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.invitations.delegate_page.ics import Entry
from kiosk.plugins.invitations.delegate_page.ics import calendar_file

NOW = datetime(2023, 10, 20, 1, 0, tzinfo=UTC)
STARTS = datetime(2023, 10, 26, 6, 30, tzinfo=UTC)
# A clean line never holds control characters; lines come in descriptions.
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=120)


def _entry(title: str = "Đối thoại", words: str = "", place: str = "") -> Entry:
    return Entry("kd@kiosk", title, place, words, STARTS, STARTS + timedelta(hours=4))


def _values(text: str) -> dict[str, str]:
    """Read the file as a calendar program does: unfold, split, unescape."""
    lines = text.replace("\r\n ", "").split("\r\n")
    found: dict[str, str] = {}
    for line in lines[:-1]:
        name, _colon, value = line.partition(":")
        out, escaped = "", False
        for char in value:
            if escaped:
                out, escaped = out + ("\n" if char == "n" else char), False
            elif char == "\\":
                escaped = True
            else:
                out += char
        found.setdefault(name, out)
    return found


@given(WORDS, WORDS, WORDS)
def test_any_words_come_back_composed(title: str, place: str, words: str) -> None:
    found = _values(calendar_file(_entry(title, words, place), NOW))
    assert found["SUMMARY"] == unicodedata.normalize("NFC", title)
    assert found["LOCATION"] == unicodedata.normalize("NFC", place)
    assert found["DESCRIPTION"] == unicodedata.normalize("NFC", words)


@given(WORDS)
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(title: str) -> None:
    data = calendar_file(_entry(title), NOW).encode()
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    for line in lines[:-1]:
        assert len(line) <= 75
        line.decode()  # a letter cut in two would not decode


def test_the_file_has_its_parts_in_order_and_ends_each_line_properly() -> None:
    text = calendar_file(_entry("A; b, c\\d", "một\nhai"), NOW)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "SUMMARY:A\\; b\\, c\\\\d\r\n" in text
    assert "DESCRIPTION:một\\nhai\r\n" in text
    found = _values(text)
    assert (found["DTSTART"], found["DTEND"]) == ("20231026T063000Z", "20231026T103000Z")
    assert (found["UID"], found["DTSTAMP"]) == ("kd@kiosk", "20231020T010000Z")
    assert found["TRIGGER"] == "-PT2H"
