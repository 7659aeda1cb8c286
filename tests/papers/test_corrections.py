"""The minutes grow with the meeting, can be put in other words, and show what was changed."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from kiosk.db.base import db
from kiosk.db.base import writing
from kiosk.models import Meeting
from kiosk.plugins.opinions.conclusions import service
from kiosk.plugins.opinions.register.service import Who
from kiosk.plugins.papers import erase
from kiosk.plugins.papers import queries
from kiosk.plugins.papers import values
from tests.conftest import FixedClock
from tests.conftest import Known
from tests.conftest import Person

URL = "/m/kd/papers/bien-ban/words"


def _meeting() -> Meeting:
    return db.session.scalars(select(Meeting)).one()


def _paragraphs(app: Flask) -> dict[str, queries.Paragraph]:
    with app.app_context(), app.test_request_context():
        return queries.paragraphs(db.session(), _meeting(), "bien-ban")


def _printed(app: Flask) -> list[str]:
    with app.app_context(), app.test_request_context():
        made = queries.made(db.session(), _meeting(), "bien-ban")
        return [block.text for block in made.blocks if isinstance(block, values.Text)]


def _correct(person: Person, app: Flask, key: str, text: str) -> int:
    seen = _paragraphs(app)[key].text
    return person.post(URL, {"key": key, "text": text, "seen": seen}).status_code


def test_a_paragraph_in_other_words_is_printed_and_its_history_stays(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    assert _correct(person, app, "secretary", "Thư ký: bà Phạm Thị Lan, văn phòng.") == 302
    assert _correct(person, app, "secretary", "Thư ký: bà Phạm Thị Lan.\r\nGhi hình: có.") == 302
    assert {"Thư ký: bà Phạm Thị Lan.", "Ghi hình: có."} <= set(_printed(app))
    page = person.get(URL).get_data(as_text=True)
    assert page.count("Phạm Thị Lan, văn phòng.") == 2
    with app.app_context():
        assert len(queries.history(db.session(), held.id, "bien-ban")) == 2


def test_the_second_of_two_secretaries_is_told_and_nothing_is_overwritten(
    app: Flask, held: Known, sign_in: Callable[..., Person]
) -> None:
    first, second = sign_in("secretary", held.id), sign_in("organiser", held.id)
    seen = _paragraphs(app)["adopted"].text
    told = first.post(URL, {"key": "adopted", "text": "Thông qua lúc 16 giờ.", "seen": seen})
    assert told.status_code == 302
    late = second.post(URL, {"key": "adopted", "text": "Đã thông qua.", "seen": seen})
    assert late.status_code == 409
    words = late.get_data(as_text=True)
    assert "Thông qua lúc 16 giờ." in words
    assert "Đã thông qua.</textarea>" in words
    assert _paragraphs(app)["adopted"].text == "Thông qua lúc 16 giờ."


def test_an_emptied_paragraph_is_not_printed_and_comes_back(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    before = _printed(app)
    assert _correct(person, app, "adopted", "  ") == 302
    assert [line for line in before if line not in _printed(app)] == [
        "Biên bản được thông qua tại hội nghị."
    ]
    answer = person.post(URL, {"key": "adopted", "seen": "", "restore": "1"})
    assert answer.status_code == 302
    assert _printed(app) == before


def test_a_correction_is_marked_when_the_record_changes_after_it(
    app: Flask, held: Known, as_role: Callable[[str], Person], clock: FixedClock
) -> None:
    person = as_role("secretary")
    with app.app_context(), writing() as session:
        made = service.conclude(
            session,
            held.id,
            service.NewConclusion(text="Sửa đèn đường"),
            who=Who("Thư ký", frozenset({"secretary"})),
            now=clock(),
        )
    key = next(key for key in _paragraphs(app) if key.startswith("conclusion:"))
    assert _correct(person, app, key, "1. Sửa toàn bộ đèn đường ngõ 5.") == 302
    assert not _paragraphs(app)[key].is_stale
    with app.app_context(), writing() as session:
        service.mend(
            session,
            held.id,
            made,
            service.NewConclusion(text="Thay đèn đường"),
            revision=1,
            who=Who("Thư ký", frozenset({"secretary"})),
            now=clock(),
        )
    assert _paragraphs(app)[key].is_stale
    page = person.get(URL).get_data(as_text=True)
    assert "Thay đèn đường" in page
    assert "1. Sửa toàn bộ đèn đường ngõ 5." in _printed(app)


def test_words_are_text_never_markup_nor_template(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    odd = "<script>alert(1)</script> {{ 7*7 }} #panic(1)"
    assert _correct(person, app, "adopted", odd) == 302
    page = person.get(URL).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert odd in _printed(app)
    assert person.get("/m/kd/papers/bien-ban.pdf").status_code == 200
    assert person.get("/m/kd/papers/bien-ban.docx").status_code == 200


def test_what_does_not_exist_or_is_too_long_is_refused(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    person = as_role("secretary")
    none = person.post(URL, {"key": "turn:999", "text": "x", "seen": ""})
    assert none.status_code == 404
    long = person.post(
        URL, {"key": "adopted", "text": "x" * 30_000, "seen": _paragraphs(app)["adopted"].text}
    )
    assert long.status_code == 422
    assert person.get("/m/kd/papers/nothing/words").status_code == 404
    for role in ("observer", "body", "moderator", "security"):
        assert as_role(role).get(URL).status_code == 403


def test_the_page_shows_figures_and_what_is_missing(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    page = as_role("secretary").get(URL).get_data(as_text=True)
    figures = re.search(r'<dl class="cnt">(.*?)</dl>', page, re.S)
    assert figures is not None
    assert re.findall(r"<dd>(\d+)</dd>", figures[1]) == ["3", "1", "1", "0", "0"]
    assert 'class="gaps"' in page


def test_erasing_a_meeting_takes_words_by_hand_too(
    app: Flask, held: Known, as_role: Callable[[str], Person]
) -> None:
    assert _correct(as_role("secretary"), app, "adopted", "Bà Hoa đọc lại.") == 302
    with app.app_context(), writing() as session:
        erase.erase(session, held.id)
    assert "Bà Hoa đọc lại." not in _printed(app)


def test_the_minutes_grow_while_somebody_speaks(
    app: Flask,
    held: Known,
    add_delegate: Callable[..., int],
    bearer: Callable[..., dict[str, str]],
    as_role: Callable[[str], Person],
) -> None:
    base, client, head = f"/api/v1/meetings/{held.name}", app.test_client(), bearer("moderator")
    before = len(_printed(app))
    asked = client.post(
        f"{base}/speakers", json={"delegate": add_delegate("Lê Văn Thắng")}, headers=head
    )
    started = client.post(f"{base}/speakers/{asked.get_json()['id']}/start", headers=head)
    assert started.status_code == 200
    assert len(_printed(app)) > before
    page = as_role("secretary").get(URL).get_data(as_text=True)
    assert 'class="now"' in page
    assert "Lê Văn Thắng" in page
    part = as_role("secretary").get(f"{URL}?part=1").get_data(as_text=True)
    assert "<html" not in part
    assert "Lê Văn Thắng" in part
