"""A stranger's plugin: a page, a live view, a menu entry, a policy, a channel, a table."""

from __future__ import annotations

from pathlib import Path

from kiosk import LiveView
from kiosk import NavItem
from kiosk import Plugin
from kiosk_seats import channels
from kiosk_seats import pages
from kiosk_seats import policies

plugin = Plugin(
    name="seats",
    title="Seats",
    requires=("meetings",),
    blueprints=(pages.blueprint,),
    policies=(policies.QUIET_AREAS,),
    channels=(channels.SEAT_CARDS,),
    permissions={"seats.read": {"observer"}},
    views=(LiveView("seats", "seats.read", pages.snapshot, ("seat",)),),
    nav=(NavItem("seats.plan", "Sơ đồ chỗ ngồi", "armchair", "seats.read", 95),),
    migrations=Path(__file__).parent / "migrations",
)
