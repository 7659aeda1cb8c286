"""Events: published after the commit, forgotten when it fails, harmless when a handler does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime

import pytest
from flask import Flask

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.events import announce
from kiosk.models import User
from kiosk.plugin import Plugin
from kiosk.plugin import discover


@dataclass(frozen=True)
class Rang:
    """A bell rang."""

    times: int


@pytest.fixture
def heard() -> list[int]:
    return []


@pytest.fixture
def bell(make_app: Callable[..., Flask], heard: list[int]) -> Flask:
    def listen(event: Rang) -> None:
        if event.times < 0:
            raise ValueError("a broken bell")
        heard.append(event.times)

    plugin = Plugin("bell", "Bell", on={Rang: listen})
    return make_app([*discover(), plugin])


def _user(name: str) -> User:
    return User(email=name, name=name, created_at=datetime(2023, 10, 26, tzinfo=UTC))


def test_an_event_is_heard_once_after_the_commit(bell: Flask, heard: list[int]) -> None:
    with bell.app_context(), writing() as session:
        announce(session, Rang(3))
        assert heard == []
    assert heard == [3]


def test_what_was_rolled_back_is_not_announced(bell: Flask, heard: list[int]) -> None:
    def fail() -> None:
        with writing() as session:
            announce(session, Rang(3))
            session.add(_user("lost@phuong.example"))
            raise KeyError("fails in the middle")

    with bell.app_context():
        with pytest.raises(KeyError):
            fail()
        assert db.session.scalars(db.select(User)).all() == []
        with writing() as session:
            announce(session, Rang(1))
    assert heard == [1]


def test_a_handler_that_fails_loses_nothing(
    bell: Flask, heard: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    with bell.app_context():
        with writing() as session:
            session.add(_user("kept@phuong.example"))
            announce(session, Rang(-1))
            announce(session, Rang(2))
        assert len(db.session.scalars(db.select(User)).all()) == 1
    assert heard == [2]
    assert "A handler of Rang failed" in caplog.text


def test_a_write_outside_of_writing_is_a_mistake_that_is_told(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    with app.app_context():
        db.session.add(_user("x@phuong.example"))
        with pytest.raises(RuntimeError, match="inside `with writing"):
            db.session.flush()
        db.session.rollback()
        message = "one commit per request"
        with writing(), pytest.raises(RuntimeError, match=message), writing():
            pass
