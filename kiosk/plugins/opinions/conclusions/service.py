"""Verbs of the chairman's conclusions and of following them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import Conclusion
from kiosk.plugins.opinions.models import ConclusionNote
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.service import Who

OPEN, DOING, DONE, PASSED_UP = "open", "doing", "done", "passed_up"
STATES = (OPEN, DOING, DONE, PASSED_UP)
LONGEST = 4000


@dataclass(frozen=True)
class NewConclusion:
    """A conclusion as typed; no matter means that it is general."""

    text: str
    matter_id: int | None = None
    body_id: int | None = None
    due_on: date | None = None


def conclude(
    session: Session, meeting_id: int, new: NewConclusion, *, who: Who, now: datetime
) -> int:
    """Write down what the chairman concluded; returns its id.

    A due date on a day off moves to the next working day.
    """
    said = _checked(session, meeting_id, new.text, new.body_id)
    # The register's row is the lock, before any matter's as everywhere: two conclusions
    # at once get two places, and nobody waits in a circle.
    settings.lock(session, meeting_id)
    if new.matter_id is not None:
        matter = service.held(session, meeting_id, new.matter_id, who, None)
        _must_name_nobody(session, matter, said)
        if matter.kind in rules.SPLIT_OUT:
            words = _l("This matter is not answered here.")
            raise Conflict("wrong_state", words, state=matter.state)
    last = session.scalar(
        select(func.max(Conclusion.position)).where(Conclusion.meeting_id == meeting_id)
    )
    made = Conclusion(
        meeting_id=meeting_id,
        matter_id=new.matter_id,
        position=(last or 0) + 1,
        text=said,
        body_id=new.body_id,
        due_on=_due(session, meeting_id, new.due_on),
        created_at=now,
    )
    session.add(made)
    session.flush()
    subject = f"conclusion:{made.id}"
    ledger.record(session, meeting_id, "opinion.concluded", actor=who.name, subject=subject)
    return made.id


def _checked(session: Session, meeting_id: int, said: str, body_id: int | None) -> str:
    words = service.words_of(said)
    if not words or len(words) > LONGEST:
        fields = {"text": _l("Please write what was concluded, at most 4,000 letters.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    settings.check_body(session, meeting_id, body_id, "body")
    return words


def _must_name_nobody(session: Session, matter: Matter, said: str) -> None:
    found = rules.holds_personal_data(said, matters.names_of(session, matter))
    if found:
        words = _l("The Front and the body read this: please take out “%(found)s”.", found=found)
        raise Refused("personal_data", words, fields={"text": words})


def _due(session: Session, meeting_id: int, asked: date | None) -> date | None:
    return meetings.calendar(session, meeting_id).next(asked) if asked else None


def held(session: Session, meeting_id: int, conclusion_id: int, revision: int | None) -> Conclusion:
    """Return a conclusion, locked; Conflict `changed_meanwhile` as for matters."""
    found = session.scalar(
        select(Conclusion)
        .where(Conclusion.id == conclusion_id, Conclusion.meeting_id == meeting_id)
        .with_for_update()
    )
    if found is None or found.removed_at is not None:
        raise NotFound("no_conclusion", _l("There is no such conclusion."))
    if revision is not None and revision != found.revision:
        words = _l("Somebody else changed this while you were writing. Nothing was overwritten.")
        raise Conflict("changed_meanwhile", words, revision=found.revision)
    return found


def mend(
    session: Session,
    meeting_id: int,
    conclusion_id: int,
    new: NewConclusion,
    revision: int,
    *,
    who: Who,
    now: datetime,
) -> int:
    """Change words, body and date; what was there before is kept as a note."""
    said = _checked(session, meeting_id, new.text, new.body_id)
    found = held(session, meeting_id, conclusion_id, revision)
    if found.matter_id is not None:
        _must_name_nobody(session, session.get_one(Matter, found.matter_id), said)
    due_on = _due(session, meeting_id, new.due_on)
    if (found.text, found.body_id, found.due_on) == (said, new.body_id, due_on):
        return found.revision
    _note(session, found.id, "change", _as_it_was(found), who, now)
    found.text, found.body_id, found.due_on = said, new.body_id, due_on
    found.revision += 1
    session.flush()
    subject = f"conclusion:{found.id}"
    ledger.record(session, meeting_id, "opinion.conclusion_mended", actor=who.name, subject=subject)
    return found.revision


def _as_it_was(found: Conclusion) -> str:
    due = f" ({found.due_on:%d/%m/%Y})" if found.due_on else ""
    return f"{found.text}{due}"


def _note(
    session: Session, conclusion_id: int, kind: str, words: str, who: Who, now: datetime
) -> None:
    session.add(
        ConclusionNote(conclusion_id=conclusion_id, kind=kind, text=words, at=now, actor=who.name)
    )


def remove(
    session: Session, meeting_id: int, conclusion_id: int, *, who: Who, now: datetime
) -> None:
    """Take a conclusion off the list; its words stay in the database."""
    found = held(session, meeting_id, conclusion_id, None)
    found.removed_at = now
    session.flush()
    subject = f"conclusion:{found.id}"
    ledger.record(
        session, meeting_id, "opinion.conclusion_removed", actor=who.name, subject=subject
    )


@dataclass(frozen=True)
class Report:
    """What somebody notes of a conclusion; `state` only with progress."""

    kind: str
    text: str
    state: str = ""


def report(
    session: Session,
    meeting_id: int,
    conclusion_id: int,
    new: Report,
    *,
    who: Who,
    now: datetime,
    body_id: int | None = None,
) -> None:
    """Note progress (staff, or the body that carries it out), supervision (the Front, staff),
    or a reminder to the body.
    """
    words = service.words_of(new.text)
    if len(words) > LONGEST or (not words and new.kind != "reminder" and not new.state):
        fields = {"text": _l("Please write down what was seen or done.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    found = held(session, meeting_id, conclusion_id, None)
    if body_id is not None and found.body_id != body_id:
        raise NotFound("no_conclusion", _l("There is no such conclusion."))
    if new.kind not in _kinds_for(who, body_id):
        raise Forbidden("not_your_role", _l("Your role does not include this."))
    if new.state:
        _move(found, new, clock.local(now).date())
    _note(session, found.id, new.kind, vietnamese.nfc(words), who, now)
    found.revision += 1
    session.flush()
    subject = f"conclusion:{found.id}"
    facts: dict[str, Any] = {"state": found.state}
    ledger.record(
        session,
        meeting_id,
        f"opinion.followed.{new.kind}",
        actor=who.name,
        subject=subject,
        facts=facts,
    )


def _kinds_for(who: Who, body_id: int | None) -> frozenset[str]:
    if who.roles & rules.STAFF:
        return frozenset({"progress", "supervision", "reminder"})
    if body_id is not None:
        return frozenset({"progress"})
    return frozenset({"supervision", "reminder"}) if "observer" in who.roles else frozenset()


def _move(found: Conclusion, new: Report, today: date) -> None:
    if new.kind != "progress" or new.state not in STATES:
        fields = {"state": _l("Please choose a step from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    found.state = new.state
    found.done_on = today if new.state == DONE else None
