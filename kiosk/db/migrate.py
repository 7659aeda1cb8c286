"""Bringing a database to the present schema with Alembic."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from alembic.script import ScriptDirectory
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection
from sqlalchemy import Engine

from kiosk.db.free_pages import forget
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


def upgrade_to(connection: Connection, plugins: list[Plugin], steps: Iterable[str]) -> None:
    """Run the steps that lead to these and no others; the caller commits."""
    made = config(plugins)
    made.attributes["connection"] = connection
    wanted = set(steps)
    # Each call reads every step's file anew: one is enough for all of them.
    if wanted == set(ScriptDirectory.from_config(made).get_heads()):
        wanted = {"heads"}
    for step in sorted(wanted):
        command.upgrade(made, step)


def is_current(engine: Engine, plugins: list[Plugin]) -> bool:
    """Whether the database has seen every step."""
    heads = set(ScriptDirectory.from_config(config(plugins)).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def scripts(plugins: list[Plugin]) -> list[Script]:
    """Return every step that this version knows."""
    return list(ScriptDirectory.from_config(config(plugins)).walk_revisions())


def heads(connection: Connection) -> list[str]:
    """Return the steps that the database has seen last; none when it was never made."""
    return sorted(MigrationContext.configure(connection).get_current_heads())


def owners(plugins: list[Plugin]) -> dict[str, str]:
    """Return who brings each step: the plugin's name, "" for Kiosk itself."""
    folders = {p.migrations.resolve(): p.name for p in plugins if p.migrations is not None}
    return {
        script.revision: folders.get(Path(script.path).resolve().parent, "")
        for script in scripts(plugins)
    }


def missing_steps(seen: Iterable[str], plugins: list[Plugin]) -> list[str]:
    """Return the steps that a database which has seen these still lacks."""
    directory = ScriptDirectory.from_config(config(plugins))
    done = {s.revision for s in directory.iterate_revisions(tuple(seen), "base")} if seen else set()
    return sorted({script.revision for script in directory.walk_revisions()} - done)


def unknown_steps(steps: Iterable[str], plugins: list[Plugin]) -> list[str]:
    """Return those of the steps that neither this version nor its plugins know."""
    known = {script.revision for script in scripts(plugins)}
    return sorted(set(steps) - known)


def refusal(step: str, known: Mapping[str, str], plugins: list[Plugin]) -> tuple[str, object]:
    """Return the code, and the end of a sentence, that tell why an unknown step stops us.

    `known` says who brings a step, as far as that was written down where the step was met.
    """
    plugin = known.get(step)
    if plugin is None:
        return "newer_version", _l(
            "its step %(step)s is not known here. Install the newer Kiosk, or the plugin, that "
            "the step comes from, then try again.",
            step=step,
        )
    if not plugin:
        return "newer_version", _l(
            "its step %(step)s comes from a newer Kiosk. Install that version, then try again.",
            step=step,
        )
    if plugin in {one.name for one in plugins}:
        return "newer_version", _l(
            "its step %(step)s comes from a newer version of the plugin %(plugin)s. Install that "
            "version, then try again.",
            plugin=plugin,
            step=step,
        )
    return "missing_plugin", _l(
        "its step %(step)s comes from the plugin %(plugin)s, which is not installed here. Install "
        "that plugin, then try again.",
        plugin=plugin,
        step=step,
    )
