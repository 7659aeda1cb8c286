"""Slips go to the people of a body by a real mail server, or say why they did not."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

import pytest
from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Body
from kiosk.models import Membership
from kiosk.models import User
from kiosk.plugins.opinions.matters import service as matters
from kiosk.plugins.opinions.register import service
from kiosk.plugins.opinions.register.service import Who
from kiosk.plugins.papers.slips import service as slips
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person
from tests.invitations import mailserver
from tests.invitations.mailserver import Post

OFFICE = Who("Thư ký", frozenset({"organiser"}))
URL = "/m/kd/papers/phieu-chuyen"


@pytest.fixture
def post() -> Iterator[Post]:
    with mailserver.running(timeout=1.0) as running:
        yield running


@pytest.fixture
def app(make_app: Callable[..., Flask], post: Post, clock: FixedClock) -> Flask:
    return make_app(smtp_url=post.url)


@pytest.fixture
def matter(app: Flask, meeting: Known) -> int:
    """A matter that a body with two people has to answer."""
    with app.app_context(), writing() as session:
        body = Body(meeting_id=meeting.id, name="Địa chính - Xây dựng", answers=True)
        session.add(body)
        session.flush()
        for name in ("mot", "hai"):
            user = User(
                email=f"{name}@diachinh.example",
                name=name,
                password_hash=None,
                session_epoch=0,
                created_at=kiosk_clock.now(),
            )
            session.add(user)
            session.flush()
            session.add(
                Membership(user_id=user.id, meeting_id=meeting.id, role="body", body_id=body.id)
            )
        new = service.NewOpinion(
            "slip",
            (service.NewMatter("Bà Hoa nêu: cống ngõ 5 tắc", topic_id=meeting.topics["T5"]),),
            (service.Author(name="Nguyễn Thị Hoa"),),
        )
        made = service.take_in(session, meeting.id, new, actor="Thư ký", now=kiosk_clock.now())
        matters.assign(
            session,
            meeting.id,
            made.matter_ids[0],
            matters.Assignment(body.id),
            revision=1,
            who=OFFICE,
            now=kiosk_clock.now(),
        )
        return made.matter_ids[0]


def test_a_slip_reaches_everyone_of_the_body_without_the_name_of_who_brought_it(
    app: Flask, meeting: Known, matter: int, post: Post, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    assert person.post(f"{URL}/{matter}/send").status_code == 302
    assert sorted(post.to) == ["hai@diachinh.example", "mot@diachinh.example"]
    mail = post.got[0][1]
    body = mail.get_body()
    assert body is not None
    assert "cống ngõ 5 tắc" in body.get_content()
    assert "Nguyễn Thị Hoa" not in mail.as_string()
    (attached,) = mail.iter_attachments()
    assert attached.get_content().startswith(b"%PDF-")
    page = person.get(URL).get_data(as_text=True)
    assert "Đã gửi tới mot@diachinh.example" in page


def test_two_presses_send_one_mail_and_later_it_may_go_again(
    meeting: Known,
    matter: int,
    post: Post,
    as_role: Callable[[str], Person],
    clock: FixedClock,
) -> None:
    person = as_role("secretary")
    for _press in range(2):
        person.post(f"{URL}/{matter}/send")
    assert len(post.to) == 2
    clock.pass_(minutes=5)
    person.post(f"{URL}/{matter}/send")
    assert len(post.to) == 4


def test_a_refused_address_is_written_down_and_the_other_gets_the_slip(
    app: Flask, meeting: Known, matter: int, post: Post, as_role: Callable[[str], Person]
) -> None:
    post.refused.add("mot@diachinh.example")
    assert as_role("secretary").post(f"{URL}/{matter}/send").status_code == 302
    assert post.to == ["hai@diachinh.example"]
    with app.app_context():
        found = {one.to: one for one in slips.history(db.session(), meeting.id)}
    assert found["hai@diachinh.example"].went
    assert not found["mot@diachinh.example"].went
    assert "550" in found["mot@diachinh.example"].said


def test_without_people_or_without_a_mail_server_the_page_says_what_to_do(
    app: Flask, meeting: Known, matter: int, post: Post, as_role: Callable[[str], Person]
) -> None:
    with app.app_context(), writing() as session:
        session.query(Membership).filter_by(role="body").delete()
    person = as_role("secretary")
    assert person.post(f"{URL}/{matter}/send").status_code == 302
    assert "chưa có người dùng" in person.get(URL).get_data(as_text=True)
    assert post.to == []
    assert person.post(f"{URL}/999/send").status_code == 404


def test_no_mail_server_is_told(
    make_app: Callable[..., Flask], meeting: Known, matter: int, sign_in: Callable[..., Person]
) -> None:
    person = sign_in("secretary", meeting.id)
    quiet = make_app(smtp_url=None)
    client = quiet.test_client()
    with client.session_transaction() as cookie, person.client.session_transaction() as mine:
        cookie.update(dict(mine))
    page = client.get(URL).get_data(as_text=True)
    assert "KIOSK_SMTP_URL" in page


def test_slips_are_for_the_office(
    meeting: Known, matter: int, as_role: Callable[[str], Person]
) -> None:
    for role in ("body", "observer", "security", "moderator"):
        person = as_role(role)
        assert person.get(URL).status_code == 403
        assert person.post(f"{URL}/{matter}/send").status_code == 403
