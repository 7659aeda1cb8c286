"""Mounted in a host with a life of its own: neither touches the other, and all of ours works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from kiosk import Kiosk
from kiosk.config import Settings
from kiosk.errors import BadSetting
from kiosk.plugins.accounts import pages
from kiosk.plugins.invitations import letters
from tests.conftest import Known
from tests.mounting.conftest import AT
from tests.mounting.conftest import POLICY
from tests.mounting.conftest import at_host
from tests.mounting.conftest import portal
from tests.mounting.conftest import signed_in


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None
    return found.group(1)


def _same(page: str) -> str:
    """A page without what is drawn anew for every answer, and without the prefix."""
    page = re.sub(r'nonce="[^"]+"', "nonce", page)
    page = re.sub(r'(csrf-token" content|csrf_token" value)="[^"]+"', "csrf", page)
    return page.replace(f"{AT}/", "/").replace(f"{AT}%2F", "/").replace("%2F", "/")


def _pages(app: Flask, values: dict[str, str]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        asked = "GET" in (rule.methods or ()) and rule.rule != "/live/<m>"
        if asked and rule.arguments <= set(values):
            yield re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda m: values[m.group(1)], rule.rule)


def test_every_page_under_the_prefix_is_the_page_that_it_is_alone(
    app: Flask,
    mount: Callable[..., Flask],
    organiser: int,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    values = {"m": meeting.name, "code": invite(hoa).code, "delegate_id": str(hoa)}
    alone, mounted = signed_in(app, organiser), at_host(mount(), organiser)
    drawn = 0
    for page in _pages(app, values):
        one, other = alone.get(page), mounted.get(AT + page)
        assert other.status_code == one.status_code, page
        assert other.headers.get("Content-Type") == one.headers.get("Content-Type"), page
        where = one.headers.get("Location")
        if where is not None:
            assert other.headers["Location"].startswith(f"{AT}/"), page
            assert _same(other.headers["Location"]) == _same(where), page
        elif one.mimetype == "text/html":
            mine = other.get_data(as_text=True)
            assert _same(mine) == _same(one.get_data(as_text=True)), page
            # Whatever a page names by a path of this site is under the prefix.
            named = re.findall(r'(?:href|src|action|data-[a-z]+)="(/[^"]*)"', mine)
            assert [path for path in named if not path.startswith(f"{AT}/")] == [], page
            drawn += 1
        one.close()
        other.close()
    assert drawn > 30


def test_styles_and_modules_come_from_under_the_prefix(mount: Callable[..., Flask]) -> None:
    client = mount().test_client()
    page = client.get(f"{AT}/login").get_data(as_text=True)
    named = re.findall(r'(?:href|src)="([^"]+/static/[^"]+)"', page)
    assert named
    for path in named:
        with client.get(path) as answer:
            assert (path.startswith(AT), answer.status_code) == (True, 200)
    imports = json.loads(_found(r'<script type="importmap"[^>]*>(.*?)</script>', page))
    assert all(path.startswith(f"{AT}/static/") for path in imports["imports"])


def test_who_must_sign_in_comes_back_to_the_page_that_was_asked(
    mount: Callable[..., Flask], meeting: Known
) -> None:
    answer = mount().test_client().get(f"{AT}/m/kd/people?x=1")
    assert answer.headers["Location"] == f"{AT}/login?next=%2Fdoi-thoai%2Fm%2Fkd%2Fpeople%3Fx%3D1"


def test_signing_in_leads_to_no_page_of_the_host(
    app: Flask, mount: Callable[..., Flask], organiser: int
) -> None:
    inner: Flask = mount().extensions["kiosk"]
    with inner.test_request_context("/login", base_url=f"http://phuong.example{AT}"):
        assert pages._safe(f"{AT}/m/kd") == f"{AT}/m/kd"
        for theirs in ("/", "/admin", f"{AT}x", f"{AT}//evil.example", "https://evil.example"):
            assert pages._safe(theirs) == f"{AT}/"


def test_the_hosts_pages_headers_errors_cookie_and_limits_stay_its_own(
    mount: Callable[..., Flask],
) -> None:
    before = dict(portal().config)
    host = mount()
    assert dict(host.config) == before
    # The portal's own check of forms, and nothing of ours beside it.
    assert len(host.before_request_funcs[None]) == 1
    assert set(host.blueprints) == set()
    client = host.test_client()
    client.get("/login/an")
    front = client.get("/")
    assert front.get_data(as_text=True) == "portal of an"
    assert front.headers["Content-Security-Policy"] == POLICY
    assert "Kiosk-Version" not in front.headers
    for path in ("/nothing", "/doi-thoaix", "/healthz", "/boom"):
        assert client.get(path).get_data(as_text=True) == "the portal's own error"


def test_ours_has_its_own_policy_errors_and_cookie_for_its_own_path(
    mount: Callable[..., Flask],
) -> None:
    client = mount().test_client()
    page = client.get(f"{AT}/login?lang=en")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    sent = page.headers.getlist("Set-Cookie")
    assert [part.split("=")[0] for part in sent] == ["kiosk_session"]
    assert "Path=/doi-thoai" in sent[0]
    missing = client.get(f"{AT}/nothing")
    assert (missing.status_code, "portal" in missing.get_data(as_text=True)) == (404, False)
    assert client.get(f"{AT}/api/v1/nothing").mimetype == "application/problem+json"


def test_the_cookie_of_a_paired_tablet_stays_under_the_prefix(
    mount: Callable[..., Flask], meeting: Known, bearer: Callable[..., dict[str, str]]
) -> None:
    client = mount().test_client()
    body = {"name": "Cổng 1", "profile": "gate"}
    address = f"{AT}/api/v1/meetings/kd/devices"
    code = client.post(address, json=body, headers=bearer("organiser")).get_json()["code"]
    page = client.get(f"{AT}/pair?code={code}").get_data(as_text=True)
    token = _found(r'name="csrf-token" content="([^"]+)"', page)
    answer = client.post(f"{AT}/pair", data={"code": code, "csrf_token": token})
    assert answer.headers["Location"] == f"{AT}/m/kd/kiosk"
    device = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("kiosk_device"))
    assert "Path=/doi-thoai" in device
    door = client.get(f"{AT}/m/kd/kiosk")
    assert door.status_code == 200
    assert all(
        f"Path={AT}/" in cookie or f"Path={AT};" in cookie + ";"
        for cookie in door.headers.getlist("Set-Cookie")
    )


def test_a_form_without_the_token_is_refused_here_and_the_hosts_check_is_not_asked(
    mount: Callable[..., Flask], organiser: int
) -> None:
    client = at_host(mount(), organiser)
    refused = client.post(f"{AT}/logout")
    assert (refused.status_code, "portal" in refused.get_data(as_text=True)) == (403, False)


def test_a_live_view_is_followed_under_the_prefix(
    mount: Callable[..., Flask], bearer: Callable[..., dict[str, str]]
) -> None:
    host = mount()
    client = host.test_client()
    answer = client.get(f"{AT}/live/kd?view=speakers", headers=bearer("moderator"), buffered=False)
    parts = iter(answer.response)
    assert any(b"event: speakers" in part for part in (next(parts), next(parts)))
    host.extensions["kiosk"].extensions["kiosk.hub"].close()
    answer.close()


def test_where_a_server_answers_one_at_a_time_a_stream_is_refused_and_the_view_can_be_asked_for(
    app: Flask, bearer: Callable[..., dict[str, str]]
) -> None:
    client = app.test_client()
    who = bearer("moderator")
    refused = client.get("/live/kd?view=speakers", headers=who, multithread=False)
    assert (refused.status_code, (refused.json or {})["code"]) == (503, "no_threads")
    assert app.extensions["kiosk.hub"].streams == 0
    asked = client.get("/live/kd/speakers", headers=who, multithread=False)
    assert (asked.status_code, (asked.json or {})["version"]) == (200, 0)
    same = {**who, "If-None-Match": asked.headers["ETag"]}
    assert client.get("/live/kd/speakers", headers=same).status_code == 304


def test_a_view_that_is_asked_for_is_refused_to_whom_a_stream_would_be(
    client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    assert client.get("/live/kd/attendance", headers=bearer("screen")).status_code == 403
    assert client.get("/live/kd/money", headers=bearer("organiser")).status_code == 404
    assert client.get("/live/kd/speakers").status_code == 401


def test_another_dispatcher_or_a_proxy_may_say_where_we_stand(app: Flask, meeting: Known) -> None:
    site = Client(DispatcherMiddleware(Flask("front"), {"/hop": app.wsgi_app}))
    answer = site.get("/hop/m/kd")
    assert answer.headers["Location"] == "/hop/login?next=%2Fhop%2Fm%2Fkd"
    page = site.get("/hop/login?lang=vi")
    assert 'href="/hop/pair"' in page.get_data(as_text=True)
    assert "Path=/hop" in page.headers["Set-Cookie"]


def test_letters_lead_to_where_we_are_mounted_in_capitals_only_where_they_mean_nothing(
    mount: Callable[..., Flask],
) -> None:
    for given in ("https://phuong.example.vn", "https://phuong.example.vn/doi-thoai"):
        inner: Flask = mount(public_url=given).extensions["kiosk"]
        url = inner.extensions["kiosk"].settings.public_url
        assert url == "https://phuong.example.vn/doi-thoai"
        held = letters.payload("K001", url)
        assert held == "HTTPS://PHUONG.EXAMPLE.VN/doi-thoai/I/K001"
        with inner.test_request_context("/", base_url=f"http://localhost{AT}"):
            link = inner.extensions["kiosk"].outside(f"{AT}/first/x")
        assert link == "https://phuong.example.vn/doi-thoai/first/x"


@pytest.mark.parametrize("prefix", ["", "/", "doi-thoai", "/doi-thoai/", "/đối-thoại", "/a//b"])
def test_a_prefix_that_is_no_path_is_refused(settings: Settings, prefix: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Kiosk(settings=settings).init_app(Flask("portal"), url_prefix=prefix)
    assert "/doi-thoai" in str(caught.value)


def test_a_host_holds_one_kiosk(mount: Callable[..., Flask], settings: Settings) -> None:
    with pytest.raises(BadSetting):
        Kiosk(mount(), "/second", settings=settings)


def test_our_commands_stand_at_the_host_and_run_in_what_is_mounted(
    tmp_path: Path, settings: Settings, meeting: Known
) -> None:
    (tmp_path / "portal.py").write_text(
        "from flask import Flask\nfrom kiosk import Kiosk\n"
        f"app = Flask('portal')\nKiosk(app, url_prefix='{AT}')\n"
    )
    environ = {
        **os.environ,
        "KIOSK_DATA": str(settings.data),
        "KIOSK_DATABASE_URL": settings.database_url,
        "KIOSK_SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(tmp_path),
    }

    def run(*asked: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "portal", "kiosk", *asked]
        return subprocess.run(  # our own command
            command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    told = run("--help")
    assert told.returncode == 0, told.stderr
    assert {"doctor", "backup", "init", "token"} <= set(told.stdout.split())
    assert "serve" not in told.stdout.split()
    made = run("init", "--email", "moi@phuong.example")
    assert made.returncode == 0, made.stderr
    assert f"{AT}/first/" in made.stdout
    wrong = run("token", "no-such-meeting", "--role", "gate", "--name", "x")
    assert (wrong.returncode, "no-such-meeting" in wrong.stderr) == (2, True)
