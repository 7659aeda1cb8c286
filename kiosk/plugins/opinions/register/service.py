"""Verbs of the register: take in, mend, merge, split; each leaves its step in the history."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Area
from kiosk.models import Delegate
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import authors
from kiosk.plugins.opinions.register import settings

LONGEST_TEXT = 8000
LONGEST_TITLE = 300
MOST_MATTERS = 30
MOST_AUTHORS = 60

Author = authors.Author


@dataclass(frozen=True)
class Who:
    """Who does it: the name for the history, and the roles held in the meeting."""

    name: str
    roles: frozenset[str]

    @property
    def sees_secrets(self) -> bool:
        """Whether denunciations are this person's to know: the organiser's alone."""
        return "organiser" in self.roles


@dataclass(frozen=True)
class NewMatter:
    """One matter as typed."""

    text: str
    title: str = ""
    topic_id: int | None = None
    kind: str = "request"
    competence: str = "ward"


@dataclass(frozen=True)
class NewOpinion:
    """What somebody brought, as typed. No authors means anonymous."""

    channel: str
    matters: tuple[NewMatter, ...]
    authors: tuple[Author, ...] = ()
    area_id: int | None = None
    turn_id: int | None = None
    read_back: bool = False


@dataclass
class Taken:
    """What was put into the register."""

    matter_ids: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    split_out: int = 0


def take_in(
    session: Session, meeting_id: int, new: NewOpinion, *, actor: str, now: datetime
) -> Taken:
    """Put an opinion with its matters into the register.

    Complaints and denunciations become opinions of their own, so that nothing joins a
    denouncer to other words. A denunciation gets no number of the register. Authors and
    turn are stored so that they fit together (`authors.settled`).
    """
    _check(session, meeting_id, new)
    people, turn_id = authors.settled(session, meeting_id, new.authors, new.turn_id)
    new = replace(new, authors=people, turn_id=turn_id)
    register = settings.lock(session, meeting_id)
    taken = Taken()
    together = [matter for matter in new.matters if matter.kind not in rules.SPLIT_OUT]
    apart = [matter for matter in new.matters if matter.kind in rules.SPLIT_OUT]
    for matters in [together, *([matter] for matter in apart)]:
        if not matters:
            continue
        opinion = _opinion(session, meeting_id, new, actor=actor, now=now)
        for matter in matters:
            number = None
            if matter.kind != rules.DENUNCIATION:
                register.last_number += 1
                number = register.last_number
                taken.numbers.append(number)
            made = _matter(session, opinion, matter, number, actor=actor, now=now)
            taken.matter_ids.append(made.id)
    taken.split_out = len(apart)
    session.flush()
    facts = {"channel": new.channel, "numbers": taken.numbers}
    ledger.record(session, meeting_id, "opinion.received", actor=actor, facts=facts)
    return taken


def _check(session: Session, meeting_id: int, new: NewOpinion) -> None:
    fields: dict[str, object] = {}
    if new.channel not in rules.CHANNELS:
        fields["channel"] = _l("Please choose how it came.")
    if not 1 <= len(new.matters) <= MOST_MATTERS or len(new.authors) > MOST_AUTHORS:
        fields["matters"] = _l("From 1 to 30 matters on one slip, at most 60 people.")
    for matter in new.matters:
        fields |= wrong_words(matter)
    area = session.get(Area, new.area_id) if new.area_id is not None else None
    if new.area_id is not None and (area is None or area.meeting_id != meeting_id):
        fields["area"] = _l("Please choose an area from the list.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    for matter in new.matters:
        settings.check_topic(session, meeting_id, matter.topic_id)
    authors.check(session, meeting_id, new.authors)


def wrong_words(matter: NewMatter) -> dict[str, object]:
    """Return what is wrong with a matter as typed, by field."""
    fields: dict[str, object] = {}
    if not vietnamese.clean(matter.text):
        fields["text"] = _l("Please write down what was said.")
    elif len(matter.text) > LONGEST_TEXT:
        fields["text"] = _l("This is too long: at most 8,000 letters.")
    if len(matter.title) > LONGEST_TITLE:
        fields["title"] = _l("This is too long: at most 300 letters.")
    if matter.kind not in rules.KINDS:
        fields["kind"] = _l("Please choose a kind from the list.")
    if matter.competence not in rules.COMPETENCES:
        fields["competence"] = _l("Please choose who is competent.")
    return fields


def _opinion(
    session: Session, meeting_id: int, new: NewOpinion, *, actor: str, now: datetime
) -> Opinion:
    area_id = new.area_id
    for author in new.authors:
        if area_id is None and author.delegate_id is not None:
            area_id = session.get_one(Delegate, author.delegate_id).area_id
    opinion = Opinion(
        meeting_id=meeting_id,
        channel=new.channel,
        area_id=area_id,
        anonymous=not new.authors,
        read_back=new.read_back,
        turn_id=new.turn_id,
        received_at=now,
        received_by=actor,
    )
    session.add(opinion)
    session.flush()
    for author in new.authors:
        name = "" if author.delegate_id is not None else vietnamese.clean(author.name)[:200]
        session.add(
            OpinionAuthor(
                opinion_id=opinion.id,
                delegate_id=author.delegate_id,
                name=name,
                folded=vietnamese.search_key(name)[:200],
            )
        )
    return opinion


def words_of(value: str) -> str:
    """Return words of several lines cleaned line by line."""
    lines = [vietnamese.clean(line) for line in value.splitlines()]
    return "\n".join(lines).strip()


def folded(matter: Matter) -> str:
    """Return what a search looks into: number, title, words, answer."""
    number = str(matter.number or "")
    return vietnamese.search_key(f"{number} {matter.title} {matter.text} {matter.answer}")


def _matter(
    session: Session,
    opinion: Opinion,
    new: NewMatter,
    number: int | None,
    *,
    actor: str,
    now: datetime,
) -> Matter:
    matter = Matter(
        meeting_id=opinion.meeting_id,
        opinion_id=opinion.id,
        number=number,
        text=words_of(new.text),
        title=vietnamese.clean(new.title),
        topic_id=new.topic_id,
        kind=new.kind,
        competence=new.competence,
        state=rules.first_state(new.kind, new.topic_id is not None),
        revision=1,
        answer="",
        created_at=now,
        changed_at=now,
        changed_by=actor,
    )
    matter.folded = folded(matter)
    session.add(matter)
    session.flush()
    after = {"channel": opinion.channel, "state": matter.state}
    session.add(MatterStep(matter_id=matter.id, at=now, actor=actor, kind="received", after=after))
    return matter


def held(
    session: Session, meeting_id: int, matter_id: int, who: Who, revision: int | None
) -> Matter:
    """Return a matter, locked for this verb.

    NotFound when it is not there or a secret; Conflict `changed_meanwhile` when somebody
    else has changed it since `revision`: who and when are told, nothing is written.
    """
    matter = session.scalar(
        select(Matter)
        .where(Matter.id == matter_id, Matter.meeting_id == meeting_id)
        .with_for_update()
    )
    if matter is None or (matter.kind == rules.DENUNCIATION and not who.sees_secrets):
        raise NotFound("no_matter", _l("There is no such matter, or it is not open to you."))
    must_be_fresh(matter, revision)
    return matter


def must_be_fresh(matter: Matter, revision: int | None) -> None:
    """Raise Conflict `changed_meanwhile` when the matter was changed since `revision`."""
    if revision is not None and revision != matter.revision:
        raise Conflict(
            "changed_meanwhile",
            _l("Somebody else changed this while you were writing. Nothing was overwritten."),
            revision=matter.revision,
            by=matter.changed_by,
            at=matter.changed_at,
        )


def plain(value: Any) -> Any:
    """Return a value as the history keeps it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def changed(
    session: Session,
    matter: Matter,
    values: dict[str, Any],
    kind: str,
    *,
    actor: str,
    now: datetime,
    more: dict[str, Any] | None = None,
) -> bool:
    """Set values of a matter and keep what was there before; False when nothing differs."""
    different = {k: v for k, v in values.items() if getattr(matter, k) != v}
    if not different and not more:
        return False
    before = {name: plain(getattr(matter, name)) for name in different}
    for name, value in different.items():
        setattr(matter, name, value)
    matter.folded = folded(matter)
    matter.revision += 1
    matter.changed_at, matter.changed_by = now, actor
    after = {name: plain(value) for name, value in different.items()} | (more or {})
    session.add(
        MatterStep(matter_id=matter.id, at=now, actor=actor, kind=kind, before=before, after=after)
    )
    session.flush()
    # The ledger is read by more people than a matter may be: it tells no words.
    subject = None if matter.kind == rules.DENUNCIATION else f"matter:{matter.id}"
    ledger.record(session, matter.meeting_id, f"opinion.{kind}", actor=actor, subject=subject)
    return True
