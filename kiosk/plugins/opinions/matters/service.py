"""Verbs on a matter at work: give it to a body, move it, answer, publish, merge."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import events
from kiosk import vietnamese
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Delegate
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.events import AnswerPublished
from kiosk.plugins.opinions.events import MatterAssigned
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterBody
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.service import Who

LONGEST_ANSWER = 20000
_WORKERS = rules.STAFF | {"body"}
MOST_PARTNERS = 10

_MISSING = {
    "topic": _l("Please choose the topic first."),
    "body": _l("Please choose the body that answers first."),
    "answer": _l("Please write the answer first."),
    "kind": _l("Complaints and denunciations go their own way, other matters do not."),
}


@dataclass(frozen=True)
class Assignment:
    """Who answers, together with whom, until when; no date means the deadline table's."""

    lead_body_id: int
    with_body_ids: tuple[int, ...] = ()
    due_on: date | None = None


@dataclass(frozen=True)
class Assigned:
    """What came of it. `moved_from` is the day off that was asked for, if it was one."""

    revision: int
    due_on: date
    moved_from: date | None = None


def standing(matter: Matter) -> rules.Standing:
    """Return what a move of the matter depends on."""
    return rules.Standing(
        matter.state,
        matter.kind,
        matter.topic_id is not None,
        matter.lead_body_id is not None,
        bool(matter.answer.strip()),
    )


def _may_move(who: Who, now: rules.Standing, target: str) -> None:
    if not rules.may_move(_roles(who), now.state, target):
        if any(rules.may_move({role}, now.state, target) for role in _WORKERS):
            raise Forbidden("not_your_move", _l("Your role does not include this step."))
        raise Conflict(
            "wrong_state",
            _l("This step does not follow from where the matter is now. Look at it again."),
            state=now.state,
        )
    missing = rules.missing_for(now, target)
    if missing:
        raise Conflict(f"needs_{missing}", _MISSING[missing])


def _roles(who: Who) -> frozenset[str]:
    return who.roles & _WORKERS


