"""Two people with one form open: what the second sends is merged with what the first saved.

A form that writes a whole row carries what it showed in a hidden field. Sent back, each
field is one of: left as it was (what is stored stands, whoever changed it), changed here
alone (it is written), changed by both (nothing is written; both are shown, and asked).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.db.base import Base
from kiosk.errors import Conflict
from kiosk.errors import KioskError
from kiosk.errors import Malformed
from kiosk.vietnamese import nfc

FIELD = "shown"
CODE = "changed_meanwhile"
LARGEST = 200_000


class Meanwhile(str):
    """What is stored now in a field that two people changed, for the line beside the field."""

    value = ""


class ChangedMeanwhile(Conflict):
    """Two people changed one field; `values` are for the form again, `stored` what stands."""

    def __init__(
        self, fields: Mapping[str, object], values: dict[str, str], stored: dict[str, str]
    ) -> None:
        words = _l(
            "Somebody else saved this meanwhile. What you typed is kept below; look at the "
            "marked fields and save again."
        )
        super().__init__(CODE, words, fields=fields)
        self.values = values
        self.stored = stored


@dataclass(frozen=True)
class Merged:
    """A form's fields as they are to be written; `theirs` names those that another changed."""

    values: Mapping[str, str]
    theirs: tuple[str, ...] = ()


def hold(session: Session, kind: type[Base], key: int) -> None:
    """Let no other transaction change a row until this one ends.

    SQLite has one writer at a time anyway; PostgreSQL would let two read before either writes.
    """
    session.get(kind, key, with_for_update=True, populate_existing=True)


def shown_field(values: Mapping[str, object]) -> Markup:
    """Return the hidden field that says what a form showed."""
    packed = json.dumps({name: _text(value) for name, value in values.items()}, ensure_ascii=False)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, packed)


def shown(form: Mapping[str, str]) -> dict[str, str] | None:
    """Return what a form showed; None when it does not say. Raises Malformed."""
    packed = form.get(FIELD)
    if packed is None:
        return None
    try:
        found = json.loads(packed) if len(packed) <= LARGEST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Malformed("malformed", _l("The request cannot be understood."))
    return {str(name): _text(value) for name, value in found.items()}


def merged(
    form: Mapping[str, str],
    stored: Mapping[str, object],
    words: Mapping[str, Mapping[str, object]] | None = None,
) -> Merged:
    """Return the fields of `stored` as a form wants them.

    Raises ChangedMeanwhile with a sentence for each field that both changed.
    `words` has, for fields whose values are keys, what a person reads in their place.
    """
    now = {name: _text(value) for name, value in stored.items()}
    before = shown(form)
    if before is None:
        # A program that saw no form means every field that it sends.
        return Merged({name: _text(form.get(name, value)) for name, value in now.items()})
    values, theirs, both = {}, [], {}
    for name, value in now.items():
        base, typed = before.get(name, value), _text(form.get(name, before.get(name, value)))
        values[name] = typed
        if _same(value, base) or _same(value, typed):
            continue
        if _same(typed, base):
            values[name] = value
            theirs.append(name)
        else:
            both[name] = _sentence(value, (words or {}).get(name, {}))
    if both:
        raise ChangedMeanwhile(both, values, now)
    return Merged(values, tuple(theirs))


def kept(
    form: Mapping[str, str], error: KioskError
) -> tuple[dict[str, str], Mapping[str, object] | None]:
    """Return what a refused form's page has in its fields, and what it says it showed."""
    typed = {name: value for name, value in form.items() if name != FIELD}
    if isinstance(error, ChangedMeanwhile):
        return {**typed, **error.values}, error.stored
    return typed, shown(form)


def told(merged: Merged, labels: Mapping[str, object]) -> str:
    """Return the fields that another changed, as a list in words; empty when there is none."""
    return ", ".join(_names(merged.theirs, labels))


def _names(names: Iterable[str], labels: Mapping[str, object]) -> list[str]:
    return list(dict.fromkeys(str(labels.get(name, name)) for name in names))


def _sentence(value: str, words: Mapping[str, object]) -> Meanwhile:
    read = str(words.get(value, value))
    said = (
        _l("Meanwhile somebody else wrote here: “%(value)s”.", value=read)
        if read.strip()
        else _l("Meanwhile somebody else emptied this field.")
    )
    found = Meanwhile(said)
    found.value = value
    return found


def _text(value: object) -> str:
    text = "" if value is None else str(value)
    return nfc(text.replace("\r\n", "\n"))


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())
