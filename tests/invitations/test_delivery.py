"""Letters carried by hand, files to take along, and what the office sees of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pdfplumber
import pytest
from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.errors import Refused
from kiosk.hookspecs.delivery import DeliveryChannel
from kiosk.hookspecs.delivery import DeliveryRefused
from kiosk.hookspecs.delivery import Outgoing
from kiosk.plugin import BadPlugin
from kiosk.plugin import Plugin
from kiosk.plugin import Registry
from kiosk.plugin import discover
from kiosk.plugins.invitations import erase
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.delivery import email_addresses
from kiosk.plugins.invitations.delivery import queries
from kiosk.plugins.invitations.delivery import rules
from kiosk.plugins.invitations.delivery import service as delivery
from kiosk.plugins.invitations.delivery.service import Start
from kiosk.plugins.invitations.letters.service import file_name
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
BASE = "/m/kd/invitations"


def _text(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join(" ".join((page.extract_text() or "").split()) for page in opened.pages)


def _begin(app: Flask, meeting: Known, ids: list[int], again: bool = False) -> int:
    with app.app_context(), writing() as session:
        start = Start("print", "Khu Kim Đồng I", ids, "made", again=again)
        now = kiosk_clock.now()
        return delivery.begin(session, meeting.id, start, actor="test", now=now).id


@pytest.fixture
def three(add_delegate: AddDelegate, invite: Invite) -> list[int]:
    ids = [add_delegate(f"Nguyễn Thị {name}") for name in ("An", "Bình", "Chi")]
    for one in ids:
        invite(one)
    return ids


def test_a_batch_for_an_area_has_its_letters_a_sheet_and_the_carrier(
    as_role: Callable[[str], Person],
    meeting: Known,
    three: list[int],
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    other = add_delegate("Lê Thị Xa", area="Khu Kim Đồng II")
    code = invite(other)
    office = as_role("organiser")
    page = office.get(f"{BASE}/delivery").get_data(as_text=True)
    assert "Tạo đợt 3 giấy" in page
    given = {
        "channel": "print",
        "round": f"area:{meeting.areas['Khu Kim Đồng I']}",
        "carrier": "Ông Phạm Văn Tổ",
    }
    made = office.post(f"{BASE}/batches", given)
    batch = made.headers["Location"]
    letters = _text(office.get(f"{batch}/file").data)
    assert letters.count("GIẤY MỜI") == 3
    assert "Xa" not in letters
    sheet = _text(office.get(f"{batch}/sheet.pdf").data)
    for words in ("DANH SÁCH PHÁT GIẤY MỜI", "Ông Phạm Văn Tổ", "Bà Nguyễn Thị An", "hộ 001"):
        assert words in sheet
    assert "Danh sách này có 3 người" in sheet
    # The sheet travels: it opens no door.
    assert code.short[:4] not in sheet
    assert not re.search(r"\d{4} \d{4}", sheet)
    # The next batch of this area knows who carries its letters.
    page = office.get(f"{BASE}/delivery").get_data(as_text=True)
    assert 'value="Ông Phạm Văn Tổ"' in page


def test_what_the_signed_sheet_says_is_noted_and_seen_in_the_list(
    as_role: Callable[[str], Person], app: Flask, meeting: Known, three: list[int]
) -> None:
    office = as_role("organiser")
    batch_id = _begin(app, meeting, three)
    batch = f"{BASE}/batches/{batch_id}"
    with app.app_context():
        rows = [item.id for item in queries.items(db.session(), batch_id)]
    office.post(f"{batch}/noted", {"delivery": rows[:2], "what": "met"})
    page = office.post(
        f"{batch}/noted", {"delivery": rows[2:], "what": "not_met"}, follow_redirects=True
    ).get_data(as_text=True)
    assert "Đã ghi 1 giấy chưa phát được" in page
    assert "Chưa gặp, giấy mang về" in page
    listed = office.get(f"{BASE}?state=unsent").get_data(as_text=True)
    assert "Nguyễn Thị Chi</b>" in listed
    assert "Nguyễn Thị An</b>" not in listed
    assert "Chưa phát 1" in listed
    shown = office.get(f"{BASE}?show={three[0]}").get_data(as_text=True)
    assert "Giấy in: Đã đến tay" in shown
    # Who was met the second time.
    office.post(f"{batch}/noted", {"delivery": rows[2:], "what": "met"})
    with app.app_context():
        assert queries.totals(db.session(), meeting.id) == queries.Totals(3, 3, 0, 0, 0)
    nobody = office.post(f"{batch}/noted", {"what": "met"}, follow_redirects=True)
    assert "Xin đánh dấu người trước" in nobody.get_data(as_text=True)


def test_a_letter_in_hand_that_is_replaced_is_to_be_brought_anew(
    as_role: Callable[[str], Person],
    app: Flask,
    meeting: Known,
    three: list[int],
    invite: Invite,
) -> None:
    office = as_role("organiser")
    office.post(f"{BASE}/handed-over", {"delegate": three})
    before = office.get(f"{BASE}?show={three[0]}").get_data(as_text=True)
    assert "Giấy cũ không dùng để vào được nữa" in before
    assert "Cần phát giấy mới" not in before
    invite(three[0])
    page = office.get(f"{BASE}?show={three[0]}").get_data(as_text=True)
    assert "Cần phát giấy mới" in page
    assert "Người này đang giữ giấy cũ" in page
    assert "Đổi giấy mới, mã cũ hết dùng" in page
    assert "1 người đang giữ giấy cũ" in office.get(f"{BASE}/delivery").get_data(as_text=True)
    office.post(f"{BASE}/handed-over", {"delegate": three[:1]})
    with app.app_context():
        assert queries.totals(db.session(), meeting.id).redeliver == 0


def test_a_letter_on_the_way_that_is_replaced_leaves_its_batch_and_says_so(
    as_role: Callable[[str], Person], app: Flask, meeting: Known, three: list[int], invite: Invite
) -> None:
    batch_id = _begin(app, meeting, three)
    invite(three[0])
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, three[1], actor="test", now=kiosk_clock.now())
    office = as_role("organiser")
    page = office.get(f"{BASE}/batches/{batch_id}").get_data(as_text=True)
    assert page.count("Giấy đã đổi: cần phát giấy mới") == 2
    printed = _text(office.get(f"{BASE}/batches/{batch_id}/file").data)
    assert printed.count("GIẤY MỜI") == 1
    assert "Chi" in printed


def test_printing_again_makes_the_earlier_print_void(
    app: Flask, meeting: Known, three: list[int]
) -> None:
    first = _begin(app, meeting, three)
    second = _begin(app, meeting, three[:1], again=True)
    with app.app_context():
        states = [item.state for item in queries.items(db.session(), first)]
        assert states == ["dropped", "made", "made"]
        assert queries.progress(db.session(), second, kiosk_clock.now()).made == 1


def test_the_zip_of_pictures_has_safe_sortable_names(
    as_role: Callable[[str], Person], three: list[int]
) -> None:
    office = as_role("organiser")
    made = office.post(f"{BASE}/batches", {"channel": "pictures"})
    data = office.get(f"{made.headers['Location']}/file").data
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
    assert names == [
        "0001-001-ba-nguyen-thi-an.png",
        "0002-002-ba-nguyen-thi-binh.png",
        "0003-003-ba-nguyen-thi-chi.png",
    ]


@pytest.mark.parametrize(
    ("household", "greeting", "name"),
    [
        ("047", "Bà Đặng Thị Ỷ", "0001-047-ba-dang-thi-y.png"),
        ("../12", 'Ông A/B:C*?"<>|', "0001-12-ong-a-b-c.png"),
        ("", "Đồng chí Lê Văn An", "0001-dong-chi-le-van-an.png"),
    ],
)
def test_a_picture_is_named_so_that_every_system_takes_it(
    household: str, greeting: str, name: str
) -> None:
    assert file_name(1, household, greeting) == name
    assert len(file_name(1, "9" * 40, "Nguyễn " * 60)) < 100


def test_addresses_are_kept_and_what_is_none_is_named(
    as_role: Callable[[str], Person], app: Flask, meeting: Known, three: list[int]
) -> None:
    office = as_role("organiser")
    page = office.post(
        f"{BASE}/emails",
        {f"email_{three[0]}": " an@hop.example ", f"email_{three[1]}": ""},
        follow_redirects=True,
    ).get_data(as_text=True)
    assert "Đã sửa 1 địa chỉ" in page
    assert 'value="an@hop.example"' in page
    wrong = office.post(f"{BASE}/emails", {f"email_{three[1]}": "binh@"})
    assert wrong.status_code == 422
    assert "Địa chỉ thư cần có dạng" in wrong.get_data(as_text=True)
    assert 'value="binh@"' in wrong.get_data(as_text=True)
    with app.app_context():
        assert email_addresses.emails(db.session(), meeting.id) == {three[0]: "an@hop.example"}
        bad = {three[0]: "a@b.vn\r\nBcc: c@d.vn"}
        with pytest.raises(Refused), writing() as session:
            email_addresses.set_emails(session, meeting.id, bad, actor="test")


@pytest.mark.parametrize("words", ["a@b.vn", "a.b+c@mail.b-c.gov.vn"])
def test_what_is_an_address(words: str) -> None:
    assert rules.is_address(words)


@pytest.mark.parametrize(
    "words", ["a@b", "a b@c.vn", "@c.vn", "ă@c.vn", "a@c.vn,b@c.vn", "a" * 200]
)
def test_what_is_no_address(words: str) -> None:
    assert not rules.is_address(words)


def test_a_strangers_channel_sends_as_ours_do(
    make_app: Callable[..., Flask],
    sign_in: Callable[..., Person],
    meeting: Known,
    three: list[int],
) -> None:
    told: list[str] = []

    def shout(outgoing: Outgoing) -> str:
        if outgoing.name.endswith("Bình"):
            raise DeliveryRefused("refused", "does not hear")
        if outgoing.name.endswith("Chi"):
            raise ZeroDivisionError("the stranger's own mistake")
        told.append(f"{outgoing.greeting} {outgoing.short}")
        return "heard"

    channel = DeliveryChannel("shout", "Loa", "megaphone", send=shout)
    stranger = Plugin("shouting", "Shouting", requires=("invitations",), channels=(channel,))
    app = make_app([*discover(), stranger])
    person = sign_in("organiser", meeting.id)
    client = app.test_client()
    with person.client.session_transaction() as old, client.session_transaction() as cookie:
        cookie.update(old)
    office = Person(client)
    assert "Loa" in office.get(f"{BASE}/delivery").get_data(as_text=True)
    batch = office.post(f"{BASE}/batches", {"channel": "shout"}).headers["Location"]
    answer = office.post(f"{batch}/step").json
    assert answer is not None
    assert (answer["sent"], answer["refused"], answer["unsure"]) == (1, 1, 1)
    assert len(told) == 1
    assert "ZeroDivisionError" in office.get(batch).get_data(as_text=True)


@pytest.mark.parametrize(
    "channel",
    [
        DeliveryChannel("x" * 21, "Long", "x", send=lambda _o: ""),
        DeliveryChannel("neither", "Neither", "x"),
        DeliveryChannel("both", "Both", "x", send=lambda _o: "", pack=lambda _p: b""),
        DeliveryChannel("", "Nameless", "x", send=lambda _o: ""),
    ],
)
def test_a_bad_channel_is_refused_at_the_start(app: Flask, channel: DeliveryChannel) -> None:
    registry = Registry(app.extensions["kiosk"].settings)
    with pytest.raises(BadPlugin):
        registry.add(Plugin("bad", "Bad", channels=(channel,)))


def test_other_roles_bring_nothing(as_role: Callable[[str], Person], three: list[int]) -> None:
    for role in ("moderator", "secretary", "observer"):
        person = as_role(role)
        for path in ("delivery", "emails", "badges.pdf", "batches/1", "batches/1/file"):
            assert person.get(f"{BASE}/{path}").status_code == 403
        assert person.post(f"{BASE}/batches", {"channel": "print"}).status_code == 403


def test_what_is_not_there_is_not_found(
    as_role: Callable[[str], Person], three: list[int], meeting: Known
) -> None:
    office = as_role("organiser")
    for path in ("batches/99", "batches/99/file", "batches/99/sheet.pdf"):
        assert office.get(f"{BASE}/{path}").status_code == 404
    assert office.post(f"{BASE}/batches", {"channel": "pigeon"}).status_code == 404
    given = {"channel": "print", "round": "area:99"}
    assert office.post(f"{BASE}/batches", given).status_code == 404
    assert office.post(f"{BASE}/deliveries/99/again").status_code == 404


def test_acting_on_several_with_nobody_marked_does_nothing(
    as_role: Callable[[str], Person], app: Flask, meeting: Known, three: list[int]
) -> None:
    office = as_role("organiser")
    given = {"channel": "print", "chosen": "1", "again": "1"}
    for path, data in (("batches", given), ("handed-over", {})):
        page = office.post(f"{BASE}/{path}", data, follow_redirects=True).get_data(as_text=True)
        assert "Xin đánh dấu người trước" in page
    with app.app_context():
        assert queries.batches(db.session(), meeting.id) == []
    made = office.post(f"{BASE}/batches", {**given, "delegate": three[:2]})
    assert _text(office.get(f"{made.headers['Location']}/file").data).count("GIẤY MỜI") == 2


def test_erasing_a_meeting_takes_addresses_carriers_and_answers_along(
    app: Flask, meeting: Known, three: list[int], clock: FixedClock
) -> None:
    with app.app_context(), writing() as session:
        given = {three[0]: "an@hop.example"}
        email_addresses.set_emails(session, meeting.id, given, actor="test")
        start = Start("print", "Khu", three, "made", carrier="Ông Phạm Văn Tổ")
        delivery.begin(session, meeting.id, start, actor="Bà Mơ", now=clock())
        erase.erase(session, meeting.id)
    with app.app_context():
        assert email_addresses.emails(db.session(), meeting.id) == {}
        (batch,) = queries.batches(db.session(), meeting.id)
        assert (batch.carrier, batch.made_by, batch.title) == ("", "", "")
