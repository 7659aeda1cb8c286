"""The home page of a meeting: five steps, what is next, and the numbers of every room."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from kiosk import clock as kiosk_clock
from kiosk.db.base import writing
from kiosk.plugins.invitations.delegate_page import service
from kiosk.plugins.invitations.queries import Code
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person


def _primary(page: str) -> str:
    found = re.search(r'<a class="btn primary"[^>]*href="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def _steps(page: str) -> list[str]:
    return [state.strip() for state in re.findall(r'<li class="st ([^"]*)"', page)]


def test_what_is_next_follows_from_where_things_stand(
    as_role: Callable[[str], Person],
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
    clock: FixedClock,
) -> None:
    clock.pass_(days=-5)
    office = as_role("organiser")
    assert _primary(office.get("/m/kd").text) == "/m/kd/import"
    hoa = add_delegate("Nguyễn Thị Hoa")
    assert _primary(office.get("/m/kd").text) == "/m/kd/invitations"
    invite(hoa)
    page = office.get("/m/kd").text
    assert _primary(page) == "/m/kd/devices"
    assert _steps(page) == ["cur", "done", "", "", ""]
    assert "Chưa nối máy nào" in page
    clock.pass_(days=5)
    page = office.get("/m/kd").text
    assert _primary(page) == "/m/kd/attendance"
    assert _steps(page) == ["cur", "done", "cur", "", ""]
    clock.pass_(minutes=40)
    assert _steps(office.get("/m/kd").text) == ["cur", "done", "cur", "cur", ""]
    clock.pass_(days=1)
    page = office.get("/m/kd").text
    assert _primary(page) == "/m/kd/papers"
    # Nobody was received: the meeting is over, but that is not done.
    assert _steps(page) == ["done", "done", "late", "late", "cur"]
    assert page.count("Không ghi nhận ai") == 2


def test_answers_to_the_invitation_are_counted(
    app: Flask,
    as_role: Callable[[str], Person],
    add_delegate: Callable[..., int],
    invite: Callable[[int], Code],
    meeting: Known,
    clock: FixedClock,
) -> None:
    clock.pass_(days=-5)
    given = ("yes", "yes", "other", "no")
    people = [add_delegate(f"Nguyễn Văn {name}") for name in ("An", "Bình", "Chi", "Dũng", "Em")]
    for person in people:
        invite(person)
    for person, answer in zip(people, given, strict=False):
        with app.app_context(), writing() as session:
            service.reply(
                session,
                meeting.id,
                person,
                service.Given(answer, name="Trần Văn Nam"),
                actor="t",
                now=kiosk_clock.now(),
            )
    page = as_role("organiser").get("/m/kd").text
    assert "5 đã cấp, 4 đã trả lời" in page
    assert "4/5" in page
    legend = re.findall(r"<li(?: class=\"\w+\")?><i></i>[^<]+<b>(\d+)</b>", page)
    assert legend == ["2", "1", "1", "1"]
    # Names of substitutes are for the door and the list, not for this page.
    assert "Trần Văn Nam" not in page
