"""Facts of a meeting: asked, fitting together, and of this office alone."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy import update

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Meeting
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings import rules
from kiosk.plugins.meetings.models import Task
from kiosk.plugins.papers import queries as papers
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

DAY = date(2026, 12, 3)
XA = {
    "title": "Đối thoại với nhân dân thôn Đông",
    "date": "2026-12-03",
    "starts": "08:00",
    "ends": "11:00",
    "venue": "Nhà văn hóa thôn Đông",
    "ward": "Xã Bình Minh",
    "org_name": "ỦY BAN NHÂN DÂN\r\nXÃ BÌNH MINH",
    "place_name": "Bình Minh",
    "host": "Chủ tịch UBND xã",
    "areas": "Thôn Đông\nThôn Tây",
    "name": "binh-minh",
}
# Facts of the plan that the demo is made of; nobody else's papers may have them.
SEED = re.compile(
    r"tân dân|kinh môn|hải dương|kim đồng|thị xã|thị ủy|9 tháng|3 tháng cuối|phường", re.IGNORECASE
)
HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@given(HOURS, HOURS, HOURS)
def test_hours_that_are_taken_always_fit(opens: time, starts: time, ends: time) -> None:
    hours = rules.placed(DAY, opens, starts, ends, UTC)
    assert hours.starts_at.date() == DAY
    assert timedelta() < hours.ends_at - hours.starts_at <= timedelta(days=1)
    if not rules.unfit_hours(hours):
        assert hours.opens_at <= hours.starts_at < hours.ends_at
        assert hours.starts_at - hours.opens_at <= rules.EARLIEST_DOORS
        assert hours.ends_at - hours.starts_at <= rules.LONGEST_MEETING


@pytest.mark.parametrize(
    ("opens", "starts", "ends", "wrong"),
    [
        ("13:00", "13:30", "17:00", set()),
        ("13:30", "13:30", "17:00", set()),
        ("13:00", "08:00", "11:30", {"opens"}),
        ("20:54", "21:24", "00:54", set()),
        ("23:40", "00:10", "03:40", set()),
        ("01:00", "13:30", "17:00", {"opens"}),
        ("13:00", "13:30", "13:30", {"ends"}),
        ("13:00", "13:30", "13:00", {"ends"}),
    ],
)
def test_doors_start_and_end_are_looked_at_together(
    opens: str, starts: str, ends: str, wrong: set[str]
) -> None:
    first, begin, end = (time.fromisoformat(at) for at in (opens, starts, ends))
    assert set(rules.unfit_hours(rules.placed(DAY, first, begin, end, UTC))) == wrong


ITEMS = st.lists(st.builds(rules.Item, st.integers(1, 200), st.just("x"), st.just("")), max_size=9)


@given(ITEMS, st.integers(9, 600))
def test_a_programme_is_shortened_into_the_meeting_and_no_point_falls_out(
    items: list[rules.Item], minutes: int
) -> None:
    found = rules.fitted(items, minutes)
    total = sum(item.minutes for item in items)
    assert len(found) == len(items)
    assert sum(item.minutes for item in found) == min(total, minutes)
    assert all(1 <= new.minutes <= old.minutes for new, old in zip(found, items, strict=True))


def _words_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as packed:
        return re.sub(r"<[^>]+>", " ", packed.read("word/document.xml").decode())


@pytest.mark.parametrize("profile", sorted(plan.PROFILES))
def test_nothing_of_a_new_commune_speaks_of_another_office(
    app: Flask, sign_in: Callable[..., Person], profile: str
) -> None:
    person = sign_in("organiser")
    assert person.post("/meetings/new", {**XA, "profile": profile}).status_code == 302
    for kind in papers.KINDS:
        paper = person.get(f"/m/binh-minh/papers/{kind}.docx")
        assert paper.status_code == 200, kind
        found = SEED.search(_words_of(paper.data))
        assert found is None, (kind, found)
    said = person.get("/api/v1/meetings/binh-minh").text
    for path in ("/m/binh-minh", "/m/binh-minh/programme", "/p/binh-minh", "/m/binh-minh/groups"):
        said += re.sub(r"(?s)<(script|style).*?</\1>", "", person.get(path).text)
    found = SEED.search(said)
    assert found is None, said[found.start() - 80 : found.end() + 80] if found else ""
    with app.app_context():
        meeting = db.session.scalars(select(Meeting)).one()
        assert letters.common(meeting, None, "a5")["org"] == ["ỦY BAN NHÂN DÂN", "XÃ BÌNH MINH"]
        assert letters.shared_values(meeting)["issuer"] == "Ủy ban nhân dân xã Bình Minh"


def test_an_empty_form_is_answered_once_with_every_field(sign_in: Callable[..., Person]) -> None:
    answer = sign_in("organiser").post("/meetings/new", {})
    assert answer.status_code == 422
    marked = set(re.findall(r'name="([a-z_]+)"[^>]*aria-invalid="true"', answer.text))
    asked = {*rules.NEEDED, "date", "starts", "ends", "areas"}
    assert marked == asked
    starred = re.findall(r'for="f-([a-z_]+)">[^<]*<span class="star"', answer.text)
    assert set(starred) == asked


def test_hours_of_the_night_are_saved_as_they_are_shown(
    app: Flask, as_role: Callable[[str], Person]
) -> None:
    person = as_role("organiser")
    night = {"opens": "20:54", "starts": "21:24", "ends": "00:54"}
    assert person.post("/m/kd/edit", night).status_code == 302
    assert person.post("/m/kd/edit", {"venue": "Sân nhà văn hóa"}).status_code == 302
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.name == "kd")).one()
        assert meeting.ends_at - meeting.starts_at == timedelta(hours=3, minutes=30)
        assert meeting.venue == "Sân nhà văn hóa"


def test_a_start_moved_before_the_doors_is_refused_beside_the_doors(
    as_role: Callable[[str], Person],
) -> None:
    answer = as_role("organiser").post("/m/kd/edit", {"starts": "08:00", "ends": "11:30"})
    assert answer.status_code == 422
    assert "Giờ mở cửa phải trước" in answer.text
    assert 'id="f-opens-e"' in answer.text


def test_a_programme_stays_inside_the_hours(app: Flask, as_role: Callable[[str], Person]) -> None:
    person = as_role("organiser")
    rows = {"minutes": ["60", "150"], "what": ["Báo cáo", "Đối thoại"], "who": ["", ""]}
    assert person.post("/m/kd/programme", rows).status_code == 302
    longer = {**rows, "minutes": ["60", "151"]}
    refused = person.post("/m/kd/programme", longer)
    assert refused.status_code == 422
    assert "dài hơn buổi đối thoại 1 phút" in refused.text
    assert 'value="151"' in refused.text
    shorter = person.post("/m/kd/edit", {"ends": "15:30"}, follow_redirects=True)
    assert "đã được rút ngắn" in shorter.text
    with app.app_context():
        meeting = db.session.scalars(select(Meeting).where(Meeting.name == "kd")).one()
        assert [point["minutes"] for point in meeting.programme] == [60, 60]
    assert "nhiều mục hơn" in person.post("/m/kd/edit", {"ends": "13:31"}).text


def test_a_duty_whose_day_is_past_is_late_and_not_done(
    app: Flask, sign_in: Callable[..., Person], clock: FixedClock
) -> None:
    clock.moment = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    person = sign_in("organiser")
    assert person.post("/meetings/new", XA).status_code == 302
    with app.app_context():
        tasks = db.session.scalars(select(Task)).all()
        assert [task.done_at for task in tasks] == [None] * len(plan.TASKS)
        late = sum(task.due_on < date(2026, 12, 2) for task in tasks)
    page = person.get("/m/binh-minh").text
    assert late > 3
    assert page.count("data-late") == late
    assert f"{late} việc quá hạn" in page
    assert "Việc cần làm: 13 trên 13" in page


def test_what_an_older_meeting_does_not_say_stays_dotted_and_can_be_entered(
    app: Flask, meeting: Known, as_role: Callable[[str], Person]
) -> None:
    with app.app_context(), writing() as session:
        empty = {"ward": "", "org_name": "", "place_name": "", "host": ""}
        session.execute(update(Meeting).values(**empty))
    person = as_role("organiser")
    for path in ("/m/kd", "/m/kd/invitations", "/m/kd/papers", "/m/kd/edit"):
        assert "data-lacking" in person.get(path).text
    words = _words_of(person.get("/m/kd/papers/giay-moi.docx").data)
    assert "Ủy ban nhân dân ....." in words
    with app.app_context():
        common = letters.common(db.session.scalars(select(Meeting)).one(), None, "a5")
    assert common["org"] == [letters.DOTTED, letters.DOTTED]
    assert common["place_date"].startswith(letters.DOTTED)
    assert person.post("/m/kd/edit", {"minutes": "4"}).status_code == 422
    office = {name: XA[name] for name in ("ward", "org_name", "place_name", "host")}
    assert person.post("/m/kd/edit", office).status_code == 302
    assert "data-lacking" not in person.get("/m/kd").text
    assert "xã Bình Minh" in _words_of(person.get("/m/kd/papers/giay-moi.docx").data)


def test_a_day_out_of_range_gives_a_sentence_wherever_it_is_typed(
    as_role: Callable[[str], Person],
) -> None:
    person = as_role("organiser")
    for day in ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"):
        assert "từ năm 2000" in person.post("/m/kd/edit", {"date": day}).text
        assert person.post("/m/kd/tasks", {"title": "Loa", "due": day}).status_code == 422
