"""A database from before the parts of a turn keeps what was spoken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import inspect
from sqlalchemy import text

from kiosk import schema
from kiosk.db import prepare
from kiosk.plugin import discover
from tests import postgres
from tests.conftest import DOORS_OPEN
from tests.conftest import SECRET

COMMON: dict[str, Any] = {
    "meeting_id": 1,
    "delegate_id": 1,
    "kind": "normal",
    "note": "",
    "position": 0,
    "absences": 0,
    "requested_at": DOORS_OPEN,
    "paused_at": None,
    "allotted": 180,
}


@pytest.fixture
def old(cluster: str | None, tmp_path: Path) -> Iterator[Engine]:
    """A database of the first schema."""
    url = postgres.fresh_database(cluster) if cluster else f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = create_engine(url)
    prepare(engine)
    made = schema.config(discover())
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "0001")
        connection.commit()
    yield engine
    engine.dispose()


def _insert(engine: Engine, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    quoted = f'"{table}"'
    # SQLite keeps moments as text.
    plain = {
        name: value.replace(tzinfo=None).isoformat(" ")
        if hasattr(value, "tzinfo") and engine.dialect.name == "sqlite"
        else value
        for name, value in values.items()
    }
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {quoted} ({names}) VALUES ({marks})"), plain)  # noqa: S608  # names of our own


def _people(engine: Engine) -> None:
    meeting: dict[str, Any] = {
        "name": "kd",
        "title": "t",
        "host": "",
        "venue": "v",
        "address": "",
        "ward": "",
    }
    meeting |= {"org_name": "", "place_name": "", "plan_number": "", "doors": "auto", "tag": "KKKK"}
    others: dict[str, Any] = {"seconds_per_turn": 180, "programme": "[]", "code_key": b"k"}
    moments: dict[str, Any] = dict.fromkeys(
        ("starts_at", "ends_at", "doors_open_at", "created_at"), DOORS_OPEN
    )
    _insert(engine, "meeting", {"id": 1, **meeting, **others, **moments})
    group: dict[str, Any] = {
        "id": 1,
        "meeting_id": 1,
        "code": "E",
        "name": "E",
        "rank": 1,
        "target": 0,
    }
    _insert(engine, "group", {**group, "kind": "household"})
    words: dict[str, Any] = dict.fromkeys(
        ("name", "salutation", "title", "phone", "note", "folded", "sort_key"), ""
    )
    person: dict[str, Any] = {"id": 1, "meeting_id": 1, "group_id": 1, "origin": "invited", **words}
    _insert(engine, "delegate", {**person, "created_at": DOORS_OPEN})


def test_what_was_spoken_and_who_speaks_now_are_carried_over(old: Engine) -> None:
    _people(old)
    began, ended = DOORS_OPEN, DOORS_OPEN + timedelta(seconds=100)
    done: dict[str, Any] = {
        "state": "finished",
        "started_at": began,
        "ended_at": ended,
        "seconds_paused": 30,
    }
    runs = {"state": "speaking", "started_at": ended, "ended_at": None, "seconds_paused": 5}
    waits = {"state": "waiting", "started_at": None, "ended_at": None, "seconds_paused": 0}
    for number, values in enumerate((done, runs, waits), start=1):
        _insert(old, "turn", {"id": number, **COMMON, **values})
    step: dict[str, Any] = {
        "id": 1,
        "meeting_id": 1,
        "at": began,
        "actor": "a",
        "kind": "turn.start",
    }
    _insert(old, "queue_step", {**step, "inverse": "{}", "undone": False})
    schema.upgrade(old, discover(), SECRET)
    columns = "seconds_spoken, seconds_paused, granted, part, part_started_at IS NOT NULL"
    with old.connect() as connection:
        rows = connection.execute(text(f"SELECT {columns} FROM turn ORDER BY id"))  # noqa: S608  # names of our own
        assert [tuple(row) for row in rows] == [
            (70, 0, 180, "speech", False),
            (0, 5, 180, "speech", True),
            (0, 0, 0, "speech", False),
        ]
        undone = connection.execute(text("SELECT count(*) FROM queue_step WHERE undone")).scalar()
        assert undone == 1
    kept = {index["name"]: index["unique"] for index in inspect(old).get_indexes("turn")}
    assert kept["uq_turn_running"]
    assert kept["uq_turn_waiting"]
    assert schema.is_current(old, discover())


def test_words_under_the_turn_of_another_than_their_author_leave_it(old: Engine) -> None:
    _people(old)
    made = schema.config(discover())
    with old.connect() as connection:
        made.attributes["connection"] = connection
        for step in ("opinions_1", "floor_1"):
            command.upgrade(made, step)
        connection.commit()
    turn = {"id": 5, **COMMON, "state": "finished", "started_at": DOORS_OPEN}
    _insert(old, "turn", {**turn, "ended_at": DOORS_OPEN, "seconds_paused": 0})
    opinion: dict[str, Any] = {"meeting_id": 1, "channel": "spoken", "read_back": False}
    opinion |= {"turn_id": 5, "received_at": DOORS_OPEN, "received_by": "a"}
    # The speaker's own, somebody else's, an erased author's, nobody's.
    authors: list[dict[str, Any] | None] = [
        {"delegate_id": 1, "erased_at": None},
        {"delegate_id": None, "erased_at": None},
        {"delegate_id": None, "erased_at": DOORS_OPEN},
        None,
    ]
    for number, author in enumerate(authors, start=1):
        _insert(old, "opinion", {"id": number, **opinion, "anonymous": author is None})
        if author is not None:
            named = {"id": number, "opinion_id": number, "name": "x", "folded": "x"}
            _insert(old, "opinion_author", {**named, **author})
    with old.connect() as connection:
        # The ids above were given by hand: what is made next must not meet them.
        if old.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('opinion_author_id_seq', 100)"))
            connection.commit()
    schema.upgrade(old, discover(), SECRET)
    with old.connect() as connection:
        kept = connection.execute(text("SELECT id, turn_id, anonymous FROM opinion ORDER BY id"))
        assert [tuple(row) for row in kept] == [(1, 5, 0), (2, None, 0), (3, 5, 0), (4, 5, 0)]
        whose = text("SELECT delegate_id FROM opinion_author WHERE opinion_id = 4")
        assert connection.execute(whose).scalars().all() == [1]
