"""Whoever holds a tablet, or its token, finds nobody by trying.

The attacker has a gate token and time. Short codes have seven digits, names are not secret.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.db import db
from kiosk.ledger import Change
from kiosk.plugins.checkin import guessing_rules as rules
from kiosk.plugins.checkin.models import Guess
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.invitations.queries import Code
from kiosk.plugins.invitations.rules import is_short
from kiosk.prepared import Line
from tests.checkin.conftest import Door
from tests.conftest import DOORS_OPEN
from tests.conftest import FixedClock
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]

BATCH = "/api/v1/meetings/kd/scans/batch"
CARD = "099161000123||Nguyễn Thị Hoa|14081961|Nữ|Khu Kim Đồng I, Tân Dân|10052021"


def _strangers(besides: str, count: int) -> list[str]:
    """Well-formed short codes that are nobody's."""
    found: list[str] = []
    number = 1000000
    while len(found) < count:
        number += 1
        text = next(f"{number}{digit}" for digit in range(10) if is_short(f"{number}{digit}"))
        if text != besides:
            found.append(text)
    return found


def _type(door: Door, clock: FixedClock, code: str, **other: Any) -> tuple[int, dict[str, Any]]:
    clock.pass_(seconds=1)
    sent = door.send(code=code, via="typed", **other)
    return sent.status_code, sent.json or {}


def _use_up(door: Door, clock: FixedClock, code: Code) -> None:
    for stranger in _strangers(code.short, 20):
        assert _type(door, clock, stranger)[1].get("verdict") == "unknown"


