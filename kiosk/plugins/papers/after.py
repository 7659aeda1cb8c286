"""Papers from the meeting and after it: minutes, notice of conclusions, summary report."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk import clock
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import rules
from kiosk.plugins.papers.before import paper
from kiosk.plugins.papers.facts import Facts
from kiosk.plugins.papers.rules import Grid
from kiosk.plugins.papers.rules import Paper
from kiosk.plugins.papers.rules import Text

NONE_YET = "Chưa có."


def minutes(facts: Facts) -> Paper:
    """Return the minutes, form 1.9: who came, who spoke when, matters, answers, conclusions."""
    meeting, came = facts.meeting, facts.came
    added = f", trong đó {came['added']} người ngoài danh sách" if came["added"] else ""
    blocks: list[rules.Block] = [
        Text(f"Thời gian bắt đầu: {facts.when}."),
        Text(f"Địa điểm: {facts.where}."),
        Text(f"Chủ trì: {meeting.host}."),
        Text("I. THÀNH PHẦN THAM DỰ", "heading"),
        Text(f"Được mời {came['invited']} đại biểu, có mặt {came['present']} người{added}."),
        _composition(facts),
        Text("II. NỘI DUNG", "heading"),
        *_speeches(facts),
        Text("III. KẾT LUẬN CỦA CHỦ TỌA", "heading"),
        *_conclusions(facts),
        Text(rules.ended("Hội nghị kết thúc vào ...... giờ ......, " + _day(facts))),
    ]
    made = paper(facts, "BIÊN BẢN", f"Hội nghị {meeting.title}", "BB-UBND", *blocks)
    return replace(
        made,
        recipients=("Lưu: VT, Hồ sơ",),
        signers=(("THƯ KÝ", ""), ("CHỦ TỌA", "")),
        dated=False,
    )


def _day(facts: Facts) -> str:
    return clock.paper_date(facts.meeting.ends_at)


def _composition(facts: Facts) -> Grid:
    rows = [
        (group["name"], str(group["invited"]), str(group["present"]))
        for group in facts.came["by_group"]
    ]
    return Grid(("Thành phần", "Được mời", "Có mặt"), rows, (60, 20, 20))


def _speeches(facts: Facts) -> list[rules.Block]:
    done = sorted(facts.floor["done"], key=lambda entry: entry["started_at"] or "")
    if not done:
        return [Text(NONE_YET)]
    blocks: list[rules.Block] = [Text(f"Có {len(done)} lượt phát biểu:")]
    for number, entry in enumerate(done, start=1):
        blocks.append(Text(f"{number}. {_speaker(entry)}", "heading"))
        spoken = rules.minutes(entry["seconds_spoken"])
        blocks.append(Text(f"Lĩnh vực: {entry['topic'] or 'chưa ghi'}. Phát biểu {spoken}."))
        for matter in facts.said.get(entry["id"], []):
            blocks.append(Text(f"- Ý kiến: {matter.text}"))
            blocks.append(Text(f"- Trả lời: {_answer(matter)}"))
    return blocks


def _speaker(entry: dict[str, Any]) -> str:
    began = entry["started_at"]
    at = f", lúc {clock.vi_time(datetime.fromisoformat(began))}" if began else ""
    who = " ".join(part for part in (entry["salutation"].capitalize(), entry["name"]) if part)
    return ", ".join(part for part in (who, entry["area"]) if part) + at


def _answer(matter: Any) -> str:
    if not matter.answer:
        return "chưa trả lời tại hội nghị."
    return f"{matter.answer_by}: {matter.answer}" if matter.answer_by else str(matter.answer)


def _conclusions(facts: Facts) -> list[rules.Block]:
    if not facts.conclusions:
        return [Text(NONE_YET)]
    found: list[rules.Block] = []
    for number, conclusion in enumerate(facts.conclusions, start=1):
        task = f" Giao {conclusion.body}" if conclusion.body else ""
        if conclusion.due_on:
            task += f", hạn {conclusion.due_on:%d/%m/%Y}" if task else ""
        found.append(Text(f"{number}. {conclusion.text}{task + '.' if task else ''}"))
    return found


def notice(facts: Facts) -> Paper:
    """Return the notice of the chairman's conclusions, form 1.4."""
    meeting = facts.meeting
    return paper(
        facts,
        "THÔNG BÁO",
        f"Kết luận của {meeting.host} tại hội nghị {meeting.title}",
        "TB-UBND",
        Text(
            f"{clock.paper_date(meeting.starts_at).capitalize()}, tại {meeting.venue}, "
            f"{meeting.host} đã chủ trì hội nghị {meeting.title}, với {facts.came['present']} "
            f"người dự và {len(facts.floor['done'])} lượt phát biểu. "
            "Chủ tịch kết luận như sau:"
        ),
        *_conclusions(facts),
        Text(rules.ended("Các bộ phận được giao triển khai thực hiện và báo cáo kết quả")),
    )


def report(facts: Facts) -> Paper:
    """Return the summary report of the opinions, with its tables."""
    figures = facts.figures
    return paper(
        facts,
        "BÁO CÁO",
        f"Tổng hợp ý kiến, kiến nghị tại hội nghị {facts.meeting.title}",
        "BC-UBND",
        Text("I. KẾT QUẢ CHUNG", "heading"),
        Text(
            f"Có {facts.came['present']} người dự, {len(facts.floor['done'])} lượt phát biểu; "
            f"{figures.opinions} phiếu và lượt ý kiến với {figures.matters} nội dung: "
            f"{figures.answered} đã trả lời, {figures.duplicates} trùng, "
            f"{figures.passed_up} chuyển cấp trên, {figures.out_of_scope} ngoài thẩm quyền, "
            f"{figures.redirected} chuyển theo thủ tục riêng, {figures.late} quá hạn."
        ),
        Text("II. THEO LĨNH VỰC", "heading"),
        _counts("Lĩnh vực", figures.by_topic),
        Text("III. THEO TÌNH TRẠNG", "heading"),
        _counts("Tình trạng", figures.by_state),
        Text("IV. THEO ĐƠN VỊ TRẢ LỜI", "heading"),
        _counts("Đơn vị", figures.by_body),
        Text("V. TỪNG NỘI DUNG", "heading"),
        Grid(
            ("Số", "Nội dung", "Đơn vị", "Tình trạng"),
            [
                (str(m.number or ""), m.title or m.text, m.lead, _state(m.state))
                for m in facts.matters
            ],
            (8, 48, 24, 20),
        ),
        Text(rules.ended("Trên đây là báo cáo tổng hợp")),
    )


def _counts(head: str, counts: Any) -> Grid:
    rows = [(str(count.name) or "Chưa ghi", str(count.count)) for count in counts]
    return Grid((head, "Số nội dung"), rows, (75, 25))


def _state(state: str) -> str:
    return str(opinions.STATE_WORDS[state])
