"""The kinds of papers, and making one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.model import Meeting
from kiosk.plugins.papers import after
from kiosk.plugins.papers import before
from kiosk.plugins.papers.facts import Facts
from kiosk.plugins.papers.facts import gather
from kiosk.plugins.papers.rules import Paper


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its words for people, its icon, how it is made."""

    title: object
    detail: object
    icon: str
    make: Callable[[Facts], Paper]


KINDS: dict[str, Kind] = {
    "giay-moi": Kind(_l("Invitation"), _l("Form 1.7 with an open name"), "mail", before.invitation),
    "danh-sach": Kind(
        _l("List of delegates"), _l("By group, in order of precedence"), "users", before.people
    ),
    "diem-danh": Kind(
        _l("Roll"), _l("With numbers, to tick when the tablets rest"), "list-checks", before.roll
    ),
    "chuong-trinh": Kind(
        _l("Programme"), _l("Hours, points, who does it"), "clock", before.programme
    ),
    "bai-phat-thanh": Kind(
        _l("Loudspeaker text"), _l("To be read out in the areas"), "megaphone", before.loudspeaker
    ),
    "phieu-y-kien": Kind(
        _l("Opinion slip"), _l("To write on in the hall"), "message-square", before.opinion_slip
    ),
    "phieu-dang-ky": Kind(
        _l("Slip to ask to speak"), _l("With the topics to tick"), "mic", before.speaking_slip
    ),
    "bien-ban": Kind(
        _l("Minutes of the meeting"),
        _l("Who came, who spoke, answers, conclusions"),
        "scroll-text",
        after.minutes,
    ),
    "thong-bao-ket-luan": Kind(
        _l("Notice of conclusions"), _l("What the chairman concluded"), "gavel", after.notice
    ),
    "bao-cao-tong-hop": Kind(
        _l("Summary report"), _l("All matters with their figures"), "chart-column", after.report
    ),
}


def made(session: Session, meeting: Meeting, kind: str) -> Paper:
    """Return one paper of a meeting; NotFound names the kinds there are."""
    if kind not in KINDS:
        raise NotFound(
            "no_paper",
            _l("There is no paper %(name)s. Known: %(known)s", name=kind, known=", ".join(KINDS)),
        )
    return KINDS[kind].make(gather(session, meeting))
