"""Where delegates stand, for lists to filter by."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists
from sqlalchemy import not_

from kiosk.models import Delegate
from kiosk.plugin import DelegateState
from kiosk.plugins.checkin.models import Presence


def _stands(state: str) -> Any:
    return exists().where(Presence.delegate_id == Delegate.id, Presence.state == state)


def _absent(_meeting_id: int) -> Any:
    return not_(exists().where(Presence.delegate_id == Delegate.id))


STATES = (
    DelegateState("in", _l("Has come"), lambda _m: _stands("in"), "ok", "check", came=True),
    DelegateState("out", _l("Has left"), lambda _m: _stands("out"), "", "log-out", came=True),
    DelegateState("absent", _l("Has not come"), _absent),
)
