"""The door: devices, scans, verdicts, presence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.checkin import api
from kiosk.plugins.checkin import erasing
from kiosk.plugins.checkin import merging
from kiosk.plugins.checkin import pages
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import states
from kiosk.plugins.delegates.events import DelegatesMerged

plugin = Plugin(
    name="checkin",
    title=_l("The door"),
    requires=("invitations", "delegates", "meetings"),
    blueprints=(pages.blueprint, api.blueprint),
    permissions={
        "checkin.scan": {"gate", "desk"},
        "checkin.staff": {"desk"},
        "checkin.roster": {"gate", "desk"},
        "checkin.devices": {"organiser"},
    },
    exports={"scans": queries.scans_table},
    states=states.STATES,
    within={DelegatesMerged: merging.merge},
    erase=erasing.erase,
    nav=(
        NavItem(
            "checkin.listing",
            _l("Devices"),
            "tablet",
            "checkin.devices",
            80,
            "foot",
            queries.count_devices,
        ),
    ),
)
