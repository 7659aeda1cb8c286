"""What is usual in a plan: composition, topics, programme, duties. No office's own facts.

Whatever is written here reaches the papers of every meeting that takes it over: it names
no place and no part of the year. "phường" stands for the office's own kind of unit, see
`for_unit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace
from datetime import date


@dataclass(frozen=True)
class PlannedGroup:
    """A composition group in its order of precedence."""

    code: str
    name: str
    kind: str
    bodies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    target: int = 0


@dataclass(frozen=True)
class PlannedTopic:
    """A subject of the plan: short name, the plan's wording (abridged), icon, body."""

    code: str
    name: str
    wording: str
    icon: str
    body: str


# (minutes after the start, what, who)
Programme = tuple[tuple[int, str, str], ...]
# (title, key of the deadline table or days before the meeting, who)
Tasks = tuple[tuple[str, str | int, str], ...]


@dataclass(frozen=True)
class Profile:
    """What the offices and bodies of a ward are: they changed when districts were abolished."""

    title: str
    groups: tuple[PlannedGroup, ...]
    topics: tuple[PlannedTopic, ...]
    programme: Programme
    tasks: Tasks


DOORS_OPEN_MINUTES = 30
WARD_UNIT = "phường"

GROUPS: tuple[PlannedGroup, ...] = (
    PlannedGroup(
        "A",
        "Đại biểu cấp trên",
        "official",
        (
            ("Ban Dân vận cấp trên", ("Đại diện Ban Dân vận cấp trên",)),
            ("Ủy ban MTTQ cấp trên", ("Đại diện Ủy ban MTTQ cấp trên",)),
            (
                "Cấp ủy viên phụ trách Đảng bộ phường",
                ("Cấp ủy viên phụ trách Đảng bộ phường",),
            ),
        ),
    ),
    PlannedGroup(
        "B",
        "Lãnh đạo phường",
        "official",
        (
            ("Ban Thường vụ Đảng ủy", ("Bí thư Đảng ủy", "Phó Bí thư Thường trực Đảng ủy")),
            ("Ban Chấp hành Đảng bộ", ("Đảng ủy viên",)),
            ("Thường trực HĐND", ("Chủ tịch HĐND phường", "Phó Chủ tịch HĐND phường")),
            ("Lãnh đạo UBND phường", ("Chủ tịch UBND phường", "Phó Chủ tịch UBND phường")),
        ),
    ),
    PlannedGroup(
        "C",
        "Mặt trận Tổ quốc và đoàn thể",
        "official",
        (
            ("Ủy ban MTTQ phường", ("Chủ tịch Ủy ban MTTQ phường",)),
            (
                "Các đoàn thể chính trị - xã hội",
                (
                    "Chủ tịch Hội Liên hiệp Phụ nữ",
                    "Chủ tịch Hội Nông dân",
                    "Chủ tịch Hội Cựu chiến binh",
                    "Bí thư Đoàn Thanh niên",
                ),
            ),
        ),
    ),
    PlannedGroup(
        "D",
        "Cán bộ, công chức, các ngành",
        "official",
        (
            ("Văn phòng HĐND & UBND", ("Công chức Văn phòng HĐND & UBND", "Cán bộ Văn thư")),
            ("Địa chính - Xây dựng", ("Công chức Địa chính", "Công chức Xây dựng")),
            ("Tài chính - Kế toán", ("Công chức Tài chính - Kế toán",)),
            ("Tư pháp", ("Công chức Tư pháp - Hộ tịch",)),
            ("Văn hóa - Xã hội", ("Công chức Văn hóa - Xã hội",)),
            ("Trạm Y tế", ("Trạm trưởng Trạm Y tế",)),
            ("Công an phường", ("Trưởng Công an phường", "Phó Trưởng Công an phường")),
            ("BCH Quân sự phường", ("Chỉ huy trưởng BCH Quân sự phường",)),
            (
                "Hiệu trưởng các nhà trường",
                (
                    "Hiệu trưởng Trường Mầm non",
                    "Hiệu trưởng Trường Tiểu học",
                    "Hiệu trưởng Trường THCS",
                ),
            ),
            ("HTX dịch vụ nông nghiệp", ("Giám đốc HTX dịch vụ nông nghiệp",)),
        ),
    ),
    PlannedGroup("E", "Đại diện hộ gia đình", "household", target=100),
)

