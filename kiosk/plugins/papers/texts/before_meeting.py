"""Papers from before the meeting: invitation, lists, programme, loudspeaker text, slips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kiosk import clock
from kiosk import vietnamese
from kiosk.models import Meeting
from kiosk.plugins.delegates.queries import Listed
from kiosk.plugins.papers import values
from kiosk.plugins.papers.texts.facts import Facts
from kiosk.plugins.papers.values import Grid
from kiosk.plugins.papers.values import Paper
from kiosk.plugins.papers.values import Signer
from kiosk.plugins.papers.values import Text

DOTS = "." * 100
# A fact that a meeting of an older version does not say, to be written by hand.
OPEN = DOTS[:25]
LIST_SHARES = (8, 33, 30, 29)
ROLL_SHARES = (8, 31, 27, 16, 18)


def paper(facts: Facts, kind: str, about: str, symbol: str, *blocks: values.Block) -> Paper:
    """Return a paper of the ward's People's Committee, signed by the chairman."""
    return for_meeting(facts.meeting, kind, about, symbol, *blocks)


def for_meeting(
    meeting: Meeting, kind: str, about: str, symbol: str, *blocks: values.Block
) -> Paper:
    """Return a paper of the People's Committee that needs no more than the meeting."""
    return Paper(
        organ=values.organ_of(meeting.org_name) or (OPEN, OPEN),
        symbol=symbol,
        place=meeting.place_name or OPEN,
        kind=kind,
        about=about,
        blocks=blocks,
        recipients=("Như trên", "Thường trực Đảng ủy, HĐND", "Ủy ban MTTQ", "Lưu: VT"),
        signers=(Signer(values.SIGNING["TM"]),),
    )


def invitation(facts: Facts) -> Paper:
    """Return the invitation with an open name, form 1.7."""
    meeting = facts.meeting
    issuer = f"Ủy ban nhân dân {_lower(meeting.ward) or OPEN}"
    return paper(
        facts,
        "GIẤY MỜI",
        f"Dự hội nghị {_lower(meeting.title)}",
        "GM-UBND",
        Text(f"{issuer} trân trọng kính mời:", key="invites"),
        Text(DOTS, "line"),
        Text(f"Tới dự hội nghị {_lower(meeting.title)}.", key="to"),
        Text(f"Chủ trì: {meeting.host or OPEN}.", key="chair"),
        Text(f"Thời gian: {facts.when}.", key="when"),
        Text(f"Địa điểm: {facts.where}.", key="where"),
        Text(
            values.ended("Rất mong quý vị thu xếp thời gian đến dự, mang theo giấy mời có mã"),
            key="end",
        ),
    )


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def people(facts: Facts) -> Paper:
    """Return the list of delegates by group, an annex of form 2.1."""
    blocks: list[values.Block] = []
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for person in facts.invited:
        row = (vietnamese.greeting(person.salutation, person.name), person.title, person.area)
        groups.setdefault(person.group, []).append(row)
    for name, members in groups.items():
        blocks.append(Text(f"{name}: {len(members)} đại biểu", "heading"))
        rows = [(str(i), *member) for i, member in enumerate(members, start=1)]
        blocks.append(Grid(("TT", "Họ và tên", "Chức vụ", "Khu"), rows, LIST_SHARES))
    beside = f"; ngoài danh sách có {facts.beside}" if facts.beside else ""
    blocks.append(Text(values.ended(f"Danh sách có {len(facts.invited)} đại biểu{beside}")))
    about = f"Đại biểu dự hội nghị {_lower(facts.meeting.title)}"
    return paper(facts, "DANH SÁCH", about, "", *blocks)


def roll(facts: Facts) -> Paper:
    """Return the roll to tick by hand: short codes to enter afterwards, room to sign."""
    about = f"Đại biểu dự hội nghị {_lower(facts.meeting.title)}"
    blocks: list[values.Block] = [_to_sign(facts, facts.invited, 1)]
    if facts.added:
        blocks.append(Text("Khách tham dự thêm", "heading"))
        blocks.append(_to_sign(facts, facts.added, len(facts.invited) + 1))
    return paper(facts, "BẢNG ĐIỂM DANH", about, "", *blocks)


