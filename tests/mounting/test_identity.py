"""Whoever the host has signed in acts here, if there is an account of that e-mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.wrappers import Request

from kiosk import clock as kiosk_clock
from kiosk.db import writing
from kiosk.people import User
from tests.conftest import Known
from tests.mounting.conftest import AT
from tests.mounting.conftest import at_host


def _handing(host_of: dict[str, str]) -> Callable[[dict[str, Any]], str | None]:
    return lambda environ: host_of.get(Request(environ).headers.get("X-Person", ""))


PEOPLE = {"lan": " Van.Phong@phuong.example ", "guest": "khach@phuong.example"}


def test_whoever_the_host_has_signed_in_is_signed_in_here(
    mount: Callable[..., Flask], organiser: int, meeting: Known
) -> None:
    client = mount(identity=_handing(PEOPLE)).test_client()
    page = client.get(f"{AT}/m/kd", headers={"X-Person": "lan"})
    assert page.status_code == 200
    # Signing out is the host's.
    assert f"{AT}/logout" not in page.get_data(as_text=True)
    assert client.get(f"{AT}/m/kd").status_code == 302


def test_somebody_of_the_host_without_an_account_is_nobody_even_where_another_sat_before(
    mount: Callable[..., Flask], organiser: int, meeting: Known
) -> None:
    client = at_host(mount(identity=_handing(PEOPLE)), organiser)
    assert client.get(f"{AT}/m/kd").status_code == 200
    guest = {"X-Person": "guest"}
    assert client.get(f"{AT}/m/kd", headers=guest).status_code == 302
    page = client.get(f"{AT}/login", headers=guest).get_data(as_text=True)
    assert "khach@phuong.example" in page


def test_an_account_that_was_shut_is_nobody_whatever_the_host_says(
    app: Flask, mount: Callable[..., Flask], organiser: int, meeting: Known
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(User, organiser).disabled_at = kiosk_clock.now()
    client = mount(identity=_handing(PEOPLE)).test_client()
    assert client.get(f"{AT}/m/kd", headers={"X-Person": "lan"}).status_code == 302


def test_a_host_that_signs_people_in_without_a_cookie_opens_no_way_around_the_token(
    mount: Callable[..., Flask], organiser: int, meeting: Known
) -> None:
    browser = mount(identity=_handing(PEOPLE)).test_client(use_cookies=False)
    basic = {"X-Person": "lan", "Authorization": "Basic bGFuOng="}
    assert browser.get(f"{AT}/m/kd", headers=basic).status_code == 200
    undo = browser.post(f"{AT}/api/v1/meetings/kd/speakers/undo", headers=basic)
    assert (undo.status_code, (undo.json or {})["code"]) == (403, "csrf")


def test_the_environment_that_is_handed_over_is_the_hosts_own(
    mount: Callable[..., Flask],
) -> None:
    seen: list[dict[str, Any]] = []

    def identity(environ: dict[str, Any]) -> None:
        seen.append(environ)
        environ["PATH_INFO"] = "/elsewhere"

    assert mount(identity=identity).test_client().get(f"{AT}/").status_code == 302
    assert seen
    assert seen[0]["SCRIPT_NAME"] == ""
