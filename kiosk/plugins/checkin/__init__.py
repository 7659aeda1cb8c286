"""The door: devices, scans, verdicts, presence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.checkin import api
from kiosk.plugins.checkin import calls
from kiosk.plugins.checkin import calls_api
from kiosk.plugins.checkin import devices_pages
from kiosk.plugins.checkin import erasing
from kiosk.plugins.checkin import health
from kiosk.plugins.checkin import left
from kiosk.plugins.checkin import pages
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import readiness_pages
from kiosk.plugins.checkin import review_pages
from kiosk.plugins.checkin import reviews
from kiosk.plugins.checkin import same_person
from kiosk.plugins.checkin import shell
from kiosk.plugins.checkin import states
from kiosk.plugins.checkin import ticking
from kiosk.plugins.delegates.events import DelegatesMerged

plugin = Plugin(
    name="checkin",
    title=_l("The door"),
    requires=("invitations", "delegates", "meetings"),
    blueprints=(
        pages.blueprint,
        review_pages.blueprint,
        api.blueprint,
        calls_api.blueprint,
        shell.blueprint,
        devices_pages.blueprint,
        readiness_pages.blueprint,
        ticking.blueprint,
        health.blueprint,
        left.blueprint,
    ),
    permissions={
        "checkin.scan": {"gate", "desk"},
        "checkin.staff": {"desk"},
        "checkin.roster": {"gate", "desk"},
        "checkin.beat": {"gate", "desk", "screen"},
        "checkin.devices": {"organiser"},
        # Its short codes open the door at a staffed desk.
        "checkin.roll": {"secretary"},
    },
    # Arrivals do not move it: a scan pays for no screen but attendance.
    views=(LiveView("door", "checkin.staff", calls.snapshot, ("call",)),),
    exports={"scans": queries.scans_table},
    states=states.STATES,
    within={DelegatesMerged: same_person.merge},
    erase=erasing.erase,
    numbers=queries.numbers,
    nav=(
        NavItem(
            "checkin_devices.listing",
            _l("Devices"),
            "tablet",
            "checkin.devices",
            80,
            "foot",
            queries.count_devices,
        ),
        NavItem(
            "checkin_reviews.listing",
            _l("To review"),
            "eye",
            "checkin.devices",
            45,
            count=reviews.count_waiting,
        ),
    ),
)
