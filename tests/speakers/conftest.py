"""The queue as a program sees it: short words for the calls of the API."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk import clock as kiosk_clock
from tests.conftest import FixedClock
from tests.conftest import Known


@dataclass
class Queue:
    """The speaker list of the meeting "kd", called as one role."""

    client: FlaskClient
    headers: dict[str, str]
    url: str = "/api/v1/meetings/kd/speakers"

    def get(self) -> dict[str, Any]:
        """Return the snapshot."""
        answer = self.client.get(self.url, headers=self.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json or {}
        return found

    def send(self, method: str, path: str = "", body: Any = None) -> TestResponse:
        return self.client.open(self.url + path, method=method, json=body, headers=self.headers)

    def add(self, delegate: int, **other: Any) -> TestResponse:
        return self.send("POST", "", {"delegate": delegate, **other})

    def must_add(self, delegate: int, **other: Any) -> int:
        answer = self.add(delegate, **other)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        turn: int = (answer.json or {})["id"]
        return turn

    def act(self, turn: int, action: str, body: Any = None) -> TestResponse:
        return self.send("POST", f"/{turn}/{action}", body or {})

    def must(self, turn: int, action: str, body: Any = None) -> dict[str, Any]:
        answer = self.act(turn, action, body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json or {}
        return found

    def order(self) -> list[int]:
        """Return who waits, by id of the turn."""
        return [item["id"] for item in self.get()["waiting"]]


def code_of(answer: TestResponse) -> tuple[int, str]:
    """Return an error's status and its stable code."""
    return answer.status_code, (answer.json or {}).get("code", "")


@pytest.fixture
def queue_of(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], meeting: Known
) -> Callable[[str], Queue]:
    """The list as a role calls it."""
    return lambda role: Queue(client, bearer(role))


@pytest.fixture
def queue(queue_of: Callable[[str], Queue]) -> Queue:
    """The list as the moderator calls it."""
    return queue_of("moderator")


@pytest.fixture
def people(add_delegate: Callable[..., int]) -> list[int]:
    """Five household delegates."""
    names = ("Nguyễn Thị Hoa", "Trần Văn Bình", "Đặng Thị Nhung", "Phạm Văn Hưng", "Lương Thị Sen")
    return [add_delegate(name) for name in names]


@pytest.fixture
def arrive(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], clock: FixedClock
) -> Callable[..., TestResponse]:
    """Admit a delegate at the staffed desk, or let one go out."""
    headers = bearer("desk")

    def scan(delegate: int, direction: str = "in") -> TestResponse:
        body = {
            "scan_id": str(uuid.uuid4()),
            "via": "search",
            "delegate": delegate,
            "direction": direction,
            "scanned_at": kiosk_clock.rfc3339(clock()),
        }
        answer = client.post("/api/v1/meetings/kd/scans", json=body, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer

    return scan
