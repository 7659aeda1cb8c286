"""Nine slips of the demo meeting, made up: what people bring before the day."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import clock
from kiosk.models import Body
from kiosk.models import Delegate
from kiosk.models import Group
from kiosk.models import Topic
from kiosk.plugins.opinions.matters import service as work
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import settings
from kiosk.plugins.opinions.register.service import Who


@dataclass(frozen=True)
class Sample:
    """One matter of a slip: topic code, words, kind, the prepared answer if there is one."""

    topic: str
    text: str
    title: str
    kind: str = "request"
    answer: str = ""
    competence: str = "ward"


@dataclass(frozen=True)
class Slip:
    """What one person brought; `people` 0 means anonymous."""

    channel: str
    days_before: int
    matters: tuple[Sample, ...]
    people: int = 1


SLIPS = (
    Slip(
        "front",
        9,
        (
            Sample(
                "T5",
                "Cống thoát nước ngõ 5 bị tắc, mưa to là nước tràn vào sân mấy hộ đầu ngõ. "
                "Mong phường cho nạo vét trước mùa mưa.",
                "Nạo vét cống thoát nước ngõ 5",
                answer="Phường đã kiểm tra ngày hôm qua. Địa chính - Xây dựng sẽ cho nạo vét toàn "
                "tuyến dài 180 mét trong tháng này; nắp cống đưa vào kế hoạch năm sau.",
            ),
        ),
        people=2,
    ),
    Slip(
        "slip",
        8,
        (
            Sample(
                "T5",
                "Đèn đường khu Kim Đồng II hỏng ba tháng nay, buổi tối trẻ con đi học về rất tối.",
                "Sửa đèn đường khu Kim Đồng II",
                "report",
                answer="Đã thay 4 bóng, còn 2 bóng chờ vật tư, xong trong tuần này.",
            ),
            Sample(
                "T6",
                "Xe tải quá tải chạy qua ngõ vào giờ tan trường, đề nghị có biển cấm giờ.",
                "Cấm xe tải giờ tan trường",
            ),
        ),
    ),
    Slip(
        "phone",
        7,
        (
            Sample(
                "T5",
                "Hồ sơ cấp giấy chứng nhận quyền sử dụng đất nộp từ năm ngoái vẫn chưa có kết quả.",
                "Cấp giấy chứng nhận quyền sử dụng đất chậm",
            ),
        ),
    ),
    Slip(
        "association",
        7,
        (
            Sample(
                "T4",
                "Đề nghị rà soát lại chế độ hộ cận nghèo, có hộ khó khăn mà chưa được xét.",
                "Rà soát chế độ hộ cận nghèo",
                answer="Văn hóa - Xã hội sẽ rà soát cùng Ban công tác Mặt trận khu trong tháng 11.",
            ),
        ),
        people=3,
    ),
    Slip(
        "letter",
        6,
        (
            Sample(
                "T5",
                "Mương nội đồng bị bồi lấp, ruộng thiếu nước. Kênh chính do cấp trên quản lý, "
                "xin phường kiến nghị.",
                "Nạo vét mương nội đồng và kênh chính",
                competence="above",
            ),
        ),
    ),
    Slip(
        "page",
        5,
        (
            Sample(
                "T7",
                "Bộ phận một cửa buổi chiều mở muộn, bà con phải chờ lâu.",
                "Giờ làm việc của bộ phận một cửa",
                "suggestion",
                answer="Từ tuần tới bộ phận một cửa có mặt từ 13 giờ 30.",
            ),
        ),
    ),
    Slip(
        "slip",
        5,
        (
            Sample(
                "T6",
                "Quán hát đầu khu gây tiếng ồn ban đêm, mong công an nhắc nhở.",
                "Tiếng ồn ban đêm ở đầu khu",
                "report",
            ),
        ),
        people=0,
    ),
    Slip(
        "slip",
        4,
        (
            Sample(
                "T5",
                "Ngõ 5 cống tắc nước không thoát được, mưa to là ngập vào nhà.",
                "Cống ngõ 5 tắc",
            ),
        ),
    ),
    Slip(
        "letter",
        4,
        (
            Sample(
                "",
                "Gia đình không đồng ý với quyết định xử phạt về xây dựng, xin khiếu nại.",
                "",
                "complaint",
            ),
        ),
    ),
)
_OFFICE = Who("Văn phòng HĐND & UBND", frozenset({"organiser"}))


def put_in(session: Session, meeting_id: int, starts_at: datetime, now: datetime) -> list[int]:
    """Put the nine slips into a meeting's register; returns the matters' ids.

    Those with a prepared answer are given to the topic's body and wait for the day.
    """
    draw = random.Random(f"opinions:{meeting_id}")  # noqa: S311  # made up, the same every time
    people = list(
        session.scalars(
            select(Delegate.id)
            .join(Group, Group.id == Delegate.group_id)
            .where(Delegate.meeting_id == meeting_id, Group.kind == "household")
            .order_by(Delegate.id)
        )
    )
    topics = {
        topic.code: topic
        for topic in session.scalars(select(Topic).where(Topic.meeting_id == meeting_id))
    }
    made: list[int] = []
    for slip in SLIPS:
        brought_by = draw.sample(people, min(slip.people, len(people)))
        new = service.NewOpinion(
            slip.channel,
            tuple(_matter(sample, topics) for sample in slip.matters),
            tuple(service.Author(one) for one in brought_by),
            read_back=slip.channel in {"phone", "slip"},
        )
        came = min(now, starts_at - timedelta(days=slip.days_before))
        taken = service.take_in(session, meeting_id, new, actor=_OFFICE.name, now=came)
        made += taken.matter_ids
        for matter_id, sample in zip(taken.matter_ids, slip.matters, strict=True):
            _prepare(session, meeting_id, matter_id, topics.get(sample.topic), sample, now)
    return made


def _matter(sample: Sample, topics: dict[str, Topic]) -> service.NewMatter:
    topic = topics.get(sample.topic)
    return service.NewMatter(
        sample.text, sample.title, topic.id if topic else None, sample.kind, sample.competence
    )


def _prepare(
    session: Session,
    meeting_id: int,
    matter_id: int,
    topic: Topic | None,
    sample: Sample,
    now: datetime,
) -> None:
    if topic is None or topic.body_id is None or not sample.answer:
        return
    wanted = work.Assignment(topic.body_id)
    done = work.assign(session, meeting_id, matter_id, wanted, 1, who=_OFFICE, now=now)
    body = session.get_one(Body, topic.body_id)
    by_body = Who(body.name, frozenset({"body"}))
    answer = work.Answer(sample.answer, send=True)
    work.write_answer(
        session,
        meeting_id,
        matter_id,
        answer,
        done.revision,
        who=by_body,
        now=now,
        body_id=topic.body_id,
    )


def add_rules(session: Session, meeting_id: int) -> None:
    """Add topic rules that the plan's bodies suggest: irrigation goes to the co-operative."""
    bodies = {
        body.name: body.id
        for body in session.scalars(select(Body).where(Body.meeting_id == meeting_id))
    }
    topic = session.scalar(
        select(Topic.id).where(Topic.meeting_id == meeting_id, Topic.code == "T5")
    )
    farm, land = bodies.get("HTX dịch vụ nông nghiệp"), bodies.get("Địa chính - Xây dựng")
    if topic is not None and farm is not None and land is not None:
        rule = settings.NewRule(topic, ("mương", "thủy lợi", "ruộng", "kênh"), farm, (land,))
        settings.add_rule(session, meeting_id, rule, actor=_OFFICE.name)


def post_notice(session: Session, meeting_id: int, starts_at: datetime) -> None:
    """Note that the meeting was announced in time."""
    posted_on = clock.local(starts_at).date() - timedelta(days=10)
    place = "Trụ sở UBND phường, nhà văn hóa khu"
    settings.post(session, meeting_id, "notice", place, posted_on, None, actor=_OFFICE.name)
