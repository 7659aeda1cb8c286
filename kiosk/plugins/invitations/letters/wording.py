"""The wording of a meeting's letters: read, save, undo, reset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugins.invitations.letters import wording_rules
from kiosk.plugins.invitations.letters.pdf import Wordings
from kiosk.plugins.invitations.letters.wording_rules import HEAD
from kiosk.plugins.invitations.letters.wording_rules import Problem
from kiosk.plugins.invitations.models import LetterWording


def of(session: Session, meeting_id: int) -> Wordings:
    """Return the wording of a meeting's letters as it stands."""
    latest = (
        select(func.max(LetterWording.id))
        .where(LetterWording.meeting_id == meeting_id, LetterWording.undone_at.is_(None))
        .group_by(LetterWording.form)
    )
    rows = session.scalars(select(LetterWording).where(LetterWording.id.in_(latest)))
    found = {row.form: row.words for row in rows}
    return Wordings({form: found[form] for form in found if form != HEAD}, found.get(HEAD, {}))


def can_undo(session: Session, meeting_id: int, form: str) -> bool:
    """Whether there is a saving of this form, or of the head, to take back."""
    return _last(session, meeting_id, form) is not None


def _last(session: Session, meeting_id: int, form: str) -> LetterWording | None:
    return session.scalar(
        select(LetterWording)
        .where(
            LetterWording.meeting_id == meeting_id,
            LetterWording.form.in_((form, HEAD)),
            LetterWording.undone_at.is_(None),
        )
        .order_by(LetterWording.id.desc())
        .limit(1)
    )


def checked(given: Mapping[str, str], ready: Mapping[str, str]) -> dict[str, str]:
    """Return what differs from the ready wording, blanks by key. Raises Refused by field."""
    words = {name: wording_rules.keyed(given.get(name, "")) for name in wording_rules.FIELDS}
    found = {name: wording_rules.problem(name, words[name]) for name in words}
    _refuse({name: one for name, one in found.items() if one is not None})
    return {name: words[name] for name in words if words[name] != ready[name]}


def checked_head(given: Mapping[str, str]) -> dict[str, str]:
    """Return the head's fields that differ from the ready ones. Raises Refused by field."""
    ready = wording_rules.HEAD_READY
    words = {name: vietnamese.clean(given.get(f"head_{name}", ready[name])) for name in ready}
    found = {f"head_{name}": wording_rules.head_problem(name, words[name]) for name in words}
    _refuse({name: one for name, one in found.items() if one is not None})
    if words["signing"] not in wording_rules.SIGNING:
        words["signing"] = ready["signing"]
    return {name: words[name] for name in words if words[name] != ready[name]}


def _refuse(problems: Mapping[str, Problem]) -> None:
    if problems:
        raise Refused(
            "bad_wording",
            _l("Please look at the marked fields once more."),
            fields={name: _sentence(one) for name, one in problems.items()},
        )


def _sentence(problem: Problem) -> object:
    sentences = {
        "missing": _l("This line cannot be empty."),
        "open": _l("A bracket stands alone: write a blank as {Họ và tên}."),
        "blank": _l(
            "There is no blank named {%(name)s}. Choose one below the field.", name=problem.found
        ),
        "personal": _l(
            "{%(name)s} differs from person to person; this line is the same for all.",
            name=problem.found,
        ),
        "name": _l("The name {Họ và tên} must stand in this sentence."),
        "long": _l("At most %(n)s characters fit here.", n=problem.found),
        "day": _l("Please write the day as 16/10/2023."),
        "number": _l("Please write the number as the clerk gave it, such as 87."),
    }
    return sentences[problem.kind]


def save(
    session: Session,
    meeting_id: int,
    form: str,
    words: Mapping[str, str],
    head: Mapping[str, str],
    *,
    actor: str,
    now: datetime,
) -> bool:
    """Keep a form's wording and the head, what of them is new. Returns whether any was."""
    standing = of(session, meeting_id)
    new = {
        name: dict(given)
        for name, given, old in (
            (form, words, standing.forms.get(form, {})),
            (HEAD, head, standing.head),
        )
        if dict(given) != dict(old)
    }
    for name, given in new.items():
        session.add(
            LetterWording(
                meeting_id=meeting_id, form=name, words=given, saved_at=now, saved_by=actor
            )
        )
    if new:
        session.flush()
        _record(session, meeting_id, "saved", form, actor)
    return bool(new)


def undo(session: Session, meeting_id: int, form: str, *, actor: str, now: datetime) -> None:
    """Take the last saving of this form or of the head back. Raises Conflict without one."""
    last = _last(session, meeting_id, form)
    if last is None:
        raise Conflict("nothing_to_undo", _l("There is nothing to take back."))
    last.undone_at = now
    session.flush()
    _record(session, meeting_id, "undone", form, actor)


def reset(session: Session, meeting_id: int, form: str, *, actor: str, now: datetime) -> None:
    """Go back to the ready wording of a form; number, day and signature stay."""
    standing = of(session, meeting_id)
    save(session, meeting_id, form, {}, standing.head, actor=actor, now=now)


def _record(session: Session, meeting_id: int, what: str, form: str, actor: str) -> None:
    ledger.record(session, meeting_id, f"invitation.wording.{what}", actor=actor, subject=form)
