"""What the calls about invitations answer."""

from __future__ import annotations

from kiosk.web.api import Output


class InvitationCode(Output):
    """The code of a letter and the number to type; no other answer ever holds them."""

    code: str
    short: str
