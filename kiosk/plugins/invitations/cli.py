"""Letters and pictures from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk.app import settings
from kiosk.db import db
from kiosk.errors import NotFound
from kiosk.plugins.invitations import letters
from kiosk.plugins.invitations import printing
from kiosk.plugins.invitations import wordings
from kiosk.plugins.meetings import queries as meetings


@click.command()
@click.argument("meeting")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="letters.pdf, or pictures.zip",
)
@click.option("--only", metavar="GROUP", help="Code or name of one group.")
@click.option("--sheet", type=click.Choice(letters.SHEETS), default="a5", show_default=True)
def invitations(meeting: str, out: Path, only: str | None, sheet: str) -> None:
    """Write the letters of MEETING as one PDF, or the pictures as a zip."""
    found = meetings.by_name(db.session(), meeting)
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=meeting))
    groups = meetings.groups(db.session(), found.id)
    if only is not None and not any(only in (group.code, group.name) for group in groups):
        known = ", ".join(group.code for group in groups)
        raise NotFound(
            "no_group", _("There is no group %(name)s. Known: %(known)s", name=only, known=known)
        )
    people = printing.chosen(db.session(), found, only)
    url = settings().public_url
    if out.suffix.lower() == ".pdf":
        out.write_bytes(
            printing.letters_pdf(found, people, url, sheet, wordings.of(db.session(), found.id))
        )
    elif out.suffix.lower() == ".zip":
        out.write_bytes(printing.cards_zip(found, people, url))
    else:
        raise click.UsageError("--out must end in .pdf or .zip")
    click.echo(_("%(n)s invitations: %(file)s", n=len(people), file=out))
