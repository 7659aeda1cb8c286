"""Putting letters and pictures together from what is stored."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.errors import NotFound
from kiosk.models import Meeting
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations.letters import pdf
from kiosk.plugins.invitations.letters import picture
from kiosk.plugins.invitations.letters.pdf import Wordings
from kiosk.plugins.invitations.queries import Code


def chosen(
    session: Session, meeting: Meeting, group: str | None = None
) -> list[tuple[Listed, Code]]:
    """Return who gets a letter, in the order of printing, with the code.

    `group` is the code or the name of one group. NotFound when nobody in the choice
    holds an invitation.
    """
    people = {person.id: person for person in delegates.everyone(session, meeting.id)}
    found = [
        (people[code.delegate_id], code)
        for code in queries.codes(session, meeting, group)
        if code.delegate_id in people
    ]
    if not found:
        raise NotFound("no_invitation", _l("Nobody here holds an invitation yet. Issue it first."))
    return found


def one(session: Session, meeting: Meeting, delegate_id: int) -> tuple[Listed, Code]:
    """Return one person with the code; NotFound when the person holds none."""
    person = delegates.one(session, meeting.id, delegate_id)
    code = queries.code_of(session, meeting, delegate_id)
    if person is None or code is None:
        raise NotFound("no_invitation", _l("This person holds no invitation."))
    return person, code


def letters_pdf(
    meeting: Meeting,
    people: list[tuple[Listed, Code]],
    public_url: str | None,
    sheet: str,
    wordings: Wordings = pdf.READY,
) -> bytes:
    """Return the letters as one PDF."""
    items = [pdf.letter(person, c.code, c.short, public_url) for person, c in people]
    return pdf.pdf(meeting, items, public_url, sheet, wordings)


def file_name(number: int, household: str, greeting: str) -> str:
    """Return the name of a picture: sorts like the list, tells who it is, safe everywhere."""
    words = re.findall(r"[a-z0-9]+", vietnamese.fold(f"{household} {greeting}"))
    return f"{number:04d}-{'-'.join(words)[:80].rstrip('-')}.png"


def cards(
    meeting: Meeting, people: list[tuple[Listed, Code]], public_url: str | None
) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, PNG) of each picture; names sort like the list."""
    for number, (person, code) in enumerate(people, start=1):
        greeting = vietnamese.greeting(person.salutation, person.name)
        yield (
            file_name(number, person.household, greeting),
            picture.png(meeting, person, code.code, code.short, public_url),
        )


def cards_zip(meeting: Meeting, people: list[tuple[Listed, Code]], public_url: str | None) -> bytes:
    """Return all pictures in one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, data in cards(meeting, people, public_url):
            packed.writestr(name, data)
    return out.getvalue()
