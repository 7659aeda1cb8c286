"""What other plugins may ask of opinions. No denunciation is in any answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.documents.spreadsheet import Table
from kiosk.models import Meeting
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.meetings.queries import LegalDate
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.conclusions import queries
from kiosk.plugins.opinions.conclusions.queries import ConclusionView
from kiosk.plugins.opinions.labels import CHANNEL_WORDS
from kiosk.plugins.opinions.labels import KIND_WORDS
from kiosk.plugins.opinions.labels import STATE_WORDS
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.models import Posting
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register.values import AuthorView
from kiosk.plugins.opinions.register.values import MatterView
from kiosk.plugins.opinions.register.values import load

__all__ = [
    "CHANNEL_WORDS",
    "KIND_WORDS",
    "STATE_WORDS",
    "AuthorView",
    "ConclusionView",
    "LegalDate",
    "MatterView",
]


def _open(meeting_id: int) -> tuple[Any, ...]:
    return Matter.meeting_id == meeting_id, Matter.kind != rules.DENUNCIATION


def matters(session: Session, meeting_id: int) -> list[MatterView]:
    """Return every matter by number, duplicates and redirected complaints among them."""
    return load(session, *_open(meeting_id))


def by_turn(session: Session, meeting_id: int) -> dict[int, list[MatterView]]:
    """Return what was said in each turn of the queue."""
    found: dict[int, list[MatterView]] = {}
    for matter in load(session, *_open(meeting_id), Opinion.turn_id.is_not(None)):
        if matter.turn_id is not None:
            found.setdefault(matter.turn_id, []).append(matter)
    return found


def before_meeting(session: Session, meeting_id: int) -> list[MatterView]:
    """Return what came by another channel than speaking in the hall."""
    return load(session, *_open(meeting_id), Opinion.channel != "spoken")


def one_view(session: Session, meeting_id: int, matter_id: int) -> MatterView | None:
    """Return one matter."""
    return next(iter(load(session, *_open(meeting_id), Matter.id == matter_id)), None)


def conclusions(session: Session, meeting_id: int) -> list[ConclusionView]:
    """Return the chairman's conclusions, the general ones first."""
    found = queries.conclusions(session, meeting_id)
    return sorted(found, key=lambda one: (one.matter_id is not None, one.position))


@dataclass(frozen=True)
class Count:
    """How many matters of something there are."""

    key: object
    name: str
    count: int


@dataclass(frozen=True)
class Figures:
    """The numbers of the summary report; every matter counts once, duplicates too."""

    opinions: int
    matters: int
    people: int
    anonymous: int
    duplicates: int
    redirected: int
    answered: int
    open: int
    passed_up: int
    out_of_scope: int
    late: int
    by_topic: tuple[Count, ...]
    by_state: tuple[Count, ...]
    by_channel: tuple[Count, ...]
    by_body: tuple[Count, ...]


def figures(session: Session, meeting_id: int) -> Figures:
    """Return the numbers of the summary report."""
    found = matters(session, meeting_id)
    states = Counter(matter.state for matter in found)
    topics = Counter((matter.topic_id, matter.topic) for matter in found)
    bodies = Counter((matter.lead_id, matter.lead) for matter in found)
    channels = Counter(matter.channel for matter in found)
    return Figures(
        opinions=len({matter.opinion_id for matter in found}),
        matters=len(found),
        people=_people(session, {matter.opinion_id for matter in found}),
        anonymous=sum(matter.anonymous for matter in found),
        duplicates=states[rules.DUPLICATE],
        redirected=states[rules.REDIRECTED],
        answered=sum(states[state] for state in rules.ANSWERED),
        open=sum(states[state] for state in rules.OPEN),
        passed_up=states[rules.PASSED_UP],
        out_of_scope=states[rules.OUT_OF_SCOPE],
        late=sum(matter.late_days > 0 for matter in found),
        by_topic=tuple(Count(k, name, n) for (k, name), n in topics.most_common()),
        by_state=tuple(Count(k, str(STATE_WORDS[k]), states[k]) for k in rules.STATES if states[k]),
        by_channel=tuple(
            Count(k, str(CHANNEL_WORDS[k]), channels[k]) for k in rules.CHANNELS if channels[k]
        ),
        by_body=tuple(Count(k, name, n) for (k, name), n in bodies.most_common()),
    )


def _people(session: Session, opinions: Collection[int]) -> int:
    rows = session.execute(
        select(OpinionAuthor.id, OpinionAuthor.delegate_id).where(
            OpinionAuthor.opinion_id.in_(list(opinions))
        )
    )
    return len({("d", delegate) if delegate else ("a", author) for author, delegate in rows})


@dataclass(frozen=True)
class Slip:
    """The values of the slip that gives a matter to a body; names are taken out."""

    number: int | None
    topic: str
    text: str
    area: str
    channel: str
    received_at: datetime
    lead: str
    partners: tuple[str, ...]
    due_on: date | None
    conclusion: str
    assigned_by: str
    assigned_at: datetime | None


