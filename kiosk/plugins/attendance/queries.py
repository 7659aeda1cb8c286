"""The attendance snapshot and its table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import text
from kiosk.export import Table
from kiosk.plugins.attendance import rules
from kiosk.plugins.checkin import queries as checkin
from kiosk.plugins.checkin.queries import Present
from kiosk.plugins.delegates import queries as delegates
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.meetings import queries as meetings

NAMES_FOR = frozenset({"organiser", "moderator"})
RECENT = 10


def snapshot(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return the whole view: counts, by group, by area, arrivals, last, who is missing.

    `invited` counts the list, `present` everyone who came, `added` those of them who
    were on no list, `inside` who is in the hall now.
    """
    people = delegates.everyone(session, meeting_id)
    came = {row.delegate_id: row for row in checkin.presence(session, meeting_id)}
    here = [(person, came[person.id]) for person in people if person.id in came]
    return {
        "invited": sum(person.origin == "invited" for person in people),
        "present": len(here),
        "added": sum(person.origin != "invited" for person, _ in here),
        "inside": sum(row.state == "in" for _, row in here),
        "by_group": _by_group(session, meeting_id, people, here),
        "by_area": _by_area(session, meeting_id, people, here),
        "arrivals": [
            {"at": clock.rfc3339(at), "count": count}
            for at, count in rules.arrivals(row.first_at for _, row in here)
        ],
        "recent": _recent(here),
        "absent": [_missing(p) for p in people if p.id not in came and p.origin == "invited"],
    }


def _counted(
    rows: list[tuple[int, str]],
    invited: Counter[int | None],
    present: Counter[int | None],
) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": name, "invited": invited[key], "present": present[key]}
        for key, name in rows
    ]


def _by_group(
    session: Session, meeting_id: int, people: list[Listed], here: list[tuple[Listed, Present]]
) -> list[dict[str, Any]]:
    return _counted(
        [(group.id, group.name) for group in meetings.groups(session, meeting_id)],
        Counter(person.group_id for person in people if person.origin == "invited"),
        Counter(person.group_id for person, _ in here),
    )


def _by_area(
    session: Session, meeting_id: int, people: list[Listed], here: list[tuple[Listed, Present]]
) -> list[dict[str, Any]]:
    return _counted(
        [(area.id, area.name) for area in meetings.areas(session, meeting_id)],
        Counter(person.area_id for person in people if person.origin == "invited"),
        Counter(person.area_id for person, _ in here),
    )


def _recent(here: list[tuple[Listed, Present]]) -> list[dict[str, Any]]:
    latest = sorted(here, key=lambda pair: (pair[1].first_at, pair[0].id), reverse=True)
    return [
        {
            "delegate": person.id,
            "name": text.greeting(person.salutation, person.name),
            "detail": _detail(person),
            "at": clock.rfc3339(row.first_at),
            "device": row.device,
            "via": row.via,
            "substitute": row.substitute,
            "observer": row.observer,
        }
        for person, row in latest[:RECENT]
    ]


def _detail(person: Listed) -> str:
    if person.group_kind == "official":
        return person.title or person.group
    parts = [person.area]
    if person.household:
        parts.append(f"hộ {person.household}")
    return ", ".join(part for part in parts if part)


def _missing(person: Listed) -> dict[str, Any]:
    return {
        "delegate": person.id,
        "name": text.greeting(person.salutation, person.name),
        "detail": _detail(person),
        "group": person.group_id,
        "area": person.area_id,
        "search": text.search_key(f"{person.name} {_detail(person)}"),
    }


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    """Return the snapshot for roles that see numbers only."""
    return {**found, "recent": [], "absent": []}


def table(session: Session, meeting_id: int) -> Table:
    """Return who came and who did not, for a spreadsheet."""
    came = {row.delegate_id: row for row in checkin.presence(session, meeting_id)}
    rows = []
    for person in delegates.everyone(session, meeting_id):
        row = came.get(person.id)
        rows.append(
            (
                person.name,
                person.group,
                person.title,
                person.area,
                person.household,
                "Có mặt" if row else "Chưa đến",
                clock.hm(row.first_at) if row else "",
                row.device if row else "",
                row.substitute if row else "",
            )
        )
    heads = (
        "Họ và tên",
        "Thành phần",
        "Chức vụ",
        "Khu",
        "Hộ số",
        "Điểm danh",
        "Giờ đến",
        "Nơi ghi nhận",
        "Người đi thay",
    )
    return Table("Điểm danh", heads, rows)
