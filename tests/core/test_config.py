"""Settings: typed, checked at start, refused in one line that says what to do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.errors import BadSetting


def test_without_any_setting_everything_has_a_default(tmp_path: Path) -> None:
    found = Settings.read({"KIOSK_DATA": str(tmp_path / "new")})
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert found.database_url == f"sqlite:///{tmp_path / 'new' / 'kiosk.sqlite3'}"
    assert (found.language, found.port, found.public_url) == ("vi", 8000, None)
    assert found.is_sqlite


def test_the_secret_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    first = Settings.read({"KIOSK_DATA": str(tmp_path)})
    again = Settings.read({"KIOSK_DATA": str(tmp_path)})
    assert first.secret_key == again.secret_key
    assert len(first.secret_key) >= 48
    mode = (tmp_path / "secret-key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIOSK_DATABASE_URL", "mysql://root@localhost/kiosk"),
        ("KIOSK_SECRET_KEY", "short"),
        ("KIOSK_PUBLIC_URL", "hop.example.vn"),
        ("KIOSK_LANGUAGE", "fr"),
        ("KIOSK_SMTP_URL", "mail.example.vn"),
        ("PORT", "eighty"),
        ("PORT", "70000"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        Settings.read({"KIOSK_DATA": str(tmp_path), name: value})
    assert str(caught.value).startswith(f"{name}: must ")
    assert "\n" not in str(caught.value)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="KIOSK_DATA: must be a folder"):
        Settings.read({"KIOSK_DATA": str(tmp_path / "file")})


def test_good_values_are_taken(tmp_path: Path) -> None:
    found = Settings.read(
        {
            "KIOSK_DATA": str(tmp_path),
            "KIOSK_DATABASE_URL": "postgresql+psycopg://kiosk@db/kiosk",
            "KIOSK_SECRET_KEY": "x" * 32,
            "KIOSK_PUBLIC_URL": "https://hop.example.vn/",
            "KIOSK_LANGUAGE": "en",
            "KIOSK_SMTP_URL": "smtp://mail.example.vn:25",
            "PORT": "8080",
        }
    )
    assert found.public_url == "https://hop.example.vn"
    assert not found.is_sqlite
    assert (found.port, found.language) == (8080, "en")
