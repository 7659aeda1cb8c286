"""Who brought what was said in a turn: the register, the opinion's page and the minutes agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.opinions import erase
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions.register import service
from kiosk.plugins.papers.texts import facts
from kiosk.plugins.papers.texts import minutes
from tests.conftest import Known
from tests.conftest import Person
from tests.opinions.conftest import Register

NAMES = ("Phí Thị Lụa", "Âu Văn Tỵ", "Phí Thị Lụa")


@pytest.fixture
def people(add_delegate: Callable[..., int]) -> list[int]:
    """Three delegates, two of one name."""
    return [add_delegate(name, salutation="bà") for name in NAMES]


@pytest.fixture
def spoken(as_role: Callable[[str], Person], meeting: Known, people: list[int]) -> list[int]:
    """The turns of the first two, who spoke one after the other."""
    base, chair = f"/api/v1/meetings/{meeting.name}/speakers", as_role("moderator")
    found = []
    for person in people[:2]:
        turn = chair.send("POST", base, {"delegate": person}).get_json()["id"]
        chair.send("POST", f"{base}/{turn}/start")
        chair.send("POST", f"{base}/{turn}/finish")
        found.append(turn)
    return found


def in_minutes(app: Flask, meeting: Known) -> dict[int, str]:
    """Return under whose name the minutes print each matter."""
    with app.app_context():
        held = db.session.get_one(Meeting, meeting.id)
        gathered = facts.gather(db.session(), held)
        found, name = {}, ""
        for block in minutes._speeches(gathered):
            key = getattr(block, "key", "") or ""
            if re.fullmatch(r"turn:\d+", key):
                name = getattr(block, "text", "")
            if re.fullmatch(r"matter:\d+", key):
                found[int(key.split(":")[1])] = name
        return found


def agree(app: Flask, meeting: Known) -> None:
    """Whoever the minutes name over some words is among their authors on their page."""
    printed = in_minutes(app, meeting)
    with app.app_context():
        matters = {one.id: one for one in queries.matters(db.session(), meeting.id)}
    for matter, line in printed.items():
        authors = [author.name for author in matters[matter].authors]
        assert any(name in line for name in authors), (line, authors)
        assert not matters[matter].anonymous


def test_words_of_a_turn_without_an_author_are_its_persons(
    app: Flask, register: Register, meeting: Known, spoken: list[int], people: list[int]
) -> None:
    (one,) = register.take("Ao làng cạn", channel="spoken", turn_id=spoken[1])
    with app.app_context():
        found = queries.one_view(db.session(), meeting.id, one)
    assert found is not None
    assert [author.delegate_id for author in found.authors] == [people[1]]
    assert not found.anonymous
    assert "Âu Văn Tỵ" in in_minutes(app, meeting)[one]


@pytest.mark.parametrize("author", [1, 2, "Người khác", "  phí thị lan "])
def test_the_turn_of_somebody_else_is_left_out(
    app: Flask,
    register: Register,
    meeting: Known,
    spoken: list[int],
    people: list[int],
    author: Any,
) -> None:
    who = people[author] if isinstance(author, int) else author
    (one,) = register.take("Ao làng cạn", channel="spoken", authors=[who], turn_id=spoken[0])
    with app.app_context():
        found = queries.one_view(db.session(), meeting.id, one)
    assert found is not None
    assert found.turn_id is None
    assert one not in in_minutes(app, meeting)


@pytest.mark.parametrize("typed", ["Phí Thị Lụa", "bà phi thi lua", "Bà  Phí Thị Lụa"])
def test_the_person_of_the_turn_is_known_by_the_typed_name(
    app: Flask, register: Register, meeting: Known, spoken: list[int], people: list[int], typed: str
) -> None:
    (one,) = register.take(
        "Ao làng cạn", channel="spoken", authors=[typed, "Cả xóm"], turn_id=spoken[0]
    )
    with app.app_context():
        found = queries.one_view(db.session(), meeting.id, one)
    assert found is not None
    assert [a.delegate_id for a in found.authors] == [people[0], None]
    assert found.turn_id == spoken[0]


@pytest.mark.parametrize("turn", [0, 999, 2**31 - 1])
def test_a_turn_that_is_not_there_is_refused(register: Register, turn: int) -> None:
    with pytest.raises(Refused) as refused:
        register.take("Ao làng cạn", turn_id=turn)
    assert "turn" in refused.value.fields


def test_a_struck_turn_takes_no_words(
    as_role: Callable[[str], Person], register: Register, meeting: Known, spoken: list[int]
) -> None:
    url = f"/api/v1/meetings/{meeting.name}/speakers/{spoken[0]}"
    assert as_role("moderator").send("DELETE", url).status_code == 200
    with pytest.raises(Refused):
        register.take("Ao làng cạn", turn_id=spoken[0])


def test_over_http_the_answer_shows_what_was_stored(
    as_role: Callable[[str], Person], meeting: Known, spoken: list[int], people: list[int]
) -> None:
    secretary, url = as_role("secretary"), f"/api/v1/meetings/{meeting.name}/opinions"
    body: dict[str, Any] = {"channel": "spoken", "matters": [{"text": "Ao cạn"}]}
    cases: list[tuple[list[Any], Any, Any]] = [
        ([], spoken[0], people[0]),
        ([{"delegate": people[1]}], None, people[1]),
        ([{"delegate": people[0]}], spoken[0], people[0]),
        ([{"name": "Khách qua đường"}], None, None),
    ]
    for authors, turn, delegate in cases:
        sent = {**body, "authors": authors, "turn": spoken[0]}
        made = secretary.send("POST", url, sent).get_json()["ids"][0]
        found = secretary.get(f"{url}/{made}").get_json()
        assert found["turn"] == turn
        assert found["authors"][0]["delegate"] == delegate


FORM = {"channel": "spoken", "text": "Ao làng cạn", "kind": "request", "competence": "ward"}


@pytest.mark.parametrize(
    ("author", "delegate", "stored", "keeps"),
    [
        ("Phí Thị Lụa", 0, ["Phí Thị Lụa"], True),
        ("Âu Văn Tỵ", 0, ["Âu Văn Tỵ"], False),
        ("Âu Văn Tỵ", 1, ["Âu Văn Tỵ"], False),
        ("Phí Thị Lụa", 2, ["Phí Thị Lụa"], False),
        ("", 0, [], False),
        ("Ai đó; Phí Thị Lụa", 0, ["Ai đó", "Phí Thị Lụa"], True),
    ],
)
def test_the_page_without_its_script_stores_who_stands_in_the_field(
    app: Flask,
    as_role: Callable[[str], Person],
    meeting: Known,
    spoken: list[int],
    people: list[int],
    author: str,
    delegate: int,
    stored: list[str],
    keeps: bool,
) -> None:
    form = {**FORM, "author": author, "delegate": people[delegate], "turn": spoken[0]}
    answer = as_role("secretary").post(f"/m/{meeting.name}/opinions/new", form)
    assert answer.status_code == 302
    with app.app_context():
        (found,) = queries.matters(db.session(), meeting.id)
    assert [one.name for one in found.authors] == stored
    assert found.turn_id == (spoken[0] if keeps else None)
    agree(app, meeting)


@pytest.mark.parametrize("field", ["delegate", "turn", "topic", "area"])
def test_a_number_that_can_be_no_id_is_refused_or_left_out(
    as_role: Callable[[str], Person], meeting: Known, field: str
) -> None:
    secretary = as_role("secretary")
    for typed in ("9" * 30, "2147483648", "x"):
        form = {**FORM, "author": "Một người", field: typed}
        answer = secretary.post(f"/m/{meeting.name}/opinions/new", form)
        assert answer.status_code in (302, 422)


def test_words_do_not_stay_under_the_name_of_somebody_who_was_erased(
    app: Flask, register: Register, meeting: Known, spoken: list[int], people: list[int]
) -> None:
    (one,) = register.take("Ao cạn", channel="spoken", authors=[people[0]], turn_id=spoken[0])
    with app.app_context(), writing() as session:
        found = queries.one_view(session, meeting.id, one)
        assert found is not None
        author = found.authors[0].id
        erase.forget(session, meeting.id, author, actor="x", now=kiosk_clock.now())
    assert one not in in_minutes(app, meeting)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_minutes_and_the_page_name_the_same_person_for_every_way_of_entering(
    app: Flask,
    as_role: Callable[[str], Person],
    meeting: Known,
    spoken: list[int],
    people: list[int],
    data: st.DataObject,
) -> None:
    """The register's form, its script and programs; spoken, slips, letters, phone, page."""
    secretary = as_role("secretary")
    names = st.sampled_from(["", *NAMES, "Khách", "Khách; Âu Văn Tỵ"])
    person = st.sampled_from([None, *people])
    turn = data.draw(st.sampled_from([None, *spoken]))
    channel = data.draw(st.sampled_from(["spoken", "slip", "letter", "phone", "page", "front"]))
    if data.draw(st.booleans()):
        form = {**FORM, "channel": channel, "author": data.draw(names), "turn": turn or ""}
        form["delegate"] = data.draw(person) or ""
        answer = secretary.post(f"/m/{meeting.name}/opinions/new", form)
        assert answer.status_code == 302
    else:
        typed = st.builds(lambda d, n: {"delegate": d} if d else {"name": n}, person, names)
        body = {
            "channel": channel,
            "matters": [{"text": "Một"}, {"text": "Hai"}],
            "authors": data.draw(st.lists(typed, max_size=3)),
            "turn": turn,
        }
        url = f"/api/v1/meetings/{meeting.name}/opinions"
        assert secretary.send("POST", url, body).status_code == 201
    agree(app, meeting)


def test_a_complaint_said_in_a_turn_keeps_its_person(
    app: Flask, register: Register, meeting: Known, spoken: list[int], people: list[int]
) -> None:
    new = service.NewOpinion(
        "spoken",
        (service.NewMatter("Ao cạn"), service.NewMatter("Khiếu nại", kind="complaint")),
        turn_id=spoken[0],
    )
    with app.app_context(), writing() as session:
        service.take_in(session, meeting.id, new, actor="x", now=kiosk_clock.now())
    with app.app_context():
        for matter in queries.matters(db.session(), meeting.id):
            assert [author.delegate_id for author in matter.authors] == [people[0]]
    agree(app, meeting)
