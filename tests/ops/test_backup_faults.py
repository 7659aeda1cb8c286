"""What goes wrong with a copy is told as what it is: the file's fault, the machine's, or ours."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk.db import migrate
from kiosk.db.base import Base
from kiosk.db.base import db
from kiosk.errors import KioskError
from kiosk.ops import rows
from kiosk.ops.read_backup import BadBackup
from kiosk.plugin import Plugin
from tests.conftest import ON_POSTGRESQL
from tests.ops.conftest import bring_back
from tests.ops.conftest import everything
from tests.ops.conftest import manifest

Save = Callable[..., Path]
STEP = """
import sqlalchemy as sa
from alembic import op
{imports}

revision = "{name}_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "{name}_thing",
        sa.Column("id", sa.Integer(), primary_key=True),
        *[sa.Column(f"value_{{n}}", kind) for n, kind in enumerate([{kinds}])],
    )
"""
ODD = """
class Odd(sa.types.UserDefinedType):
    def get_col_spec(self, **_):
        return ""
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., Plugin]:
    """Make a plugin with a table of its own, a column of each kind."""

    def make(name: str, *kinds: str, imports: str = "") -> Plugin:
        steps = tmp_path / name
        steps.mkdir()
        words = STEP.format(name=name, kinds=", ".join(kinds), imports=imports)
        (steps / f"{name}_1.py").write_text(words)
        return Plugin(name=name, title=name, migrations=steps)

    return make


