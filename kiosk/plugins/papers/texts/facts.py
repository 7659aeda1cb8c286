"""What the papers tell, read once: the meeting, who came, who spoke, what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Group
from kiosk.models import Meeting
from kiosk.plugins.attendance import queries as attendance
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.speakers import queries as speakers


@dataclass(frozen=True)
class Facts:
    """Everything a paper may need; `codes` are short codes by delegate."""

    meeting: Meeting
    people: list[delegates.Listed]
    codes: dict[int, str]
    topics: list[str]
    came: dict[str, Any]
    groups: list[Group]
    floor: dict[str, Any]
    matters: list[Any]
    said: dict[int, list[Any]]
    conclusions: list[Any]
    figures: Any

    @property
    def when(self) -> str:
        """The beginning as papers write it: "13 giờ 30, thứ Năm, ngày 26 tháng 10 năm 2023"."""
        starts = self.meeting.starts_at
        return f"{clock.vi_time(starts)}, {clock.vi_weekday(starts)}, {clock.paper_date(starts)}"

    @property
    def invited(self) -> list[delegates.Listed]:
        """Who is on the list because of an invitation."""
        return [person for person in self.people if person.origin == "invited"]

    @property
    def added(self) -> list[delegates.Listed]:
        """Who is on the list without having been invited."""
        return [person for person in self.people if person.origin != "invited"]

    @property
    def beside(self) -> str:
        """Who came beside the invited, as papers call them; empty when nobody did."""
        added = self.came["added"]
        return f"{added} khách tham dự thêm" if added else ""

    @property
    def where(self) -> str:
        """The place with its address."""
        return ", ".join(part for part in (self.meeting.venue, self.meeting.address) if part)


def gather(session: Session, meeting: Meeting) -> Facts:
    """Read the facts of a meeting."""
    return Facts(
        meeting=meeting,
        people=delegates.everyone(session, meeting.id),
        codes={code.delegate_id: code.short for code in invitations.codes(session, meeting)},
        topics=[topic.wording or topic.name for topic in meetings.topics(session, meeting.id)],
        came=attendance.snapshot(session, meeting.id),
        groups=meetings.groups(session, meeting.id),
        floor=speakers.snapshot(session, meeting.id),
        matters=opinions.matters(session, meeting.id),
        said=opinions.by_turn(session, meeting.id),
        conclusions=opinions.conclusions(session, meeting.id),
        figures=opinions.figures(session, meeting.id),
    )
