"""Working days, holidays, and the dates that law and ward count from a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import NotFound
from kiosk.models import Meeting
from kiosk.plugins.meetings import queries
from kiosk.plugins.meetings.calendar import holidays as law
from kiosk.plugins.meetings.calendar import rules as days
from kiosk.plugins.meetings.calendar import service
from kiosk.plugins.meetings.models import Task
from kiosk.plugins.opinions import rules as lateness
from tests.conftest import Known
from tests.conftest import Person

MEETING = date(2023, 10, 26)
TABLE = {deadline.key: deadline.days for deadline in days.DEADLINES}
# The law's days of 2023 to 2027, as every meeting has them.
LAW = days.Calendar(
    frozenset(known.day for known in law.STANDARD if not known.works),
    frozenset(known.day for known in law.STANDARD if known.works),
)
dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))
some_days = st.sets(dates, max_size=20)


@pytest.fixture
def organiser(sign_in: Callable[..., Person], meeting: Known) -> Person:
    return sign_in("organiser")


@pytest.mark.parametrize(
    ("key", "on", "by"),
    [
        ("notice", date(2023, 10, 19), date(2023, 10, 19)),
        ("invitations", date(2023, 10, 23), date(2023, 10, 23)),
        ("questions_close", date(2023, 10, 23), date(2023, 10, 23)),
        ("conclusion_notice", date(2023, 11, 2), date(2023, 11, 2)),
        # A Sunday: whoever waits until then finds nobody in the office.
        ("results", date(2023, 11, 5), date(2023, 11, 3)),
        ("answer", date(2023, 11, 9), date(2023, 11, 9)),
        ("loudspeaker", date(2023, 10, 25), date(2023, 10, 23)),
        ("posting", date(2023, 12, 3), date(2023, 12, 3)),
    ],
)
def test_the_dates_of_the_plan(key: str, on: date, by: date) -> None:
    found = days.dates(MEETING, TABLE, LAW)[key]
    assert (found.on, found.by) == (on, by)


def test_what_lasts_has_its_first_day() -> None:
    found = days.dates(MEETING, TABLE, LAW)
    assert found["loudspeaker"].since == date(2023, 10, 23)
    assert found["posting"].since == date(2023, 11, 3)


def test_working_days_over_tet_and_around_an_exchanged_day() -> None:
    # Wednesday 7 February 2024; Tết from Thursday 8 to Wednesday 14.
    assert LAW.add(date(2024, 2, 7), 1) == date(2024, 2, 15)
    assert LAW.add(date(2024, 2, 15), -1) == date(2024, 2, 7)
    # Monday 29 April 2024 was free, Saturday 4 May made up for it.
    assert LAW.add(date(2024, 4, 26), 1) == date(2024, 5, 2)
    assert LAW.add(date(2024, 5, 3), 1) == date(2024, 5, 4)
    assert LAW.next(date(2026, 2, 14)) == date(2026, 2, 23)
    assert LAW.last(date(2026, 2, 20)) == date(2026, 2, 13)


def test_each_year_has_the_eleven_days_of_the_labour_code() -> None:
    for year in range(law.FIRST_YEAR, law.LAST_YEAR + 1):
        known = [one for one in law.STANDARD if one.day.year == year]
        assert len({one.day for one in known}) == len(known)
        free = {one.day for one in known if not one.works}
        made_up = {one.day for one in known if one.works}
        assert all(day.weekday() == days.SATURDAY for day in made_up)
        assert {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)} <= free
        assert sum(one.name == "Tết Nguyên đán" for one in known) >= 5
        assert any(one.name == "Giỗ Tổ Hùng Vương" for one in known)
        assert all(one.source for one in known)
        # A holiday takes a working day from the year, or one is made up for.
        lost = sum(day.weekday() < days.SATURDAY for day in free) - len(made_up)
        assert lost == 11


@given(dates, st.integers(1, 60), some_days)
def test_a_period_holds_exactly_its_working_days(start: date, count: int, off: set[date]) -> None:
    end = days.working_days(start, count, off)
    assert days.is_working_day(end, off)
    between = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert sum(days.is_working_day(day, off) for day in between) == count


@given(dates, some_days)
def test_a_day_off_moves_forward_only_and_its_eve_backward(day: date, off: set[date]) -> None:
    calendar = days.Calendar(frozenset(off))
    moved, before = calendar.next(day), calendar.last(day)
    assert before <= day <= moved
    assert calendar.works(moved)
    assert calendar.works(before)
    assert (moved == day) == (before == day) == calendar.works(day)


@given(dates, some_days)
def test_nothing_is_asked_of_a_closed_office(day: date, off: set[date]) -> None:
    calendar = days.Calendar(frozenset(off))
    for key, found in days.dates(day, TABLE, calendar).items():
        if key != "posting":
            assert calendar.works(found.by)
        assert (found.since or found.on) <= found.on


@given(dates, dates)
def test_lateness_begins_the_day_after(due: date, today: date) -> None:
    late = lateness.days_late(due, today)
    assert late == max(0, (today - due).days)
    assert lateness.days_late(None, today) == 0


def test_quarters() -> None:
    assert lateness.quarter(date(2023, 11, 9)) == (2023, 4)
    assert lateness.quarter(date(2024, 1, 1)) == (2024, 1)


def _due(app: Flask, name: str, key: str) -> date:
    with app.app_context():
        statement = select(Task.due_on).join(Meeting, Meeting.id == Task.meeting_id)
        return db.session.scalars(statement.where(Meeting.name == name, Task.key == key)).one()


def _make(organiser: Person, **more: str) -> int:
    form = {
        "title": "Đối thoại",
        "date": "2023-11-23",
        "starts": "13:30",
        "ends": "17:00",
        "venue": "Nhà văn hóa",
        "ward": "Phường Bình Minh",
        "org_name": "ỦY BAN NHÂN DÂN\nPHƯỜNG BÌNH MINH",
        "place_name": "Bình Minh",
        "host": "Chủ tịch UBND phường",
        "areas": "Khu A",
        "name": "thang-11",
    }
    return organiser.post("/meetings/new", data={**form, **more}).status_code


def test_the_checklist_follows_the_table_and_the_calendar(app: Flask, organiser: Person) -> None:
    assert _make(organiser) == 302
    assert _due(app, "thang-11", "conclusion_notice") == date(2023, 11, 30)
    url = "/m/thang-11/dates"
    assert organiser.post(f"{url}/deadlines", {"conclusion_notice": "7"}).status_code == 302
    assert _due(app, "thang-11", "conclusion_notice") == date(2023, 12, 4)
    day = {"day": "2023-11-27", "until": "2023-11-28", "works": "0", "everywhere": "0"}
    assert organiser.post(f"{url}/day", {**day, "name": "Nghỉ bão"}).status_code == 302
    assert _due(app, "thang-11", "conclusion_notice") == date(2023, 12, 6)
    page = organiser.get(url).text
    assert "Nghỉ bão" in page
    assert "27/11/2023" in page
    # Ticked off: nobody is sent after what is done.
    with app.app_context():
        task = db.session.scalars(select(Task).where(Task.key == "conclusion_notice")).one().id
    organiser.post(f"/m/thang-11/tasks/{task}/done")
    organiser.post(f"{url}/deadlines", {"conclusion_notice": "5"})
    assert _due(app, "thang-11", "conclusion_notice") == date(2023, 12, 6)
    assert "circle-check" not in page
    shown = organiser.get("/m/thang-11/programme").text
    assert "Luật Tổ chức chính quyền địa phương" in shown
    assert 'class="ok"' in shown


def test_a_day_for_all_meetings_and_one_for_this_meeting_and_back_to_the_law(
    app: Flask, organiser: Person, meeting: Known, make_meeting: Callable[..., Known]
) -> None:
    other = make_meeting("khac")
    storm, tet = date(2023, 11, 20), date(2024, 2, 12)
    url = "/m/kd/dates"
    everywhere = {"day": storm.isoformat(), "works": "0", "everywhere": "1"}
    assert organiser.post(f"{url}/day", everywhere).status_code == 302
    assert organiser.post(f"{url}/day", everywhere).status_code == 302
    here = {"day": tet.isoformat(), "works": "1", "everywhere": "0"}
    assert organiser.post(f"{url}/day", here).status_code == 302
    with app.app_context():
        session = db.session()
        mine, theirs = (queries.calendar(session, m.id) for m in (meeting, other))
        own = [one for one in queries.free_days(session, meeting.id) if one.id]
    assert [calendar.works(storm) for calendar in (mine, theirs)] == [False, False]
    assert [calendar.works(tet) for calendar in (mine, theirs)] == [True, False]
    assert [one.day for one in own] == [storm, tet]
    for one in own:
        assert organiser.post(f"{url}/forget", {"id": str(one.id)}).status_code == 302
    for gone in (str(own[0].id), "0", "x", "9" * 30):
        assert organiser.post(f"{url}/forget", {"id": gone}).status_code == 404
    with app.app_context():
        calendar = queries.calendar(db.session(), meeting.id)
    assert (calendar.works(storm), calendar.works(tet)) == (True, False)


@pytest.mark.parametrize(
    ("part", "form"),
    [
        ("deadlines", {"answer": "0"}),
        ("deadlines", {"answer": "x"}),
        ("deadlines", {"answer": "9" * 400}),
        ("day", {"day": ""}),
        ("day", {"day": "31/2/2026"}),
        ("day", {"day": "1999-01-01"}),
        ("day", {"day": "2026-03-01", "until": "2026-02-01"}),
        ("day", {"day": "2026-03-01", "until": "2026-09-01"}),
        ("day", {"day": "2026-03-02", "name": "x" * 121}),
    ],
)
def test_a_wrong_day_or_number_is_refused_and_changes_nothing(
    app: Flask, organiser: Person, meeting: Known, part: str, form: dict[str, str]
) -> None:
    with app.app_context():
        before = queries.free_days(db.session(), meeting.id)
    assert organiser.post(f"/m/kd/dates/{part}", form).status_code == 422
    with app.app_context():
        assert queries.free_days(db.session(), meeting.id) == before
        assert queries.deadline_days(db.session(), meeting.id) == TABLE


def test_the_secretary_sets_dates_but_only_of_the_own_meeting(
    as_role: Callable[[str], Person], app: Flask, make_meeting: Callable[..., Known]
) -> None:
    other = make_meeting("khac")
    secretary = as_role("secretary")
    assert secretary.get("/m/kd/dates").status_code == 200
    form = {"day": "2023-11-20", "works": "0", "everywhere": "1"}
    assert secretary.post("/m/kd/dates/day", form).status_code == 302
    with app.app_context(), writing() as session:
        assert queries.calendar(session, other.id).works(date(2023, 11, 20))
        found = next(one for one in queries.free_days(session, 1) if one.id)
        meeting = session.get_one(Meeting, other.id)
        with pytest.raises(NotFound):
            service.forget_day(session, meeting, found.id, everywhere=True, actor="t")
        service.set_day(
            session, meeting, [date(2023, 11, 21)], works=False, everywhere=True, actor="t"
        )
        common = next(one for one in queries.free_days(session, 1) if one.everywhere)
    forget = {"id": str(common.id)}
    assert secretary.post("/m/kd/dates/forget", forget).status_code == 403
    assert as_role("moderator").get("/m/kd/dates").status_code == 403


def test_a_new_meeting_takes_the_checklist_of_the_earlier_one(
    app: Flask, organiser: Person
) -> None:
    assert _make(organiser) == 302
    form = {"title": "Mượn loa", "owner": "Văn hóa", "due": "2023-11-20"}
    assert organiser.post("/m/thang-11/tasks", data=form).status_code == 302
    assert organiser.post("/m/thang-11/dates/deadlines", {"results": "8"}).status_code == 302
    again = {"name": "sang-nam", "date": "2024-11-21", "like": "thang-11"}
    assert _make(organiser, **again) == 302
    with app.app_context():
        statement = select(Task).join(Meeting, Meeting.id == Task.meeting_id)
        tasks = {
            task.title: task
            for task in db.session.scalars(statement.where(Meeting.name == "sang-nam"))
        }
        assert tasks["Mượn loa"].due_on == date(2024, 11, 18)
        assert tasks["Mượn loa"].done_at is None
    assert _due(app, "sang-nam", "notice") == date(2024, 11, 14)
    assert _due(app, "sang-nam", "results") == date(2024, 11, 29)
