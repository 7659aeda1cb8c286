"""What a presented code is, asked by the door in one statement."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from kiosk import clock as kiosk_clock
from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.db.compiled import Line
from kiosk.db.compiled import Prepared
from kiosk.models import Delegate
from kiosk.plugin import Plugin
from kiosk.plugin import discover
from kiosk.plugins.invitations import queries
from kiosk.plugins.invitations import rules
from kiosk.plugins.invitations import service
from kiosk.plugins.invitations.events import InvitationIssued
from kiosk.plugins.invitations.events import InvitationReplaced
from kiosk.plugins.invitations.events import InvitationWithdrawn
from kiosk.plugins.invitations.models import Invitation
from kiosk.plugins.invitations.queries import Code
from tests.conftest import Known

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]


@contextmanager
def _statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    # What was prepared runs on the driver's cursor: SQLAlchemy does not see it.
    first = Line.first

    def note_first(line: Line, prepared: Prepared, **given: object) -> object:
        seen.append(prepared.on(line._dialect).sql)
        return first(line, prepared, **given)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Line, "first", note_first)
            yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _kind(app: Flask, meeting: Known, text: str, *, short_codes: bool = True) -> str:
    with app.app_context():
        return queries.resolve(db.session(), meeting.id, text, short_codes=short_codes).kind


def test_a_current_code_costs_one_statement(
    app: Flask, meeting: Known, add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    code = invite(hoa)
    with app.app_context():
        session = db.session()
        session.connection()
        with _statements() as seen:
            found = queries.resolve(session, meeting.id, f"https://x.vn/I/{code.code}")
        assert len(seen) == 1
        assert (found.kind, found.delegate_id) == ("current", hoa)
        assert found.invitation_id == db.session.scalars(db.select(Invitation.id)).one()


def test_a_code_goes_through_its_states(
    app: Flask, meeting: Known, add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    old = invite(hoa)
    new = invite(hoa)
    assert [_kind(app, meeting, text) for text in (old.code, old.short)] == ["replaced"] * 2
    assert [_kind(app, meeting, text) for text in (new.code, new.short)] == ["current"] * 2
    assert _kind(app, meeting, new.short, short_codes=False) == "unknown"
    with app.app_context(), writing() as session:
        service.withdraw(session, meeting.id, hoa, actor="test", now=kiosk_clock.now())
    assert _kind(app, meeting, new.code) == "cancelled"
    assert _kind(app, meeting, old.code) == "replaced"


def test_a_removed_person_is_not_let_in_by_the_old_letter(
    app: Flask, meeting: Known, add_delegate: AddDelegate, invite: Invite
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")
    code = invite(hoa)
    with app.app_context(), writing() as session:
        session.get_one(Delegate, hoa).removed_at = kiosk_clock.now()
    assert _kind(app, meeting, code.code) == "cancelled"


def test_a_code_of_another_meeting_says_which_and_a_guess_says_nothing(
    app: Flask,
    meeting: Known,
    make_meeting: Callable[..., Known],
    add_delegate: AddDelegate,
    invite: Invite,
) -> None:
    code = invite(add_delegate("Nguyễn Thị Hoa"))
    other = make_meeting("binh-minh", title="Đối thoại với nhân dân khu Bình Minh")
    with app.app_context():
        found = queries.resolve(db.session(), other.id, code.code)
        assert found.kind == "wrong_meeting"
        assert found.delegate_id is None
        assert found.other is not None
        assert found.other.title == "Đối thoại với nhân dân khu Kim Đồng"
        guess = rules.with_check(code.code[:4] + "0" * 18)
        assert queries.resolve(db.session(), other.id, guess).kind == "unknown"
        assert queries.resolve(db.session(), other.id, code.short).kind == "unknown"


def test_eight_reissues_at_once_leave_one_current_invitation(
    app: Flask, meeting: Known, add_delegate: AddDelegate
) -> None:
    hoa = add_delegate("Nguyễn Thị Hoa")

    def reissue(_turn: int) -> str:
        with app.app_context(), writing() as session:
            return service.issue(session, meeting.id, hoa, actor="test", now=kiosk_clock.now()).code

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(reissue, range(8)))
    assert len(set(made)) == 8
    kinds = [_kind(app, meeting, code) for code in made]
    assert sorted(kinds) == ["current", *["replaced"] * 7]


def test_others_hear_what_happens_to_invitations(
    make_app: Callable[..., Flask], meeting: Known, add_delegate: AddDelegate
) -> None:
    heard: list[object] = []
    kinds = (InvitationIssued, InvitationReplaced, InvitationWithdrawn)
    listener = Plugin("listener", "Listener", on=dict.fromkeys(kinds, heard.append))
    app = make_app([*discover(), listener])
    hoa, binh = add_delegate("Nguyễn Thị Hoa"), add_delegate("Trần Văn Bình")
    now = kiosk_clock.now()
    with app.app_context():
        with writing() as session:
            service.issue_missing(session, meeting.id, actor="test", now=now)
        with writing() as session:
            service.issue(session, meeting.id, hoa, actor="test", now=now)
        with writing() as session:
            service.withdraw(session, meeting.id, hoa, actor="test", now=now)
        with writing() as session:
            service.issue_missing(session, meeting.id, actor="test", now=now)
    assert heard == [
        InvitationIssued(meeting.id, (hoa, binh)),
        InvitationReplaced(meeting.id, hoa),
        InvitationWithdrawn(meeting.id, hoa),
    ]
