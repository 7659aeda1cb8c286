"""Typed facts, published after the commit.

An event is a frozen dataclass in the `events.py` of the plugin that announces it.
A verb announces it on its session; `kiosk.db.base.writing` publishes after the commit, so a
handler never sees what was rolled back. Handlers open their own `writing()` to write.
"""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from kiosk.plugin import registry

log = logging.getLogger(__name__)

_KEY = "kiosk.announced"


def announce(session: Session, event: object) -> None:
    """Have the event published once the session's transaction is committed."""
    session.info.setdefault(_KEY, []).append(event)


def within(session: Session, event: object) -> None:
    """Tell every plugin at once, in this transaction: what they do stands or falls with it."""
    for handler in registry().inner.get(type(event), ()):
        handler(session, event)


def take(session: Session) -> list[object]:
    """Return the announced events and forget them."""
    taken: list[object] = session.info.pop(_KEY, [])
    return taken


def publish(events: list[object]) -> None:
    """Hand each event to every plugin that listens for its class.

    What is announced has happened: a handler that fails is logged and cannot turn a
    stored scan into an error at the door.
    """
    handlers = registry().handlers
    for event in events:
        for handler in handlers.get(type(event), ()):
            try:
                handler(event)
            except Exception:
                log.exception("A handler of %s failed", type(event).__name__)
