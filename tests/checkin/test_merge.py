"""Scans that come late: the end is the same in whatever order they are uploaded."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Review
from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.invitations.queries import Code
from tests.checkin.conftest import Door
from tests.conftest import DOORS_OPEN
from tests.conftest import FixedClock

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
MakeDoor = Callable[..., Door]
Item = dict[str, Any]

NOT_FRESH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def _at(minutes: float) -> str:
    return kiosk_clock.rfc3339(DOORS_OPEN + timedelta(minutes=minutes))


def _forget(app: Flask) -> None:
    with app.app_context(), writing() as session:
        for table in (Review, Presence, Scan):
            session.execute(delete(table))


def _presence(app: Flask) -> list[tuple[Any, ...]]:
    with app.app_context():
        rows = db.session.scalars(db.select(Presence).order_by(Presence.delegate_id)).all()
        return [
            (
                *(row.delegate_id, row.household_id, row.state, row.since, row.first_at),
                *(row.first_device, row.via, row.observer, row.substitute),
            )
            for row in rows
        ]


def _reviews(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(db.select(Review.seat)))


def _upload(door: Door, scans: list[Item]) -> list[Item]:
    url = "/api/v1/meetings/kd/scans/batch"
    answer = door.client.post(url, json={"scans": scans}, headers=door.headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    results: list[Item] = (answer.json or {})["results"]
    assert [item["scan_id"] for item in results] == [scan["scan_id"] for scan in scans]
    assert all("verdict" in item for item in results), results
    return results


def _send(order: list[tuple[Door, Item]], sizes: list[int]) -> None:
    """Upload in this order, in batches of these sizes, each by its own tablet."""
    waiting = list(order)
    for size in [*sizes, len(waiting)]:
        part, waiting = waiting[:size], waiting[size:]
        for door in dict.fromkeys(door.name for door, _ in part):
            mine = [(d, item) for d, item in part if d.name == door]
            _upload(mine[0][0], [item for _, item in mine])


@pytest.fixture
def tablets(make_door: MakeDoor) -> list[Door]:
    return [make_door("gate", f"Bàn đón số {number}") for number in (1, 2)]


@pytest.fixture
def sixty_each(
    tablets: list[Door], add_delegate: AddDelegate, invite: Invite
) -> list[tuple[Door, Item]]:
    """60 offline scans on each of two tablets: 7 codes and 3 households are on both."""
    scans: list[tuple[Door, Item]] = []

    def scanned(door: Door, code: str, minute: float) -> None:
        scans.append((door, _item(len(scans), code, minute)))

    for number in range(50):
        for door in tablets:
            person = add_delegate(f"Nguyễn Thị {door.name[-1]} {number}")
            scanned(door, invite(person).code, number / 2)
    for number in range(7):
        code = invite(add_delegate(f"Trần Văn {number}")).code
        scanned(tablets[0], code, 30 + number)
        scanned(tablets[1], code, 33 + number)
    for number in range(3):
        for late, door in enumerate(tablets):
            member = add_delegate(f"Lê Thị {number} {late}", household=f"900{number}")
            scanned(door, invite(member).code, 40 + number - late / 3)
    return scans


def _item(number: int, code: str, minute: float, **more: Any) -> Item:
    return {
        "scan_id": f"0191f7c2-0000-7000-8000-{number:012d}",
        "code": code,
        "scanned_at": _at(minute),
        "offline": True,
        **more,
    }


@settings(max_examples=6, deadline=None, suppress_health_check=NOT_FRESH)
@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(1, 40), max_size=6))
def test_two_tablets_offline_uploaded_in_any_order_end_the_same_and_lose_nothing(
    app: Flask,
    clock: FixedClock,
    sixty_each: list[tuple[Door, Item]],
    seed: int,
    sizes: list[int],
) -> None:
    clock.moment = DOORS_OPEN + timedelta(minutes=60)
    _forget(app)
    _send(sixty_each, [])
    once = _presence(app)
    reviews = _reviews(app)
    assert len(sixty_each) == 120
    assert len(once) == 113
    assert len(reviews) == 10
    assert sum(row[7] for row in once) == 3  # of two of one household the later observes

    _forget(app)
    order = list(sixty_each)
    random.Random(seed).shuffle(order)  # an order, not a secret
    _send(order, sizes)
    assert (_presence(app), _reviews(app)) == (once, reviews)
    with app.app_context():
        kept = db.session.scalars(db.select(Scan.scan_id)).all()
    assert sorted(kept) == sorted(item["scan_id"] for _, item in sixty_each)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 2),  # tablet
        st.integers(0, 2),  # member of the household
        st.sampled_from(["in", "in", "in", "out", "undo", "observe", "instead"]),
        st.integers(0, 40),  # minute
    ),
    min_size=2,
    max_size=9,
)


@pytest.fixture
def family(
    make_door: MakeDoor, add_delegate: AddDelegate, invite: Invite
) -> tuple[list[Door], list[str]]:
    doors = [make_door("desk", f"Bàn {number}") for number in range(3)]
    return doors, [invite(add_delegate(f"Bùi Văn {n}", household="77")).code for n in range(3)]


def _moves(family: tuple[list[Door], list[str]], moves: Any) -> list[tuple[Door, Item]]:
    doors, codes = family
    found = []
    for number, (tablet, member, what, minute) in enumerate(moves):
        more: Item = {"direction": what if what in {"out", "undo"} else "in"}
        if what == "observe":
            more["observer"] = True
        if what == "instead":
            more["substitute"] = {"name": f"Bùi Thị {minute}", "relation": "Con"}
        found.append((doors[tablet], _item(number, codes[member], minute, **more)))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=NOT_FRESH)
@given(moves=MOVES, seed=st.integers(0, 2**32), sizes=st.lists(st.integers(1, 4), max_size=4))
def test_whatever_a_household_does_at_three_tablets_offline_the_order_of_upload_is_nothing(
    app: Flask,
    clock: FixedClock,
    family: tuple[list[Door], list[str]],
    moves: Any,
    seed: int,
    sizes: list[int],
) -> None:
    clock.moment = DOORS_OPEN + timedelta(minutes=60)
    scans = _moves(family, moves)
    _forget(app)
    _send(sorted(scans, key=lambda pair: pair[1]["scanned_at"]), [])
    once = (_presence(app), _reviews(app))
    _forget(app)
    random.Random(seed).shuffle(scans)  # an order, not a secret
    _send(scans, sizes)
    assert (_presence(app), _reviews(app)) == once


@settings(max_examples=40, deadline=None, suppress_health_check=NOT_FRESH)
@given(moves=MOVES, seed=st.integers(0, 2**32))
def test_the_quick_way_of_a_scan_that_arrives_at_once_ends_where_the_slow_way_does(
    app: Flask,
    clock: FixedClock,
    family: tuple[list[Door], list[str]],
    moves: Any,
    seed: int,
) -> None:
    """The same day twice: each scan at once, and all of them told to the slow way."""
    scans = sorted(_moves(family, moves), key=lambda pair: pair[1]["scanned_at"])
    _forget(app)
    for door, item in scans:
        clock.moment = datetime.fromisoformat(item["scanned_at"])
        clock.pass_(seconds=random.Random(seed).random())  # not a secret
        door.send(**{**item, "offline": False})
    quick = _presence(app)
    # An exit of nobody makes the slow way look at the whole household once more.
    clock.pass_(minutes=16)
    door, item = scans[0]
    door.scan(item["code"], direction="undo")
    assert _presence(app) == quick
