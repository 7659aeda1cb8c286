"""A meeting that is over takes nothing in; what happened while it ran is still kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy import MetaData
from sqlalchemy import create_engine
from sqlalchemy import func
from sqlalchemy import select

from kiosk import schema
from kiosk.db import db
from kiosk.db import prepare
from kiosk.db import writing
from kiosk.erasure import erase_meeting
from kiosk.ledger import Change
from kiosk.model import Delegate
from kiosk.model import Meeting
from kiosk.plugin import discover
from kiosk.plugins.checkin import rules
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests import postgres
from tests.checkin.conftest import Door
from tests.conftest import DOORS_OPEN
from tests.conftest import SECRET
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]

DURING = "2023-10-26T14:10:00+07:00"
# Half an hour after the end.
AFTER = "2023-10-26T17:30:00+07:00"
GUEST = {"name": "Vũ Thị Yến", "area": "Khu Kim Đồng I"}


def _everything(app: Flask) -> list[int]:
    with app.app_context():
        return [
            db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Scan, Presence, Delegate, Change)
        ]


@pytest.fixture
def after(clock: FixedClock) -> FixedClock:
    """Half an hour after the meeting's end."""
    clock.pass_(hours=4, minutes=25)
    return clock


def _doors(as_role: Callable[[str], Person], state: str) -> None:
    answer = as_role("organiser").send("PATCH", "/api/v1/meetings/kd", {"doors": state})
    assert answer.status_code == 200


@pytest.mark.parametrize("doors", ["auto", "closed"])
@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize(
    "way",
    [
        {"code": "CODE"},
        {"code": "CODE", "scanned_at": AFTER},
        {"code": "CODE", "scanned_at": AFTER, "offline": True},
        {"code": "CODE", "direction": "out"},
        {"code": "CODE", "direction": "undo"},
        {"code": "CODE", "substitute": {"name": "Trần Văn Bình"}},
        {"code": "SHORT", "via": "typed"},
        {"code": "no code of ours"},
        {"code": "099161000123||Nguyễn Thị Hoa|14081961|Nữ|x|10052021", "via": "id_card"},
        {"via": "search", "delegate": 0},
        {"via": "walk_in", "walk_in": GUEST},
        {"via": "walk_in", "walk_in": GUEST, "scanned_at": AFTER, "offline": True},
    ],
)
def test_after_the_end_nothing_is_written_whatever_way_somebody_comes(
    app: Flask,
    desk: Door,
    code: Code,
    hoa: int,
    as_role: Callable[[str], Person],
    after: FixedClock,
    doors: str,
    batched: bool,
    way: dict[str, Any],
) -> None:
    _doors(as_role, doors)
    body = {**way, "scan_id": str(uuid.uuid4())}
    if "code" in body:
        body["code"] = body["code"].replace("CODE", code.code).replace("SHORT", code.short)
    if "delegate" in body:
        body["delegate"] = hoa
    before = _everything(app)
    if batched:
        url = "/api/v1/meetings/kd/scans/batch"
        sent = desk.client.post(url, json={"scans": [body]}, headers=desk.headers)
        answer = (sent.json or {})["results"][0]
    else:
        answer = desk.scan(**body)
    assert (answer["verdict"], answer["message"]) == ("over", "Buổi họp đã kết thúc")
    assert (answer["delegate"], answer["replay"]) == (None, False)
    assert answer["ended_at"] == "2023-10-26T17:00:00+07:00"
    assert _everything(app) == before


