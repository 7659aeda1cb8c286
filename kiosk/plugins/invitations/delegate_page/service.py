"""The verb of answering an invitation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.events import announce
from kiosk.models import Delegate
from kiosk.models import Meeting
from kiosk.plugins.invitations.events import Replied
from kiosk.plugins.invitations.models import Reply
from kiosk.vietnamese import clean

ANSWERS = ("yes", "other", "no")
LONGEST_NAME, LONGEST_RELATION, LONGEST_REASON = 120, 60, 300


@dataclass(frozen=True)
class Given:
    """An answer as it is given: `name` and `relation` belong to other, `reason` to no."""

    answer: str
    name: str = ""
    relation: str = ""
    reason: str = ""


def reply(
    session: Session,
    meeting_id: int,
    delegate_id: int,
    given: Given,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Keep a delegate's answer in place of an earlier one.

    NotFound `no_delegate`, Conflict `reply_closed` once the meeting has begun, Refused
    `invalid`; nothing is changed then.
    """
    delegate = session.get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != meeting_id or delegate.removed_at is not None:
        raise NotFound("no_delegate", _l("There is no such person in this meeting."))
    if now >= session.get_one(Meeting, meeting_id).starts_at:
        words = _l("The meeting has begun. Please come in: the welcome desk records who comes.")
        raise Conflict("reply_closed", words)
    values = _checked(given)
    _keep(session, {**values, "meeting_id": meeting_id, "delegate_id": delegate_id, "at": now})
    # The ledger is read by more people than an answer: it tells no names and no reasons.
    ledger.record(
        session,
        meeting_id,
        "invitation.replied",
        actor=actor,
        subject=f"delegate:{delegate_id}",
        facts={"answer": given.answer},
    )
    announce(session, Replied(meeting_id, delegate_id, given.answer))


def _checked(given: Given) -> dict[str, str]:
    fields: dict[str, object] = {}
    name, relation, reason = clean(given.name), clean(given.relation), clean(given.reason)
    if given.answer not in ANSWERS:
        fields["answer"] = _l("Please choose one of the answers.")
    if given.answer == "other" and not name:
        fields["name"] = _l("Please write who comes instead.")
    longest = (("name", name, LONGEST_NAME), ("relation", relation, LONGEST_RELATION))
    for field, words, most in (*longest, ("reason", reason, LONGEST_REASON)):
        if len(words) > most:
            fields[field] = _l("This is too long: at most %(n)s letters.", n=most)
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    is_other, is_no = given.answer == "other", given.answer == "no"
    return {
        "answer": given.answer,
        "name": name if is_other else "",
        "relation": relation if is_other else "",
        "reason": reason if is_no else "",
    }


def _keep(session: Session, values: dict[str, object]) -> None:
    # Two presses at the same moment: the later one stands, none fails.
    make = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        make(Reply)
        .values(values)
        .on_conflict_do_update(index_elements=["delegate_id"], set_=values)
        .execution_options(synchronize_session=False)
    )
    session.flush()
