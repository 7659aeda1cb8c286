"""What every route declares."""

from __future__ import annotations

from flask import Flask

from tests.architecture.not_yet import ROOT


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permission")
        and rule.endpoint != "static"
        and not rule.endpoint.endswith(".static")
    ]
    assert silent == []


def test_every_declared_permission_is_known(app: Flask) -> None:
    known = app.extensions["kiosk"].permissions
    asked = {
        getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in app.url_map.iter_rules()
    }
    assert asked - {None, "signed_in"} <= set(known)


def test_a_checkout_holds_no_templates_inside_the_package() -> None:
    assert not (ROOT / "kiosk" / "templates").exists()
    assert not (ROOT / "kiosk" / "static").exists()
