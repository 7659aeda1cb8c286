"""Erasing a meeting that is over: no name, no telephone number, all counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func
from sqlalchemy import select

from kiosk import ledger
from kiosk.app import create_app
from kiosk.cli import main
from kiosk.config import Settings
from kiosk.db import db
from kiosk.db import writing
from kiosk.erasure import erase_meeting
from kiosk.errors import Conflict
from kiosk.free_pages import forget
from kiosk.model import Delegate
from kiosk.model import DelegateRole
from kiosk.model import Household
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.speakers.models import Turn
from tests.conftest import ON_POSTGRESQL
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.ops.conftest import words_of

Sent = Callable[..., dict[str, Any]]

# Parts of what is personal; none of them may be left anywhere.
PERSONAL = (
    "Hồng",
    "hong",
    "0912345",
    "Đổi",
    "con trai",
    "Khách Lạ",
    "khach la",
    "Kính Mong",
    "Bí thư chi bộ",
    "12 ngõ Đào",
    "khó nghe",
    "danh-sach-hong.xlsx",
)


@pytest.fixture
def lived(
    app: Flask,
    meeting: Known,
    guests: list[Code],
    scan: Sent,
    bearer: Callable[..., dict[str, str]],
    add_delegate: Callable[..., int],
) -> Known:
    """A meeting with everything that can hold a name."""
    add_delegate("Phạm Hồng Kính Mong", group="B", title="Bí thư chi bộ khu I")
    for code in guests[:3]:
        scan(code.code)
    scan(guests[3].code, substitute={"name": "Trần Văn Đổi", "relation": "con trai"})
    scan("", via="walk_in", walk_in={"name": "Nguyễn Khách Lạ", "area": "Khu Kim Đồng I"})
    scan("", via="search", delegate=str(guests[4].delegate_id))
    turns = f"/api/v1/meetings/{meeting.name}/speakers"
    body = {"delegate": guests[0].delegate_id, "note": "bà Hồng khó nghe"}
    asked = app.test_client().post(turns, json=body, headers=bearer("moderator"))
    assert asked.status_code == 201, asked.get_data(as_text=True)
    questions = {"delegate": guests[1].delegate_id, "text": "Hồng hỏi về đường"}
    asked = app.test_client().post(
        f"{turns}/questions", json=questions, headers=bearer("moderator")
    )
    assert asked.status_code == 201, asked.get_data(as_text=True)
    brought = {
        "channel": "slip",
        "matters": [{"text": "Nguyễn Khách Lạ và bà Hồng Kính Mong hỏi đèn đường"}],
        "authors": [{"name": "Nguyễn Khách Lạ"}, {"name": "Hồng Kính Mong"}],
    }
    taken = app.test_client().post(
        f"/api/v1/meetings/{meeting.name}/opinions", json=brought, headers=bearer("secretary")
    )
    assert taken.status_code == 201, taken.get_data(as_text=True)
    with app.app_context(), writing() as session:
        session.execute(Household.__table__.update().values(address="12 ngõ Đào"))  # type: ignore[attr-defined]
        session.execute(Delegate.__table__.update().values(note="khó nghe"))  # type: ignore[attr-defined]
        facts = {"file": "danh-sach-hong.xlsx", "added": 12, "rows": [{"name": "Hồng", "n": 3}]}
        ledger.record(session, meeting.id, "delegate.imported", actor="test", facts=facts)
    return meeting


def _counts(app: Flask) -> dict[str, Any]:
    with app.app_context():
        kinds = (Delegate, Household, DelegateRole, Scan, Presence, Turn)
        counted: dict[str, Any] = {
            kind.__tablename__: db.session.scalar(select(func.count()).select_from(kind))
            for kind in kinds
        }
        counted["verdicts"] = [
            tuple(row)
            for row in db.session.execute(
                select(Scan.verdict, func.count()).group_by(Scan.verdict).order_by(Scan.verdict)
            )
        ]
        counted["groups"] = [
            tuple(row)
            for row in db.session.execute(
                select(Delegate.group_id, Delegate.area_id, func.count())
                .group_by(Delegate.group_id, Delegate.area_id)
                .order_by(Delegate.group_id, Delegate.area_id)
            )
        ]
        return counted


def _left(app: Flask) -> list[tuple[str, str]]:
    return [
        (place, value)
        for place, value in words_of(app)
        if not place.startswith(("device", "access_token")) and any(p in value for p in PERSONAL)
    ]


def _erase(app: Flask, meeting: Known, clock: FixedClock) -> None:
    with app.app_context():
        with writing() as session:
            erase_meeting(session, meeting.id, actor="test", now=clock())
        db.session.remove()
        forget(db.engine)


def test_no_name_and_no_number_is_left_in_any_column(
    app: Flask, lived: Known, clock: FixedClock
) -> None:
    found = {part for _place, value in _left(app) for part in PERSONAL if part in value}
    # The test sees what it looks for, in the tables where it was put.
    assert found == set(PERSONAL)
    before = _counts(app)
    clock.pass_(hours=5)
    _erase(app, lived, clock)
    assert _left(app) == []
    with app.app_context():
        assert set(db.session.scalars(select(Delegate.birth_year))) == {None}
    assert _counts(app) == before


def test_no_name_is_left_in_the_bytes_of_the_file(
    app: Flask, lived: Known, clock: FixedClock, settings: Settings
) -> None:
    clock.pass_(hours=5)
    before = _file_of_the_delegates(app)
    _erase(app, lived, clock)
    if ON_POSTGRESQL:
        # Where we cannot read the bytes: the table lies in another file now.
        assert _file_of_the_delegates(app) != before
        return
    with app.app_context():
        db.engine.dispose()
    for path in settings.data.glob("kiosk.sqlite3*"):
        content = path.read_bytes()
        assert [part for part in PERSONAL if _stands_in(part, content)] == []


def _file_of_the_delegates(app: Flask) -> str:
    if not ON_POSTGRESQL:
        return ""
    with app.app_context():
        found = db.session.scalar(db.text("SELECT pg_relation_filepath('delegate')"))
        db.session.rollback()
        return str(found)


def _stands_in(part: str, content: bytes) -> bool:
    return part.encode() in content or json.dumps(part).strip('"').encode() in content


def test_a_meeting_that_is_not_over_is_refused(app: Flask, lived: Known, clock: FixedClock) -> None:
    with pytest.raises(Conflict) as refused:
        _erase(app, lived, clock)
    assert refused.value.code == "not_over"
    assert _left(app)


def test_another_meeting_keeps_its_people(
    app: Flask,
    lived: Known,
    make_meeting: Callable[..., Known],
    clock: FixedClock,
) -> None:
    other = make_meeting("khac")
    with app.app_context(), writing() as session:
        session.add(
            Delegate(
                meeting_id=other.id,
                group_id=other.groups["E"],
                name="Lê Thị Ở Lại",
                phone="0987654321",
                created_at=clock(),
            )
        )
    clock.pass_(hours=5)
    _erase(app, lived, clock)
    with app.app_context():
        kept = db.session.scalars(select(Delegate).where(Delegate.meeting_id == other.id)).one()
        assert (kept.name, kept.phone) == ("Lê Thị Ở Lại", "0987654321")


def test_codes_are_worthless_and_pages_still_open_afterwards(
    app: Flask,
    lived: Known,
    guests: list[Code],
    scan: Sent,
    clock: FixedClock,
    sign_in: Callable[..., Any],
) -> None:
    clock.pass_(hours=5)
    _erase(app, lived, clock)
    assert scan(guests[0].code)["verdict"] == "over"
    person = sign_in("organiser", lived.id)
    for page in ("", "/delegates", "/invitations", "/attendance", "/speakers", "/devices"):
        answer = person.get(f"/m/{lived.name}{page}")
        assert answer.status_code == 200, page
        assert "Hồng" not in answer.get_data(as_text=True)
    for what in ("delegates", "attendance", "scans", "speakers"):
        with app.app_context():
            made = app.extensions["kiosk"].exports[what](db.session(), lived.id)
            assert made is not None


def test_erasing_twice_is_harmless_and_is_in_the_ledger(
    app: Flask, lived: Known, clock: FixedClock
) -> None:
    clock.pass_(hours=5)
    _erase(app, lived, clock)
    before = _counts(app)
    _erase(app, lived, clock)
    assert _counts(app) == before
    with app.app_context():
        rows = db.session.scalars(
            select(ledger.Change).where(ledger.Change.kind == "delegate.changed.erased")
        ).all()
        assert [row.actor for row in rows] == ["test", "test"]
        assert rows[0].facts == {"count": 14}


def test_a_busy_database_is_told_not_hidden(
    app: Flask, lived: Known, clock: FixedClock, settings: Settings
) -> None:
    if ON_POSTGRESQL:
        with app.app_context():
            assert forget(db.engine)
        return
    clock.pass_(hours=5)
    with app.app_context():
        path = settings.data / "kiosk.sqlite3"
        with closing(sqlite3.connect(path, isolation_level=None)) as reading:
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM delegate").fetchone()
            assert not forget(db.engine)
            reading.execute("ROLLBACK")
        assert forget(db.engine)


def test_the_command_asks_and_takes_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    monkeypatch.delenv("KIOSK_DATABASE_URL", raising=False)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    made = run(main, ["demo", "--households", "5", "--plan-date"])
    assert made.exit_code == 0, made.output
    asked = run(main, ["erase", "kim-dong-2023"], input="n\n")
    assert asked.exit_code == 1
    app = create_app()
    with app.app_context():
        phones = [phone for phone in db.session.scalars(select(Delegate.phone)) if phone]
        assert phones
    done = run(main, ["erase", "kim-dong-2023", "--yes"])
    assert done.exit_code == 0, done.output
    everything = " ".join(value for _place, value in words_of(app))
    assert not [phone for phone in phones if phone in everything]
    unknown = run(main, ["erase", "nowhere", "--yes"])
    assert (unknown.exit_code, unknown.stderr.count("\n")) == (2, 1)
    app.extensions["kiosk.hub"].close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_command_refuses_a_meeting_that_is_not_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke
    monkeypatch.delenv("KIOSK_DATABASE_URL", raising=False)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    assert run(main, ["demo", "--households", "2"]).exit_code == 0
    refused = run(main, ["erase", "kim-dong-2023", "--yes"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "chưa kết thúc" in refused.stderr