def _execute(app: Flask, *statements: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_every_column_of_the_schema_has_a_type_that_goes_both_ways(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        tables = rows.reflected(connection)
    assert {table.name for table in tables} >= set(Base.metadata.tables)
    for column in (column for table in tables for column in table.columns):
        assert rows.codec(column)


KINDS = {
    "sa.Date()": "'2027-02-05'",
    "sa.Time()": "'13:30:00'",
    "sa.DateTime(timezone=True)": "'2027-02-05 06:30:00.250000'",
    "sa.DateTime()": "'2027-02-05 06:30:00.000001'",
    "sa.Numeric(12, 4)": "1234567.8901",
    "sa.Float()": "0.1",
    "sa.BigInteger()": "9007199254740993",
    "sa.Boolean()": "true",
    "sa.LargeBinary()": "'\\x00ff'" if ON_POSTGRESQL else "x'00ff'",
    "sa.JSON()": "'null'",
    "sa.Uuid()": "'0191f7c2000040008000000000000001'",
    "sa.Text()": "'Đặng Thị Ổn — “ngõ 5”'",
}


def test_columns_of_a_plugin_of_every_plain_kind_come_back(
    make_app: Callable[..., Flask],
    installation: Callable[..., Flask],
    save: Save,
    plugin: Callable[..., Plugin],
) -> None:
    plugins = [*_installed(make_app()), plugin("more", *KINDS)]
    app = make_app(plugins)
    with app.app_context():
        _upgrade(app)
    values = ", ".join(KINDS.values())
    _execute(
        app,
        f"INSERT INTO more_thing VALUES (1, {values})",  # noqa: S608  # our own words
        "INSERT INTO more_thing (id) VALUES (7)",
    )
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    bring_back(other, save(app), plugins=plugins)
    assert everything(other)["more_thing"] == everything(app)["more_thing"]
    assert len(everything(app)["more_thing"]) == 2


def _installed(app: Flask) -> list[Plugin]:
    found: dict[str, Plugin] = app.extensions["kiosk"].plugins
    return [one for one in found.values() if one.name != "core"]


def _upgrade(app: Flask) -> None:
    plugins = list(app.extensions["kiosk"].plugins.values())
    migrate.upgrade(db.engine, plugins)


def test_a_type_that_nobody_can_read_back_is_refused_when_writing(
    make_app: Callable[..., Flask], save: Save, plugin: Callable[..., Plugin], tmp_path: Path
) -> None:
    # What only PostgreSQL has, or what SQLite knows by no name.
    kind = "sa.Interval()" if ON_POSTGRESQL else "Odd()"
    app = make_app([*_installed(make_app()), plugin("odd", kind, imports=ODD)])
    with app.app_context():
        _upgrade(app)
    with pytest.raises(KioskError) as refused:
        save(app, "odd.zip")
    assert refused.value.code == "unknown_type"
    assert "odd_thing" in str(refused.value)
    assert "value_0" in str(refused.value)
    assert list(tmp_path.glob("*odd.zip*")) == []


def test_a_copy_that_does_not_come_back_the_same_is_not_kept(
    app: Flask, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = save(app)
    content = first.read_bytes()

    def forgetful(_kind: Any, value: str) -> Any:
        return value.upper()

    worse = tuple(
        (kind, rows.Codec(one.plain, forgetful) if kind.__name__ == "String" else one)
        for kind, one in rows._CODECS
    )
    monkeypatch.setattr(rows, "_CODECS", worse)
    with pytest.raises(KioskError) as refused:
        save(app)
    assert refused.value.code == "not_read_back"
    assert "installation" in str(refused.value)
    # The copy of before is still there, and nothing half-made beside it.
    assert first.read_bytes() == content
    assert [path.name for path in tmp_path.glob("*copy.zip*")] == ["copy.zip"]


@pytest.mark.parametrize("fault", [TypeError, LookupError, AttributeError, ValueError])
def test_a_fault_of_ours_is_never_told_as_a_damaged_file(
    app: Flask, save: Save, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    copy, before = save(app), everything(app)

    def broken(_kind: Any, _value: Any) -> date:
        raise fault("Nguyễn Thị Hoa, 0912345678")

    worse = tuple((kind, rows.Codec(one.plain, broken)) for kind, one in rows._CODECS)
    monkeypatch.setattr(rows, "_CODECS", worse)
    with pytest.raises(KioskError) as told:
        bring_back(app, copy, replace=True)
    assert (told.value.code, told.value.status) == ("internal", 500)
    # It names the place, and nobody of the list.
    assert "kiosk.ops.rows" in str(told.value)
    assert "Nguyễn" not in str(told.value)
    assert "another copy" not in str(told.value.message)
    assert everything(app) == before
    assert copy.exists()


def _with_manifest(source: Path, target: Path, **facts: Any) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **facts}).encode()
            new.writestr(name, content)
    return target


def test_a_backup_with_a_plugin_that_is_not_here_is_refused_by_its_name(
    make_app: Callable[..., Flask],
    installation: Callable[..., Flask],
    save: Save,
    plugin: Callable[..., Plugin],
) -> None:
    app = make_app([*_installed(make_app()), plugin("choir", "sa.Text()")])
    with app.app_context():
        _upgrade(app)
    copy = save(app)
    assert manifest(copy)["owners"]["choir_1"] == "choir"
    other = installation()
    before = everything(other)
    with pytest.raises(BadBackup) as refused:
        bring_back(other, copy)
    assert refused.value.code == "missing_plugin"
    assert "choir" in str(refused.value)
    assert everything(other) == before
    # Also the installation itself, when the plugin is gone, can still be copied whole.
    bare = make_app()
    kept = manifest(save(bare, "without.zip"))
    assert "choir_thing" in kept["tables"]
    with pytest.raises(KioskError) as stopped:
        bring_back(bare, copy.with_name("without.zip"), replace=True)
    assert "choir_1" in str(stopped.value)


@pytest.mark.parametrize(("owner", "word"), [("", "Kiosk"), ("speakers", "speakers")])
def test_a_newer_backup_is_refused_in_a_sentence_that_names_the_step(
    app: Flask, save: Save, tmp_path: Path, owner: str, word: str
) -> None:
    facts = {"heads": ["speakers_99"], "owners": {"speakers_99": owner}}
    newer = _with_manifest(save(app), tmp_path / "newer.zip", **facts)
    plugins = [Plugin(name="speakers", title="x"), *app.extensions["kiosk"].plugins.values()]
    with pytest.raises(BadBackup) as refused:
        bring_back(app, newer, replace=True, plugins=plugins)
    assert refused.value.code == "newer_version"
    assert "speakers_99" in str(refused.value)
    assert word in str(refused.value)


def test_tables_of_strangers_are_neither_copied_nor_emptied(app: Flask, save: Save) -> None:
    _execute(app, "CREATE TABLE stranger (id INTEGER)", "INSERT INTO stranger VALUES (5)")
    copy = save(app)
    assert manifest(copy)["left_out"] == ["stranger"]
    done = bring_back(app, copy)
    assert done.left_out == []
    assert everything(app)["stranger"] == [(5,)]
