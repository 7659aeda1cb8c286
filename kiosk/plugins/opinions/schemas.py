"""What the calls of the register take and answer."""

from __future__ import annotations

from typing import Annotated
from typing import Literal

from pydantic import Field

from kiosk.db.base import LARGEST_ID
from kiosk.plugins.opinions.matters import service as work
from kiosk.plugins.opinions.register import service
from kiosk.web.api import Day
from kiosk.web.api import Id
from kiosk.web.api import Input
from kiosk.web.api import Number
from kiosk.web.api import Output
from kiosk.web.api import Query
from kiosk.web.api import Time

MOST_DELEGATES = 50

Revision = Annotated[int, Field(ge=0, le=LARGEST_ID)]
Competence = Literal["ward", "above", "elsewhere"]
Channel = Literal["front", "association", "letter", "phone", "page", "slip", "spoken"]
Column = Literal["new", "assigned", "doing", "done", "aside"]
State = Literal[
    "received",
    "classified",
    "assigned",
    "preparing",
    "in_progress",
    "passed_up",
    "answered_in_hall",
    "answered_in_writing",
    "settled",
    "out_of_scope",
    "duplicate",
    "redirected",
]
Kind = Literal["request", "report", "suggestion", "question", "complaint", "denunciation"]


class NewMatterBody(Input):
    """One matter as typed."""

    text: str = Field(min_length=1, max_length=service.LONGEST_TEXT)
    title: str = Field(default="", max_length=service.LONGEST_TITLE)
    topic: Id | None = None
    kind: Kind = "request"
    competence: Competence = "ward"

    def as_new(self) -> service.NewMatter:
        """Return the matter as the verbs take it."""
        return service.NewMatter(self.text, self.title, self.topic, self.kind, self.competence)


class AuthorBody(Input):
    """A person who brings an opinion: a delegate's id, or a name."""

    delegate: Id | None = None
    name: str = Field(default="", max_length=200)


class OpinionBody(Input):
    """What somebody brought; no authors: anonymous."""

    channel: Channel = "slip"
    matters: list[NewMatterBody] = Field(min_length=1, max_length=service.MOST_MATTERS)
    authors: list[AuthorBody] = Field(default=[], max_length=service.MOST_AUTHORS)
    area: Id | None = None
    turn: Id | None = None
    read_back: bool = False


class MendBody(NewMatterBody):
    """A matter as it should be, made from a revision of it."""

    revision: Revision


class AssignBody(Input):
    """Who answers, with whom, until when."""

    lead: Id
    partners: list[Id] = Field(default=[], max_length=work.MOST_PARTNERS)
    due_on: Day | None = None
    revision: Revision


class MoveBody(Input):
    """The state to move to, from a revision."""

    state: State
    revision: Revision


class AnswerText(Input):
    """An answer; `send` gives it to the secretary."""

    text: str = Field(max_length=work.LONGEST_ANSWER)
    proposed: Literal["", "in_progress", "settled", "out_of_scope"] = ""
    send: bool = False
    revision: Revision


class PublishBody(Input):
    """The public wording; none takes the matter off the public page."""

    title: str = Field(default="", max_length=service.LONGEST_TITLE)
    public: bool = True
    revision: Revision


class MergeBody(Input):
    """The matter of which this one is a duplicate."""

    into: Id
    revision: Revision


class MatterQuery(Query):
    """What the list is narrowed to; `late`: only what is over its time."""

    q: str = Field(default="", description="Words without accents; a number of the register.")
    topic: Number | None = None
    body: Number | None = None
    state: Literal["", State] = ""
    column: Literal["", Column] = ""
    channel: Literal["", Channel] = ""
    late: Literal["0", "1"] = "0"


class SimilarQuery(Query):
    """The words being typed; `not` is the matter that they are of."""

    text: str = ""
    topic: Number | None = None
    apart_from: Number | None = Field(default=None, alias="not")


class PreparedQuery(Query):
    """Of whom; more than fifty at once are not looked at."""

    delegate: list[Number] = Field(default=[])


class Card(Output):
    """A matter on the board."""

    id: int
    number: int | None
    words: str
    topic_id: int | None
    kind: Kind
    state: State
    lead_id: int | None
    due_on: Day | None
    closed_on: Day | None
    late_days: int
    sent: bool
    published: bool
    same: int


class Columns(Output):
    """How many matters stand in each column."""

    new: int
    assigned: int
    doing: int
    done: int
    aside: int


class MatterPage(Output):
    """The matters as cards; `total` counts all that fit."""

    items: list[Card]
    total: int
    by_column: Columns


class TakenIn(Output):
    """The matters that were taken in, with their numbers of the register."""

    ids: list[int]
    numbers: list[int | None]


class AuthorFacts(Output):
    """Who brought a matter; the name is empty when it was erased."""

    id: int
    delegate: int | None
    name: str
    area: str


class MatterFacts(Output):
    """A matter; who brought it is told to the office only."""

    id: int
    number: int | None
    revision: int
    title: str
    text: str
    topic: str
    topic_id: int | None
    kind: Kind
    competence: Competence
    channel: Channel
    state: State
    area: str
    lead: str
    partners: list[str]
    due_on: Day | None
    late_days: int
    answer: str
    duplicate_of: int | None
    same: list[int]
    public: bool
    received_at: Time
    anonymous: bool | None = None
    turn: int | None = None
    authors: list[AuthorFacts] | None = None


class AssignedMatter(MatterFacts):
    """A matter that was given to a body; `moved_from` is a due date that was a day off."""

    moved_from: Day | None


class Secret(Output):
    """A denunciation: whoever may not see it learns no more."""

    id: int
    kind: Kind


class Similar(Output):
    """A matter that says nearly the same."""

    id: int
    number: int | None
    words: str
    state: State
    percent: int


class Suggested(Output):
    """Topic and bodies that fit the words."""

    topic_id: int | None
    lead_body_id: int | None
    with_body_ids: list[int]


class SimilarAnswer(Output):
    """What is alike, and who should answer."""

    alike: list[Similar]
    suggested: Suggested


class PreparedAnswer(Output):
    """What somebody brought before, with the answer that was prepared."""

    id: int
    number: int | None
    revision: int
    words: str
    topic: str
    lead: str
    state: State
    answer: str
    answer_by: str


class PreparedAnswers(Output):
    """The prepared answers by the delegate's id."""

    delegates: dict[str, list[PreparedAnswer]]


class RegisterSnapshot(Output):
    """How many matters stand where: no words, no names. `by_topic` by the topic's id."""

    version: int
    all: int
    by_column: Columns
    by_state: dict[State, int]
    by_topic: dict[str, int]
    late: int
