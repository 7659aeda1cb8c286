"""Letters, pictures and badges from the command line; sending a whole batch."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask_babel import gettext as _

from kiosk import clock
from kiosk.app import settings
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents.out_file import OutFile
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.delivery import outgoing
from kiosk.plugins.invitations.delivery import queries
from kiosk.plugins.invitations.delivery import sender
from kiosk.plugins.invitations.delivery import service
from kiosk.plugins.invitations.delivery.service import Start
from kiosk.plugins.invitations.letters import badges as printed
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.plugins.invitations.letters import service as printing
from kiosk.plugins.invitations.letters import wording
from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.meetings import queries as meetings

ACTOR = "kiosk invitations"


def _meeting(name: str, only: str | None) -> Meeting:
    found = meetings.by_name(db.session(), name)
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=name))
    groups = meetings.groups(db.session(), found.id)
    if only is not None and not any(only in (group.code, group.name) for group in groups):
        known = ", ".join(group.code for group in groups)
        raise NotFound(
            "no_group", _("There is no group %(name)s. Known: %(known)s", name=only, known=known)
        )
    return found


@click.command()
@click.argument("meeting")
@click.option(
    "--out",
    type=OutFile(),
    help="letters.pdf, or pictures.zip",
)
@click.option("--send", metavar="CHANNEL", help="Send by this channel instead, such as email.")
@click.option("--only", metavar="GROUP", help="Code or name of one group.")
@click.option("--sheet", type=click.Choice(letters.SHEETS), default="a5", show_default=True)
def invitations(
    meeting: str, out: Path | None, send: str | None, only: str | None, sheet: str
) -> None:
    """Write the letters of MEETING as one PDF, or the pictures as a zip; or send them."""
    if (out is None) == (send is None):
        raise click.UsageError("Say either --out FILE or --send CHANNEL.")
    found = _meeting(meeting, only)
    people = printing.chosen(db.session(), found, only)
    if out is not None:
        _write(out, found, people, sheet)
        click.echo(_("%(n)s invitations: %(file)s", n=len(people), file=out))
    elif send is not None:
        _send(send, found, people)


def _write(out: Path, meeting: Meeting, people: list[tuple[Listed, Code]], sheet: str) -> None:
    url = settings().public_url
    if out.suffix.lower() == ".pdf":
        words = wording.of(db.session(), meeting.id)
        out.write_bytes(printing.letters_pdf(meeting, people, url, sheet, words))
    elif out.suffix.lower() == ".zip":
        out.write_bytes(printing.cards_zip(meeting, people, url))
    else:
        raise click.UsageError("--out must end in .pdf or .zip")


def _send(name: str, meeting: Meeting, people: list[tuple[Listed, Code]]) -> None:
    """Begin a batch for those not reached yet, or go on with what waits, and see it through."""
    channel = registry().channels.get(name)
    if channel is None or channel.send is None:
        known = ", ".join(n for n, one in registry().channels.items() if one.send is not None)
        raise NotFound(
            "no_channel",
            _("Nothing is sent by %(name)s. Known: %(known)s", name=name, known=known),
        )
    unready = channel.unready()
    if unready is not None:
        raise Conflict("unready", unready)
    meeting_id = meeting.id
    desk = sender.desk(db.session(), meeting, settings().public_url)
    known_emails = email_addresses.emails(db.session(), meeting_id)
    ids = [
        who[0].id
        for who in people
        if channel.reaches(outgoing.outgoing(desk, who, known_emails.get(who[0].id, "")))
    ]
    open_batches = queries.unfinished(db.session(), meeting_id, name)
    start = Start(name, _("Everyone"), ids, "waiting")
    try:
        with writing() as session:
            batch = service.begin(session, meeting_id, start, actor=ACTOR, now=clock.now())
            open_batches.append(batch.id)
    except Conflict:
        if not open_batches:
            raise
    for batch_id in open_batches:
        end = sender.Sender(desk, channel, batch_id, ACTOR).run(_tell, time.sleep)
        click.echo(
            _(
                "%(sent)s sent, %(refused)s not taken, %(unsure)s uncertain.",
                sent=end.sent,
                refused=end.refused,
                unsure=end.unsure,
            )
        )


def _tell(now: queries.Progress) -> None:
    click.echo(f"{now.done}/{now.total}", err=True)


@click.command()
@click.argument("meeting")
@click.option("--out", required=True, type=OutFile(), help="badges.pdf")
@click.option("--only", metavar="GROUP", help="Code or name of one group.")
@click.option("--signs", is_flag=True, help="Table signs, one on an A4, instead of badges.")
@click.option("--qr", is_flag=True, help="With the QR code of the invitation on each badge.")
def badges(meeting: str, out: Path, only: str | None, signs: bool, qr: bool) -> None:
    """Write the name badges of MEETING, ten on an A4, or table signs."""
    if out.suffix.lower() != ".pdf":
        raise click.UsageError("--out must end in .pdf")
    found = _meeting(meeting, only)
    people = printed.chosen(db.session(), found, only)
    kind = "signs" if signs else "badges"
    out.write_bytes(printed.pdf(db.session(), found, people, kind, coded=qr))
    click.echo(_("%(n)s people: %(file)s", n=len(people), file=out))