TOPICS: tuple[PlannedTopic, ...] = (
    PlannedTopic(
        "T1",
        "Kinh tế - xã hội",
        "Tình hình kinh tế - xã hội, nhiệm vụ thời gian tới và những vấn đề nhân dân, dư luận "
        "quan tâm",
        "trending-up",
        "Văn phòng HĐND & UBND",
    ),
    PlannedTopic(
        "T2",
        "Chủ trương, chính sách",
        "Những vấn đề phát sinh khi thực hiện chủ trương của Đảng, chính sách, pháp luật",
        "scale",
        "Tư pháp",
    ),
    PlannedTopic(
        "T3",
        "Xây dựng Đảng, đoàn thể",
        "Tham gia xây dựng tổ chức Đảng, vai trò của MTTQ và các đoàn thể",
        "flag",
        "Ủy ban MTTQ phường",
    ),
    PlannedTopic(
        "T4",
        "An sinh, y tế, giáo dục",
        "Chính sách cán bộ, an sinh xã hội, giảm nghèo; văn hóa, tôn giáo, y tế, giáo dục; "
        "phòng chống dịch bệnh",
        "heart-pulse",
        "Văn hóa - Xã hội",
    ),
    PlannedTopic(
        "T5",
        "Đất đai, môi trường",
        "Quản lý đất đai, tài nguyên, môi trường; quy hoạch, xây dựng; nông nghiệp, nông thôn",
        "trees",
        "Địa chính - Xây dựng",
    ),
    PlannedTopic(
        "T6",
        "An ninh, trật tự",
        "An ninh, trật tự; quốc phòng, quân sự địa phương",
        "shield",
        "Công an phường",
    ),
    PlannedTopic(
        "T7",
        "Thái độ phục vụ",
        "Tinh thần, thái độ phục vụ nhân dân của cán bộ, công chức",
        "badge-check",
        "Lãnh đạo UBND phường",
    ),
)

PROGRAMME: Programme = (
    (0, "Ổn định tổ chức, tuyên bố lý do, giới thiệu đại biểu", "Văn phòng HĐND & UBND"),
    (15, "Báo cáo tóm tắt tình hình kinh tế - xã hội", "Lãnh đạo UBND phường"),
    (35, "Báo cáo tổng hợp ý kiến gửi trước hội nghị", "Ủy ban MTTQ phường"),
    (50, "Đối thoại: nhân dân nêu ý kiến, các bộ phận trả lời", "Chủ tịch UBND phường"),
    (180, "Kết luận hội nghị", "Chủ tịch UBND phường"),
)

# What has to be done, by whom, and the deadline of the table that sets the day, or how
# many days before the meeting: usual in plans of this kind, and each can be changed.
TASKS: Tasks = (
    ("Lập danh sách đại biểu", 14, "Văn phòng HĐND & UBND"),
    ("Thu thập ý kiến qua Mặt trận và các đoàn thể", 8, "Ủy ban MTTQ phường"),
    ("Báo cho dân biết thời gian, địa điểm, nội dung", "notice", "Văn phòng HĐND & UBND"),
    ("Nhận xong câu hỏi gửi trước", "questions_close", "Văn phòng HĐND & UBND"),
    ("Phát thông báo trên hệ thống truyền thanh", "loudspeaker", "Văn hóa - Xã hội"),
    ("Trao giấy mời tận tay", "invitations", "Văn phòng HĐND & UBND"),
    ("Chuẩn bị trả lời các ý kiến gửi trước", 1, "Các bộ phận chuyên môn"),
    ("Thử máy điểm danh và màn hình tại hội trường", 1, "Văn hóa - Xã hội"),
    ("Phương án bảo đảm an ninh, an toàn", 1, "Công an phường"),
    ("Thông báo kết luận", "conclusion_notice", "Văn phòng HĐND & UBND"),
    ("Công khai kết quả đối thoại", "results", "Văn phòng HĐND & UBND"),
    ("Trả lời từng ý kiến", "answer", "Các bộ phận chuyên môn"),
    ("Niêm yết đủ ngày tại trụ sở và nhà văn hóa", "posting", "Văn hóa - Xã hội"),
)

