"""Two entries of one person: the later answer, the address and the deliveries stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Delegate
from kiosk.plugins.attendance import queries as attendance
from kiosk.plugins.delegates.bulk import service
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations.delegate_page import service as delegate_page
from kiosk.plugins.invitations.delegate_page.service import Given
from tests.conftest import FixedClock
from tests.conftest import Known


def test_the_later_answer_and_the_only_address_stay_with_the_person(
    app: Flask,
    meeting: Known,
    add_delegate: Callable[..., int],
    invite: Callable[[int], Any],
    clock: FixedClock,
) -> None:
    kept, gone = add_delegate("Nguyễn Thị Hoa"), add_delegate("Nguyễn Thị Hoa")
    invite(kept)
    clock.pass_(days=-2)
    with app.app_context(), writing() as session:
        delegate_page.reply(session, meeting.id, kept, Given("yes"), actor="page", now=clock())
        later = clock.pass_(hours=1)
        given = Given("other", "Trần Văn Ba", "con")
        delegate_page.reply(session, meeting.id, gone, given, actor="page", now=later)
        session.get_one(Delegate, gone).email = "hoa@example.vn"
    with app.app_context(), writing() as session:
        service.merge(session, meeting.id, kept, gone, actor="t", now=clock())
    with app.app_context():
        answers = queries.replies(db.session(), meeting.id)
        assert set(answers) == {kept}
        assert (answers[kept].answer, answers[kept].name) == ("other", "Trần Văn Ba")
        assert db.session.get_one(Delegate, kept).email == "hoa@example.vn"


def test_who_answers_no_is_excused_and_not_missed(
    app: Flask, meeting: Known, add_delegate: Callable[..., int], clock: FixedClock
) -> None:
    hoa, _ba = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Ba")
    clock.pass_(days=-2)
    with app.app_context(), writing() as session:
        given = Given("no", reason="Đi viện")
        delegate_page.reply(session, meeting.id, hoa, given, actor="page", now=clock())
    with app.app_context():
        seen = attendance.snapshot(db.session(), meeting.id)
    assert [one["delegate"] for one in seen["excused"]] == [hoa]
    assert len(seen["absent"]) == 1
    assert "Đi viện" not in str(seen)
