"""Papers: the official documents of a meeting, for Word and for printing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.papers import cli
from kiosk.plugins.papers import pages

plugin = Plugin(
    name="papers",
    title=_l("Papers"),
    requires=("attendance", "delegates", "invitations", "meetings", "opinions", "speakers"),
    blueprints=(pages.blueprint,),
    cli=(cli.paper,),
    permissions={"papers.read": {"secretary"}},
    nav=(NavItem("papers.listing", _l("Papers"), "file-text", "papers.read", 70),),
)
