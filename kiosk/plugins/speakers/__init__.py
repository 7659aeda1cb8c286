"""The speaking order: registering, calling, the clock, the hall screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import OwnPart
from kiosk.plugin import Plugin
from kiosk.plugins.checkin.events import DelegateArrived
from kiosk.plugins.checkin.events import DelegateLeft
from kiosk.plugins.checkin.events import EntryUndone
from kiosk.plugins.delegates.events import DelegatesMerged
from kiosk.plugins.invitations.events import InvitationReplaced
from kiosk.plugins.invitations.events import InvitationWithdrawn
from kiosk.plugins.invitations.events import Replied
from kiosk.plugins.speakers import erase
from kiosk.plugins.speakers import handlers
from kiosk.plugins.speakers import pages
from kiosk.plugins.speakers import queries
from kiosk.plugins.speakers.delegate_page import pages as own_pages
from kiosk.plugins.speakers.delegate_page import queries as delegate_page_queries
from kiosk.plugins.speakers.queue import api
from kiosk.plugins.speakers.queue import policies
from kiosk.plugins.speakers.statistics import api as statistics_api

plugin = Plugin(
    name="speakers",
    title=_l("Speakers"),
    requires=("checkin", "delegates", "invitations", "meetings"),
    blueprints=(pages.blueprint, own_pages.blueprint, statistics_api.blueprint, api.blueprint),
    own_parts=(OwnPart("speakers/own_part.html", delegate_page_queries.show),),
    permissions={
        "speakers.read": {"moderator", "screen", "secretary"},
        "speakers.manage": {"moderator"},
        "speakers.register": {"moderator", "desk", "gate", "delegate"},
        "speakers.withdraw": {"moderator", "delegate"},
        "speakers.ask": {"moderator", "desk", "delegate"},
        "speakers.mine": {"delegate"},
        "speakers.statistics": {"moderator", "secretary"},
        "speakers.hall": {"moderator", "screen"},
    },
    on={
        DelegateArrived: handlers.presence_moved,
        DelegateLeft: handlers.presence_moved,
        EntryUndone: handlers.presence_moved,
        InvitationReplaced: handlers.invitation_moved,
        InvitationWithdrawn: handlers.invitation_moved,
        Replied: handlers.replied,
    },
    views=(
        LiveView(
            "speakers",
            "speakers.read",
            queries.snapshot,
            (
                "turn",
                "floor",
                "delegate.changed",
                "delegate.removed",
                "delegate.restored",
                "meeting.changed",
            ),
            queries.NOTES_FOR,
            queries.without_notes,
        ),
    ),
    policies=policies.POLICIES,
    exports={"speakers": queries.table},
    within={DelegatesMerged: handlers.merge},
    erase=erase.erase,
    nav=(
        NavItem(
            "speakers.console",
            _l("Speakers"),
            "mic",
            "speakers.manage",
            50,
            count=queries.count_waiting,
        ),
    ),
)
