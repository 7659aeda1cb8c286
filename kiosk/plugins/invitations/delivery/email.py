"""Invitations by e-mail."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

from flask_babel import lazy_gettext as _l

from kiosk import mail as smtp
from kiosk.app import settings
from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.hookspecs.delivery import DeliveryDelayed
from kiosk.hookspecs.delivery import Outgoing
from kiosk.mail import Server


def unready() -> object | None:
    """Return why no mail can be sent, or None."""
    return smtp.unready(settings().smtp_url)


def message(outgoing: Outgoing, server: Server) -> EmailMessage:
    """Return the mail: plain words, the letter as PDF, the picture for showing at the door."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"Giấy mời: {outgoing.meeting}"
    mail["From"] = formataddr((outgoing.sender or "Kiosk", server.sender))
    mail["To"] = outgoing.email
    # The same at every try, so that a mail that came twice is seen to be one.
    mail["Message-ID"] = f"<giay-moi-{outgoing.id}-{server.sender}>"
    lines = [
        f"Kính gửi {outgoing.greeting},",
        "",
        f"{outgoing.sender} trân trọng kính mời {outgoing.called} tới dự: {outgoing.meeting}.",
        f"Thời gian: {outgoing.when}.",
        f"Địa điểm: {outgoing.venue}.",
        f"Số giấy mời: {outgoing.short}",
        *([f"Xem giấy mời: {outgoing.link}"] if outgoing.link else []),
        "",
        "Khi đến dự, xin đưa giấy mời hoặc ảnh kèm theo tại bàn đón tiếp.",
    ]
    mail.set_content("\n".join(lines) + "\n", cte="base64")
    mail.add_attachment(
        outgoing.letter(), maintype="application", subtype="pdf", filename="giay-moi.pdf"
    )
    mail.add_attachment(
        outgoing.picture(), maintype="image", subtype="png", filename="giay-moi.png"
    )
    return mail


def send(outgoing: Outgoing) -> str:
    """Send one invitation; returns what the server said."""
    url = settings().smtp_url
    if url is None:
        raise DeliveryDelayed("no_server", "KIOSK_SMTP_URL is not set")
    server = Server.read(url)
    return smtp.post(server, outgoing.email, message(outgoing, server).as_bytes())


CHANNEL = DeliveryChannel(
    "email",
    _l("E-mail"),
    "mail",
    send=send,
    reaches=lambda outgoing: bool(outgoing.email),
    unreached=_l("No e-mail address"),
    unready=unready,
)
