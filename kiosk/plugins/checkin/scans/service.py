"""Verbs of the door: one scan in, one verdict out."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from dataclasses import fields
from datetime import UTC
from typing import Any

from flask_babel import lazy_gettext as _l

from kiosk import clock
from kiosk import vietnamese
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import KioskError
from kiosk.errors import Refused
from kiosk.events import announce
from kiosk.plugin import registry
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.checkin.scans import guessing
from kiosk.plugins.checkin.scans import rules
from kiosk.plugins.checkin.scans import statements
from kiosk.plugins.checkin.scans.decide import act
from kiosk.plugins.checkin.scans.labels import message
from kiosk.plugins.checkin.scans.labels import sentence_of
from kiosk.plugins.checkin.scans.statements import Who
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.scans.values import Door
from kiosk.plugins.checkin.scans.values import Outcome
from kiosk.plugins.checkin.scans.values import find
from kiosk.plugins.checkin.scans.values import first_of

VIEW = "attendance"


class Repeated(Exception):
    """This scan id is written down already: roll back, then ask `replay`."""


@dataclass(frozen=True)
class Recorded:
    """A scan as it was written down; `answer` makes it what the device is told."""

    scan_id: str
    verdict: str
    who: Who | None
    facts: dict[str, Any]
    replay: bool = False


def ask(door: Door, attempt: Attempt, *, kept: bool) -> KioskError | None:
    """Take from what the device may guess, before `record_scan` looks the code up.

    Only for an attempt that `is_guess`. The caller commits even when this returns a
    refusal, and never undoes it with what becomes of the scan. `kept` says that the scan
    waited on the device. A scan that is written down already is answered without a guess.
    """
    if door.is_over(attempt) or _written(door, attempt) is not None:
        return None
    if kept and not door.staffed:
        words = _l(
            "The short number works only while this tablet has a network. Please type it "
            "once more, or hold up the invitation."
        )
        return Refused("online_only", words, fields={"code": words})
    return guessing.ask(door, attempt)


def record_scan(door: Door, attempt: Attempt) -> Recorded:
    """Decide one scan and write it down; a meeting that is over writes nothing.

    A short code is asked for first (`ask`). Raises Repeated when the `scan_id` is there
    already: whatever was tried in the caller's transaction has to be rolled back, and
    `replay` gives the answer.
    """
    _check(door, attempt)
    if door.is_over(attempt):
        return _over(door, attempt)
    if attempt.is_guess and _written(door, attempt) is not None:
        # Not even looked up: how long that takes would tell what is there.
        raise Repeated
    if door.line.on_postgresql:
        door.line.first(statements.ONE_AFTER_ANOTHER, meeting_id=door.meeting.id)
    odd = rules.flags(attempt.scanned_at, door.now, door.day_begins)
    outcome = act(door, attempt)
    if outcome.verdict == "review":
        odd.append("conflict")
    facts = {"flags": odd, "version": _write_down(door, outcome), **outcome.facts}
    key = door.line.scalar(
        statements.RECORD,
        meeting_id=door.meeting.id,
        scan_id=attempt.scan_id,
        content=_content(attempt),
        token_id=door.actor.token_id,
        device=door.actor.name,
        delegate_id=outcome.about,
        verdict=outcome.verdict,
        direction=attempt.direction,
        via=attempt.via,
        offline=attempt.offline,
        scanned_at=attempt.scanned_at,
        received_at=door.now,
        flags=odd,
        effect=outcome.effect,
        undoes=outcome.undoes,
        substitute=attempt.substitute,
        observer=attempt.observer,
        answer=facts,
    )
    if key is None:
        raise Repeated
    for event in outcome.events:
        announce(door.session, event)
    return Recorded(attempt.scan_id, outcome.verdict, outcome.who, facts)


def replay(door: Door, attempt: Attempt) -> Recorded:
    """Return this scan as it was written down the first time.

    Raises Conflict(`scan_id_reused`) when it was another scan under the same id.
    """
    found = _written(door, attempt)
    if found is None or found.content != _content(attempt):
        raise Conflict(
            "scan_id_reused",
            _l("This scan number was used for another scan. Please scan once more."),
        )
    # Whose a worthless letter was is for the organiser, not for the door.
    named = found.delegate_id is not None and found.verdict not in rules.NAMELESS
    who = find(door, found.delegate_id) if named and found.delegate_id else None
    facts = found.answer or {}
    if found.verdict == "admitted" and "first" not in facts and who is not None:
        # Written down by a version that did not say so yet.
        facts = {**facts, **first_of(who)}
    return Recorded(attempt.scan_id, found.verdict, who, facts, replay=True)


def _written(door: Door, attempt: Attempt) -> Scan | None:
    given = {"meeting_id": door.meeting.id, "scan_id": attempt.scan_id}
    return door.session.scalar(statements.BY_SCAN_ID, given)


def _over(door: Door, attempt: Attempt) -> Recorded:
    """Say that the meeting is over. What was written down before still has its answer."""
    if _written(door, attempt) is not None:
        raise Repeated
    facts = {
        "flags": rules.flags(attempt.scanned_at, door.now, door.day_begins),
        "version": ledger.version_of(door.session, door.meeting.id, VIEW),
        "ended_at": clock.rfc3339(door.meeting.ends_at),
    }
    return Recorded(attempt.scan_id, "over", None, facts)


def _check(door: Door, attempt: Attempt) -> None:
    named = attempt.delegate is not None or attempt.walk_in is not None
    if (named or attempt.direction == "undo") and not door.staffed:
        raise Forbidden("staff_only", _l("This is done at the staffed desk."))
    for field, person in (("walk_in", attempt.walk_in), ("substitute", attempt.substitute)):
        if person is not None and not vietnamese.clean(person.get("name", "")):
            words = _l("Please enter the full name, letters only.")
            raise Refused(
                "invalid", _l("Some fields need to be mended."), fields={f"{field}.name": words}
            )


def _content(attempt: Attempt) -> str:
    # Whether a retry came from the outbox does not make it another scan. Keyed, since a
    # short code could be guessed from a bare digest.
    names = (field.name for field in fields(attempt) if field.name != "offline")
    facts = {name: getattr(attempt, name) for name in names}
    # One moment is one moment in whatever zone; a scan without a time has none to compare.
    facts["scanned_at"] = None if attempt.untimed else attempt.scanned_at.astimezone(UTC)
    canonical = json.dumps(facts, sort_keys=True, default=str).encode()
    return hmac.digest(registry().settings.secret_key.encode(), canonical, "sha256").hex()


def _write_down(door: Door, outcome: Outcome) -> int:
    if outcome.kind:
        raised = ledger.record(
            door.session,
            door.meeting.id,
            outcome.kind,
            actor=door.actor.name,
            subject=f"delegate:{outcome.about}",
        )
        if VIEW in raised:
            return raised[VIEW]
    return ledger.version_of(door.session, door.meeting.id, VIEW)


def answer(scan: Recorded) -> dict[str, Any]:
    """Return what the device is told, in the language of whoever asks."""
    who = scan.who
    spoken = sentence_of(scan.verdict, scan.facts)
    return {
        "scan_id": scan.scan_id,
        "verdict": scan.verdict,
        "message": message(spoken, who.salutation if who is not None else ""),
        "replay": scan.replay,
        "delegate": _delegate(who) if who is not None else None,
        **scan.facts,
    }


def _delegate(who: Who) -> dict[str, Any]:
    return {
        "id": who.id,
        "name": who.name,
        "salutation": who.salutation,
        "title": who.title,
        "group": who.group_name,
        "group_kind": who.group_kind,
        "area": who.area_name or "",
        "household": who.number or "",
        "seat": who.seat or None,
        "announced": _announced(who),
    }


def _announced(who: Who) -> dict[str, str] | None:
    """Return who the invitation page said would come instead, for the door to offer."""
    if not who.announced_name:
        return None
    return {"name": who.announced_name, "relation": who.announced_relation or ""}
