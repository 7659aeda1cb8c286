"""Bringing a list in, and tables out, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk import clock
from kiosk import vietnamese
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import spreadsheet
from kiosk.documents.out_file import OutFile
from kiosk.errors import NotFound
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates.importer import apply
from kiosk.plugins.delegates.importer import report
from kiosk.plugins.meetings import queries as meetings


def _meeting(name: str) -> Meeting:
    found = meetings.by_name(db.session(), name)
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=name))
    return found


@click.command("import")
@click.argument("meeting")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and report, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_list(meeting: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Read a guest list (.xlsx, .xls, .csv) into MEETING."""
    found = _meeting(meeting)
    now = clock.now()
    known = queries.known_names(db.session(), found.id)
    reading = report.read(file.read_bytes(), vietnamese.nfc(file.name), known, now.year)
    households = None
    if not dry_run:
        with writing() as session:
            done = apply.import_people(
                session, found.id, reading.people, file=reading.file, actor="kiosk import", now=now
            )
        report.settle(reading, done)
        households = done.households
    if as_json:
        click.echo(json.dumps(report.as_json(reading, households), ensure_ascii=False))
        return
    click.echo(
        _(
            "%(rows)s rows read, %(people)s people, %(skipped)s rows skipped, %(warned)s notes.",
            rows=reading.rows,
            people=len(reading.people),
            skipped=len(reading.skipped),
            warned=len(reading.warnings),
        )
    )
    for item in reading.skipped:
        click.echo(f"  {item.sheet} {item.row}: {report.REASONS[item.reason]}: {item.text}")
    for note in reading.warnings:
        words = report.WARNINGS[note.code]
        click.echo(f"  {note.sheet} {note.row}: {words}: {note.before} -> {note.after}")


@click.command()
@click.argument("meeting")
@click.option("--what", required=True, help="delegates, attendance, scans, speakers …")
@click.option("--out", required=True, type=OutFile(), help=".xlsx or .csv")
def export(meeting: str, what: str, out: Path) -> None:
    """Write a table of MEETING for a spreadsheet."""
    found = _meeting(meeting)
    make = registry().exports.get(what)
    if make is None:
        raise click.UsageError(f"--what must be one of: {', '.join(sorted(registry().exports))}")
    if out.suffix.lower() not in {".xlsx", ".csv"}:
        raise click.UsageError("--out must end in .xlsx or .csv")
    spreadsheet.write(make(db.session(), found.id), out)
