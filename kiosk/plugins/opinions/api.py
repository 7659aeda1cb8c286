"""The register over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from typing import Literal

from flask import Blueprint
from flask import Response
from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field

from kiosk import clock
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.rate_limits import limit
from kiosk.db.base import LARGEST_ID
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Forbidden
from kiosk.live import hub
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.matters import editing
from kiosk.plugins.opinions.matters import service as work
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import similar
from kiosk.plugins.opinions.register.access import Asker
from kiosk.plugins.opinions.register.access import asker
from kiosk.plugins.opinions.register.values import MatterView
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

MOST_DELEGATES = 50
OWN_OPINIONS_PER_MINUTE = 5

blueprint = Blueprint("opinions_api", __name__, url_prefix="/api/v1")

Kind = Literal["request", "report", "suggestion", "question", "complaint", "denunciation"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MatterBody(_Strict):
    """One matter as typed."""

    text: str = Field(min_length=1, max_length=service.LONGEST_TEXT)
    title: str = Field(default="", max_length=service.LONGEST_TITLE)
    topic: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    kind: Kind = "request"
    competence: Literal["ward", "above", "elsewhere"] = "ward"

    def as_new(self) -> service.NewMatter:
        """Return the matter as the verbs take it."""
        return service.NewMatter(self.text, self.title, self.topic, self.kind, self.competence)


class AuthorBody(_Strict):
    """A person who brings an opinion: a delegate's id, or a name."""

    delegate: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    name: str = Field(default="", max_length=200)


class OpinionBody(_Strict):
    """What somebody brought; no authors: anonymous."""

    channel: Literal["front", "association", "letter", "phone", "page", "slip", "spoken"] = "slip"
    matters: list[MatterBody] = Field(min_length=1, max_length=service.MOST_MATTERS)
    authors: list[AuthorBody] = Field(default=[], max_length=service.MOST_AUTHORS)
    area: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    turn: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    read_back: bool = False


class MendBody(MatterBody):
    """A matter as it should be, made from a revision of it."""

    revision: int


class AssignBody(_Strict):
    """Who answers, with whom, until when."""

    lead: int = Field(ge=1, le=LARGEST_ID)
    partners: list[int] = Field(default=[], max_length=work.MOST_PARTNERS)
    due_on: date | None = None
    revision: int


class MoveBody(_Strict):
    """The state to move to, from a revision."""

    state: str
    revision: int


class AnswerBody(_Strict):
    """An answer; `send` gives it to the secretary."""

    text: str = Field(max_length=work.LONGEST_ANSWER)
    proposed: str = ""
    send: bool = False
    revision: int


class PublishBody(_Strict):
    """The public wording; none takes the matter off the public page."""

    title: str = Field(default="", max_length=service.LONGEST_TITLE)
    public: bool = True
    revision: int


class MergeBody(_Strict):
    """The matter of which this one is a duplicate."""

    into: int = Field(ge=1, le=LARGEST_ID)
    revision: int


def _asker() -> Asker:
    return asker(db.session(), acting())


def shown(matter: MatterView, who: Asker) -> dict[str, Any]:
    """Return a matter as programs see it."""
    found: dict[str, Any] = {
        "id": matter.id,
        "number": matter.number,
        "revision": matter.revision,
        "title": matter.title,
        "text": matter.text,
        "topic": matter.topic,
        "topic_id": matter.topic_id,
        "kind": matter.kind,
        "competence": matter.competence,
        "channel": matter.channel,
        "state": matter.state,
        "area": matter.area,
        "lead": matter.lead,
        "partners": list(matter.partners),
        "due_on": matter.due_on.isoformat() if matter.due_on else None,
        "late_days": matter.late_days,
        "answer": matter.answer,
        "duplicate_of": matter.duplicate_of,
        "same": list(matter.same),
        "public": matter.published_at is not None,
        "received_at": clock.rfc3339(matter.received_at),
    }
    if who.staff:
        found["anonymous"] = matter.anonymous
        found["turn"] = matter.turn_id
        found["authors"] = [
            {"id": a.id, "delegate": a.delegate_id, "name": a.name, "area": a.area}
            for a in matter.authors
        ]
    return found


