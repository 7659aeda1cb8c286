"""What check-in products are measured by, at the door: one scan, two scans, no network.

Each docstring names the row of the comparison with another product that it answers, and
"better" where that product falls short. Simultaneous scans (9, 10) are in test_at_once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from kiosk import clock as kiosk_clock
from kiosk.db import db
from kiosk.db import writing
from kiosk.plugins.checkin.models import Presence
from kiosk.plugins.checkin.models import Review
from kiosk.plugins.invitations import service as invitations
from kiosk.plugins.invitations.queries import Code
from kiosk.prepared import Line
from tests.checkin.conftest import Door
from tests.conftest import ON_POSTGRESQL
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

AddDelegate = Callable[..., int]
Invite = Callable[[int], Code]
NOON = "2023-10-26T13:0{}:00+07:00"


def _in(app: Flask) -> list[tuple[int, str]]:
    with app.app_context():
        rows = db.session.execute(db.select(Presence.delegate_id, Presence.state))
        return [(delegate, state) for delegate, state in rows]


def _withdraw(app: Flask, meeting: Known, delegate: int) -> None:
    with app.app_context(), writing() as session:
        invitations.withdraw(session, meeting.id, delegate, actor="test", now=kiosk_clock.now())


def test_the_first_scan_admits_and_the_second_is_told_when_and_where_and_kept(
    gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    """Rows 1 and 2."""
    assert gate.scan(code.code)["verdict"] == "admitted"
    clock.pass_(minutes=2)
    second = desk.scan(code.code)
    assert second["verdict"] == "already_in"
    assert second["first"] == {"at": NOON.format(5), "device": "Bàn đón số 1"}
    assert [row.verdict for row in gate.rows()] == ["admitted", "already_in"]


def test_a_retry_is_not_a_second_scan_and_a_scan_without_a_number_is_not_taken(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    """Rows 3 and 4: a lost answer can never look like fraud."""
    first = gate.scan(code.code, scan_id="0191f7c2-0000-7000-8000-000000000003")
    clock.pass_(seconds=20)
    assert gate.scan(code.code, scan_id="0191f7c2-0000-7000-8000-000000000003") == {
        **first,
        "replay": True,
    }
    url = "/api/v1/meetings/kd/scans"
    answer = gate.client.post(url, json={"code": code.code}, headers=gate.headers)
    assert (answer.status_code, list((answer.json or {})["fields"])) == (422, ["scan_id"])
    assert len(gate.rows()) == 1


def test_one_moment_written_in_two_zones_is_one_scan(gate: Door, code: Code) -> None:
    gate.scan(
        code.code,
        scan_id="0191f7c2-0000-7000-8000-000000000004",
        scanned_at="2023-10-26T13:05:00+07:00",
    )
    again = gate.scan(
        code.code, scan_id="0191f7c2-0000-7000-8000-000000000004", scanned_at="2023-10-26T06:05:00Z"
    )
    assert again["replay"] is True


def test_a_scan_number_belongs_to_one_code_and_to_one_direction(
    gate: Door, code: Code, add_delegate: AddDelegate, invite: Invite
) -> None:
    """Rows 5 and 7, better: an exit that uses the number of an entry is refused loudly."""
    other = invite(add_delegate("Trần Văn Bình")).code
    gate.scan(code.code, scan_id="0191f7c2-0000-7000-8000-000000000005")
    for body in ({"code": other}, {"code": code.code, "direction": "out"}):
        answer = gate.send(scan_id="0191f7c2-0000-7000-8000-000000000005", **body)
        assert (answer.status_code, (answer.json or {})["code"]) == (409, "scan_id_reused")
        assert (answer.json or {})["detail"]
    url = "/api/v1/meetings/kd/scans/batch"
    late: dict[str, Any] = {
        "scan_id": "0191f7c2-0000-7000-8000-000000000005",
        "code": code.code,
        "direction": "out",
    }
    late["offline"] = True
    batch = gate.client.post(url, json={"scans": [late]}, headers=gate.headers).json or {}
    assert batch["results"][0]["error"]["code"] == "scan_id_reused"
    # The exit is not lost: it comes again under a number of its own.
    assert gate.scan(code.code, direction="out")["verdict"] == "left"


def test_the_same_scan_sent_by_another_tablet_leaves_no_second_row(
    gate: Door, desk: Door, code: Code
) -> None:
    """Row 6."""
    first = gate.scan(code.code, scan_id="0191f7c2-0000-7000-8000-000000000006")
    assert desk.scan(code.code, scan_id="0191f7c2-0000-7000-8000-000000000006") == {
        **first,
        "replay": True,
    }
    assert len(gate.rows()) == 1


def test_a_late_retry_after_an_undo_admits_nobody_and_the_next_undo_is_calm(
    app: Flask, gate: Door, desk: Door, code: Code, clock: FixedClock
) -> None:
    """Row 8, better: online, offline and in a batch."""
    entry = {
        "scan_id": "0191f7c2-0000-7000-8000-000000000008",
        "code": code.code,
        "scanned_at": NOON.format(5),
    }
    gate.scan(**entry)
    clock.pass_(minutes=1)
    assert desk.scan(code.code, direction="undo")["verdict"] == "undone"
    clock.pass_(minutes=5)
    assert gate.scan(**entry)["replay"] is True
    url = "/api/v1/meetings/kd/scans/batch"
    late = [{**entry, "offline": True}]
    batch = gate.client.post(url, json={"scans": late}, headers=gate.headers).json or {}
    assert batch["results"][0]["replay"] is True
    assert _in(app) == []
    assert desk.scan(code.code, direction="undo")["verdict"] == "nothing_to_undo"
    assert len(gate.rows()) == 3


def test_an_unknown_code_is_kept_without_a_person_and_offline_invents_nobody(gate: Door) -> None:
    """Rows 11 and 12."""
    for offline in (False, True):
        answer = gate.scan("0000 0000 1111", offline=offline)
        assert (answer["verdict"], answer["delegate"]) == ("unknown", None)
    assert [(row.verdict, row.delegate_id) for row in gate.rows()] == [("unknown", None)] * 2


def test_an_old_letter_names_nobody_and_let_in_offline_goes_to_the_organiser(
    app: Flask, gate: Door, code: Code, hoa: int, invite: Invite
) -> None:
    """Rows 13, 14 and 15: the old letter says "renewed", never "unknown"."""
    newer = invite(hoa)
    for offline in (False, True):
        answer = gate.scan(code.code, offline=offline)
        assert (answer["verdict"], answer["delegate"]) == ("replaced", None)
        assert "Hoa" not in str(answer)
    retry = {
        "scan_id": "0191f7c2-0000-7000-8000-000000000014",
        "code": code.code,
        "scanned_at": NOON.format(4),
    }
    gate.scan(**retry)
    assert gate.scan(**retry)["delegate"] is None
    assert _in(app) == []
    with app.app_context():
        assert len(db.session.scalars(db.select(Review)).all()) == 1
    # For the organiser the row keeps whose letter it was.
    assert {row.delegate_id for row in gate.rows()} == {hoa}
    assert gate.scan(newer.code)["verdict"] == "admitted"


def test_a_withdrawn_letter_and_a_person_taken_off_the_list_are_both_cancelled(
    app: Flask,
    gate: Door,
    code: Code,
    hoa: int,
    meeting: Known,
    add_delegate: AddDelegate,
    invite: Invite,
    as_role: Callable[[str], Person],
) -> None:
    """Rows 16 and 17, better: a single person who is taken off is not "unknown"."""
    _withdraw(app, meeting, hoa)
    assert gate.scan(code.code)["verdict"] == "cancelled"
    removed = add_delegate("Trần Văn Bình")
    letter = invite(removed).code
    as_role("organiser").post(f"/m/kd/delegates/{removed}/remove")
    answer = gate.scan(letter)
    assert (answer["verdict"], answer["delegate"]) == ("cancelled", None)


def test_closed_doors_are_told_in_words_with_the_hour_and_an_exit_is_always_free(
    gate: Door, code: Code, clock: FixedClock
) -> None:
    """Row 20."""
    clock.pass_(minutes=-20)
    early = gate.scan(code.code)
    assert (early["verdict"], early["opens_at"]) == ("not_open", NOON.format(0))
    assert early["message"] == "Chưa đến giờ đón"
    english = gate.client.post(
        "/api/v1/meetings/kd/scans?lang=en",
        json={"scan_id": "0191f7c2-0000-7000-8000-000000000020", "code": code.code},
        headers=gate.headers,
    )
    assert (english.json or {})["message"] == "The doors are not open now"
    gate.client.get("/pair?lang=vi")
    clock.pass_(minutes=20)
    gate.scan(code.code)
    clock.pass_(hours=3)
    assert gate.scan(code.code, direction="out")["verdict"] == "left"
    clock.pass_(hours=2)
    late = gate.scan(code.code)
    assert (late["verdict"], late["message"]) == ("over", "Buổi họp đã kết thúc")


def test_doors_opened_and_closed_by_hand_go_before_the_times(
    gate: Door, code: Code, clock: FixedClock, as_role: Callable[[str], Person]
) -> None:
    organiser = as_role("organiser")
    clock.pass_(minutes=-60)
    assert gate.scan(code.code)["verdict"] == "not_open"
    organiser.send("PATCH", "/api/v1/meetings/kd", {"doors": "open"})
    assert gate.scan(code.code)["verdict"] == "admitted"
    gate.scan(code.code, direction="out")
    clock.pass_(minutes=90)
    organiser.send("PATCH", "/api/v1/meetings/kd", {"doors": "closed"})
    assert gate.scan(code.code)["verdict"] == "not_open"
    organiser.send("PATCH", "/api/v1/meetings/kd", {"doors": "auto"})
    assert gate.scan(code.code)["verdict"] == "admitted"


def test_a_letter_to_another_meeting_says_which_and_leaks_no_name(
    code: Code,
    make_meeting: Callable[..., Known],
    bearer: Callable[..., dict[str, str]],
    gate: Door,
) -> None:
    """Row 22."""
    other = make_meeting("binh-minh", title="Đối thoại khu Bình Minh")
    answer = (
        gate.client.post(
            "/api/v1/meetings/binh-minh/scans",
            json={"scan_id": "0191f7c2-0000-7000-8000-000000000022", "code": code.code},
            headers=bearer("gate", meeting_id=other.id),
        ).json
        or {}
    )
    assert answer["verdict"] == "wrong_meeting"
    assert answer["other"]["title"] == "Đối thoại với nhân dân khu Kim Đồng"
    assert "Hoa" not in str(answer)


def test_an_offline_scan_keeps_its_own_time_beside_the_time_it_was_received(
    app: Flask, gate: Door, code: Code, clock: FixedClock
) -> None:
    """Row 24."""
    body = {
        "scan_id": "0191f7c2-0000-7000-8000-000000000024",
        "code": code.code,
        "scanned_at": NOON.format(5),
    }
    clock.pass_(hours=3)
    answer = gate.scan(**body, offline=True)
    assert (answer["verdict"], answer["flags"]) == ("admitted", ["late_upload"])
    assert answer["at"] == NOON.format(5)
    assert gate.scan(**body, offline=True)["replay"] is True
    [row] = gate.rows()
    assert kiosk_clock.hm(row.scanned_at) == "13:05"
    assert kiosk_clock.hm(row.received_at) == "16:05"
    with app.app_context():
        [first] = db.session.scalars(db.select(Presence.first_at))
    assert kiosk_clock.hm(first) == "13:05"


def test_a_second_admission_offline_is_kept_marked_and_put_before_the_organiser(
    app: Flask, gate: Door, make_door: Callable[..., Door], code: Code, clock: FixedClock
) -> None:
    """Row 25, better: not forced in silence."""
    gate.scan(code.code)
    clock.pass_(minutes=10)
    second = make_door("gate", "Bàn đón số 2")
    answer = second.scan(code.code, offline=True, scanned_at=NOON.format(9))
    assert (answer["verdict"], "conflict" in answer["flags"]) == ("review", True)
    assert [row.flags for row in gate.rows()] == [[], answer["flags"]]
    with app.app_context():
        assert len(db.session.scalars(db.select(Review)).all()) == 1


@pytest.mark.parametrize(
    ("at", "flag", "counted"),
    [
        ("2023-10-27T13:05:00+07:00", "future_clock", "13:05"),
        ("2023-10-26T13:07:00+07:00", "", "13:05"),
        ("2021-01-01T00:00:00+07:00", "old_clock", "13:05"),
        ("2023-10-26T13:02:00+07:00", "late_upload", "13:02"),
    ],
)
def test_a_clock_that_cannot_be_right_is_flagged_and_its_time_bounded(
    app: Flask, gate: Door, code: Code, at: str, flag: str, counted: str
) -> None:
    """Row 26, better: tomorrow's scan is not taken at its word."""
    answer = gate.scan(code.code, scanned_at=at, offline=True)
    assert (answer["verdict"], answer["flags"]) == ("admitted", [flag] if flag else [])
    assert kiosk_clock.rfc3339(gate.rows()[0].scanned_at) == at
    with app.app_context():
        [first] = db.session.scalars(db.select(Presence.first_at))
    assert kiosk_clock.hm(first) == counted


