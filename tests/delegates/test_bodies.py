"""Bodies of the plan: who comes for which, which send nobody, when none is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Body
from kiosk.plugins.delegates import bodies
from kiosk.plugins.delegates import queries
from tests.conftest import Known
from tests.conftest import Person


@pytest.fixture
def person(as_role: Callable[[str], Person]) -> Person:
    return as_role("organiser")


@pytest.fixture
def known(app: Flask, meeting: Known) -> dict[str, int]:
    """Three bodies of one group: one place, two places, one place."""
    with app.app_context(), writing() as session:
        made = [
            Body(
                meeting_id=meeting.id, group_id=meeting.groups["B"], name=name, rank=i, slots=slots
            )
            for i, (name, slots) in enumerate(
                (("Công an phường", 1), ("Ban Thường vụ", 2), ("Hội Nông dân", 1))
            )
        ]
        session.add_all(made)
        session.flush()
        return {body.name: body.id for body in made}


def missing(app: Flask, meeting: Known) -> list[str]:
    with app.app_context():
        return [gap.body for gap in queries.gaps(db.session(), meeting.id)]


def test_a_person_is_given_bodies_in_the_form_and_loses_them_there(
    app: Flask,
    person: Person,
    meeting: Known,
    known: dict[str, int],
    add_delegate: Callable[..., int],
) -> None:
    key = add_delegate("Lê Văn An", group="B", title="Phó Trưởng Công an")
    url = f"/m/kd/delegates/{key}"
    form = {"name": "Lê Văn An", "group": str(meeting.groups["B"]), "bodies": ""}
    assert "Dự thay mặt các đơn vị trong kế hoạch" in person.get(url).get_data(as_text=True)
    chosen = [str(known["Công an phường"]), str(known["Hội Nông dân"])]
    assert person.post(url, {**form, "body": chosen}).status_code == 302
    assert missing(app, meeting) == ["Ban Thường vụ"]
    page = person.get(url).get_data(as_text=True)
    assert page.count('name="body"') == 3
    assert page.count(" checked>") == 2
    # A form that does not ask leaves them alone.
    bare = {name: value for name, value in form.items() if name != "bodies"}
    assert person.post(url, bare).status_code == 302
    assert missing(app, meeting) == ["Ban Thường vụ"]
    # Another form ticks a body meanwhile; what this one saw ticked and cleared goes, no more.
    with app.app_context():
        seen = " ".join(str(body) for body in sorted(bodies.held(db.session(), key)))
    assert f'name="bodies" value="{seen}"' in person.get(url).get_data(as_text=True)
    added = str(known["Ban Thường vụ"])
    assert person.post(url, {**form, "bodies": seen, "body": [*chosen, added]}).status_code == 302
    assert person.post(url, {**form, "bodies": seen}).status_code == 302
    with app.app_context():
        assert bodies.held(db.session(), key) == {known["Ban Thường vụ"]}


def test_a_body_of_another_meeting_is_refused_and_nothing_changes(
    app: Flask,
    person: Person,
    meeting: Known,
    known: dict[str, int],
    make_meeting: Callable[..., Known],
    add_delegate: Callable[..., int],
) -> None:
    other = make_meeting("khac")
    with app.app_context(), writing() as session:
        stranger = Body(meeting_id=other.id, group_id=other.groups["B"], name="Trạm Y tế")
        session.add(stranger)
        session.flush()
        wrong = stranger.id
    key = add_delegate("Lê Văn An", group="B")
    form = {"name": "Tên Khác", "group": str(meeting.groups["B"]), "bodies": "1"}
    for bad in (str(wrong), "999999"):
        answer = person.post(f"/m/kd/delegates/{key}", {**form, "body": bad})
        assert answer.status_code == 422
        assert "Mời chọn đơn vị trong danh sách." in answer.get_data(as_text=True)
    with app.app_context():
        assert bodies.held(db.session(), key) == set()
        found = queries.one(db.session(), meeting.id, key)
        assert found is not None
        assert found.name == "Lê Văn An"
    assert len(known) == 3


def test_a_body_that_sends_nobody_is_struck_off_and_expected_again(
    app: Flask, person: Person, meeting: Known, known: dict[str, int]
) -> None:
    key = known["Hội Nông dân"]
    assert len(missing(app, meeting)) == 3
    assert person.post(f"/m/kd/bodies/{key}/strike").status_code == 302
    assert missing(app, meeting) == ["Công an phường", "Ban Thường vụ"]
    page = person.get("/m/kd/groups").get_data(as_text=True)
    assert f"/m/kd/bodies/{key}/expect" in page
    assert person.post(f"/m/kd/bodies/{key}/expect").status_code == 302
    assert len(missing(app, meeting)) == 3
    assert person.post("/m/kd/bodies/999999/strike").status_code == 404
    assert person.post(f"/m/kd/bodies/{key}/forget").status_code == 404


def test_who_may_not_edit_strikes_nothing_off(
    as_role: Callable[[str], Person], known: dict[str, int]
) -> None:
    url = f"/m/kd/bodies/{known['Hội Nông dân']}/strike"
    for role in ("moderator", "secretary", "observer"):
        assert as_role(role).post(url).status_code == 403


def test_nobody_is_called_missing_while_the_people_of_the_group_could_fill_its_places(
    app: Flask, meeting: Known, known: dict[str, int], add_delegate: Callable[..., int]
) -> None:
    for number in range(3):
        add_delegate(f"Lê Văn {number}", group="B", title="Ủy viên")
    # Four places, three people of whom nobody said for which body: one body is missing.
    assert missing(app, meeting) == list(known)
    add_delegate("Lê Văn Tư", group="B")
    assert missing(app, meeting) == []
