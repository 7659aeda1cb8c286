"""Who asks, and what of the register is theirs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.auth.access import Acting
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.models import Membership
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import board
from kiosk.plugins.opinions.register import values
from kiosk.plugins.opinions.register.board import Card
from kiosk.plugins.opinions.register.board import Wanted
from kiosk.plugins.opinions.register.service import Who
from kiosk.plugins.opinions.register.values import MatterView


@dataclass(frozen=True)
class Asker:
    """A person before the register: staff, one body, or an observer."""

    who: Who
    body_id: int | None = None

    @property
    def staff(self) -> bool:
        """Whether the whole register is open, with names."""
        return bool(self.who.roles & rules.STAFF)

    def narrowed(self, wanted: Wanted) -> Wanted:
        """Return the conditions held to what this asker may see."""
        return replace(
            wanted,
            only_body=self.body_id,
            names=self.staff,
            secrets=self.who.sees_secrets,
        )

    def cards(
        self, session: Session, meeting_id: int, wanted: Wanted, limit: int | None = board.CARDS
    ) -> list[Card]:
        """Return cards; names are taken out of the words for who must not know them."""
        found = board.cards(session, meeting_id, self.narrowed(wanted), limit=limit)
        return found if self.staff else unnamed(session, found)

    def view(self, session: Session, meeting_id: int, matter_id: int) -> MatterView:
        """Return a matter as this asker may see it; NotFound when it is not theirs."""
        conditions = [Matter.meeting_id == meeting_id, Matter.id == matter_id]
        if not self.who.sees_secrets:
            conditions.append(Matter.kind != rules.DENUNCIATION)
        if self.body_id is not None:
            conditions.append(board.given_to(self.body_id))
        found = values.load(session, *conditions)
        if not found:
            raise NotFound("no_matter", _l("There is no such matter, or it is not open to you."))
        if self.staff:
            return found[0]
        bare = found[0].without_names()
        return bare if self.body_id is not None else _without_draft(bare)


def _without_draft(matter: MatterView) -> MatterView:
    """Return the matter without an answer that nobody has given yet."""
    if matter.published_at is not None or matter.state in rules.ANSWERED:
        return matter
    return replace(matter, answer="", answer_by="", proposed="", sent_at=None)


def unnamed(session: Session, found: Sequence[Card]) -> list[Card]:
    """Return the cards with their authors' names taken out of the words."""
    names = board.names_of_cards(session, found)
    return [replace(c, words=rules.nameless(c.words, names.get(c.id, []))) for c in found]


def asker(session: Session, here: Acting) -> Asker:
    """Return who asks in this request.

    Forbidden for a person of a body whom the organiser has given no body yet.
    """
    who = Who(here.actor.name, here.roles)
    if who.roles & rules.STAFF or "body" not in who.roles:
        return Asker(who)
    body_id = None
    if here.actor.kind == "user":
        body_id = session.scalar(
            select(Membership.body_id).where(
                Membership.user_id == here.actor.id,
                Membership.meeting_id == here.meeting.id,
                Membership.role == "body",
            )
        )
    if body_id is None:
        raise Forbidden(
            "no_body",
            _l("It is not noted yet which body you answer for. Please ask the ward office."),
        )
    return Asker(who, body_id)
