"""Bringing a database to the present schema with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kiosk.paths import PACKAGE
from kiosk.plugin import Plugin

MIGRATIONS = PACKAGE / "migrations"


def config(plugins: list[Plugin]) -> Config:
    """Return Alembic's configuration: our steps and those that plugins bring."""
    folders = [MIGRATIONS / "versions"]
    folders += [plugin.migrations for plugin in plugins if plugin.migrations is not None]
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", "\n".join(_escaped(folder) for folder in folders))
    return made


def _escaped(folder: Path) -> str:
    return str(folder).replace("%", "%%")


def upgrade(engine: Engine, plugins: list[Plugin]) -> None:
    """Run every step that this database has not seen; each is one transaction."""
    made = config(plugins)
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "heads")
        connection.commit()


def is_current(engine: Engine, plugins: list[Plugin]) -> bool:
    """Whether the database has seen every step."""
    heads = set(ScriptDirectory.from_config(config(plugins)).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def scripts(plugins: list[Plugin]) -> list[Script]:
    """Return every step that this version knows."""
    return list(ScriptDirectory.from_config(config(plugins)).walk_revisions())
