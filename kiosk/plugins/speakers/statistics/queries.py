"""What was said by whom and for how long: statistics, the table, the picture."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk import clock
from kiosk import vietnamese
from kiosk.documents.spreadsheet import Table
from kiosk.models import Meeting
from kiosk.plugins.speakers.models import Turn
from kiosk.plugins.speakers.queue import rules
from kiosk.plugins.speakers.queue import snapshot
from kiosk.plugins.speakers.queue import turns
from kiosk.plugins.speakers.statistics import flow_chart as picture

Key = tuple[int | None, str]


def _mean(seconds: Sequence[int]) -> int:
    return round(sum(seconds) / len(seconds)) if seconds else 0


def statistics(session: Session, meeting_id: int) -> dict[str, Any]:
    """Return who spoke and for how long, by person, area, topic and group."""
    now = clock.now()
    rows = snapshot.rows_of(session, meeting_id)
    names = snapshot.names_of(session, meeting_id, rows, now)
    done = [row for row in rows if row.turn.state == rules.FINISHED]
    states = [row.turn.state for row in rows]
    spoken = [row.turn.seconds_spoken for row in done]
    answered = [row.turn.seconds_answered for row in done if row.turn.seconds_answered]
    questions = snapshot.questions_of(session, meeting_id, names)

    def topic(row: snapshot.Row) -> Key:
        found = names.topic(row.turn.topic_id)
        return row.turn.topic_id, found.name if found else ""

    return {
        "speakers": len({row.turn.delegate_id for row in done}),
        "speeches": len(done),
        "first_time": len({row.turn.delegate_id for row in done if row.turn.kind == "normal"}),
        "seconds_spoken": sum(spoken),
        "seconds_answered": sum(answered),
        "mean_speech": _mean(spoken),
        "mean_answer": _mean(answered),
        "waiting": states.count(rules.WAITING),
        "withdrawn": states.count(rules.WITHDRAWN),
        "absent": states.count(rules.ABSENT),
        "outcomes": snapshot.outcomes_of(rows),
        "questions": len(questions),
        "questions_read": sum(item["read_at"] is not None for item in questions),
        "people": _people(done),
        "by_area": _sums(done, lambda row: (row.area_id, row.area)),
        "by_topic": _sums(done, topic),
        "by_group": _sums(done, lambda row: (row.group_id, row.group)),
    }


def _people(done: Sequence[snapshot.Row]) -> list[dict[str, Any]]:
    by_person: dict[int, list[snapshot.Row]] = {}
    for row in done:
        by_person.setdefault(row.turn.delegate_id, []).append(row)
    found = [
        {
            "delegate": delegate_id,
            "name": rows[0].name,
            "salutation": rows[0].salutation,
            "area": rows[0].area,
            "group": rows[0].group,
            "speeches": len(rows),
            "seconds_spoken": sum(row.turn.seconds_spoken for row in rows),
            "seconds_answered": sum(row.turn.seconds_answered for row in rows),
        }
        for delegate_id, rows in by_person.items()
    ]
    return sorted(found, key=lambda one: (-int(str(one["seconds_spoken"])), one["delegate"]))


def _sums(done: Sequence[snapshot.Row], key: Callable[[snapshot.Row], Key]) -> list[dict[str, Any]]:
    groups: dict[Key, list[snapshot.Row]] = {}
    for row in done:
        groups.setdefault(key(row), []).append(row)
    found = [
        {
            "id": own_id,
            "name": name,
            "speakers": len({row.turn.delegate_id for row in rows}),
            "speeches": len(rows),
            "seconds_spoken": sum(row.turn.seconds_spoken for row in rows),
            "seconds_answered": sum(row.turn.seconds_answered for row in rows),
        }
        for (own_id, name), rows in groups.items()
    ]
    return sorted(found, key=lambda one: (-int(str(one["seconds_spoken"])), str(one["name"])))


_STATES = {
    rules.WAITING: "chờ phát biểu",
    rules.SPEAKING: "đang phát biểu",
    rules.PAUSED: "tạm dừng",
    rules.FINISHED: "đã phát biểu",
    rules.WITHDRAWN: "đã rút",
    rules.ABSENT: "vắng khi gọi",
}
_COLUMNS = (
    "Họ và tên",
    "Khu",
    "Hộ số",
    "Lĩnh vực",
    "Trạng thái",
    "Bắt đầu",
    "Số giây nói",
    "Kết thúc",
    "Số giây trả lời",
    "Đơn vị trả lời",
    "Thành phần",
    "Lần đầu",
)


def table(session: Session, meeting_id: int) -> Table:
    """Return who asked to speak and who spoke for how long: speeches first, in their order."""
    now = clock.now()
    rows = snapshot.rows_of(session, meeting_id)
    names = snapshot.names_of(session, meeting_id, rows, now)
    rows.sort(key=lambda row: (row.turn.started_at is None, row.turn.started_at or now))
    first: set[int] = set()
    return Table("Phát biểu", _COLUMNS, [_line(row, names, first) for row in rows])


def _line(row: snapshot.Row, names: snapshot.Names, first: set[int]) -> tuple[object, ...]:
    turn = row.turn
    topic = names.topic(turn.topic_id)
    answering = names.body(turn.answered_by)
    is_first = _is_speech(turn) and turn.delegate_id not in first
    if _is_speech(turn):
        first.add(turn.delegate_id)
    return (
        vietnamese.greeting(row.salutation, row.name),
        row.area,
        row.household,
        topic.name if topic else "",
        _STATES[turn.state],
        _hour(turn.started_at),
        turns.seconds_spoken(turn, names.now),
        _hour(turn.ended_at),
        turns.seconds_answered(turn, names.now),
        answering["name"] if answering else "",
        row.group,
        "x" if is_first else "",
    )


def _is_speech(turn: Turn) -> bool:
    return turn.state == rules.FINISHED and turn.kind == "normal"


def _hour(moment: datetime | None) -> str:
    return clock.hm(moment) if moment else ""


def flow(session: Session, meeting_id: int) -> str:
    """Return the picture of the meeting's flow as SVG, for screens and for the report."""
    now = clock.now()
    meeting = session.get_one(Meeting, meeting_id)
    rows = snapshot.rows_of(session, meeting_id)
    names = snapshot.names_of(session, meeting_id, rows, now)
    bars = []
    for row in sorted(rows, key=lambda row: (row.turn.started_at or now, row.turn.id)):
        if row.turn.started_at is not None:
            topic = names.topic(row.turn.topic_id)
            bars.append(
                picture.Bar(
                    vietnamese.greeting(row.salutation, row.name),
                    " · ".join(filter(None, (row.area, topic.name if topic else ""))),
                    row.turn.started_at,
                    row.turn.ended_at or now,
                    turns.seconds_spoken(row.turn, now),
                    turns.seconds_answered(row.turn, now),
                )
            )
    return picture.drawn(meeting.title, bars, meeting.starts_at, meeting.ends_at)
