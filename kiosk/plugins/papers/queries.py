"""The kinds of papers, making one, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import NotFound
from kiosk.errors import Unavailable
from kiosk.models import Meeting
from kiosk.plugin import Snapshot
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import values
from kiosk.plugins.papers.models import IssuedPaper
from kiosk.plugins.papers.models import PaperCorrection
from kiosk.plugins.papers.models import PaperTemplate
from kiosk.plugins.papers.texts import after_meeting
from kiosk.plugins.papers.texts import before_meeting
from kiosk.plugins.papers.texts import minutes
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.texts.facts import gather
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Text

MINUTES = "bien-ban"
TEMPLATES = "paper-templates"


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its words for people, its icon, how it is made, when it is written.

    `numbered` says that the records clerk gives it a number.
    """

    title: object
    detail: object
    icon: str
    make: Callable[[Facts], Paper]
    numbered: bool = False
    is_after: bool = False


KINDS: Mapping[str, Kind] = {
    "giay-moi": Kind(
        _l("Invitation"), _l("Form 1.7 with an open name"), "mail", before_meeting.invitation, True
    ),
    "danh-sach": Kind(
        _l("List of delegates"),
        _l("By group, in order of precedence"),
        "users",
        before_meeting.people,
    ),
    "diem-danh": Kind(
        _l("Roll"),
        _l("With numbers, to tick when the tablets rest"),
        "list-checks",
        before_meeting.roll,
    ),
    "chuong-trinh": Kind(
        _l("Programme"), _l("Hours, points, who does it"), "clock", before_meeting.programme, True
    ),
    "bai-phat-thanh": Kind(
        _l("Loudspeaker text"),
        _l("To be read out in the areas"),
        "megaphone",
        before_meeting.loudspeaker,
    ),
    "phieu-y-kien": Kind(
        _l("Opinion slip"),
        _l("To write on in the hall"),
        "message-square",
        before_meeting.opinion_slip,
    ),
    "phieu-dang-ky": Kind(
        _l("Slip to ask to speak"),
        _l("With the topics to tick"),
        "mic",
        before_meeting.speaking_slip,
    ),
    "bien-ban": Kind(
        _l("Minutes of the meeting"),
        _l("Who came, who spoke, answers, conclusions"),
        "scroll-text",
        minutes.minutes,
        True,
        True,
    ),
    "thong-bao-ket-luan": Kind(
        _l("Notice of conclusions"),
        _l("What the chairman concluded"),
        "gavel",
        after_meeting.notice,
        True,
        True,
    ),
    "bao-cao-tong-hop": Kind(
        _l("Summary report"),
        _l("All matters with their figures"),
        "chart-column",
        after_meeting.report,
        True,
        True,
    ),
}


def kind_of(kind: str) -> Kind:
    """Return a kind; NotFound names the kinds there are."""
    if kind not in KINDS:
        raise NotFound(
            "no_paper",
            _l("There is no paper %(name)s. Known: %(known)s", name=kind, known=", ".join(KINDS)),
        )
    return KINDS[kind]


def made(session: Session, meeting: Meeting, kind: str) -> Paper:
    """Return one paper: the record's words, corrections by hand, number and date."""
    return finished(session, gather(session, meeting), kind)


def finished(session: Session, facts: Facts, kind: str) -> Paper:
    """Return one paper made of facts that were gathered before."""
    raw = kind_of(kind).make(facts)
    words = {
        key: one.text
        for key, one in corrections(session, facts.meeting.id, kind).items()
        if one.text is not None
    }
    record = issued(session, facts.meeting.id).get(kind)
    given = (
        values.Issue(record.number, record.dated_on, record.signing, record.signer)
        if record
        else values.Issue()
    )
    return values.issued(values.corrected(raw, words), given)


def slip(session: Session, meeting: Meeting, matter_id: int) -> Paper:
    """Return the slip that hands a matter to a body."""
    found = opinions.transfer_slip(session, meeting.id, matter_id)
    if found is None:
        raise NotFound("no_slip", _l("This matter is not given to a body yet. Assign it first."))
    return after_meeting.handing_over(meeting, found)


def issued(session: Session, meeting_id: int) -> dict[str, IssuedPaper]:
    """Return what the records clerk gave, by kind."""
    found = session.scalars(select(IssuedPaper).where(IssuedPaper.meeting_id == meeting_id))
    return {one.kind: one for one in found}


def history(session: Session, meeting_id: int, kind: str) -> list[PaperCorrection]:
    """Return every correction of a paper, the latest first."""
    return list(
        session.scalars(
            select(PaperCorrection)
            .where(PaperCorrection.meeting_id == meeting_id, PaperCorrection.kind == kind)
            .order_by(PaperCorrection.id.desc())
        )
    )


def corrections(session: Session, meeting_id: int, kind: str) -> dict[str, PaperCorrection]:
    """Return the correction that counts for each paragraph."""
    return {one.key: one for one in reversed(history(session, meeting_id, kind))}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that may be corrected: `made` from the record, `text` as it stands.

    `is_stale` says that the record changed after the correction.
    """

    key: str
    style: str
    made: str
    text: str
    is_corrected: bool
    is_stale: bool


def paragraphs(session: Session, meeting: Meeting, kind: str) -> dict[str, Paragraph]:
    """Return the paragraphs of a paper that may be corrected, in order."""
    return of_facts(session, gather(session, meeting), kind)


def of_facts(session: Session, facts: Facts, kind: str) -> dict[str, Paragraph]:
    """Return the paragraphs of a paper made of facts that were gathered before."""
    given = corrections(session, facts.meeting.id, kind)
    found = {}
    for block in kind_of(kind).make(facts).blocks:
        if not isinstance(block, Text) or not block.key:
            continue
        one = given.get(block.key)
        corrected = one is not None and one.text is not None
        words = one.text if one is not None and one.text is not None else block.text
        stale = corrected and one is not None and one.made_from != block.text
        found[block.key] = Paragraph(block.key, block.style, block.text, words, corrected, stale)
    return found


def templates(session: Session, meeting_id: int) -> dict[str, PaperTemplate]:
    """Return the ward's own Word templates, by kind."""
    found = session.scalars(select(PaperTemplate).where(PaperTemplate.meeting_id == meeting_id))
    return {one.kind: one for one in found}


def template(session: Session, meeting_id: int, kind: str, folder: Path) -> bytes | None:
    """Return the content of the ward's own template for a kind, if there is one."""
    found = templates(session, meeting_id).get(kind)
    if found is None:
        return None
    try:
        return (folder / TEMPLATES / found.stored).read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(
            "template_missing",
            _l(
                "The template %(name)s is not on this machine. Please upload it again.",
                name=found.name,
            ),
        ) from error


def pulse(session: Session, meeting_id: int) -> Snapshot:
    """Return how many corrections the minutes have: a screen reads the text when this moves."""
    return {"corrections": len(history(session, meeting_id, MINUTES))}
