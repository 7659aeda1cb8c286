"""The plan of the demo meeting as data; nothing but the demo takes it over.

Source: the plan of the ward People's Committee of Tân Dân of 25 September 2023 for the
dialogue of its chairman with the residents of Kim Đồng on 26 October 2023: hours, place,
topics (II.1), composition (III.2). How many persons a body sends, the hours inside the
programme and the split of Kim Đồng in two areas are our assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime

from kiosk.plugins.meetings import plan
from kiosk.plugins.meetings.plan import PlannedGroup
from kiosk.plugins.meetings.service import NewMeeting


@dataclass(frozen=True)
class Post:
    """An office that a body sends: "Trưởng ban", with the form of address of papers."""

    body: str
    title: str


TITLE = "Đối thoại với nhân dân khu Kim Đồng"
HOST = "Chủ tịch UBND phường"
VENUE = "Nhà văn hóa khu Kim Đồng I"
ADDRESS = "phường Tân Dân, thị xã Kinh Môn, tỉnh Hải Dương"
WARD = "Phường Tân Dân"
ORG_NAME = "ỦY BAN NHÂN DÂN\nPHƯỜNG TÂN DÂN"
PLACE_NAME = "Tân Dân"
PLAN_NUMBER = "Kế hoạch ngày 25/9/2023 của UBND phường Tân Dân"
STARTS_AT = datetime(2023, 10, 26, 6, 30, tzinfo=UTC)  # 13:30 in Vietnam
ENDS_AT = datetime(2023, 10, 26, 10, 0, tzinfo=UTC)  # 17:00 in Vietnam

AREAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Khu Kim Đồng I", ("Kim Đồng I", "Kim Đồng 1", "KĐ1", "KĐ I", "KĐI", "K.Đồng I", "K.Đồng 1")),
    (
        "Khu Kim Đồng II",
        ("Kim Đồng II", "Kim Đồng 2", "KĐ2", "KĐ II", "KĐII", "K.Đồng II", "K.Đồng 2"),
    ),
)

GROUPS: tuple[PlannedGroup, ...] = (
    replace(
        plan.GROUPS[0],
        name="Đại biểu thị xã",
        bodies=(
            ("Ban Dân vận Thị ủy", ("Phó Trưởng Ban Dân vận Thị ủy",)),
            ("Ủy ban MTTQ thị xã", ("Phó Chủ tịch Ủy ban MTTQ thị xã",)),
            ("Thị ủy viên phụ trách Đảng bộ phường", ("Thị ủy viên phụ trách Đảng bộ phường",)),
        ),
    ),
    *plan.GROUPS[1:4],
    replace(plan.GROUPS[4], name="Đại biểu khu"),
)

TOPICS = (
    replace(
        plan.TOPICS[0],
        wording="Tình hình kinh tế - xã hội 9 tháng đầu năm, nhiệm vụ 3 tháng cuối năm và những "
        "vấn đề nhân dân, dư luận quan tâm",
    ),
    *plan.TOPICS[1:],
)

PROGRAMME: plan.Programme = tuple(
    (at, f"{what} 9 tháng" if what.startswith("Báo cáo tóm tắt") else what, who)
    for at, what, who in plan.PROGRAMME
)

# What the demo itself has done when it is made: its list, its slips, its posted notice.
DONE = frozenset(
    (
        "Lập danh sách đại biểu",
        "Thu thập ý kiến qua Mặt trận và các đoàn thể",
        "Báo cho dân biết thời gian, địa điểm, nội dung",
    )
)

PROFILE = plan.Profile("", GROUPS, TOPICS, PROGRAMME, plan.TASKS)


def of_the_plan(name: str, starts_at: datetime) -> NewMeeting:
    """Return the plan's meeting, moved so that it starts at this moment."""
    return NewMeeting(
        name=name,
        title=TITLE,
        venue=VENUE,
        starts_at=starts_at,
        ends_at=starts_at + (ENDS_AT - STARTS_AT),
        host=HOST,
        address=ADDRESS,
        ward=WARD,
        org_name=ORG_NAME,
        place_name=PLACE_NAME,
        plan_number=PLAN_NUMBER,
        areas=AREAS,
        profile=PROFILE,
    )


def posts() -> list[tuple[PlannedGroup, Post]]:
    """Return every office of the composition in order of precedence."""
    return [
        (group, Post(body, title))
        for group in GROUPS
        for body, titles in group.bodies
        for title in titles
    ]
