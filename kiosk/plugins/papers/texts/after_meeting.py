"""Papers from after the meeting: notice of conclusions, summary report, slip to a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk import clock
from kiosk.models import Meeting
from kiosk.plugins.opinions import queries as opinions
from kiosk.plugins.papers import values
from kiosk.plugins.papers.texts import minutes
from kiosk.plugins.papers.texts.before_meeting import OPEN
from kiosk.plugins.papers.texts.before_meeting import for_meeting
from kiosk.plugins.papers.texts.before_meeting import paper
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.values import Chart
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Text

OFFICE_KEEPS = "Lưu: VT"


def notice(facts: Facts) -> Paper:
    """Return the notice of the chairman's conclusions, form 1.4."""
    meeting = facts.meeting
    made = paper(
        facts,
        "THÔNG BÁO",
        f"Kết luận của {meeting.host or OPEN} tại hội nghị {meeting.title}",
        "TB-UBND",
        Text(
            f"{clock.paper_date(meeting.starts_at).capitalize()}, tại {meeting.venue}, "
            f"{meeting.host or OPEN} đã chủ trì hội nghị {meeting.title}. Tham dự có "
            f"{facts.came['came']} đại biểu được mời, trong đó "
            f"{facts.came['households_present']} đại diện hộ gia đình"
            f"{' và ' + facts.beside if facts.beside else ''}.",
            key="opening",
        ),
        Text(
            f"Sau khi nghe {_spoken(facts)} lượt phát biểu, {facts.figures.matters} nội dung ý "
            f"kiến và giải trình của các bộ phận chuyên môn, {meeting.host or OPEN} kết luận "
            "như sau:",
            key="heard",
        ),
        *_concluded(facts),
        Text(
            values.ended(
                "Các bộ phận được giao triển khai thực hiện, báo cáo kết quả về Ủy ban nhân dân; "
                "đề nghị Ủy ban Mặt trận Tổ quốc và các đoàn thể giám sát"
            ),
            key="carried_out",
        ),
    )
    bodies = dict.fromkeys(one.body for one in facts.conclusions if one.body)
    return replace(
        made,
        recipients=(
            "Thường trực Đảng ủy, HĐND",
            "Ủy ban MTTQ, Khối Dân vận",
            *bodies,
            *(area["name"] for area in facts.came["by_area"]),
            OFFICE_KEEPS,
        ),
    )


def _spoken(facts: Facts) -> int:
    return len(facts.floor["done"])


def _concluded(facts: Facts) -> list[values.Block]:
    general = [one for one in facts.conclusions if one.matter_id is None]
    by_matter = [one for one in facts.conclusions if one.matter_id is not None]
    above = [m.without_names() for m in facts.matters if m.state == "passed_up"]
    parts: list[tuple[str, list[values.Block]]] = [
        ("Đánh giá chung", [_task(one) for one in general]),
        ("Từng nội dung kiến nghị", _points([_of_matter(one) for one in by_matter])),
        (
            "Nội dung vượt thẩm quyền, kiến nghị cấp trên",
            _points([(f"above:{m.id}", f"{m.words.rstrip('.')}.") for m in above]),
        ),
    ]
    filled = [(title, blocks) for title, blocks in parts if blocks]
    if not filled:
        return [Text(minutes.NONE_YET, key="conclusions")]
    found: list[values.Block] = []
    for number, (title, blocks) in enumerate(filled, start=1):
        found += [Text(f"{number}. {title}", "heading"), *blocks]
    return found


def _task(one: Any) -> Text:
    return Text(minutes.concluded(one), key=f"conclusion:{one.id}")


def _of_matter(one: Any) -> tuple[str, str]:
    about = f"{one.matter_title.rstrip('.')}: " if one.matter_title else ""
    return f"conclusion:{one.id}", f"{about}{minutes.concluded(one)}"


def _points(items: Sequence[tuple[str, str]]) -> list[values.Block]:
    return [
        Text(f"{values.point(place)} {words}", key=key) for place, (key, words) in enumerate(items)
    ]


