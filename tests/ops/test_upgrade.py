"""Upgrading: one node at a time, after a copy; what is newer is refused by its name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import text

from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.db.base import db
from kiosk.db.base import prepare
from kiosk.errors import Conflict
from kiosk.ops import upgrade
from kiosk.plugin import Plugin
from kiosk.plugin import discover
from tests import postgres

KIOSK = Path(sys.executable).parent / "kiosk"
STEP = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "lost_0001", None, ("lost",), "0001"
def upgrade():
    op.create_table("lost_things", sa.Column("id", sa.Integer, primary_key=True))
"""


@pytest.fixture
def empty(cluster: str | None, tmp_path: Path) -> str:
    """A database in which nothing was made."""
    if cluster is not None:
        return postgres.fresh_database(cluster)
    return f"sqlite:///{tmp_path / 'empty.sqlite3'}"


@pytest.fixture
def made_by_the_first_step(empty: str) -> Engine:
    """A database as the first version left it."""
    engine = create_engine(empty)
    prepare(engine)
    with engine.connect() as connection:
        migrate.upgrade_to(connection, discover(), ["0001"])
        connection.commit()
    return engine


def _run(url: str, data: Path, *words: str) -> subprocess.Popen[str]:
    env = {**os.environ, "KIOSK_DATA": str(data), "KIOSK_DATABASE_URL": url, "KIOSK_LANGUAGE": "en"}
    return subprocess.Popen(
        [str(KIOSK), *words], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_nodes_that_start_at_one_moment_make_the_database_once(empty: str, tmp_path: Path) -> None:
    nodes = [_run(empty, tmp_path / "data", "upgrade") for _ in range(4)]
    told = [node.communicate(timeout=240) for node in nodes]
    assert [node.returncode for node in nodes] == [0] * 4, told
    assert sorted("already" in out for out, _ in told) == [False, True, True, True]


def test_what_was_there_is_copied_first_and_the_copy_can_be_brought_back(
    made_by_the_first_step: Engine, settings: Settings
) -> None:
    done = upgrade.bring_up(made_by_the_first_step, settings, discover())
    made_by_the_first_step.dispose()
    assert done.copy is not None
    assert done.copy.name.startswith("before-upgrade-")
    assert done.copy.stat().st_mode & 0o777 == 0o600
    assert "0001" not in done.steps
    assert len(done.steps) > 5


def test_a_database_of_this_version_is_left_alone(app: Flask, settings: Settings) -> None:
    with app.app_context():
        upgrade.bring_up(db.engine, settings, discover())
        done = upgrade.bring_up(db.engine, settings, discover())
    assert done == upgrade.Upgraded()
    assert list(settings.data.glob("*.zip")) == []


def test_a_step_of_a_newer_version_is_named_by_every_command(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('of_next_year')"))
    out = str(tmp_path / "scans.csv")
    for words in (
        ("serve", "--port", "1"),
        ("export", "kd", "--what", "scans", "--out", out),
        ("upgrade",),
        ("doctor",),
    ):
        node = _run(settings.database_url, settings.data, *words)
        said, refused = node.communicate(timeout=120)
        assert node.returncode == (1 if words == ("doctor",) else 2)
        assert "of_next_year" in said + refused
        assert "Traceback" not in refused
        if words != ("doctor",):
            assert refused.count("\n") == 1


@pytest.fixture
def lost(tmp_path: Path) -> Plugin:
    """A plugin with a table, which somebody will take away."""
    folder = tmp_path / "lost"
    folder.mkdir()
    (folder / "lost_0001.py").write_text(STEP)
    return Plugin(name="lost", title="Lost", migrations=folder)


def test_a_plugin_that_is_not_installed_any_more_is_named(
    app: Flask, settings: Settings, lost: Plugin, make_app: Callable[..., Flask]
) -> None:
    installed = discover()
    with app.app_context():
        upgrade.bring_up(db.engine, settings, [*installed, lost])
        upgrade.check(db.engine, [*installed, lost])
        with pytest.raises(Conflict) as refused:
            upgrade.check(db.engine, installed)
    assert refused.value.code == "missing_plugin"
    with make_app().test_request_context():
        assert "lost" in str(refused.value)


def test_looking_for_strange_steps_makes_no_file(tmp_path: Path, settings: Settings) -> None:
    url = f"sqlite:///{tmp_path / 'nothing.sqlite3'}"
    engine = create_engine(replace(settings, database_url=url).database_url)
    upgrade.check(engine, discover())
    engine.dispose()
    assert not (tmp_path / "nothing.sqlite3").exists()
