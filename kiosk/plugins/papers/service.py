"""Verbs: record what the records clerk gave, put a paragraph in other words, keep a template."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.documents import private_files
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import values
from kiosk.plugins.papers.models import IssuedPaper
from kiosk.plugins.papers.models import PaperCorrection
from kiosk.plugins.papers.models import PaperTemplate

FOLDER = queries.TEMPLATES
LONGEST = 20_000
# A number as records clerks write it: 87, 07b, 12/2026.
_NUMBER = re.compile(r"[0-9]{1,6}[0-9A-Za-zĐđ./-]{0,13}")
_FARTHEST_DAYS = 400


def issue(
    session: Session, meeting: Meeting, kind: str, given: values.Issue, *, actor: str, now: datetime
) -> None:
    """Record the number, the date and who signs; they replace what was recorded before."""
    found = queries.kind_of(kind)
    if not found.numbered:
        raise Conflict("no_number", _l("This paper takes no number."))
    number, signer = vietnamese.clean(given.number), vietnamese.clean(given.signer)
    _check_issue(meeting, number, signer, given)
    record = session.scalar(
        select(IssuedPaper)
        .where(IssuedPaper.meeting_id == meeting.id, IssuedPaper.kind == kind)
        .with_for_update()
    )
    if record is None:
        record = IssuedPaper(meeting_id=meeting.id, kind=kind)
        session.add(record)
    record.number, record.signing, record.signer = number, given.signing, signer
    record.dated_on = given.dated_on or clock.local(now).date()
    record.recorded_at, record.recorded_by = now, actor
    session.flush()
    facts = {"number": number, "dated_on": record.dated_on.isoformat(), "signing": given.signing}
    _record(session, meeting.id, "paper.issued", kind, actor, facts)


def _check_issue(meeting: Meeting, number: str, signer: str, given: values.Issue) -> None:
    fields: dict[str, object] = {}
    if not _NUMBER.fullmatch(number):
        fields["number"] = _l("Please type the number that the records clerk gave, such as 87.")
    if given.signing not in values.SIGNING:
        fields["signing"] = _l("One of: TM, KT, TL.")
    if len(signer) > 120:
        fields["signer"] = _l("A name has at most 120 letters.")
    day, held = given.dated_on, clock.local(meeting.starts_at).date()
    if day is None or abs((day - held).days) > _FARTHEST_DAYS:
        fields["dated_on"] = _l("Please choose the day on which the paper was signed.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)


def take_number_back(session: Session, meeting_id: int, kind: str, *, actor: str) -> None:
    """Forget a number that was recorded by mistake; the paper is open again."""
    record = queries.issued(session, meeting_id).get(kind)
    if record is None:
        raise NotFound("no_number", _l("No number is recorded for this paper."))
    session.delete(record)
    _record(session, meeting_id, "paper.reopened", kind, actor, {"number": record.number})


@dataclass(frozen=True)
class Correction:
    """A paragraph in other words; `seen` is the text that whoever corrected had before them."""

    key: str
    text: str | None
    seen: str


def correct(
    session: Session,
    meeting: Meeting,
    kind: str,
    wanted: Correction,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Put one paragraph in other words; `text` None brings the record's own words back.

    Conflict `changed_meanwhile` when somebody else was faster: nothing is overwritten.
    """
    shown = queries.paragraphs(session, meeting, kind).get(wanted.key)
    if shown is None:
        raise NotFound("no_paragraph", _l("This paragraph is not in the paper any more."))
    if shown.text != _plain(wanted.seen):
        raise Conflict(
            "changed_meanwhile",
            _l("Somebody changed this paragraph meanwhile. Please read it and correct it again."),
        )
    words = None if wanted.text is None else _plain(wanted.text)
    if words is not None and len(words) > LONGEST:
        too_long = {"text": _l("A paragraph has at most 20,000 letters.")}
        raise Refused("invalid", too_long["text"], fields=too_long)
    if words == shown.text:
        return
    session.add(
        PaperCorrection(
            meeting_id=meeting.id,
            kind=kind,
            key=wanted.key,
            text=words,
            before=shown.text,
            made_from=shown.made,
            at=now,
            actor=actor,
        )
    )
    session.flush()
    _record(session, meeting.id, "paper.corrected", kind, actor, {"key": wanted.key})


def _plain(words: str) -> str:
    lines = (vietnamese.clean(line) for line in words.replace("\r", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def keep_template(
    session: Session,
    meeting_id: int,
    kind: str,
    name: str,
    data: bytes,
    *,
    folder: Path,
    actor: str,
    now: datetime,
) -> str | None:
    """Keep a checked Word template for a kind; returns the stored name of the one it replaces."""
    queries.kind_of(kind)
    found = queries.templates(session, meeting_id).get(kind)
    replaced = found.stored if found else None
    if found is None:
        found = PaperTemplate(meeting_id=meeting_id, kind=kind)
        session.add(found)
    found.name = vietnamese.clean(Path(name.replace("\\", "/")).name)[:200] or "mau.docx"
    found.stored = secrets.token_hex(24)
    found.added_at, found.added_by = now, actor
    private_files.keep(folder / FOLDER, found.stored, data)
    session.flush()
    _record(session, meeting_id, "paper.template", kind, actor, {"file": found.name})
    return replaced


def drop_template(session: Session, meeting_id: int, kind: str, *, actor: str) -> str:
    """Go back to our own layout; returns the stored name, to be discarded after the commit."""
    found = queries.templates(session, meeting_id).get(kind)
    if found is None:
        raise NotFound("no_template", _l("There is no template of your own for this paper."))
    session.delete(found)
    _record(session, meeting_id, "paper.template_dropped", kind, actor, {"file": found.name})
    return found.stored


def discard(folder: Path, stored: str | None) -> None:
    """Delete a template's content: after the commit, not before."""
    if stored:
        (folder / FOLDER / stored).unlink(missing_ok=True)


def _record(
    session: Session, meeting_id: int, what: str, kind: str, actor: str, facts: dict[str, str]
) -> None:
    ledger.record(session, meeting_id, what, actor=actor, subject=f"paper:{kind}", facts=facts)
