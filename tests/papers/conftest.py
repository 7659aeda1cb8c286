"""A meeting that was held, and its papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import writing
from kiosk.plugins.opinions.register import service
from tests.conftest import Known


@pytest.fixture
def held(
    app: Flask,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
    bearer: Callable[..., dict[str, str]],
) -> Known:
    """A meeting in which one of three came, spoke, and was answered."""
    people = [add_delegate(name) for name in ("Nguyễn Thị Hoa", "Trần Văn Ba", "Lê = Cường")]
    base, client = f"/api/v1/meetings/{meeting.name}", app.test_client()
    code = invite(people[0]).code
    scan = {"scan_id": "a" * 32, "code": code, "scanned_at": "2023-10-26T13:12:05+07:00"}
    assert client.post(f"{base}/scans", json=scan, headers=bearer("gate")).status_code == 200
    asked = client.post(
        f"{base}/speakers", json={"delegate": people[0]}, headers=bearer("moderator")
    )
    turn = asked.get_json()["id"]
    for action in ("start", "finish"):
        done = client.post(f"{base}/speakers/{turn}/{action}", headers=bearer("moderator"))
        assert done.status_code == 200
    new = service.NewOpinion(
        "spoken",
        (service.NewMatter("Đèn đường ngõ 5 hỏng đã lâu"),),
        (service.Author(people[0]),),
        turn_id=turn,
    )
    with app.app_context(), writing() as session:
        now = kiosk_clock.now()
        service.take_in(session, meeting.id, new, actor="Thư ký", now=now)
    return meeting
