"""What happens to delegates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DelegatesMerged:
    """Two entries were one person: what hangs on `gone` belongs to `kept` from now on.

    Told within the transaction, so that nothing is ever without its owner.
    """

    meeting_id: int
    kept: int
    gone: int
    at: datetime
