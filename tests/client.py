"""The browser of the tests, and the watch over what the API answers it.

An answer that is not as the API's document says is an error 500 to its caller, which not every
test looks at; so each application's are kept until somebody asks.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask import got_request_exception
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.web.openapi import NotAsDescribed

_seen: list[NotAsDescribed] = []


class Threads(FlaskClient):
    """A browser in front of a server with threads, as ours is: without them nothing is live."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"multithread": True, **options})


def watched(app: Flask) -> Flask:
    """Return the application with this browser before it, its answers watched."""
    app.test_client_class = Threads
    got_request_exception.connect(_note, app)
    return app


def _note(sender: Flask, exception: BaseException) -> None:
    if isinstance(exception, NotAsDescribed):
        _seen.append(exception)


def otherwise_than_described() -> list[NotAsDescribed]:
    """Return what was noted since somebody asked last."""
    found = [*_seen]
    _seen.clear()
    return found
