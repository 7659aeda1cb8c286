"""Every verdict of the door as a picture: nothing cut, nothing overlapping, a next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page
from playwright.sync_api import expect

SIZES = [(1280, 800), (800, 1280)]
PERSON = {
    "id": 1,
    "name": "Nguyễn Thị Phương Khánh Huyền",
    "salutation": "bà",
    "title": "",
    "group": "Đại biểu hộ gia đình",
    "group_kind": "household",
    "area": "Khu Kim Đồng II",
    "household": "0147",
}
OFFICIAL = {
    **PERSON,
    "name": "Trần Nguyễn Quốc Bảo",
    "salutation": "đồng chí",
    "title": "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam thị xã",
    "group_kind": "official",
    "household": "",
}
FIRST = {"at": "2023-10-26T13:12:05+07:00", "device": "Bàn đón số 1, cửa chính"}
ANSWERS: list[dict[str, Any]] = [
    {"verdict": "admitted", "message": "Mời bà vào dự", "delegate": PERSON, "at": FIRST["at"]},
    {"verdict": "admitted", "message": "Mời vào", "delegate": OFFICIAL, "at": FIRST["at"]},
    {
        "verdict": "admitted",
        "message": "Mời bà vào dự",
        "delegate": PERSON,
        "at": FIRST["at"],
        "substitute": {"name": "Nguyễn Hoàng Phương Khánh Quỳnh", "relation": "Con"},
    },
    {"verdict": "review", "message": "Mời bà vào dự", "delegate": PERSON, "first": FIRST},
    {"verdict": "already_in", "message": "Bà đã điểm danh", "delegate": PERSON, "first": FIRST},
    {"verdict": "replaced", "message": "Giấy mời đã đổi"},
    {"verdict": "cancelled", "message": "Giấy mời đã thu hồi"},
    {
        "verdict": "wrong_meeting",
        "message": "Giấy mời buổi khác",
        "other": {
            "title": "Hội nghị đối thoại với nhân dân khu Bình Minh và khu Trạo Hà",
            "starts_at": "2023-11-02T13:30:00+07:00",
            "venue": "Nhà văn hóa khu Bình Minh",
        },
    },
    {"verdict": "mistyped", "message": "Số chưa khớp"},
    {"verdict": "unknown", "message": "Chưa nhận ra mã"},
    {
        "verdict": "not_open",
        "message": "Chưa đến giờ đón",
        "delegate": PERSON,
        "opens_at": "2099-10-26T13:00:00+07:00",
        "over": False,
    },
    {
        "verdict": "not_open",
        "message": "Chưa đến giờ đón",
        "delegate": PERSON,
        "opens_at": "2023-10-26T13:00:00+07:00",
        "over": True,
    },
    {
        "verdict": "choose",
        "message": "Mời chọn đúng tên mình",
        "candidates": [{**PERSON, "birth_year": 1961}, {**PERSON, "id": 2, "birth_year": 1961}],
    },
    {
        "verdict": "household_in",
        "message": "Mời bà dự thính",
        "delegate": PERSON,
        "seat_holder": "bà Huyền",
        "first": FIRST,
    },
    {"verdict": "left", "message": "Hẹn gặp lại bà", "delegate": PERSON, "at": FIRST["at"]},
    {"verdict": "not_inside", "message": "Bà chưa vào dự", "delegate": PERSON},
    {"verdict": "undone", "message": "Đã hoàn tác", "delegate": PERSON},
    {"verdict": "nothing_to_undo", "message": "Không có gì để hoàn tác", "delegate": PERSON},
]
# What sticks out of its screen, or stands over another part.
FAULTS = """() => {
  const shown = (e) => e.getClientRects().length > 0;
  const parts = [...document.querySelectorAll(
    '#verdict :is(h1, .vh1 p, h2, .sub, dd, .box, .tip, .sentence, .cand, .q, .btn, .quietlink)'
  )].filter(shown);
  const found = [];
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    if (box.left < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.top < 0
      || part.scrollWidth > part.clientWidth + 2)
      found.push(`cut: ${part.textContent}`);
    for (const other of parts) {
      if (part === other || part.contains(other) || other.contains(part)) continue;
      const with_ = other.getBoundingClientRect();
      const over = Math.min(box.right, with_.right) - Math.max(box.left, with_.left) > 2
        && Math.min(box.bottom, with_.bottom) - Math.max(box.top, with_.top) > 2;
      if (over) found.push(`over: ${part.textContent} | ${other.textContent}`);
    }
  }
  for (const target of parts.filter((e) => e.matches('button')))
    // A sheet that still rises is measured in broken pixels.
    if (Math.round(target.getBoundingClientRect().height) < 56)
      found.push(`small: ${target.textContent}`);
  for (const part of parts)
    if (parseFloat(getComputedStyle(part).fontSize) < 20) found.push(`tiny: ${part.textContent}`);
  if (!parts.some((e) => e.matches('button'))) found.push('no next step');
  return found;
}"""


@pytest.mark.parametrize("profile", ["gate", "desk"])
@pytest.mark.parametrize("size", SIZES)
def test_every_verdict_is_whole_and_offers_a_next_step(
    launch: Callable[..., Browser],
    open_page: Callable[..., Page],
    pair: Callable[[Page, str], Page],
    size: tuple[int, int],
    profile: str,
) -> None:
    page = pair(open_page(launch(), *size), profile)
    faults = {}
    for number, answer in enumerate(ANSWERS):
        page.evaluate(
            """(answer) => import(
            [...document.scripts].find((s) => s.src.includes('checkin/scans/kiosk.js')).src
            ).then((door) => door.show(answer))""",
            answer,
        )
        shown = page.locator(f"#verdict[data-verdict={answer['verdict']}]")
        expect(shown).to_be_visible()
        found = page.evaluate(FAULTS)
        if found:
            faults[f"{number} {answer['verdict']}"] = found
    assert faults == {}
