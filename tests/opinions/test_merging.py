"""What is the same, what is split out, who is erased: nobody is lost, nothing leaks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Conflict
from kiosk.errors import NotFound
from kiosk.plugins.opinions import erase
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions import rules
from kiosk.plugins.opinions.matters import editing
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import MatterStep
from kiosk.plugins.opinions.models import OpinionAuthor
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register import similar
from tests.conftest import Known
from tests.opinions.conftest import ORGANISER
from tests.opinions.conftest import Register


def test_merging_keeps_everyone_and_can_be_taken_back(app: Flask, register: Register) -> None:
    texts = ("Cống ngõ 5 tắc", "Cống ngõ năm bị tắc", "Tắc cống ngõ 5")
    ids = [
        register.take(text, authors=[f"Nguyễn Thị {name}"])[0]
        for text, name in zip(texts, ("Hoa", "Lan", "Cúc"), strict=True)
    ]
    register.do(matters.merge, ids[1], ids[0])
    register.do(matters.merge, ids[0], ids[2])

    def names(matter: int) -> set[str]:
        with app.app_context():
            view = queries.one_view(db.session(), register.meeting.id, matter)
            assert view is not None
            return {author.name.split()[-1] for author in view.authors}

    assert names(ids[2]) == {"Hoa", "Lan", "Cúc"}
    # Into a duplicate means into what it stands for; a circle is refused.
    with pytest.raises(Conflict):
        register.do(matters.merge, ids[2], ids[1])
    with app.app_context():
        assert queries.figures(db.session(), register.meeting.id).people == 3


def test_a_chain_is_flattened_and_undone(app: Flask, register: Register, meeting: Known) -> None:
    topic = meeting.topics["T5"]
    one, two = (register.take(t, topic_id=topic, authors=[t])[0] for t in ("A b", "C d"))
    register.do(matters.merge, one, two)
    assert register.matter(one).duplicate_of_id == two
    register.do(matters.move, one, "classified")
    assert register.matter(one).duplicate_of_id is None
    with app.app_context():
        view = queries.one_view(db.session(), meeting.id, two)
    assert view is not None
    assert [author.name for author in view.authors] == ["C d"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8))
def test_no_order_of_merging_loses_an_author_or_makes_a_circle(
    app: Flask, register: Register, merges: list[tuple[int, int]]
) -> None:
    ids = [register.take(f"Nội dung {i}", authors=[f"Người Thứ {i}"])[0] for i in range(5)]
    for one, into in merges:
        with suppress(Conflict):
            register.do(matters.merge, ids[one], ids[into])
    with app.app_context():
        found = [
            view
            for one in ids
            if (view := queries.one_view(db.session(), register.meeting.id, one)) is not None
        ]
    assert len(found) == 5
    roots = [view for view in found if view.state != rules.DUPLICATE]
    names = sorted(author.name for view in roots for author in view.authors)
    assert names == [f"Người Thứ {i}" for i in range(5)]
    assert all(
        view.duplicate_of_id in {root.id for root in roots}
        for view in found
        if view.state == rules.DUPLICATE
    )


def test_a_matter_that_becomes_a_denunciation_is_gone_for_all_but_the_organiser(
    app: Flask, register: Register, meeting: Known
) -> None:
    first, second = register.take("Cống tắc", "Cán bộ nhận tiền", authors=["Trần Văn Kín"])
    new = service.NewMatter("Cán bộ nhận tiền", kind="denunciation")
    register.do(editing.mend, second, new)
    matter = register.matter(second)
    assert (matter.number, matter.state) == (None, "redirected")
    assert matter.opinion_id != register.matter(first).opinion_id
    with pytest.raises(NotFound):
        register.do(editing.mend, second, service.NewMatter("x"))
    # By mistake: the organiser can take it back, with a new number.
    register.do(editing.mend, second, service.NewMatter("Cán bộ chậm"), who=ORGANISER)
    assert register.matter(second).number == 3
    with app.app_context():
        authors = db.session.scalars(select(OpinionAuthor.name)).all()
    assert authors == ["Trần Văn Kín"] * 2


def test_an_erased_author_is_nowhere(
    app: Flask, register: Register, add_delegate: Callable[..., int]
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    (one,) = register.take("Tôi là Nguyễn Thị Hoa, cống tắc", authors=[hoa])
    register.do(editing.mend, one, service.NewMatter("Nguyễn Thị Hoa nói: cống tắc"))
    with app.app_context(), writing() as session:
        found = session.scalars(select(OpinionAuthor)).one()
        erase.forget(session, register.meeting.id, found.id, actor="t", now=kiosk_clock.now())
    with app.app_context():
        view = queries.one_view(db.session(), register.meeting.id, one)
        steps = db.session.scalars(select(MatterStep).where(MatterStep.matter_id == one)).all()
    assert view is not None
    assert "Hoa" not in repr(view)
    assert view.authors[0].erased
    assert "Hoa" not in str([(step.before, step.after) for step in steps])
    assert "cống tắc" in view.text


def test_near_duplicates_are_found_without_accents_and_in_other_words(
    app: Flask, register: Register
) -> None:
    (cong,) = register.take("Cống thoát nước ngõ 5 bị tắc, mưa là ngập")
    register.take("Đèn đường khu Kim Đồng II hỏng ba tháng nay")
    register.take("Tố cáo cống thoát nước ngõ 5", kind="denunciation")
    with app.app_context():
        found = similar.alike(
            db.session(), register.meeting.id, "ngo 5 cong thoat nuoc tac, mua la ngap"
        )
        none = similar.alike(db.session(), register.meeting.id, "Xin thêm ghế đá ở nhà văn hóa")
    assert [one.id for one in found] == [cong]
    assert none == []
