"""The demo meeting: the plan of 26/10/2023 with made-up people, ready to try.

The composition root may put rooms together; nothing else imports it.
"""

from __future__ import annotations

import json
import random
import secrets
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Any

import click
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.app import settings
from kiosk.auth import access
from kiosk.auth import passwords as signin
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.demo import opinions
from kiosk.demo import plan
from kiosk.demo import residents
from kiosk.models import Body
from kiosk.models import Group
from kiosk.models import Meeting
from kiosk.models import Membership
from kiosk.models import User
from kiosk.ops import upgrade
from kiosk.plugin import registry
from kiosk.plugins.delegates import service as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.invitations import rules as codes
from kiosk.plugins.invitations import service as inviting
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.meetings import service as meeting_service
from kiosk.plugins.meetings.preparation import service
from kiosk.server import run as server

ACTOR = "kiosk demo"
NAME = "kim-dong-2023"
PEOPLE = {
    "organiser": ("vanphong@tandan.example", "Văn phòng HĐND & UBND"),
    "moderator": ("dieuhanh@tandan.example", "Người điều hành"),
}
TOKENS = {
    "organiser": "Văn phòng",
    "moderator": "Điều hành",
    "gate": "Bàn đón số 1",
    "desk": "Bàn cán bộ",
}


@dataclass(frozen=True)
class Made:
    """What somebody needs to try the meeting."""

    meeting: str
    people: dict[str, dict[str, str | None]]
    tokens: dict[str, str]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--meeting", "name", default=NAME, show_default=True, help="Short name.")
@click.option("--households", type=click.IntRange(2, 5000), default=100, show_default=True)
@click.option("--plan-date", is_flag=True, help="Keep 26/10/2023 instead of moving it to today.")
def demo(as_json: bool, name: str, households: int, plan_date: bool) -> None:
    """Make the demo meeting, its people and invitations."""
    upgrade.bring_up(db.engine, settings(), list(registry().plugins.values()))
    now = clock.now()
    exists = meetings.by_name(db.session(), name) is not None
    if exists and not as_json:
        click.echo(_("The meeting %(name)s is there already; it stays as it is.", name=name))
        _tell_again(name)
        return
    # Hashing is slow on purpose: done before the write transaction, for new accounts only.
    passwords = {role: secrets.token_urlsafe(9) for role in PEOPLE if not _known(role, name)}
    hashes = {role: signin.hashed(password) for role, password in passwords.items()}
    with writing() as session:
        if not exists:
            _make(session, name, households, _starts_at(now, plan_date), now)
        meeting = session.scalars(select(Meeting).where(Meeting.name == name)).one()
        made = Made(
            name,
            {role: _person(session, meeting, role, hashes.get(role), now) for role in PEOPLE},
            {
                role: access.issue_token(session, meeting.id, role, words, now)
                for role, words in TOKENS.items()
            },
        )
    for role, person in made.people.items():
        person["password"] = passwords.get(role)
    if as_json:
        click.echo(json.dumps(_as_json(made), ensure_ascii=False))
    else:
        _tell(made)


def _starts_at(now: datetime, plan_date: bool) -> datetime:
    if plan_date:
        return plan.STARTS_AT
    return (now + timedelta(minutes=20)).replace(second=0, microsecond=0)


