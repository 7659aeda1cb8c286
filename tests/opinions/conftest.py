"""A register with bodies, and short ways to put matters into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Membership
from kiosk.models import User
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.service import Who
from tests.conftest import Known
from tests.conftest import Person

SECRETARY = Who("Thư ký", frozenset({"secretary"}))
ORGANISER = Who("Văn phòng", frozenset({"organiser"}))
BODY = Who("Địa chính", frozenset({"body"}))


@pytest.fixture
def bodies(app: Flask, meeting: Known) -> dict[str, int]:
    """Three bodies that answer, by short name."""
    with app.app_context(), writing() as session:
        made = [
            Body(
                meeting_id=meeting.id, name=f"Bộ phận {name}", short_name=name, rank=i, answers=True
            )
            for i, name in enumerate(("Địa chính", "Công an", "Văn hóa"))
        ]
        session.add_all(made)
        session.flush()
        return {body.short_name: body.id for body in made}


@dataclass
class Register:
    """The verbs of the register, each in a transaction of its own."""

    app: Flask
    meeting: Known

    def take(self, *texts: str, authors: Any = (), **other: Any) -> list[int]:
        """Take one opinion in; `authors` are names or delegates' ids."""
        channel = other.pop("channel", "slip")
        matter = {k: other.pop(k) for k in ("topic_id", "kind", "title") if k in other}
        people = tuple(
            service.Author(one) if isinstance(one, int) else service.Author(name=one)
            for one in authors
        )
        new = service.NewOpinion(
            channel, tuple(service.NewMatter(text, **matter) for text in texts), people, **other
        )
        with self.app.app_context(), writing() as session:
            now = kiosk_clock.now()
            return service.take_in(
                session, self.meeting.id, new, actor="Thư ký", now=now
            ).matter_ids

    def matter(self, matter_id: int) -> Matter:
        with self.app.app_context():
            return db.session.scalars(select(Matter).where(Matter.id == matter_id)).one()

    def do(self, verb: Callable[..., Any], matter_id: int, *values: Any, **other: Any) -> Any:
        """Call a verb with the present revision."""
        revision = other.pop("revision", self.matter(matter_id).revision)
        who = other.pop("who", SECRETARY)
        with self.app.app_context(), writing() as session:
            return verb(
                session,
                self.meeting.id,
                matter_id,
                *values,
                revision,
                who=who,
                now=kiosk_clock.now(),
                **other,
            )

    def assign(self, matter_id: int, body: int, *partners: int, **other: Any) -> matters.Assigned:
        wanted = matters.Assignment(body, partners, other.pop("due_on", None))
        found: matters.Assigned = self.do(matters.assign, matter_id, wanted, **other)
        return found


@pytest.fixture
def register(app: Flask, meeting: Known) -> Register:
    return Register(app, meeting)


@pytest.fixture
def as_body(
    app: Flask, meeting: Known, bodies: dict[str, int], sign_in: Callable[..., Person]
) -> Callable[[str], Person]:
    """Sign somebody in who answers for a body."""

    def make(name: str) -> Person:
        person = sign_in("body", meeting.id, name=f"Cán bộ {name}")
        with app.app_context(), writing() as session:
            user = session.scalars(
                select(User).where(User.email == f"body-{meeting.id}@phuong.example")
            ).one()
            found = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
            found.body_id = bodies[name]
        return person

    return make
