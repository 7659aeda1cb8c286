"""Every page opens for who may open it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.plugins.opinions.matters import service
from tests.conftest import Known
from tests.conftest import Person
from tests.opinions.conftest import Register


def test_the_pages_of_the_office_open(
    as_role: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
) -> None:
    first, second = register.take(
        "Cống ngõ 5 tắc",
        "Đèn đường hỏng",
        authors=["Nguyễn Thị Hoa"],
        topic_id=meeting.topics["T5"],
    )
    register.assign(first, bodies["Địa chính"], bodies["Công an"])
    person = as_role("secretary")
    for path in (
        "opinions",
        "opinions?by=body",
        "opinions?q=cong+ngo",
        "opinions?column=aside",
        "opinions/new",
        f"opinions/{first}",
        f"opinions/{second}",
        "opinions/settings",
        "follow-up",
        "follow-up.xlsx",
        "opinions/export.xlsx",
    ):
        answer = person.get(f"/m/{meeting.name}/{path}")
        assert answer.status_code == 200, (path, answer.get_data(as_text=True)[-800:])


def test_marks_on_cards_reminders_and_the_list_of_who_spoke(
    as_role: Callable[[str], Person],
    meeting: Known,
    register: Register,
    bodies: dict[str, int],
    add_delegate: Callable[..., int],
) -> None:
    hoa, topic = add_delegate("Nguyễn Thị Hoa"), meeting.topics["T5"]
    base = f"/api/v1/meetings/{meeting.name}/speakers"
    chair = as_role("moderator")
    turn = chair.send("POST", base, {"delegate": hoa}).get_json()["id"]
    chair.send("POST", f"{base}/{turn}/start")
    chair.send("POST", f"{base}/{turn}/finish")
    (said,) = register.take("Cống tắc", authors=[hoa], topic_id=topic, turn_id=turn)
    (same,) = register.take("Cống bị tắc", topic_id=topic)
    register.do(service.merge, same, said)
    register.assign(said, bodies["Địa chính"])
    register.do(service.write_answer, said, service.Answer("Sẽ làm", send=True))
    register.take("Khiếu nại", kind="complaint")
    secret = register.take("Tố cáo", kind="denunciation")[0]
    person = as_role("secretary")
    board = person.get(f"/m/{meeting.name}/opinions").get_data(as_text=True)
    assert "có trả lời mới" in board
    assert "2 ý kiến trùng" in board
    # Nobody has noted that the meeting was announced.
    assert "quá 7 ngày" in board
    aside = person.get(f"/m/{meeting.name}/opinions?column=aside").get_data(as_text=True)
    assert "khiếu nại" in aside
    assert f'data-matter="{secret}"' not in aside
    mine = as_role("organiser").get(f"/m/{meeting.name}/opinions?column=aside")
    assert f'data-matter="{secret}"' in mine.get_data(as_text=True)
    typing = person.get(f"/m/{meeting.name}/opinions/new?turn={turn}").get_data(as_text=True)
    assert f'data-turn="{turn}"' in typing
    assert 'value="Nguyễn Thị Hoa"' in typing
    assert "Cống tắc" in typing
