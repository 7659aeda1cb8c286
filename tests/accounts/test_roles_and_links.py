"""What a role can make others able to do: roles are given, accounts are never taken over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from click.testing import Result
from flask import Flask

from kiosk.auth import passwords
from kiosk.auth.access import ROLES
from kiosk.cli import main
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Membership
from kiosk.models import SignInLink
from kiosk.models import User
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

SignIn = Callable[..., Person]
Bearer = Callable[..., dict[str, str]]
PASSWORD = "con trâu đi trước cái cày"
PEOPLE = "/api/v1/meetings/kd/people"


@pytest.fixture
def other(make_meeting: Callable[..., Known], meeting: Known) -> Known:
    """A meeting in which the organiser of `meeting` has no part."""
    return make_meeting("khu-khac")


@pytest.fixture
def account(app: Flask, clock: FixedClock) -> Callable[..., int]:
    """Make an account with roles in meetings (None: in all) and perhaps a password."""

    def make(email: str, *places: int | None, password: bool = True, role: str = "observer") -> int:
        with app.app_context(), writing() as session:
            kept = "an old hash" if password else None
            user = User(email=email, name="Bà Tên Thật", password_hash=kept, created_at=clock())
            session.add(user)
            session.flush()
            for place in places:
                session.add(Membership(user_id=user.id, meeting_id=place, role=role))
            return user.id

    return make


@pytest.fixture
def kiosk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    return lambda *words: CliRunner().invoke(main, list(words))


def _new(email: str, role: str = "observer") -> dict[str, str]:
    return {"name": "Tên người mời gõ", "email": email, "role": role}


def _opens(app: Flask, link: str) -> bool:
    return app.test_client().get("/first/" + link.rsplit("/first/")[1]).status_code == 200


def _links(app: Flask, user_id: int) -> int:
    with app.app_context():
        asked = db.select(db.func.count()).select_from(SignInLink)
        return int(db.session.scalar(asked.where(SignInLink.user_id == user_id)) or 0)


def test_a_new_account_gets_a_link_with_its_role(
    app: Flask, as_role: Callable[..., Person]
) -> None:
    answer = as_role("organiser").send("POST", PEOPLE, _new("moi@xa.example", "secretary"))
    assert answer.status_code == 201
    link = (answer.json or {})["link"]
    assert link.startswith("http://localhost/first/")
    path = link.removeprefix("http://localhost")
    person = Person(app.test_client())
    assert person.post(path, {"password": PASSWORD}).status_code == 302
    assert person.get("/m/kd/opinions").status_code == 200


@pytest.mark.parametrize("where", ["here", "elsewhere", "everywhere", "nowhere"])
@pytest.mark.parametrize("password", [True, False])
@pytest.mark.parametrize("role", ["organiser", "secretary", "observer"])
def test_an_account_that_is_there_gets_the_role_and_no_secret(
    app: Flask,
    as_role: Callable[..., Person],
    account: Callable[..., int],
    meeting: Known,
    other: Known,
    where: str,
    password: bool,
    role: str,
) -> None:
    known = {"here": meeting.id, "elsewhere": other.id, "everywhere": None}
    places = [known[where]] if where in known else []
    victim = account("nan.nhan@xa.example", *places, password=password)
    organiser = as_role("organiser")
    answer = organiser.send("POST", PEOPLE, _new("Nan.Nhan@xa.example ", role))
    assert (answer.status_code, answer.json) == (201, {"link": None})
    page = organiser.post("/m/kd/people", _new("nan.nhan@xa.example", role))
    assert page.status_code == 200
    assert "/first/" not in page.get_data(as_text=True)
    assert "đã có tài khoản" in page.get_data(as_text=True)
    assert _links(app, victim) == 0
    with app.app_context():
        user = db.session.get_one(User, victim)
        assert (user.name, user.session_epoch) == ("Bà Tên Thật", 0)
        held = db.session.scalars(
            db.select(Membership.role).where(
                Membership.user_id == victim, Membership.meeting_id == meeting.id
            )
        ).all()
    assert role in held


@pytest.mark.parametrize(
    ("places", "password", "made"),
    [
        (["here"], False, True),
        (["here"], True, False),
        (["here", "elsewhere"], False, False),
        (["here", "everywhere"], False, False),
        (["here", "elsewhere"], True, False),
        (["elsewhere"], False, False),
        (["everywhere"], False, False),
    ],
)
def test_a_new_link_is_made_only_for_a_first_password_in_this_meeting_alone(
    app: Flask,
    as_role: Callable[..., Person],
    account: Callable[..., int],
    meeting: Known,
    other: Known,
    places: list[str],
    password: bool,
    made: bool,
) -> None:
    known = {"here": meeting.id, "elsewhere": other.id, "everywhere": None}
    victim = account("ai.do@xa.example", *(known[place] for place in places), password=password)
    organiser = as_role("organiser")
    answer = organiser.post(f"/m/kd/people/{victim}/link")
    assert ("/first/" in answer.get_data(as_text=True)) is made
    assert answer.status_code == (200 if made else (409 if "here" in places else 404))
    assert _links(app, victim) == made
    shown = organiser.get("/m/kd/people").get_data(as_text=True)
    assert (f"/m/kd/people/{victim}/link" in shown) is made


@pytest.mark.parametrize("role", ROLES)
def test_no_token_manages_people_whatever_its_role(
    app: Flask, account: Callable[..., int], meeting: Known, bearer: Bearer, role: str
) -> None:
    victim = account("cho@xa.example", meeting.id, password=False)
    headers = bearer(role)
    client = app.test_client()
    assert client.post(PEOPLE, json=_new("x@xa.example"), headers=headers).status_code == 403
    for path in ("people", f"people/{victim}/link", f"people/{victim}/remove"):
        answer = client.post(f"/m/kd/{path}", data=_new("x@xa.example"), headers=headers)
        assert (answer.status_code, "/first/" in answer.get_data(as_text=True)) == (403, False)
    assert client.get("/m/kd/people", headers=headers).status_code == 403
    assert _links(app, victim) == 0


def test_a_program_in_a_browser_is_not_its_person(
    app: Flask, sign_in: SignIn, meeting: Known, bearer: Bearer
) -> None:
    # The token of an organiser as a paired device's cookie, beside a person who may less.
    person = sign_in("observer", meeting.id)
    secret = bearer("organiser")["Authorization"].removeprefix("Bearer ")
    person.client.set_cookie("kiosk_device", secret)
    answer = person.send("POST", PEOPLE, _new("x@xa.example"))
    assert (answer.status_code, answer.json and answer.json["code"]) == (403, "person_needed")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "organiser"])
def test_no_other_role_gives_roles_or_links(
    app: Flask, sign_in: SignIn, account: Callable[..., int], meeting: Known, role: str
) -> None:
    victim = account("cho@xa.example", meeting.id, password=False)
    person = sign_in(role, meeting.id)
    assert person.send("POST", PEOPLE, _new("x@xa.example")).status_code == 403
    assert person.post(f"/m/kd/people/{victim}/link").status_code == 403
    assert person.post(f"/m/kd/people/{victim}/remove").status_code == 403
    assert _links(app, victim) == 0


def test_an_organiser_of_one_meeting_reaches_nobody_of_another(
    app: Flask, as_role: Callable[..., Person], account: Callable[..., int], other: Known
) -> None:
    victim = account("bantochuc@xa.example", other.id, role="organiser")
    organiser = as_role("organiser")
    elsewhere = "/api/v1/meetings/khu-khac/people"
    assert organiser.send("POST", elsewhere, _new("x@xa.example")).status_code == 404
    for verb in ("link", "remove"):
        assert organiser.post(f"/m/khu-khac/people/{victim}/{verb}").status_code == 404
        assert organiser.post(f"/m/kd/people/{victim}/{verb}").status_code == 404


def test_a_link_of_one_meeting_never_opens_what_another_has_given(
    app: Flask, sign_in: SignIn, meeting: Known, other: Known
) -> None:
    first = sign_in("organiser", meeting.id)
    second = sign_in("organiser", other.id)
    made = first.send("POST", PEOPLE, _new("chung@xa.example")).json
    assert made is not None
    assert _opens(app, made["link"])
    given = second.send("POST", "/api/v1/meetings/khu-khac/people", _new("chung@xa.example"))
    assert given.json == {"link": None}
    assert not _opens(app, made["link"])
    path = made["link"].removeprefix("http://localhost")
    thief = Person(app.test_client())
    assert thief.post(path, {"password": PASSWORD}).status_code == 404
    assert thief.get("/m/khu-khac").status_code == 302


def test_making_a_link_ends_the_one_before(
    app: Flask,
    clock: FixedClock,
    as_role: Callable[..., Person],
    account: Callable[..., int],
    meeting: Known,
) -> None:
    user = account("cho@xa.example", meeting.id, password=False)
    organiser = as_role("organiser")
    links = []
    for _ in range(3):
        page = organiser.post(f"/m/kd/people/{user}/link").get_data(as_text=True)
        found = re.search(r'value="http://localhost(/first/[^"]+)"', page)
        assert found is not None
        links.append(found.group(1))
    assert [_opens(app, link) for link in links] == [False, False, True]
    with app.app_context(), writing() as session:
        passwords.use_link(session, links[2].removeprefix("/first/"), "a hash", clock())
    assert _links(app, user) == 0


def test_taking_the_last_role_ends_the_link(
    app: Flask, as_role: Callable[..., Person], meeting: Known
) -> None:
    organiser = as_role("organiser")
    made = organiser.send("POST", PEOPLE, _new("thoi@xa.example")).json
    assert made is not None
    with app.app_context():
        user = db.session.scalars(db.select(User.id).where(User.email == "thoi@xa.example")).one()
    assert _opens(app, made["link"])
    organiser.post(f"/m/kd/people/{user}/remove")
    assert not _opens(app, made["link"])
    assert _links(app, user) == 0


def test_the_machine_lists_accounts_with_their_roles(
    kiosk: Callable[..., Result], account: Callable[..., int], meeting: Known
) -> None:
    account("a@xa.example", None, role="organiser")
    account("b@xa.example", meeting.id, role="secretary")
    found = json.loads(kiosk("user", "list", "--json").output)
    assert [person["email"] for person in found] == ["a@xa.example", "b@xa.example"]
    assert found[0]["roles"] == [{"office": None, "meeting": None, "role": "organiser"}]
    one = json.loads(kiosk("user", "list", "B@xa.example", "--json").output)
    assert one == [
        {
            "email": "b@xa.example",
            "name": "Bà Tên Thật",
            "disabled": False,
            "roles": [{"office": None, "meeting": "kd", "role": "secretary"}],
        }
    ]
    nobody = kiosk("user", "list", "c@xa.example")
    assert (nobody.exit_code, nobody.output.count("\n")) == (2, 1)


def test_the_machine_makes_a_link_for_anyone_and_ends_older_ones(
    app: Flask, kiosk: Callable[..., Result], account: Callable[..., int], other: Known
) -> None:
    account("quen@xa.example", None, other.id, role="organiser")
    first, second = (kiosk("user", "link", "Quen@xa.example").output for _ in range(2))
    links = [printed.strip().splitlines()[-1] for printed in (first, second)]
    assert all(re.fullmatch(r"http://\S+/first/\S+", link) for link in links)
    assert [_opens(app, link) for link in links] == [False, True]
    person = Person(app.test_client())
    path = "/first/" + links[1].rsplit("/first/")[1]
    assert person.post(path, {"password": PASSWORD}).status_code == 302
    assert person.get("/m/khu-khac").status_code == 200
    assert kiosk("user", "link", "khong.co@xa.example").exit_code == 2


def test_who_is_shut_out_is_out_at_once_and_comes_back_when_let_in(
    app: Flask, kiosk: Callable[..., Result], sign_in: SignIn, meeting: Known
) -> None:
    person, email = sign_in("organiser", meeting.id), f"organiser-{meeting.id}@phuong.example"
    assert person.get("/m/kd").status_code == 200
    link = kiosk("user", "link", email).output.strip()
    assert kiosk("user", "disable", email).exit_code == 0
    assert person.get("/m/kd").status_code == 302
    assert not _opens(app, link)
    assert kiosk("user", "link", email).exit_code == 2
    assert json.loads(kiosk("user", "list", email, "--json").output)[0]["disabled"]
    assert kiosk("user", "enable", email).exit_code == 0
    # A session of before stays ended: whoever holds its cookie signs in again.
    assert person.get("/m/kd").status_code == 302
    assert _opens(app, kiosk("user", "link", email).output.strip())


def test_kiosk_init_finds_its_organiser_again_whatever_the_capitals(
    app: Flask, kiosk: Callable[..., Result]
) -> None:
    made = [
        json.loads(kiosk("init", "--json", "--email", email).output)
        for email in ("Van.Phong@Xa.example", "van.phong@xa.example")
    ]
    assert {found["administrator"]["email"] for found in made} == {"van.phong@xa.example"}
    assert [_opens(app, found["administrator"]["link"]) for found in made] == [False, True]
    assert made[0]["office"] is None
