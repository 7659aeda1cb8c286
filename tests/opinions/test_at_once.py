"""Several people at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from kiosk.cli import main
from kiosk.db.base import db
from kiosk.plugins.opinions import queries
from tests.conftest import Known
from tests.opinions.conftest import Register

AT_ONCE = 6


def together(app: Flask, requests: list[Callable[[], int]]) -> list[int]:
    """Run the requests at the same moment; returns their statuses."""
    ready, found = threading.Barrier(len(requests)), []

    def run(one: Callable[[], int]) -> None:
        ready.wait(timeout=20)
        found.append(one())

    threads = [threading.Thread(target=run, args=(one,)) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(found)


def test_numbers_are_given_once_each(
    app: Flask, meeting: Known, bearer: Callable[..., dict[str, str]]
) -> None:
    header, base = bearer("secretary"), f"/api/v1/meetings/{meeting.name}/opinions"
    body = {"matters": [{"text": "Cống tắc"}, {"text": "Đèn hỏng"}]}

    def take() -> int:
        return app.test_client().post(base, json=body, headers=header).status_code

    assert together(app, [take] * AT_ONCE) == [201] * AT_ONCE
    with app.app_context():
        found = queries.matters(db.session(), meeting.id)
    assert [matter.number for matter in found] == list(range(1, 2 * AT_ONCE + 1))


def test_of_those_who_write_at_the_same_moment_one_wins_and_the_others_are_told(
    app: Flask, meeting: Known, register: Register, bearer: Callable[..., dict[str, str]]
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    header = bearer("secretary")
    path = f"/api/v1/meetings/{meeting.name}/opinions/{one}/answer"

    def write(words: str) -> Callable[[], int]:
        body = {"text": words, "revision": 1}
        return lambda: app.test_client().put(path, json=body, headers=header).status_code

    statuses = together(app, [write(f"Bản {i}") for i in range(AT_ONCE)])
    assert statuses == [200, *[409] * (AT_ONCE - 1)]
    assert register.matter(one).revision == 2


def test_merging_into_each_other_at_once_makes_no_circle(
    app: Flask, meeting: Known, register: Register, bearer: Callable[..., dict[str, str]]
) -> None:
    one, two = register.take("Cống tắc", "Cống bị tắc")
    header, base = bearer("secretary"), f"/api/v1/meetings/{meeting.name}/opinions"

    def merge(matter: int, into: int) -> Callable[[], int]:
        body = {"into": into, "revision": 1}
        path = f"{base}/{matter}/merge"
        return lambda: app.test_client().post(path, json=body, headers=header).status_code

    assert together(app, [merge(one, two), merge(two, one)]) == [200, 409]


def test_the_export_holds_no_formula_and_no_denunciation(
    app: Flask,
    meeting: Known,
    register: Register,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    register.take("=HYPERLINK(1)", authors=["+84 Hoa"])
    register.take("Tố cáo cán bộ", kind="denunciation")
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    out = tmp_path / "y-kien.csv"
    arguments = ["export", meeting.name, "--what", "opinions", "--out", str(out)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'+84 Hoa" in text
    assert "Tố cáo" not in text
