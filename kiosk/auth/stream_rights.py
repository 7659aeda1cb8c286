"""Whether who was let in once may still stay: for what outlives its request.

A stream is opened in one request and lasts for hours. Its right is asked for again every
few seconds, for all streams of a worker together: one query for their tokens, two for
their people, however many screens there are.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.auth.access import Actor
from kiosk.auth.access import actor_of_code
from kiosk.models import AccessToken
from kiosk.models import Membership
from kiosk.models import User

Standing = Mapping[Actor, Actor]


@dataclass(frozen=True)
class Claim:
    """Who was let in where, and the sets of roles of each of which one must still be held."""

    meeting_id: int
    askers: tuple[Actor, ...]
    needed: tuple[frozenset[str], ...]

    def holds(self, standing: Standing) -> bool:
        """Whether the roles that its askers hold now still suffice."""
        now = [standing[asker] for asker in self.askers if asker in standing]
        held = frozenset[str]().union(*(actor.roles(self.meeting_id) for actor in now))
        return all(held & roles for roles in self.needed)


def standing(session: Session, actors: Collection[Actor]) -> Standing:
    """Return, by who they were when let in, those who still may act, with today's roles."""
    return {
        **_tokens(session, [actor for actor in actors if actor.kind == "token"]),
        **_people(session, [actor for actor in actors if actor.kind == "user"]),
        **_delegates([actor for actor in actors if actor.kind == "invitation"]),
    }


def _tokens(session: Session, actors: list[Actor]) -> Standing:
    if not actors:
        return {}
    rows = session.execute(
        select(AccessToken.digest, AccessToken.meeting_id, AccessToken.role).where(
            AccessToken.digest.in_({actor.proof for actor in actors}),
            AccessToken.revoked_at.is_(None),
        )
    )
    grants = {row.digest: frozenset({(row.meeting_id, row.role)}) for row in rows}
    return {
        actor: Actor("token", actor.id, grants=grants[actor.proof])
        for actor in actors
        if actor.proof in grants
    }


def _people(session: Session, actors: list[Actor]) -> Standing:
    if not actors:
        return {}
    ids = {actor.id for actor in actors}
    epochs = {
        row.id: str(row.session_epoch)
        for row in session.execute(
            select(User.id, User.session_epoch).where(User.id.in_(ids), User.disabled_at.is_(None))
        )
    }
    grants: dict[int, set[tuple[int | None, str]]] = {}
    for row in session.execute(
        select(Membership.user_id, Membership.meeting_id, Membership.role).where(
            Membership.user_id.in_(ids)
        )
    ):
        grants.setdefault(row.user_id, set()).add((row.meeting_id, row.role))
    return {
        actor: Actor("user", actor.id, grants=frozenset(grants.get(actor.id or 0, ())))
        for actor in actors
        if epochs.get(actor.id or 0) == actor.proof
    }


def _delegates(actors: list[Actor]) -> Standing:
    found = {actor: actor_of_code(actor.proof) for actor in actors}
    return {actor: now for actor, now in found.items() if now is not None}
