"""Verbs of questions in writing: asked, read out, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.plugins.speakers.models import WrittenQuestion
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import turns


@dataclass(frozen=True)
class Written:
    """A question as it is handed in."""

    delegate_id: int
    text: str
    topic_id: int | None = None


def ask(session: Session, meeting_id: int, written: Written, *, actor: str, now: datetime) -> int:
    """Keep a question; returns its id.

    NotFound `no_delegate`, Refused `invalid`, Conflict `too_many_questions` while as
    many of this person wait to be read out.
    """
    delegate = turns.delegate_of(session, meeting_id, written.delegate_id)
    turns.check_topic(session, meeting_id, written.topic_id)
    words = vietnamese.clean(written.text)
    if not words:
        fields = {"text": _l("This must not be empty.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    if _unread(session, delegate.id) >= rules.MOST_UNREAD:
        raise Conflict(
            "too_many_questions",
            _l("Please wait until one of your questions has been read out."),
        )
    question = WrittenQuestion(
        meeting_id=meeting_id,
        delegate_id=delegate.id,
        topic_id=written.topic_id,
        text=words,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    _record(session, question, "asked", actor)
    return question.id


def _unread(session: Session, delegate_id: int) -> int:
    found = session.scalar(
        select(func.count())
        .select_from(WrittenQuestion)
        .where(
            WrittenQuestion.delegate_id == delegate_id,
            WrittenQuestion.read_at.is_(None),
            WrittenQuestion.withdrawn_at.is_(None),
        )
    )
    return found or 0


def one(session: Session, meeting_id: int, question_id: int) -> WrittenQuestion:
    """Return a question of the meeting. NotFound `no_question`."""
    found = session.get(WrittenQuestion, question_id)
    if found is None or found.meeting_id != meeting_id or found.withdrawn_at is not None:
        raise NotFound("no_question", _l("There is no such question."))
    return found


def mark(
    session: Session,
    meeting_id: int,
    question_id: int,
    *,
    is_read: bool,
    actor: str,
    now: datetime,
) -> None:
    """Mark a question as read out, or as not yet; the same again changes nothing."""
    question = one(session, meeting_id, question_id)
    if (question.read_at is not None) == is_read:
        return
    question.read_at = now if is_read else None
    session.flush()
    _record(session, question, "read" if is_read else "unread", actor)


def withdraw(
    session: Session, meeting_id: int, question_id: int, *, actor: str, now: datetime
) -> None:
    """Take a question back that has not been read out. Conflict `read_already`."""
    question = one(session, meeting_id, question_id)
    if question.read_at is not None:
        raise Conflict("read_already", _l("This question has been read out already."))
    question.withdrawn_at = now
    session.flush()
    _record(session, question, "withdrawn", actor)


def _record(session: Session, question: WrittenQuestion, what: str, actor: str) -> None:
    ledger.record(
        session,
        question.meeting_id,
        f"turn.question.{what}",
        actor=actor,
        subject=f"question:{question.id}",
    )
