"""Plugins: ours and strangers' come in by the same door; a bad one is refused by name."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from flask import Flask

from kiosk import Kiosk
from kiosk.config import Settings
from kiosk.plugin import GROUP
from kiosk.plugin import BadPlugin
from kiosk.plugin import LiveView
from kiosk.plugin import Plugin
from kiosk.plugin import Registry
from kiosk.plugin import discover
from kiosk.plugin import in_order


def test_our_features_are_found_requirements_first() -> None:
    names = [plugin.name for plugin in discover()]
    assert set(names) == {
        "accounts",
        "attendance",
        "checkin",
        "delegates",
        "invitations",
        "meetings",
        "opinions",
        "papers",
        "speakers",
    }
    assert names.index("meetings") < names.index("delegates") < names.index("invitations")
    assert names.index("invitations") < names.index("checkin") < names.index("speakers")


def test_a_bare_checkout_without_entry_points_says_what_to_do() -> None:
    with pytest.raises(BadPlugin) as caught:
        discover([])
    assert "pip install -e ." in str(caught.value)


def test_a_plugin_that_fails_to_import_is_refused_by_name() -> None:
    with pytest.raises(BadPlugin) as caught:
        discover([EntryPoint("lottery", "kiosk_no_such_module:plugin", GROUP)])
    assert "'lottery'" in str(caught.value)


def test_an_entry_point_that_is_no_plugin_is_refused() -> None:
    with pytest.raises(BadPlugin) as caught:
        discover([EntryPoint("lottery", "json:dumps", GROUP)])
    assert caught.value.code == "not_a_plugin"


def test_two_plugins_of_one_name_are_refused(settings: Settings) -> None:
    registry = Registry(settings)
    registry.add(Plugin("lottery", "Lottery"))
    with pytest.raises(BadPlugin) as caught:
        registry.add(Plugin("lottery", "Another"))
    assert caught.value.code == "two_of_one_name"


def test_two_views_of_one_name_are_refused(settings: Settings) -> None:
    view = LiveView("seats", "live.follow", lambda _session, _meeting: {}, ("seat",))
    registry = Registry(settings)
    registry.add(Plugin("one", "One", views=(view,)))
    with pytest.raises(BadPlugin) as caught:
        registry.add(Plugin("two", "Two", views=(view,)))
    assert "'two'" in str(caught.value)


def test_a_missing_requirement_is_named() -> None:
    with pytest.raises(BadPlugin) as caught:
        in_order({"lottery": Plugin("lottery", "Lottery", requires=("seats",))})
    assert "seats" in str(caught.value)


def test_a_circle_of_requirements_is_refused() -> None:
    one, two = Plugin("one", "", requires=("two",)), Plugin("two", "", requires=("one",))
    with pytest.raises(BadPlugin) as caught:
        in_order({"one": one, "two": two})
    assert caught.value.code == "missing_requirement"


def test_a_view_moves_with_the_kinds_of_change_it_watches_and_no_others() -> None:
    view = LiveView("hall", "live.follow", lambda _session, _meeting: {}, ("turn", "floor.open"))
    assert view.is_moved_by("turn")
    assert view.is_moved_by("turn.started")
    assert view.is_moved_by("floor.open")
    assert not view.is_moved_by("turning.point")
    assert not view.is_moved_by("floor")


def test_kiosk_mounts_into_any_flask_application_under_a_prefix(settings: Settings) -> None:
    host = Flask("a-host")
    Kiosk(settings=settings).init_app(host, url_prefix="/doi-thoai")
    client = host.test_client()
    assert client.get("/doi-thoai/healthz").status_code == 200
    answer = client.get("/doi-thoai/m/kd")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/doi-thoai/login")
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert 'href="/doi-thoai/pair"' in page.get_data(as_text=True)
    assert client.get("/healthz").status_code == 404
