"""The installation's generation: there from the first moment, another after each restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.ops import generation
from tests.ops.conftest import bring_back


def _of(app: Flask) -> str:
    with app.app_context():
        return generation.current(db.session())


def test_two_databases_never_share_a_generation(installation: Callable[..., Flask]) -> None:
    first, second = _of(installation()), _of(installation())
    assert len(first) == len(second) == 22
    assert first != second


def test_a_server_that_starts_anew_keeps_the_generation(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    assert _of(make_app()) == _of(app)


def test_each_restore_makes_a_new_generation(app: Flask, save: Callable[..., Path]) -> None:
    seen, copy = [_of(app)], save(app)
    for _again in range(2):
        bring_back(app, copy, replace=True)
        seen.append(_of(app))
    assert len(set(seen)) == 3


def test_a_database_that_holds_only_its_generation_is_empty(
    app: Flask, save: Callable[..., Path], installation: Callable[..., Flask]
) -> None:
    other = installation()
    before = _of(other)
    bring_back(other, save(app))
    assert _of(other) not in {before, _of(app)}


def test_renewing_makes_the_row_where_a_backup_brought_none(app: Flask) -> None:
    with app.app_context():
        with writing() as session:
            session.query(generation.Installation).delete()
            value = generation.renew(session)
        assert generation.current(db.session()) == value
