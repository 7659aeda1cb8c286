"""Verbs about meetings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.auth import meeting_keys
from kiosk.db import ledger
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.calendar.labels import FACT_WORDS
from kiosk.plugins.meetings.preparation import new_meeting
from kiosk.plugins.meetings.preparation import service

# Telex and VNI leave these alone: no vowel, no Y, D, W.
TAG_ALPHABET = "0123456789BCFGHJKLMNPQRSTVXZ"
DOORS = ("open", "closed", "auto")


@dataclass(frozen=True)
class NewMeeting:
    """What a new meeting is made of. `areas` are (name, other spellings)."""

    name: str
    title: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    host: str
    ward: str
    org_name: str
    place_name: str
    address: str = ""
    plan_number: str = ""
    doors_open_at: datetime | None = None
    doors: str = "auto"
    areas: Sequence[tuple[str, Sequence[str]]] = field(default_factory=tuple)
    # The meeting whose composition, topics and programme are taken over; else the profile's.
    like: int | None = None
    profile: plan.Profile = plan.PROFILES["2025"]

    @property
    def hours(self) -> rules.Hours:
        """The hours; doors that are not set open half an hour before the start."""
        opens = self.doors_open_at or self.starts_at - timedelta(minutes=plan.DOORS_OPEN_MINUTES)
        return rules.Hours(opens, self.starts_at, self.ends_at)


def create(
    session: Session,
    new: NewMeeting,
    *,
    actor: str,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Meeting:
    """Make a meeting with the usual topics and composition groups. Raises Refused by field."""
    _refuse(unfit(session, new))
    profile = plan.for_unit(new.profile, rules.unit_of(new.ward))
    meeting = Meeting(
        name=new.name,
        title=new.title,
        host=new.host,
        venue=new.venue,
        address=new.address,
        ward=new.ward,
        org_name=new.org_name,
        place_name=new.place_name,
        plan_number=new.plan_number,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        doors=new.doors,
        doors_open_at=new.hours.opens_at,
        tag=_free_tag(session, random_bytes),
        code_key=b"",
        programme=new_meeting.programme(new.starts_at, new.ends_at, profile.programme),
        created_at=now,
    )
    session.add(meeting)
    session.flush()
    # Sealed for this row alone, so its number must be known first.
    meeting.code_key = meeting_keys.new(registry().settings.secret_key, meeting.id, random_bytes)
    session.flush()
    if new.like is None:
        new_meeting.compose(session, meeting.id, new.areas, profile)
    else:
        new_meeting.copy(session, new.like, meeting, new.areas)
    service.plan_tasks(session, meeting, profile.tasks, new.like)
    ledger.record(session, meeting.id, "meeting.made", actor=actor, subject=meeting.name)
    return meeting


def unfit(session: Session, new: NewMeeting, *, hours: bool = True) -> dict[str, object]:
    """Return a sentence for every field of a new meeting that is wrong; hours on demand."""
    areas = [name for name, _ in new.areas]
    facts = {name: getattr(new, name) for name in rules.LONGEST_FACTS}
    fields = said(facts, new.hours if hours else None, areas)
    if not rules.is_short_name(new.name):
        fields["name"] = _l("Small letters without accents, digits and hyphens only.")
    elif session.scalar(select(Meeting.id).where(Meeting.name == new.name)) is not None:
        fields["name"] = _l("Another meeting has this short name. Choose another one.")
    return fields


def _refuse(fields: dict[str, object]) -> None:
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)


def said(
    facts: Mapping[str, str],
    hours: rules.Hours | None,
    areas: Sequence[str] | None = None,
    points: int = 0,
) -> dict[str, object]:
    """Return a sentence for each fact that is wrong or does not fit the others, by field.

    Hours that cannot be read are None: only the facts are looked at.
    """
    wrong = rules.unfit_facts(facts, areas)
    if hours is not None:
        wrong |= rules.unfit_hours(hours, points)
    return {
        name: FACT_WORDS.get((name, kind)) or FACT_WORDS["", kind] for name, kind in wrong.items()
    }


def _free_tag(session: Session, random_bytes: Callable[[int], bytes]) -> str:
    taken = set(session.scalars(select(Meeting.tag)))
    for _ in range(100):
        tag = "".join(TAG_ALPHABET[byte % len(TAG_ALPHABET)] for byte in random_bytes(4))
        if tag not in taken:
            return tag
    raise Conflict("no_tag", _l("No free code mark was found. Please try again."))


def set_doors(session: Session, meeting_id: int, doors: str, *, actor: str) -> None:
    """Open or close the doors by hand, or let them follow the times (`auto`)."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("no_meeting", _l("There is no such meeting, or it is not open to you."))
    if doors not in DOORS:
        raise Refused(
            "invalid",
            _l("Some fields need to be mended."),
            fields={"doors": _l("One of: open, closed, auto.")},
        )
    if meeting.doors == doors:
        return
    meeting.doors = doors
    session.flush()
    ledger.record(session, meeting_id, "meeting.doors", actor=actor, facts={"doors": doors})


def change(session: Session, meeting_id: int, values: dict[str, Any], *, actor: str) -> bool:
    """Change facts of a meeting; programme and open tasks move with its hours.

    Returns whether points of the programme were shortened to fit. Raises Refused by field.
    """
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("no_meeting", _l("There is no such meeting, or it is not open to you."))
    before, items = meeting.starts_at, [item for _, item in service.programme(meeting)]
    for name, value in values.items():
        setattr(meeting, name, value)
    hours = rules.Hours(meeting.doors_open_at, meeting.starts_at, meeting.ends_at)
    facts = {name: getattr(meeting, name) for name in rules.LONGEST_FACTS}
    _refuse(said(facts, hours, points=len(items)))
    fitted = rules.fitted(items, hours.minutes)
    if fitted != items or meeting.starts_at != before:
        meeting.programme = service.stored(meeting.starts_at, fitted)
    if meeting.starts_at != before:
        service.move_with_meeting(session, meeting, before)
    session.flush()
    ledger.record(session, meeting_id, "meeting.changed", actor=actor)
    return fitted != items
