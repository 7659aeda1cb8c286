"""The minutes, form 1.9: who came, what happened, who spoke when, answers, conclusions.

They are written from the record and grow with the meeting. Every paragraph that a secretary
may want to put in other words has a key, which stays the same while the facts change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk import clock
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import values
from kiosk.plugins.papers.texts.before_meeting import OPEN
from kiosk.plugins.papers.texts.before_meeting import paper
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Signer
from kiosk.plugins.papers.values import Text

NO_NUMBER = "–"
NONE_YET = "Chưa có."
DOTS = "........................................"


def minutes(facts: Facts) -> Paper:
    """Return the minutes as the record stands now."""
    meeting = facts.meeting
    blocks: list[values.Block] = [
        Text(f"Thời gian bắt đầu: {facts.when}.", key="begins"),
        Text(f"Địa điểm: {facts.where}.", key="place"),
        Text("I. THÀNH PHẦN THAM DỰ", "heading"),
        *_attendance(facts),
        Text(f"Chủ trì (chủ tọa): {meeting.host or OPEN}.", key="chair"),
        Text(f"Thư ký (người ghi biên bản): {DOTS}.", key="secretary"),
        Text("II. DIỄN BIẾN", "heading"),
        *_course(facts),
        Text("III. Ý KIẾN VÀ TRẢ LỜI", "heading"),
        *_speeches(facts),
        Text("IV. KẾT LUẬN CỦA CHỦ TỌA", "heading"),
        *conclusions(facts),
        Text("Biên bản được thông qua tại hội nghị.", key="adopted"),
        Text(
            values.ended(f"Hội nghị kết thúc vào ...... giờ ......, {_day(facts)}"),
            key="ends",
        ),
    ]
    made = paper(facts, "BIÊN BẢN", f"Hội nghị {meeting.title}", "BB-UBND", *blocks)
    return replace(
        made,
        recipients=("Lưu: VT, Hồ sơ",),
        signers=(Signer(("THƯ KÝ",)), Signer(("CHỦ TỌA",))),
        dated=False,
    )


def _day(facts: Facts) -> str:
    return clock.paper_date(facts.meeting.ends_at)


def _attendance(facts: Facts) -> list[values.Block]:
    came = facts.came
    excused, absent = came["excused_count"], came["absent_count"]
    parts = [f"trong đó {came['households_present']} đại diện hộ gia đình"]
    if came["substitutes"]:
        parts.append(f"{came['substitutes']} người đi thay")
    observers = came["came"] - came["minimum"]["counted"]
    if observers:
        parts.append(f"{observers} người dự thính")
    return [
        Text(
            f"Triệu tập {came['invited']} đại biểu; có mặt {came['came']} người, "
            f"{', '.join(parts)}.",
            key="present",
        ),
        Text(
            f"Vắng {excused + absent} đại biểu, trong đó {excused} có lý do.",
            key="absent",
        ),
        *_added(facts),
        composition(facts),
    ]


def _added(facts: Facts) -> list[values.Block]:
    """Return who came beside those who were invited, and how many people that makes."""
    if not facts.beside:
        return []
    whole = facts.came["present"]
    return [
        Text(f"Ngoài ra có {facts.beside}; tổng số người dự {whole} người.", key="added"),
    ]


def composition(facts: Facts) -> Grid:
    """Return who was invited, came and was absent, with and without an excuse, by group.

    Each row of the invited adds up. People who were added have a row of their own.
    """
    rows = []
    for group in facts.came["by_group"]:
        if group["kind"] == "added":
            if group["present"]:
                rows.append((group["name"], NO_NUMBER, str(group["present"]), NO_NUMBER, NO_NUMBER))
            continue
        numbers = (group["invited"], group["present"], group["excused"], group["absent"])
        rows.append((group["name"], *(str(number) for number in numbers)))
    heads = ("Thành phần", "Triệu tập", "Có mặt", "Vắng có lý do", "Vắng")
    return Grid(heads, rows, (44, 14, 14, 14, 14))


def _course(facts: Facts) -> list[values.Block]:
    items = facts.meeting.programme
    if not items:
        return [Text(NONE_YET, key="course")]
    found: list[values.Block] = []
    for place, item in enumerate(items):
        who = f" ({item['who']})" if item.get("who") else ""
        words = f"{clock.vi_time(datetime.fromisoformat(item['at']))}: {item['what']}{who}."
        found.append(Text(words, key=f"course:{place}"))
    return found


def _speeches(facts: Facts) -> list[values.Block]:
    spoken = facts.floor["done"] + ([facts.floor["speaking"]] if facts.floor["speaking"] else [])
    turns = sorted(
        (entry for entry in spoken if entry["started_at"]), key=lambda entry: entry["started_at"]
    )
    if not turns:
        return [Text(NONE_YET, key="speeches")]
    matters = sum(len(facts.said.get(entry["id"], [])) for entry in turns)
    blocks: list[values.Block] = [
        Text(f"Có {len(turns)} lượt phát biểu với {matters} nội dung:", key="speeches")
    ]
    for number, entry in enumerate(turns, start=1):
        blocks.extend(_speech(facts, number, entry))
    return blocks


def _speech(facts: Facts, number: int, entry: dict[str, Any]) -> list[values.Block]:
    key = f"turn:{entry['id']}"
    said = facts.said.get(entry["id"], [])
    topic = f" Lĩnh vực: {entry['topic']}." if entry["topic"] else ""
    began = clock.vi_time(datetime.fromisoformat(entry["started_at"]))
    length = values.minutes(entry["seconds_spoken"])
    blocks: list[values.Block] = [
        Text(f"{number}. {speaker(entry)}", "heading", key=key),
        Text(f"Phát biểu lúc {began}, trong {length}.{topic}", key=f"{key}:time"),
    ]
    if not said:
        blocks.append(Text("Nội dung: chưa ghi.", key=f"{key}:words"))
    for place, matter in enumerate(said):
        mark = f"{values.point(place)} " if len(said) > 1 else ""
        blocks.append(Text(f"{mark}Ý kiến: {matter.text}", key=f"matter:{matter.id}"))
        blocks.append(Text(f"Trả lời: {answer(matter)}", key=f"matter:{matter.id}:answer"))
    return blocks


def speaker(entry: dict[str, Any]) -> str:
    """Return who spoke: form of address, name, office or area."""
    who = " ".join(part for part in (entry["salutation"].capitalize(), entry["name"]) if part)
    return ", ".join(part for part in (who, entry["title"], entry["area"]) if part)


def answer(matter: Any) -> str:
    """Return what was answered, or why there is no answer yet."""
    if matter.state == "duplicate" and matter.duplicate_of:
        return f"trùng nội dung số {matter.duplicate_of:02d}, trả lời chung."
    if matter.answer:
        return f"{matter.answer_by}: {matter.answer}" if matter.answer_by else str(matter.answer)
    state = str(opinions.STATE_WORDS[matter.state]).lower()
    lead = f", giao {matter.lead}" if matter.lead else ""
    return f"chưa trả lời tại hội nghị ({state}{lead})."


def conclusions(facts: Facts) -> list[values.Block]:
    """Return the chairman's conclusions, numbered, each with its body and date."""
    if not facts.conclusions:
        return [Text(NONE_YET, key="conclusions")]
    return [
        Text(f"{number}. {concluded(one)}", key=f"conclusion:{one.id}")
        for number, one in enumerate(facts.conclusions, start=1)
    ]


def concluded(one: Any) -> str:
    """Return one conclusion with who carries it out and until when."""
    task = f"Giao {one.body} thực hiện" if one.body else ""
    if one.due_on:
        by = f"hoàn thành trước {values.dated(one.due_on)}"
        task = f"{task}, {by}" if task else by.capitalize()
    said = one.text.rstrip()
    said += "" if said.endswith((".", "!", "?", ";")) else "."
    return f"{said} {task}." if task else said


def gaps(facts: Facts) -> list[tuple[str, str]]:
    """Return what the secretary should still look at: (key of the paragraph, what is missing).

    `turn` has no words yet, `answer` no body that answers, `due` a task without a date.
    """
    found = [
        (f"turn:{entry['id']}:words", "turn")
        for entry in facts.floor["done"]
        if entry["started_at"] and not facts.said.get(entry["id"])
    ]
    for matters in facts.said.values():
        found += [
            (f"matter:{m.id}:answer", "answer")
            for m in matters
            if not m.answer and not m.lead and m.state in {"received", "classified"}
        ]
    found += [
        (f"conclusion:{one.id}", "due")
        for one in facts.conclusions
        if one.body and one.due_on is None
    ]
    return found
