"""Slips that hand matters to bodies: on paper, or by e-mail to the people of the body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import mail as smtp
from kiosk.db import ledger
from kiosk.db.ledger import Change
from kiosk.errors import Conflict
from kiosk.hookspecs.delivery import DeliveryDelayed
from kiosk.hookspecs.delivery import DeliveryRefused
from kiosk.hookspecs.delivery import DeliveryUnsure
from kiosk.mail import Server
from kiosk.models import Meeting
from kiosk.plugins.accounts import queries as accounts
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import queries
from kiosk.plugins.papers.formats import pdf

SENT, NOT_SENT = "paper.slip_sent", "paper.slip_not_sent"
# A second press on the button is no second mail.
AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Sending:
    """One try to send a slip: to whom, when, and what the mail server said."""

    matter_id: int
    to: str
    at: datetime
    went: bool
    said: str


@dataclass(frozen=True)
class Line:
    """A matter that a body has to answer, the addresses of the body, what was sent."""

    matter: opinions.MatterView
    addresses: tuple[str, ...]
    sent: tuple[Sending, ...]


def lines(session: Session, meeting_id: int) -> list[Line]:
    """Return every matter that is given to a body, what is due first on top."""
    given = [
        matter.without_names()
        for matter in opinions.matters(session, meeting_id)
        if matter.lead_id is not None and matter.state in {"assigned", "preparing", "in_progress"}
    ]
    addresses = accounts.addresses_of_bodies(session, meeting_id)
    sent = history(session, meeting_id)
    return [
        Line(
            matter,
            addresses.get(matter.lead_id or 0, ()),
            tuple(one for one in sent if one.matter_id == matter.id),
        )
        for matter in sorted(given, key=lambda m: (m.due_on is None, m.due_on, m.number))
    ]


def history(session: Session, meeting_id: int) -> list[Sending]:
    """Return what was sent, the latest first."""
    rows = session.scalars(
        select(Change)
        .where(Change.meeting_id == meeting_id, Change.kind.in_((SENT, NOT_SENT)))
        .order_by(Change.id.desc())
    )
    found = []
    for row in rows:
        facts = row.facts or {}
        sending = Sending(
            int(facts["matter"]), facts["to"], row.at, row.kind == SENT, facts["said"]
        )
        found.append(sending)
    return found


@dataclass(frozen=True)
class Mail:
    """One mail that is ready to go."""

    matter_id: int
    to: str
    data: bytes


def prepare(
    session: Session, meeting: Meeting, matter_id: int, server: Server, link: str, now: datetime
) -> list[Mail]:
    """Return the mails of a slip, one for each person of the body; reads only.

    Conflict when the body has no address here, or the slip went a moment ago.
    """
    slip = queries.slip(session, meeting, matter_id)
    line = next((one for one in lines(session, meeting.id) if one.matter.id == matter_id), None)
    if line is None or not line.addresses:
        raise Conflict(
            "no_address",
            _l("Nobody of this body can sign in yet. Please add its people, or print the slip."),
        )
    if any(one.went and now - one.at < AGAIN_AFTER for one in line.sent):
        raise Conflict("just_sent", _l("This slip was sent a moment ago."))
    attached = pdf.write(slip)
    return [
        Mail(matter_id, to, _message(meeting, line, to, server, link, attached).as_bytes())
        for to in line.addresses
    ]


def _message(
    meeting: Meeting, line: Line, to: str, server: Server, link: str, attached: bytes
) -> EmailMessage:
    number = f" số {line.matter.number:02d}" if line.matter.number else ""
    due = f"Thời hạn trả lời: {line.matter.due_on:%d/%m/%Y}." if line.matter.due_on else ""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"Phiếu chuyển ý kiến{number}: {meeting.title}"
    mail["From"] = formataddr((meeting.ward or "Kiosk", server.sender))
    mail["To"] = to
    words = [
        f"Kính gửi {line.matter.lead},",
        "",
        f"Ủy ban nhân dân chuyển nội dung{number} để đơn vị xem xét, trả lời:",
        line.matter.text,
        "",
        *([due] if due else []),
        *([f"Trả lời tại: {link}"] if link else []),
        "Phiếu chuyển kèm theo thư này.",
    ]
    mail.set_content("\n".join(words) + "\n", cte="base64")
    mail.add_attachment(
        attached, maintype="application", subtype="pdf", filename="phieu-chuyen.pdf"
    )
    return mail


def send(server: Server, mails: list[Mail], now: datetime) -> list[Sending]:
    """Send mails one by one; returns what came of each. Slow: never inside `writing()`."""
    done = []
    for mail in mails:
        try:
            said, went = smtp.post(server, mail.to, mail.data), True
        except (DeliveryRefused, DeliveryDelayed, DeliveryUnsure) as error:
            said, went = str(error), False
        done.append(Sending(mail.matter_id, mail.to, now, went, said[:200]))
    return done


def record(session: Session, meeting_id: int, sendings: list[Sending], *, actor: str) -> None:
    """Write down what was sent to whom, and what was not."""
    for one in sendings:
        ledger.record(
            session,
            meeting_id,
            SENT if one.went else NOT_SENT,
            actor=actor,
            subject=f"matter:{one.matter_id}",
            facts={"matter": one.matter_id, "to": one.to, "said": one.said},
        )


def overdue(line: Line) -> bool:
    """Whether the body's time is over."""
    return line.matter.due_on is not None and line.matter.due_on < clock.local(clock.now()).date()
