"""Delegates: the list, people by hand, bringing a list in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.models import Delegate
from kiosk.plugin import DelegateState
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.delegates import api
from kiosk.plugins.delegates import cli
from kiosk.plugins.delegates import erase
from kiosk.plugins.delegates import pages
from kiosk.plugins.delegates import queries
from kiosk.plugins.delegates.bulk import pages as bulk_pages
from kiosk.plugins.delegates.importer import pages as importer_pages

plugin = Plugin(
    name="delegates",
    title=_l("Delegates"),
    requires=("meetings",),
    blueprints=(pages.blueprint, importer_pages.blueprint, bulk_pages.blueprint, api.blueprint),
    cli=(cli.import_list, cli.export),
    permissions={
        "delegates.read": {"desk", "moderator", "secretary"},
        "delegates.add": {"desk"},
        "delegates.edit": {"organiser"},
    },
    states=(
        DelegateState(
            "excused",
            _l("Cannot come"),
            lambda _meeting_id: Delegate.excused_at.is_not(None),
            "",
            "x",
            away=True,
        ),
    ),
    exports={"delegates": queries.table},
    erase=erase.erase,
    nav=(
        NavItem(
            "delegates.listing", _l("Delegates"), "users", "delegates.read", 20, count=queries.count
        ),
    ),
)