def transfer_slip(session: Session, meeting_id: int, matter_id: int) -> Slip | None:
    """Return the values of a matter's slip; None when it is not given to a body."""
    full = one_view(session, meeting_id, matter_id)
    if full is None or full.lead_id is None:
        return None
    matter = full.without_names()
    step = session.scalars(
        select(MatterStep)
        .where(MatterStep.matter_id == matter_id, MatterStep.kind == "assigned")
        .order_by(MatterStep.id.desc())
    ).first()
    concluded = [c.text for c in conclusions(session, meeting_id) if c.matter_id == matter_id]
    return Slip(
        matter.number,
        matter.topic,
        matter.text,
        matter.area,
        str(CHANNEL_WORDS[matter.channel]),
        matter.received_at,
        matter.lead,
        matter.partners,
        matter.due_on,
        "\n".join(concluded),
        step.actor if step else "",
        step.at if step else None,
    )


@dataclass(frozen=True)
class Prepared:
    """What somebody brought before, with the answer that was prepared."""

    id: int
    number: int | None
    revision: int
    words: str
    topic: str
    lead: str
    state: str
    answer: str
    answer_by: str


def prepared_for(
    session: Session, meeting_id: int, delegate_ids: Collection[int]
) -> dict[int, list[Prepared]]:
    """Return what these delegates brought and what was prepared, for who leads the meeting.

    A duplicate shows the answer of the matter that it was joined to.
    """
    wanted = list(delegate_ids)
    rows = session.execute(
        select(OpinionAuthor.delegate_id, Matter.id, Matter.duplicate_of_id)
        .join(Matter, Matter.opinion_id == OpinionAuthor.opinion_id)
        .where(
            Matter.meeting_id == meeting_id,
            Matter.kind.not_in(rules.SPLIT_OUT),
            OpinionAuthor.delegate_id.in_(wanted),
        )
        .order_by(Matter.number)
    ).all()
    ids = {main or matter for _, matter, main in rows}
    views = {view.id: view for view in load(session, Matter.id.in_(ids))}
    found: dict[int, list[Prepared]] = {}
    for delegate, matter, main in rows:
        if delegate is None:
            continue
        view = views[main or matter]
        item = Prepared(
            view.id,
            view.number,
            view.revision,
            view.words,
            view.topic,
            view.lead,
            view.state,
            view.answer,
            view.answer_by,
        )
        if item not in found.setdefault(delegate, []):
            found[delegate].append(item)
    return found


_DONE_BY = {"notice": {"notice"}, "results": {"results", "sent"}, "conclusion_notice": {"sent"}}
# Lengths of something, and what is none of the register's.
_ELSEWHERE = frozenset({"answer", "posting", "loudspeaker", "invitations"})


def deadlines(session: Session, meeting: Meeting) -> list[LegalDate]:
    """Return the dates counted from the meeting, in their order.

    Done when the meeting's checklist says so, or when what was posted shows it.
    """
    today = board.open_today()
    posted = {posting.kind for posting in postings(session, meeting.id)}
    found = []
    for one in meetings.legal_dates(session, meeting, today):
        if one.key in _ELSEWHERE:
            continue
        # Nobody has to do anything for the questions to close.
        over = one.key == "questions_close" and one.on < today
        done = one.done or over or bool(_DONE_BY.get(one.key, set()) & posted)
        found.append(replace(one, done=done, days_left=(one.on - today).days))
    return sorted(found, key=lambda one: one.on)


def postings(session: Session, meeting_id: int) -> list[Posting]:
    """Return what was posted, read out or sent, the latest first."""
    return list(
        session.scalars(
            select(Posting)
            .where(Posting.meeting_id == meeting_id)
            .order_by(Posting.posted_on.desc(), Posting.id.desc())
        )
    )


def numbers(session: Session, meeting_id: int) -> dict[str, int]:
    """Return how many matters there are, how many are answered, and how many of each topic."""
    rows = session.execute(
        select(Matter.topic_id, Matter.state, func.count())
        .where(*_open(meeting_id))
        .group_by(Matter.topic_id, Matter.state)
    ).all()
    found = {
        "opinions": sum(count for _topic, _state, count in rows),
        "opinions_answered": sum(count for _t, state, count in rows if state in rules.ANSWERED),
    }
    for topic_id, _state, count in rows:
        if topic_id is not None:
            name = f"opinions_topic_{topic_id}"
            found[name] = found.get(name, 0) + count
    return found


def table(session: Session, meeting_id: int) -> Table:
    """Return the register for a spreadsheet: with names, without denunciations."""
    return Table(
        "Ý kiến",
        (
            "Số",
            "Ngày nhận",
            "Nguồn",
            "Người kiến nghị",
            "Khu",
            "Lĩnh vực",
            "Loại",
            "Nội dung",
            "Tình trạng",
            "Bộ phận trả lời",
            "Phối hợp",
            "Hạn",
            "Trả lời",
            "Trùng với số",
        ),
        [
            (
                matter.number,
                clock.dmy(matter.received_at),
                str(CHANNEL_WORDS[matter.channel]),
                "; ".join(
                    vietnamese.greeting(a.salutation, a.name) for a in matter.authors if a.name
                ),
                matter.area,
                matter.topic,
                str(KIND_WORDS[matter.kind]),
                matter.text,
                str(STATE_WORDS[matter.state]),
                matter.lead,
                ", ".join(matter.partners),
                f"{matter.due_on:%d/%m/%Y}" if matter.due_on else "",
                matter.answer,
                matter.duplicate_of,
            )
            for matter in matters(session, meeting_id)
        ],
    )
