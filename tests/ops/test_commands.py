"""The command line: help for every command, bad usage in one line, a quick start."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.documents import typst

NAMES = (
    *("backup", "demo", "doctor", "erase", "export", "import"),
    *("init", "invitations", "restore", "serve", "token"),
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_DATABASE_URL", raising=False)
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize("name", NAMES)
def test_every_command_answers_help_and_touches_nothing(name: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0
    assert f"{name} [OPTIONS]" in answer.stdout
    assert not (tmp_path / "data").exists()


def test_help_is_given_also_with_bad_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_LANGUAGE", "xx")
    assert CliRunner().invoke(main, ["serve", "--help"]).exit_code == 0


def test_the_list_names_every_command() -> None:
    listed = CliRunner().invoke(main, ["--help"]).stdout
    assert [name for name in NAMES if f"\n  {name} " not in listed] == []


@pytest.mark.parametrize(
    "words",
    [
        "serve --nonsense",
        "serve --port 99999",
        "nonsense",
        "backup",
        "backup /no/such/folder/copy.zip",
        "restore /no/such/file.zip",
        "erase",
        "erase nowhere --yes",
        "token kd --role king --name x",
        "token kd --role gate --name x",
        "export kd --what scans",
        "export kd --what scans --out /no/such/folder/scans.csv",
        "paper kd bien-ban --out /no/such/folder/bien-ban.docx",
        "invitations kd --out /no/such/folder/letters.pdf",
        "badges kd --out /no/such/folder/badges.pdf",
        "import kd /no/such/list.xlsx",
    ],
)
def test_bad_usage_is_one_line_and_exit_2(words: str) -> None:
    answer = CliRunner().invoke(main, words.split())
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert len(answer.stderr) > 20


def test_a_bad_setting_is_one_line_and_exit_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    answer = CliRunner().invoke(main, ["token", "kd", "--role", "gate", "--name", "x"])
    assert (answer.exit_code, answer.stderr.count("\n")) == (2, 1)
    assert answer.stderr.startswith("PORT")


def test_starting_loads_neither_certificates_nor_copies() -> None:
    # What only some commands need must not cost every start.
    check = (
        "import sys, kiosk.cli; "
        "heavy = {'cryptography.x509', 'kiosk.ops.restore', 'kiosk.ops.doctor', 'docx'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_names_the_distribution() -> None:
    answer = CliRunner().invoke(main, ["--version"])
    assert re.fullmatch(r"kiosk-meeting \d+\.\d+\S*\n", answer.stdout)


def _demo(*more: str) -> dict[str, Any]:
    answer = CliRunner().invoke(main, ["demo", "--json", "--households", "3", *more])
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _accounts(data: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "kiosk.sqlite3")) as connection:
        return connection.execute("SELECT * FROM user ORDER BY id").fetchall()


def test_the_demo_made_again_changes_no_account_and_no_meeting(tmp_path: Path) -> None:
    first = _demo()
    before = _accounts(tmp_path / "data")
    again = _demo()
    assert again["organiser"] == {"email": first["organiser"]["email"], "password": None}
    assert again["moderator"]["password"] is None
    assert again["codes"] == first["codes"]
    other = _demo("--meeting", "khac-2023")
    assert other["organiser"]["email"] != first["organiser"]["email"]
    assert other["organiser"]["password"]
    assert _accounts(tmp_path / "data")[: len(before)] == before
    told = CliRunner().invoke(main, ["demo"])
    assert told.exit_code == 0
    assert "/first/" not in told.stdout
    assert _accounts(tmp_path / "data")[: len(before)] == before


def test_letters_without_their_fonts_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = _demo()["meeting"]
    monkeypatch.setattr(typst, "FONTS", tmp_path)
    for file in ("letters.pdf", "cards.zip"):
        out = tmp_path / file
        answer = CliRunner().invoke(main, ["invitations", name, "--out", str(out)])
        assert answer.exit_code == 2
        assert "Tinos_400Regular.ttf" in answer.stderr
        assert not out.exists()
