"""Prepared statements give what SQLAlchemy gives; shared commits keep each request's own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam
from sqlalchemy import insert
from sqlalchemy import literal
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk import clock as kiosk_clock
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.compiled import Prepared
from kiosk.db.compiled import compile_all
from kiosk.db.compiled import line
from kiosk.db.compiled import reading
from kiosk.db.group_commit import together
from kiosk.db.ledger import Change
from kiosk.errors import Conflict
from kiosk.events import announce
from kiosk.models import Meeting
from kiosk.plugin import Plugin
from kiosk.plugin import discover
from tests.conftest import Known

_FIELDS = ("meeting_id", "at", "actor", "kind", "subject", "facts")
_INSERT = Prepared(insert(Change).values({name: bindparam(name) for name in _FIELDS}).inline())
_MEETING = Prepared(select(Meeting.__table__).where(Meeting.name == bindparam("name")))


@dataclass(frozen=True)
class Noted:
    """A change was noted."""

    actor: str


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def house(make_app: Callable[..., Flask], heard: list[str], meeting: Known) -> Flask:
    plugin = Plugin("ear", "Ear", on={Noted: lambda event: heard.append(event.actor)})
    return make_app([*discover(), plugin])


def _note(session: Session, actor: str) -> str:
    ledger.record(session, None, "test.noted", actor=actor, facts={"tên": actor})
    announce(session, Noted(actor))
    return actor


def _noting(actor: str) -> Callable[[Session], str]:
    return lambda session: _note(session, actor)


def _actors() -> list[str]:
    wanted = select(Change.actor).where(Change.kind == "test.noted").order_by(Change.id)
    return list(db.session.scalars(wanted))


def test_a_prepared_statement_gives_the_same_row_as_sqlalchemy(app: Flask, meeting: Known) -> None:
    with app.app_context():
        with reading() as wire:
            found = wire.first(_MEETING, name="kd")
            assert wire.first(_MEETING, name="none") is None
            assert wire.scalar(_MEETING, name="kd") == meeting.id
        usual = db.session.execute(select(Meeting.__table__).where(Meeting.name == "kd")).one()
        assert found._asdict() == dict(usual._mapping)


def test_a_prepared_insert_writes_moments_and_json_as_the_columns_say(app: Flask) -> None:
    now = kiosk_clock.now()
    with app.app_context():
        with writing() as session:
            facts = {"tên": ["Hoa", None, 1]}
            values = {"meeting_id": None, "kind": "test.noted", "subject": "it's 100 %"}
            line(session).run(_INSERT, at=now, actor="Hoa", facts=facts, **values)
        change = db.session.scalars(select(Change).where(Change.kind == "test.noted")).one()
        assert (change.at, change.facts, change.subject) == (now, facts, "it's 100 %")


def test_a_statement_that_is_made_anew_each_time_cannot_be_prepared(app: Flask) -> None:
    grows = Prepared(select(Change.id).where(Change.actor.in_(["a", "b"])))
    with app.app_context(), reading() as wire, pytest.raises(ValueError, match="prepared"):
        wire.first(grows)


def test_work_done_together_is_committed_and_its_events_are_heard(
    house: Flask, heard: list[str]
) -> None:
    with house.app_context():
        assert together(lambda session: _note(session, "Hoa")) == "Hoa"
        assert _actors() == heard == ["Hoa"]


def _at_once(app: Flask, works: list[Callable[[Session], Any]]) -> list[object]:
    """Do the works in a thread each, all waiting before the first may write."""
    results: list[object] = [None] * len(works)

    def one(number: int) -> None:
        with app.app_context():
            try:
                results[number] = together(works[number])
            except (Conflict, KeyError) as error:
                results[number] = error

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(works))]
    with _held(app):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    return results


@contextmanager
def _held(app: Flask) -> Iterator[None]:
    queue = app.extensions.get("kiosk.writers")
    if queue is None:
        yield
        return
    with queue.turn():
        yield


def test_the_failure_of_one_is_its_own_and_the_others_are_kept(
    house: Flask, heard: list[str]
) -> None:
    def fail(session: Session) -> None:
        _note(session, "lost")
        raise Conflict("closed", "The list is closed.")

    works = [_noting(str(n)) for n in range(6)]
    results = _at_once(house, [*works[:3], fail, *works[3:]])
    assert isinstance(results.pop(3), Conflict)
    assert results == ["0", "1", "2", "3", "4", "5"]
    with house.app_context():
        assert sorted(_actors()) == sorted(heard) == ["0", "1", "2", "3", "4", "5"]


def test_when_the_commit_fails_nobody_hears_that_it_was_done(
    house: Flask, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session) -> None:
        raise KeyError("the disk is full")

    works = [_noting(str(n)) for n in range(4)]
    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", broken)
        results = _at_once(house, works)
    assert [type(result) for result in results] == [KeyError] * 4
    with house.app_context():
        assert _actors() == heard == []
        # The next one finds the way free.
        assert together(lambda session: _note(session, "Hoa")) == "Hoa"


def test_what_was_prepared_is_compiled_before_somebody_waits_for_it() -> None:
    statement = Prepared(select(literal(1).label("one")))
    other = Prepared({"postgresql": select(literal(2).label("two"))})
    compile_all(sqlite.dialect())
    assert statement._compiled.keys() == {"sqlite"}
    assert other._compiled == {}
