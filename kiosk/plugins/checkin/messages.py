"""The sentence of each verdict, as it is spoken to the person at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from kiosk import text

# Marked here, translated one at a time: at the door fifteen look-ups for one sentence cost
# more than the database does.
_SENTENCES = {
    "admitted": _l("Please come in"),
    "already_in": _l("You are checked in"),
    "left": _l("Goodbye, see you again"),
    "not_inside": _l("Has not come in yet"),
    "undone": _l("Taken back"),
    "nothing_to_undo": _l("There is nothing to take back"),
    "replaced": _l("The invitation was renewed"),
    "cancelled": _l("The invitation was withdrawn"),
    "wrong_meeting": _l("An invitation to another meeting"),
    "mistyped": _l("The number does not fit yet"),
    "unknown": _l("The code was not recognised"),
    "not_open": _l("The doors are not open now"),
    "choose": _l("Please choose the right name"),
    "household_in": _l("Welcome as an observer"),
    "review": _l("Please come in"),
}


def message(verdict: str, salutation: str = "") -> str:
    """Return the sentence of a verdict, with the form of address where there is one."""
    form = text.address_form(salutation)
    sentence = str(_SENTENCES[verdict])
    return sentence % {"form": form, "begin": form[:1].upper() + form[1:]}