def report(facts: Facts) -> Paper:
    """Return the summary report of the opinions, with its tables and charts."""
    figures = facts.figures
    made = paper(
        facts,
        "BÁO CÁO",
        f"Tổng hợp ý kiến, kiến nghị tại hội nghị {facts.meeting.title}",
        "BC-UBND",
        Text("I. KẾT QUẢ CHUNG", "heading"),
        Text(
            f"Có {facts.came['came']} người dự trên {facts.came['invited']} đại biểu được mời, "
            f"{facts.beside + ', ' if facts.beside else ''}"
            f"{_spoken(facts)} lượt phát biểu; tiếp nhận {figures.opinions} phiếu và lượt ý kiến "
            f"với {figures.matters} nội dung.",
            key="came",
        ),
        Text(
            f"Trong đó {figures.answered} nội dung đã trả lời, {figures.open} đang giải quyết, "
            f"{figures.duplicates} trùng, {figures.passed_up} chuyển cấp trên, "
            f"{figures.out_of_scope} ngoài thẩm quyền, {figures.redirected} chuyển theo thủ tục "
            f"riêng; {figures.late} quá hạn.",
            key="figures",
        ),
        *_section("II. THEO LĨNH VỰC", "Lĩnh vực", figures.by_topic, figures.matters),
        *_section("III. THEO TÌNH TRẠNG", "Tình trạng", figures.by_state, figures.matters),
        *_section("IV. THEO ĐƠN VỊ TRẢ LỜI", "Đơn vị", figures.by_body, figures.matters)[:2],
        *_section("V. THEO NGUỒN TIẾP NHẬN", "Nguồn", figures.by_channel, figures.matters)[:2],
        Text("VI. TỪNG NỘI DUNG", "heading"),
        _every(facts),
        Text(values.ended("Trên đây là báo cáo tổng hợp"), key="end"),
    )
    return replace(
        made,
        recipients=("Thường trực Đảng ủy, HĐND", "Ủy ban MTTQ", "Các bộ phận", OFFICE_KEEPS),
    )


def _section(title: str, head: str, counts: Any, whole: int) -> list[values.Block]:
    named = [(str(count.name) or "Chưa phân loại", count.count) for count in counts]
    rows = [(name, str(number), values.share(number, whole)) for name, number in named]
    blocks: list[values.Block] = [Text(title, "heading")]
    if not rows:
        return [*blocks, Text(minutes.NONE_YET)]
    grid = Grid((head, "Số nội dung", "Tỷ lệ"), rows, (60, 20, 20))
    return [*blocks, grid, Chart(f"Số nội dung theo {head.lower()}", named)]


def _every(facts: Facts) -> Grid:
    """Every matter without who brought it: the report goes to many hands."""
    bare = [matter.without_names() for matter in facts.matters]
    return Grid(
        ("Số", "Nội dung", "Đơn vị", "Nội dung trả lời", "Thời hạn", "Kết quả"),
        [
            (
                f"{m.number:02d}" if m.number else "",
                words_for_many(m),
                m.lead,
                m.answer,
                f"{m.due_on:%d/%m/%Y}" if m.due_on else "",
                str(opinions.STATE_WORDS[m.state]),
            )
            for m in bare
        ],
        (6, 27, 14, 24, 16, 13),
    )


def words_for_many(matter: opinions.MatterView) -> str:
    """Return what a paper for many hands says of a matter: of a complaint only that it is one."""
    return "Nội dung khiếu nại." if matter.kind == "complaint" else matter.words


def handing_over(meeting: Meeting, slip: Any) -> Paper:
    """Return the slip that hands one matter to a body (phiếu chuyển)."""
    number = f"số {slip.number:02d}" if slip.number else ""
    received = f"{slip.channel.lower()}, {clock.dmy(slip.received_at)}"
    due = f" Thời hạn: {values.dated(slip.due_on)}." if slip.due_on else ""
    partners = f" Phối hợp: {', '.join(slip.partners)}." if slip.partners else ""
    blocks: list[values.Block] = [
        Text(f"Kính gửi: {slip.lead or minutes.DOTS}.", "centre"),
        Text(
            f"Ủy ban nhân dân chuyển nội dung {number} tiếp nhận tại hội nghị "
            f"{meeting.title} ({received}):"
        ),
        Text(slip.text, "note"),
    ]
    if slip.topic:
        blocks.append(
            Text(f"Lĩnh vực: {slip.topic}." + (f" Khu: {slip.area}." if slip.area else ""))
        )
    if slip.conclusion:
        blocks.append(Text(f"Kết luận của Chủ tịch: {slip.conclusion}"))
    blocks.append(
        Text(f"Đề nghị {slip.lead or 'đơn vị'} xem xét, trả lời bằng văn bản.{due}{partners}")
    )
    blocks.append(
        Text(
            values.ended(
                f"Kết quả gửi về Văn phòng; người theo dõi: {slip.assigned_by or '......'}"
            )
        )
    )
    made = for_meeting(
        meeting, "PHIẾU CHUYỂN", "Ý kiến, kiến nghị của Nhân dân", "PC-UBND", *blocks
    )
    return replace(made, recipients=("Như trên", OFFICE_KEEPS))
