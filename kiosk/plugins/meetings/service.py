"""Verbs about meetings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import ledger
from kiosk import meeting_keys
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.meetings import composing
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import preparing
from kiosk.plugins.meetings import rules

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
    host: str = plan.HOST
    address: str = ""
    ward: str = ""
    org_name: str = plan.ORG_NAME
    place_name: str = ""
    plan_number: str = ""
    doors_open_at: datetime | None = None
    doors: str = "auto"
    areas: Sequence[tuple[str, Sequence[str]]] = field(default_factory=tuple)
    # The meeting whose composition, topics and programme are taken over; else the profile's.
    like: int | None = None
    profile: str = "2023"


def of_the_plan(name: str, starts_at: datetime) -> NewMeeting:
    """Return the plan's meeting, moved so that it starts at this moment."""
    return NewMeeting(
        name=name,
        title=plan.TITLE,
        venue=plan.VENUE,
        starts_at=starts_at,
        ends_at=starts_at + (plan.ENDS_AT - plan.STARTS_AT),
        address=plan.ADDRESS,
        ward=plan.WARD,
        place_name=plan.PLACE_NAME,
        plan_number=plan.PLAN_NUMBER,
        areas=plan.AREAS,
    )


def create(
    session: Session,
    new: NewMeeting,
    *,
    actor: str,
    now: datetime,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Meeting:
    """Make a meeting with the plan's topics and composition groups."""
    _check(session, new)
    opens = new.doors_open_at or new.starts_at - timedelta(minutes=plan.DOORS_OPEN_MINUTES)
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
        doors_open_at=opens,
        tag=_free_tag(session, random_bytes),
        code_key=b"",
        programme=composing.programme(new.starts_at, new.ends_at),
        created_at=now,
    )
    session.add(meeting)
    session.flush()
    # Sealed for this row alone, so its number must be known first.
    meeting.code_key = meeting_keys.new(registry().settings.secret_key, meeting.id, random_bytes)
    session.flush()
    if new.like is None:
        composing.compose(session, meeting.id, new.areas, plan.PROFILES[new.profile])
    else:
        composing.copy(session, new.like, meeting, new.areas)
    preparing.plan_tasks(session, meeting, now, new.like)
    ledger.record(session, meeting.id, "meeting.made", actor=actor, subject=meeting.name)
    return meeting


def _check(session: Session, new: NewMeeting) -> None:
    fields = _wrong_facts(new.title, new.venue, new.starts_at, new.ends_at)
    if not rules.is_short_name(new.name):
        fields["name"] = _l("Small letters without accents, digits and hyphens only.")
    elif session.scalar(select(Meeting.id).where(Meeting.name == new.name)) is not None:
        fields["name"] = _l("Another meeting has this short name. Choose another one.")
    if not new.areas:
        fields["areas"] = _l("Please enter at least one area.")
    elif len({name for name, _ in new.areas}) < len(new.areas):
        fields["areas"] = _l("Each area only once.")
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)


def _wrong_facts(
    title: str, venue: str, starts_at: datetime, ends_at: datetime
) -> dict[str, object]:
    fields: dict[str, object] = {}
    if not title:
        fields["title"] = _l("Please enter the title.")
    if not venue:
        fields["venue"] = _l("Please enter the place.")
    if ends_at <= starts_at:
        fields["ends"] = _l("The end must be later than the start.")
    return fields


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


def change(session: Session, meeting_id: int, values: dict[str, Any], *, actor: str) -> None:
    """Change title, times or place of a meeting."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("no_meeting", _l("There is no such meeting, or it is not open to you."))
    fields = _wrong_facts(values["title"], values["venue"], values["starts_at"], values["ends_at"])
    if fields:
        raise Refused("invalid", _l("Some fields need to be mended."), fields=fields)
    before, items = meeting.starts_at, [item for _, item in preparing.programme(meeting)]
    for name, value in values.items():
        setattr(meeting, name, value)
    if meeting.starts_at != before:
        preparing.move_with_meeting(session, meeting, before, items)
    session.flush()
    ledger.record(session, meeting_id, "meeting.changed", actor=actor)
