"""Programme, checklist, a new meeting from an earlier one, the two profiles."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Area
from kiosk.model import Body
from kiosk.model import Group
from kiosk.model import Meeting
from kiosk.model import Topic
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import preparing
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.models import Task
from tests.conftest import Known
from tests.conftest import Person


@pytest.fixture
def organiser(sign_in: Callable[..., Person], meeting: Known) -> Person:
    return sign_in("organiser")


OFFICE = {
    "ward": "Phường Tân Dân",
    "org_name": "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN",
    "place_name": "Tân Dân",
    "host": "Chủ tịch UBND phường",
}
START = datetime(2023, 10, 26, 6, 30, tzinfo=UTC)
ITEMS = st.lists(
    st.builds(rules.Item, st.integers(1, 600), st.text(max_size=5), st.just("")), max_size=8
)


@given(ITEMS)
def test_each_point_begins_when_the_one_before_ends(items: list[rules.Item]) -> None:
    found = rules.timed(START, items)
    at = START
    for begin, item in found:
        assert begin == at
        at += timedelta(minutes=item.minutes)
    if found:
        assert rules.lengths([b for b, _ in found], at) == [item.minutes for item in items]


@given(ITEMS, st.integers(-2, 9), st.sampled_from([-1, 1]))
def test_moving_a_point_loses_none_and_moving_back_restores(
    items: list[rules.Item], index: int, by: int
) -> None:
    moved = rules.shifted(items, index, by)
    assert sorted(moved, key=repr) == sorted(items, key=repr)
    if moved != items:
        assert rules.shifted(moved, index + by, -by) == items


def test_every_topic_of_a_profile_has_its_body_there() -> None:
    for profile in plan.PROFILES.values():
        bodies = {body for group in profile.groups for body, _ in group.bodies}
        assert {topic.body for topic in profile.topics} <= bodies
    assert (plan.profile_on(date(2025, 6, 30)), plan.profile_on(date(2025, 7, 1))) == (
        "2023",
        "2025",
    )


def _save(organiser: Person, rows: list[tuple[str, str, str]], do: str = "") -> int:
    data = {
        "minutes": [row[0] for row in rows],
        "what": [row[1] for row in rows],
        "who": [row[2] for row in rows],
        "do": do,
    }
    return organiser.post("/m/kd/programme", data=data).status_code


def _programme(app: Flask) -> list[tuple[str, int, str]]:
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.name == "kd")).one()
        return [
            (at.astimezone(UTC).strftime("%H:%M"), item.minutes, item.what)
            for at, item in preparing.programme(meeting)
        ]


def test_the_programme_is_edited_and_its_hours_follow(app: Flask, organiser: Person) -> None:
    page = organiser.get("/m/kd/programme")
    assert page.status_code == 200
    rows = [("10", "Khai mạc", "Văn phòng"), ("20", "Báo cáo", "UBND"), ("30", "Đối thoại", "")]
    assert _save(organiser, rows) == 302
    assert _programme(app) == [
        ("06:30", 10, "Khai mạc"),
        ("06:40", 20, "Báo cáo"),
        ("07:00", 30, "Đối thoại"),
    ]
    assert _save(organiser, rows, "down:0") == 302
    assert [what for _, _, what in _programme(app)] == ["Báo cáo", "Khai mạc", "Đối thoại"]
    assert _save(organiser, rows, "remove:1") == 302
    assert [at for at, _, _ in _programme(app)] == ["06:30", "06:40"]
    assert _save(organiser, rows, "add") == 302
    assert len(_programme(app)) == 4


def test_a_wrong_programme_is_refused_and_kept_on_the_page(app: Flask, organiser: Person) -> None:
    before = _programme(app)
    for minutes in ("0", "", "-5", "601", "x", "9" * 400):
        answer = organiser.post(
            "/m/kd/programme", data={"minutes": minutes, "what": "Bế mạc", "who": ""}
        )
        assert answer.status_code == 422
        assert "Bế mạc" in answer.text
    assert _save(organiser, [("5", "", "")]) == 422
    assert _save(organiser, [("5", "x", "")] * 41) == 422
    assert _save(organiser, [("5", "x", "")], "up:7") == 400
    assert _save(organiser, [("5", "x", "")], "fly:0") == 400
    assert _programme(app) == before


def test_moving_the_meeting_moves_programme_and_open_tasks(
    app: Flask, organiser: Person, meeting: Known
) -> None:
    with app.app_context(), writing() as session:
        task = Task(meeting_id=meeting.id, title="Thử máy", due_on=date(2023, 10, 25))
        session.add(task)
        session.flush()
        task_id = task.id
    assert _save(organiser, [("10", "Khai mạc", "")]) == 302
    form = {
        "title": "Đối thoại",
        "venue": "Nhà văn hóa",
        "date": "2023-10-28",
        "starts": "08:00",
        "ends": "11:30",
        "opens": "07:30",
        "minutes": "3",
    }
    assert organiser.post("/m/kd/edit", data=form).status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, task_id).due_on == date(2023, 10, 27)
    assert _programme(app)[0][0] == "01:00"


def test_tasks_are_added_ticked_and_removed(app: Flask, organiser: Person, meeting: Known) -> None:
    form = {"title": "  Mượn loa ", "owner": "Văn hóa", "due": "2023-10-25"}
    assert organiser.post("/m/kd/tasks", data=form).status_code == 302
    with app.app_context():
        task = db.session.scalars(select(Task).where(Task.title == "Mượn loa")).one()
        assert (task.owner, task.due_on, task.done_at) == ("Văn hóa", date(2023, 10, 25), None)
        task_id = task.id
    assert organiser.post(f"/m/kd/tasks/{task_id}/done").status_code == 302
    assert organiser.post(f"/m/kd/tasks/{task_id}/done").status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, task_id).done_at is not None
    assert organiser.post(f"/m/kd/tasks/{task_id}/open").status_code == 302
    with app.app_context():
        assert db.session.get_one(Task, task_id).done_at is None
    assert organiser.post(f"/m/kd/tasks/{task_id}/remove").status_code == 302
    assert organiser.post(f"/m/kd/tasks/{task_id}/remove").status_code == 404
    assert organiser.post(f"/m/kd/tasks/{10**30}/done").status_code == 404
    assert organiser.post("/m/kd/tasks", data={"title": "", "due": "soon"}).status_code == 422


def test_a_new_meeting_takes_over_an_earlier_one_without_its_people(
    app: Flask, organiser: Person
) -> None:
    first = {
        **OFFICE,
        "title": "Đối thoại lần một",
        "date": "2023-10-24",
        "starts": "13:30",
        "ends": "17:00",
        "venue": "Nhà văn hóa",
        "areas": "Khu Kim Đồng I",
        "name": "lan-mot",
    }
    assert organiser.post("/meetings/new", data=first).status_code == 302
    assert "Khu Kim Đồng I" in organiser.get("/meetings/new?like=lan-mot").text
    form = {
        **OFFICE,
        "title": "Đối thoại lần hai",
        "date": "2024-10-24",
        "starts": "08:00",
        "ends": "11:30",
        "venue": "Nhà văn hóa khu Kim Đồng I",
        "areas": "Khu Kim Đồng I\nKhu mới",
        "name": "lan-hai",
        "like": "lan-mot",
    }
    assert organiser.post("/meetings/new", data=form).status_code == 302
    with app.app_context():
        old, new = (
            db.session.scalars(select(Meeting).where(Meeting.name == name)).one()
            for name in ("lan-mot", "lan-hai")
        )
        for kind in (Group, Body, Topic):
            names = [
                db.session.scalars(
                    select(kind.name).where(kind.meeting_id == m.id).order_by(kind.rank)
                ).all()
                for m in (old, new)
            ]
            assert names[0] == names[1]
        topics = db.session.scalars(select(Topic).where(Topic.meeting_id == new.id)).all()
        assert {db.session.get_one(Body, t.body_id).meeting_id for t in topics} == {new.id}
        areas = db.session.scalars(
            select(Area).where(Area.meeting_id == new.id).order_by(Area.rank)
        ).all()
        assert [area.name for area in areas] == ["Khu Kim Đồng I", "Khu mới"]
        assert preparing.programme(new)[0][0] == new.starts_at
        assert preparing.tasks(db.session(), new.id)


def test_the_two_level_profile_has_the_offices_of_2025(app: Flask, organiser: Person) -> None:
    form = {
        **OFFICE,
        "title": "Đối thoại 2026",
        "date": "2026-10-24",
        "starts": "08:00",
        "ends": "11:30",
        "venue": "Nhà văn hóa",
        "areas": "Tổ dân phố 1",
        "name": "nam-2026",
        "profile": "2025",
    }
    assert organiser.post("/meetings/new", data=form).status_code == 302
    with app.app_context():
        new = db.session.scalars(select(Meeting).where(Meeting.name == "nam-2026")).one()
        names = db.session.scalars(select(Body.name).where(Body.meeting_id == new.id)).all()
        assert "Trung tâm Phục vụ hành chính công" in names
        assert "Địa chính - Xây dựng" not in names


def test_a_point_added_to_a_full_programme_takes_its_time_from_the_longest(
    as_role: Callable[[str], Person], meeting: Known
) -> None:
    person = as_role("organiser")
    full = {"minutes": ["30", "180"], "what": ["Báo cáo", "Đối thoại"], "who": ["", ""]}
    assert person.post("/m/kd/programme", full).status_code == 302
    assert person.post("/m/kd/programme", {**full, "do": "add"}).status_code == 302
    page = person.get("/m/kd/programme").get_data(as_text=True)
    assert re.findall(r'name="minutes"[^>]*value="(\d+)"', page) == ["30", "170", "10"]
    assert "mục dài nhất" in page