def test_when_20_strange_numbers_are_used_up_a_right_one_is_answered_like_a_wrong_one(
    app: Flask, gate: Door, code: Code, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_up(gate, clock, code)
    rows = len(gate.rows())
    asked: list[str] = []
    inner = Line.first

    def noting(self: Line, prepared: Any, **given: Any) -> Any:
        asked.append(str(sorted(given)))
        return inner(self, prepared, **given)

    monkeypatch.setattr(Line, "first", noting)
    answers: list[tuple[int, str, dict[str, Any]]] = []
    ways: list[list[str]] = []
    strange = _strangers(code.short, 21)[-1]
    # That the device was heard of is written down with the first of a minute only.
    assert gate.send(code=strange, via="typed").status_code == 429
    for text in (strange, code.short, f"HTTPS://X/I/{code.short}"):
        asked.clear()
        sent = gate.send(code=text, via="typed")
        answers.append((sent.status_code, sent.headers["Retry-After"], sent.json or {}))
        ways.append(list(asked))
    status, wait, told = answers[0]
    assert (status, told["code"]) == (429, "too_many")
    assert 0 < int(wait) <= 600
    assert answers == [answers[0]] * 3
    assert ways == [ways[0]] * 3
    assert len(gate.rows()) == rows
    with app.app_context():
        assert db.session.scalars(select(Presence.delegate_id)).all() == []


def test_after_ten_minutes_short_numbers_are_taken_again(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    _use_up(gate, clock, code)
    status, told = _type(gate, clock, code.short)
    assert status == 429
    clock.pass_(seconds=told["retry_after"] - 1)
    assert gate.send(code=code.short).status_code == 429
    clock.pass_(seconds=1)
    assert gate.scan(code.short)["verdict"] == "admitted"


def test_a_letter_is_taken_however_many_numbers_were_tried(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    _use_up(gate, clock, code)
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_one_device_that_tried_too_often_does_not_keep_others_from_typing(
    gate: Door, desk: Door, make_door: Callable[..., Door], code: Code, clock: FixedClock
) -> None:
    _use_up(gate, clock, code)
    assert _type(desk, clock, code.short)[1]["verdict"] == "admitted"
    assert _type(make_door("gate", "Bàn đón số 2"), clock, code.short)[1]["verdict"] == "already_in"


def test_who_types_the_right_number_is_no_stranger_and_alternating_wins_nothing(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    for _ in range(30):
        assert _type(gate, clock, code.short)[0] == 200
    found = []
    for stranger in _strangers(code.short, 25):
        found.append(_type(gate, clock, stranger)[0])
        clock.pass_(seconds=-1)
        found.append(_type(gate, clock, code.short)[0])
        clock.pass_(seconds=1)
    assert found.count(200) - found[1::2].count(200) == 20
    assert _type(gate, clock, code.short)[0] == 429


def test_short_numbers_are_taken_one_a_second(gate: Door, code: Code, clock: FixedClock) -> None:
    assert _type(gate, clock, code.short)[1]["verdict"] == "admitted"
    for text in (code.short, _strangers(code.short, 1)[0]):
        sent = gate.send(code=text, via="typed")
        assert (sent.status_code, sent.headers["Retry-After"]) == (429, "1")
    assert _type(gate, clock, code.short)[1]["verdict"] == "already_in"


def test_a_number_typed_twice_by_a_retry_is_answered_and_costs_nothing(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    body = {"code": code.short, "via": "typed", "scan_id": str(uuid.uuid4())}
    first = gate.scan(**body)
    assert gate.scan(**body) == {**first, "replay": True}
    late = {**body, "offline": True}
    sent = gate.client.post(BATCH, json={"scans": [late]}, headers=gate.headers)
    assert (sent.json or {})["results"] == [{**first, "replay": True}]


def test_one_scan_id_for_many_guesses_looks_up_none_of_them(
    gate: Door, code: Code, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"via": "typed", "scan_id": str(uuid.uuid4())}
    gate.scan(_strangers(code.short, 1)[0], **body)
    looked: list[str] = []
    inner = Line.first

    def noting(self: Line, prepared: Any, **given: Any) -> Any:
        looked.extend(name for name in given if name == "digest")
        return inner(self, prepared, **given)

    monkeypatch.setattr(Line, "first", noting)
    for text in (code.short, *_strangers(code.short, 30)[1:]):
        assert (gate.send(code=text, **body).json or {})["code"] == "scan_id_reused"
    # The device's own token is looked up by its digest too.
    assert len(looked) == 30


def test_what_becomes_of_the_scan_does_not_give_a_guess_back(
    app: Flask, desk: Door, code: Code, clock: FixedClock
) -> None:
    """A scan that is refused after the question was asked has still asked."""
    for stranger in _strangers(code.short, 20):
        _type(desk, clock, stranger, substitute={"name": "…"})
    with app.app_context():
        assert len(db.session.scalars(select(Guess)).all()) == 20
    assert _type(desk, clock, code.short)[0] == 429


def test_a_batch_from_a_gate_takes_no_short_numbers(
    app: Flask, gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    other = invite(add_delegate("Lê Thị Lựu"))
    strangers = _strangers(code.short, 400)
    scans = [
        {"scan_id": str(uuid.uuid4()), "code": text, "via": "typed"}
        for text in (*strangers[:200], code.short, *strangers[200:], other.code)
    ]
    sent = gate.client.post(BATCH, json={"scans": scans}, headers=gate.headers)
    *refused, last = (sent.json or {})["results"]
    assert {item["error"]["code"] for item in refused} == {"online_only"}
    assert len({item["error"]["detail"] for item in refused}) == 1
    assert [item["scan_id"] for item in refused] == [scan["scan_id"] for scan in scans[:-1]]
    assert last["verdict"] == "admitted"
    single = gate.send(code=code.short, offline=True)
    assert (single.status_code, list((single.json or {})["fields"])) == (422, ["code"])
    with app.app_context():
        assert db.session.scalars(select(Guess.id)).all() == []


def test_a_batch_from_a_desk_takes_no_more_short_numbers_than_single_ones(
    desk: Door, code: Code
) -> None:
    scans = [
        {"scan_id": str(uuid.uuid4()), "code": text}
        for text in (*_strangers(code.short, 30), code.short)
    ]
    sent = desk.client.post(BATCH, json={"scans": scans}, headers=desk.headers)
    first, *others = (sent.json or {})["results"]
    assert first["verdict"] == "unknown"
    assert {item["error"]["code"] for item in others} == {"too_many"}


def test_a_device_that_used_up_its_numbers_is_shown_to_the_organiser(
    app: Flask,
    as_role: Callable[[str], Person],
    code: Code,
    clock: FixedClock,
) -> None:
    organiser = as_role("organiser")
    client = app.test_client()
    url = "/api/v1/meetings/kd"
    place = organiser.send("POST", f"{url}/devices", {"name": "Cửa sau", "profile": "gate"}).json
    paired = client.post("/api/v1/devices/pair", json={"code": (place or {})["code"]}).json or {}
    gate = Door(client, {"Authorization": f"Bearer {paired['token']}"}, app)

    def needs() -> list[str]:
        listed = organiser.get(f"{url}/devices").json or {}
        found: list[str] = listed["items"][0]["needs"]
        return found

    _use_up(gate, clock, code)
    assert needs() == []
    for _ in range(3):
        assert _type(gate, clock, code.short)[0] == 429
    assert needs() == ["guessing"]
    page = organiser.get("/m/kd/devices").get_data(as_text=True)
    assert "quá nhiều số không đúng" in page
    with app.app_context():
        told = db.session.scalars(select(Change).where(Change.kind == "device.guessing")).all()
    assert [one.actor for one in told] == ["Cửa sau"]
    clock.pass_(minutes=70)
    assert "guessing" not in needs()


def test_a_token_of_the_command_line_that_guesses_is_shown_too(
    gate: Door, as_role: Callable[[str], Person], code: Code, clock: FixedClock
) -> None:
    _use_up(gate, clock, code)
    assert _type(gate, clock, code.short)[0] == 429
    listed = as_role("organiser").get("/api/v1/meetings/kd/devices").json or {}
    assert [(one["name"], one["needs"]) for one in listed["items"]] == [
        ("Bàn đón số 1", ["guessing"])
    ]


def test_a_gate_learns_of_nobody_from_cards(
    app: Flask, gate: Door, code: Code, hoa: int, clock: FixedClock
) -> None:
    unlike = CARD.replace("Hoa", "Hồng")
    answers = []
    for text in (CARD, unlike, code.short, code.code, _strangers(code.short, 1)[0]):
        answer = gate.scan(text, via="id_card")
        assert (answer["verdict"], answer["candidates"]) == ("choose", [])
        answers.append({**answer, "scan_id": ""})
    assert answers == [answers[0]] * 5
    assert gate.scan(CARD)["candidates"] == []
    with app.app_context():
        assert db.session.scalars(select(Presence.delegate_id)).all() == []


@pytest.mark.parametrize("role", ["gate", "desk"])
def test_cards_are_counted_before_anybody_is_looked_for(
    make_door: Callable[..., Door], hoa: int, role: str
) -> None:
    door = make_door(role)
    for number in range(60):
        sent = door.send(code=CARD.replace("Hoa", f"Hồng {number}"), via="id_card")
        assert sent.status_code == 200
    right, wrong = (door.send(code=text, via="id_card") for text in (CARD, CARD + "|"))
    assert (right.status_code, right.json) == (429, wrong.json)


def test_a_desk_is_told_who_fits_a_card_and_never_when_somebody_was_born(
    desk: Door, code: Code, hoa: int
) -> None:
    answer = desk.scan(CARD, via="id_card")
    assert [person["id"] for person in answer["candidates"]] == [hoa]
    assert "1961" not in str(answer)
    assert desk.scan(code.short, via="id_card")["candidates"] == []


def test_the_year_of_birth_is_the_organiser_s_alone(
    make_door: Callable[..., Door], as_role: Callable[[str], Person], hoa: int
) -> None:
    url = "/api/v1/meetings/kd/delegates?q=hoa"
    for role in ("desk", "moderator", "secretary"):
        found = as_role(role).get(url).json or {}
        assert found["total"] == 1
        assert "1961" not in str(found)
    assert (as_role("organiser").get(url).json or {})["items"][0]["birth_year"] == 1961


def test_an_ordinary_scan_asks_nothing_of_the_counting(
    app: Flask, gate: Door, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("run", "all"):
        inner = getattr(Line, name)

        def noting(self: Line, prepared: Any, _inner: Any = inner, **given: Any) -> Any:
            asked.extend(given)
            return _inner(self, prepared, **given)

        monkeypatch.setattr(Line, name, noting)
    assert gate.scan(code.code)["verdict"] == "admitted"
    assert not {"asked_by", "since", "before"} & set(asked)
    with app.app_context():
        assert db.session.scalars(select(Guess.id)).all() == []


_STEPS = st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=120)


@given(steps=_STEPS)
def test_no_ten_minutes_hold_more_than_20_strange_numbers(steps: list[tuple[int, bool]]) -> None:
    now, asked = DOORS_OPEN, list[datetime]()
    strange: list[datetime] = []
    for pause, is_ours in steps:
        now += timedelta(seconds=pause / 2)
        waits = rules.wait(asked, strange, now)
        if waits is None:
            asked.append(now)
            if not is_ours:
                strange.append(now)
            continue
        then = now + timedelta(seconds=waits.seconds)
        assert waits.seconds >= 1
        assert rules.wait(asked, strange, then) is None or not waits.used_up
    for begin in strange:
        assert sum(begin <= at < begin + rules.WINDOW for at in strange) <= rules.MOST_STRANGE
    assert all(b - a >= rules.APART for a, b in pairwise(asked))
