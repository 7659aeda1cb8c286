"""E-mail through a real mail server: refused, slow, busy, twice at once, cut off in the middle."""

from __future__ import annotations

import io
import ssl
import threading
from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from aiosmtpd.smtp import AuthResult
from aiosmtpd.smtp import LoginPassword
from click.testing import CliRunner
from flask import Flask
from PIL import Image
from sqlalchemy import select

from kiosk import clock as kiosk_clock
from kiosk.certificates import authority
from kiosk.certificates.network import Machine
from kiosk.cli import main
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.ledger import Change
from kiosk.models import Meeting
from kiosk.plugin import registry
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.delivery import queries
from kiosk.plugins.invitations.delivery import rules
from kiosk.plugins.invitations.delivery import sender
from kiosk.plugins.invitations.delivery import service as delivery
from kiosk.plugins.invitations.delivery.service import Start
from kiosk.plugins.invitations.models import Delivery
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person
from tests.invitations import mailserver
from tests.invitations.mailserver import Post

AddDelegate = Callable[..., int]


@pytest.fixture
def post() -> Iterator[Post]:
    with mailserver.running() as running:
        yield running


@pytest.fixture
def office(make_app: Callable[..., Flask], post: Post, clock: FixedClock) -> Flask:
    """An application that knows the mail server."""
    return make_app(smtp_url=post.url)


@pytest.fixture
def people(
    app: Flask, meeting: Known, add_delegate: AddDelegate, invite: Callable[[int], Code]
) -> list[int]:
    """Six people with invitations and e-mail addresses a, b, c, d, e, f."""
    ids = [
        add_delegate(f"Nguyễn Thị {name}") for name in ("An", "Bình", "Chi", "Dung", "Em", "Gấm")
    ]
    for one in ids:
        invite(one)
    with app.app_context(), writing() as session:
        given = {one: f"{name}@hop.example" for one, name in zip(ids, "abcdef", strict=True)}
        email_addresses.set_emails(session, meeting.id, given, actor="test")
    return ids


def _begin(office: Flask, meeting: Known, ids: list[int]) -> int:
    with office.app_context(), writing() as session:
        start = Start("email", "Mọi đại biểu", ids, "waiting")
        now = kiosk_clock.now()
        return delivery.begin(session, meeting.id, start, actor="test", now=now).id


def _step(office: Flask, meeting: Known, batch_id: int, seconds: float = 30) -> queries.Progress:
    with office.app_context():
        row = db.session.get_one(Meeting, meeting.id)
        desk = sender.desk(db.session(), row, None)
        channel = registry().channels["email"]
        return sender.Sender(desk, channel, batch_id, "test").step(seconds)


def _states(office: Flask, batch_id: int) -> dict[str, tuple[str, str]]:
    with office.app_context():
        return {
            item.email[0]: (item.state, item.outcome)
            for item in queries.items(db.session(), batch_id)
        }


def test_everybody_gets_the_letter_as_pdf_and_as_picture(
    office: Flask, meeting: Known, people: list[int], post: Post
) -> None:
    end = _step(office, meeting, _begin(office, meeting, people))
    assert (end.total, end.sent) == (6, 6)
    assert sorted(post.to) == [f"{name}@hop.example" for name in "abcdef"]
    mail_of = dict(post.got)["a@hop.example"]
    assert mail_of["Subject"] == "Giấy mời: Đối thoại với nhân dân khu Kim Đồng"
    assert "van.phong@phuong.example" in str(mail_of["From"])
    assert str(mail_of["Message-ID"]).startswith("<giay-moi-")
    body = mail_of.get_body()
    assert isinstance(body, EmailMessage)
    assert "trân trọng kính mời bà An" in body.get_content()
    letter, picture = (part.get_content() for part in mail_of.iter_attachments())
    with pdfplumber.open(io.BytesIO(letter)) as opened:
        assert "Nguyễn Thị An" in " ".join(opened.pages[0].extract_text().split())
    with Image.open(io.BytesIO(picture)) as opened_picture:
        assert opened_picture.size == (1080, 1350)


def test_the_batch_goes_on_past_refused_busy_and_silent_people(
    make_app: Callable[..., Flask],
    meeting: Known,
    people: list[int],
    clock: FixedClock,
) -> None:
    with mailserver.running(timeout=1.0) as post:
        office = make_app(smtp_url=post.url)
        post.refused, post.silent = {"b@hop.example"}, {"c@hop.example"}
        post.busy["d@hop.example"] = 1
        batch_id = _begin(office, meeting, people)
        now = _step(office, meeting, batch_id)
        assert (now.sent, now.refused, now.waiting) == (3, 1, 2)
        states = _states(office, batch_id)
        assert states["b"] == ("refused", "refused")
        assert states["c"] == ("waiting", "no_answer")
        assert states["d"] == ("waiting", "delayed")
        assert 29 <= now.next_in <= 30
        post.let_go.set()
        post.silent.clear()
        # Not a second earlier than the back-off says.
        assert _step(office, meeting, batch_id).sent == 3
        clock.pass_(seconds=rules.BACK_OFF[0])
        assert _step(office, meeting, batch_id).sent == 5
        assert sorted(post.to) == [f"{name}@hop.example" for name in "acdef"]
    with office.app_context():
        kinds = db.session.scalars(
            select(Change.kind).where(Change.subject == f"delegate:{people[1]}")
        ).all()
        history = queries.history(db.session(), people[1])
    assert "delivery.refused" in kinds
    assert [(e.kind, e.channel) for e in history] == [("issued", ""), ("refused", "email")]
    assert "no such mailbox" in history[-1].detail


