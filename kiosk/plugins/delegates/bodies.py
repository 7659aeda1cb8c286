"""The bodies of the plan: who comes for which, and which are not invited this time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.db import ledger
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole


def held(session: Session, delegate_id: int) -> set[int]:
    """Return the bodies that a person comes for."""
    mine = select(DelegateRole.body_id).where(DelegateRole.delegate_id == delegate_id)
    return set(session.scalars(mine))


def hold(session: Session, delegate: Delegate, wanted: Collection[int]) -> None:
    """Let a person come for these bodies and no others; the person is recorded by who asks.

    Refused `invalid` when one is not of the meeting.
    """
    known = set(session.scalars(select(Body.id).where(Body.meeting_id == delegate.meeting_id)))
    if not known.issuperset(wanted):
        words = _l("Please choose the bodies from the list.")
        raise Refused("invalid", words, fields={"body": words})
    mine = held(session, delegate.id)
    gone = mine.difference(wanted)
    session.execute(
        delete(DelegateRole)
        .where(DelegateRole.delegate_id == delegate.id, DelegateRole.body_id.in_(gone))
        .execution_options(synchronize_session=False)
    )
    new = sorted(set(wanted) - mine)
    session.add_all(
        DelegateRole(delegate_id=delegate.id, body_id=key, title=delegate.title) for key in new
    )
    session.flush()


def strike(session: Session, meeting_id: int, body_id: int, *, actor: str, now: datetime) -> str:
    """Note that a body sends nobody this time: it is not missed any more. Returns its name."""
    body = _body(session, meeting_id, body_id)
    body.struck_at = body.struck_at or now
    session.flush()
    ledger.record(session, meeting_id, "body.struck", actor=actor, subject=f"body:{body_id}")
    return body.name


def put_back(session: Session, meeting_id: int, body_id: int, *, actor: str) -> str:
    """Expect a body again; returns its name."""
    body = _body(session, meeting_id, body_id)
    body.struck_at = None
    session.flush()
    ledger.record(session, meeting_id, "body.expected", actor=actor, subject=f"body:{body_id}")
    return body.name


def _body(session: Session, meeting_id: int, body_id: int) -> Body:
    body = session.get(Body, body_id)
    if body is None or body.meeting_id != meeting_id:
        raise NotFound("no_body", _l("There is no such body in this meeting."))
    return body
