"""When a delivery is tried again, and how long a sender may be silent. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

# Waiting before the second try, the third and so on; then it is given up.
BACK_OFF = (30, 120, 600, 1800)
MOST_TRIES = len(BACK_OFF) + 1
# A sender that has said nothing for so long is gone: no channel takes as long.
SILENT = timedelta(minutes=3)
LIVE = ("waiting", "sending", "made")
GONE = ("sent", "made")

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LONGEST_ADDRESS = 200


def back_off(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries, or None when it is given up."""
    return timedelta(seconds=BACK_OFF[tries - 1]) if tries < MOST_TRIES else None


def is_address(words: str) -> bool:
    """Whether this can be an e-mail address, as mail servers everywhere take it."""
    return len(words) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(words) is not None
