"""Console, chairman's view and hall screen: who may open them, what they hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import Known
from tests.conftest import Person
from tests.speakers.conftest import Queue

AsRole = Callable[[str], Person]


@pytest.mark.parametrize("page", ["speakers", "chair", "hall"])
def test_the_moderator_opens_every_page_of_the_floor(
    as_role: AsRole, queue: Queue, people: list[int], page: str
) -> None:
    queue.must(queue.must_add(people[0]), "start")
    answer = as_role("moderator").get(f"/m/kd/{page}")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "Nguyễn Thị Hoa" in text
    assert 'role="timer"' in text or page == "speakers"


def test_a_screen_opens_the_hall_page_only(
    client: FlaskClient, meeting: Known, bearer: Callable[..., dict[str, str]]
) -> None:
    screen = bearer("screen")
    assert client.get("/m/kd/hall", headers=screen).status_code == 200
    assert client.get("/m/kd/speakers", headers=screen).status_code == 403
    assert client.get("/m/kd/chair", headers=screen).status_code == 403


@pytest.mark.parametrize("role", ["observer", "security", "body"])
def test_who_only_watches_does_not_open_the_console(as_role: AsRole, role: str) -> None:
    assert as_role(role).get("/m/kd/speakers").status_code == 403


def test_the_page_for_the_hall_holds_no_note_to_the_moderator(
    client: FlaskClient, queue: Queue, people: list[int], bearer: Callable[..., dict[str, str]]
) -> None:
    queue.must_add(people[0], note="chuyện riêng")
    page = client.get("/m/kd/hall", headers=bearer("screen")).get_data(as_text=True)
    assert "Nguyễn Thị Hoa" in page
    assert "chuyện riêng" not in page


def test_the_menu_counts_who_waits(as_role: AsRole, queue: Queue, people: list[int]) -> None:
    queue.must_add(people[0])
    queue.must_add(people[1])
    page = as_role("organiser").get("/m/kd/attendance").get_data(as_text=True)
    assert '<span class="count">2</span>' in page
