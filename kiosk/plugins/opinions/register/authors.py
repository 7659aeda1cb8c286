"""Who brings an opinion that was said in a turn: the turn and its person go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.errors import Refused
from kiosk.models import Delegate
from kiosk.plugins.speakers import queries as speakers


@dataclass(frozen=True)
class Author:
    """Somebody who brings an opinion: a delegate, or a name."""

    delegate_id: int | None = None
    name: str = ""

    @property
    def is_somebody(self) -> bool:
        """Whether a delegate or any name stands here."""
        return self.delegate_id is not None or bool(vietnamese.clean(self.name))


def check(session: Session, meeting_id: int, authors: Sequence[Author]) -> None:
    """Refuse a delegate who is not the meeting's."""
    for author in authors:
        if author.delegate_id is None:
            continue
        delegate = session.get(Delegate, author.delegate_id)
        if delegate is None or delegate.meeting_id != meeting_id:
            words = {"authors": _l("There is no such person in this meeting.")}
            raise Refused("invalid", _l("Some fields need to be mended."), fields=words)


def settled(
    session: Session, meeting_id: int, authors: Sequence[Author], turn_id: int | None
) -> tuple[tuple[Author, ...], int | None]:
    """Return authors and turn as they are stored: what the minutes say under the turn's
    name is what its person brought.

    Without an author the turn's person is the author; the turn of somebody else than the
    authors is left out. Refused `invalid` when there is no such turn.
    """
    people = tuple(author for author in authors if author.is_somebody)
    if turn_id is None:
        return people, None
    owner = speakers.delegate_of(session, meeting_id, turn_id)
    if owner is None:
        words = {"turn": _l("There is no such turn on the list.")}
        raise Refused("invalid", _l("Some fields need to be mended."), fields=words)
    if not people:
        return (Author(owner),), turn_id
    found = _recognised(session.get_one(Delegate, owner), people)
    return found, turn_id if any(one.delegate_id == owner for one in found) else None


def _recognised(owner: Delegate, people: tuple[Author, ...]) -> tuple[Author, ...]:
    """Return the people with the turn's person known by name: typed or chosen is the same."""
    if any(one.delegate_id == owner.id for one in people):
        return people
    names = {
        vietnamese.search_key(owner.name),
        vietnamese.search_key(vietnamese.greeting(owner.salutation, owner.name)),
    }
    for place, one in enumerate(people):
        if one.delegate_id is None and vietnamese.search_key(one.name) in names:
            known = replace(one, delegate_id=owner.id, name="")
            return (*people[:place], known, *people[place + 1 :])
    return people
