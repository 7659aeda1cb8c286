"""Invitations: codes, letters, pictures, the delegate's own page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import CodeReader
from kiosk.plugin import DelegateState
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.invitations import api
from kiosk.plugins.invitations import cli
from kiosk.plugins.invitations import erase
from kiosk.plugins.invitations import handlers
from kiosk.plugins.invitations import pages
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations.delegate_page import pages as delegate_page_pages
from kiosk.plugins.invitations.delivery import channels
from kiosk.plugins.invitations.delivery import email_address_pages
from kiosk.plugins.invitations.delivery import pages as delivery_pages
from kiosk.plugins.invitations.letters import wording_pages

plugin = Plugin(
    name="invitations",
    title=_l("Invitations"),
    requires=("delegates", "meetings"),
    blueprints=(
        pages.blueprint,
        delegate_page_pages.blueprint,
        wording_pages.blueprint,
        delivery_pages.blueprint,
        email_address_pages.blueprint,
        api.blueprint,
    ),
    cli=(cli.invitations, cli.badges),
    channels=channels.ALL,
    readers=(CodeReader("invitation", queries.holder, queries.holder_here),),
    states=(
        DelegateState(
            "declined",
            _l("Answered that they cannot come"),
            queries.answered_no,
            "",
            "calendar-x",
            away=True,
        ),
    ),
    within={DelegatesMerged: handlers.merge},
    erase=erase.erase,
    numbers=queries.numbers,
    permissions={
        "invitations.read": {"organiser"},
        "invitations.edit": {"organiser"},
        "invitations.print": {"organiser"},
    },
    nav=(
        NavItem(
            "invitations.listing",
            _l("Invitations"),
            "mail",
            "invitations.read",
            30,
            count=queries.count,
        ),
    ),
)
