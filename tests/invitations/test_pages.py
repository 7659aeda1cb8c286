"""The office's page and the page behind a delegate's code."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kiosk import clock as kiosk_clock
from kiosk.db.base import writing
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.queries import Code
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


def _page(client: FlaskClient | Person, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_the_list_is_narrowed_by_state_group_and_words(
    as_role: Callable[[str], Person],
    app: Flask,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    hoa, binh = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    an = add_delegate("Lê Văn An", group="B", title="Đảng ủy viên")
    add_delegate("Mai Đức Toàn")
    for person in (hoa, hoa, binh, an):
        invite(person)
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, an, actor="test", now=kiosk_clock.now())
    office = as_role("organiser")
    everyone = _page(office, "/m/kd/invitations")
    for words in ("Tất cả 4", "Chưa cấp 1", "Đã cấp 1", "Đã đổi 1", "Đã thu hồi 1", "Bản 2"):
        assert words in everyone
    for state, name in (("none", "Toàn"), ("current", "Bình"), ("replaced", "Hoa")):
        page = _page(office, f"/m/kd/invitations?state={state}")
        names = [n for n in ("Toàn", "Bình", "Hoa", "Lê Văn An") if f"{n}</b>" in page]
        assert names == [name]
    assert "Hoa</b>" in _page(office, "/m/kd/invitations?q=hoa&state=nonsense")
    group = _page(office, f"/m/kd/invitations?group={meeting.groups['E']}")
    assert "In 2 giấy mời" in group or "letters.pdf?sheet=a4&amp;group=E" in group
    withdrawn = _page(office, f"/m/kd/invitations?show={an}")
    assert "Đã thu hồi giấy mời." in withdrawn


def test_the_letter_stands_beside_the_list_as_a_picture(
    as_role: Callable[[str], Person], add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    office = as_role("organiser")
    assert office.get(f"/m/kd/invitations/{hoa}/letter.png").status_code == 404
    code = invite(hoa)
    page = _page(office, f"/m/kd/invitations?show={hoa}")
    assert f"{code.short[:4]} {code.short[4:]}" in page
    assert code.code not in page
    assert "card.png" in _page(office, f"/m/kd/invitations?show={hoa}&as=picture")
    answer = office.get(f"/m/kd/invitations/{hoa}/letter.png")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert abs(picture.width / picture.height - 210 / 148) < 0.01
    assert office.get("/m/kd/invitations/99999/card.png").status_code == 404
    assert office.get("/m/kd/invitations/letters.pdf?delegate=99999").status_code == 404
    assert office.get("/m/kd/invitations/letters.pdf?group=A").status_code == 404


def test_the_address_to_copy_is_there_once_phones_can_reach_us(
    make_app: Callable[..., Flask],
    sign_in: Callable[..., Person],
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    code = invite(hoa)
    person = sign_in("organiser", meeting.id)
    app = make_app(public_url="https://hop.example.vn")
    client = app.test_client()
    with person.client.session_transaction() as old, client.session_transaction() as cookie:
        cookie.update(old)
    assert f"https://hop.example.vn/I/{code.code}" in _page(client, f"/m/kd/invitations?show={hoa}")


def test_other_roles_see_no_letters(
    as_role: Callable[[str], Person], add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    invite(hoa)
    for role in ("moderator", "secretary", "observer"):
        person = as_role(role)
        for path in ("", "/letters.pdf", "/cards.zip", f"/{hoa}/card.png", f"/{hoa}/letter.png"):
            assert person.get(f"/m/kd/invitations{path}").status_code == 403


def test_a_replaced_code_tells_its_holder_to_use_the_newer_letter(
    client: FlaskClient, add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    old = invite(hoa)
    invite(hoa)
    for _turn in range(70):
        answer = client.get(f"/I/{old.code}")
    assert answer.status_code == 404
    page = answer.get_data(as_text=True)
    assert "Giấy mời đã đổi" in page
    assert "Hoa" not in page
    with client.session_transaction() as cookie:
        assert "kiosk_invitation" not in cookie


def test_a_withdrawn_code_and_a_torn_address_say_what_to_do(
    app: Flask, client: FlaskClient, meeting: Known, add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    code = invite(hoa)
    torn = client.get(f"/I/{code.code[:-1]}")
    assert torn.status_code == 404
    assert "Đường dẫn có thể bị thiếu chữ" in torn.get_data(as_text=True)
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, hoa, actor="test", now=kiosk_clock.now())
    assert "Giấy mời đã thu hồi" in _page(client, f"/I/{code.code}")


def test_the_own_page_names_only_what_is_known(
    client: FlaskClient, add_delegate: AddDelegate, invite: Invite
) -> None:
    chief = add_delegate("Lê Văn An", group="B", title="Đảng ủy viên")
    plain = add_delegate("Mai Thị Sen", group="B")
    assert "Đảng ủy viên" in _page(client, f"/I/{invite(chief).code}")
    page = _page(client, f"/I/{invite(plain).code}")
    assert "Mai Thị Sen" in page
    assert "Đại diện hộ" not in page
