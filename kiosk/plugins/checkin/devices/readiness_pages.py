"""The page that says whether a tablet is ready, and the card that proves a hand-held scanner."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint
from flask import Response
from flask import render_template

from kiosk import clock
from kiosk import vietnamese
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.documents import qr
from kiosk.documents import typst
from kiosk.web import downloads

blueprint = Blueprint("checkin_ready", __name__)

# All characters of our codes, and no code of anybody: what types these types every code.
LONG_SAMPLE = "TVXZSRQPNMLKJHGFCB975310"
SHORT_SAMPLE = "86420864"
# What the decoder is asked to read: a picture of ours, as large as a letter's code.
PICTURE = "KIOSK-READY-0123456789-BCFGHJKLMNPQRSTVXZ"

_CARD = (Path(__file__).parent / "scanner_card.typ").read_bytes()


@blueprint.get("/m/<m>/ready")
@needs("checkin.scan", device_first=True)
def page(m: str) -> str:
    """Show whether this tablet is ready; the door opens from here in any case."""
    here = acting()
    return render_template(
        "checkin/ready.html",
        meeting=here.meeting,
        device=here.actor.name,
        paired=here.actor.token_id is not None and "organiser" not in here.roles,
        staffed=bool(here.roles & {"desk", "organiser"}),
        picture=qr.path(PICTURE),
        expected=PICTURE,
        samples=(LONG_SAMPLE, SHORT_SAMPLE),
    )


@blueprint.get("/m/<m>/scanner-card.pdf")
@needs("checkin.devices")
def card(m: str) -> Response:
    """Give the page that proves scanner and keyboard, with the steps to set them."""
    meeting = acting().meeting
    data = {
        "title": meeting.title,
        "day": clock.vi_date(meeting.starts_at),
        "long": {"qr": qr.svg(LONG_SAMPLE), "words": _grouped(LONG_SAMPLE)},
        "short": {"qr": qr.svg(SHORT_SAMPLE), "words": _grouped(SHORT_SAMPLE)},
    }
    packed = vietnamese.nfc(json.dumps(data, ensure_ascii=False)).encode()
    made = typst.compiled(_CARD, {"data.json": packed})
    return downloads.file(made, "application/pdf", f"scanner-card-{m}.pdf", inline=True)


def _grouped(code: str) -> str:
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