def test_after_the_last_try_it_is_given_up_and_one_click_tries_anew(
    office: Flask,
    meeting: Known,
    people: list[int],
    post: Post,
    clock: FixedClock,
) -> None:
    post.busy["a@hop.example"] = rules.MOST_TRIES
    batch_id = _begin(office, meeting, people[:1])
    for pause in (*rules.BACK_OFF, 1):
        assert _step(office, meeting, batch_id).sent == 0
        clock.pass_(seconds=pause)
    assert _states(office, batch_id)["a"] == ("refused", "given_up")
    with office.app_context(), writing() as session:
        (row,) = session.scalars(select(Delivery)).all()
        delivery.again(session, meeting.id, row.id, actor="test", now=clock())
    assert _step(office, meeting, batch_id).sent == 1
    assert post.to == ["a@hop.example"]


def test_two_senders_at_once_send_each_letter_once(
    office: Flask, meeting: Known, people: list[int], post: Post
) -> None:
    batch_id = _begin(office, meeting, people)
    start = threading.Barrier(3)
    problems: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            _step(office, meeting, batch_id)
        except BaseException as error:  # told to the test
            problems.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert sorted(post.to) == [f"{name}@hop.example" for name in "abcdef"]
    assert set(_states(office, batch_id).values()) == {("sent", "sent")}


def test_a_double_click_begins_one_batch(
    office: Flask, meeting: Known, people: list[int], sign_in: Callable[..., Person], post: Post
) -> None:
    person = _signed_in(office, sign_in, meeting)
    first = person.post("/m/kd/invitations/batches", {"channel": "email"})
    second = person.post("/m/kd/invitations/batches", {"channel": "email"}, follow_redirects=True)
    assert first.status_code == 302
    assert "Mọi người ở đây đã có giấy" in second.get_data(as_text=True)
    answer = person.post(f"{first.headers['Location']}/step")
    assert answer.json is not None
    while answer.json is not None and answer.json["waiting"]:
        answer = person.post(f"{first.headers['Location']}/step")
    assert answer.json is not None
    assert answer.json["sent"] == 6
    assert len(post.to) == 6


def _signed_in(office: Flask, sign_in: Callable[..., Person], meeting: Known) -> Person:
    person = sign_in("organiser", meeting.id)
    client = office.test_client()
    with person.client.session_transaction() as old, client.session_transaction() as cookie:
        cookie.update(old)
    return Person(client)


def test_no_answer_at_the_very_end_is_not_sent_twice_by_itself(
    make_app: Callable[..., Flask], meeting: Known, people: list[int], clock: FixedClock
) -> None:
    with mailserver.running(timeout=1.0) as post:
        office = make_app(smtp_url=post.url)
        post.silent_at_the_end = {"a@hop.example"}
        batch_id = _begin(office, meeting, people[:2])
        assert _step(office, meeting, batch_id).unsure == 1
        clock.pass_(hours=1)
        assert _step(office, meeting, batch_id).sent == 1
        assert post.to.count("a@hop.example") == 1
    assert _states(office, batch_id)["a"] == ("unsure", "no_answer_at_the_end")


def test_what_a_dead_sender_held_is_decided_by_a_person_the_rest_goes_on(
    office: Flask, meeting: Known, people: list[int], post: Post, clock: FixedClock
) -> None:
    batch_id = _begin(office, meeting, people[:2])
    with office.app_context(), writing() as session:
        batch = delivery.batch_of(session, meeting.id, batch_id)
        assert delivery.claim(session, batch, "dead", clock()) is not None
    assert _step(office, meeting, batch_id).sent == 1
    assert _states(office, batch_id)["a"][0] == "sending"
    clock.moment += rules.SILENT + timedelta(seconds=1)
    _step(office, meeting, batch_id)
    assert _states(office, batch_id)["a"] == ("unsure", "interrupted")
    assert post.to == ["b@hop.example"]
    # Whoever was thought dead and speaks after all changes nothing.
    with office.app_context(), writing() as session:
        row = session.scalars(select(Delivery).where(Delivery.place == 0)).one()
        delivery.settle(session, row.id, "dead", ("sent", "sent", ""), actor="test", now=clock())
    assert _states(office, batch_id)["a"] == ("unsure", "interrupted")


