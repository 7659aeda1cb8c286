"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import create_engine

from kiosk.certificates import authority
from kiosk.certificates.network import machine_of
from kiosk.cli import main
from kiosk.config import Settings
from kiosk.db.base import db
from kiosk.documents import private_files
from kiosk.ops import doctor
from kiosk.ops.doctor import Finding
from kiosk.ops.doctor import Patient
from kiosk.ops.doctor import examine
from kiosk.plugin import discover
from tests.conftest import ON_POSTGRESQL
from tests.conftest import Known

Look = Callable[..., list[Finding]]


@pytest.fixture
def look(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    monkeypatch.setattr(doctor, "_synchronised", lambda: True)
    # As every command does at its start.
    private_files.close_to_others(settings)

    def at(**other: Any) -> list[Finding]:
        patient = Patient(settings, db.engine, discover(), datetime.now(UTC))
        return examine(replace(patient, **other))

    with app.app_context(), force_locale("en"):
        yield at


def _wrong(findings: list[Finding]) -> str:
    return " | ".join(finding.words for finding in findings if finding.state == "wrong")


def test_a_healthy_installation(look: Look) -> None:
    found = look()
    # The tests' PostgreSQL really may forget: it runs without fsync, and the doctor sees it.
    expected = ["The database may forget the last scans when the power goes."]
    wrong = [finding.words for finding in found if finding.state == "wrong"]
    assert wrong == (expected if ON_POSTGRESQL else [])
    assert "No certificate yet" in " ".join(f.words for f in found if f.state == "note")


def test_every_wrong_finding_says_what_to_do(
    look: Look, settings: Settings, tmp_path: Path
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'no.sqlite3'}")
    (settings.data / "secret-key").write_text("readable")
    (settings.data / "secret-key").chmod(0o644)
    found = look(engine=engine, settings=replace(settings, smtp_url="smtp://127.0.0.1:9"))
    wrong = [finding for finding in found if finding.state == "wrong"]
    assert len(wrong) == 3
    assert all(finding.todo for finding in wrong)
    for words in ("secret-key", "does not answer", "e-mail server"):
        assert words in _wrong(found)
    engine.dispose()


def test_a_database_without_tables(look: Look, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert "was not made yet" in _wrong(look(engine=engine))
    engine.dispose()


def test_a_full_disk(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=10 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert "10 MB free" in _wrong(look())


OPENED = ("kiosk.sqlite3", "kiosk.sqlite3-wal", "secret-key", "copy.zip", "opinion-files/f1")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
@pytest.mark.parametrize("name", ["", *OPENED])
def test_whatever_others_can_read_or_replace_is_named_and_closed_at_the_next_start(
    look: Look, settings: Settings, mode: int, name: str
) -> None:
    path = settings.data / name
    (settings.data / "opinion-files").mkdir()
    for made in OPENED:
        (settings.data / made).touch()
    private_files.close_to_others(settings)
    assert "Others on this machine" not in _wrong(look())
    path.chmod(mode | (0o755 if path.is_dir() else 0))
    assert f"can read: {path}" in _wrong(look())
    private_files.close_to_others(settings)
    assert "Others on this machine" not in _wrong(look())
    assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_in_a_folder_that_many_share_only_our_own_files_are_closed(settings: Settings) -> None:
    settings.data.chmod(0o1777)
    ours, theirs = settings.data / "secret-key", settings.data / "theirs.txt"
    for path in (ours, theirs):
        path.write_text("x")
        path.chmod(0o644)
    private_files.close_to_others(settings)
    modes = [path.stat().st_mode & 0o7777 for path in (settings.data, ours, theirs)]
    assert modes == [0o1777, 0o600, 0o644]


def test_a_link_out_of_the_folder_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x")
    outside.chmod(0o644)
    (settings.data / "link").symlink_to(outside)
    private_files.close_to_others(settings)
    assert outside.stat().st_mode & 0o777 == 0o644


def test_a_secret_key_that_opens_no_letter_is_wrong(
    look: Look, settings: Settings, meeting: Known
) -> None:
    assert meeting.name not in _wrong(look())
    found = _wrong(look(settings=replace(settings, secret_key="another key altogether")))
    assert "The secret key does not open: kd" in found


def test_a_clock_of_another_year(look: Look) -> None:
    assert "The clock is wrong" in _wrong(look(now=datetime(2021, 1, 1, tzinfo=UTC)))


def test_a_clock_far_from_the_database_server(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_skew", lambda _engine: timedelta(seconds=-61))
    assert "61 seconds" in _wrong(look())


def test_network_time_that_is_off_is_a_note(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_synchronised", lambda: False)
    found = look()
    assert "Automatic time" not in _wrong(found)
    assert "Automatic time" in " ".join(f.words for f in found if f.state == "note")


@pytest.mark.parametrize(("days", "words"), [(0, "covers every"), (95, "has ended")])
def test_the_certificate(look: Look, settings: Settings, days: int, words: str) -> None:
    now = datetime.now(UTC)
    authority.ensure(settings.data, machine_of(settings), now - timedelta(days=days))
    found = look()
    assert words in " ".join(finding.words for finding in found)
    assert ("certificate" in _wrong(found)) == bool(days)


def test_a_certificate_that_lacks_a_name(look: Look, settings: Settings) -> None:
    authority.ensure(settings.data, machine_of(settings), datetime.now(UTC))
    named = replace(settings, public_url="https://hop.example.vn")
    assert "does not cover hop.example.vn" in _wrong(look(settings=named))


def test_a_torn_certificate(look: Look, settings: Settings) -> None:
    held = authority.ensure(settings.data, machine_of(settings), datetime.now(UTC))
    held.certificate.write_text("torn")
    assert "cannot be read" in _wrong(look())


def test_a_key_that_others_can_read(look: Look, settings: Settings) -> None:
    held = authority.ensure(settings.data, machine_of(settings), datetime.now(UTC))
    held.key.chmod(0o644)
    assert f"can read: {held.key}" in _wrong(look())


def test_missing_decoder_files(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "VENDOR", tmp_path)
    assert "zxing_reader.wasm" in _wrong(look())


def test_a_mail_server_that_answers(look: Look, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rwb") as lines:
                lines.write(b"220 post\r\n")
                lines.flush()
                for line in lines:
                    lines.write(b"250 fine\r\n" if b"QUIT" not in line else b"221 bye\r\n")
                    lines.flush()

        thread = Thread(target=serve)
        thread.start()
        url = f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        found = look(settings=replace(settings, smtp_url=url))
        thread.join(10)
    assert "e-mail server 127.0.0.1 answers" in " ".join(finding.words for finding in found)


@pytest.mark.parametrize(("said", "means"), [("yes\n", True), ("no\n", False), ("", None)])
def test_what_the_system_says_of_network_time(
    monkeypatch: pytest.MonkeyPatch, said: str, means: bool | None
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/timedatectl")
    done = subprocess.CompletedProcess([], 0, said)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert doctor._synchronised() is means


def test_the_command_exits_1_when_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke
    monkeypatch.delenv("KIOSK_DATABASE_URL", raising=False)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path))
    sick = run(main, ["doctor"])
    assert sick.exit_code == 1
    assert "CẦN SỬA" in sick.stdout
    assert "kiosk init" in sick.stdout
    assert run(main, ["init"]).exit_code == 0
    well = run(main, ["doctor", "--json"])
    assert well.exit_code == 0, well.output
    assert {finding["state"] for finding in json.loads(well.stdout)} <= {"ok", "note"}
    monkeypatch.setenv("KIOSK_LANGUAGE", "xx")
    bad = run(main, ["doctor"])
    assert (bad.exit_code, bad.stderr.count("\n")) == (1, 1)
    assert "KIOSK_LANGUAGE" in bad.stderr
