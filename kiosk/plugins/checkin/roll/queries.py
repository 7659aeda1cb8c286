"""Reads of what was typed from the roll on paper."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.plugins.checkin.models import Scan
from kiosk.plugins.checkin.roll.rules import PAPER


def typed_from_paper(session: Session, meeting_id: int) -> set[int]:
    """Return the delegates whose entry was typed from the signed roll."""
    return set(
        session.scalars(
            select(Scan.delegate_id).where(
                Scan.meeting_id == meeting_id,
                Scan.scan_id.startswith(PAPER),
                Scan.effect == "first",
                Scan.delegate_id.is_not(None),
            )
        )
    )
