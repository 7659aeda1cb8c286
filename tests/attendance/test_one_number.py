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

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import spreadsheet
from kiosk.live import hub
from kiosk.models import Delegate
from kiosk.models import Household
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.attendance import queries as attendance
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations.models import Reply
from kiosk.plugins.papers.templates import placeholders
from kiosk.plugins.papers.texts import after_meeting
from kiosk.plugins.papers.texts import before_meeting
from kiosk.plugins.papers.texts import minutes
from kiosk.plugins.papers.texts.facts import gather
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Text
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
    seen = hub.snapshot(session, meeting_id, "attendance")
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
    house = hub.snapshot(session, meeting_id, "house")
    door = hub.snapshot(session, meeting_id, "door")
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
    opening = _numbers(after_meeting.notice(facts), "opening")[-3:]
    if not facts.beside:
        opening = [*opening[-2:], 0]
    came = _numbers(after_meeting.report(facts), "came")
    typed = placeholders.values(facts, record, with_codes=False)
    rows = {row[0]: row[1:] for row in minutes.composition(facts).rows}
    guests = rows.pop("Khách tham dự thêm", ("–", "0", "–", "–"))
    columns = [sum(int(row[n]) for row in rows.values()) for n in range(4)]
    assert columns[0] == sum(columns[1:])
    assert len(_grid(before_meeting.roll(facts))) == len(facts.people)
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
        "list of delegates": {"invited": len(_grid(before_meeting.people(facts)))},
    }


def _tables(session: Session, meeting_id: int) -> dict[str, dict[str, int]]:
    found = list(
        csv.DictReader(io.StringIO(spreadsheet.as_csv(attendance.table(session, meeting_id))))
    )
    state = Counter(row["Điểm danh"] for row in found)
    invited = [row for row in found if row["Tư cách tham dự"] != "Khách tham dự thêm"]
    people = csv.DictReader(io.StringIO(spreadsheet.as_csv(delegates.table(session, meeting_id))))
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
