"""A meeting in which every address of the API has something behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.plugins.invitations.queries import Code
from tests.conftest import Known

Bearer = Callable[..., dict[str, str]]


@dataclass(frozen=True)
class Lived:
    """The headers of those who may act, and the code of who has not come yet."""

    organiser: dict[str, str]
    moderator: dict[str, str]
    gate: dict[str, str]
    delegate: dict[str, str]
    code: Code


@pytest.fixture
def lived(
    app: Flask,
    meeting: Known,
    bearer: Bearer,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
) -> Lived:
    """People who came, asked to speak, wrote, called for help; an office, a device."""
    people = [add_delegate(name) for name in ("Trần Văn Ba", "Lê Thị Tư", "Đỗ Văn Năm")]
    codes = [invite(one) for one in people]
    with app.app_context(), writing() as session:
        session.add(
            Body(meeting_id=meeting.id, group_id=meeting.groups["B"], name="Công an", rank=1)
        )
    roles = {role: bearer(role) for role in ("organiser", "moderator", "gate")}
    client, base = app.test_client(), "/api/v1/meetings/kd"

    def send(role: str, path: str, body: object) -> None:
        answer = client.post(f"{base}/{path}", json=body, headers=roles[role])
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)

    for number, code in enumerate(codes[:2]):
        send("gate", "scans", {"scan_id": f"{number:032x}", "code": code.code})
    for one in people[:2]:
        send("moderator", "speakers", {"delegate": one})
    send("moderator", "speakers/questions", {"delegate": people[2], "text": "Bao giờ làm đường?"})
    send("organiser", "opinions", {"matters": [{"text": "Cống tắc đã ba tháng nay"}]})
    send("organiser", "devices", {"name": "Cửa chính", "profile": "gate"})
    send("gate", "calls", {"reason": "choose", "delegate": people[0]})
    own = {"Authorization": f"Invitation {codes[0].code}"}
    return Lived(roles["organiser"], roles["moderator"], roles["gate"], own, codes[2])
