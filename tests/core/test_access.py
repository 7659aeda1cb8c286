"""Who may do what: tokens, sessions, roles, limits, the order of refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.auth import access
from kiosk.auth.access import ROLES
from kiosk.auth.rate_limits import give_back
from kiosk.auth.rate_limits import limit
from kiosk.auth.rate_limits import network_of
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import TooMany
from kiosk.models import AccessToken
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]


def test_without_a_token_the_api_says_401_as_problem_json(
    client: FlaskClient, meeting: Known
) -> None:
    answer = client.get("/api/v1/meetings/kd")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json; charset=utf-8"
    assert answer.json is not None
    assert answer.json["code"] == "sign_in"
    assert answer.json["status"] == 401
    assert answer.json["detail"]


def test_without_signing_in_a_page_leads_to_sign_in_and_back(
    client: FlaskClient, meeting: Known
) -> None:
    answer = client.get("/m/kd/delegates?q=hoa")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=%2Fm%2Fkd%2Fdelegates%3Fq%3Dhoa"


def test_a_token_that_is_not_ours_is_refused(client: FlaskClient, meeting: Known) -> None:
    answer = client.get("/api/v1/meetings/kd", headers={"Authorization": "Bearer made-up"})
    assert (answer.status_code, answer.json and answer.json["code"]) == (401, "bad_token")


def test_a_token_opens_its_own_meeting_and_no_other(
    client: FlaskClient, meeting: Known, make_meeting: Callable[..., Known], bearer: Bearer
) -> None:
    make_meeting("other")
    headers = bearer("organiser")
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 200
    assert client.get("/api/v1/meetings/other", headers=headers).status_code == 404
    assert client.get("/api/v1/meetings/nothing", headers=headers).status_code == 404


def test_a_revoked_token_is_worthless_at_once(
    app: Flask, client: FlaskClient, meeting: Known, bearer: Bearer, clock: FixedClock
) -> None:
    headers = bearer("organiser")
    with app.app_context(), writing() as session:
        token = session.scalars(db.select(AccessToken)).one()
        access.revoke_token(session, token.id, clock())
    assert client.get("/api/v1/meetings/kd", headers=headers).status_code == 401


def test_the_database_keeps_no_token_in_plain(app: Flask, meeting: Known, bearer: Bearer) -> None:
    secret = bearer("gate")["Authorization"].removeprefix("Bearer ")
    with app.app_context():
        token = db.session.scalars(db.select(AccessToken)).one()
    assert secret not in token.digest
    assert len(secret) >= 32


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/meetings/kd", set(ROLES)),
        ("/api/v1/meetings/kd/delegates", {"organiser", "desk", "moderator", "secretary"}),
        ("/api/v1/meetings/kd/attendance", {"organiser", "moderator", "observer", "security"}),
        ("/api/v1/meetings/kd/speakers", {"organiser", "moderator", "screen", "secretary"}),
        ("/api/v1/meetings/kd/roster", {"organiser", "gate", "desk"}),
        ("/api/v1/meetings/kd/devices", {"organiser"}),
        ("/m/kd/delegates", {"organiser", "desk", "moderator", "secretary"}),
        ("/m/kd/invitations", {"organiser"}),
        ("/m/kd/devices", {"organiser"}),
        # People are managed by a person who is signed in, never by a token.
        ("/m/kd/people", set()),
        ("/m/kd/kiosk", {"organiser", "gate", "desk"}),
        ("/m/kd/attendance", {"organiser", "moderator", "observer", "security"}),
        ("/m/kd/speakers", {"organiser", "moderator"}),
        ("/m/kd/chair", {"organiser", "moderator"}),
        ("/m/kd/hall", {"organiser", "moderator", "screen"}),
    ],
)
def test_each_role_reaches_what_its_work_needs_and_nothing_else(
    client: FlaskClient, meeting: Known, bearer: Bearer, path: str, allowed: set[str]
) -> None:
    answers = {role: client.get(path, headers=bearer(role)).status_code for role in ROLES}
    assert {role for role, status in answers.items() if status == 200} == allowed
    assert {status for role, status in answers.items() if role not in allowed} <= {403}


def test_a_post_from_a_signed_in_browser_needs_the_token_of_the_page(
    meeting: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("organiser")
    bare = person.client.post("/m/kd/doors", data={"doors": "open"})
    assert bare.status_code == 403
    json = person.client.patch("/api/v1/meetings/kd", json={"doors": "open"})
    assert (json.status_code, json.json and json.json["code"]) == (403, "csrf")
    assert person.send("PATCH", "/api/v1/meetings/kd", {"doors": "open"}).status_code == 200
    assert person.post("/m/kd/doors", {"doors": "closed"}).status_code == 302


@pytest.mark.parametrize("empty", ["", " ", "\t"])
def test_an_empty_header_speaks_for_nobody_and_excuses_from_no_check(
    meeting: Known, as_role: Callable[[str], Person], empty: str
) -> None:
    client = as_role("organiser").client
    headers = {"Authorization": empty}
    assert client.post("/m/kd/doors", data={"doors": "open"}, headers=headers).status_code == 403
    answer = client.patch("/api/v1/meetings/kd", json={"doors": "open"}, headers=headers)
    assert (answer.status_code, answer.json and answer.json["code"]) == (403, "csrf")


def test_a_try_that_turned_out_well_is_given_back(app: Flask, clock: FixedClock) -> None:
    with app.app_context():
        for _ in range(3):
            limit("try:a", 3)
        give_back("try:a", "try:nobody")
        limit("try:a", 3)
        with pytest.raises(TooMany):
            limit("try:a", 3)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        (None, ""),
        ("@", "@"),
    ],
)
def test_tries_from_one_network_count_together(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_limits_count_by_key_and_by_minute(app: Flask, clock: FixedClock) -> None:
    with app.app_context():
        for _ in range(3):
            limit("try:a", 3)
        with pytest.raises(TooMany) as caught:
            limit("try:a", 3)
        limit("try:b", 3)
        clock.pass_(minutes=1)
        limit("try:a", 3)
    assert 0 < int(str(caught.value.facts["retry_after"])) <= 60


def test_the_language_can_be_chosen_and_stays(client: FlaskClient) -> None:
    assert "Đăng nhập" in client.get("/login").get_data(as_text=True)
    assert "Sign in" in client.get("/login?lang=en").get_data(as_text=True)
    assert "Sign in" in client.get("/login").get_data(as_text=True)
    assert "Đăng nhập" in client.get("/login?lang=vi").get_data(as_text=True)