def test_refused_scans_made_offline_are_uploaded_and_kept_too(
    gate: Door, code: Code, hoa: int, invite: Invite
) -> None:
    """Row 27."""
    invite(hoa)
    url = "/api/v1/meetings/kd/scans/batch"
    texts = ("strange", code.code, str((int(code.short[0]) + 1) % 10) + code.short[1:])
    scans = [
        {"scan_id": f"0191f7c2-0000-7000-8000-{2700 + n:012d}", "code": text, "offline": True}
        for n, text in enumerate(texts)
    ]
    answer = gate.client.post(url, json={"scans": scans}, headers=gate.headers).json or {}
    verdicts = [item["verdict"] for item in answer["results"]]
    assert verdicts == ["unknown", "replaced", "mistyped"]
    assert [row.verdict for row in gate.rows()] == verdicts


def test_a_code_is_read_with_blanks_new_lines_small_letters_and_marks(
    gate: Door, code: Code
) -> None:
    """Row 48, better: other letter case is the same code."""
    for dress in (" {} \r\n", "{}\t", "\ufeff{}", "]Q1{}"):
        for text in (code.code, code.code.lower()):
            assert gate.scan(dress.format(text))["verdict"] in {"admitted", "already_in"}


def test_a_scan_asks_the_database_a_dozen_times_at_most(
    app: Flask, gate: Door, code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 49: the other product sends 27 statements.

    PostgreSQL is asked twice more than SQLite: for the meeting's lock, and to tell listeners.
    """
    gate.scan("warm")
    asked: list[str] = []
    for name in ("run", "first", "all"):
        inner = getattr(Line, name)

        def counting(self: Line, prepared: Any, _inner: Any = inner, **given: Any) -> Any:
            asked.append("prepared")
            return _inner(self, prepared, **given)

        monkeypatch.setattr(Line, name, counting)
    with app.app_context():
        engine = db.engine

    def executed(*given: Any) -> None:
        asked.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", executed)
    try:
        assert gate.scan(code.code)["verdict"] == "admitted"
        first = len(asked)
        asked.clear()
        assert gate.scan(code.code)["verdict"] == "already_in"
    finally:
        event.remove(engine, "before_cursor_execute", executed)
    assert max(first, len(asked)) <= (12 if ON_POSTGRESQL else 10)


def test_the_answer_and_the_next_read_know_of_the_scan(
    gate: Door, code: Code, hoa: int, as_role: Callable[[str], Person]
) -> None:
    """Row 50, better: the first answer already holds what it wrote."""
    answer = gate.scan(code.code)
    assert answer["at"] == NOON.format(5)
    attendance = as_role("organiser").get("/api/v1/meetings/kd/attendance").json or {}
    assert (attendance["version"], attendance["present"]) == (answer["version"], 1)
    assert [item["delegate"] for item in attendance["recent"]] == [hoa]
