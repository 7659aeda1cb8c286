"""Fixtures of the door: invitations, scans as a device sends them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.db.base import db
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code


@dataclass
class Door:
    """A device at the door of the meeting."""

    client: FlaskClient
    headers: dict[str, str]
    app: Flask
    name: str = ""

    def send(self, **body: Any) -> TestResponse:
        body.setdefault("scan_id", str(uuid.uuid4()))
        return self.client.post("/api/v1/meetings/kd/scans", json=body, headers=self.headers)

    def scan(self, code: str = "", **body: Any) -> dict[str, Any]:
        """Send a scan that is understood and return its answer."""
        answer = self.send(code=code, **body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json or {}
        return found

    def rows(self) -> list[Scan]:
        with self.app.app_context():
            return list(db.session.scalars(db.select(Scan).order_by(Scan.id)))


@pytest.fixture
def make_door(app: Flask, bearer: Callable[..., dict[str, str]]) -> Callable[..., Door]:
    return lambda role="gate", name="": Door(app.test_client(), bearer(role, name), app, name)


@pytest.fixture
def gate(make_door: Callable[..., Door]) -> Door:
    return make_door("gate", "Bàn đón số 1")


@pytest.fixture
def desk(make_door: Callable[..., Door]) -> Door:
    return make_door("desk", "Bàn cán bộ")


@pytest.fixture
def hoa(add_delegate: Callable[..., int]) -> int:
    return add_delegate("Nguyễn Thị Hoa", household="047", birth_year=1961)


@pytest.fixture
def code(invite: Callable[[int], Code], hoa: int) -> Code:
    return invite(hoa)
