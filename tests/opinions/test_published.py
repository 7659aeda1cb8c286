"""What is published is answered: the state follows the act, on every page that tells it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from kiosk.db.base import db
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.matters import service
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person
from tests.opinions.conftest import Register

TITLE = "Khơi thông rãnh nước xóm Đình"


@pytest.fixture
def assigned(register: Register, meeting: Known, bodies: dict[str, int]) -> int:
    """A matter that a body has to answer."""
    (one,) = register.take("Rãnh nước xóm Đình tắc", topic_id=meeting.topics["T5"])
    register.assign(one, bodies["Địa chính"])
    return one


def public_page(app: Flask, meeting: Known) -> str:
    return app.test_client().get(f"/p/{meeting.name}/opinions").get_data(as_text=True)


@pytest.mark.parametrize(
    "before", [rules.CLASSIFIED, rules.ASSIGNED, rules.PREPARING, rules.IN_PROGRESS]
)
@pytest.mark.parametrize(
    ("proposed", "after"),
    [
        ("", rules.IN_WRITING),
        (rules.IN_PROGRESS, rules.IN_WRITING),
        (rules.SETTLED, rules.SETTLED),
        (rules.OUT_OF_SCOPE, rules.OUT_OF_SCOPE),
    ],
)
def test_publishing_an_answer_answers_the_matter(before: str, proposed: str, after: str) -> None:
    open_matter = rules.Standing(before, "request", True, before != rules.CLASSIFIED, True)
    assert rules.after_publishing(open_matter, proposed) == after


@pytest.mark.parametrize("state", sorted(set(rules.STATES) - rules.OPEN))
def test_publishing_moves_nothing_that_is_answered_passed_up_or_closed(state: str) -> None:
    for proposed in ("", *rules.PROPOSALS):
        found = rules.after_publishing(rules.Standing(state, "request", True, True, True), proposed)
        assert found == state


@pytest.mark.parametrize("state", sorted(rules.OPEN))
def test_one_line_without_an_answer_moves_nothing(state: str) -> None:
    bare = rules.Standing(state, "request", True, True, False)
    assert rules.after_publishing(bare, rules.SETTLED) == state


def test_a_published_answer_is_done_everywhere_and_never_late(
    app: Flask,
    register: Register,
    meeting: Known,
    assigned: int,
    as_role: Callable[[str], Person],
    clock: FixedClock,
) -> None:
    register.do(
        service.write_answer, assigned, service.Answer("Đội vệ sinh đã khơi rãnh.", send=True)
    )
    register.do(service.publish, assigned, TITLE)
    assert register.matter(assigned).state == rules.IN_WRITING
    assert register.matter(assigned).answered_at is not None
    clock.pass_(seconds=timedelta(days=90).total_seconds())
    page = as_role("secretary").get(f"/m/{meeting.name}/opinions/{assigned}").get_data(as_text=True)
    for words in ("Đang chuẩn bị trả lời</span>", "quá "):
        assert words not in page.split('<section class="card"><h3>')[0]
    everyone = public_page(app, meeting)
    assert "1 đã xong" in everyone
    assert "Đang làm" not in everyone
    with app.app_context():
        figures = queries.figures(db.session(), meeting.id)
    assert (figures.answered, figures.late, figures.open) == (1, 0, 0)


def test_what_was_published_by_mistake_goes_back_to_where_it_was(
    register: Register, assigned: int
) -> None:
    register.do(service.write_answer, assigned, service.Answer("Đã khơi.", send=True))
    register.do(service.publish, assigned, TITLE)
    register.do(service.withdraw_from_public, assigned)
    matter = register.matter(assigned)
    assert (matter.state, matter.answered_at, matter.closed_at) == (rules.PREPARING, None, None)
    register.do(service.publish, assigned, TITLE)
    assert register.matter(assigned).state == rules.IN_WRITING


def test_a_public_answer_that_is_mended_waits_to_be_published_again(
    register: Register, assigned: int
) -> None:
    register.do(service.write_answer, assigned, service.Answer("Đã khơi.", send=True))
    register.do(service.publish, assigned, TITLE)
    register.do(service.write_answer, assigned, service.Answer("Đã khơi rãnh ngày 3/11."))
    matter = register.matter(assigned)
    assert (matter.state, matter.published_at) == (rules.PREPARING, None)


def test_what_was_moved_since_stays_where_it_was_moved(register: Register, assigned: int) -> None:
    register.do(service.write_answer, assigned, service.Answer("Đã khơi.", send=True))
    register.do(service.publish, assigned, TITLE)
    register.do(service.move, assigned, rules.SETTLED)
    register.do(service.withdraw_from_public, assigned)
    assert register.matter(assigned).state == rules.SETTLED


def test_passing_up_moves_the_state_and_its_answer_stays_with_the_higher_level(
    app: Flask, register: Register, meeting: Known, assigned: int
) -> None:
    register.do(service.move, assigned, rules.PASSED_UP)
    register.do(service.write_answer, assigned, service.Answer("Đã gửi Sở.", send=True))
    register.do(service.publish, assigned, TITLE)
    assert register.matter(assigned).state == rules.PASSED_UP
    everyone = public_page(app, meeting)
    assert "Đang làm" not in everyone
    assert "Chậm" not in everyone


def test_the_page_of_a_matter_folds_the_states_away_and_asks_before_it_erases(
    register: Register,
    meeting: Known,
    as_role: Callable[[str], Person],
    add_delegate: Callable[..., int],
) -> None:
    who = add_delegate("Phí Thị Lụa", salutation="bà")
    (one,) = register.take("Ao cạn", authors=[who], topic_id=meeting.topics["T5"])
    page = as_role("secretary").get(f"/m/{meeting.name}/opinions/{one}").get_data(as_text=True)
    assert "Bước tiếp theo" not in page
    assert "Đổi tình trạng bằng tay" in page
    # Each state is offered once: passing up has its own button.
    assert page.count('value="passed_up"') == 1
    assert "Xóa tên Bà Phí Thị Lụa?" in page
    dialog = page.split('<dialog class="dialog" id="forget-')[1].split("</dialog>")[0]
    assert "/forget" in dialog
    assert "/forget" not in page.split("<dialog")[0]
