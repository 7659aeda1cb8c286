"""The register over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint
from flask import Response
from flask_babel import gettext as _

from kiosk import clock
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.auth.rate_limits import limit
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Forbidden
from kiosk.live import hub
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions import schemas
from kiosk.plugins.opinions.matters import editing
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import similar
from kiosk.plugins.opinions.register.access import Asker
from kiosk.plugins.opinions.register.access import asker
from kiosk.plugins.opinions.register.values import MatterView
from kiosk.web.api import answer
from kiosk.web.api import asked
from kiosk.web.api import described
from kiosk.web.api import parse

OWN_OPINIONS_PER_MINUTE = 5

blueprint = Blueprint("opinions_api", __name__, url_prefix="/api/v1")


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
@described("Matters as cards", query=schemas.MatterQuery, answer=schemas.MatterPage)
@needs("opinions.read")
def listing(m: str) -> Response:
    """Give a page of matters as cards."""
    query, who, here = asked(schemas.MatterQuery), _asker(), acting()
    wanted = board.Wanted(
        q=query.q,
        topic_id=query.topic,
        body_id=query.body,
        state=query.state,
        column=query.column,
        channel=query.channel,
        late=query.late == "1",
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
@described(
    "Take an opinion in; a delegate for self",
    body=schemas.OpinionBody,
    answer=schemas.TakenIn,
    status=201,
)
@needs("opinions.submit")
def take_in(m: str) -> Response:
    """Put an opinion with its matters into the register."""
    here = acting()
    wanted = parse(schemas.OpinionBody)
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
@described("One matter", answer=schemas.MatterFacts)
@needs("opinions.read")
def one(m: str, matter_id: int) -> Response:
    """Give one matter."""
    return _one(matter_id)


@blueprint.patch("/meetings/<m>/opinions/<int:matter_id>")
@described(
    "Change words, topic, kind of a matter",
    body=schemas.MendBody,
    answer=schemas.MatterFacts | schemas.Secret,
)
@needs("opinions.manage")
def mend(m: str, matter_id: int) -> Response:
    """Mend one matter."""
    here, wanted = acting(), parse(schemas.MendBody)
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
@described("Give a matter to a body", body=schemas.AssignBody, answer=schemas.AssignedMatter)
@needs("opinions.manage")
def assign(m: str, matter_id: int) -> Response:
    """Give a matter to a body; `moved_from` is a due date that was a day off."""
    here, wanted, who = acting(), parse(schemas.AssignBody), _asker()
    assignment = matters.Assignment(wanted.lead, tuple(wanted.partners), wanted.due_on)
    with writing() as session:
        done = matters.assign(
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
@described("Move a matter to another state", body=schemas.MoveBody, answer=schemas.MatterFacts)
@needs("opinions.answer")
def move(m: str, matter_id: int) -> Response:
    """Move a matter."""
    here, wanted, who = acting(), parse(schemas.MoveBody), _asker()
    with writing() as session:
        who.view(session, here.meeting.id, matter_id)
        matters.move(
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
@described("Write the answer of a matter", body=schemas.AnswerText, answer=schemas.MatterFacts)
@needs("opinions.answer")
def write_answer(m: str, matter_id: int) -> Response:
    """Keep an answer."""
    here, wanted, who = acting(), parse(schemas.AnswerText), _asker()
    with writing() as session:
        matters.write_answer(
            session,
            here.meeting.id,
            matter_id,
            matters.Answer(wanted.text, wanted.proposed, wanted.send),
            wanted.revision,
            who=who.who,
            now=here.now,
            body_id=who.body_id,
        )
    return _one(matter_id)


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/publish")
@described(
    "Make a matter public, or take it back", body=schemas.PublishBody, answer=schemas.MatterFacts
)
@needs("opinions.manage")
def publish(m: str, matter_id: int) -> Response:
    """Make a matter public."""
    here, wanted, who = acting(), parse(schemas.PublishBody), _asker().who
    where = here.meeting.id
    with writing() as session:
        if wanted.public:
            matters.publish(
                session, where, matter_id, wanted.title, wanted.revision, who=who, now=here.now
            )
        else:
            matters.withdraw_from_public(
                session, where, matter_id, wanted.revision, who=who, now=here.now
            )
    return _one(matter_id)


@blueprint.post("/meetings/<m>/opinions/<int:matter_id>/merge")
@described(
    "Make a matter a duplicate of another", body=schemas.MergeBody, answer=schemas.MatterFacts
)
@needs("opinions.manage")
def merge(m: str, matter_id: int) -> Response:
    """Join a matter to another; all authors stay."""
    here, wanted, who = acting(), parse(schemas.MergeBody), _asker().who
    with writing() as session:
        matters.merge(
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
@described(
    "Matters that say nearly the same, and who should answer",
    query=schemas.SimilarQuery,
    answer=schemas.SimilarAnswer,
)
@needs("opinions.manage")
def likes(m: str) -> Response:
    """Give near-duplicates and the suggested topic and bodies for words being typed."""
    here, session = acting(), db.session()
    query = asked(schemas.SimilarQuery)
    words = query.text[: service.LONGEST_TEXT]
    found = similar.alike(session, here.meeting.id, words, query.apart_from)
    suggested = similar.suggestion(session, here.meeting.id, query.topic, words)
    return answer({"alike": [asdict(a) for a in found], "suggested": asdict(suggested)})


@blueprint.get("/meetings/<m>/opinions/prepared")
@described(
    "What delegates brought before and the prepared answers",
    query=schemas.PreparedQuery,
    answer=schemas.PreparedAnswers,
)
@needs("opinions.prepared")
def prepared(m: str) -> Response:
    """Give the prepared answers of some delegates."""
    people = asked(schemas.PreparedQuery).delegate[: schemas.MOST_DELEGATES]
    found = queries.prepared_for(db.session(), acting().meeting.id, people)
    return answer({"delegates": {str(k): [asdict(p) for p in v] for k, v in found.items()}})


@blueprint.get("/meetings/<m>/opinions/board")
@described("The board's snapshot, as the live view sends it", answer=schemas.RegisterSnapshot)
@needs("opinions.follow")
def snapshot(m: str) -> Response:
    """Give the live view's snapshot."""
    return answer(hub.snapshot(db.session(), acting().meeting.id, "opinions"))
