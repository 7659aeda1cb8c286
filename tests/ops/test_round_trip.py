"""A whole meeting comes back row for row, from each kind of database into each."""

from __future__ import annotations

import hashlib
import json
import stat
import uuid
import zipfile
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import backup
from kiosk import clock as kiosk_clock
from kiosk import ledger
from kiosk import schema
from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.db import db
from kiosk.db import writing
from kiosk.plugin import discover
from kiosk.plugins.opinions.models import Matter
from tests import postgres
from tests.conftest import ON_POSTGRESQL
from tests.conftest import Known
from tests.ops.conftest import Rows
from tests.ops.conftest import bring_back
from tests.ops.conftest import everything
from tests.ops.conftest import manifest
from tests.whole_meeting import Played
from tests.whole_meeting import whole_meeting

MEETING_AT = datetime(2026, 12, 12, 6, 5, tzinfo=UTC)
# What a restore itself writes: the generation, and versions above all that went before.
OWN = {"installation", "view_version"}


def files(app: Flask) -> dict[str, str]:
    """Return the digest of each private file of an installation."""
    data: Path = app.extensions["kiosk"].settings.data
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("opinion-files", "paper-templates")
        for path in (data / folder).rglob("*")
    }


@dataclass(frozen=True)
class Held:
    """A meeting that was held, what it left, and a backup of it."""

    played: Played
    rows: Rows
    files: dict[str, str]
    copy: Path


def _backup(app: Flask, target: Path) -> Path:
    with app.app_context():
        settings: Settings = app.extensions["kiosk"].settings
        plugins = list(app.extensions["kiosk"].plugins.values())
        backup.write(db.engine, settings, plugins, target, kiosk_clock.now())
    return target


