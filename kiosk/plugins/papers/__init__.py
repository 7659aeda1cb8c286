"""Papers: the official documents of a meeting, for Word and for printing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.papers import cli
from kiosk.plugins.papers import erase
from kiosk.plugins.papers import pages
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import template_pages
from kiosk.plugins.papers.corrections import pages as corrections_pages
from kiosk.plugins.papers.slips import pages as slips_pages

plugin = Plugin(
    name="papers",
    title=_l("Papers"),
    requires=(
        "accounts",
        "attendance",
        "checkin",
        "delegates",
        "invitations",
        "meetings",
        "opinions",
        "speakers",
    ),
    blueprints=(
        template_pages.blueprint,
        slips_pages.blueprint,
        corrections_pages.blueprint,
        pages.blueprint,
    ),
    cli=(cli.paper,),
    permissions={"papers.read": {"secretary"}, "papers.edit": {"secretary"}},
    # Arrivals are left out: a scan must not pay for a page that seldom stands open.
    views=(
        LiveView("minutes", "papers.read", queries.pulse, ("turn", "floor", "opinion", "paper")),
    ),
    erase=erase.erase,
    nav=(NavItem("papers.listing", _l("Papers"), "file-text", "papers.read", 70),),
)
