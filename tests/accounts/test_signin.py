"""Signing in: the first link, passwords, limits, people and their roles."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import passwords
from kiosk.cli import main
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Membership
from kiosk.models import User
from kiosk.plugins.accounts import service
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

PASSWORD = "một câu dễ nhớ"


@pytest.fixture
def user(app: Flask, clock: FixedClock) -> int:
    hashed = passwords.hashed(PASSWORD)
    with app.app_context(), writing() as session:
        person = User(
            email="hoa@phuong.example", name="Hoa", password_hash=hashed, created_at=clock()
        )
        session.add(person)
        session.flush()
        session.add(Membership(user_id=person.id, meeting_id=None, role="organiser"))
        return person.id


def _try(client: FlaskClient, password: str, after: str = "") -> tuple[int, str]:
    person = Person(client)
    data = {"email": "Hoa@phuong.example", "password": password, "next": after}
    answer = person.post("/login", data)
    return answer.status_code, answer.headers.get("Location", answer.get_data(as_text=True))


def test_e_mail_and_password_open_the_meetings(client: FlaskClient, user: int) -> None:
    assert _try(client, PASSWORD) == (302, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_is_answered_in_plain_words_and_keeps_the_e_mail(
    client: FlaskClient, user: int
) -> None:
    for _ in range(5):
        status, page = _try(client, "wrong")
        assert status == 422
        assert "chưa khớp" in page
        assert "Hoa@phuong.example" in page
    assert _try(client, PASSWORD)[0] == 302


def test_an_unknown_e_mail_is_answered_alike(client: FlaskClient) -> None:
    status, page = _try(client, PASSWORD)
    assert status == 422
    assert "chưa khớp" in page


def test_after_ten_tries_a_minute_one_has_to_wait(
    client: FlaskClient, user: int, clock: FixedClock
) -> None:
    statuses = [_try(client, "wrong")[0] for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    clock.pass_(minutes=1)
    assert _try(client, PASSWORD)[0] == 302


def test_an_address_that_may_not_try_any_more_locks_nobody_out(
    app: Flask, user: int, clock: FixedClock
) -> None:
    flooding = Person(app.test_client())
    for n in range(10):
        flooding.post("/login", {"email": f"ai{n}@phuong.example", "password": "x"})
    for _ in range(15):
        assert _try(flooding.client, "wrong")[0] == 429
    owner = app.test_client()
    owner.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert _try(owner, "wrong")[0] == 422
    assert _try(owner, PASSWORD)[0] == 302


def test_who_signs_in_well_may_do_so_all_day(client: FlaskClient, user: int) -> None:
    assert [_try(client, PASSWORD)[0] for _ in range(12)] == [302] * 12


def test_an_account_is_locked_by_wrong_tries_from_many_addresses(app: Flask, user: int) -> None:
    statuses = []
    for n in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        statuses.append(_try(client, "wrong")[0])
    assert statuses == [422] * 10 + [429]


def test_made_up_accounts_fill_no_table_and_no_e_mail_is_kept_of_tries(app: Flask) -> None:
    with app.app_context():
        keys = {service.limit_key(f"ai{n}@xa.example", known=False) for n in range(20_000)}
    assert len(keys) <= 4096
    assert not any("xa.example" in key for key in keys)


@pytest.mark.parametrize("after", ["https://example.com/", "//example.com", "/\\example.com", "x"])
def test_signing_in_never_leads_to_another_site(client: FlaskClient, user: int, after: str) -> None:
    assert _try(client, PASSWORD, after) == (302, "/")


def test_signing_in_leads_back_to_where_one_wanted_to_go(client: FlaskClient, user: int) -> None:
    assert _try(client, PASSWORD, "/m/kd/delegates?q=hoa") == (302, "/m/kd/delegates?q=hoa")


def test_signing_out_ends_the_session(client: FlaskClient, user: int) -> None:
    _try(client, PASSWORD)
    Person(client).post("/logout")
    assert client.get("/").headers["Location"] == "/login"


def test_a_disabled_person_is_out_at_once(app: Flask, client: FlaskClient, user: int) -> None:
    _try(client, PASSWORD)
    with app.app_context(), writing() as session:
        session.get_one(User, user).disabled_at = session.get_one(User, user).created_at
    assert client.get("/").status_code == 302


def test_kiosk_init_prints_a_link_that_works_once(
    app: Flask, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: app)
    printed = CliRunner().invoke(main, ["init"])
    assert printed.exit_code == 0, printed.output
    path = "/" + printed.output.strip().split("/", 3)[3]
    client = app.test_client()
    person = Person(client)
    assert "Đặt mật khẩu" in client.get(path).get_data(as_text=True)
    short = person.post(path, {"password": "short"})
    assert (short.status_code, "10 ký tự" in short.get_data(as_text=True)) == (422, True)
    assert person.post(path, {"password": PASSWORD}).status_code == 302
    assert client.get("/").status_code == 200
    assert app.test_client().get(path).status_code == 404
    assert Person(app.test_client()).post(path, {"password": PASSWORD}).status_code == 404


def test_a_first_link_is_good_for_a_day(app: Flask, user: int, clock: FixedClock) -> None:
    with app.app_context(), writing() as session:
        secret = passwords.sign_in_link(session, user, clock())
    clock.pass_(hours=25)
    assert app.test_client().get(f"/first/{secret}").status_code == 404


def test_the_organiser_adds_people_and_takes_their_role(
    app: Flask, as_role: Callable[[str], Person], meeting: Known
) -> None:
    person = as_role("organiser")
    wrong = person.post("/m/kd/people", {"name": "", "email": "x", "role": "king"})
    assert wrong.status_code == 422
    assert "Xin ghi tên" in wrong.get_data(as_text=True)
    data = {"name": "Lê Văn Điều", "email": "dieu@phuong.example", "role": "moderator"}
    page = person.post("/m/kd/people", data).get_data(as_text=True)
    link = re.search(r'value="http://localhost(/first/[^"]+)"', page)
    assert link is not None
    moderator = Person(app.test_client())
    assert moderator.post(link.group(1), {"password": PASSWORD}).status_code == 302
    assert moderator.get("/m/kd/speakers").status_code == 200
    with app.app_context():
        user_id = db.session.scalars(
            db.select(User.id).where(User.email == "dieu@phuong.example")
        ).one()
    # A password is chosen: whoever runs the server makes the next link, no organiser does.
    again = person.post(f"/m/kd/people/{user_id}/link")
    assert (again.status_code, "/first/" in again.get_data(as_text=True)) == (409, False)
    person.post(f"/m/kd/people/{user_id}/remove")
    assert moderator.get("/m/kd/speakers").status_code == 404
    assert person.post("/m/kd/people/9999/link").status_code == 404


def test_nobody_takes_the_own_role(
    app: Flask, as_role: Callable[[str], Person], meeting: Known
) -> None:
    person = as_role("organiser")
    with app.app_context():
        own = db.session.scalars(db.select(User.id)).one()
    assert person.post(f"/m/kd/people/{own}/remove").status_code == 409
    assert person.get("/m/kd").status_code == 200


def test_an_unknown_address_costs_as_much_as_a_known_one() -> None:
    assert passwords.is_of_today(passwords.NOBODY)
    assert not passwords.fits("whatever is typed", None)
