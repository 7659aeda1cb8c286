"""What came of deliveries, in sentences for people."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.plugin import registry
from kiosk.plugins.invitations.delivery import service
from kiosk.plugins.invitations.delivery.queries import Item


def titles() -> dict[str, object]:
    """Return the name of each way of delivery, of those by hand too."""
    found: dict[str, object] = {name: one.title for name, one in registry().channels.items()}
    return {service.HAND: _l("By hand"), **found}


def words(item: Item) -> str:
    """Return what came of a delivery, in a sentence."""
    sentences: dict[str, str] = {
        "sent": _("Sent"),
        "handed_over": _("Handed over"),
        "not_met": _("Nobody was met; the letter came back"),
        "refused": _("The mail server does not take this address"),
        "given_up": _("Tried %(n)s times without an answer", n=item.tries),
        "unreached": _("Cannot be reached this way"),
        "not_current": _("The invitation was replaced or withdrawn before it went"),
        "interrupted": _("Sending was interrupted; it may have arrived"),
        "made_again": _("Made again in another batch"),
        "no_answer_at_the_end": _("No answer at the end; it may have arrived"),
        "channel": _("Something unexpected happened; it may have arrived"),
        "sign_in": _("The mail server does not know our password; tried again later"),
    }
    open_states: dict[str, str] = {
        "waiting": _("Waiting"),
        "sending": _("Being sent"),
        "made": _("Still to be handed over"),
    }
    later: str = _("No answer yet; tried again later")
    if not item.outcome or item.state in {"sending", "made"}:
        return open_states.get(item.state, "")
    return sentences.get(item.outcome, later if item.state == "waiting" else item.outcome)