def _one(matter_id: int, status: int = 200) -> Response:
    who = _asker()
    return answer(shown(who.view(db.session(), acting().meeting.id, matter_id), who), status)


@blueprint.get("/meetings/<m>/opinions")
@described("Matters: q, state, column, topic, body, channel, late, page")
@needs("opinions.read")
def listing(m: str) -> Response:
    """Give a page of matters as cards."""
    args, who, here = request.args, _asker(), acting()
    wanted = board.Wanted(
        q=args.get("q", ""),
        topic_id=args.get("topic", type=int),
        body_id=args.get("body", type=int),
        state=args.get("state", ""),
        column=args.get("column", ""),
        channel=args.get("channel", ""),
        late=args.get("late") == "1",
    )
    session = db.session()
    counts = board.counts(session, here.meeting.id, who.narrowed(wanted))
    items = [
        asdict(card) | {"due_on": card.due_on and card.due_on.isoformat()}
        for card in who.cards(session, here.meeting.id, wanted, limit=200)
    ]
    for item in items:
        item["closed_on"] = item["closed_on"] and item["closed_on"].isoformat()
    return answer({"items": items, "total": counts.all, "by_column": counts.by_column})


@blueprint.post("/meetings/<m>/opinions")
@described("Take an opinion in; a delegate for self", body=OpinionBody, status=201)
@needs("opinions.submit")
def take_in(m: str) -> Response:
    """Put an opinion with its matters into the register."""
    here = acting()
    wanted = parse(OpinionBody)
    authors = tuple(service.Author(one.delegate, one.name) for one in wanted.authors)
    channel, turn, back = wanted.channel, wanted.turn, wanted.read_back
    if not here.may("opinions.manage"):
        own = here.actor.delegate_id
        if any(author.delegate_id != own for author in authors):
            raise Forbidden("not_yours", _("You can do this only for yourself."))
        limit(f"opinion:{own}", OWN_OPINIONS_PER_MINUTE)
        authors, channel, turn, back = (service.Author(own),), "page", None, False
    new = service.NewOpinion(
        channel,
        tuple(matter.as_new() for matter in wanted.matters),
        authors,
        wanted.area,
        turn,
        back,
    )
    with writing() as session:
        taken = service.take_in(session, here.meeting.id, new, actor=here.actor.name, now=here.now)
    return answer({"ids": taken.matter_ids, "numbers": taken.numbers}, 201)


@blueprint.get("/meetings/<m>/opinions/<int:matter_id>")
@described("One matter")
@needs("opinions.read")
def one(m: str, matter_id: int) -> Response:
    """Give one matter."""
    return _one(matter_id)


@blueprint.patch("/meetings/<m>/opinions/<int:matter_id>")
@described("Change words, topic, kind of a matter", body=MendBody)
@needs("opinions.manage")
def mend(m: str, matter_id: int) -> Response:
    """Mend one matter."""
    here, wanted = acting(), parse(MendBody)
    who = _asker().who
    with writing() as session:
        editing.mend(
            session,
            here.meeting.id,
            matter_id,
            wanted.as_new(),
            wanted.revision,
            who=who,
            now=here.now,
        )
    if wanted.kind == rules.DENUNCIATION and not who.sees_secrets:
        return answer({"id": matter_id, "kind": wanted.kind})
    return _one(matter_id)


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/assign")
@described("Give a matter to a body", body=AssignBody)
@needs("opinions.manage")
def assign(m: str, matter_id: int) -> Response:
    """Give a matter to a body; `moved_from` is a due date that was a day off."""
    here, wanted, who = acting(), parse(AssignBody), _asker()
    assignment = work.Assignment(wanted.lead, tuple(wanted.partners), wanted.due_on)
    with writing() as session:
        done = work.assign(
            session,
            here.meeting.id,
            matter_id,
            assignment,
            wanted.revision,
            who=who.who,
            now=here.now,
        )
    found = shown(who.view(db.session(), here.meeting.id, matter_id), who)
    return answer({**found, "moved_from": done.moved_from.isoformat() if done.moved_from else None})


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/move")
@described("Move a matter to another state", body=MoveBody)
@needs("opinions.answer")
def move(m: str, matter_id: int) -> Response:
    """Move a matter."""
    here, wanted, who = acting(), parse(MoveBody), _asker()
    with writing() as session:
        who.view(session, here.meeting.id, matter_id)
        work.move(
            session,
            here.meeting.id,
            matter_id,
            wanted.state,
            wanted.revision,
            who=who.who,
            now=here.now,
        )
    return _one(matter_id)


