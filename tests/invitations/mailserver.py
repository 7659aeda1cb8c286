"""A real mail server for tests: takes mail, refuses some people, lets others wait."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from email import message_from_bytes
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Post:
    """What a mail server is told to do, and what it got. `url` is for KIOSK_SMTP_URL."""

    url: str = ""
    refused: set[str] = field(default_factory=set)
    busy: Counter[str] = field(default_factory=Counter)
    # Whoever is in here gets no answer until `let_go` is set.
    silent: set[str] = field(default_factory=set)
    silent_at_the_end: set[str] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)

    @property
    def to(self) -> list[str]:
        return [recipient for recipient, _mail in self.got]

    async def handle_RCPT(  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.silent:
            await server.loop.run_in_executor(None, self.let_go.wait, 20)
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        if self.busy[address] > 0:
            self.busy[address] -= 1
            return "451 4.3.2 busy, try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        for recipient in envelope.rcpt_tos:
            self.got.append((recipient, mail))
        if set(envelope.rcpt_tos) & self.silent_at_the_end:
            await server.loop.run_in_executor(None, self.let_go.wait, 20)
        return "250 2.0.0 taken"


@contextmanager
def running(timeout: float = 5.0, **more: Any) -> Iterator[Post]:
    """Run a mail server on a free port of this machine."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=_free_port(), **more)
    controller.start()
    post.url = f"smtp://127.0.0.1:{controller.port}?from=van.phong@phuong.example&timeout={timeout}"
    try:
        yield post
    finally:
        post.let_go.set()
        controller.stop()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
