"""Settings: one frozen, typed reading of KIOSK_*. Bad values stop the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.errors import BadSetting

# The package is `kiosk`; that name on the public index belongs to somebody else.
DISTRIBUTION = "kiosk-meeting"


def installed_version() -> str:
    """Return the version of the installed distribution."""
    return version(DISTRIBUTION)


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    `database_url` is an SQLAlchemy URL, `public_url` has no slash at its end.
    """

    data: Path
    database_url: str
    secret_key: str
    public_url: str | None
    language: str
    smtp_url: str | None
    port: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check the settings; make the data folder and the secret when missing.

        Raises BadSetting with one line that names the setting and what it should be.
        """
        data = _folder(environ.get("KIOSK_DATA") or "data")
        return cls(
            data=data,
            database_url=_database(environ.get("KIOSK_DATABASE_URL"), data),
            secret_key=_secret(environ.get("KIOSK_SECRET_KEY"), data),
            public_url=_public_url(environ.get("KIOSK_PUBLIC_URL")),
            language=_language(environ.get("KIOSK_LANGUAGE") or "vi"),
            smtp_url=_smtp(environ.get("KIOSK_SMTP_URL")),
            port=_port(environ.get("PORT") or "8000"),
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether one machine holds the database in a file."""
        return self.database_url.startswith("sqlite")


def _bad(name: str, should: str) -> BadSetting:
    return BadSetting("bad_setting", f"{name}: {should}", name=name)


def _folder(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    try:
        # Names, keys and codes: made for nobody else on this machine.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _bad("KIOSK_DATA", f"must be a folder that can be written, not {value}") from error
    if not os.access(path, os.W_OK):
        raise _bad("KIOSK_DATA", f"must be a folder that can be written, not {value}")
    return path


def _database(value: str | None, data: Path) -> str:
    if not value:
        return f"sqlite:///{data / 'kiosk.sqlite3'}"
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise _bad("KIOSK_DATABASE_URL", "must begin with sqlite:/// or postgresql+psycopg://")


def _secret(value: str | None, data: Path) -> str:
    if value:
        if len(value) < 16:
            raise _bad("KIOSK_SECRET_KEY", "must have at least 16 characters")
        return value
    path = data / "secret-key"
    try:
        # Created with O_EXCL, so that of two starts at once only one makes the key.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _public_url(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query:
        raise _bad("KIOSK_PUBLIC_URL", "must look like https://hop.example.vn")
    return value.rstrip("/")


def _language(value: str) -> str:
    if value not in {"vi", "en"}:
        raise _bad("KIOSK_LANGUAGE", f"must be vi or en, not {value}")
    return value


def _smtp(value: str | None) -> str | None:
    if value and urlsplit(value).scheme not in {"smtp", "smtps"}:
        raise _bad("KIOSK_SMTP_URL", "must begin with smtp:// or smtps://")
    return value or None


def _port(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise _bad("PORT", f"must be a number from 1 to 65535, not {value}")
    return int(value)
