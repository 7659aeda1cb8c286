"""Every page opens for who may open it."""

from __future__ import annotations

from collections.abc import Callable

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
