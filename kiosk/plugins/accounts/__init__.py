"""Signing in, people and their roles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.accounts import api
from kiosk.plugins.accounts import cli
from kiosk.plugins.accounts import erase
from kiosk.plugins.accounts import pages

plugin = Plugin(
    name="accounts",
    title=_l("People"),
    blueprints=(pages.blueprint, api.blueprint),
    cli=(cli.user,),
    permissions={"people.manage": {"organiser"}},
    erase=erase.erase,
    nav=(NavItem("accounts.people", _l("People"), "user-cog", "people.manage", 90, "foot"),),
)
