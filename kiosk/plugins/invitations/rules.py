"""The codes of invitations: made, read, checked. Pure.

A code has 24 characters of an alphabet without vowels, Y, D and W, which the Vietnamese
keyboards Telex and VNI leave alone: the meeting's tag (4), a body (18) and check
characters (2). For people there is a short code of 8 digits, the last a check digit.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789BCFGHJKLMNPQRSTVXZ"
BASE = len(ALPHABET)
TAG, BODY, CHECK = 4, 18, 2
LENGTH = TAG + BODY + CHECK
SHORT = 8
# A prime below 28², so that two characters can balance every sum: one wrong character
# or two neighbours changed about always leave a remainder.
_PRIME = 773
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = [pow(BASE, place, _PRIME) for place in range(LENGTH)]
# Damm's quasigroup of order 10 (H. M. Damm, 2004): catches one wrong digit and any two
# neighbours changed about.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_SEPARATORS = re.compile(r"[\s\-–—._·:/|,]+")
# Hand-held scanners may be set to say first what kind of code they read (AIM: "]Q1").
# Begins with the number; noise with bars in it is no card.
_ID_CARD = re.compile(r"[\ufeff\s]*[0-9]+\|")
_SCANNER_PREFIX = re.compile(r"^\][A-Za-z][0-9]")
# Accents and invisible characters, which come along when a code is copied from a chat.
_IGNORED = {"Mn", "Cf", "Cc"}
_IN_URL = re.compile(r"/I/([^/?#\s]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Read:
    """What a text turned out to be: code, short, mistyped, id_card or nothing."""

    kind: str
    text: str = ""

    @property
    def tag(self) -> str:
        """The meeting's tag in a code."""
        return self.text[:TAG]


def code(tag: str, key: bytes, delegate_id: int, issue: int) -> str:
    """Return the code of an invitation: the delegate's `issue`-th, counted from 1."""
    digest = hmac.digest(key, f"code:{delegate_id}:{issue}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    body = []
    for _ in range(BODY):
        number, value = divmod(number, BASE)
        body.append(ALPHABET[value])
    return with_check(tag + "".join(body))


def with_check(text: str) -> str:
    """Return the text of 22 characters with its two check characters."""
    rest = -_sum(text) % _PRIME
    # The sum of the last two is w22·a + w23·b: scale so that a + 28·b covers every rest.
    wanted = rest * pow(_WEIGHTS[TAG + BODY], -1, _PRIME) % _PRIME
    high, low = divmod(wanted, BASE)
    return text + ALPHABET[low] + ALPHABET[high]


def _sum(text: str) -> int:
    pairs = zip(text, _WEIGHTS, strict=False)
    return sum(_VALUE[char] * weight for char, weight in pairs) % _PRIME


def is_code(text: str) -> bool:
    """Whether the 24 characters fit together."""
    return len(text) == LENGTH and all(char in _VALUE for char in text) and _sum(text) == 0


def short(key: bytes, delegate_id: int, issue: int, attempt: int) -> str:
    """Return a short code; the next `attempt` gives another when it is taken."""
    digest = hmac.digest(key, f"short:{delegate_id}:{issue}:{attempt}".encode(), "sha256")
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**7:07d}"
    return digits + str(_damm(digits))


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def is_short(text: str) -> bool:
    """Whether the 8 digits fit together."""
    return len(text) == SHORT and text.isascii() and text.isdigit() and _damm(text) == 0


def grouped(short_code: str) -> str:
    """Return a short code as it is printed: "4827 0365"."""
    return f"{short_code[:4]} {short_code[4:]}"


def read(raw: str) -> Read:
    """Return what a scanned or typed text is.

    Finds the code in an address (…/I/<code>), ignores case, accents, spaces, grouping
    and invisible marks, and a scanner's prefix.
    """
    if _ID_CARD.match(raw) and raw.count("|") >= 6:
        return Read("id_card")
    in_url = _IN_URL.search(raw)
    text = _plain(in_url.group(1) if in_url else _SCANNER_PREFIX.sub("", raw.strip()))
    if is_code(text):
        return Read("code", text)
    if is_short(text):
        return Read("short", text)
    if _looks_typed(text):
        return Read("mistyped", text)
    return Read("nothing")


def _plain(raw: str) -> str:
    decomposed = unicodedata.normalize("NFD", raw.strip())
    bare = "".join(char for char in decomposed if unicodedata.category(char) not in _IGNORED)
    return _SEPARATORS.sub("", bare).upper()


def _looks_typed(text: str) -> bool:
    # Near enough to one of our codes that somebody meant one: a slip, not a stranger.
    if text.isascii() and text.isdigit():
        return SHORT - 2 <= len(text) <= SHORT + 2
    near = LENGTH - 2 <= len(text) <= LENGTH + 2
    ours = sum(char in _VALUE for char in text)
    return near and text.isascii() and text.isalnum() and ours >= len(text) - 2


def lookup_digest(secret: str, text: str) -> str:
    """Return what the database keeps of a code: useless without the server's secret."""
    key = hashlib.sha256(b"invitation lookup:" + secret.encode()).digest()
    return hmac.digest(key, text.encode(), "sha256").hex()


def short_digest(secret: str, meeting_id: int, text: str) -> str:
    """Return what the database keeps of a short code, which is unique in its meeting only."""
    return lookup_digest(secret, f"{meeting_id}:{text}")