_DEPARTMENTS_2025: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Văn phòng HĐND và UBND", ("Chánh Văn phòng HĐND và UBND", "Công chức Văn thư")),
    (
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        ("Trưởng phòng Kinh tế, Hạ tầng và Đô thị", "Công chức Địa chính"),
    ),
    ("Phòng Văn hóa - Xã hội", ("Trưởng phòng Văn hóa - Xã hội",)),
    (
        "Trung tâm Phục vụ hành chính công",
        ("Giám đốc Trung tâm Phục vụ hành chính công",),
    ),
    ("Trạm Y tế", ("Trạm trưởng Trạm Y tế",)),
    ("Công an phường", ("Trưởng Công an phường", "Phó Trưởng Công an phường")),
    ("BCH Quân sự phường", ("Chỉ huy trưởng BCH Quân sự phường",)),
    (
        "Hiệu trưởng các nhà trường",
        (
            "Hiệu trưởng Trường Mầm non",
            "Hiệu trưởng Trường Tiểu học",
            "Hiệu trưởng Trường THCS",
        ),
    ),
)
# Which department has the work of which since 1 July 2025 (Decree 150/2025); a ward that
# is organised otherwise edits the bodies.
_SUCCESSORS_2025 = {
    "Văn phòng HĐND & UBND": "Văn phòng HĐND và UBND",
    "Tư pháp": "Văn phòng HĐND và UBND",
    "Tài chính - Kế toán": "Phòng Kinh tế, Hạ tầng và Đô thị",
    "Địa chính - Xây dựng": "Phòng Kinh tế, Hạ tầng và Đô thị",
    "Văn hóa - Xã hội": "Phòng Văn hóa - Xã hội",
}


def _groups_2025() -> tuple[PlannedGroup, ...]:
    above = (
        ("Ban Tuyên giáo và Dân vận cấp trên", ("Đại diện Ban Tuyên giáo và Dân vận cấp trên",)),
        ("Ủy ban MTTQ cấp trên", ("Đại diện Ủy ban MTTQ cấp trên",)),
    )
    changed = {
        "A": replace(GROUPS[0], bodies=above),
        "D": replace(GROUPS[3], bodies=_DEPARTMENTS_2025),
    }
    return tuple(changed.get(group.code, group) for group in GROUPS)


PROFILES: dict[str, Profile] = {
    "2023": Profile("Ba cấp, trước ngày 01/7/2025", GROUPS, TOPICS, PROGRAMME, TASKS),
    "2025": Profile(
        "Hai cấp, từ ngày 01/7/2025",
        _groups_2025(),
        tuple(replace(t, body=_SUCCESSORS_2025.get(t.body, t.body)) for t in TOPICS),
        tuple((at, what, _SUCCESSORS_2025.get(who, who)) for at, what, who in PROGRAMME),
        tuple((what, when, _SUCCESSORS_2025.get(who, who)) for what, when, who in TASKS),
    ),
}

TWO_LEVELS_SINCE = date(2025, 7, 1)


def profile_on(day: date) -> str:
    """Return the key of the profile that fits a day."""
    return "2025" if day >= TWO_LEVELS_SINCE else "2023"


def for_unit(profile: Profile, unit: str) -> Profile:
    """Return the profile in the words of a kind of unit: xã, thị trấn, đặc khu."""
    if unit == WARD_UNIT:
        return profile

    def own(words: str) -> str:
        # Decree 150/2025, article 3: a xã or đặc khu has no department of urban affairs.
        words = words.replace("Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng Kinh tế")
        return words.replace(WARD_UNIT, unit)

    return replace(
        profile,
        groups=tuple(
            replace(
                group,
                name=own(group.name),
                bodies=tuple(
                    (own(body), tuple(own(title) for title in titles))
                    for body, titles in group.bodies
                ),
            )
            for group in profile.groups
        ),
        topics=tuple(replace(topic, body=own(topic.body)) for topic in profile.topics),
        programme=tuple((at, what, own(who)) for at, what, who in profile.programme),
        tasks=tuple((what, when, own(who)) for what, when, who in profile.tasks),
    )
