"""The list that the carrier of letters has signed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk import clock
from kiosk import vietnamese
from kiosk.documents import typst
from kiosk.models import Meeting
from kiosk.plugins.invitations.delivery.queries import Item
from kiosk.plugins.invitations.letters import pdf as letters
from kiosk.plugins.invitations.letters.badges import packed

_SHEET = (Path(__file__).parent / "sheet.typ").read_bytes()


def pdf(meeting: Meeting, title: str, carrier: str, people: Sequence[Item]) -> bytes:
    """Return the list that the carrier of letters takes along to have it signed.

    It holds no code: whoever finds it on the road opens no door with it.
    """
    data = {
        "title": f"Danh sách phát giấy mời: {title}",
        "org": letters.common(meeting, None, "a5")["org"],
        "day": clock.vi_date(meeting.starts_at),
        "round": title,
        "carrier": carrier,
        "rows": [
            {
                "name": vietnamese.greeting(one.salutation, one.name),
                "place": ", ".join(
                    part
                    for part in (f"hộ {one.household}" if one.household else "", one.area)
                    if part
                ),
                "note": "",
            }
            for one in people
        ],
    }
    return typst.compiled(_SHEET, {"data.json": packed(data)}, pdf_tags=False)
