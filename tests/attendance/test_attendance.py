"""Attendance: counted once, by group and area, live, and without names for those who count."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugins.attendance import rules
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]
AddDelegate = Callable[..., int]
URL = "/api/v1/meetings/kd/attendance"


@pytest.fixture
def arrive(client: FlaskClient, bearer: Bearer) -> Callable[..., dict[str, Any]]:
    headers = bearer("desk", "Bàn cán bộ")
    numbers = iter(range(1000))

    def scan(delegate_id: int, **body: Any) -> dict[str, Any]:
        scan = {"scan_id": f"{next(numbers):032x}", "via": "search", "delegate": delegate_id}
        url = "/api/v1/meetings/kd/scans"
        return client.post(url, json={**scan, **body}, headers=headers).json or {}

    return scan


def test_before_anybody_comes_everybody_is_missing(
    client: FlaskClient, bearer: Bearer, add_delegate: AddDelegate
) -> None:
    add_delegate("Nguyễn Thị Hoa")
    found = client.get(URL, headers=bearer("organiser")).json or {}
    assert (found["invited"], found["present"], found["inside"]) == (1, 0, 0)
    assert found["arrivals"] == []
    assert [person["name"] for person in found["absent"]] == ["Bà Nguyễn Thị Hoa"]


def test_arrivals_count_by_group_and_area_and_guests_apart(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: AddDelegate,
    arrive: Callable[..., dict[str, Any]],
    clock: FixedClock,
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    binh = add_delegate("Trần Văn Bình", area="Khu Kim Đồng II")
    official = add_delegate("Lê Văn An", group="B", title="Trưởng Công an")
    arrive(hoa)
    clock.pass_(minutes=11)
    arrive(official)
    arrive(binh, direction="in", substitute={"name": "Trần Thị Tư", "relation": "Con"})
    arrive(0, delegate=None, via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    arrive(hoa, direction="out")
    found = client.get(URL, headers=bearer("moderator")).json or {}
    assert (found["invited"], found["present"], found["added"], found["inside"]) == (3, 4, 1, 3)
    groups = {row["name"]: (row["invited"], row["present"]) for row in found["by_group"]}
    assert groups["Đại biểu phường"] == (1, 1)
    areas = {row["name"]: (row["invited"], row["present"]) for row in found["by_area"]}
    assert areas["Khu Kim Đồng II"] == (1, 1)
    assert [(a["at"][11:16], a["count"]) for a in found["arrivals"]] == [
        ("13:05", 1),
        ("13:10", 0),
        ("13:15", 3),
    ]
    latest = found["recent"]
    assert len(latest) == 4
    assert latest[-1]["name"] == "Bà Nguyễn Thị Hoa"
    assert {item["substitute"] for item in latest} == {"", "Trần Thị Tư"}
    assert found["absent"] == []


@pytest.mark.parametrize("role", ["observer", "security"])
def test_who_only_counts_sees_no_name(
    client: FlaskClient,
    bearer: Bearer,
    add_delegate: AddDelegate,
    arrive: Callable[..., dict[str, Any]],
    as_role: Callable[[str], Person],
    role: str,
) -> None:
    arrive(add_delegate("Nguyễn Thị Hoa"))
    add_delegate("Trần Văn Bình")
    for text in (
        client.get(URL, headers=bearer(role)).get_data(as_text=True),
        as_role(role).get("/m/kd/attendance").get_data(as_text=True),
    ):
        assert "Hoa" not in text
        assert "Trần Văn Bình" not in text


def test_the_version_moves_only_when_the_content_does(
    client: FlaskClient, bearer: Bearer, add_delegate: AddDelegate, arrive: Callable[..., Any]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    headers = bearer("organiser")

    def version() -> int:
        return int((client.get(URL, headers=headers).json or {})["version"])

    before = version()
    first = arrive(hoa)
    assert version() == first["version"] > before
    again = arrive(hoa)
    assert again["verdict"] == "already_in"
    assert version() == again["version"] == first["version"]


def test_the_page_shows_the_number_and_the_table_goes_out(
    as_role: Callable[[str], Person], add_delegate: AddDelegate, arrive: Callable[..., Any]
) -> None:
    arrive(add_delegate("Nguyễn Thị Hoa"))
    person = as_role("organiser")
    assert 'data-present="1"' in person.get("/m/kd/attendance").get_data(as_text=True)
    assert person.get("/m/kd/attendance.xlsx").data[:2] == b"PK"
    assert as_role("moderator").get("/m/kd/attendance.xlsx").status_code == 403


class Stream:
    """Reads Server-Sent Events of the test application in a thread."""

    def __init__(self, client: FlaskClient, url: str, headers: dict[str, str]) -> None:
        self.answer = client.get(url, headers=headers, buffered=False)
        self.events: list[dict[str, Any]] = []
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        for chunk in self.answer.response:
            text = chunk if isinstance(chunk, str) else chunk.decode()
            # Several views may come in one piece.
            for event in text.strip().split("\n\n"):
                if not event.startswith("event:"):
                    continue
                lines = dict(line.split(": ", 1) for line in event.splitlines())
                found = {
                    "view": lines["event"],
                    "id": int(lines["id"]),
                    **json.loads(lines["data"]),
                }
                with self.changed:
                    self.events.append(found)
                    self.changed.notify_all()

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.events) >= count, timeout=10)
            return list(self.events)


@pytest.fixture
def follow(app: Flask, bearer: Bearer) -> Iterator[Callable[..., Stream]]:
    made: list[Stream] = []

    def start(role: str, query: str) -> Stream:
        stream = Stream(app.test_client(), f"/live/kd?{query}", bearer(role))
        made.append(stream)
        return stream

    yield start
    app.extensions["kiosk.hub"].close()
    for stream in made:
        stream.thread.join(timeout=10)
        stream.answer.close()
        assert not stream.thread.is_alive()


def test_a_stream_begins_whole_and_is_pushed_each_change(
    follow: Callable[..., Stream], add_delegate: AddDelegate, arrive: Callable[..., Any]
) -> None:
    hoa, binh = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    stream = follow("organiser", "view=attendance&view=speakers")
    first = stream.wait_for(2)
    assert {event["view"] for event in first} == {"attendance", "speakers"}
    answer = arrive(hoa)
    event = stream.wait_for(3)[2]
    assert (event["view"], event["present"]) == ("attendance", 1)
    assert event["id"] == event["version"] == answer["version"]
    arrive(binh)
    assert stream.wait_for(4)[3]["present"] == 2


def test_who_asks_only_whether_a_view_may_be_followed_holds_no_place(
    app: Flask, client: FlaskClient, bearer: Bearer
) -> None:
    answer = client.head("/live/kd?view=attendance", headers=bearer("organiser"))
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert app.extensions["kiosk.hub"].streams == 0
    assert client.head("/live/kd?view=none", headers=bearer("organiser")).status_code == 404


def test_streams_of_those_who_count_carry_no_names(
    follow: Callable[..., Stream], add_delegate: AddDelegate, arrive: Callable[..., Any]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    named, nameless = follow("organiser", "view=attendance"), follow("observer", "view=attendance")
    named.wait_for(1)
    nameless.wait_for(1)
    arrive(hoa)
    assert named.wait_for(2)[1]["recent"][0]["name"] == "Bà Nguyễn Thị Hoa"
    assert nameless.wait_for(2)[1]["recent"] == []


def test_a_view_is_refused_to_whom_it_does_not_belong(
    client: FlaskClient, bearer: Bearer, meeting: Known
) -> None:
    assert client.get("/live/kd?view=attendance", headers=bearer("screen")).status_code == 403
    assert client.get("/live/kd?view=money", headers=bearer("organiser")).status_code == 404
    assert client.get("/live/kd", headers=bearer("organiser")).status_code == 404
    assert client.get("/live/none?view=speakers", headers=bearer("organiser")).status_code == 404
    assert client.get("/live/kd?view=speakers").status_code == 401


def test_beyond_the_cap_a_stream_is_refused_and_the_page_polls(
    app: Flask, client: FlaskClient, bearer: Bearer, meeting: Known
) -> None:
    app.config["STREAMS_PER_WORKER"] = 0
    answer = client.get("/live/kd?view=attendance", headers=bearer("organiser"))
    assert (answer.status_code, (answer.json or {})["code"]) == (503, "too_many_streams")


@given(st.lists(st.integers(0, 3 * 3600), max_size=60))
def test_every_arrival_stands_in_exactly_one_bar(seconds: list[int]) -> None:
    begin = datetime(2023, 10, 26, 6, 0, tzinfo=UTC)
    moments = [begin + timedelta(seconds=s) for s in seconds]
    bars = rules.arrivals(moments)
    assert sum(count for _, count in bars) == len(moments)
    starts = [at for at, _ in bars]
    assert starts == sorted(set(starts))
    assert all(b - a == rules.STEP for a, b in pairwise(starts))


def test_polling_an_unchanged_view_answers_304(client: FlaskClient, bearer: Bearer) -> None:
    first = client.get("/api/v1/meetings/kd/attendance", headers=bearer("organiser"))
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/api/v1/meetings/kd/attendance", headers={**bearer("organiser"), **tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = {**bearer("organiser"), "If-None-Match": 'W/"999"'}
    assert client.get("/api/v1/meetings/kd/attendance", headers=other).status_code == 200
