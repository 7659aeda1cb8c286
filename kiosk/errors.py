"""Every error a person or a program can meet.

KioskError                 500  internal
├── Malformed              400  the request cannot be understood
├── SignInNeeded           401  nobody is signed in, or the token was revoked
├── Forbidden              403  signed in, but not for this
├── NotFound               404  not there, or not yours to know
├── NotAllowed             405  this address takes other methods; `allow` names them
├── Conflict               409  the present state does not allow it
├── TooLarge               413  more than we take
├── OtherMedia             415  not the kind of content that is taken here
├── Refused                422  understood, but wrong; `fields` names each field
├── TooMany                429  slow down; `retry_after` in seconds
└── Unavailable            503  not now; try again

Each carries a stable `code` for programs, a sentence for people that says what
to do next, and its facts as attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence


class KioskError(Exception):
    """An error with a stable code, an HTTP status and a sentence for people."""

    status = 500

    def __init__(
        self,
        code: str,
        message: object,
        *,
        fields: Mapping[str, object] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        # Lazy translations stay lazy: the language is the reader's, not the raiser's.
        self.message = message
        self.fields = dict(fields or {})
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class Malformed(KioskError):
    """The request cannot be understood."""

    status = 400


class SignInNeeded(KioskError):
    """Nobody is signed in, or the token was revoked."""

    status = 401


class Forbidden(KioskError):
    """Signed in, but not in a role that may do this."""

    status = 403


class NotFound(KioskError):
    """Not there, or not the asker's to know."""

    status = 404


class NotAllowed(KioskError):
    """The address takes other methods; the header `Allow` names them (RFC 9110, 15.5.6)."""

    status = 405
    allow: Sequence[str] = ()


class Conflict(KioskError):
    """The present state does not allow it; nothing was changed."""

    status = 409


class TooLarge(KioskError):
    """More than we take in one request."""

    status = 413


class OtherMedia(KioskError):
    """Content of a kind that is not taken here."""

    status = 415


class Refused(KioskError):
    """Understood but wrong; `fields` says what is wrong with each field."""

    status = 422


class TooMany(KioskError):
    """Too many tries; the fact `retry_after` is in seconds."""

    status = 429


class Unavailable(KioskError):
    """Not possible right now; trying again later helps."""

    status = 503


class BadSetting(KioskError):
    """A setting stops the start: one line that names it and what it should be."""