@pytest.fixture(scope="module")
def held(cluster: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """Play a whole meeting once; no test changes it."""
    data = tmp_path_factory.mktemp("held")
    url = postgres.fresh_database(cluster) if cluster else f"sqlite:///{data / 'kiosk.sqlite3'}"
    settings = Settings(data, url, "the secret of a meeting held", None, "vi", None, 8000)
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    kiosk_clock.use(lambda: MEETING_AT)
    try:
        played = whole_meeting(app)
        copy = _backup(app, tmp_path_factory.mktemp("copies") / "held.zip")
        yield Held(played, everything(app), files(app), copy)
    finally:
        kiosk_clock.use(None)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_whole_meeting_leaves_a_row_in_every_table(held: Held) -> None:
    # A new table is driven too: add to tests/whole_meeting what fills it.
    assert [name for name, rows in held.rows.items() if not rows] == []


def _values(copy: Path, table: str, column: str) -> set[Any]:
    place = manifest(copy)["tables"][table]["columns"].index(column)
    with zipfile.ZipFile(copy) as packed:
        lines = packed.read(f"tables/{table}.jsonl").splitlines()
    return {json.loads(line)[place] for line in lines}


@pytest.mark.parametrize(
    ("table", "column", "some"),
    [
        ("matter", "state", {"classified", "preparing", "answered_in_writing", "duplicate"}),
        ("matter", "state", {"passed_up", "redirected"}),
        ("scan", "verdict", {"admitted", "left", "undone", "review", "cancelled", "household_in"}),
        ("scan", "via", {"camera", "typed", "search", "walk_in"}),
        ("review", "decision", {"same_person", None}),
        ("turn", "state", {"waiting", "finished", "withdrawn"}),
        ("delivery", "state", {"made", "sent", "refused"}),
        ("conclusion", "state", {"open", "done"}),
        ("reply", "answer", {"yes", "no", "other"}),
        ("door_call", "state", {"taken", "done"}),
    ],
)
def test_the_meeting_was_played_as_told(
    held: Held, table: str, column: str, some: set[Any]
) -> None:
    # A page may say no in a friendly way: what it was to do has to be there.
    assert some <= _values(held.copy, table, column)


def assert_the_same(app: Flask, held: Held) -> None:
    """Compare every row of every table, and every file."""
    found = everything(app)
    assert found.keys() == held.rows.keys()
    differing = [name for name in found if found[name] != held.rows[name] and name not in OWN]
    assert differing == []
    assert files(app) == held.files
    assert len(held.files) == 2
    with app.app_context():
        # Each such row alone would be refused: what it refers to comes after it.
        ahead = select(Matter.id).where(Matter.duplicate_of_id > Matter.id)
        assert db.session.scalars(ahead).all() != []


@pytest.mark.parametrize(
    "kinds", [("sqlite",), ("postgresql",), ("sqlite", "postgresql")][: 3 if ON_POSTGRESQL else 1]
)
def test_a_held_meeting_comes_back_row_for_row_in_an_empty_installation(
    held: Held, installation: Callable[..., Flask], tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    copy = held.copy
    for number, kind in enumerate(kinds):
        other = installation(kind)
        bring_back(other, copy)
        assert_the_same(other, held)
        copy = _backup(other, tmp_path / f"{number}.zip")


def test_replacing_keeps_what_was_there_and_that_copy_comes_back_too(
    held: Held,
    installation: Callable[..., Flask],
    app: Flask,
    meeting: Known,
    save: Callable[..., Path],
) -> None:
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    bring_back(other, held.copy)
    done = bring_back(other, save(app), replace=True)
    assert everything(other)["delegate"] == []
    assert [row for row in everything(other)["meeting"] if meeting.name in row] != []
    # Files of rows that are gone would never be erased by anybody.
    assert files(other) == {}
    assert done.before is not None
    again = bring_back(other, done.before, replace=True)
    assert_the_same(other, held)
    # Two of one second have a file each.
    assert again.before is not None
    assert again.before != done.before
    assert done.before.exists()


def test_after_a_restore_letters_devices_and_numbers_go_on(
    held: Held, installation: Callable[..., Flask], make_app: Callable[..., Flask]
) -> None:
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    bring_back(other, held.copy)
    settings: Settings = other.extensions["kiosk"].settings
    key = (settings.data / "secret-key").read_text()
    again = make_app(data=settings.data, database_url=settings.database_url, secret_key=key)
    kiosk_clock.use(lambda: MEETING_AT)
    client, played = again.test_client(), held.played
    base = f"/api/v1/meetings/{played.meeting}"

    def call(token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(f"{base}{path}", json=body, headers=headers)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    gate, moderator = played.devices["gate"], played.demo["tokens"]["moderator"]
    for person, verdict in ((played.present[0], "already_in"), (played.outside[-1], "admitted")):
        scan = {"scan_id": str(uuid.uuid4()), "code": played.code(person)}
        assert call(gate, "/scans", scan)["verdict"] == verdict
    # New rows of each kind take numbers that nobody had.
    call(moderator, "/speakers", {"delegate": played.outside[-1]})
    opinion = {"channel": "slip", "matters": [{"text": "Sau khi khôi phục"}]}
    taken = call(played.demo["tokens"]["organiser"], "/opinions", opinion)
    assert taken["ids"][0] > max(played.matters)


def test_versions_of_views_only_grow(held: Held, installation: Callable[..., Flask]) -> None:
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    bring_back(other, held.copy)
    with other.app_context():
        before = ledger.versions(db.session())
        views = set(other.extensions["kiosk"].views)
        assert {view for _meeting, view in before} == views
        # Columns by name: meeting_id, version, view.
        highest = max(version for _meeting, version, _view in held.rows["view_version"])
        assert min(before.values()) > highest
        # As if screens had followed the server for hours since the backup.
        with writing() as session:
            for _change in range(50):
                ledger.record(session, 1, "presence.in", actor="test")
        later = ledger.versions(db.session())
    bring_back(other, held.copy, replace=True)
    with other.app_context():
        after = ledger.versions(db.session())
    assert min(after.values()) > max(later.values())


def test_files_come_back_for_the_servers_own_eyes(
    held: Held, installation: Callable[..., Flask]
) -> None:
    other = installation()
    data: Path = other.extensions["kiosk"].settings.data
    (data / "opinion-files").mkdir(mode=0o755)
    bring_back(other, held.copy)
    for name in held.files:
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
        assert stat.S_IMODE((data / name).parent.stat().st_mode) == 0o700


def test_a_database_of_november_2026_comes_up(
    held: Held, installation: Callable[..., Flask], tmp_path: Path
) -> None:
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    old = Path(__file__).parent / "november-2026.zip"
    assert "restore_1" not in manifest(old)["heads"]
    bring_back(other, old)
    with other.app_context():
        assert schema.is_current(db.engine, discover())
    found = everything(other)
    counts = {name: facts["rows"] for name, facts in manifest(old)["tables"].items()}
    # A person has one live link since then: those of whom it would let in elsewhere went.
    apart = {*OWN, "sign_in_link"}
    assert {name: len(found[name]) for name in counts if name not in apart} == {
        name: count for name, count in counts.items() if name not in apart
    }
    # A date in each of its tables: what stopped every restore then.
    assert all(found[name] for name in ("task", "posting", "calendar_day", "conclusion"))
