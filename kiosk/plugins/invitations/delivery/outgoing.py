"""What a delivery channel gets of an invitation, made from what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kiosk import clock
from kiosk import vietnamese
from kiosk.hookspecs.delivery import Outgoing
from kiosk.hookspecs.delivery import Parcel
from kiosk.models import Meeting
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations.letters import picture
from kiosk.plugins.invitations.letters import service
from kiosk.plugins.invitations.letters.pdf import Wordings
from kiosk.plugins.invitations.queries import Code

Person = tuple[Listed, Code]


@dataclass(frozen=True)
class Desk:
    """What all invitations of a meeting share on their way."""

    meeting: Meeting
    public_url: str | None
    wordings: Wordings
    sheet: str = "a5"


def outgoing(desk: Desk, who: Person, email: str = "", delivery_id: int = 0) -> Outgoing:
    """Return one invitation on its way."""
    person, code = who
    meeting, url = desk.meeting, desk.public_url
    place = ", ".join(part for part in (meeting.venue, meeting.address) if part)
    return Outgoing(
        id=delivery_id,
        name=person.name,
        greeting=vietnamese.greeting(person.salutation, person.name),
        called=vietnamese.called(person.salutation, person.name),
        area=person.area,
        household=person.household,
        email=email,
        phone=person.phone,
        short=rules.grouped(code.short),
        link=f"{url}/I/{code.code}" if url else "",
        meeting=vietnamese.clean(meeting.title),
        sender=f"UBND {meeting.ward[:1].lower()}{meeting.ward[1:]}"
        if meeting.ward
        else meeting.host,
        when=f"{clock.vi_time(meeting.starts_at)}, {clock.vi_date(meeting.starts_at)}",
        venue=place,
        letter=partial(_letters, desk, [who]),
        picture=partial(picture.png, meeting, person, code.code, code.short, url),
    )


def _letters(desk: Desk, people: Sequence[Person]) -> bytes:
    return service.letters_pdf(
        desk.meeting, list(people), desk.public_url, desk.sheet, desk.wordings
    )


def parcel(desk: Desk, people: Sequence[Person], addresses: Mapping[int, str]) -> Parcel:
    """Return invitations packed for a person who takes them along."""
    items = [outgoing(desk, who, addresses.get(who[0].id, "")) for who in people]
    return Parcel(items, partial(_letters, desk, people))
