"""Kiosk: invitations, the door, attendance and the speaking order of a ward dialogue."""

from __future__ import annotations

from kiosk.app import Kiosk
from kiosk.app import create_app
from kiosk.export import Table
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
    "Heard",
    "Kiosk",
    "LiveView",
    "NavItem",
    "OwnPart",
    "Plugin",
    "SpeakingPolicy",
    "Table",
    "create_app",
]
