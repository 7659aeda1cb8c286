"""Meetings: time, place, programme, topics, composition, doors."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.meetings import api
from kiosk.plugins.meetings import pages
from kiosk.plugins.meetings.calendar import pages as calendar_pages
from kiosk.plugins.meetings.preparation import pages as preparation_pages

plugin = Plugin(
    name="meetings",
    title=_l("Meetings"),
    requires=("accounts",),
    blueprints=(
        pages.blueprint,
        preparation_pages.blueprint,
        calendar_pages.blueprint,
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