def test_who_was_scanned_during_the_meeting_is_kept_though_it_is_sent_after_the_end(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite, after: FixedClock
) -> None:
    other = invite(add_delegate("Lê Thị Lựu"))
    scans = [
        {"scan_id": str(uuid.uuid4()), "code": code.code, "scanned_at": DURING, "offline": True},
        {"scan_id": str(uuid.uuid4()), "code": other.code, "scanned_at": AFTER, "offline": True},
    ]
    url = "/api/v1/meetings/kd/scans/batch"
    sent = gate.client.post(url, json={"scans": scans}, headers=gate.headers)
    first, second = (sent.json or {})["results"]
    assert (first["verdict"], first["flags"], first["at"]) == ("admitted", ["late_upload"], DURING)
    assert second["verdict"] == "over"
    assert [row.verdict for row in gate.rows()] == ["admitted"]


def test_a_walk_in_of_a_tablet_without_a_network_is_kept_after_the_end(
    desk: Door, after: FixedClock
) -> None:
    late = desk.scan(via="walk_in", walk_in=GUEST, scanned_at=DURING, offline=True)
    assert (late["verdict"], late["at"], late["flags"]) == ("admitted", DURING, ["late_upload"])


@pytest.mark.parametrize(
    ("at", "flag"),
    [("2019-01-01T00:00:00+07:00", "old_clock"), ("2031-01-01T00:00:00+07:00", "future_clock")],
)
def test_a_tablet_whose_clock_tells_nothing_is_kept_and_flagged_and_admits_nobody(
    app: Flask, gate: Door, code: Code, after: FixedClock, at: str, flag: str
) -> None:
    answer = gate.scan(code.code, scanned_at=at, offline=True)
    assert (answer["verdict"], answer["flags"]) == ("not_open", [flag])
    assert len(gate.rows()) == 1
    assert gate.scan(code.code, scanned_at=at)["verdict"] == "over"
    assert len(gate.rows()) == 1


def test_what_was_answered_before_the_end_is_answered_the_same_after_it(
    desk: Door, code: Code, clock: FixedClock
) -> None:
    sent: list[dict[str, Any]] = [
        {"scan_id": str(uuid.uuid4()), "code": code.code},
        {"scan_id": str(uuid.uuid4()), "via": "walk_in", "walk_in": GUEST},
        {"scan_id": str(uuid.uuid4()), "code": "no code of ours"},
    ]
    before = [desk.scan(**body) for body in sent]
    clock.pass_(hours=5)
    assert [desk.scan(**body) for body in sent] == [{**one, "replay": True} for one in before]
    other = desk.send(**{**sent[0], "code": "something else"})
    assert (other.status_code, (other.json or {})["code"]) == (409, "scan_id_reused")


def test_doors_that_are_held_open_admit_after_the_end_too(
    gate: Door, code: Code, as_role: Callable[[str], Person], after: FixedClock
) -> None:
    assert gate.scan(code.code)["verdict"] == "over"
    _doors(as_role, "open")
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_an_erased_meeting_takes_nothing_in_however_its_doors_stand(
    app: Flask,
    gate: Door,
    desk: Door,
    code: Code,
    meeting: Known,
    as_role: Callable[[str], Person],
    after: FixedClock,
) -> None:
    first = {"scan_id": str(uuid.uuid4()), "code": code.code, "scanned_at": DURING}
    assert gate.scan(**first)["verdict"] == "admitted"
    with app.app_context(), writing() as session:
        erase_meeting(session, meeting.id, actor="test", now=after.moment)
    _doors(as_role, "open")
    before = _everything(app)
    for body in (
        {"code": code.code},
        {"code": code.code, "scanned_at": DURING, "offline": True},
        {"code": code.code, "scanned_at": "2019-01-01T00:00:00+07:00", "offline": True},
    ):
        assert gate.scan(**body)["verdict"] == "over"
    assert desk.scan(via="walk_in", walk_in=GUEST)["verdict"] == "over"
    assert _everything(app) == before
    again = gate.scan(**first)
    assert (again["verdict"], again["replay"]) == ("admitted", True)


