"""Looking changes nothing: every address of the demo is asked with GET and HEAD by everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from kiosk import clock as kiosk_clock
from kiosk.auth.access import DEVICE_COOKIE
from kiosk.auth.access import INVITATION_COOKIE
from kiosk.auth.passwords import sign_in_link
from kiosk.db.base import Base
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.demo.meeting import demo
from kiosk.models import User
from tests.conftest import FixedClock

# Counting a try is what keeps guesses few; it opens nothing and closes nothing for good.
COUNTERS = {"tries"}
# Streams do not end: what they read is asked for by polling, at the same address.
ENDLESS = "/live/<m>"


@pytest.fixture
def made(app: Flask, clock: FixedClock) -> dict[str, Any]:
    """The demo meeting, told as `kiosk demo --json` tells it."""
    with app.app_context():
        told = CliRunner().invoke(demo, ["--json"])
        db.session.remove()
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.output)
    return found


def _everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in COUNTERS
        }


def _addresses(rule: Rule, values: dict[str, list[str]]) -> Iterator[str]:
    found = [rule.rule]
    for name in rule.arguments:
        converter = rule._converters[name]
        choices = sorted(getattr(converter, "items", ())) or values.get(name, ["1", "2", "61"])
        pattern = re.compile(rf"<(?:[^:<>]+:)?{name}>")
        found = [pattern.sub(choice, path) for path in found for choice in choices]
    yield from found


def _visitors(app: Flask, made: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "nobody", app.test_client()
    for role in ("organiser", "moderator"):
        client = app.test_client()
        with app.app_context():
            email = made[role]["email"]
            user = db.session.scalars(select(User).where(User.email == email)).one()
        with client.session_transaction() as cookie:
            cookie["user"], cookie["epoch"] = user.id, user.session_epoch
        yield role, client
    for profile in ("gate", "desk"):
        client = app.test_client()
        client.set_cookie(DEVICE_COOKIE, made["tokens"][profile])
        yield profile, client
    client = app.test_client()
    client.set_cookie(INVITATION_COOKIE, made["codes"][70]["code"])
    yield "delegate", client


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_every_address_changes_no_row(
    app: Flask, made: dict[str, Any], method: str
) -> None:
    with app.app_context(), writing() as session:
        user = session.scalars(select(User)).first()
        assert user is not None
        secret = sign_in_link(session, user.id, kiosk_clock.now())
    organiser = {"Authorization": f"Bearer {made['tokens']['organiser']}"}
    client = app.test_client()
    body = {"name": "Bàn chờ", "profile": "desk"}
    address = f"/api/v1/meetings/{made['meeting']}/devices"
    offered = client.post(address, json=body, headers=organiser).get_json()
    values = {
        "m": [made["meeting"]],
        "code": [made["codes"][70]["code"]],
        "secret": [secret],
        "kind": ["bien-ban", "giay-moi"],
        "ending": ["docx"],
        "filename": ["tokens.css"],
        "name": ["tokens.css"],
    }
    before = _everything(app)
    asked = 0
    # HEAD runs the view of GET: two visitors show that nothing else comes with it.
    visitors = list(_visitors(app, made))[: 2 if method == "HEAD" else None]
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.rule == ENDLESS:
            continue
        for path in _addresses(rule, values):
            for who, visitor in visitors:
                answer = visitor.open(
                    f"{path}?code={offered['code']}&like=1&ready=1", method=method
                )
                assert answer.status_code < 500, (who, path, answer.get_data(as_text=True)[:300])
                answer.close()
                asked += 1
    after = _everything(app)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == []
    assert asked > 200
    # The codes that lay open to everybody's eyes still open what they were made for.
    assert client.post("/api/v1/devices/pair", json={"code": offered["code"]}).status_code == 201
