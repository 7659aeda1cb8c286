"""kiosk backup and kiosk restore."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk import clock
from kiosk.app import settings
from kiosk.db.base import db
from kiosk.ops import backup as copying
from kiosk.ops import restore as restoring
from kiosk.plugin import registry


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy everything into FILE (a zip) while the server runs.

    FILE holds the secret key and personal data: keep it as you keep the guest list.
    """
    if not file.parent.is_dir():
        raise click.UsageError(f"There is no folder {file.parent}. Make it first.")
    plugins = list(registry().plugins.values())
    manifest = copying.write(db.engine, settings(), plugins, file, clock.now())
    click.echo(
        _(
            "%(file)s: %(rows)s rows of %(tables)s tables, %(files)s files, read back and found "
            "the same. Keep it in a safe place: it holds the secret key and the guest list.",
            file=file,
            rows=sum(facts.rows for facts in manifest.tables.values()),
            tables=len(manifest.tables),
            files=len(manifest.files),
        )
    )
    _tell_left_out(manifest.left_out)


def _tell_left_out(tables: list[str]) -> None:
    if tables:
        names = ", ".join(tables)
        words = _("Left out, because they are not Kiosk's: the tables %(names)s.", names=names)
        click.echo(words, err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also when the database is not empty.")
def restore(file: Path, replace: bool) -> None:
    """Bring back what FILE holds, on SQLite or PostgreSQL. Stop the server first."""
    target = restoring.Target(
        db.engine,
        settings(),
        list(registry().plugins.values()),
        os.environ.get("KIOSK_SECRET_KEY") or None,
    )
    done = restoring.restore(target, file, replace=replace, now=clock.now())
    rows = sum(facts.rows for facts in done.manifest.tables.values())
    made = datetime.fromisoformat(done.manifest.made_at)
    at = _("%(time)s on %(day)s", time=clock.hm(made), day=clock.dmy(made))
    click.echo(_("Restored: %(rows)s rows, as they were at %(at)s.", rows=rows, at=at))
    _tell_left_out(done.left_out)
    if done.before is not None:
        click.echo(
            _(
                "What was there before is kept in %(file)s. To go back to it: kiosk restore "
                "%(file)s --replace",
                file=done.before,
            )
        )
    click.echo(
        _(
            "Start the server again now. Letters and devices stay valid; tablets send again by "
            "themselves what they have of today."
        )
    )
