"""Kiosk: invitations, the door, attendance and the speaking order of a ward dialogue."""

from __future__ import annotations

from kiosk.app import create_app
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import Base
from kiosk.db.base import writing
from kiosk.db.ledger import record
from kiosk.documents.spreadsheet import Table
from kiosk.errors import KioskError
from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.hookspecs.delivery import DeliveryDelayed
from kiosk.hookspecs.delivery import DeliveryRefused
from kiosk.hookspecs.delivery import DeliveryUnsure
from kiosk.hookspecs.delivery import Outgoing
from kiosk.hookspecs.delivery import Parcel
from kiosk.plugin import Asking
from kiosk.plugin import CodeReader
from kiosk.plugin import Heard
from kiosk.plugin import LiveView
from kiosk.plugin import NavItem
from kiosk.plugin import OwnPart
from kiosk.plugin import Plugin
from kiosk.plugin import SpeakingPolicy
from kiosk.server.mount import Kiosk

__all__ = [
    "Asking",
    "Base",
    "CodeReader",
    "DeliveryChannel",
    "DeliveryDelayed",
    "DeliveryRefused",
    "DeliveryUnsure",
    "Heard",
    "Kiosk",
    "KioskError",
    "LiveView",
    "NavItem",
    "Outgoing",
    "OwnPart",
    "Parcel",
    "Plugin",
    "SpeakingPolicy",
    "Table",
    "acting",
    "create_app",
    "needs",
    "record",
    "writing",
]
