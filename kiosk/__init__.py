"""Kiosk: invitations, the door, attendance and the speaking order of a ward dialogue."""

from __future__ import annotations

from kiosk.app import create_app
from kiosk.delivery import DeliveryChannel
from kiosk.delivery import DeliveryDelayed
from kiosk.delivery import DeliveryRefused
from kiosk.delivery import DeliveryUnsure
from kiosk.delivery import Outgoing
from kiosk.delivery import Parcel
from kiosk.export import Table
from kiosk.mounting import Kiosk
from kiosk.plugin import Asking
from kiosk.plugin import CodeReader
from kiosk.plugin import Heard
from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import OwnPart
from kiosk.plugin import Plugin
from kiosk.plugin import SpeakingPolicy

__all__ = [
    "Asking",
    "CodeReader",
    "DeliveryChannel",
    "DeliveryDelayed",
    "DeliveryRefused",
    "DeliveryUnsure",
    "Heard",
    "Kiosk",
    "LiveView",
    "NavItem",
    "Outgoing",
    "OwnPart",
    "Parcel",
    "Plugin",
    "SpeakingPolicy",
    "Table",
    "create_app",
]
