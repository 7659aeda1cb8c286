"""What remains of the speeches: figures, tables, the picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from openpyxl import load_workbook

from kiosk.db.base import db
from kiosk.plugins.speakers import queries
from kiosk.plugins.speakers.statistics import flow_chart
from tests.conftest import DOORS_OPEN
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.speakers.conftest import Queue
from tests.speakers.conftest import code_of


@pytest.fixture
def spoken(queue: Queue, people: list[int], meeting: Known, clock: FixedClock) -> list[int]:
    """Hoa spoke 75 s and was answered for 100 s, asked back for 20 s; Bình spoke 30 s."""
    clock.pass_(minutes=25)
    hoa = queue.must_add(people[0], topic=meeting.topics["T4"])
    binh = queue.must_add(people[1])
    queue.must_add(people[2])
    gone = queue.must_add(people[3])
    queue.must(gone, "withdraw")
    queue.must(hoa, "start")
    clock.pass_(seconds=75)
    queue.must(hoa, "answer")
    clock.pass_(seconds=100)
    queue.must(hoa, "follow_up")
    clock.pass_(seconds=20)
    queue.must(binh, "start")
    clock.pass_(seconds=30)
    queue.must(binh, "finish")
    return [hoa, binh]


def test_the_figures_tell_who_spoke_and_was_answered_for_how_long(
    queue: Queue, people: list[int], spoken: list[int]
) -> None:
    found: dict[str, Any] = queue.send("GET", "/statistics").json or {}
    assert found["version"] == queue.get()["version"]
    names = ("speakers", "speeches", "first_time", "seconds_spoken", "seconds_answered")
    assert [found[name] for name in names] == [2, 2, 2, 125, 100]
    assert [found[name] for name in ("mean_speech", "mean_answer")] == [62, 100]
    assert [found[name] for name in ("waiting", "withdrawn", "absent")] == [1, 1, 0]
    assert [(one["delegate"], one["seconds_spoken"]) for one in found["people"]] == [
        (people[0], 95),
        (people[1], 30),
    ]
    assert [(one["name"], one["speeches"]) for one in found["by_area"]] == [("Khu Kim Đồng I", 2)]
    topics = {one["name"]: one["seconds_spoken"] for one in found["by_topic"]}
    assert topics == {"An sinh": 95, "": 30}
    assert found["by_group"][0]["seconds_answered"] == 100


def test_a_person_who_speaks_twice_is_one_speaker_and_one_first_time(
    queue: Queue, people: list[int], spoken: list[int], clock: FixedClock
) -> None:
    again = queue.must_add(people[0])
    queue.must(again, "start")
    clock.pass_(seconds=10)
    queue.must(again, "finish")
    found = queue.send("GET", "/statistics").json or {}
    assert (found["speakers"], found["speeches"], found["first_time"]) == (2, 3, 2)
    assert [(t["name"], t["heard"], t["waiting"]) for t in queue.get()["topics"] if t["heard"]] == [
        ("An sinh", 1, 0),
        ("", 2, 1),
    ]


def test_the_figures_of_a_meeting_where_nobody_has_spoken_are_nought(queue: Queue) -> None:
    found = queue.send("GET", "/statistics").json or {}
    assert found["speeches"] == found["mean_speech"] == found["mean_answer"] == 0
    assert found["people"] == found["by_area"] == []


def test_the_table_tells_who_spoke_and_for_how_long(
    app: Flask, meeting: Known, spoken: list[int]
) -> None:
    with app.app_context():
        rows = list(queries.table(db.session(), meeting.id).rows)
    assert [row[0] for row in rows[:2]] == ["Bà Nguyễn Thị Hoa", "Bà Trần Văn Bình"]
    assert rows[0] == (
        "Bà Nguyễn Thị Hoa",
        "Khu Kim Đồng I",
        "001",
        "An sinh",
        "đã phát biểu",
        "13:30",
        95,
        "13:33",
        100,
        "",
        "Đại biểu khu",
        "x",
    )
    assert [row[4] for row in rows[2:]] == ["đã rút", "chờ phát biểu"]


def test_the_files_hold_the_table_and_no_formula(
    queue: Queue, add_delegate: Callable[..., int], spoken: list[int]
) -> None:
    queue.must_add(add_delegate("=HYPERLINK(1)", salutation=""))
    sheet = load_workbook(io.BytesIO(queue.send("GET", "/table.xlsx").data)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[1][0] == "Bà Nguyễn Thị Hoa"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    answer = queue.send("GET", "/table.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[-1][0].startswith("'=")
    assert len(lines) == len(cells)
    assert queue.send("GET", "/table.pdf").status_code == 404


def test_figures_and_files_are_for_those_who_run_the_meeting(
    queue_of: Callable[[str], Queue], spoken: list[int]
) -> None:
    for path in ("/statistics", "/table.xlsx", "/table.csv", "/flow.svg"):
        for role in ("moderator", "organiser", "secretary"):
            assert queue_of(role).send("GET", path).status_code == 200
        for role in ("desk", "gate", "screen", "observer"):
            assert code_of(queue_of(role).send("GET", path)) == (403, "not_your_role")


def parsed(drawn: str) -> ElementTree.Element:
    """Return the root of a picture that our own code has drawn."""
    return ElementTree.fromstring(drawn)  # noqa: S314  # nothing from outside


SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_shows_each_turn_and_holds_nothing_that_runs(
    queue: Queue, spoken: list[int]
) -> None:
    answer = queue.send("GET", "/flow.svg")
    assert answer.content_type.startswith("image/svg+xml")
    root = parsed(answer.text)
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert "Bà Nguyễn Thị Hoa" in words
    assert "1:35 + 1:40" in words
    assert "0:30" in words
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "rect", "line", "text"}
    assert all("href" not in name for element in root.iter() for name in element.attrib)


def bar(name: str, minute: float, spoken: int, answered: int = 0) -> flow_chart.Bar:
    began = DOORS_OPEN + timedelta(minutes=minute)
    ended = began + timedelta(seconds=spoken + answered)
    return flow_chart.Bar(name, "Khu I", began, ended, spoken, answered)


def test_the_picture_stays_inside_its_frame_and_takes_any_name() -> None:
    bars = [
        bar("<script>alert(1)</script> & Bà Nguyễn Thị Ngọc Tường Vi Phương Thảo", 30, 200, 100),
        bar("Ông An", -20, 0),
        bar("Bà Bình", 300, 5000, 4000),
    ]
    drawn = flow_chart.drawn("Đối thoại <1>", bars, DOORS_OPEN, DOORS_OPEN + timedelta(hours=2))
    root = parsed(drawn)
    assert root.find(f"{SVG}script") is None
    for element in root.iter(f"{SVG}rect"):
        right = float(element.get("x", 0)) + float(element.get("width", 0))
        assert 0 <= float(
            element.get("x", 0)
        ) <= right <= flow_chart.WIDTH - flow_chart.RIGHT + 2 or (right == flow_chart.WIDTH)
        assert float(element.get("y", 0)) + float(element.get("height", 0)) <= float(
            root.get("height", 0)
        )


def test_a_picture_of_no_speech_says_so() -> None:
    drawn = flow_chart.drawn("Đối thoại", [], DOORS_OPEN, DOORS_OPEN)
    assert "Chưa có lượt phát biểu nào" in drawn
    assert parsed(drawn).tag == f"{SVG}svg"
