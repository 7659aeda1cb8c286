"""Meetings: time, place, programme, topics, composition, doors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.meetings import api
from kiosk.plugins.meetings import pages
from kiosk.plugins.meetings.calendar import pages as calendar
from kiosk.plugins.meetings.preparation import pages as preparation

plugin = Plugin(
    name="meetings",
    title=_l("Meetings"),
    requires=("accounts",),
    blueprints=(
        pages.blueprint,
        preparation.blueprint,
        calendar.blueprint,
        api.blueprint,
    ),
    permissions={
        "meetings.read": {
            "moderator",
            "secretary",
            "body",
            "observer",
            "security",
            "gate",
            "desk",
            "screen",
            "delegate",
        },
        "meetings.edit": {"organiser"},
        "meetings.dates": {"secretary"},
    },
    nav=(NavItem("meetings.home", _l("Overview"), "house", "meetings.edit", 10),),
)
