"""E-mail by SMTP: one connection for each letter, so that a slow one holds up no other."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from kiosk.hookspecs.delivery import DeliveryDelayed
from kiosk.hookspecs.delivery import DeliveryRefused
from kiosk.hookspecs.delivery import DeliveryUnsure

TIMEOUT = 15.0
# A server on this machine may take a password without TLS: nobody listens between.
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Server:
    """A mail server: smtp://user:password@host:587?from=a@b.vn&starttls=no&timeout=15."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    encrypted: bool
    starttls: bool
    timeout: float

    @classmethod
    def read(cls, url: str) -> Server:
        """Return what KIOSK_SMTP_URL says; ValueError when it says no host or a bad port."""
        parts = urlsplit(url)
        if not parts.hostname:
            raise ValueError("no host")
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        user = unquote(parts.username or "")
        encrypted = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if encrypted else 587 if user else 25),
            user=user,
            password=unquote(parts.password or ""),
            sender=options.get("from") or (user if "@" in user else f"kiosk@{parts.hostname}"),
            encrypted=encrypted,
            starttls=options.get("starttls", "yes") != "no",
            # Never longer: a sender that is silent for three minutes is taken for dead.
            timeout=max(0.5, min(float(options.get("timeout", TIMEOUT)), TIMEOUT)),
        )

    def connect(self) -> smtplib.SMTP:
        """Return an open connection: encrypted where the server can, signed in where needed."""
        context = ssl.create_default_context()
        if self.encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            smtp.ehlo()
            if not self.encrypted and self.starttls and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                smtp.ehlo()
            elif self.user and not self.encrypted and self.host not in _HERE:
                raise DeliveryDelayed("no_tls", "the server offers no TLS for signing in")
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def unready(url: str | None) -> object | None:
    """Return why no mail can be sent with this KIOSK_SMTP_URL, or None."""
    sentence: object | None = None
    if url is None:
        sentence = _l("No mail server is set. Whoever runs the server sets KIOSK_SMTP_URL.")
    else:
        try:
            Server.read(url)
        except ValueError:
            sentence = _l("The address of the mail server cannot be read: see KIOSK_SMTP_URL.")
    return sentence


def post(server: Server, recipient: str, data: bytes) -> str:
    """Send one mail to one person; returns what the server said.

    Raises DeliveryRefused, DeliveryDelayed or DeliveryUnsure.
    """
    try:
        smtp = server.connect()
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryDelayed("sign_in", f"{error.smtp_code} {_words(error.smtp_error)}") from error
    except UnicodeError as error:
        raise DeliveryDelayed("sign_in", "the password has letters with accents") from error
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryDelayed("no_connection", str(error)) from error
    # A slow QUIT is not waited for.
    with closing(smtp):
        _envelope(smtp, server.sender, recipient)
        return _content(smtp, data)


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Name sender and recipient: until here nothing has been sent, so a try costs nothing."""
    try:
        for code, words in (smtp.mail(sender), smtp.rcpt(recipient)):
            if code >= 500:
                raise DeliveryRefused("refused", f"{code} {_words(words)}")
            if code >= 400:
                raise DeliveryDelayed("delayed", f"{code} {_words(words)}")
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryDelayed("no_answer", str(error)) from error


def _content(smtp: smtplib.SMTP, data: bytes) -> str:
    try:
        code, words = smtp.data(data)
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, _bytes(error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        # The whole mail may be with the server: sending it again could bring it twice.
        raise DeliveryUnsure("no_answer_at_the_end", str(error)) from error
    if code >= 500:
        raise DeliveryRefused("refused", f"{code} {_words(words)}")
    if code >= 400:
        raise DeliveryDelayed("delayed", f"{code} {_words(words)}")
    return f"{code} {_words(words)}"


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()


def _words(said: bytes | str) -> str:
    return _bytes(said).decode("utf-8", "replace")[:200]