@pytest.mark.parametrize("doors", ["auto", "closed"])
def test_a_walk_in_asks_for_the_doors_like_everybody(
    app: Flask, desk: Door, as_role: Callable[[str], Person], clock: FixedClock, doors: str
) -> None:
    _doors(as_role, doors)
    if doors == "auto":
        clock.pass_(minutes=-30)
    answer = desk.scan(via="walk_in", walk_in=GUEST)
    assert (answer["verdict"], answer["delegate"]) == ("not_open", None)
    assert answer["opens_at"] == "2023-10-26T13:00:00+07:00"
    with app.app_context():
        assert db.session.scalars(select(Delegate.id)).all() == []
        assert db.session.scalars(select(Presence.delegate_id)).all() == []
    assert [row.verdict for row in desk.rows()] == ["not_open"]
    _doors(as_role, "open")
    assert desk.scan(via="walk_in", walk_in=GUEST)["verdict"] == "admitted"


def test_the_answer_is_in_the_reader_s_language(
    make_app: Callable[..., Flask], meeting: Known, desk: Door, after: FixedClock
) -> None:
    client = make_app(language="en").test_client()
    body = {"scan_id": str(uuid.uuid4()), "via": "walk_in", "walk_in": GUEST}
    answer = client.post("/api/v1/meetings/kd/scans", json=body, headers=desk.headers).json or {}
    assert (answer["verdict"], answer["message"]) == ("over", "This meeting is over")


def test_a_paper_roll_is_typed_in_after_the_end_by_its_own_hours(
    desk: Door, code: Code, hoa: int, after: FixedClock
) -> None:
    url = "/api/v1/meetings/kd/roll"
    rows = [{"id": "row-0001", "delegate": hoa, "at": DURING}]
    sent = desk.client.post(url, json={"rows": rows}, headers=desk.headers)
    assert [row["verdict"] for row in (sent.json or {})["results"]] == ["admitted"]


def test_the_rule_of_a_meeting_that_is_over() -> None:
    end = DOORS_OPEN + timedelta(hours=4)
    later = end + timedelta(seconds=1)
    said = [
        rules.is_over(rules.Hours(doors, end, erased), at)
        for doors in ("auto", "closed", "open")
        for erased in (False, True)
        for at in (end, later)
    ]
    assert said == [False, True, True, True, False, True, True, True, False, False, True, True]


@pytest.fixture
def before(cluster: str | None, tmp_path: Path) -> Iterator[Engine]:
    """A database from before a meeting knew that it was erased."""
    url = postgres.fresh_database(cluster) if cluster else f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = create_engine(url)
    prepare(engine)
    made = schema.config(discover())
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "checkin_1")
        connection.commit()
    yield engine
    engine.dispose()


def test_a_meeting_that_was_erased_by_an_older_version_is_known_to_be(before: Engine) -> None:
    facts: dict[str, Any] = dict.fromkeys(
        ("title", "host", "venue", "address", "ward", "org_name", "place_name", "plan_number"), "x"
    )
    facts |= {"doors": "auto", "code_key": b"k" * 32, "seconds_per_turn": 180, "programme": []}
    at = ("starts_at", "ends_at", "doors_open_at", "created_at")
    facts |= dict.fromkeys(at, DOORS_OPEN)
    tables = MetaData()
    tables.reflect(before, only=["meeting", "change"])
    with before.begin() as connection:
        for number, kind in ((1, "delegate.changed.erased"), (2, "delegate.changed")):
            one = {"id": number, "name": f"kd-{number}", "tag": f"K{number:03d}", **facts}
            connection.execute(tables.tables["meeting"].insert().values(one))
            change = {"meeting_id": number, "at": DOORS_OPEN, "actor": "x", "kind": kind}
            connection.execute(tables.tables["change"].insert().values(change))
    schema.upgrade(before, discover(), SECRET)
    with before.connect() as connection:
        rows = connection.execute(select(Meeting.id, Meeting.erased_at).order_by(Meeting.id)).all()
    assert rows == [(1, DOORS_OPEN), (2, None)]