def _make(session: Session, name: str, households: int, starts_at: datetime, now: datetime) -> None:
    meeting = meeting_service.create(
        session, plan.of_the_plan(name, starts_at), actor=ACTOR, now=now
    )
    draw = random.Random(f"kiosk:{name}")  # noqa: S311  # made-up people, the same every time
    groups = {
        group.code: group.id
        for group in session.scalars(select(Group).where(Group.meeting_id == meeting.id))
    }
    bodies = {
        body.name: body.id
        for body in session.scalars(select(Body).where(Body.meeting_id == meeting.id))
    }
    officials = [
        delegates.Values(
            name=made.name,
            group_id=groups[group.code],
            salutation="đồng chí",
            title=post.title,
            body_id=bodies[post.body],
            phone=made.phone,
        )
        for (group, post), made in zip(
            plan.posts(), residents.officials(draw, plan.posts(), plan.HOST), strict=True
        )
    ]
    areas = {area.name: area.id for area in meetings.areas(session, meeting.id)}
    homes = [
        delegates.Values(
            name=made.name,
            group_id=groups["E"],
            area_id=areas[made.area],
            address=made.address,
            salutation=made.salutation,
            birth_year=made.birth_year,
            phone=made.phone,
        )
        for made in residents.households(draw, households, list(areas), starts_at.year)
    ]
    delegates.add_many(session, meeting.id, [*officials, *homes], actor=ACTOR, now=now)
    inviting.issue_missing(session, meeting.id, actor=ACTOR, now=now)
    opinions.add_rules(session, meeting.id)
    opinions.post_notice(session, meeting.id, starts_at)
    opinions.put_in(session, meeting.id, starts_at, now)
    for task in service.tasks(session, meeting.id):
        if task.title in plan.DONE:
            service.tick(session, meeting.id, task.id, True, actor=ACTOR, now=now)


def _email(role: str, meeting: str) -> str:
    email = PEOPLE[role][0]
    return email if meeting == NAME else email.replace("@", f"+{meeting}@")


def _known(role: str, meeting: str) -> bool:
    """Whether this person's account is there already; then its password stays as it is."""
    email = _email(role, meeting)
    return db.session.scalar(select(User.id).where(User.email == email)) is not None


def _person(
    session: Session, meeting: Meeting, role: str, password_hash: str | None, now: datetime
) -> dict[str, str | None]:
    """Make a person who signs in, or find who is there; those of a second meeting have it alone."""
    email, name = _email(role, meeting.name), PEOPLE[role][1]
    where = None if meeting.name == NAME else meeting.id
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = User(email=email, name=name, created_at=now)
        session.add(user)
        session.flush()
        session.add(Membership(user_id=user.id, meeting_id=where, role=role))
        user.password_hash = password_hash
        session.flush()
    return {"email": email}


def _as_json(made: Made) -> dict[str, Any]:
    meeting = meetings.by_name(db.session(), made.meeting)
    found = invitations.codes(db.session(), meeting) if meeting is not None else []
    return {
        "url": server.address(settings()),
        "meeting": made.meeting,
        **made.people,
        "tokens": made.tokens,
        "codes": [
            {"delegate": c.delegate_id, "name": c.name, "code": c.code, "short": c.short}
            for c in found
        ],
    }


def _tell(made: Made) -> None:
    click.echo(_("The demo meeting is ready: %(title)s", title=plan.TITLE))
    for role, words in (("organiser", _("Organiser")), ("moderator", _("Moderator"))):
        person = made.people[role]
        kept = _("(the password stays as it was)")
        click.echo(f"  {words}: {person['email']}  {person['password'] or kept}")
    _tell_pages(made.meeting)


def _tell_again(name: str) -> None:
    """Tell the way in to a meeting that is there: passwords stay as they were first printed."""
    email = _email("organiser", name)
    click.echo(_("Sign in as %(email)s with the password that was printed first.", email=email))
    click.echo(_("It got lost? kiosk user link %(email)s makes a new way in.", email=email))
    _tell_pages(name)


def _tell_pages(name: str) -> None:
    base = server.address(settings())
    click.echo(_("Pages:"))
    for path, words in (
        ("", _("Sign in, meetings")),
        (f"m/{name}", _("Overview")),
        (f"m/{name}/invitations", _("Letters")),
        (f"m/{name}/kiosk", _("The door, also for the organiser")),
        (f"m/{name}/attendance", _("Attendance, live")),
        (f"m/{name}/speakers", _("Speaking order")),
        (f"m/{name}/hall", _("Hall screen")),
        (f"m/{name}/opinions", _("Opinions, with nine slips from before the meeting")),
    ):
        click.echo(f"  {base}/{path}  {words}")
    meeting = meetings.by_name(db.session(), name)
    if meeting is not None:
        last = invitations.codes(db.session(), meeting)[-1]
        click.echo(
            _(
                "A number to try at the door: %(short)s (%(name)s)",
                short=codes.grouped(last.short),
                name=last.name,
            )
        )
