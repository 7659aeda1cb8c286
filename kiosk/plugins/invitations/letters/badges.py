"""Name badges and table signs as PDF, from the list of delegates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from kiosk import vietnamese
from kiosk.documents import qr
from kiosk.documents import typst
from kiosk.errors import NotFound
from kiosk.models import Meeting
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations.letters.pdf import payload
from kiosk.plugins.meetings import queries as meetings

_BADGE = (Path(__file__).parent / "badge.typ").read_bytes()
KINDS = ("badges", "signs")
# As on the letter, at least 0.8 mm a module; a badge has the room for a bare code only.
_MODULE_MM = 0.85


def chosen(session: Session, meeting: Meeting, group: str | None = None) -> list[Listed]:
    """Return who gets a badge: groups by precedence, then by given name.

    `group` is the code or the name of one group. NotFound when nobody is in it.
    """
    people = delegates.everyone(session, meeting.id)
    if group is not None:
        wanted = {g.id for g in meetings.groups(session, meeting.id) if group in (g.code, g.name)}
        people = [person for person in people if person.group_id in wanted]
    if not people:
        raise NotFound("nobody", _l("Nobody is on this list yet."))
    return people


def pdf(
    session: Session, meeting: Meeting, people: Sequence[Listed], kind: str, *, coded: bool = False
) -> bytes:
    """Return badges or table signs; `coded` puts the bare code of the invitation on a badge."""
    codes = {code.delegate_id: code.code for code in queries.codes(session, meeting)}
    with_code = coded and kind == "badges"
    side = 25 + 2 * qr.QUIET
    data = {
        "title": f"Thẻ tên: {meeting.title}" if kind == "badges" else f"Biển bàn: {meeting.title}",
        "kind": kind,
        "org": " ".join(meeting.org_name.split()) or meeting.ward,
        "meeting": meeting.title,
        "qr_size": round(side * _MODULE_MM, 1),
        "people": [_person(person, codes if with_code else {}) for person in people],
    }
    return typst.compiled(_BADGE, {"data.json": packed(data)}, pdf_tags=False)


def _person(person: Listed, codes: Mapping[int, str]) -> dict[str, str]:
    official = person.group_kind == "official"
    salutation = "đồng chí" if official and not person.salutation else person.salutation
    role = person.title or (person.group if official else "")
    if not official and not person.title:
        role = ", ".join(part for part in (person.area, person.group) if part)
    code = codes.get(person.id)
    return {
        "form": salutation[:1].upper() + salutation[1:],
        "name": person.name,
        "role": role,
        "qr": qr.svg(payload(code, None)) if code else "",
    }


def packed(data: dict[str, Any]) -> bytes:
    """Return what a Typst file reads: JSON, its letters put together."""
    return vietnamese.nfc(json.dumps(data, ensure_ascii=False)).encode()
