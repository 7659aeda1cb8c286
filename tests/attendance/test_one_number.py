"""One number: whoever is counted is counted in one place, and every screen and paper agrees."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kiosk import clock as kiosk_clock
from kiosk import export
from kiosk import live
from kiosk.db import db
from kiosk.db import writing
from kiosk.model import Delegate
from kiosk.model import Household
from kiosk.model import Meeting
from kiosk.plugin import registry
from kiosk.plugins.attendance import counting_rules
from kiosk.plugins.attendance import queries as attendance
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import replies
from kiosk.plugins.invitations.models import Reply
from kiosk.plugins.invitations.replies import Given
from kiosk.plugins.papers import after
from kiosk.plugins.papers import before
from kiosk.plugins.papers import minutes
from kiosk.plugins.papers import placeholders
from kiosk.plugins.papers.facts import gather
from kiosk.plugins.papers.rules import Grid
from kiosk.plugins.papers.rules import Paper
from kiosk.plugins.papers.rules import Text
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

MEETINGS = 100


@dataclass
class Drawn:
    """A person as drawn, and where the test itself counts him."""

    origin: str
    group: str
    household: int | None
    removed: bool
    excused: bool
    state: str
    observer: bool
    substitute: bool


@dataclass
class Hall:
    """A meeting drawn at random, counted by hand."""

    known: Known
    people: list[Drawn] = field(default_factory=list)

    def count(self, fits: Callable[[Drawn], bool]) -> int:
        return sum(fits(person) for person in self.people)

    @property
    def expected(self) -> dict[str, int]:
        def on(person: Drawn) -> bool:
            return not person.removed and person.origin == "invited"

        homes = {p.household for p in self.people if on(p) and p.household}
        seated = {p.household for p in self.people if on(p) and p.state and not p.observer}
        return {
            "invited": self.count(on),
            "came": self.count(lambda p: on(p) and bool(p.state)),
            "added": self.count(
                lambda p: not p.removed and p.origin != "invited" and bool(p.state)
            ),
            "present": self.count(lambda p: not p.removed and bool(p.state)),
            "observers": self.count(lambda p: not p.removed and bool(p.state) and p.observer),
            "substitutes": self.count(lambda p: not p.removed and bool(p.state) and p.substitute),
            "left": self.count(lambda p: not p.removed and p.state == "out"),
            "inside": self.count(lambda p: p.state == "in"),
            "removed_inside": self.count(lambda p: p.removed and p.state == "in"),
            "excused": self.count(lambda p: on(p) and not p.state and p.excused),
            "absent": self.count(lambda p: on(p) and not p.state and not p.excused),
            "households": len(homes),
            "households_present": len(seated - {None}),
        }


Draw = Callable[[int], Hall]


def _drawn(draw: random.Random) -> Drawn:
    origin = draw.choices(("invited", "added", "walk_in"), (8, 1, 1))[0]
    group = draw.choices("ABE", (1, 2, 7))[0]
    state = draw.choices(("", "in", "out"), (4, 5, 1))[0]
    walked_in = origin == "walk_in"
    return Drawn(
        origin,
        group,
        draw.randrange(1, 9) if group == "E" and not walked_in else None,
        draw.random() < 0.15,
        draw.random() < 0.2,
        "in" if walked_in and not state else state,
        draw.random() < 0.2,
        draw.random() < 0.1 and not walked_in,
    )


@pytest.fixture
def draw_meeting(app: Flask, make_meeting: Callable[..., Known]) -> Draw:
    """Make a meeting of some thirty people, each as the door may have left him."""

    def make(seed: int) -> Hall:
        draw = random.Random(seed)
        known = make_meeting(f"hop-{seed:03d}", tag=f"R{seed:03d}")
        hall = Hall(known, [_drawn(draw) for _ in range(draw.randrange(0, 32))])
        with app.app_context(), writing() as session:
            homes = [
                Household(meeting_id=known.id, number=str(n), area_id=min(known.areas.values()))
                for n in range(1, 9)
            ]
            session.add_all(homes)
            session.flush()
            for number, person in enumerate(hall.people):
                _store(session, known, homes, number, person)
        return hall

    return make


def _store(
    session: Session, known: Known, homes: list[Household], number: int, person: Drawn
) -> None:
    now = kiosk_clock.now()
    by_letter = number % 2 == 0
    delegate = Delegate(
        meeting_id=known.id,
        group_id=known.groups[person.group],
        area_id=min(known.areas.values()) if person.group == "E" else None,
        household_id=homes[person.household - 1].id if person.household else None,
        name=f"Nguyễn Văn {number:02d}",
        sort_key=f"{number:02d}",
        origin=person.origin,
        removed_at=now if person.removed else None,
        excused_at=now if person.excused and not by_letter else None,
        created_at=now,
    )
    session.add(delegate)
    session.flush()
    if person.excused and by_letter:
        session.add(Reply(meeting_id=known.id, delegate_id=delegate.id, answer="no", at=now))
    if person.state:
        session.add(
            Presence(
                delegate_id=delegate.id,
                meeting_id=known.id,
                state=person.state,
                since=now,
                first_at=now,
                first_device="Cổng 1",
                via="camera",
                observer=person.observer,
                substitute={"name": "Trần Thị Tư", "relation": "con"}
                if person.substitute
                else None,
            )
        )


def _numbers(paper: Paper, key: str) -> list[int]:
    words = next((b.text for b in paper.blocks if isinstance(b, Text) and b.key == key), "")
    return [int(found) for found in re.findall(r"\d+", words)]


def _grid(paper: Paper) -> list[tuple[str, ...]]:
    return [tuple(row) for b in paper.blocks if isinstance(b, Grid) for row in b.rows]


def _screens(session: Session, meeting_id: int) -> dict[str, dict[str, int]]:
    """Return what each screen says, by its name."""
    seen = live.snapshot(session, meeting_id, "attendance")
    nameless = attendance.without_names(seen)
    by_kind = Counter[str]()
    for row in seen["by_group"]:
        assert row["invited"] == row["excused"] + row["absent"] + (
            row["present"] if row["kind"] != "added" else 0
        )
        by_kind["added" if row["kind"] == "added" else "came"] += row["present"]
        by_kind["invited"] += row["invited"]
    home = registry().numbers(session, meeting_id)
    badge = next(item for item in registry().nav if item.endpoint == "attendance.board")
    house = live.snapshot(session, meeting_id, "house")
    door = live.snapshot(session, meeting_id, "door")
    assert badge.count is not None
    lists = {"absent": len(seen["absent"]), "excused": len(seen["excused"])}
    told = {**seen, "excused": seen["excused_count"], "absent": seen["absent_count"]}
    return {
        "attendance": told,
        "security": {**nameless, "excused": told["excused"], "absent": told["absent"]},
        "attendance, who is missing": lists,
        "attendance, by group": dict(by_kind),
        "attendance, who is off the list": {"removed_inside": len(seen["removed"])},
        "attendance, arrivals": {"present": sum(a["count"] for a in seen["arrivals"])},
        "home": home,
        "menu": {"present": badge.count(session, meeting_id) or 0},
        "hall": house,
        "desk": door,
        "groups": {"excused": len(delegates.excused(session, meeting_id))},
    }


def _papers(session: Session, meeting_id: int) -> dict[str, dict[str, int]]:
    facts = gather(session, session.get_one(Meeting, meeting_id))
    record = minutes.minutes(facts)
    summoned = _numbers(record, "present")
    away = _numbers(record, "absent")
    added = _numbers(record, "added") or [0, summoned[1]]
    opening = _numbers(after.notice(facts), "opening")[-3:]
    if not facts.beside:
        opening = [*opening[-2:], 0]
    came = _numbers(after.report(facts), "came")
    typed = placeholders.values(facts, record, with_codes=False)
    rows = {row[0]: row[1:] for row in minutes.composition(facts).rows}
    guests = rows.pop("Khách tham dự thêm", ("–", "0", "–", "–"))
    columns = [sum(int(row[n]) for row in rows.values()) for n in range(4)]
    assert columns[0] == sum(columns[1:])
    assert len(_grid(before.roll(facts))) == len(facts.people)
    return {
        "minutes": {
            "invited": summoned[0],
            "came": summoned[1],
            "households_present": summoned[2],
            "excused": away[1],
            "absent": away[0] - away[1],
            "added": added[0],
            "present": added[1],
        },
        "minutes, table": {
            "invited": columns[0],
            "came": columns[1],
            "excused": columns[2],
            "absent": columns[3],
            "added": int(guests[1]),
        },
        "notice": {"came": opening[0], "households_present": opening[1], "added": opening[2]},
        "report": {"came": came[0], "invited": came[1]},
        "template": {
            "invited": typed["so_moi"],
            "came": typed["so_co_mat"],
            "households_present": typed["so_ho"],
            "added": typed["so_khach"],
        },
        "list of delegates": {"invited": len(_grid(before.people(facts)))},
    }


def _tables(session: Session, meeting_id: int) -> dict[str, dict[str, int]]:
    found = list(csv.DictReader(io.StringIO(export.as_csv(attendance.table(session, meeting_id)))))
    state = Counter(row["Điểm danh"] for row in found)
    invited = [row for row in found if row["Tư cách tham dự"] != "Khách tham dự thêm"]
    people = csv.DictReader(io.StringIO(export.as_csv(delegates.table(session, meeting_id))))
    return {
        "table of attendance": {
            "present": state["Có mặt"],
            "observers": sum(
                row["Tư cách tham dự"] == "Dự thính" and row["Giờ đến"] != "" for row in invited
            ),
            "left": sum(row["Giờ về"] != "" for row in found),
            "substitutes": sum(row["Người đi thay"] != "" for row in found),
        },
        "table of delegates": {"invited": sum(row["Diện"] == "Được mời" for row in people)},
    }


@pytest.mark.parametrize("first", range(0, MEETINGS, 20))
def test_every_screen_paper_and_table_of_a_hundred_meetings_tells_the_same(
    app: Flask, draw_meeting: Draw, first: int
) -> None:
    wrong = []
    for seed in range(first, first + 20):
        hall = draw_meeting(seed)
        expected = hall.expected
        with app.test_request_context():
            session = db.session()
            places = {
                **_screens(session, hall.known.id),
                **_papers(session, hall.known.id),
                **_tables(session, hall.known.id),
            }
        for place, told in places.items():
            shared = expected.keys() & told.keys()
            assert shared, place
            wrong += [
                f"{hall.known.name}, {place}: {name} {told[name]}, not {expected[name]}"
                for name in sorted(shared)
                if told[name] != expected[name]
            ]
    assert wrong == []


@pytest.mark.parametrize("seed", [3, 17])
def test_pages_and_programs_show_these_numbers(
    client: FlaskClient,
    draw_meeting: Draw,
    sign_in: Callable[..., Person],
    bearer: Callable[..., dict[str, str]],
    seed: int,
) -> None:
    hall = draw_meeting(seed)
    expected, name = hall.expected, hall.known.name
    person = sign_in("organiser", hall.known.id)
    base = f"/api/v1/meetings/{name}"
    told = client.get(f"{base}/attendance", headers=bearer("security", "", hall.known.id)).json
    assert (told or {})["present"] == expected["present"]
    assert (told or {})["inside"] == expected["inside"]
    page = person.get(f"/m/{name}/attendance").get_data(as_text=True)
    assert f'data-present="{expected["present"]}"' in page
    assert f'<span class="count">{expected["present"]}</span>' in page
    home = person.get(f"/m/{name}").get_data(as_text=True)
    assert f"{expected['present']} có mặt trên {expected['invited']}" in home
    strip = client.get(f"{base}/speakers/house", headers=bearer("screen", "", hall.known.id)).json
    assert (strip or {})["present"] == expected["present"]
    hall_page = sign_in("moderator", hall.known.id).get(f"/m/{name}/hall").get_data(as_text=True)
    beside = re.search(r'id="beside"[^>]*>(.*?)</script>', hall_page, re.DOTALL)
    assert beside is not None
    house = json.loads(beside.group(1))["house"]
    assert house["households_present"] == expected["households_present"]
    groups = person.get(f"/m/{name}/groups").get_data(as_text=True)
    away = [int(n) for n in re.findall(r"báo vắng (\d+)", groups)]
    assert sum(away) == expected["excused"]


class Plain(NamedTuple):
    """A person as plain values."""

    group_kind: str
    household_id: int | None
    invited: bool
    removed: bool
    excused: bool
    state: str
    observer: bool
    instead: dict[str, str] | None


PEOPLE = st.lists(
    st.builds(
        Plain,
        st.sampled_from(("official", "household", "guest")),
        st.none() | st.integers(1, 4),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.sampled_from(("", "in", "out")),
        st.booleans(),
        st.none() | st.just({"name": "Tư"}),
    ),
    max_size=30,
)


@given(PEOPLE)
def test_the_numbers_add_up(people: list[Plain]) -> None:
    found = counting_rules.count(people)
    assert found.invited == found.came + found.excused + found.absent
    assert found.present == found.came + found.added
    assert found.inside == found.present - found.left + found.removed_inside
    assert found.inside == sum(person.state == "in" for person in people if not person.removed) + (
        found.removed_inside
    )
    assert found.households_present <= min(found.households, found.came)
    assert found.observers <= found.present
    assert found.came - found.seated <= found.observers


@given(PEOPLE)
def test_rows_add_up_and_people_who_were_added_stand_in_none_of_them(people: list[Plain]) -> None:
    found = counting_rules.count(people)
    rows = counting_rules.rows(people, lambda person: person.group_kind)
    for row in rows.values():
        assert row.invited == row.present + row.excused + row.absent
    sums = [sum(row[n] for row in rows.values()) for n in range(5)]
    assert sums == [found.invited, found.came, found.excused, found.absent, found.added]


@given(PEOPLE, st.integers(0, 29))
def test_taking_somebody_off_the_list_never_empties_the_hall(
    people: list[Plain], place: int
) -> None:
    before_ = counting_rules.count(people)
    off = [p._replace(removed=True) if n == place else p for n, p in enumerate(people)]
    assert counting_rules.count(off).inside == before_.inside


@dataclass
class Desk:
    """A staffed desk at the door of the meeting."""

    client: FlaskClient
    headers: dict[str, str]
    organiser: dict[str, str]
    scans: int = 0

    def scan(self, **body: Any) -> Any:
        self.scans += 1
        scan = {"scan_id": f"one-number-{self.scans:04d}", "via": "search", **body}
        answer = self.client.post("/api/v1/meetings/kd/scans", json=scan, headers=self.headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def seen(self) -> dict[str, Any]:
        answer = self.client.get("/api/v1/meetings/kd/attendance", headers=self.organiser)
        found: dict[str, Any] = answer.json or {}
        return found


@pytest.fixture
def desk(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> Desk:
    return Desk(client, bearer("desk", "Bàn số 1"), bearer("organiser"))


def test_who_is_taken_off_the_list_while_inside_stays_in_the_head_count(
    desk: Desk, add_delegate: Callable[..., int]
) -> None:
    gone, stays = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    for key in (gone, stays):
        desk.scan(delegate=key)
    url = f"/api/v1/meetings/kd/delegates/{gone}"
    assert desk.client.delete(url, headers=desk.headers).status_code == 403
    before_ = desk.seen()["version"]
    assert desk.client.delete(url, headers=desk.organiser).status_code == 204
    assert desk.client.delete(url, headers=desk.organiser).status_code == 404
    found = desk.seen()
    assert (found["invited"], found["present"], found["inside"]) == (1, 1, 2)
    assert found["removed_inside"] == 1
    assert [person["name"] for person in found["removed"]] == ["Bà Nguyễn Thị Hoa"]
    assert found["version"] > before_
    assert [row["present"] for row in found["by_group"] if row["kind"] == "household"] == [1]


def test_who_is_taken_off_the_list_can_still_be_let_out(
    desk: Desk, add_delegate: Callable[..., int], invite: Callable[[int], Any]
) -> None:
    by_name, by_code = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    code = invite(by_code).code
    for key in (by_name, by_code):
        desk.scan(delegate=key)
        desk.client.delete(f"/api/v1/meetings/kd/delegates/{key}", headers=desk.organiser)
    assert desk.seen()["inside"] == 2
    assert desk.scan(delegate=by_name, direction="out")["verdict"] == "left"
    assert desk.scan(code=code, direction="out", via="camera")["verdict"] == "left"
    assert desk.seen()["inside"] == 0
    # Out is out: a letter of somebody who is off the list opens nothing.
    assert desk.scan(code=code, direction="in", via="camera")["verdict"] == "cancelled"
    assert desk.scan(delegate=by_name, direction="in")["verdict"] == "unknown"
    assert desk.seen()["inside"] == 0


def test_people_added_at_the_door_have_a_row_of_their_own(
    desk: Desk, add_delegate: Callable[..., int]
) -> None:
    desk.scan(delegate=add_delegate("Nguyễn Thị Hoa"))
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải", "area": "Khu Kim Đồng I"})
    typed = desk.client.post(
        "/api/v1/meetings/kd/delegates",
        json={"name": "Vũ Thị Lan", "area": "Khu Kim Đồng I"},
        headers=desk.headers,
    )
    desk.scan(delegate=(typed.json or {})["id"])
    found = desk.seen()
    kinds = {row["kind"]: (row["invited"], row["present"]) for row in found["by_group"]}
    assert (kinds["household"], kinds["added"]) == ((1, 1), (0, 2))
    assert sum(row["present"] for row in found["by_group"]) == found["present"] == 3
    areas = {row["name"]: (row["invited"], row["present"]) for row in found["by_area"]}
    assert areas["Khu Kim Đồng I"] == (1, 1)
    assert (found["households"], found["households_present"]) == (1, 1)


def test_an_answer_no_moves_the_view_that_counts_the_excused(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    before_ = desk.seen()
    with app.app_context(), writing() as session:
        replies.reply(session, meeting.id, hoa, Given("no"), actor="page", now=clock())
    found = desk.seen()
    assert (before_["excused_count"], found["excused_count"]) == (0, 1)
    assert found["version"] > before_["version"]


@pytest.mark.parametrize("opened", ["auto", "open"])
def test_who_is_typed_into_the_list_before_the_doors_open_is_invited(
    desk: Desk,
    as_role: Callable[[str], Person],
    app: Flask,
    meeting: Known,
    clock: FixedClock,
    opened: str,
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Meeting, meeting.id).doors = opened
    person = as_role("organiser")
    typed = {"name": "Vũ Thị Lan", "group": str(meeting.groups["E"])}
    clock.pass_(days=-3)
    assert person.post("/m/kd/delegates/new", typed).status_code == 302
    assert desk.seen()["invited"] == (1 if opened == "auto" else 0)
    clock.pass_(days=3)
    assert person.post("/m/kd/delegates/new", {**typed, "name": "Đỗ Văn Khải"}).status_code == 302
    assert desk.seen()["invited"] == (1 if opened == "auto" else 0)


def test_the_table_tells_observers_leavers_and_guests_apart(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    left, listens, stays, ill = (
        add_delegate(name, excused_at=kiosk_clock.now() if name == "Ốm" else None)
        for name in ("Hoa", "Bình", "Cúc", "Ốm")
    )
    desk.scan(delegate=left)
    desk.scan(delegate=listens, observer=True)
    desk.scan(delegate=stays, substitute={"name": "Tư", "relation": "con"})
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    clock.pass_(minutes=10)
    desk.scan(delegate=left, direction="out")
    add_delegate("Mai")
    assert ill
    with app.test_request_context():
        found = attendance.table(db.session(), meeting.id)
    heads = list(found.columns)
    rows = {str(row[0]): dict(zip(heads, row, strict=True)) for row in found.rows}
    short = {
        name: (row["Điểm danh"], row["Tư cách tham dự"], row["Giờ đến"], row["Giờ về"])
        for name, row in rows.items()
    }
    assert short == {
        "Hoa": ("Có mặt", "Đại biểu được mời", "13:05", "13:15"),
        "Bình": ("Có mặt", "Dự thính", "13:05", ""),
        "Cúc": ("Có mặt", "Đại biểu được mời", "13:05", ""),
        "Ốm": ("Vắng có lý do", "Đại biểu được mời", "", ""),
        "Đỗ Văn Khải": ("Có mặt", "Khách tham dự thêm", "13:05", ""),
        "Mai": ("Chưa đến", "Đại biểu được mời", "", ""),
    }
    assert rows["Cúc"]["Người đi thay"] == "Tư"
    clock.pass_(days=1)
    with app.test_request_context():
        later = {str(row[0]): row[5] for row in attendance.table(db.session(), meeting.id).rows}
    assert later["Mai"] == "Vắng"


def test_the_list_and_the_minutes_do_not_pass_guests_off_as_invited(
    desk: Desk, app: Flask, meeting: Known, add_delegate: Callable[..., int]
) -> None:
    desk.scan(delegate=add_delegate("Nguyễn Thị Hoa"))
    add_delegate("Trần Văn Bình")
    desk.scan(via="walk_in", walk_in={"name": "Đỗ Văn Khải"})
    with app.test_request_context():
        facts = gather(db.session(), db.session().get_one(Meeting, meeting.id))
    assert [row[1] for row in _grid(before.people(facts))] == [
        "Bà Trần Văn Bình",
        "Bà Nguyễn Thị Hoa",
    ]
    words = " ".join(b.text for b in minutes.minutes(facts).blocks if isinstance(b, Text))
    assert "Triệu tập 2 đại biểu; có mặt 1 người, trong đó 1 đại diện hộ gia đình." in words
    assert "Ngoài ra có 1 khách tham dự thêm; tổng số người dự 2 người." in words
    assert minutes.composition(facts).rows[-2:] == [
        ("Đại biểu khu", "2", "1", "0", "1"),
        ("Khách tham dự thêm", "–", "1", "–", "–"),
    ]
    opening = next(b.text for b in after.notice(facts).blocks if isinstance(b, Text))
    assert "1 đại biểu được mời, trong đó 1 đại diện hộ gia đình và 1 khách tham dự thêm" in opening
