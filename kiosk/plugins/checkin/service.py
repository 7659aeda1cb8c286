"""Verbs of the door: one scan in, one verdict out."""

from __future__ import annotations

import hmac
import json
from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk import ledger
from kiosk import text
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import Refused
from kiosk.plugin import registry
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin import statements
from kiosk.plugins.checkin.messages import message
from kiosk.plugins.checkin.steps import Attempt
from kiosk.plugins.checkin.steps import Door
from kiosk.plugins.checkin.steps import Outcome
from kiosk.plugins.checkin.steps import act
from kiosk.plugins.checkin.steps import find

VIEW = "attendance"


def record_scan(door: Door, attempt: Attempt) -> dict[str, Any]:
    """Decide one scan, write it down and return the answer.

    The same `scan_id` answers the same again and changes nothing; with other content it
    raises Conflict(`scan_id_reused`).
    """
    _check(door, attempt)
    connection = door.connection
    odd = rules.flags(attempt.scanned_at, door.now, door.day_begins)
    content = _content(attempt)
    key = connection.execute(
        statements.CLAIM[connection.dialect.name],
        {
            "meeting_id": door.meeting.id,
            "scan_id": attempt.scan_id,
            "content": content,
            "token_id": door.actor.token_id,
            "device": door.actor.name,
            "verdict": "",
            "direction": attempt.direction,
            "via": attempt.via,
            "offline": attempt.offline,
            "scanned_at": attempt.scanned_at,
            "received_at": door.now,
            "flags": odd,
            "substitute": attempt.substitute,
        },
    ).scalar()
    if key is None:
        return _replay(door, attempt.scan_id, content)
    outcome = act(door, attempt)
    if outcome.verdict == "review":
        odd.append("conflict")
    version = _write_down(door, outcome)
    answer = {"flags": odd, "version": version, **outcome.facts}
    connection.execute(
        statements.FINISH,
        {
            "key": key,
            "about": outcome.who.id if outcome.who is not None else None,
            "verdict": outcome.verdict,
            "flags": odd,
            "effect": outcome.effect,
            "undoes": outcome.undoes,
            "answer": answer,
        },
    )
    return _answer(attempt.scan_id, outcome.verdict, outcome.who, answer, replay=False)


def _check(door: Door, attempt: Attempt) -> None:
    staffed = bool(door.roles & {"desk", "organiser"})
    named = attempt.delegate is not None or attempt.walk_in is not None
    if (named or attempt.direction == "undo" or attempt.observer) and not staffed:
        raise Forbidden("staff_only", _l("This is done at the staffed desk."))
    if attempt.walk_in is not None and not text.clean(attempt.walk_in.get("name", "")):
        words = _l("Please enter the full name, letters only.")
        raise Refused(
            "invalid", _l("Some fields need to be mended."), fields={"walk_in.name": words}
        )


def _content(attempt: Attempt) -> str:
    # Whether a retry came from the outbox does not make it another scan. Keyed, since a
    # short code could be guessed from a bare digest.
    facts = {key: value for key, value in vars(attempt).items() if key != "offline"}
    canonical = json.dumps(facts, sort_keys=True, default=str).encode()
    return hmac.digest(registry().settings.secret_key.encode(), canonical, "sha256").hex()


def _replay(door: Door, scan_id: str, content: str) -> dict[str, Any]:
    found = door.session.scalar(
        statements.BY_SCAN_ID, {"meeting_id": door.meeting.id, "scan_id": scan_id}
    )
    if found is None or found.content != content:
        raise Conflict(
            "scan_id_reused",
            _l("This scan number was used for another scan. Please scan once more."),
        )
    who = find(door, found.delegate_id) if found.delegate_id else None
    return _answer(scan_id, found.verdict, who, found.answer or {}, replay=True)


def _write_down(door: Door, outcome: Outcome) -> int:
    if outcome.kind:
        raised = ledger.record(
            door.session,
            door.meeting.id,
            outcome.kind,
            actor=door.actor.name,
            subject=f"delegate:{outcome.who.id}",
        )
        if VIEW in raised:
            return raised[VIEW]
    return ledger.version_of(door.session, door.meeting.id, VIEW)


def _answer(
    scan_id: str, verdict: str, who: Any, facts: dict[str, Any], *, replay: bool
) -> dict[str, Any]:
    return {
        "scan_id": scan_id,
        "verdict": verdict,
        "message": message(verdict, who.salutation if who is not None else ""),
        "replay": replay,
        "delegate": _delegate(who) if who is not None else None,
        **facts,
    }


def _delegate(who: Any) -> dict[str, Any]:
    return {
        "id": who.id,
        "name": who.name,
        "salutation": who.salutation,
        "title": who.title,
        "group": who.group_name,
        "group_kind": who.group_kind,
        "area": who.area_name or "",
        "household": who.number or "",
        "seat": None,
    }
