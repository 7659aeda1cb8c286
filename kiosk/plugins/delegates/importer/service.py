"""Verbs about lists on their way in: kept on the server until accepted, or for a day."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm import undefer

from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates import rules
from kiosk.plugins.delegates.importer import apply
from kiosk.plugins.delegates.importer import choices as deciding
from kiosk.plugins.delegates.models import ImportDraft

KEPT_FOR = timedelta(days=1)
UNDO_FOR = timedelta(days=7)


def keep(
    session: Session, meeting_id: int, data: bytes, file: str, *, actor: str, now: datetime
) -> ImportDraft:
    """Keep a file that could be read; forget those that nobody accepted in time."""
    forget(session, now)
    draft = ImportDraft(
        meeting_id=meeting_id,
        file=file[:300],
        data=data,
        wishes={},
        actor=actor,
        expires_at=now + KEPT_FOR,
        added=[],
        counts={},
    )
    session.add(draft)
    session.flush()
    ledger.record(session, meeting_id, "import.kept", actor=actor, subject=f"import:{draft.id}")
    return draft


def forget(session: Session, now: datetime) -> None:
    """Delete what is past its time."""
    session.execute(
        delete(ImportDraft).where(ImportDraft.expires_at < now, ImportDraft.undone_at.is_(None))
    )


def find(session: Session, meeting_id: int, draft_id: int, now: datetime) -> ImportDraft:
    """Return a draft with its file; NotFound when its day is over or it is accepted."""
    draft = session.scalar(
        select(ImportDraft)
        .where(ImportDraft.id == draft_id, ImportDraft.meeting_id == meeting_id)
        .options(undefer(ImportDraft.data))
        .execution_options(populate_existing=True)
    )
    if draft is None or draft.expires_at < now or draft.data is None:
        raise NotFound("no_draft", _l("This list is no longer kept. Please choose the file again."))
    return draft


def read(session: Session, draft: ImportDraft, now: datetime) -> rules.Reading:
    """Read a draft as it is wanted."""
    known = queries.known_names(session, draft.meeting_id)
    return deciding.read(draft.data or b"", draft.file, known, now.year, draft.wishes)


def wish(session: Session, draft: ImportDraft, changed: Mapping[str, Any], *, actor: str) -> None:
    """Take over what somebody decided: sheets are merged, other entries replaced."""
    wishes = deepcopy(draft.wishes)
    for name, facts in changed.get("sheets", {}).items():
        wishes.setdefault("sheets", {}).setdefault(name, {}).update(facts)
    for key in ("areas", "kept"):
        if key in changed:
            wishes[key] = changed[key]
    draft.wishes = wishes
    session.flush()
    ledger.record(
        session, draft.meeting_id, "import.corrected", actor=actor, subject=f"import:{draft.id}"
    )


def accept(
    session: Session, draft: ImportDraft, *, actor: str, now: datetime
) -> tuple[rules.Reading, apply.Imported]:
    """Bring the list in; its file is forgotten, what it added can be taken back."""
    reading = read(session, draft, now)
    done = apply.import_people(
        session, draft.meeting_id, reading.people, file=draft.file, actor=actor, now=now
    )
    _learn(session, draft)
    draft.data, draft.accepted_at, draft.expires_at = None, now, now + UNDO_FOR
    draft.added = done.ids
    draft.counts = {
        "added": done.added,
        "households": done.households,
        "known": len(done.known),
        "changed": len(done.changes),
        "removed": len(done.removed),
        "skipped": len(reading.skipped),
    }
    session.flush()
    return reading, done


def _learn(session: Session, draft: ImportDraft) -> None:
    """Keep the spellings of areas that somebody explained: the next list has them too."""
    chosen: Mapping[str, str] = draft.wishes.get("areas", {})
    for area in session.scalars(select(Area).where(Area.meeting_id == draft.meeting_id)):
        new = [words for words, name in chosen.items() if name == area.name]
        if new:
            area.aliases = [*area.aliases, *(w for w in new if w not in area.aliases)]


def accepted(session: Session, meeting_id: int, draft_id: int) -> ImportDraft:
    """Return a list that was brought in."""
    draft = session.get(ImportDraft, draft_id)
    if draft is None or draft.meeting_id != meeting_id or draft.accepted_at is None:
        raise NotFound("no_import", _l("There is no such list in this meeting."))
    return draft


def take_back(session: Session, draft: ImportDraft, *, actor: str, now: datetime) -> int:
    """Take the people of an import off the list again; returns how many.

    Conflict when one of them has been at the door: that must not be lost.
    """
    if draft.undone_at is not None:
        raise Conflict("undone", _l("This list was taken back already."))
    came = queries.who_came(session, draft.meeting_id, draft.added)
    if came:
        raise Conflict(
            "someone_came",
            _l("Some of them have checked in, so the list stays. Please remove people one by one."),
        )
    gone = session.scalars(
        select(Delegate).where(Delegate.id.in_(draft.added), Delegate.removed_at.is_(None))
    ).all()
    for delegate in gone:
        delegate.removed_at = now
    draft.undone_at = now
    session.flush()
    facts = {"file": draft.file, "count": len(gone)}
    ledger.record(session, draft.meeting_id, "delegate.removed", actor=actor, facts=facts)
    return len(gone)
