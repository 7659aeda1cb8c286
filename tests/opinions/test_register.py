"""Taking in, giving to bodies, answering, publishing: the verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.ledger import Change
from kiosk.errors import Conflict
from kiosk.errors import Forbidden
from kiosk.errors import NotFound
from kiosk.errors import Refused
from kiosk.models import Meeting
from kiosk.plugins.meetings.calendar import service as calendar
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.matters import editing
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.service import Who
from tests.conftest import Known
from tests.opinions.conftest import BODY
from tests.opinions.conftest import ORGANISER
from tests.opinions.conftest import SECRETARY
from tests.opinions.conftest import Register


def test_one_slip_holds_several_matters_each_with_its_number(
    register: Register, meeting: Known
) -> None:
    first, second = register.take("Cống tắc", "Đèn hỏng", authors=["Nguyễn Thị Hoa"])
    found = [register.matter(one) for one in (first, second)]
    assert [matter.number for matter in found] == [1, 2]
    assert found[0].opinion_id == found[1].opinion_id
    assert {matter.state for matter in found} == {"received"}
    (third,) = register.take("Mương lấp", topic_id=meeting.topics["T5"])
    assert register.matter(third).state == "classified"


def test_complaint_and_denunciation_leave_the_slip(app: Flask, register: Register) -> None:
    new = service.NewOpinion(
        "letter",
        (
            service.NewMatter("Cống tắc"),
            service.NewMatter("Khiếu nại quyết định thu hồi", kind="complaint"),
            service.NewMatter("Tố cáo cán bộ X nhận tiền", kind="denunciation"),
        ),
        (service.Author(name="Trần Văn Kín"),),
    )
    with app.app_context(), writing() as session:
        taken = service.take_in(
            session, register.meeting.id, new, actor="Thư ký", now=kiosk_clock.now()
        )
    found = [register.matter(one) for one in taken.matter_ids]
    assert len({matter.opinion_id for matter in found}) == 3
    assert [(m.state, m.number) for m in found] == [
        ("received", 1),
        ("redirected", 2),
        ("redirected", None),
    ]
    with app.app_context():
        shown = queries.matters(db.session(), register.meeting.id)
        told = str([(c.subject, c.facts) for c in db.session.scalars(select(Change))])
    assert [matter.number for matter in shown] == [1, 2]
    assert "nhận tiền" not in told


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "tiktok"}, "channel"),
        ({"matters": ()}, "matters"),
        ({"matters": (service.NewMatter(" \u200b "),)}, "text"),
        ({"matters": (service.NewMatter("x" * 8001),)}, "text"),
        ({"matters": (service.NewMatter("x", kind="joke"),)}, "kind"),
        ({"matters": (service.NewMatter("x", topic_id=99999),)}, "topic"),
        ({"area_id": 99999}, "area"),
        ({"authors": (service.Author(99999),)}, "authors"),
    ],
)
def test_a_wrong_slip_is_refused_whole_and_names_the_field(
    app: Flask, register: Register, wrong: dict[str, object], field: str
) -> None:
    values: dict[str, object] = {"channel": "slip", "matters": (service.NewMatter("Cống tắc"),)}
    new = service.NewOpinion(**{**values, **wrong})  # type: ignore[arg-type]  # wrong on purpose
    with app.app_context(), pytest.raises(Refused) as refused, writing() as session:
        service.take_in(session, register.meeting.id, new, actor="t", now=kiosk_clock.now())
    assert field in refused.value.fields
    with app.app_context():
        assert queries.matters(db.session(), register.meeting.id) == []


def test_a_due_date_comes_from_the_table_in_working_days(
    register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    done = register.assign(one, bodies["Địa chính"], bodies["Công an"], bodies["Địa chính"])
    # 26/10/2023 and ten working days.
    assert (done.due_on, done.moved_from) == (date(2023, 11, 9), None)
    matter = register.matter(one)
    assert (matter.state, matter.lead_body_id) == ("assigned", bodies["Địa chính"])


def test_a_due_date_on_a_day_off_moves_and_says_so(
    app: Flask, register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    with app.app_context(), writing() as session:
        calendar.set_day(
            session,
            session.get_one(Meeting, meeting.id),
            [date(2023, 11, 20)],
            works=False,
            everywhere=False,
            actor="t",
        )
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    asked = date(2023, 11, 18)  # a Saturday, the Monday after it a holiday
    done = register.assign(one, bodies["Địa chính"], due_on=asked)
    assert (done.due_on, done.moved_from) == (date(2023, 11, 21), asked)
    with pytest.raises(Refused) as refused:
        register.assign(one, bodies["Địa chính"], due_on=date(2023, 10, 1))
    assert "due_on" in refused.value.fields


def test_a_matter_without_topic_or_with_a_foreign_body_is_not_given(
    register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    (one,) = register.take("Cống tắc")
    with pytest.raises(Conflict) as conflict:
        register.assign(one, bodies["Địa chính"])
    assert conflict.value.code == "needs_topic"
    with pytest.raises(Refused):
        register.assign(one, 99999)
    assert register.matter(one).state == "received"


def test_two_secretaries_at_one_matter_the_second_is_told(register: Register) -> None:
    (one,) = register.take("Cống ngõ 5 tắc")
    seen = register.matter(one).revision
    mend = service.NewMatter("Cống ngõ 5 tắc khi mưa to")
    register.do(editing.mend, one, mend, revision=seen, who=Who("Chị Lan", SECRETARY.roles))
    with pytest.raises(Conflict) as conflict:
        register.do(editing.mend, one, service.NewMatter("Cống ngõ 6"), revision=seen)
    assert conflict.value.code == "changed_meanwhile"
    assert conflict.value.facts["by"] == "Chị Lan"
    assert register.matter(one).text == "Cống ngõ 5 tắc khi mưa to"


def test_what_was_there_before_stays_readable(app: Flask, register: Register) -> None:
    (one,) = register.take("Cống ngõ 5 tắc")
    register.do(editing.mend, one, service.NewMatter("Cống ngõ 6 tắc"))
    register.do(matters.write_answer, one, matters.Answer("Sẽ nạo vét."))
    register.do(matters.write_answer, one, matters.Answer("Đã nạo vét."))
    with app.app_context():
        steps = db.session.scalars(
            select(MatterStep).where(MatterStep.matter_id == one).order_by(MatterStep.id)
        ).all()
    assert [step.kind for step in steps] == ["received", "mended", "answer", "answer"]
    assert steps[1].before["text"] == "Cống ngõ 5 tắc"
    assert steps[3].before["answer"] == "Sẽ nạo vét."


def test_a_whole_life_and_no_step_by_the_wrong_role(
    register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"])
    for wrong in ("observer", "security", "moderator"):
        with pytest.raises(Forbidden):
            register.do(matters.move, one, "preparing", who=Who("x", frozenset({wrong})))
    with pytest.raises(Forbidden):
        register.do(matters.move, one, "answered_in_hall", who=BODY)
    register.do(
        matters.write_answer,
        one,
        matters.Answer("Đã nạo vét xong.", "settled", send=True),
        who=BODY,
        body_id=bodies["Địa chính"],
    )
    matter = register.matter(one)
    assert (matter.state, matter.proposed, matter.published_at) == ("preparing", "settled", None)
    register.do(matters.move, one, "answered_in_writing")
    with pytest.raises(Conflict):
        register.do(
            matters.write_answer, one, matters.Answer("Khác"), who=BODY, body_id=bodies["Địa chính"]
        )
    register.do(matters.move, one, "settled")
    with pytest.raises(Conflict) as conflict:
        register.do(matters.move, one, "assigned")
    assert conflict.value.code == "wrong_state"
    assert register.matter(one).closed_at is not None


def test_a_body_cannot_touch_what_is_not_its_own(
    register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"], bodies["Văn hóa"])
    with pytest.raises(NotFound):
        register.do(
            matters.write_answer, one, matters.Answer("x"), who=BODY, body_id=bodies["Công an"]
        )
    register.do(matters.write_answer, one, matters.Answer("x"), who=BODY, body_id=bodies["Văn hóa"])


def test_publishing_refuses_names_and_phones(
    register: Register, meeting: Known, add_delegate: Callable[..., int]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    (one,) = register.take("Cống tắc", authors=[hoa], topic_id=meeting.topics["T5"])
    for title in ("Cống nhà bà Nguyễn Thị Hoa", "Gọi 0912345678", ""):
        with pytest.raises(Refused) as refused:
            register.do(matters.publish, one, title)
        assert "title" in refused.value.fields
    register.do(matters.publish, one, "Nạo vét cống ngõ 5")
    assert register.matter(one).published_at is not None
    # Another answer is not public before it is read again.
    register.do(matters.write_answer, one, matters.Answer("Bà Nguyễn Thị Hoa yên tâm."))
    assert register.matter(one).published_at is None
    with pytest.raises(Refused) as refused:
        register.do(matters.publish, one, "Nạo vét cống ngõ 5")
    assert "answer" in refused.value.fields


def test_every_move_that_the_machine_allows_works_on_the_database(
    register: Register, meeting: Known, bodies: dict[str, int]
) -> None:
    """Walk each edge of the machine once with real rows."""
    for state, moves in rules.MOVES.items():
        if state in {rules.DUPLICATE, rules.REDIRECTED}:
            continue
        for target in moves:
            if target in {rules.DUPLICATE, rules.REDIRECTED}:
                continue
            (one,) = register.take("Cống tắc", topic_id=meeting.topics["T5"])
            with register.app.app_context(), writing() as session:
                matter = service.held(session, meeting.id, one, ORGANISER, None)
                matter.state, matter.answer = state, "Xong"
                matter.lead_body_id = bodies["Công an"]
            register.do(matters.move, one, target)
            assert register.matter(one).state == target
