"""Attendance, live: who came, who has not, from where, when."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.attendance import api
from kiosk.plugins.attendance import pages
from kiosk.plugins.attendance import queries

# An answer "no" excuses somebody; the hours and the minimum are facts of the meeting.
MOVED_BY = ("presence", "delegate", "invitation.replied", "meeting.changed", "meeting.doors")

plugin = Plugin(
    name="attendance",
    title=_l("Attendance"),
    requires=("checkin", "delegates", "invitations", "meetings"),
    blueprints=(pages.blueprint, api.blueprint),
    permissions={
        "attendance.read": {"moderator", "observer", "security"},
        "attendance.export": {"organiser"},
        "attendance.call": {"organiser"},
        "attendance.house": {"moderator", "screen"},
    },
    views=(
        LiveView(
            "attendance",
            "attendance.read",
            queries.snapshot,
            MOVED_BY,
            queries.NAMES_FOR,
            queries.without_names,
        ),
        LiveView("house", "attendance.house", queries.house, ("presence", "delegate")),
    ),
    numbers=queries.numbers,
    exports={"attendance": queries.table},
    nav=(
        NavItem(
            "attendance.board",
            _l("Attendance"),
            "circle-dot",
            "attendance.read",
            40,
            "main",
            queries.count_present,
        ),
    ),
)
