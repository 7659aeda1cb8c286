"""Who has only the database derives no code: the key of a meeting's codes lies sealed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy import create_engine
from sqlalchemy import text

from kiosk import clock as kiosk_clock
from kiosk.auth import meeting_keys
from kiosk.cli import main
from kiosk.config import Settings
from kiosk.db import migrate
from kiosk.db.base import db
from kiosk.db.base import prepare
from kiosk.db.base import writing
from kiosk.models import Meeting
from kiosk.ops import erase
from kiosk.plugin import discover
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.queries import Code
from tests import postgres
from tests.conftest import SECRET
from tests.conftest import FixedClock
from tests.conftest import Known

# Begins as a sealed one does: only its length tells that it is none.
CLEAR = b"\x01" + b"the key of the meeting in plain"
SEALING = "entry_1"


def _meeting(kept: bytes, number: int = 7) -> Meeting:
    return Meeting(id=number, name="kd", code_key=kept)


def test_a_sealed_key_opens_with_its_secret_key_and_in_its_own_row_only() -> None:
    kept = meeting_keys.seal(SECRET, 7, CLEAR)
    assert CLEAR not in kept
    assert meeting_keys.opened(SECRET, _meeting(kept)) == CLEAR
    for secret, meeting in ((SECRET + "x", _meeting(kept)), (SECRET, _meeting(kept, 8))):
        with pytest.raises(meeting_keys.OtherSecretKey):
            meeting_keys.opened(secret, meeting)


@pytest.mark.parametrize("kept", [b"", CLEAR, b"\x02" + b"x" * 60, b"\x01" + b"x" * 60])
def test_what_is_not_sealed_is_never_taken_for_a_key(kept: bytes) -> None:
    with pytest.raises(meeting_keys.OtherSecretKey):
        meeting_keys.opened(SECRET, _meeting(kept))


def test_the_database_alone_gives_no_code(
    app: Flask, add_delegate: Callable[..., int], invite: Callable[[int], Code], meeting: Known
) -> None:
    real = invite(add_delegate("Nguyễn Thị Hoa"))
    with app.app_context():
        rows = [
            row
            for table in reversed(db.metadata.sorted_tables)
            for row in db.session.execute(table.select()).all()
        ]
        meeting_row = db.session.get_one(Meeting, meeting.id)
        tag, kept = meeting_row.tag, meeting_row.code_key
    # All that lies there, and every part of what is kept of the key.
    tried = {value for row in rows for value in row if isinstance(value, bytes)}
    tried |= {value.encode() for row in rows for value in row if isinstance(value, str)}
    tried |= {kept[start : start + 32] for start in range(len(kept) - 31)}
    made = {rules.code(tag, key, real.delegate_id, 1) for key in tried}
    assert len(made) > 30
    assert real.code not in made
    assert real.code not in {str(value) for row in rows for value in row}


def test_erasing_a_meeting_forgets_its_key(
    app: Flask,
    clock: FixedClock,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
    meeting: Known,
) -> None:
    real = invite(add_delegate("Nguyễn Thị Hoa"))
    clock.pass_(days=3)
    with app.app_context(), writing() as session:
        erase.erase_meeting(session, meeting.id, actor="test", now=kiosk_clock.now())
    with app.app_context():
        row = db.session.get_one(Meeting, meeting.id)
        again = queries.derived(row, real.delegate_id, "", 1, 0)
        assert meeting_keys.closed(db.session(), SECRET) == []
    assert again.code != real.code


@pytest.fixture
def older(tmp_path: Path, cluster: str | None) -> Iterator[Engine]:
    """A database of before: the key of its one meeting lies in the clear."""
    url = (
        postgres.fresh_database(cluster)
        if cluster is not None
        else f"sqlite:///{tmp_path / 'older.sqlite3'}"
    )
    engine = create_engine(url)
    prepare(engine)
    made = migrate.config(discover())
    code = rules.code("K123", CLEAR, 1, 1)
    with engine.connect() as connection:
        made.attributes["connection"] = connection
        for script in reversed(migrate.scripts(discover())):
            if not script.revision.startswith("entry_") and _stands_before(script.revision):
                command.upgrade(made, script.revision)
        connection.commit()
        values = {
            "key": CLEAR,
            "digest": rules.lookup_digest(SECRET, code),
            "short": rules.short_digest(SECRET, 1, "12345678"),
            "at": "2023-10-01 00:00:00+00:00",
        }
        connection.execute(
            text(
                "INSERT INTO meeting (id, name, title, host, venue, address, ward, org_name,"
                " place_name, plan_number, starts_at, ends_at, doors, doors_open_at, tag,"
                " code_key, seconds_per_turn, programme, created_at) VALUES (1, 'kd', 'T', '',"
                " 'V', '', '', '', '', '', :at, :at, 'auto', :at, 'K123', :key, 180, '[]', :at)"
            ),
            values,
        )
        connection.execute(
            text(
                'INSERT INTO "group" (id, meeting_id, code, name, rank, target, kind)'
                " VALUES (1, 1, 'E', 'E', 1, 1, 'household')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO delegate (id, meeting_id, group_id, name, folded, sort_key,"
                " salutation, title, phone, note, origin, created_at)"
                " VALUES (1, 1, 1, 'Hoa', 'hoa', 'hoa', 'bà', '', '', '', 'invited', :at)"
            ),
            values,
        )
        connection.execute(
            text(
                "INSERT INTO invitation (meeting_id, delegate_id, issue, attempt, digest,"
                " short_digest, issued_at) VALUES (1, 1, 1, 0, :digest, :short, :at)"
            ),
            values,
        )
        connection.commit()
    yield engine
    engine.dispose()


def _stands_before(revision: str) -> bool:
    """Whether a step needs nothing of the steps that seal."""
    found = {script.revision: script for script in migrate.scripts(discover())}
    waiting = [revision]
    while waiting:
        script = found[waiting.pop()]
        if script.revision == SEALING:
            return False
        down = script.down_revision or ()
        waiting += [down] if isinstance(down, str) else down
    return True


def _files(engine: Engine) -> bytes:
    path = Path(str(engine.url.database))
    found = b""
    for ending in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            found += path.with_name(path.name + ending).read_bytes()
    return found


def test_upgrading_seals_the_key_and_leaves_no_trace_of_it(older: Engine) -> None:
    if older.dialect.name == "sqlite":
        assert CLEAR in _files(older)
    migrate.upgrade(older, discover(), SECRET)
    with older.connect() as connection:
        kept = bytes(connection.scalar(text("SELECT code_key FROM meeting")) or b"")
    assert meeting_keys.opened(SECRET, _meeting(kept, 1)) == CLEAR
    if older.dialect.name == "sqlite":
        assert CLEAR not in _files(older)


def test_upgrading_under_a_wrong_secret_key_changes_nothing(older: Engine) -> None:
    with pytest.raises(meeting_keys.OtherSecretKey):
        migrate.upgrade(older, discover(), "a key that made none of the letters")
    with older.connect() as connection:
        assert bytes(connection.scalar(text("SELECT code_key FROM meeting")) or b"") == CLEAR
    migrate.upgrade(older, discover(), SECRET)
    assert migrate.is_current(older, discover())


def test_upgrading_without_a_secret_key_stops_where_there_are_codes(older: Engine) -> None:
    with pytest.raises(RuntimeError, match="secret key"):
        migrate.upgrade(older, discover())


def test_serve_and_the_organiser_are_told_when_the_secret_key_is_another(
    make_app: Callable[..., Flask],
    settings: Settings,
    add_delegate: Callable[..., int],
    meeting: Known,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delegate = add_delegate("Nguyễn Thị Hoa")
    wrong = make_app(secret_key="this is not the key of the letters")
    monkeypatch.setattr("kiosk.cli.create_app", lambda: wrong)
    monkeypatch.setattr("kiosk.server.run.create_app", lambda: wrong)
    told = CliRunner().invoke(main, ["serve", "--port", "1"])
    assert (told.exit_code, told.output.count("\n")) == (2, 1)
    assert "Khóa bí mật không phải khóa đã dùng" in told.output
    with wrong.app_context():
        assert meeting_keys.closed(db.session(), "this is not the key of the letters") == ["kd"]
        with pytest.raises(meeting_keys.OtherSecretKey):
            queries.derived(db.session.get_one(Meeting, meeting.id), delegate, "", 1, 0)
    assert replace(settings).secret_key == SECRET
