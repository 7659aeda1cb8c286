"""The sentence of each verdict, as it is spoken to the person at the door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    "over": _l("This meeting is over"),
    "closed": _l("The reception is over"),
    "choose": _l("Please choose the right name"),
    "household_in": _l("Welcome as an observer"),
    "review": _l("Please come in"),
}


def sentence_of(verdict: str, facts: Mapping[str, Any]) -> str:
    """Return which sentence a verdict is spoken with."""
    if facts.get("observer"):
        return "household_in"
    if verdict == "not_open" and facts.get("closed"):
        return "closed"
    return verdict


def message(name: str, salutation: str = "") -> str:
    """Return a sentence, with the form of address where there is one."""
    form = text.address_form(salutation)
    sentence = str(_SENTENCES[name])
    return sentence % {"form": form, "begin": form[:1].upper() + form[1:]}
