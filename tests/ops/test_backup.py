"""A backup is of one moment; a restore is whole or nothing."""

from __future__ import annotations

import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text

from kiosk.cli import main
from kiosk.db.base import db
from kiosk.errors import Conflict
from kiosk.errors import Unavailable
from kiosk.models import Delegate
from kiosk.ops.read_backup import BadBackup
from kiosk.plugin import Plugin
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests.conftest import ON_POSTGRESQL
from tests.ops.conftest import bring_back
from tests.ops.conftest import everything
from tests.ops.conftest import manifest
from tests.ops.conftest import with_key

# On PostgreSQL also the way there and back.
WAYS = [("sqlite",), ("sqlite", "postgresql")] if ON_POSTGRESQL else [("sqlite",)]

Save = Callable[..., Path]
Sent = Callable[..., dict[str, Any]]


def _changed(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_a_backup_while_four_tablets_scan_is_of_one_moment(
    app: Flask, guests: list[Code], scan: Sent, save: Save, installation: Callable[..., Flask]
) -> None:
    def tablet(number: int) -> None:
        for turn in range(15):
            scan(guests[(number * 3 + turn) % len(guests)].code)

    with ThreadPoolExecutor(4) as pool:
        tablets = [pool.submit(tablet, number) for number in range(4)]
        copies = [save(app, f"copy-{turn}.zip") for turn in range(3)]
        for done in tablets:
            done.result()
    for copy in copies:
        other = installation()
        bring_back(other, copy)
        with other.app_context():
            scans = db.session.scalars(select(Scan)).all()
            first = [row for row in scans if row.effect == "first"]
            # Scan and presence are written together: a copy of two moments would differ.
            assert len(first) == len(db.session.scalars(select(Presence)).all())
            assert manifest(copy)["tables"]["scan"]["rows"] == len(scans)
    with app.app_context():
        assert len(db.session.scalars(select(Scan)).all()) == 60


def test_codes_and_devices_still_work_after_abring_back(
    app: Flask,
    guests: list[Code],
    scan: Sent,
    save: Save,
    installation: Callable[..., Flask],
    make_app: Callable[..., Flask],
) -> None:
    assert scan(guests[0].code)["verdict"] == "admitted"
    other = installation()
    bring_back(other, save(app))
    again = with_key(other, make_app)
    assert scan(guests[0].code, again)["verdict"] == "already_in"
    assert scan(guests[1].code, again)["verdict"] == "admitted"
    assert scan(guests[2].short, again, via="typed")["verdict"] == "admitted"


@pytest.mark.parametrize(
    "kinds", [("sqlite",), ("sqlite", "postgresql")] if ON_POSTGRESQL else [("sqlite",)]
)
def test_every_row_survives_the_way_through_other_databases(
    app: Flask,
    guests: list[Code],
    scan: Sent,
    save: Save,
    installation: Callable[..., Flask],
    kinds: tuple[str, ...],
) -> None:
    for code in guests[:5]:
        scan(code.code)
    scan(guests[5].code, substitute={"name": "Trần Văn Đổi", "relation": "con trai"})
    copy = save(app)
    for number, kind in enumerate(kinds):
        other = installation(kind)
        bring_back(other, copy)
        again = save(other, f"again-{number}.zip")
        # Counts, the digest of every table and the numbers given out.
        assert _of_meetings(again) == _of_meetings(copy)
        assert manifest(again)["tables"]["scan"]["rows"] == 6
        copy = again


def _of_meetings(copy: Path) -> dict[str, Any]:
    # Not what each restore writes itself: the generation, versions above those before.
    found: dict[str, Any] = manifest(copy)["tables"]
    return {name: t for name, t in found.items() if name not in {"installation", "view_version"}}


def test_numbers_go_on_after_the_last_one_given_out(
    app: Flask,
    guests: list[Code],
    scan: Sent,
    save: Save,
    installation: Callable[..., Flask],
    make_app: Callable[..., Flask],
) -> None:
    scan(guests[0].code)
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    bring_back(other, save(app))
    again = with_key(other, make_app)
    scan(guests[1].code, again)
    with again.app_context():
        numbers = db.session.scalars(select(Scan.id).order_by(Scan.id)).all()
    assert numbers == [1, 2]


def test_a_backup_holds_the_key_in_use_and_nobody_else_may_read_it(app: Flask, save: Save) -> None:
    copy = save(app)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with zipfile.ZipFile(copy) as packed:
        assert packed.read("files/secret-key") == app.secret_key.encode()  # type: ignore[union-attr]


def test_a_backup_takes_certificates_and_papers_but_no_database_and_no_other_copy(
    app: Flask, save: Save, installation: Callable[..., Flask]
) -> None:
    data: Path = app.extensions["kiosk"].settings.data
    left = ("restoring-x/scratch", "old.zip", "more.lock")
    for name in ("certificates/ca.key", "papers/giay-moi.pdf", *left):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text(name)
    copy = save(app)
    assert set(manifest(copy)["files"]) == {
        "certificates/ca.key",
        "papers/giay-moi.pdf",
        "secret-key",
    }
    other = installation()
    bring_back(other, copy)
    there: Path = other.extensions["kiosk"].settings.data
    assert not list(there.glob("restoring-*"))
    assert (there / "papers/giay-moi.pdf").read_text() == "papers/giay-moi.pdf"
    assert stat.S_IMODE((there / "certificates/ca.key").stat().st_mode) == 0o600


def test_a_database_that_is_not_empty_is_replaced_only_when_asked_and_kept(
    app: Flask, guests: list[Code], scan: Sent, save: Save
) -> None:
    copy = save(app)
    scan(guests[0].code)
    with pytest.raises(Conflict) as refused:
        bring_back(app, copy)
    assert refused.value.code == "not_empty"
    done = bring_back(app, copy, replace=True)
    with app.app_context():
        assert db.session.scalars(select(Scan)).all() == []
    assert done.before is not None
    assert manifest(done.before)["tables"]["scan"]["rows"] == 1


def _facts(change: Callable[[dict[str, Any]], Any]) -> Callable[[str, bytes], bytes]:
    """Change the manifest."""

    def changed(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        facts = json.loads(content)
        change(facts)
        return json.dumps(facts).encode()

    return changed


def _swap(where: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    """Change a file of the backup."""

    def changed(name: str, content: bytes) -> bytes:
        return content.replace(old.encode(), new.encode()) if name == where else content

    return changed


DAMAGE = {
    "a name in a row": _swap("tables/delegate.jsonl", "Hồng", "Hoa"),
    "the key": _swap("files/secret-key", "secret", "other"),
    "no facts": _swap("manifest.json", "tables", "chairs"),
    "a path outside": _facts(lambda f: f["files"].update({"../out": f["files"]["secret-key"]})),
    "an unknown table": _facts(lambda f: f["tables"].update({"no": f["tables"]["scan"]})),
    "a count of words": _facts(lambda f: f["tables"]["scan"].update(rows="many")),
    "a row too few": _facts(lambda f: f["tables"]["scan"].update(rows=0)),
    "no table": _facts(lambda f: f["tables"]["scan"].update(columns=["id"])),
}


@pytest.mark.parametrize("what", ["cut", "text", *DAMAGE])
def test_a_damaged_backup_changes_nothing(
    app: Flask, guests: list[Code], scan: Sent, save: Save, tmp_path: Path, what: str
) -> None:
    scan(guests[0].code)
    copy, bad = save(app), tmp_path / "bad.zip"
    if what in DAMAGE:
        _changed(copy, bad, DAMAGE[what])
    else:
        bad.write_bytes(copy.read_bytes()[:-2000] if what == "cut" else b"not a backup")
    before = everything(app)
    with pytest.raises(BadBackup) as refused:
        bring_back(app, bad, replace=True)
    assert refused.value.code == "damaged"
    assert everything(app) == before
    data: Path = app.extensions["kiosk"].settings.data
    assert not [path for path in data.iterdir() if path.name.startswith(("restoring", "before"))]


def test_a_backup_of_a_newer_version_is_refused_by_name(
    app: Flask, save: Save, tmp_path: Path
) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        return json.dumps({**json.loads(content), "heads": ["9999"]}).encode()

    newer = _changed(save(app), tmp_path / "newer.zip", change)
    with pytest.raises(BadBackup) as refused:
        bring_back(app, newer, replace=True)
    assert refused.value.code == "newer_version"


STEP = """
import sqlalchemy as sa
from alembic import op

revision = "later_1"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    word = sa.Column("nickname", sa.String(20), nullable=False, server_default="none yet")
    op.add_column("delegate", word)
"""


def test_an_older_backup_is_brought_to_the_present_schema(
    app: Flask,
    guests: list[Code],
    save: Save,
    installation: Callable[..., Flask],
    tmp_path: Path,
) -> None:
    copy = save(app)
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "later_1.py").write_text(STEP)
    later = Plugin(name="later", title="Later", migrations=steps)
    other = installation("postgresql" if ON_POSTGRESQL else "sqlite")
    plugins = [*other.extensions["kiosk"].plugins.values(), later]
    bring_back(other, copy, plugins=plugins)
    with other.app_context():
        words = db.session.scalars(text("SELECT nickname FROM delegate")).all()
        assert words == ["none yet"] * len(guests)


def test_a_key_set_from_outside_must_be_the_one_of_the_backup(app: Flask, save: Save) -> None:
    with pytest.raises(BadBackup) as refused:
        bring_back(app, save(app), replace=True, environ_secret="quite another secret key")
    assert refused.value.code == "other_secret"


def test_files_and_rows_come_back_when_the_last_step_fails(
    app: Flask,
    guests: list[Code],
    save: Save,
    installation: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = installation()
    data: Path = other.extensions["kiosk"].settings.data
    (data / "secret-key").write_text("another secret altogether")

    def failing(_session: object) -> None:
        raise OSError("no room left on the disk")

    copy = save(app)
    with other.app_context():
        monkeypatch.setattr(type(db.session()), "commit", failing)
        with pytest.raises(Unavailable, match="no room") as told:
            bring_back(other, copy)
        # The disk's fault, not the copy's: nobody is sent to look for another.
        assert told.value.code == "machine"
        monkeypatch.undo()
        assert db.session.scalars(select(Delegate)).all() == []
    assert (data / "secret-key").read_text() == "another secret altogether"


def test_what_a_cut_off_restore_left_behind_is_taken_away(app: Flask, save: Save) -> None:
    data: Path = app.extensions["kiosk"].settings.data
    (data / "restoring-cut").mkdir()
    (data / "restoring-cut" / "scratch").write_text("everything")
    bring_back(app, save(app), replace=True)
    assert not list(data.glob("restoring-*"))


def test_a_file_that_is_no_backup_is_not_overwritten(
    app: Flask, tmp_path: Path, save: Save
) -> None:
    (tmp_path / "list.xlsx").write_text("somebody's work")
    with pytest.raises(Conflict):
        save(app, "list.xlsx")
    assert (tmp_path / "list.xlsx").read_text() == "somebody's work"
    first = save(app).read_bytes()
    assert save(app).stat().st_size == pytest.approx(len(first), rel=0.05)


def test_the_commands_copy_and_bring_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    monkeypatch.delenv("KIOSK_DATABASE_URL", raising=False)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "one"))
    assert run(main, ["init"]).exit_code == 0
    copy = tmp_path / "copy.zip"
    saved = run(main, ["backup", str(copy)])
    assert saved.exit_code == 0, saved.output
    assert "bảng" in saved.stdout
    assert "đã đọc lại" in saved.stdout
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "two"))
    brought = run(main, ["restore", str(copy)])
    assert brought.exit_code == 0, brought.output
    refused = run(main, ["restore", str(copy)])
    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "--replace" in refused.stderr
    replaced = run(main, ["restore", str(copy), "--replace"])
    assert replaced.exit_code == 0, replaced.output
    [kept] = (tmp_path / "two").glob("before-restore-*.zip")
    assert f"kiosk restore {kept} --replace" in replaced.stdout
    keys = [(tmp_path / name / "secret-key").read_text() for name in ("one", "two")]
    assert keys[0] == keys[1]
    with sqlite3.connect(tmp_path / "two" / "kiosk.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM user").fetchone() == (1,)
    database.close()
