"""What the call of the typed roll takes."""

from __future__ import annotations

from pydantic import Field

from kiosk.plugins.checkin.roll import rules
from kiosk.plugins.checkin.scans.values import Attempt
from kiosk.plugins.checkin.schemas import Moment
from kiosk.plugins.checkin.schemas import Substitute
from kiosk.web.api import Id
from kiosk.web.api import Input

MOST_ROWS = 500


class RowBody(Input):
    """One ticked row: `id` is made once on the device and sent again on every retry."""

    id: str = Field(min_length=8, max_length=48, pattern="^[A-Za-z0-9-]+$")
    delegate: Id
    at: Moment
    substitute: Substitute | None = None

    def attempt(self) -> Attempt:
        """Return the row as a scan with the time on the paper."""
        return Attempt(
            scan_id=f"{rules.PAPER}{self.id}",
            code="",
            scanned_at=self.at,
            via="typed",
            delegate=self.delegate,
            substitute=self.substitute.model_dump() if self.substitute else None,
        )


class RollBody(Input):
    """Ticked rows."""

    rows: list[RowBody] = Field(min_length=1, max_length=MOST_ROWS)
