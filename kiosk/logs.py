"""The log: what happened, and nothing by which somebody could be named or let in.

Only the types of exceptions and the places in the code are written, never what an
exception says: a message quotes what somebody typed. Of the other lines everything that
could be a secret or a person is cut, whoever wrote the line.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from gunicorn.glogging import Logger
from sqlalchemy.exc import DBAPIError

CUT = "…"
LEVELS = ("debug", "info", "warning", "error", "critical")
_LINE = "%(asctime)s [%(process)d] [%(levelname)s] %(message)s"

_SECRETS = re.compile(
    # A header that carries who asks, to the end of its line.
    r"(?i)(?P<header>\b(?:authorization|(?:set-)?cookie|x-csrf-token)\b['\"]?\s*[:=,])[^\r\n]*"
    r"|(?P<scheme>\b(?:bearer|invitation)\s)\s*\S+"
    # Addresses that let somebody in, and whatever is asked for at an address.
    r"|(?P<way>/(?:first|i|r)/)[^\s\"'<>)\]]*"
    r"|(?P<ask>\?)[^\s\"'<>)\]]*"
    # What PostgreSQL quotes of a row.
    r"|(?P<row>\b(?:DETAIL|CONTEXT|HINT):)[^\r\n]*"
    # E-mails, codes, telephone and other numbers of people.
    r"|[^\s@\"'<>=:/]+@[^\s@\"'<>,;]+"
    r"|(?<![0-9A-Za-z])[0-9B-DF-HJ-NP-TVXZ]{4}(?:[ \-.]?[0-9B-DF-HJ-NP-TVXZ]{4}){5}(?![0-9A-Za-z])"
    r"|(?<![\w.:/])(?:\+?\d{8,}|\d{4}[ .\-]\d{4}|\+?\d{2,4}(?:[ .]\d{3}){2,3}\d?)(?![\w:])"
)


def redacted(text: str) -> str:
    """Return a line without secrets, addresses that let in, e-mails, codes and numbers."""
    return _SECRETS.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    return (found.group(found.lastgroup) if found.lastgroup else "") + CUT


def level() -> str:
    """Return the level that KIOSK_LOG asks for; warning when it names none."""
    asked = os.environ.get("KIOSK_LOG", "").lower()
    return asked if asked in LEVELS else "warning"


def told(error: BaseException) -> str:
    """Return an exception's types and places in the code, those that led to it first."""
    chain: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in chain:
        chain.append(found)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\n".join(_told(link) for link in reversed(chain))


def _told(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    # The statement holds names of columns only, and of what the database said a state.
    statement = getattr(error, "statement", None) if isinstance(error, DBAPIError) else None
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    more = "".join(f"\n  {part}" for part in (state, statement) if part)
    return f"{frames}{kind}{more}"


class Redacting(logging.Formatter):
    """Writes a record without what could name somebody or let somebody in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, and below it where an exception came from."""
        # Never what another handler has put together from the exception.
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # logging's name
        """Return the line with its message redacted."""
        record.message = redacted(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # logging's name
        """Return types and places, no messages."""
        return told(ei[1]) if ei[1] is not None else ""


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own log, in our words."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's settings, then have every line redacted."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Redacting(self.error_fmt, self.datefmt))


class _Standard(logging.Handler):
    """Writes to what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def install() -> None:
    """Have this process write what it logs redacted, on standard error.

    Others' libraries tell warnings only: SQLAlchemy would print the rows that it reads.
    """
    root = logging.getLogger()
    if any(isinstance(handler.formatter, Redacting) for handler in root.handlers):
        return
    handler = _Standard()
    handler.setFormatter(Redacting(_LINE))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("kiosk").setLevel(level().upper())
    sys.excepthook = _on_crash
    threading.excepthook = lambda args: _on_crash(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def _on_crash(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("kiosk").critical("Stopped by an error\n%s", told(error))
