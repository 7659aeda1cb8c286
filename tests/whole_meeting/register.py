"""The register: opinions by every way, bodies, answers with a file, what was concluded."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.conftest import Person
from tests.whole_meeting.hands import Hands

PDF = b"%PDF-1.7\n% the answer as it was signed\n%%EOF\n"
WAYS = ("spoken", "slip", "letter", "phone", "page", "front", "association")
DUE = "2027-03-15"


def play(hands: Hands, present: list[int], finished: list[int]) -> list[int]:
    """Take opinions in and carry them on; returns the matters of the day."""
    topics = [topic["id"] for topic in hands.call("organiser", "GET", "")["topics"]]
    bodies = [body["id"] for body in hands.call("moderator", "GET", "/speakers")["bodies"]]
    matters = _taken_in(hands, present, finished, topics)
    _asked(hands)
    _split_and_joined(hands, matters)
    _answered(hands, matters, bodies)
    _passed_on(hands, matters, bodies)
    _concluded(hands, matters, bodies)
    _office(hands, topics, bodies)
    return matters


def _taken_in(
    hands: Hands, present: list[int], finished: list[int], topics: list[int]
) -> list[int]:
    found: list[int] = []
    for number, way in enumerate(WAYS):
        body: dict[str, Any] = {
            "channel": way,
            "matters": [
                {"text": f"Đề nghị số {number}: ngõ {number} thiếu đèn", "topic": topics[number]}
            ],
            "authors": [{"delegate": present[8 + number]}],
        }
        if way == "spoken":
            body["turn"] = finished[0]
            body["matters"].append({"text": "Vỉa hè bị lấn chiếm", "topic": topics[4]})
        if way == "phone":
            body |= {"read_back": True, "authors": [{"name": "Một người dân"}]}
        if way == "slip":
            body["authors"] = []
        found += hands.call("organiser", "POST", "/opinions", body)["ids"]
    complaint = {
        "channel": "letter",
        "matters": [{"text": "Xin khiếu nại việc thu hồi đất", "kind": "complaint"}],
        "authors": [{"delegate": present[8]}, {"name": "Hàng xóm"}],
    }
    return found + list(hands.call("organiser", "POST", "/opinions", complaint)["ids"])


def _asked(hands: Hands) -> None:
    """Somebody writes on the public page; nobody is signed in there."""
    stranger = Person(hands.app.test_client())
    answer = stranger.post(
        f"/p/{hands.m}/question", {"text": "Bao giờ có nước sạch?", "name": "Ông Tư"}
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)


def _revision(hands: Hands, matter: int) -> int:
    found: int = hands.call("organiser", "GET", f"/opinions/{matter}")["revision"]
    return found


def _do(hands: Hands, method: str, matter: int, verb: str, **body: Any) -> Any:
    whole = {**body, "revision": _revision(hands, matter)}
    return hands.call("organiser", method, f"/opinions/{matter}/{verb}", whole)


def _split_and_joined(hands: Hands, matters: list[int]) -> None:
    """One is in fact another, which came later."""
    _do(hands, "POST", matters[2], "merge", into=matters[3])


def _answered(hands: Hands, matters: list[int], bodies: list[int]) -> None:
    """Assigned with a partner, answered by the body with a file, published, settled."""
    for matter, partners in ((matters[0], bodies[1:2]), (matters[3], [])):
        _do(hands, "POST", matter, "assign", lead=bodies[0], partners=partners, due_on=DUE)
    page = f"/opinions/{matters[0]}"
    hands.send(
        page,
        to=f"{page}/answer",
        answer="Phường sẽ thay 12 bóng đèn trong tháng này.",
        send="1",
        file=(io.BytesIO(PDF), "Trả lời.pdf"),
    )
    title = "Đèn đường các ngõ"
    hands.send(page, to=f"{page}/publish", title=title)
    _do(hands, "PUT", matters[3], "answer", text="Đã kiểm tra, sẽ sửa.", send=True)
    _do(hands, "POST", matters[3], "move", state="answered_in_writing")


def _passed_on(hands: Hands, matters: list[int], bodies: list[int]) -> None:
    _do(hands, "POST", matters[4], "assign", lead=bodies[0], due_on=DUE)
    _do(hands, "POST", matters[4], "move", state="passed_up")


def _concluded(hands: Hands, matters: list[int], bodies: list[int]) -> None:
    """Two conclusions with dates; progress, supervision and a reminder; one mended."""
    for words, matter in (("Nạo vét cống ngõ 5", ""), ("Thay đèn hỏng", str(matters[0]))):
        hands.press("/follow-up", text=words, matter=matter, body=str(bodies[0]), due_on=DUE)
    one = re.search(r"[?&;]one=(\d+)", hands.get("/follow-up"))
    assert one is not None
    at = f"/follow-up/{one[1]}"
    hands.press(at, kind="progress", text="Đã mua vật tư", state="doing")
    hands.press(at, kind="supervision", text="Mặt trận đã xem")
    hands.press(at, kind="reminder", text="")
    hands.press(at, kind="progress", text="Xong", state="done")


def _office(hands: Hands, topics: list[int], bodies: list[int]) -> None:
    at = "/opinions/settings"
    hands.press(
        f"{at}/rule",
        topic=str(topics[2]),
        words="đèn, chiếu sáng",
        lead=str(bodies[0]),
        partner=str(bodies[1]),
    )
    hands.press(f"{at}/post", kind="results", place="Nhà văn hóa khu", posted_on="2027-01-12")
    hands.press(f"{at}/post", kind="loudspeaker", place="Loa khu I", posted_on="2027-01-12")
