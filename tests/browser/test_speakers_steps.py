"""What the moderator presses: parts of a turn, menus, answers, questions, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.conftest import Watched
from tests.browser.conftest import wait_until
from tests.browser.floor import Floor
from tests.browser.floor import Open
from tests.browser.floor import as_moderator
from tests.browser.floor import cookies
from tests.browser.floor import expect_order
from tests.browser.floor import floor
from tests.browser.floor import rows
from tests.browser.floor import show
from tests.browser.floor import undo

__all__ = ["as_moderator", "cookies", "floor", "show"]

Axe = Callable[[Page], list[str]]


def test_a_turn_goes_from_speech_to_answer_to_asking_back_to_the_next_with_its_outcome(
    floor: Floor, show: Open
) -> None:
    a, b = floor.wait("Tô Thị An"), floor.wait("Tô Thị Bích")
    page = show("/speakers")
    main = page.locator("#nowbox .big1")
    main.click()
    expect(main).to_have_text("Xong, mời trả lời")
    main.click()
    expect(page.locator("#nowbox")).to_contain_text("Trả lời bà Tô Thị An")
    page.locator("#nowbox [data-key=ask]").click()
    expect(page.locator("#nowbox[data-part=follow_up]")).to_contain_text("Đang hỏi thêm")
    main.click()
    expect(page.locator("#nowbox[data-part=answer]")).to_be_visible()
    written = page.locator("#nowbox [data-value=written]")
    written.click()
    expect(written).to_have_attribute("aria-checked", "true")
    expect(main).to_have_text("Xong, mời bà Bích")
    main.click()
    expect(page.locator(f"#nowbox [data-turn='{b}']")).to_be_visible()
    done = floor.now()["done"][-1]
    assert (done["id"], done["outcome"]) == (a, "written")
    page.locator("#tab-done").click()
    expect(rows(page).first).to_contain_text("Giao việc, trả lời bằng văn bản")


def test_the_clock_is_stopped_goes_on_and_gets_a_minute_more(floor: Floor, show: Open) -> None:
    floor.act(floor.wait("Tống Thị An"), "start")
    page = show("/speakers")
    page.locator("#nowbox [data-key=pause]").click()
    expect(page.locator("#nowbox .eb")).to_contain_text("Đang tạm dừng")
    page.locator("#nowbox [data-key=pause]").click()
    expect(page.locator("#nowbox .eb")).to_contain_text("Đang phát biểu")
    page.locator("#nowbox [data-key=minute]").click()
    expect(page.locator("#left")).to_have_text("còn lại trong 4 phút")
    assert floor.now()["clock"]["allotted"] == 240


def test_a_menu_holds_what_is_done_with_one_person_and_every_act_is_taken_back(
    server: Server, floor: Floor, show: Open
) -> None:
    a, b, c = (floor.wait(name) for name in ("Âu Thị An", "Âu Thị Bích", "Âu Thị Cúc"))
    page = show("/speakers")

    def press(turn: int, what: str) -> None:
        page.locator(f"#rows [data-turn='{turn}'] .btn.icon").click()
        page.locator(f"#menu [data-do={what}]").click()

    press(c, "top")
    expect_order(page, floor, [c, a, b])
    press(c, "skip")
    expect_order(page, floor, [a, c, b])
    press(a, "absent")
    expect(page.locator(f"#rows [data-turn='{a}']")).to_contain_text("vắng một lần")
    expect_order(page, floor, [c, b, a])
    press(a, "priority")
    expect_order(page, floor, [a, c, b])
    press(b, "edit")
    page.locator("#editnote").fill("Xin nói ngắn")
    page.locator("#edittopic").select_option(index=2)
    page.locator("#editform .primary").click()
    expect(page.locator(".toast")).to_contain_text("Đã sửa lượt của bà Bích")
    assert [turn["note"] for turn in floor.now()["waiting"]] == ["", "", "Xin nói ngắn"]
    press(c, "withdraw")
    expect_order(page, floor, [a, b])
    undo(page)
    expect_order(page, floor, [a, c, b])
    undo(page)
    expect(page.locator(".toast")).to_contain_text("Đã hoàn tác")
    expect(page.locator(f"#rows [data-turn='{b}'] .m")).not_to_contain_text("chính sách")
    assert [turn["note"] for turn in floor.now()["waiting"]] == ["", "", ""]
    page.locator(f"#rows [data-turn='{a}'] .tell").click()
    expect(page.locator(f"#rows [data-turn='{a}'] .told")).to_have_text("Đã báo chuẩn bị")


def test_what_was_prepared_for_the_speaker_is_on_console_and_chairmans_view(
    server: Server, floor: Floor, show: Open
) -> None:
    away = [one["delegate"] for one in server.demo["codes"]]
    brought: dict[str, Any] = {}
    for start in range(0, len(away), 40):
        query = "&".join(f"delegate={one}" for one in away[start : start + 40])
        brought |= floor.call("GET", f"/opinions/prepared?{query}")["delegates"]
    delegate, matters = next(
        (who, found) for who, found in brought.items() if any(one["answer"] for one in found)
    )
    matter = next(one for one in matters if one["answer"])
    turn = floor.call("POST", "/speakers", {"delegate": int(delegate)})["id"]
    other = floor.wait("Hà Thị An")
    page, chair = show("/speakers"), show("/chair")
    floor.act(turn, "start")
    prepared = page.locator("#nowbox[data-part=speech] .sel")
    expect(prepared).to_contain_text("Đã chuẩn bị")
    prepared.click()
    expect(page.locator("#prepared")).to_contain_text(matter["answer"][:40])
    expect(chair.locator("#preptitle")).to_have_text("Phường đã chuẩn bị")
    expect(chair.locator("#facts li").first).to_contain_text(matter["answer"][:20])
    expect(chair.locator("#next .chip")).to_have_text("Chưa có trả lời chuẩn bị")
    page.locator("#bodies [role=radio]").nth(1).click()
    expect(chair.locator("#bodyname")).to_contain_text(
        str(page.evaluate("document.querySelectorAll('#bodies .grow')[1].textContent"))
    )
    floor.act(other, "start")
    expect(chair.locator("#preptitle")).to_have_text("Chưa có trả lời chuẩn bị")
    expect(prepared).to_contain_text("Chưa chuẩn bị")


def test_a_question_in_writing_is_read_out_and_marked(floor: Floor, show: Open, axe: Axe) -> None:
    asker = floor.come("Phan Thị An")
    text = "Bao giờ đèn đường ngõ 2 được sửa?"
    asked = floor.call("POST", "/speakers/questions", {"delegate": asker, "text": text})
    page = show("/speakers")
    page.locator("#tab-questions").click()
    row = page.locator(f"#rows [data-question='{asked['id']}']")
    row.get_by_role("button", name="Đọc").click()
    expect(page.locator("#readtext")).to_have_text(text)
    assert axe(page) == []
    page.locator("#readdone").click()
    expect(row).to_contain_text("đọc lúc")
    assert next(q for q in floor.now()["questions"] if q["id"] == asked["id"])["read_at"]
    row.get_by_role("button", name="Đánh dấu chưa đọc").click()
    expect(row.get_by_role("button", name="Đọc")).to_be_visible()


def test_the_list_is_closed_and_its_settings_changed_and_somebody_is_found_and_added(
    server: Server, floor: Floor, show: Open
) -> None:
    floor.come("Khổng Thị Ngần")
    page = show("/speakers")
    page.locator("#settings").click()
    page.locator("[data-setting=open]").uncheck()
    expect(page.locator("#closedchip")).to_be_visible()
    page.locator("#s-seconds").select_option("300")
    page.locator("[data-setting=present_only]").click()
    expect(page.locator("#steps li").first).to_contain_text("Đổi cài đặt")
    wait_until(lambda: bool(floor.now()["present_only"]))
    found = floor.now()
    assert (found["open"], found["seconds"]) == (False, 300)
    page.locator("#settingsdialog [data-close]").click()
    page.locator("#add").click()
    page.locator("#find").fill("khong thi ng")
    page.locator("#found li", has_text="Khổng Thị Ngần").get_by_role("button").click()
    expect(rows(page)).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Đã thêm bà Ngần")
    undo(page)
    expect(rows(page)).to_have_count(0)


def test_who_was_called_by_mistake_goes_back_to_the_top(floor: Floor, show: Open) -> None:
    a, b = floor.wait("Giáp Thị An"), floor.wait("Giáp Thị Bích")
    page = show("/speakers")
    page.locator("#nowbox .big1").click()
    page.locator("#nowbox [data-key=more]").click()
    page.locator("#menu [data-do=back]").click()
    expect(page.locator("#nowbox[data-part=none]")).to_be_visible()
    expect_order(page, floor, [a, b])
    assert floor.now()["waiting"][0]["seconds_spoken"] == 0


def test_another_moderators_step_shows_on_both_consoles_and_only_one_of_two_starts_counts(
    floor: Floor, show: Open, watched: Watched
) -> None:
    watched.expected = ("409",)
    a = floor.wait("Cù Thị An")
    one, other = show("/speakers"), show("/speakers", 390, 844)
    other.route("**/live/**", lambda route: route.abort())
    watched.expected = ("409", "ERR_FAILED")
    one.locator("#nowbox .big1").click()
    expect(one.locator(f"#nowbox [data-turn='{a}'][data-state=speaking]")).to_be_visible()
    began = floor.now()["speaking"]["started_at"]
    status, answer = floor.server.call("POST", f"/speakers/{a}/start", "moderator", {})
    assert (status, answer["code"]) == (409, "wrong_state")
    assert answer["detail"]
    assert floor.now()["speaking"]["started_at"] == began
    expect(other.locator(f"#nowbox [data-turn='{a}'][data-state=speaking]")).to_be_visible()
