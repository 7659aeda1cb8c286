"""The page of checks and the card that proves a hand-held scanner."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.db.base import db
from kiosk.plugins.checkin.devices import readiness_pages as ready
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.invitations import rules as codes
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]


@pytest.mark.parametrize(("role", "status"), [("gate", 200), ("desk", 200), ("screen", 403)])
def test_the_checks_are_for_tablets_of_the_door(
    client: FlaskClient, bearer: Bearer, role: str, status: int
) -> None:
    assert client.get("/m/kd/ready", headers=bearer(role)).status_code == status


def test_the_door_is_one_touch_away_whatever_the_checks_say(
    client: FlaskClient, bearer: Bearer
) -> None:
    page = client.get("/m/kd/ready", headers=bearer("gate", "Bàn đón số 1")).get_data(as_text=True)
    assert 'id="enter" href="/m/kd/kiosk"' in page
    assert "Vẫn dùng máy này" in page
    assert "Bàn đón số 1, tự quét. Cửa mở lúc 13 giờ 00." in page


def test_the_samples_hold_every_character_of_our_codes_and_are_nobodys(
    app: Flask, meeting: Known
) -> None:
    assert set(ready.LONG_SAMPLE + ready.SHORT_SAMPLE) == set(codes.ALPHABET)
    assert (len(ready.LONG_SAMPLE), len(ready.SHORT_SAMPLE)) == (24, 8)
    with app.app_context():
        for sample in (ready.LONG_SAMPLE, ready.SHORT_SAMPLE):
            found = invitations.resolve(db.session(), meeting.id, sample)
            assert found.kind in {"mistyped", "unknown"}


def test_the_printed_card_carries_both_codes_and_says_what_to_do(
    as_role: Callable[[str], Person], tmp_path: Path
) -> None:
    made = as_role("organiser").get("/m/kd/scanner-card.pdf")
    with pdfplumber.open(io.BytesIO(made.data)) as pdf:
        assert len(pdf.pages) == 1
        text = pdf.pages[0].extract_text()
    for words in ("English (US)", "Chưa có phím Enter", "Gõ hai lần"):
        assert words in text
    (tmp_path / "card.pdf").write_bytes(made.data)
    for command in (
        ["pdftoppm", "-r", "100", "-png", "-singlefile", "card.pdf", "card"],
        ["zbarimg", "-q", "--raw", "card.png"],
    ):
        program = shutil.which(command[0])
        assert program is not None
        done = subprocess.run(
            [program, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=True
        )
    assert set(done.stdout.split()) == {ready.LONG_SAMPLE, ready.SHORT_SAMPLE}