def _to_sign(facts: Facts, people: Sequence[Listed], first: int) -> Grid:
    rows = [
        (
            str(i),
            vietnamese.greeting(person.salutation, person.name),
            person.area or person.title or person.group,
            _grouped(facts.codes.get(person.id, "")),
            "",
        )
        for i, person in enumerate(people, start=first)
    ]
    return Grid(("TT", "Họ và tên", "Khu, đơn vị", "Mã số", "Ký tên"), rows, ROLL_SHARES)


def _grouped(short: str) -> str:
    return f"{short[:4]} {short[4:]}".strip()


def programme(facts: Facts) -> Paper:
    """Return the programme with its hours."""
    rows = [
        (clock.hm(datetime.fromisoformat(item["at"])), item["what"], item["who"])
        for item in facts.meeting.programme
    ]
    return paper(
        facts,
        "CHƯƠNG TRÌNH",
        f"Hội nghị {_lower(facts.meeting.title)}",
        "CTr-UBND",
        Text(f"Thời gian: {facts.when}.", key="when"),
        Text(f"Địa điểm: {facts.where}.", key="where"),
        Grid(("Giờ", "Nội dung", "Người thực hiện"), rows, (12, 56, 32)),
        Text(values.ended(f"Chủ trì: {facts.meeting.host or OPEN}")),
    )


def loudspeaker(facts: Facts) -> Paper:
    """Return the text that is read out over the loudspeakers."""
    meeting = facts.meeting
    points = [Text(f"- {topic}.") for topic in facts.topics]
    return paper(
        facts,
        "BÀI PHÁT THANH",
        f"Về hội nghị {_lower(meeting.title)}",
        "",
        Text("Kính thưa toàn thể Nhân dân!", key="greeting"),
        Text(f"{meeting.host or OPEN} tổ chức hội nghị {_lower(meeting.title)}.", key="what"),
        Text(f"Thời gian: {facts.when}.", key="when"),
        Text(f"Địa điểm: {facts.where}.", key="where"),
        Text("Nội dung đối thoại gồm:", key="topics"),
        *points,
        Text(
            "Đại biểu các hộ gia đình đến dự mang theo giấy mời để quét mã tại bàn đón tiếp; "
            "ai chưa có giấy mời xin đến bàn đón tiếp để được ghi tên.",
            key="how",
        ),
        Text(
            "Ý kiến có thể gửi trước qua Ban công tác Mặt trận khu, "
            "các đoàn thể hoặc Văn phòng UBND.",
            key="opinions",
        ),
        Text(
            values.ended("Xin trân trọng thông báo để toàn thể Nhân dân biết và tham gia"),
            key="end",
        ),
    )


def _slip(facts: Facts, kind: str, lines: tuple[str, ...]) -> Paper:
    return Paper(
        organ=values.organ_of(facts.meeting.org_name) or (OPEN, OPEN),
        symbol="",
        place=facts.meeting.place_name or OPEN,
        kind=kind,
        about=f"Hội nghị {_lower(facts.meeting.title)}",
        blocks=[Text(line, "line") for line in lines],
        signers=(Signer(("NGƯỜI GHI PHIẾU",)),),
        dated=False,
    )


def opinion_slip(facts: Facts) -> Paper:
    """Return the slip on which somebody writes an opinion."""
    return _slip(
        facts,
        "PHIẾU Ý KIẾN",
        (
            f"Họ và tên (có thể để trống): {DOTS[:50]}",
            f"Khu, địa chỉ: {DOTS[:70]}",
            f"Lĩnh vực: {DOTS[:74]}",
            "Nội dung ý kiến, kiến nghị:",
            *(DOTS for _line in range(10)),
        ),
    )


def speaking_slip(facts: Facts) -> Paper:
    """Return the slip with which somebody asks to speak."""
    return _slip(
        facts,
        "PHIẾU ĐĂNG KÝ PHÁT BIỂU",
        (
            f"Họ và tên: {DOTS[:74]}",
            f"Khu, đơn vị: {DOTS[:72]}",
            "Lĩnh vực phát biểu (đánh dấu một ô):",
            *(f"☐ {topic}" for topic in facts.topics),
            f"Nội dung tóm tắt: {DOTS[:68]}",
            DOTS,
        ),
    )
