"""The register's settings: numbers, topic rules, postings."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Refused
from kiosk.models import Body
from kiosk.models import Topic
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions.models import OpinionDesk
from kiosk.plugins.opinions.models import Posting
from kiosk.plugins.opinions.models import TopicRule

POSTING_KINDS = ("notice", "results", "loudspeaker", "sent")


def lock(session: Session, meeting_id: int) -> OpinionDesk:
    """Return the meeting's register, made when first needed and locked for this verb."""
    statement = select(OpinionDesk).where(OpinionDesk.meeting_id == meeting_id).with_for_update()
    found = session.scalar(statement)
    if found is not None:
        return found
    # Another request may make it at the same moment: then that one is ours too.
    with suppress(IntegrityError), session.begin_nested():
        session.add(
            OpinionDesk(meeting_id=meeting_id, last_number=0, working_saturdays=[], deadlines={})
        )
    return session.scalars(statement).one()


def check_body(session: Session, meeting_id: int, body_id: int | None, field: str) -> None:
    """Refuse a body that is not the meeting's."""
    body = session.get(Body, body_id) if body_id is not None else None
    if body_id is not None and (body is None or body.meeting_id != meeting_id):
        words = {field: _l("Please choose a body from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)


def check_topic(session: Session, meeting_id: int, topic_id: int | None) -> None:
    """Refuse a topic that is not the meeting's."""
    topic = session.get(Topic, topic_id) if topic_id is not None else None
    if topic_id is not None and (topic is None or topic.meeting_id != meeting_id):
        words = {"topic": _l("Please choose a topic from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)


@dataclass(frozen=True)
class NewRule:
    """A topic rule as typed."""

    topic_id: int
    words: tuple[str, ...]
    lead_body_id: int
    with_body_ids: tuple[int, ...] = ()


def add_rule(session: Session, meeting_id: int, rule: NewRule, *, actor: str) -> int:
    """Add a rule that suggests who answers; returns its id."""
    check_topic(session, meeting_id, rule.topic_id)
    for body_id in (rule.lead_body_id, *rule.with_body_ids):
        check_body(session, meeting_id, body_id, "lead")
    made = TopicRule(
        meeting_id=meeting_id,
        topic_id=rule.topic_id,
        words=[vietnamese.clean(word)[:60] for word in rule.words if vietnamese.clean(word)][:40],
        lead_body_id=rule.lead_body_id,
        with_body_ids=[b for b in rule.with_body_ids if b != rule.lead_body_id],
    )
    session.add(made)
    session.flush()
    subject = f"topic_rule:{made.id}"
    ledger.record(session, meeting_id, "opinion_desk.rule", actor=actor, subject=subject)
    return made.id


def remove_rule(session: Session, meeting_id: int, rule_id: int, *, actor: str) -> None:
    """Take a topic rule away."""
    session.execute(
        delete(TopicRule).where(TopicRule.id == rule_id, TopicRule.meeting_id == meeting_id)
    )
    subject = f"topic_rule:{rule_id}"
    ledger.record(session, meeting_id, "opinion_desk.rule_removed", actor=actor, subject=subject)


def post(
    session: Session,
    meeting_id: int,
    kind: str,
    place: str,
    posted_on: date,
    until_on: date | None,
    *,
    actor: str,
) -> int:
    """Note that something was posted, read out or sent; returns the id.

    Without an end, results hang as long as the deadline table says (30 days).
    """
    if kind not in POSTING_KINDS or not vietnamese.clean(place):
        words = {"place": _l("Please say where.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    if until_on is None:
        days = meetings.deadline_days(session, meeting_id)
        length = "loudspeaker" if kind == "loudspeaker" else "posting"
        until_on = posted_on + timedelta(days=days[length])
        if kind == "sent":
            until_on = posted_on
    if until_on < posted_on:
        words = {"until": _l("This must not be before the first day.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    made = Posting(
        meeting_id=meeting_id,
        place=vietnamese.clean(place)[:200],
        kind=kind,
        posted_on=posted_on,
        until_on=until_on,
        actor=actor,
    )
    session.add(made)
    session.flush()
    facts = {"place": made.place, "from": posted_on.isoformat(), "until": until_on.isoformat()}
    ledger.record(
        session,
        meeting_id,
        "opinion_desk.posted",
        actor=actor,
        subject=f"posting:{made.id}",
        facts=facts,
    )
    return made.id
