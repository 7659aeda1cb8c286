"""People: states, absence, bulk, households, groups and gaps, two entries of one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import DelegateRole
from kiosk.models import Group
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.delegates import matching
from kiosk.plugins.delegates import queries
from kiosk.plugins.invitations import queries as letters
from kiosk.plugins.invitations import service as invitations
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.opinions.models import Opinion
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.speakers.models import Turn
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def person(as_role: Callable[[str], Person]) -> Person:
    return as_role("organiser")


@pytest.fixture
def people(add_delegate: AddDelegate) -> dict[str, int]:
    return {
        "Hoa": add_delegate("Nguyễn Thị Hoa", household="047", birth_year=1961),
        "Bình": add_delegate("Trần Văn Bình", household="012", area="Khu Kim Đồng II"),
        "Ánh": add_delegate("Đặng Thị Ánh", household="101", phone="0900012345"),
        "An": add_delegate("Lê Văn An", group="B", title="Trưởng Công an phường"),
    }


@pytest.fixture
def arrive(client: FlaskClient, bearer: Bearer, clock: FixedClock) -> Callable[..., str]:
    """Let a delegate come (or go), as the desk does; returns the verdict."""
    count = iter(range(1000))

    def send(delegate_id: int, direction: str = "in") -> str:
        scan = {"scan_id": f"{next(count):032x}", "via": "search",
                "delegate": str(delegate_id), "direction": direction,
                "scanned_at": clock().isoformat()}  # fmt: skip
        answer = client.post("/api/v1/meetings/kd/scans", json=scan, headers=bearer("desk"))
        return str((answer.json or {})["verdict"])

    return send


def ask(client: FlaskClient, headers: dict[str, str], query: str) -> list[str]:
    found = client.get(f"/api/v1/meetings/kd/delegates?{query}", headers=headers).json or {}
    assert found["total"] == len(found["items"])
    return [item["name"] for item in found["items"]]


def test_the_list_narrows_by_where_people_stand(
    client: FlaskClient, bearer: Bearer, people: dict[str, int], arrive: Callable[..., str]
) -> None:
    desk = bearer("desk")
    assert arrive(people["Hoa"]) == "admitted"
    assert arrive(people["An"]) == "admitted"
    assert arrive(people["An"], "out") == "left"
    assert ask(client, desk, "state=in") == ["Nguyễn Thị Hoa"]
    assert ask(client, desk, "state=out") == ["Lê Văn An"]
    assert ask(client, desk, "state=absent") == ["Đặng Thị Ánh", "Trần Văn Bình"]
    told = client.get("/api/v1/meetings/kd/delegates?state=nonsense", headers=desk)
    assert (told.status_code, list((told.json or {})["fields"])) == (422, ["state"])
    area = "area=" + str(client.get("/api/v1/meetings/kd", headers=desk).json["areas"][1]["id"])  # type: ignore[index]
    assert ask(client, desk, f"state=absent&{area}") == ["Trần Văn Bình"]


def test_who_cannot_come_is_noted_with_the_reason_and_taken_back(
    client: FlaskClient, bearer: Bearer, people: dict[str, int], app: Flask, meeting: Known
) -> None:
    organiser = bearer("organiser")
    url = f"/api/v1/meetings/kd/delegates/{people['Hoa']}/excuse"
    answer = client.post(url, json={"reason": " Đi  viện "}, headers=organiser)
    assert (answer.status_code, (answer.json or {})["excused"]) == (200, True)
    assert ask(client, organiser, "state=excused") == ["Nguyễn Thị Hoa"]
    with app.app_context():
        (found,) = queries.excused(db.session(), meeting.id)
        assert found.excused_reason == "Đi viện"
    assert client.delete(url, headers=organiser).status_code == 204
    assert client.delete(url, headers=organiser).status_code == 204
    assert ask(client, organiser, "state=excused") == []


def test_only_an_organiser_excuses_and_only_people_of_the_meeting(
    client: FlaskClient, bearer: Bearer, people: dict[str, int]
) -> None:
    url = f"/api/v1/meetings/kd/delegates/{people['Hoa']}/excuse"
    assert client.post(url, json={}, headers=bearer("desk")).status_code == 403
    organiser = bearer("organiser")
    nobody = "/api/v1/meetings/kd/delegates/99999/excuse"
    assert client.post(nobody, json={"reason": ""}, headers=organiser).status_code == 404
    long = {"reason": "x" * 201}
    assert client.post(url, json=long, headers=organiser).status_code == 422
    assert client.post(url, json={"why": "x"}, headers=organiser).status_code == 422


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("nguyem thi hoa", ["Nguyễn Thị Hoa"]),
        ("ngyuen hoa", ["Nguyễn Thị Hoa"]),
        ("tran binhh", ["Trần Văn Bình"]),
        ("dang ahn", ["Đặng Thị Ánh"]),
        ("xxxxx", []),
        ("048", []),
    ],
)
def test_a_search_forgives_slips_of_the_keyboard(
    client: FlaskClient, bearer: Bearer, people: dict[str, int], q: str, found: list[str]
) -> None:
    assert ask(client, bearer("desk"), f"q={q}") == found


def test_a_search_on_the_page_finds_by_the_code_of_the_letter(
    app: Flask, person: Person, people: dict[str, int], meeting: Known, clock: FixedClock
) -> None:
    with app.app_context(), writing() as session:
        code = invitations.issue(session, meeting.id, people["Hoa"], actor="t", now=clock())
    shown = person.get(f"/m/kd/delegates?q={code.short}").get_data(as_text=True)
    assert "Nguyễn Thị Hoa" in shown
    assert "Trần Văn Bình" not in shown


def test_several_people_change_at_once(
    app: Flask, person: Person, people: dict[str, int], meeting: Known
) -> None:
    ids = [str(people["Hoa"]), str(people["Ánh"])]
    to = str(meeting.areas["Khu Kim Đồng II"])
    person.post("/m/kd/delegates/many", {"id": ids, "do": "area", "to_area": to})
    person.post("/m/kd/delegates/many", {"id": ids, "do": "seat", "to_seat": "Dãy A"})
    group = str(meeting.groups["B"])
    person.post("/m/kd/delegates/many", {"id": ids[:1], "do": "group", "to_group": group})
    with app.app_context():
        hoa = queries.one(db.session(), meeting.id, people["Hoa"])
        anh = queries.one(db.session(), meeting.id, people["Ánh"])
        assert hoa is not None
        assert anh is not None
        assert (hoa.area, hoa.seat, hoa.group) == ("Khu Kim Đồng II", "Dãy A", "Đại biểu phường")
        assert (anh.area, anh.seat, anh.group) == ("Khu Kim Đồng II", "Dãy A", "Đại biểu khu")
        wanted = queries.Wanted("hoa kim dong ii")
        assert queries.search(db.session(), meeting.id, wanted)[1] == 1


@pytest.mark.parametrize(
    "form",
    [
        {"do": "area", "to_area": "99999"},
        {"do": "group", "to_group": "x"},
        {"do": "nothing"},
        {"do": "merge"},
        {"id": [], "do": "remove"},
        {"id": ["99999", "x"], "do": "remove"},
    ],
)
def test_a_change_that_cannot_be_made_says_so_and_changes_nobody(
    app: Flask, person: Person, people: dict[str, int], form: dict[str, Any]
) -> None:
    answer = person.post("/m/kd/delegates/many", {"id": [str(people["Hoa"])], **form})
    assert answer.status_code == 302
    assert "Xin" in person.get("/m/kd/delegates").get_data(as_text=True)
    with app.app_context():
        assert db.session().get_one(Delegate, people["Hoa"]).removed_at is None


def test_several_people_are_removed_and_put_back(
    person: Person, people: dict[str, int], client: FlaskClient, bearer: Bearer
) -> None:
    ids = [str(people["Hoa"]), str(people["Ánh"])]
    answer = person.post("/m/kd/delegates/many", {"id": ids, "do": "remove"})
    shown = person.get(answer.location).get_data(as_text=True)
    assert "2 người" in shown
    assert ask(client, bearer("desk"), "") == ["Lê Văn An", "Trần Văn Bình"]
    person.post("/m/kd/delegates/restore", {"id": ids})
    assert len(ask(client, bearer("desk"), "")) == 4


def test_a_household_shows_its_seat_and_who_may_come_instead(
    app: Flask, person: Person, people: dict[str, int], meeting: Known
) -> None:
    with app.app_context():
        home = db.session().get_one(Delegate, people["Hoa"]).household_id
    url = f"/m/kd/delegates/household/{home}"
    assert "Mỗi hộ một chỗ" in person.get(url).get_data(as_text=True)
    assert person.post(url, {"name": "12"}).status_code == 422
    assert person.post(url, {"name": "Nguyễn Văn Con", "note": "con trai"}).status_code == 302
    shown = person.get(url).get_data(as_text=True)
    assert "Nguyễn Văn Con" in shown
    assert "có thể đi thay" in shown
    with app.app_context():
        added = db.session().scalars(
            select(Delegate).where(Delegate.household_id == home).order_by(Delegate.id)
        )
        assert [d.name for d in added] == ["Nguyễn Thị Hoa", "Nguyễn Văn Con"]
    assert person.get("/m/kd/delegates/household/99999").status_code == 404


def test_bodies_that_nobody_represents_are_told(
    app: Flask, person: Person, people: dict[str, int], meeting: Known
) -> None:
    with app.app_context(), writing() as session:
        bodies = [
            Body(meeting_id=meeting.id, group_id=meeting.groups["B"], name=name, rank=i)
            for i, name in enumerate(("Công an phường", "Trạm Y tế", "Hội Nông dân"))
        ]
        session.add_all(bodies)
        session.flush()
        for body in bodies[:2]:
            session.add(DelegateRole(delegate_id=people["An"], body_id=body.id, title=""))
    with app.app_context():
        assert [gap.body for gap in queries.gaps(db.session(), meeting.id)] == ["Hội Nông dân"]
    shown = person.get("/m/kd/groups").get_data(as_text=True)
    assert "Hội Nông dân" in shown
    person.post(f"/m/kd/delegates/{people['An']}/excuse", {"reason": "họp"})
    with app.app_context():
        assert len(queries.gaps(db.session(), meeting.id)) == 3


def test_places_and_zones_of_groups_are_changed(
    app: Flask, person: Person, people: dict[str, int], meeting: Known
) -> None:
    key = meeting.groups["E"]
    person.post("/m/kd/groups", {f"target-{key}": "90", f"zone-{key}": "Dãy C"})
    with app.app_context():
        group = db.session().get_one(Group, key)
        assert (group.target, group.zone) == (90, "Dãy C")
        hoa = queries.one(db.session(), meeting.id, people["Hoa"])
        assert hoa is not None
        assert hoa.seat == "Dãy C"
    person.post("/m/kd/groups", {f"target-{key}": "many", f"zone-{key}": ""})
    with app.app_context():
        assert db.session().get_one(Group, key).target == 90


@pytest.fixture
def twins(add_delegate: AddDelegate) -> tuple[int, int]:
    one = add_delegate("Phạm Văn Hưng", household="061", salutation="ông", birth_year=1958)
    other = add_delegate("Phạm Văn Hưng", household="074", salutation="ông", phone="0900000061")
    return one, other


def merge(person: Person, kept: int, gone: int) -> None:
    data = {"kept": str(kept), "id": [str(kept), str(gone)]}
    assert person.post("/m/kd/delegates/merge", data).status_code == 302


def test_two_entries_that_may_be_one_are_shown_side_by_side(
    person: Person, twins: tuple[int, int]
) -> None:
    assert "Phạm Văn Hưng" in person.get("/m/kd/delegates/doubles").get_data(as_text=True)
    shown = person.get(f"/m/kd/delegates/merge?one={twins[0]}&other={twins[1]}")
    assert shown.get_data(as_text=True).count("Giữ dòng này") == 2
    assert person.get("/m/kd/delegates/merge?one=1&other=99999").status_code == 200


def test_of_two_entries_one_stays_and_knows_what_both_knew(
    app: Flask, person: Person, twins: tuple[int, int]
) -> None:
    merge(person, *twins)
    with app.app_context():
        kept = db.session().get_one(Delegate, twins[0])
        assert (kept.birth_year, kept.phone) == (1958, "0900000061")
        assert db.session().get_one(Delegate, twins[1]).removed_at is not None
    data = {"kept": str(twins[0]), "id": [str(twins[0])]}
    assert person.post("/m/kd/delegates/merge", data).status_code == 422


@pytest.mark.parametrize("both_came", [False, True])
def test_scans_and_presence_of_both_entries_are_one_persons(
    app: Flask,
    person: Person,
    twins: tuple[int, int],
    arrive: Callable[..., str],
    clock: FixedClock,
    both_came: bool,
) -> None:
    assert arrive(twins[1]) == "admitted"
    first = clock()
    clock.pass_(minutes=3)
    if both_came:
        assert arrive(twins[0]) == "admitted"
    merge(person, *twins)
    with app.app_context():
        session = db.session()
        presence = session.scalars(select(Presence)).one()
        assert (presence.delegate_id, presence.state) == (twins[0], "in")
        assert presence.first_at == first
        assert presence.household_id == session.get_one(Delegate, twins[0]).household_id
        assert {scan.delegate_id for scan in session.scalars(select(Scan))} == {twins[0]}
    assert arrive(twins[0]) == "already_in"


def test_the_letter_of_the_entry_that_stays_is_valid_the_other_replaced(
    app: Flask, person: Person, twins: tuple[int, int], meeting: Known, clock: FixedClock
) -> None:
    with app.app_context(), writing() as session:
        codes = [
            invitations.issue(session, meeting.id, key, actor="t", now=clock()) for key in twins
        ]
    merge(person, *twins)
    with app.app_context():
        session = db.session()
        rows = session.scalars(select(Invitation).order_by(Invitation.id)).all()
        assert {row.delegate_id for row in rows} == {twins[0]}
        assert [row.replaced_at is None for row in rows] == [True, False]
        assert letters.holder(session, codes[0].code) == (meeting.id, twins[0])


def test_the_entry_with_the_only_valid_letter_stays_with_the_facts_of_the_chosen_one(
    app: Flask, person: Person, twins: tuple[int, int], meeting: Known, clock: FixedClock
) -> None:
    with app.app_context(), writing() as session:
        invitations.issue(session, meeting.id, twins[0], actor="t", now=clock())
        invitations.withdraw(session, meeting.id, twins[0], actor="t", now=clock())
        code = invitations.issue(session, meeting.id, twins[1], actor="t", now=clock())
    merge(person, *twins)
    with app.app_context():
        session = db.session()
        assert letters.holder(session, code.code) == (meeting.id, twins[1])
        kept = session.get_one(Delegate, twins[1])
        assert (kept.birth_year, kept.phone, kept.removed_at) == (1958, "0900000061", None)
        assert session.get_one(Delegate, twins[0]).removed_at is not None
        rows = session.scalars(select(Invitation)).all()
        assert {row.delegate_id for row in rows} == {twins[1]}
        assert sorted(row.issue for row in rows) == [1, 2]


def test_turns_and_opinions_of_both_entries_are_one_persons(
    app: Flask, person: Person, twins: tuple[int, int], meeting: Known, clock: FixedClock
) -> None:
    with app.app_context(), writing() as session:
        for number, key in enumerate(twins):
            session.add(
                Turn(
                    meeting_id=meeting.id,
                    delegate_id=key,
                    kind="normal",
                    state="waiting",
                    requested_at=clock() + timedelta(minutes=number),
                    position=number + 1,
                )
            )
        opinion = Opinion(
            meeting_id=meeting.id,
            channel="slip",
            received_at=clock(),
            received_by="t",
        )
        session.add(opinion)
        session.flush()
        session.add_all(OpinionAuthor(opinion_id=opinion.id, delegate_id=key) for key in twins)
    merge(person, *twins)
    with app.app_context():
        session = db.session()
        turns = session.scalars(select(Turn).order_by(Turn.id)).all()
        assert [(turn.delegate_id, turn.state) for turn in turns] == [
            (twins[0], "waiting"),
            (twins[0], "withdrawn"),
        ]
        assert [a.delegate_id for a in session.scalars(select(OpinionAuthor))] == [twins[0]]


def test_words_are_near_with_a_slip_but_not_with_many() -> None:
    assert matching.has_nearly("nguyen thi hoa", ["nguyem", "hoa"])
    assert not matching.has_nearly("nguyen thi hoa", ["tran"])
    assert not matching.has_nearly("nguyen thi hoa", ["ho", "x"])


def test_the_list_has_letters_and_marks_states(
    person: Person, people: dict[str, int], arrive: Callable[..., str], tmp_path: Path
) -> None:
    arrive(people["Hoa"])
    shown = person.get("/m/kd/delegates").get_data(as_text=True)
    assert '<tr class="initial"><th colspan="7" scope="colgroup">A</th></tr>' in shown
    assert "Có mặt" in shown
    only = person.get("/m/kd/delegates?state=in").get_data(as_text=True)
    assert "Trần Văn Bình" not in only
