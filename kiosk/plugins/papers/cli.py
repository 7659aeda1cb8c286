"""Papers from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk.db import db
from kiosk.errors import NotFound
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.papers import queries
from kiosk.plugins.papers.files import FORMATS


@click.command()
@click.argument("meeting")
@click.argument("kind", type=click.Choice(list(queries.KINDS)), metavar="KIND")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="paper.docx or paper.pdf",
)
def paper(meeting: str, kind: str, out: Path) -> None:
    """Write one official paper of MEETING.

    KIND: giay-moi, danh-sach, diem-danh, chuong-trinh, bien-ban, thong-bao-ket-luan,
    bao-cao-tong-hop, bai-phat-thanh, phieu-y-kien, phieu-dang-ky.
    """
    ending = out.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise click.UsageError("--out must end in .docx or .pdf")
    found = meetings.by_name(db.session(), meeting)
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=meeting))
    out.write_bytes(FORMATS[ending][1](queries.made(db.session(), found, kind)))
    click.echo(str(out))
