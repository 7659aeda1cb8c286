"""The roll on paper: printed beforehand, typed in afterwards as scans of their own time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint
from flask import Response
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.auth.access import acting
from kiosk.auth.access import needs
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import typst
from kiosk.errors import KioskError
from kiosk.models import Meeting
from kiosk.plugins.checkin import answers
from kiosk.plugins.checkin import queries
from kiosk.plugins.checkin.roll import rules
from kiosk.plugins.checkin.roll.queries import typed_from_paper
from kiosk.plugins.checkin.roll.schemas import RollBody
from kiosk.plugins.checkin.roll.schemas import RowBody
from kiosk.plugins.checkin.scans import service
from kiosk.plugins.checkin.scans.labels import message
from kiosk.plugins.checkin.scans.values import Door
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.invitations import queries as invitations
from kiosk.plugins.meetings import queries as meetings
from kiosk.web import downloads
from kiosk.web.api import answer
from kiosk.web.api import described
from kiosk.web.api import parse

_ROLL = (Path(__file__).parent / "roll.typ").read_bytes()

blueprint = Blueprint("checkin_roll", __name__)


def _rows(session: Session, meeting: Meeting) -> list[rules.Row]:
    """Return the roll's rows. Who was added later stands last: printed sheets stay true."""
    codes = {code.delegate_id: code.short for code in invitations.codes(session, meeting)}
    officials, later = _("Officials and guests"), _("Added later")
    areas = [area.name for area in meetings.areas(session, meeting.id)]
    found = []
    for person in delegates.everyone(session, meeting.id):
        household = person.group_kind == "household"
        block = (person.area or officials) if household else officials
        found.append(
            rules.Row(
                person.id,
                block if person.origin == "invited" else later,
                person.household,
                person.name,
                vietnamese.greeting(person.salutation, person.name),
                "" if household else person.title or person.group,
                codes.get(person.id, ""),
            )
        )
    return rules.in_order(found, [*areas, officials, later])


def _came(session: Session, meeting: Meeting) -> dict[int, dict[str, Any]]:
    paper = typed_from_paper(session, meeting.id)
    return {
        row.delegate_id: {"at": clock.hm(row.first_at), "paper": row.delegate_id in paper}
        for row in queries.presence(session, meeting.id)
    }


@blueprint.get("/m/<m>/roll")
@needs("checkin.staff", device_first=True)
def page(m: str) -> str:
    """Show the roll in the order of the paper, to tick what was signed."""
    here = acting()
    session = db.session()
    starts = here.meeting.starts_at
    return render_template(
        "checkin/roll.html",
        meeting=here.meeting,
        organiser="organiser" in here.roles,
        sheets=[_sheet(sheet) for sheet in rules.sheets(_rows(session, here.meeting))],
        came=_came(session, here.meeting),
        hours=[clock.hm(starts - timedelta(minutes=15)), clock.hm(starts)],
        day=clock.local(starts).date().isoformat(),
    )


def _sheet(sheet: rules.Sheet) -> dict[str, Any]:
    # No codes here: this screen needs none, and a code opens the door.
    rows = [
        {"id": row.delegate, "no": sheet.first + i, "household": row.household, "name": row.name}
        for i, row in enumerate(sheet.rows)
    ]
    return {"number": sheet.number, "title": sheet.title, "rows": rows}


@blueprint.get("/api/v1/meetings/<m>/roll")
@described("Who of the roll is recorded already, who of them from paper", answer=answers.Came)
@needs("checkin.staff", device_first=True)
def recorded(m: str) -> Response:
    """Tell who came, so that nobody is entered twice."""
    return answer({"came": _came(db.session(), acting().meeting)})


@blueprint.post("/api/v1/meetings/<m>/roll")
@described(
    "Record rows ticked on paper, each with its own time; may be sent again",
    body=RollBody,
    answer=answers.RollAnswer,
)
@needs("checkin.staff", device_first=True)
def record(m: str) -> Response:
    """Record what was signed on paper: one scan a row, one bad row does not spoil the others."""
    here = acting()
    body = parse(RollBody)
    # The name says that a person read it from paper; scans, exports and the ledger show it.
    by_hand = replace(here.actor, name=_("%(name)s, from paper", name=here.actor.name)[:120])
    with writing() as session:
        door = Door(session, here.meeting, by_hand, here.roles, here.now)
        results = [_one(door, row) for row in body.rows]
    return answer({"results": results})


def _one(door: Door, row: RowBody) -> dict[str, Any]:
    try:
        try:
            with door.line.savepoint():
                done = service.record_scan(door, row.attempt())
        except service.Repeated:
            done = service.replay(door, row.attempt())
    except KioskError as error:
        return {"id": row.id, "delegate": row.delegate, "verdict": "", "message": str(error)}
    salutation = done.who.salutation if done.who is not None else ""
    return {
        "id": row.id,
        "delegate": row.delegate,
        "verdict": done.verdict,
        "message": message(done.verdict, salutation),
    }


@blueprint.get("/m/<m>/roll.pdf")
@needs("checkin.roll")
def printed(m: str) -> Response:
    """Give the roll to print: short codes, room for hour, substitute and signature."""
    here = acting()
    data = roll_data(db.session(), here.meeting, here.now)
    packed = vietnamese.nfc(json.dumps(data, ensure_ascii=False)).encode()
    made = typst.compiled(_ROLL, {"data.json": packed})
    return downloads.file(made, "application/pdf", f"roll-{m}.pdf", inline=True)


def roll_data(session: Session, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """Return what stands on the printed roll."""
    pages = rules.sheets(_rows(session, meeting))
    return {
        "when": f"{clock.vi_time(meeting.starts_at)} {clock.vi_date(meeting.starts_at)}",
        "printed": f"in lúc {clock.hm(now)}, {clock.local(now):%d/%m}",
        "sheets": [
            {
                "number": page.number,
                "of": len(pages),
                "title": page.title,
                "rows": [
                    {
                        "no": page.first + i,
                        "household": row.household,
                        "name": row.greeting,
                        "detail": row.detail,
                        "code": f"{row.code[:4]}\u00a0{row.code[4:]}".strip(),
                    }
                    for i, row in enumerate(page.rows)
                ],
            }
            for page in pages
        ],
    }