def assign(
    session: Session,
    meeting_id: int,
    matter_id: int,
    wanted: Assignment,
    revision: int,
    *,
    who: Who,
    now: datetime,
) -> Assigned:
    """Give a matter to a leading body and partners until a working day.

    A due date on a day off moves to the next working day; the answer says so.
    """
    for body_id in (wanted.lead_body_id, *wanted.with_body_ids):
        settings.check_body(session, meeting_id, body_id, "lead")
    matter = service.held(session, meeting_id, matter_id, who, revision)
    days = meetings.calendar(session, meeting_id)
    today = clock.local(now).date()
    asked = wanted.due_on or days.add(today, meetings.deadline_days(session, meeting_id)["answer"])
    if asked < today and asked != matter.due_on:
        words = {"due_on": _l("This day is over. Please choose a later one.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    due_on = days.next(asked)
    values: dict[str, Any] = {"lead_body_id": wanted.lead_body_id, "due_on": due_on}
    if matter.state in {rules.RECEIVED, rules.CLASSIFIED}:
        if matter.topic_id is None:
            raise Conflict("needs_topic", _MISSING["topic"])
        ready = replace(standing(matter), state=rules.CLASSIFIED, has_body=True)
        _may_move(who, ready, rules.ASSIGNED)
        values["state"] = rules.ASSIGNED
    elif matter.kind in rules.SPLIT_OUT or matter.state in rules.CLOSED:
        raise Conflict("wrong_state", _MISSING["kind"], state=matter.state)
    partners = tuple(dict.fromkeys(b for b in wanted.with_body_ids if b != wanted.lead_body_id))[
        :MOST_PARTNERS
    ]
    changed_partners = _set_partners(session, matter.id, partners)
    more = {"with_body_ids": list(partners)} if changed_partners else None
    new_body = matter.lead_body_id != wanted.lead_body_id
    service.changed(session, matter, values, "assigned", actor=who.name, now=now, more=more)
    if new_body:
        events.announce(session, MatterAssigned(meeting_id, matter.id, wanted.lead_body_id))
    return Assigned(matter.revision, due_on, asked if due_on != asked else None)


def _set_partners(session: Session, matter_id: int, partners: tuple[int, ...]) -> bool:
    held = set(session.scalars(select(MatterBody.body_id).where(MatterBody.matter_id == matter_id)))
    if held == set(partners):
        return False
    session.execute(delete(MatterBody).where(MatterBody.matter_id == matter_id))
    session.add_all([MatterBody(matter_id=matter_id, body_id=body) for body in partners])
    session.flush()
    return True


def move(
    session: Session,
    meeting_id: int,
    matter_id: int,
    target: str,
    revision: int | None,
    *,
    who: Who,
    now: datetime,
) -> int:
    """Move a matter to another state; returns the new revision.

    Conflict `wrong_state` or `needs_…` when the step does not follow, Forbidden when it
    is not this role's. Merging has a verb of its own.
    """
    if target not in rules.STATES or target == rules.DUPLICATE:
        words = {"state": _l("Please choose a step from the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    matter = service.held(session, meeting_id, matter_id, who, revision)
    _may_move(who, standing(matter), target)
    values = _into(target, now)
    if matter.state == rules.DUPLICATE:
        values["duplicate_of_id"] = None
    service.changed(session, matter, values, f"moved.{target}", actor=who.name, now=now)
    return matter.revision


def _into(target: str, now: datetime) -> dict[str, Any]:
    """Return what a matter gets that moves into a state: the state with its moments."""
    values: dict[str, Any] = {"state": target, "closed_at": None}
    if target in {rules.IN_HALL, rules.IN_WRITING}:
        values["answered_at"] = now
    if target in rules.CLOSED | {rules.IN_HALL, rules.IN_WRITING}:
        values["closed_at"] = now
    return values


def check_body_of(session: Session, matter: Matter, body_id: int | None) -> None:
    """Refuse a matter that was not given to the body; None is staff, to whom all are open."""
    if body_id is None or matter.lead_body_id == body_id:
        return
    partner = session.get(MatterBody, (matter.id, body_id))
    if partner is None:
        raise NotFound("no_matter", _l("There is no such matter, or it is not open to you."))


@dataclass(frozen=True)
class Answer:
    """An answer as typed, with what the body proposes to do with the matter."""

    text: str
    proposed: str = ""
    send: bool = False


def _check_answer(wanted: Answer) -> None:
    fields: dict[str, object] = {}
    if len(wanted.text) > LONGEST_ANSWER:
        fields["answer"] = _l("This is too long: at most 20,000 letters.")
    if wanted.proposed and wanted.proposed not in rules.PROPOSALS:
        fields["proposed"] = _l("Please choose a step from the list.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)


def _must_be_answerable(matter: Matter, body_id: int | None) -> None:
    if matter.kind in rules.SPLIT_OUT or matter.state in {rules.DUPLICATE, rules.OUT_OF_SCOPE}:
        words = _l("This matter is not answered here.")
        raise Conflict("wrong_state", words, state=matter.state)
    if body_id is not None and matter.state in rules.CLOSED | rules.ANSWERED:
        words = _l("This matter is answered already. The secretary can open it again.")
        raise Conflict("wrong_state", words, state=matter.state)


def write_answer(
    session: Session,
    meeting_id: int,
    matter_id: int,
    wanted: Answer,
    revision: int,
    *,
    who: Who,
    now: datetime,
    body_id: int | None = None,
) -> int:
    """Keep an answer; with `send` it goes to the secretary. Returns the new revision.

    A body's first words move the matter to "preparing"; what was there before stays in
    the history. A published answer is taken back from the public when it changes.
    """
    _check_answer(wanted)
    matter = service.held(session, meeting_id, matter_id, who, None)
    # Whose it is comes first: a conflict would tell another body that it exists.
    check_body_of(session, matter, body_id)
    service.must_be_fresh(matter, revision)
    _must_be_answerable(matter, body_id)
    said = service.words_of(wanted.text)
    if wanted.send and not said:
        raise Conflict("needs_answer", _MISSING["answer"])
    values: dict[str, Any] = {"answer": said, "proposed": wanted.proposed}
    if said != matter.answer:
        values |= {"answer_by": who.name, **_off_the_page(session, matter)}
    if wanted.send:
        values["sent_at"] = now
    if values.get("state", matter.state) == rules.ASSIGNED:
        values["state"] = rules.PREPARING
    kind = "answer_sent" if wanted.send else "answer"
    service.changed(session, matter, values, kind, actor=who.name, now=now)
    return matter.revision


def publish(
    session: Session,
    meeting_id: int,
    matter_id: int,
    title: str,
    revision: int,
    *,
    who: Who,
    now: datetime,
) -> int:
    """Make title, state and answer public; a public answer moves the matter's state.

    Refused when one of them holds a full name of an author, a phone or a card number:
    the public page shows no personal data.
    """
    matter = service.held(session, meeting_id, matter_id, who, revision)
    title = vietnamese.clean(title)[: service.LONGEST_TITLE]
    if matter.kind in rules.SPLIT_OUT or matter.state in {rules.DUPLICATE, rules.RECEIVED}:
        raise Conflict("wrong_state", _l("This matter is not shown in public."))
    if not title:
        words = {"title": _l("Please write one line that tells what it is about, without names.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    names = names_of(session, matter)
    for name, words_ in (("title", title), ("answer", matter.answer)):
        found = rules.holds_personal_data(words_, names)
        if found:
            fields = {name: _l("Everyone can read this: please take out “%(found)s”.", found=found)}
            raise Refused("personal_data", _l("Some fields need to be mended."), fields=fields)
    values: dict[str, Any] = {"title": title, "published_at": now}
    target = rules.after_publishing(standing(matter), matter.proposed)
    if target != matter.state:
        values |= _into(target, now)
    service.changed(session, matter, values, "published", actor=who.name, now=now)
    events.announce(session, AnswerPublished(meeting_id, matter.id))
    return matter.revision


def withdraw_from_public(
    session: Session, meeting_id: int, matter_id: int, revision: int, *, who: Who, now: datetime
) -> int:
    """Take a matter off the public page; what publishing moved goes back."""
    matter = service.held(session, meeting_id, matter_id, who, revision)
    values = _off_the_page(session, matter)
    service.changed(session, matter, values, "unpublished", actor=who.name, now=now)
    return matter.revision


def _off_the_page(session: Session, matter: Matter) -> dict[str, Any]:
    """Return what changes when the public no longer reads the answer.

    The state goes back to what it was before publishing moved it, unless somebody has
    moved it since.
    """
    values: dict[str, Any] = {"published_at": None}
    last = session.scalars(
        select(MatterStep)
        .where(MatterStep.matter_id == matter.id, MatterStep.kind == "published")
        .order_by(MatterStep.id.desc())
    ).first()
    was = last.before.get("state") if last else None
    if matter.published_at and last and was and last.after.get("state") == matter.state:
        values |= {"state": was, "answered_at": None, "closed_at": None}
    return values


def names_of(session: Session, matter: Matter) -> list[str]:
    """Return the full names of the authors of a matter and of its duplicates."""
    opinions = select(Matter.opinion_id).where(
        (Matter.id == matter.id) | (Matter.duplicate_of_id == matter.id)
    )
    rows = session.execute(
        select(func.coalesce(Delegate.name, OpinionAuthor.name))
        .select_from(OpinionAuthor)
        .outerjoin(Delegate, Delegate.id == OpinionAuthor.delegate_id)
        .where(OpinionAuthor.opinion_id.in_(opinions))
    )
    return [name for (name,) in rows if name]


def merge(
    session: Session,
    meeting_id: int,
    matter_id: int,
    into_id: int,
    revision: int,
    *,
    who: Who,
    now: datetime,
) -> int:
    """Make a matter a duplicate of another; returns the other's new revision.

    Nothing of it goes away: its opinion keeps its authors, and the other matter counts
    them with its own. Duplicates of the duplicate follow it.
    """
    if matter_id == into_id:
        raise Conflict("itself", _l("A matter cannot be a duplicate of itself."))
    # In one order everywhere, so that two who merge never wait for each other.
    found = {
        one: service.held(session, meeting_id, one, who, None)
        for one in sorted((matter_id, into_id))
    }
    matter, target = found[matter_id], found[into_id]
    service.held(session, meeting_id, matter_id, who, revision)
    if target.duplicate_of_id is not None:
        target = service.held(session, meeting_id, target.duplicate_of_id, who, None)
    if target.id == matter.id:
        raise Conflict("itself", _l("A matter cannot be a duplicate of itself."))
    if {matter.kind, target.kind} & rules.SPLIT_OUT:
        raise Conflict("needs_kind", _MISSING["kind"])
    _may_move(who, standing(matter), rules.DUPLICATE)
    now_values = {"duplicate_of_id": target.id}
    followers = session.scalars(
        select(Matter)
        .where(Matter.duplicate_of_id == matter.id)
        .order_by(Matter.id)
        .with_for_update()
    ).all()
    for other in followers:
        service.changed(session, other, now_values, "merged", actor=who.name, now=now)
    values = {
        **now_values,
        "state": rules.DUPLICATE,
        "published_at": None,
        "closed_at": now,
    }
    service.changed(session, matter, values, "merged", actor=who.name, now=now)
    more = {"merged": matter.number}
    service.changed(session, target, {}, "took_in", actor=who.name, now=now, more=more)
    return target.revision
