"""Conclusions, lateness, the dates of the law."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

import pytest
from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings.calendar import service as calendar
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions.conclusions import service
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.service import Who
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.opinions.conftest import BODY
from tests.opinions.conftest import SECRETARY
from tests.opinions.conftest import Register


def test_conclusions_are_followed(
    app: Flask, register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    front = Who("MTTQ", frozenset({"observer"}))
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    now = kiosk_clock.now()
    saturday = date(2023, 11, 11)
    with app.app_context(), writing() as session:
        made = service.conclude(
            session,
            meeting.id,
            service.NewConclusion("Nạo vét cống", one, bodies["Địa chính"], saturday),
            who=SECRETARY,
            now=now,
        )
        service.conclude(
            session, meeting.id, service.NewConclusion("Ghi nhận"), who=SECRETARY, now=now
        )

    def note(kind: str, text: str, who: Who, state: str = "", body: int | None = None) -> None:
        with app.app_context(), writing() as session:
            new = service.Report(kind, text, state)
            service.report(session, meeting.id, made, new, who=who, now=now, body_id=body)

    note("supervision", "Đã gặp 2 hộ", front)
    with pytest.raises(Forbidden):
        note("progress", "Xong", front)
    with pytest.raises(NotFound):
        note("progress", "Xong", BODY, "done", bodies["Công an"])
    note("progress", "Được nửa", BODY, "doing", bodies["Địa chính"])
    with app.app_context():
        general, ours = queries.conclusions(db.session(), meeting.id)
    assert (general.matter_id, ours.matter_id) == (None, one)
    assert ours.due_on == date(2023, 11, 13)
    assert (ours.state, ours.last_progress) == ("doing", "Được nửa")
    assert [n.kind for n in ours.notes] == ["supervision", "progress"]


def test_late_begins_after_the_due_day(
    app: Flask, register: Register, meeting: Known, bodies: dict[str, int], clock: FixedClock
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"], due_on=date(2023, 10, 27))
    clock.pass_(days=4)
    with app.app_context():
        view = queries.one_view(db.session(), meeting.id, one)
        assert queries.figures(db.session(), meeting.id).late == 1
    assert view is not None
    assert view.late_days == 3


def test_legal_dates_and_postings(app: Flask, meeting: Known) -> None:
    with app.app_context(), writing() as session:
        day = date(2023, 10, 30)
        settings.post(session, meeting.id, "results", "Nhà văn hóa", day, None, actor="t")
        row = session.get_one(Meeting, meeting.id)
        calendar.set_deadline(session, row, "conclusion_notice", 7, actor="t")
    with app.app_context():
        row = db.session.get_one(Meeting, meeting.id)
        dates = {one.key: one for one in queries.deadlines(db.session(), row)}
        (posted,) = queries.postings(db.session(), meeting.id)
    assert posted.until_on == day + timedelta(days=30)
    assert (dates["results"].on, dates["results"].done) == (date(2023, 11, 5), True)
    assert (dates["notice"].days_left, dates["notice"].done) == (-7, False)
    assert dates["conclusion_notice"].on == date(2023, 11, 6)
    with app.app_context(), pytest.raises(Refused), writing() as session:
        settings.post(session, meeting.id, "results", "  ", day, None, actor="t")
    with app.app_context(), pytest.raises(Refused), writing() as session:
        calendar.set_deadline(session, row, "results", 0, actor="t")


def test_a_conclusion_that_names_a_citizen_is_refused(
    app: Flask, register: Register, meeting: Known
) -> None:
    (one,) = register.take("Cống tắc", authors=["Nguyễn Thị Hoa"])
    new = service.NewConclusion("Xem lại cho bà Nguyễn Thị Hoa", one)
    with app.app_context(), pytest.raises(Refused) as refused, writing() as session:
        service.conclude(session, meeting.id, new, who=SECRETARY, now=kiosk_clock.now())
    assert "text" in refused.value.fields
