"""kiosk backup and kiosk restore."""

from __future__ import annotations

import os
from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk import backup as copying
from kiosk import clock
from kiosk import restoring
from kiosk.app import settings
from kiosk.db import db
from kiosk.plugin import registry


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy everything into FILE (a zip) while the server runs.

    FILE holds the secret key and personal data: keep it as you keep the guest list.
    """
    if not file.parent.is_dir():
        raise click.UsageError(f"There is no folder {file.parent}. Make it first.")
    manifest = copying.write(db.engine, settings(), file, clock.now())
    rows = sum(facts["rows"] for facts in manifest["tables"].values())
    click.echo(
        _(
            "%(file)s: %(rows)s rows of %(tables)s tables, %(files)s files. Keep it in a safe "
            "place: it holds the secret key and the guest list.",
            file=file,
            rows=rows,
            tables=len(manifest["tables"]),
            files=len(manifest["files"]),
        )
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also when the database is not empty.")
def restore(file: Path, replace: bool) -> None:
    """Bring back what FILE holds, on SQLite or PostgreSQL. Stop the server first."""
    done = restoring.restore(
        db.engine,
        settings(),
        list(registry().plugins.values()),
        file,
        replace=replace,
        environ_secret=os.environ.get("KIOSK_SECRET_KEY") or None,
        now=clock.now(),
    )
    rows = sum(facts["rows"] for facts in done.manifest["tables"].values())
    made = done.manifest["made_at"]
    click.echo(_("Restored: %(rows)s rows, as they were at %(made)s.", rows=rows, made=made))
    if done.before is not None:
        click.echo(_("What was there before is kept in %(file)s.", file=done.before))
    click.echo(_("Start the server again now, and reload every tablet's page."))
