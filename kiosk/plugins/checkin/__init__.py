"""The door: devices, scans, verdicts, presence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import Plugin
from kiosk.plugins.checkin import api
from kiosk.plugins.checkin import device_pages
from kiosk.plugins.checkin import erase
from kiosk.plugins.checkin import filters
from kiosk.plugins.checkin import handlers
from kiosk.plugins.checkin import pages
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin import unsent_api
from kiosk.plugins.checkin.calls import api as calls_api
from kiosk.plugins.checkin.calls import service as calls_service
from kiosk.plugins.checkin.devices import health_api
from kiosk.plugins.checkin.devices import readiness_pages
from kiosk.plugins.checkin.offline import service_worker
from kiosk.plugins.checkin.reviews import pages as review_pages
from kiosk.plugins.checkin.reviews import service as reviews_service
from kiosk.plugins.checkin.roll import pages as roll_pages
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
        service_worker.blueprint,
        device_pages.blueprint,
        readiness_pages.blueprint,
        roll_pages.blueprint,
        health_api.blueprint,
        unsent_api.blueprint,
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
    views=(LiveView("door", "checkin.staff", calls_service.snapshot, ("call",)),),
    exports={"scans": queries.scans_table},
    states=filters.STATES,
    within={DelegatesMerged: handlers.merge},
    erase=erase.erase,
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
            count=reviews_service.count_waiting,
        ),
    ),
)
