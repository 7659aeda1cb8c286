"""What each role must not see is absent from every page, answer and export."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.documents import spreadsheet
from kiosk.plugins.opinions import live as streams
from kiosk.plugins.opinions import queries
from kiosk.plugins.opinions.conclusions import service
from kiosk.plugins.opinions.matters import service as matters
from tests.conftest import Known
from tests.conftest import Person
from tests.opinions.conftest import SECRETARY
from tests.opinions.conftest import Register

NAMES = ("Nguyễn Thị Hoa", "Trần Văn Kín", "0912345678")
SECRET = "nhận tiền bồi dưỡng"
COMPLAINT = "không đồng ý quyết định xử phạt"


@dataclass(frozen=True)
class World:
    """A register with everything that somebody must not see."""

    m: str
    ours: int
    other: int
    loose: int
    secret: int
    complaint: int

    @property
    def pages(self) -> list[str]:
        base, api = f"/m/{self.m}", f"/api/v1/meetings/{self.m}"
        ids = (self.ours, self.other, self.loose, self.secret, self.complaint)
        return [
            f"{base}/opinions",
            f"{base}/opinions?by=body",
            f"{base}/opinions?column=aside",
            f"{base}/opinions?q=hoa",
            f"{base}/opinions?q=nhan+tien",
            f"{base}/follow-up",
            f"{base}/follow-up.xlsx",
            f"{base}/opinions/new",
            f"{base}/opinions/settings",
            f"{base}/opinions/export.xlsx",
            f"/p/{self.m}/opinions",
            f"/p/{self.m}/opinions?q=hoa",
            f"/p/{self.m}",
            f"{api}/opinions",
            f"{api}/opinions?q=tien",
            f"{api}/opinions/board",
            f"{api}/opinions/alike?text=cong+ngo+5+tac+mua+ngap",
            f"{api}/opinions/prepared?delegate=1&delegate=2",
            *(f"{base}/opinions/{one}" for one in ids),
            *(f"{api}/opinions/{one}" for one in ids),
        ]


def _text(data: bytes, kind: str) -> str:
    if "spreadsheet" in kind:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        return str([row for sheet in book for row in sheet.iter_rows(values_only=True)])
    return data.decode()


def everything(person: Person | FlaskClient, world: World) -> str:
    """Return all that somebody gets to see, anywhere."""
    found = []
    for path in world.pages:
        answer = person.get(path)
        assert answer.status_code in {200, 302, 401, 403, 404}, path
        found.append(_text(answer.data, answer.content_type or ""))
    return "\n".join(found)


@pytest.fixture
def world(
    app: Flask,
    register: Register,
    meeting: Known,
    bodies: dict[str, int],
    add_delegate: Callable[..., int],
) -> World:
    hoa = add_delegate("Nguyễn Thị Hoa", phone="0912345678")
    topic = meeting.topics["T5"]
    (ours,) = register.take(
        "Tôi là Nguyễn Thị Hoa, 0912345678: cống ngõ 5 tắc",
        authors=[hoa],
        topic_id=topic,
        title="Nạo vét cống ngõ 5",
    )
    (other,) = register.take("Mất trộm xe ở đầu khu", authors=[hoa], topic_id=meeting.topics["T6"])
    (loose,) = register.take("Chưa ai nhận việc này", authors=["Trần Văn Kín"])
    (secret,) = register.take(f"Cán bộ X {SECRET}", authors=["Trần Văn Kín"], kind="denunciation")
    (complaint,) = register.take(
        f"Gia đình {COMPLAINT}", authors=["Trần Văn Kín"], kind="complaint"
    )
    register.assign(ours, bodies["Địa chính"])
    register.assign(other, bodies["Công an"])
    register.do(matters.write_answer, ours, matters.Answer("Sẽ nạo vét trong tháng này."))
    register.do(matters.publish, ours, "Nạo vét cống ngõ 5")
    with app.app_context(), writing() as session:
        for body, matter in (("Địa chính", ours), ("Công an", other)):
            new = service.NewConclusion(f"Giao {body} làm", matter, bodies[body])
            service.conclude(session, meeting.id, new, who=SECRETARY, now=kiosk_clock.now())
    return World(meeting.name, ours, other, loose, secret, complaint)


def test_the_secretary_sees_names_but_no_denunciation(
    world: World, as_role: Callable[[str], Person]
) -> None:
    seen = everything(as_role("secretary"), world)
    assert "Nguyễn Thị Hoa" in seen
    assert COMPLAINT in seen
    assert SECRET not in seen


def test_only_the_organiser_opens_a_denunciation_and_no_export_holds_it(
    world: World, as_role: Callable[[str], Person], app: Flask, meeting: Known
) -> None:
    person = as_role("organiser")
    assert SECRET in person.get(f"/m/{world.m}/opinions/{world.secret}").get_data(as_text=True)
    assert SECRET not in _text(person.get(f"/m/{world.m}/opinions/export.xlsx").data, "spreadsheet")
    with app.app_context():
        assert SECRET not in spreadsheet.as_csv(queries.table(db.session(), meeting.id))
        assert SECRET not in str(streams.prepared(db.session(), meeting.id))
        assert SECRET not in str(queries.by_turn(db.session(), meeting.id))
        assert SECRET not in str(queries.before_meeting(db.session(), meeting.id))
        assert queries.figures(db.session(), meeting.id).matters == 4
        assert queries.one_view(db.session(), meeting.id, world.secret) is None
        assert queries.transfer_slip(db.session(), meeting.id, world.secret) is None


def test_a_body_sees_its_own_without_names(world: World, as_body: Callable[[str], Person]) -> None:
    seen = everything(as_body("Địa chính"), world)
    assert "cống ngõ 5 tắc" in seen
    for hidden in (*NAMES, SECRET, COMPLAINT, "Mất trộm xe", "Chưa ai nhận", "Giao Công an làm"):
        assert hidden not in seen
    person = as_body("Địa chính")
    for one in (world.other, world.loose, world.secret, world.complaint):
        assert person.get(f"/m/{world.m}/opinions/{one}").status_code == 404
        body = {"text": "x", "revision": 1}
        path = f"/api/v1/meetings/{world.m}/opinions/{one}/answer"
        assert person.send("PUT", path, body).status_code == 404


def test_a_body_without_a_body_is_told_so(
    world: World, as_role: Callable[[str], Person], bearer: Callable[..., dict[str, str]]
) -> None:
    answer = as_role("body").get(f"/m/{world.m}/opinions")
    assert answer.status_code == 403
    token = bearer("body")
    path = f"/api/v1/meetings/{world.m}/opinions"
    assert as_role("body").client.get(path, headers=token).status_code == 403


def test_the_front_sees_everything_but_names(
    world: World, as_role: Callable[[str], Person]
) -> None:
    seen = everything(as_role("observer"), world)
    assert "cống ngõ 5 tắc" in seen or "Nạo vét cống ngõ 5" in seen
    assert "Mất trộm xe" in seen
    assert "Giao Công an làm" in seen
    for hidden in (*NAMES, SECRET):
        assert hidden not in seen


def test_the_front_reads_an_answer_only_when_it_was_given(
    world: World, as_role: Callable[[str], Person], register: Register
) -> None:
    register.do(matters.write_answer, world.other, matters.Answer("Bản nháp chưa ai duyệt"))
    assert "Bản nháp" not in everything(as_role("observer"), world)
    register.do(matters.move, world.other, "answered_in_writing")
    assert "Bản nháp" in everything(as_role("observer"), world)


@pytest.mark.parametrize("role", ["security", "gate", "desk", "screen"])
def test_others_see_nothing_but_what_is_public(
    world: World, as_role: Callable[[str], Person], role: str
) -> None:
    person = as_role(role)
    seen = everything(person, world)
    for hidden in (*NAMES, SECRET, COMPLAINT, "Mất trộm xe", "Chưa ai nhận", "Giao Địa chính"):
        assert hidden not in seen
    assert person.get(f"/m/{world.m}/opinions").status_code == 403
    assert person.get(f"/api/v1/meetings/{world.m}/opinions").status_code == 403


def test_the_public_reads_title_state_and_answer_only(world: World, client: FlaskClient) -> None:
    page = client.get(f"/p/{world.m}/opinions").get_data(as_text=True)
    assert "Nạo vét cống ngõ 5" in page
    assert "Sẽ nạo vét trong tháng này." in page
    seen = everything(client, world)
    for hidden in (*NAMES, SECRET, COMPLAINT, "Tôi là", "Mất trộm xe", "Chưa ai nhận"):
        assert hidden not in seen
    assert "Nạo vét" not in client.get(f"/p/{world.m}/opinions?q=trộm").get_data(as_text=True)
    found = client.get(f"/p/{world.m}/opinions?q=nao+vet").get_data(as_text=True)
    assert "Sẽ nạo vét" in found
    assert client.get("/p/khong-co/opinions").status_code == 404


def test_the_slip_for_a_body_holds_no_name(app: Flask, world: World, meeting: Known) -> None:
    with app.app_context():
        slip = queries.transfer_slip(db.session(), meeting.id, world.ours)
    assert slip is not None
    assert slip.lead == "Địa chính"
    assert not any(name in repr(slip) for name in NAMES)


def test_the_live_views_hold_no_more_than_their_roles_may_see(
    app: Flask, world: World, meeting: Known, as_role: Callable[[str], Person]
) -> None:
    with app.app_context():
        seen = str(streams.register(db.session(), meeting.id))
    assert not any(word in seen for word in (*NAMES, SECRET, "cống"))
    live = f"/live/{world.m}?view=prepared"
    assert as_role("observer").get(live).status_code == 403
    assert as_role("security").get(f"/live/{world.m}?view=opinions").status_code == 403
