"""The sentence of each verdict, as it is spoken to the person at the door."""

from __future__ import annotations

from flask_babel import gettext as _

from kiosk import text


def message(verdict: str, salutation: str = "") -> str:
    """Return the sentence of a verdict, with the form of address where there is one."""
    form = text.address_form(salutation)
    begin = form[:1].upper() + form[1:]
    sentences: dict[str, str] = {
        "admitted": _("Please come in", form=form),
        "already_in": _("You are checked in", begin=begin),
        "left": _("Goodbye, see you again", form=form),
        "not_inside": _("Has not come in yet", begin=begin),
        "undone": _("Taken back"),
        "nothing_to_undo": _("There is nothing to take back"),
        "replaced": _("The invitation was renewed"),
        "cancelled": _("The invitation was withdrawn"),
        "wrong_meeting": _("An invitation to another meeting"),
        "mistyped": _("The number does not fit yet"),
        "unknown": _("The code was not recognised"),
        "not_open": _("The doors are not open now"),
        "choose": _("Please choose the right name"),
        "household_in": _("Welcome as an observer", form=form),
        "review": _("Please come in", form=form),
    }
    return sentences[verdict]
