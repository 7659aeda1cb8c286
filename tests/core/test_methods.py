"""What an address does not take: methods, kinds of content, endless searches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Known
from tests.conftest import Person

Bearer = Callable[..., dict[str, str]]


def test_an_address_without_such_a_method_names_those_it_has_whoever_asks(
    app: Flask, meeting: Known, as_role: Callable[[str], Person]
) -> None:
    for person in (as_role("organiser").client, app.test_client()):
        for method, path, allowed in (
            ("POST", "/healthz", {"GET", "HEAD", "OPTIONS"}),
            ("PUT", "/m/kd", {"GET", "HEAD", "OPTIONS"}),
            ("DELETE", "/api/v1/meetings/kd/scans", {"POST", "OPTIONS"}),
            ("GET", "/api/v1/meetings/kd/scans/batch", {"POST", "OPTIONS"}),
        ):
            answer = person.open(path, method=method)
            assert answer.status_code == 405, path
            assert set(answer.headers["Allow"].split(", ")) == allowed


def test_a_program_is_told_so_as_problem_json(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/devices/pair")
    assert answer.content_type.startswith("application/problem+json")
    assert answer.get_json(force=True)["code"] == "method_not_allowed"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_does_not_say_it_is_json_is_refused(
    client: FlaskClient, meeting: Known, bearer: Bearer, kind: str
) -> None:
    answer = client.post(
        "/api/v1/meetings/kd/scans",
        data=b'{"scan_id": "x"}',
        headers={**bearer("gate"), **({"Content-Type": kind} if kind else {})},
    )
    assert answer.status_code == 415
    assert answer.get_json(force=True)["code"] == "not_json_type"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_json_that_says_so_is_read(
    client: FlaskClient, meeting: Known, bearer: Bearer, kind: str
) -> None:
    headers = {**bearer("organiser"), "Content-Type": kind}
    body = b'{"doors": "open"}'
    answer = client.patch("/api/v1/meetings/kd", data=body, headers=headers)
    assert answer.status_code == 200


def test_a_search_of_thousands_of_words_finds_nobody_and_breaks_nothing(
    meeting: Known, as_role: Callable[[str], Person], add_delegate: Callable[..., int]
) -> None:
    add_delegate("Nguyễn Thị Hoa")
    organiser = as_role("organiser")
    for address in (
        "/api/v1/meetings/kd/delegates",
        "/m/kd/delegates",
        "/m/kd/invitations",
        "/m/kd/opinions",
        "/api/v1/meetings/kd/opinions",
    ):
        assert organiser.get(f"{address}?q={'a+' * 1900}").status_code == 200
    found = organiser.get("/api/v1/meetings/kd/delegates?q=hoa+nguyen").get_json()
    assert [item["name"] for item in found["items"]] == ["Nguyễn Thị Hoa"]


def test_a_way_back_with_a_line_break_leads_home(
    app: Flask, meeting: Known, client: FlaskClient
) -> None:
    person = Person(client)
    answer = person.post("/login", {"email": "x", "password": "y", "next": "/\n\\evil.example"})
    assert answer.status_code == 422
