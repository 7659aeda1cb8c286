"""What papers for many hands must not hold: who brought a matter, phones, denunciations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Meeting
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.models import Matter
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.service import Who
from kiosk.plugins.papers import queries
from kiosk.plugins.papers.templates import placeholders
from kiosk.plugins.papers.texts.facts import gather
from tests.conftest import Known
from tests.conftest import Person

OFFICE = Who("Thư ký", frozenset({"organiser"}))
HIDDEN = ("Trần Văn Kín", "0912345678", "nhận tiền bồi dưỡng", "không đồng ý quyết định xử phạt")
FOR_MANY = ("thong-bao-ket-luan", "bao-cao-tong-hop", "bai-phat-thanh", "chuong-trinh")


@pytest.fixture
def register(app: Flask, held: Known) -> dict[str, int]:
    """A matter with a name in its words, a complaint, a denunciation; ids by what they are."""
    words = {
        "request": "Tôi là Trần Văn Kín, 0912345678: cống ngõ 5 tắc, đề nghị nạo vét",
        "complaint": "Gia đình không đồng ý quyết định xử phạt",
        "denunciation": "Cán bộ X nhận tiền bồi dưỡng",
    }
    with app.app_context(), writing() as session:
        body = Body(meeting_id=held.id, name="Địa chính - Xây dựng", answers=True)
        session.add(body)
        session.flush()
        for kind, said in words.items():
            new = service.NewOpinion(
                "slip",
                (service.NewMatter(said, kind=kind, topic_id=held.topics["T5"]),),
                (service.Author(name="Trần Văn Kín"),),
            )
            service.take_in(session, held.id, new, actor="Thư ký", now=kiosk_clock.now())
        found = {matter.kind: matter.id for matter in session.scalars(select(Matter))}
        wanted = matters.Assignment(body.id)
        matters.assign(
            session,
            held.id,
            found["request"],
            wanted,
            revision=1,
            who=OFFICE,
            now=kiosk_clock.now(),
        )
        matters.move(
            session,
            held.id,
            found["request"],
            "passed_up",
            revision=2,
            who=OFFICE,
            now=kiosk_clock.now(),
        )
    return found


@pytest.mark.parametrize("kind", FOR_MANY)
def test_a_paper_for_many_hands_names_nobody_who_brought_a_matter(
    app: Flask, held: Known, register: dict[str, int], kind: str
) -> None:
    with app.app_context(), app.test_request_context():
        meeting = db.session.scalars(select(Meeting)).one()
        words = str(asdict(queries.made(db.session(), meeting, kind)))
    for hidden in HIDDEN:
        assert hidden not in words
    if kind in {"thong-bao-ket-luan", "bao-cao-tong-hop"}:
        assert "cống ngõ 5 tắc" in words


def test_no_paper_at_all_holds_a_denunciation(
    app: Flask, held: Known, register: dict[str, int]
) -> None:
    with app.app_context(), app.test_request_context():
        session = db.session()
        facts = gather(session, session.scalars(select(Meeting)).one())
        for kind in queries.KINDS:
            paper = queries.finished(session, facts, kind)
            values = placeholders.values(facts, paper, with_codes=False)
            assert HIDDEN[2] not in str(asdict(paper))
            assert HIDDEN[2] not in str(values)
            assert HIDDEN[0] not in str(values["noi_dung"])


def test_the_slip_to_a_body_holds_the_matter_and_no_name(
    held: Known, register: dict[str, int], as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    url = f"/m/{held.name}/papers/phieu-chuyen"
    for ending in ("pdf", "docx", "png"):
        assert person.get(f"{url}/{register['request']}.{ending}").status_code == 200
    for kind in ("complaint", "denunciation"):
        assert person.get(f"{url}/{register[kind]}.pdf").status_code == 404
    assert person.get(f"{url}/{register['request']}.exe").status_code == 404
    with_app = person.client.application
    with with_app.app_context(), with_app.test_request_context():
        meeting = db.session.scalars(select(Meeting)).one()
        words = str(asdict(queries.slip(db.session(), meeting, register["request"])))
    assert "cống ngõ 5 tắc" in words
    assert "Địa chính - Xây dựng" in words
    for hidden in HIDDEN:
        assert hidden not in words


@pytest.mark.parametrize("role", ["body", "observer", "security", "moderator", "screen"])
def test_other_roles_get_no_paper_from_any_address(
    held: Known, register: dict[str, int], as_role: Callable[[str], Person], role: str
) -> None:
    person = as_role(role)
    base = f"/m/{held.name}/papers"
    for path in (
        base,
        f"{base}/bien-ban.pdf",
        f"{base}/bien-ban.docx",
        f"{base}/bien-ban.png",
        f"{base}/all.zip",
        f"{base}/bien-ban/words",
        f"{base}/bien-ban/words?part=1",
        f"{base}/templates",
        f"{base}/phieu-chuyen/{register['request']}.pdf",
        f"/live/{held.name}?view=minutes",
    ):
        answer = person.get(path)
        assert answer.status_code == 403, path
        assert not any(hidden in answer.get_data(as_text=True) for hidden in HIDDEN)
