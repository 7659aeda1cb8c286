"""Papers from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk.app import settings
from kiosk.db.base import db
from kiosk.documents.out_file import OutFile
from kiosk.errors import NotFound
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.papers import queries
from kiosk.plugins.papers.formats import files
from kiosk.plugins.papers.texts.facts import gather

ENDINGS = ("docx", "pdf")


@click.command()
@click.argument("meeting")
@click.argument("kind", type=click.Choice(list(queries.KINDS)), metavar="KIND")
@click.option(
    "--out",
    required=True,
    type=OutFile(),
    help="paper.docx or paper.pdf",
)
def paper(meeting: str, kind: str, out: Path) -> None:
    """Write one official paper of MEETING.

    KIND: giay-moi, danh-sach, diem-danh, chuong-trinh, bien-ban, thong-bao-ket-luan,
    bao-cao-tong-hop, bai-phat-thanh, phieu-y-kien, phieu-dang-ky.
    """
    ending = out.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise click.UsageError("--out must end in .docx or .pdf")
    session = db.session()
    found = meetings.by_name(session, meeting)
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=meeting))
    facts = gather(session, found)
    made = queries.finished(session, facts, kind)
    if ending == "pdf":
        out.write_bytes(files.pdf(made))
    else:
        template = queries.template(session, found.id, kind, settings().data)
        out.write_bytes(files.word(kind, facts, made, template))
    click.echo(str(out))
