"""Taking the personal data of a meeting that is over out of the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import null
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.db import ledger
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.free_pages import forget
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugin import registry

ACTOR = "kiosk erase"


@click.command()
@click.argument("meeting")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def erase(context: click.Context, meeting: str, yes: bool) -> None:
    """Remove the personal data of MEETING, which is over. Counts and papers stay."""
    found = db.session.scalar(select(Meeting).where(Meeting.name == meeting))
    if found is None:
        raise NotFound("no_meeting", _("There is no meeting named %(name)s.", name=meeting))
    refuse_unless_over(found, clock.now())
    if not yes:
        click.echo(f"{found.title}, {clock.vi_date(found.starts_at)}")
        click.confirm(
            _("Erase every name, telephone number and note of this meeting for good?"),
            abort=True,
        )
    with writing() as session:
        people = erase_meeting(session, found.id, actor=ACTOR, now=clock.now())
    db.session.remove()
    click.echo(_("Erased the personal data of %(count)s people.", count=people))
    if not forget(db.engine):
        click.echo(
            _(
                "The server is busy, so traces may be left in free pages of the database file. "
                "Stop the server and run this command once more."
            ),
            err=True,
        )
        context.exit(1)
    click.echo(_("Backups made before still hold it: delete them when they are not needed."))


def refuse_unless_over(meeting: Meeting, now: datetime) -> None:
    """Raise Conflict for a meeting that has not ended yet."""
    if now < meeting.ends_at:
        raise Conflict(
            "not_over",
            _l(
                "This meeting is not over: it ends at %(time)s on %(day)s. Erase it afterwards.",
                time=clock.hm(meeting.ends_at),
                day=clock.dmy(meeting.ends_at),
            ),
        )


def erase_meeting(session: Session, meeting_id: int, *, actor: str, now: datetime) -> int:
    """Have every plugin erase what it knows of people; returns how many people there were.

    What the ledger recorded keeps its numbers and loses its words. Raises Conflict while
    the meeting is not over.
    """
    meeting = session.get_one(Meeting, meeting_id)
    refuse_unless_over(meeting, now)
    meeting.erased_at = now
    session.flush()
    people = session.scalar(
        select(func.count()).select_from(Delegate).where(Delegate.meeting_id == meeting_id)
    )
    # From the top down: a higher floor looks for a name in its texts while it is still known.
    for plugin in reversed(registry().plugins.values()):
        if plugin.erase is not None:
            plugin.erase(session, meeting_id)
    changes = select(ledger.Change.id, ledger.Change.facts).where(
        ledger.Change.meeting_id == meeting_id, ledger.Change.facts.is_not(None)
    )
    for change_id, facts in session.execute(changes).all():
        kept = _numbers(facts) if facts is not None else None
        session.execute(
            update(ledger.Change)
            .where(ledger.Change.id == change_id)
            .values(facts=null() if kept is None else kept)
        )
    session.expire_all()
    # The kind reaches the views that show delegates, so no screen keeps a name.
    facts_left = {"count": people}
    ledger.record(session, meeting_id, "delegate.changed.erased", actor=actor, facts=facts_left)
    return people or 0


def _numbers(value: Any) -> Any:
    """Return the value without its words: numbers, yes and no, and what holds them."""
    if isinstance(value, dict):
        return {name: _numbers(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_numbers(part) for part in value]
    return value if isinstance(value, bool | int | float) else None