@blueprint.put("/meetings/<m>/opinions/<int:matter_id>/answer")
@described("Write the answer of a matter", body=AnswerBody)
@needs("opinions.answer")
def write_answer(m: str, matter_id: int) -> Response:
    """Keep an answer."""
    here, wanted, who = acting(), parse(AnswerBody), _asker()
    with writing() as session:
        work.write_answer(
            session,
            here.meeting.id,
            matter_id,
            work.Answer(wanted.text, wanted.proposed, wanted.send),
            wanted.revision,
            who=who.who,
            now=here.now,
            body_id=who.body_id,
        )
    return _one(matter_id)


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/publish")
@described("Make a matter public, or take it back", body=PublishBody)
@needs("opinions.manage")
def publish(m: str, matter_id: int) -> Response:
    """Make a matter public."""
    here, wanted, who = acting(), parse(PublishBody), _asker().who
    where = here.meeting.id
    with writing() as session:
        if wanted.public:
            work.publish(
                session, where, matter_id, wanted.title, wanted.revision, who=who, now=here.now
            )
        else:
            work.withdraw_from_public(
                session, where, matter_id, wanted.revision, who=who, now=here.now
            )
    return _one(matter_id)


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/merge")
@described("Make a matter a duplicate of another", body=MergeBody)
@needs("opinions.manage")
def merge(m: str, matter_id: int) -> Response:
    """Join a matter to another; all authors stay."""
    here, wanted, who = acting(), parse(MergeBody), _asker().who
    with writing() as session:
        work.merge(
            session,
            here.meeting.id,
            matter_id,
            wanted.into,
            wanted.revision,
            who=who,
            now=here.now,
        )
    return _one(matter_id)


@blueprint.get("/meetings/<m>/opinions/alike")
@described("Matters that say nearly the same, and who should answer: text, topic")
@needs("opinions.manage")
def likes(m: str) -> Response:
    """Give near-duplicates and the suggested topic and bodies for words being typed."""
    here, session = acting(), db.session()
    words = request.args.get("text", "")[: service.LONGEST_TEXT]
    topic = request.args.get("topic", type=int)
    found = similar.alike(session, here.meeting.id, words, request.args.get("not", type=int))
    suggested = similar.suggestion(session, here.meeting.id, topic, words)
    return answer({"alike": [asdict(a) for a in found], "suggested": asdict(suggested)})


@blueprint.get("/meetings/<m>/opinions/prepared")
@described("What delegates brought before and the prepared answers: delegate, repeated")
@needs("opinions.prepared")
def prepared(m: str) -> Response:
    """Give the prepared answers of some delegates."""
    asked = request.args.getlist("delegate", type=int)[:MOST_DELEGATES]
    found = queries.prepared_for(db.session(), acting().meeting.id, asked)
    return answer({"delegates": {str(k): [asdict(p) for p in v] for k, v in found.items()}})


@blueprint.get("/meetings/<m>/opinions/board")
@described("The board's snapshot, as the live view sends it")
@needs("opinions.follow")
def snapshot(m: str) -> Response:
    """Give the live view's snapshot."""
    return answer(hub.snapshot(db.session(), acting().meeting.id, "opinions"))
