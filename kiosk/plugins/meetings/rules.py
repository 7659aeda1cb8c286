"""When the doors are open, and what a meeting may be named."""

from __future__ import annotations

import re
from datetime import datetime

from kiosk.text import fold

LONGEST_NAME = 40


def doors_open(doors: str, opens_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether somebody may be admitted now.

    `open` admits at any time, `closed` never, `auto` from the opening of the doors to
    the end of the meeting.
    """
    if doors == "auto":
        return opens_at <= now <= ends_at
    return doors == "open"


def short_name(title: str, year: int) -> str:
    """Return a name for addresses made from a title: "doi-thoai-khu-kim-dong-2023"."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    room = LONGEST_NAME - len(f"-{year}")
    while words and len("-".join(words)) > room:
        words.pop()
    return f"{'-'.join(words) or 'buoi-doi-thoai'}-{year}"


def is_short_name(name: str) -> bool:
    """Whether a name can stand in an address."""
    return bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)) and len(name) <= LONGEST_NAME
