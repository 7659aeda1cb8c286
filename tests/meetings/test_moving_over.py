"""An older database keeps its calendar, its deadlines and its checklist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import text

from kiosk import schema
from kiosk.db import prepare
from kiosk.plugin import discover
from tests import postgres
from tests.conftest import SECRET


@pytest.fixture
def older(cluster: str | None, tmp_path: Path) -> Iterator[Engine]:
    """A database as it was before calendar and deadlines moved to the meeting."""
    url = f"sqlite:///{tmp_path / 'older.sqlite3'}"
    engine = create_engine(url if cluster is None else postgres.fresh_database(cluster))
    prepare(engine)
    _bring(engine, "meetings_1")
    _bring(engine, "opinions_1")
    yield engine
    engine.dispose()


def _bring(engine: Engine, revision: str) -> None:
    made = schema.config(discover())
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, revision)
        connection.commit()


def _put_in(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO meeting (id, name, title, host, venue, address, ward, org_name,"
            " place_name, plan_number, starts_at, ends_at, doors, doors_open_at, tag, code_key,"
            " seconds_per_turn, programme, created_at) VALUES (1, 'cu', 'Cũ', '', 'A', '', '', '',"
            " '', '', '2023-10-26 06:30:00', '2023-10-26 10:00:00', 'auto',"
            " '2023-10-26 06:00:00', 'K001', :key, 180, '[]', '2023-10-01 00:00:00')",
        ):
            connection.execute(text(statement), {"key": b"k" * 32})
        connection.execute(
            text(
                "INSERT INTO opinion_desk (meeting_id, last_number, holidays, working_saturdays,"
                " deadlines) VALUES (1, 0, :free, :works, :days)"
            ),
            {
                "free": '["2023-11-20", "2023-11-25"]',
                "works": '["2023-11-18"]',
                "days": '{"answer": 12}',
            },
        )
        connection.execute(
            text(
                "INSERT INTO task (meeting_id, title, owner, due_on) VALUES"
                " (1, 'Thông báo kết luận', '', '2023-11-02'), (1, 'Mượn loa', '', '2023-10-20')"
            )
        )


def test_what_the_ward_had_entered_comes_along(older: Engine) -> None:
    _put_in(older)
    schema.upgrade(older, discover(), SECRET)
    assert schema.is_current(older, discover())
    with older.connect() as connection:
        days = connection.execute(text("SELECT day, works FROM calendar_day ORDER BY day")).all()
        deadlines = connection.execute(text("SELECT key, days FROM meeting_deadline")).all()
        tasks = connection.execute(text("SELECT title, key FROM task ORDER BY id")).all()
    found = [(date.fromisoformat(str(day)), bool(works)) for day, works in days]
    # 25 November was a Saturday: free without an entry.
    assert found == [(date(2023, 11, 18), True), (date(2023, 11, 20), False)]
    assert [tuple(row) for row in deadlines] == [("answer", 12)]
    assert [tuple(row) for row in tasks] == [
        ("Thông báo kết luận", "conclusion_notice"),
        ("Mượn loa", ""),
    ]


def test_a_head_that_was_borrowed_goes_and_ones_own_stays(older: Engine) -> None:
    _put_in(older)
    borrowed, ward = "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN", "Phường Tân Dân"
    with older.begin() as connection:
        connection.execute(text("UPDATE meeting SET org_name = :head"), {"head": borrowed})
        connection.execute(
            text(
                "INSERT INTO meeting (id, name, title, host, venue, address, ward, org_name,"
                " place_name, plan_number, starts_at, ends_at, doors, doors_open_at, tag, code_key,"
                " seconds_per_turn, programme, created_at) SELECT 2, 'own', title, host, venue,"
                " address, :ward, org_name, 'Tân Dân', plan_number, starts_at, ends_at, doors,"
                " doors_open_at, 'K002', code_key, seconds_per_turn, programme, created_at"
                " FROM meeting"
            ),
            {"ward": ward},
        )
    schema.upgrade(older, discover(), SECRET)
    with older.connect() as connection:
        found = connection.execute(text("SELECT org_name FROM meeting ORDER BY id")).scalars().all()
    assert found == ["", borrowed]
