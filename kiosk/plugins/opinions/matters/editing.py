"""Mending a matter: its words, topic and kind; what becomes a complaint leaves its slip."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.errors import Conflict
from kiosk.errors import Refused
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.service import NewMatter
from kiosk.plugins.opinions.register.service import Who
from kiosk.plugins.opinions.register.service import changed
from kiosk.plugins.opinions.register.service import held
from kiosk.plugins.opinions.register.service import words_of
from kiosk.plugins.opinions.register.service import wrong_words


def mend(
    session: Session,
    meeting_id: int,
    matter_id: int,
    new: NewMatter,
    revision: int,
    *,
    who: Who,
    now: datetime,
) -> int:
    """Change words, title, topic, kind and competence; returns the new revision.

    A matter that becomes a complaint or a denunciation is split out of its opinion.
    """
    fields = wrong_words(new)
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    settings.check_topic(session, meeting_id, new.topic_id)
    register = settings.lock(session, meeting_id)
    matter = held(session, meeting_id, matter_id, who, revision)
    values: dict[str, Any] = {
        "text": words_of(new.text),
        "title": vietnamese.clean(new.title),
        "topic_id": new.topic_id,
        "kind": new.kind,
        "competence": new.competence,
    }
    if new.kind != matter.kind:
        values |= _of_kind(session, matter, new, who)
        if matter.kind == rules.DENUNCIATION and values.get("number", 0) == 0:
            register.last_number += 1
            values["number"] = register.last_number
    elif matter.state == rules.RECEIVED and new.topic_id is not None:
        values["state"] = rules.CLASSIFIED
    changed(session, matter, values, "mended", actor=who.name, now=now)
    return matter.revision


def _of_kind(session: Session, matter: Matter, new: NewMatter, who: Who) -> dict[str, Any]:
    """Return what else changes with the kind: state, opinion, number."""
    was_apart, is_apart = matter.kind in rules.SPLIT_OUT, new.kind in rules.SPLIT_OUT
    if not was_apart and not is_apart:
        return {}
    if was_apart and not is_apart and not who.sees_secrets:
        words = _l("Only the organiser may take a complaint back among the other matters.")
        raise Conflict("organiser_only", words)
    values: dict[str, Any] = {"state": rules.first_state(new.kind, new.topic_id is not None)}
    if is_apart:
        siblings = select(Matter.id).where(
            Matter.opinion_id == matter.opinion_id, Matter.id != matter.id
        )
        if session.scalar(siblings) is not None:
            values["opinion_id"] = _copy_of(session, matter.opinion_id)
        values |= {"published_at": None, "lead_body_id": None, "due_on": None}
        values["duplicate_of_id"] = None
        _let_go(session, matter)
    if new.kind == rules.DENUNCIATION:
        values["number"] = None
    return values


def _let_go(session: Session, matter: Matter) -> None:
    """Give the duplicates of a matter that leaves the register a life of their own."""
    for other in session.scalars(select(Matter).where(Matter.duplicate_of_id == matter.id)):
        other.duplicate_of_id = None
        other.state = rules.first_state(other.kind, other.topic_id is not None)
        other.revision += 1


def _copy_of(session: Session, opinion_id: int) -> int:
    """Make an opinion like another, with the same people, for a matter split out of it."""
    old = session.get_one(Opinion, opinion_id)
    made = Opinion(
        meeting_id=old.meeting_id,
        channel=old.channel,
        area_id=old.area_id,
        anonymous=old.anonymous,
        read_back=old.read_back,
        turn_id=old.turn_id,
        received_at=old.received_at,
        received_by=old.received_by,
    )
    session.add(made)
    session.flush()
    for author in session.scalars(
        select(OpinionAuthor).where(OpinionAuthor.opinion_id == opinion_id)
    ):
        session.add(
            OpinionAuthor(
                opinion_id=made.id,
                delegate_id=author.delegate_id,
                name=author.name,
                folded=author.folded,
                erased_at=author.erased_at,
            )
        )
    return made.id