def test_a_letter_replaced_or_withdrawn_meanwhile_does_not_go(
    office: Flask,
    meeting: Known,
    people: list[int],
    invite: Callable[[int], Code],
    post: Post,
    clock: FixedClock,
) -> None:
    batch_id = _begin(office, meeting, people[:3])
    invite(people[0])
    with office.app_context(), writing() as session:
        service.withdraw(session, meeting.id, people[1], actor="test", now=clock())
    end = _step(office, meeting, batch_id)
    assert (end.sent, end.dropped) == (1, 2)
    assert post.to == ["c@hop.example"]


def test_a_batch_rests_and_goes_on(
    office: Flask, meeting: Known, people: list[int], post: Post, clock: FixedClock
) -> None:
    batch_id = _begin(office, meeting, people)
    with office.app_context(), writing() as session:
        batch = delivery.batch_of(session, meeting.id, batch_id)
        delivery.stop(session, batch, actor="test", now=clock())
    now = _step(office, meeting, batch_id)
    assert (now.sent, now.stopped) == (0, True)
    with office.app_context(), writing() as session:
        batch = delivery.batch_of(session, meeting.id, batch_id)
        delivery.go_on(session, batch, actor="test", now=clock())
    assert _step(office, meeting, batch_id).sent == 6
    assert len(post.to) == 6


def test_a_server_that_is_away_delays_and_loses_nothing(
    make_app: Callable[..., Flask], meeting: Known, people: list[int], clock: FixedClock
) -> None:
    office = make_app(smtp_url="smtp://127.0.0.1:9?timeout=1")
    batch_id = _begin(office, meeting, people[:1])
    assert _step(office, meeting, batch_id).waiting == 1
    assert _states(office, batch_id)["a"] == ("waiting", "no_connection")


def test_sending_from_the_command_line_goes_on_where_it_stopped(
    office: Flask,
    meeting: Known,
    people: list[int],
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.cli.create_app", lambda: office)
    _begin(office, meeting, people[:2])
    run = CliRunner().invoke
    done = run(main, ["invitations", "kd", "--send", "email"])
    assert done.exit_code == 0, done.output
    assert sorted(post.to) == [f"{name}@hop.example" for name in "abcdef"]
    nobody = run(main, ["invitations", "kd", "--send", "email"])
    assert nobody.exit_code == 2
    assert len(post.to) == 6
    assert run(main, ["invitations", "kd", "--send", "print"]).exit_code == 2
    assert run(main, ["invitations", "kd"]).exit_code == 2


def test_without_a_mail_server_the_page_says_what_to_do(
    as_role: Callable[[str], Person], people: list[int]
) -> None:
    person = as_role("organiser")
    page = person.get("/m/kd/invitations/delivery").get_data(as_text=True)
    assert "Chưa đặt máy chủ thư" in page
    assert person.post("/m/kd/invitations/batches", {"channel": "email"}).status_code == 409


def test_a_password_never_goes_over_the_network_in_the_clear(
    make_app: Callable[..., Flask], meeting: Known, people: list[int], post: Post
) -> None:
    port = post.url.split(":")[2].split("?")[0]
    # Another name of this machine stands for another machine.
    office = make_app(smtp_url=f"smtp://u:secret@127.0.0.2:{port}?timeout=1")
    batch_id = _begin(office, meeting, people[:1])
    _step(office, meeting, batch_id)
    assert _states(office, batch_id)["a"][0] == "waiting"
    assert post.to == []


def _knows(server: object, session: object, envelope: object, how: str, data: object) -> AuthResult:
    given = isinstance(data, LoginPassword) and (data.login, data.password)
    known = given == (b"van.phong@hop.example", b"ma so:1@")
    return AuthResult(success=known, handled=known)


@pytest.mark.parametrize(
    ("password", "outcome"), [("ma%20so%3A1%40", "sent"), ("x", "sign_in"), ("m%C3%A3", "sign_in")]
)
def test_signing_in_goes_through_tls_whose_certificate_is_looked_at(
    make_app: Callable[..., Flask],
    meeting: Known,
    people: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    outcome: str,
) -> None:
    hall = Machine(("localhost",), (ip_address("127.0.0.1"),))
    held = authority.ensure(tmp_path, hall, datetime.now(UTC))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(held.certificate, held.key)
    options: dict[str, Any] = {
        "tls_context": context,
        "require_starttls": True,
        "authenticator": _knows,
    }
    with mailserver.running(auth_required=True, **options) as post:
        address = post.url.removeprefix("smtp://").replace("127.0.0.1", "localhost")
        office = make_app(smtp_url=f"smtp://van.phong%40hop.example:{password}@{address}")
        batch_id = _begin(office, meeting, people[:1])
        # A certificate that nobody vouches for: no password, no letter.
        _step(office, meeting, batch_id)
        assert _states(office, batch_id)["a"] == ("waiting", "no_connection")
        (tmp_path / "authority.pem").write_text(ssl.DER_cert_to_PEM_cert(held.authority))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        with office.app_context(), writing() as session:
            batch = delivery.batch_of(session, meeting.id, batch_id)
            delivery.go_on(session, batch, actor="test", now=kiosk_clock.now())
        _step(office, meeting, batch_id)
        assert _states(office, batch_id)["a"][1] == outcome
        assert post.to == (["a@hop.example"] if outcome == "sent" else [])
