"""A host with a life of its own, and Kiosk mounted in it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask import Response
from flask import request
from flask import session as host_cookie
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import DeclarativeBase

from kiosk import Kiosk
from kiosk import clock as kiosk_clock
from kiosk.config import Settings
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Membership
from kiosk.models import User
from tests.client import Threads
from tests.conftest import FixedClock

AT = "/doi-thoai"
POLICY = "script-src 'unsafe-inline'"


class HostBase(DeclarativeBase):
    pass


def portal() -> Flask:
    """A portal: its own login, errors, headers, database, cookie and CSRF."""
    host = Flask("portal")
    host.secret_key = "the portal's own key"  # of a test
    host.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", MAX_CONTENT_LENGTH=100)
    SQLAlchemy(host, model_class=HostBase)
    CSRFProtect(host)
    host.test_client_class = Threads

    @host.get("/")
    def front() -> str:
        return f"portal of {host_cookie.get('who', 'nobody')}"

    @host.get("/login/<who>")
    def login(who: str) -> str:
        host_cookie["who"] = who
        return "welcome"

    @host.get("/boom")
    def boom() -> str:
        raise ZeroDivisionError

    @host.errorhandler(404)
    @host.errorhandler(500)
    def lost(_error: Exception) -> tuple[str, int]:
        return "the portal's own error", 404 if request.path != "/boom" else 500

    @host.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return host


@pytest.fixture
def mount(settings: Settings, clock: FixedClock) -> Iterator[Callable[..., Flask]]:
    """Mount Kiosk on this test's database in a new host; returns the host."""
    made: list[Flask] = []

    def make(prefix: str = AT, identity: Any = None, **other: Any) -> Flask:
        host = portal()
        Kiosk(host, prefix, identity, settings=replace(settings, **other))
        made.append(host.extensions["kiosk"])
        return host

    yield make
    for inner in made:
        inner.extensions["kiosk.hub"].close()
        inner.extensions["kiosk.hub"].join()
        with inner.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def organiser(app: Flask) -> int:
    with app.app_context(), writing() as session:
        user = User(email="van.phong@phuong.example", name="Lan", created_at=kiosk_clock.now())
        session.add(user)
        session.flush()
        session.add(Membership(user_id=user.id, meeting_id=None, role="organiser"))
        return user.id


def _session(app: Flask, user_id: int) -> str:
    """What our cookie holds for somebody who is signed in."""
    interface: Any = app.session_interface
    serializer = interface.get_signing_serializer(app)
    value: str = serializer.dumps({"user": user_id, "epoch": 0, "csrf_token": "c" * 40})
    return value


def signed_in(app: Flask, user_id: int, base: str = "/") -> FlaskClient:
    """A browser with a session of ours, as it is given to one at this path."""
    client = app.test_client()
    client.set_cookie("kiosk_session", _session(app, user_id), path=base)
    return client


def at_host(host: Flask, user_id: int) -> FlaskClient:
    """A browser of the host with a session of ours."""
    client = host.test_client()
    value = _session(host.extensions["kiosk"], user_id)
    client.set_cookie("kiosk_session", value, path=AT)
    return client
