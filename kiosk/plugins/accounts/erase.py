"""What is erased about people when a meeting is over."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Membership
from kiosk.models import SignInLink


def erase(session: Session, meeting_id: int) -> None:
    """Delete the sign-in links that people of the meeting were sent; accounts stay."""
    members = select(Membership.user_id).where(Membership.meeting_id == meeting_id)
    session.execute(delete(SignInLink).where(SignInLink.user_id.in_(members)))
