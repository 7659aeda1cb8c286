"""Opinions: taking in, giving to bodies, answering, concluding, following up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.opinions import api
from kiosk.plugins.opinions import erase
from kiosk.plugins.opinions import handlers
from kiosk.plugins.opinions import live
from kiosk.plugins.opinions import matter_pages
from kiosk.plugins.opinions import office_pages
from kiosk.plugins.opinions import pages
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions.public import ask_pages
from kiosk.plugins.opinions.public import pages as public_pages

plugin = Plugin(
    name="opinions",
    title=_l("Opinions"),
    requires=("speakers", "delegates", "meetings"),
    blueprints=(
        pages.blueprint,
        matter_pages.blueprint,
        office_pages.blueprint,
        public_pages.blueprint,
        ask_pages.blueprint,
        api.blueprint,
    ),
    permissions={
        "opinions.read": {"secretary", "body", "observer"},
        "opinions.manage": {"secretary"},
        "opinions.submit": {"secretary", "delegate"},
        "opinions.answer": {"secretary", "body"},
        "opinions.prepared": {"secretary", "moderator"},
        "opinions.follow": {"secretary", "observer"},
        "opinions.supervise": {"secretary", "observer", "body"},
    },
    views=(
        LiveView("opinions", "opinions.follow", live.register, ("opinion", "meeting.changed")),
        LiveView("prepared", "opinions.prepared", live.prepared, ("opinion",)),
    ),
    exports={"opinions": queries.table},
    within={DelegatesMerged: handlers.merge},
    erase=erase.erase,
    numbers=queries.numbers,
    nav=(
        NavItem(
            "opinions.board_page",
            _l("Opinions"),
            "message-square",
            "opinions.read",
            60,
        ),
        NavItem(
            "opinions_office.follow_up",
            _l("Follow-up"),
            "list-checks",
            "opinions.supervise",
            65,
        ),
    ),
)
