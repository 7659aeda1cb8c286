"""Bringing a database to the present schema with Alembic."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kiosk.free_pages import forget
from kiosk.paths import PACKAGE
from kiosk.plugin import Plugin

log = logging.getLogger(__name__)

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


def upgrade(engine: Engine, plugins: list[Plugin], secret_key: str | None = None) -> None:
    """Run every step that this database has not seen; each is one transaction.

    A step that seals what lies open needs the secret key. What the steps wrote over is
    taken out of the files as well.
    """
    made = config(plugins)
    made.attributes["secret_key"] = secret_key
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        before = set(MigrationContext.configure(connection).get_current_heads())
        command.upgrade(made, "heads")
        connection.commit()
        after = set(MigrationContext.configure(connection).get_current_heads())
    # A new database has nothing to forget.
    if before and before != after and not forget(engine):
        log.warning(
            "The database is in use, so traces of the older version may be left in its free "
            "pages. Stop every Kiosk, then run: kiosk serve"
        )


def is_current(engine: Engine, plugins: list[Plugin]) -> bool:
    """Whether the database has seen every step."""
    heads = set(ScriptDirectory.from_config(config(plugins)).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def scripts(plugins: list[Plugin]) -> list[Script]:
    """Return every step that this version knows."""
    return list(ScriptDirectory.from_config(config(plugins)).walk_revisions())
