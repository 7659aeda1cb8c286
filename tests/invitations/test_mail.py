"""What KIOSK_SMTP_URL says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.mail import Server
from kiosk.plugins.invitations.delivery import email
from tests.conftest import FixedClock


@pytest.mark.parametrize(
    ("url", "host", "port", "sender", "encrypted"),
    [
        ("smtp://mail.example", "mail.example", 25, "kiosk@mail.example", False),
        ("smtps://a%40b.vn:p%3Aw@mail.example", "mail.example", 465, "a@b.vn", True),
        ("smtp://hop:x@mail.example?from=vp@b.vn", "mail.example", 587, "vp@b.vn", False),
    ],
)
def test_the_address_of_the_mail_server_says_all(
    url: str, host: str, port: int, sender: str, encrypted: bool
) -> None:
    server = Server.read(url)
    assert (server.host, server.port) == (host, port)
    assert (server.sender, server.encrypted) == (sender, encrypted)
    assert server.password in {"", "p:w", "x"}


@pytest.mark.parametrize("url", ["smtp://", "smtp://mail.example:port"])
def test_an_address_that_cannot_be_read_is_told(
    make_app: Callable[..., Flask], clock: FixedClock, url: str
) -> None:
    with make_app(smtp_url=url).app_context():
        assert "KIOSK_SMTP_URL" in str(email.unready())
