"""Before the day: people, dates, programme, list, letters, replies, tablets' places."""

from __future__ import annotations

import io
import re

from tests.whole_meeting.hands import Hands

LIST = (
    "TT,Họ và tên,Năm sinh,Khu,Số nhà\n"
    "1,Đoàn Thị Ánh,1957,Khu Kim Đồng I,Số 3 ngõ 2\n"
    "2,Vũ Văn Ổn,1949,Khu Kim Đồng II,Số 8 ngõ 4\n"
)
LATER = "TT,Họ và tên,Năm sinh,Khu\n1,Mai Văn Ngọ,1966,Khu Kim Đồng I\n"
PASSWORD = "mot mat khau du dai"  # of a made-up person


def play(hands: Hands) -> None:
    """Prepare the meeting as an office does in the weeks before."""
    _office(hands)
    _dates(hands)
    _list(hands)
    _letters(hands)
    _replies(hands)


def _office(hands: Hands) -> None:
    """Give roles: somebody who signs in for the first time, somebody who has not yet."""
    bodies = {
        body["name"]: body["id"] for body in hands.call("moderator", "GET", "/speakers")["bodies"]
    }
    for email, role, body in (
        ("thuky@tandan.example", "secretary", ""),
        ("diachinh@tandan.example", "body", str(next(iter(bodies.values())))),
        ("mattran@tandan.example", "observer", ""),
    ):
        page = hands.send(
            "/people", to="/people", name="Lê Thị Thư", email=email, role=role, body=body
        ).get_data(as_text=True)
        link = re.search(r"/first/[\w-]+", page)
        assert link is not None, page
        if role != "observer":
            # Whoever was invited chooses a password; the observer's link stays unused.
            fresh = hands.app.test_client()
            first = fresh.get(link[0]).get_data(as_text=True)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', first)
            assert token is not None
            done = fresh.post(link[0], data={"csrf_token": token[1], "password": PASSWORD})
            assert done.status_code == 302


def _dates(hands: Hands) -> None:
    hands.send("/dates", to="/dates/day", day="2027-02-05", until="2027-02-09", name="Nghỉ Tết")
    hands.send("/dates", to="/dates/deadlines", answer="12")
    hands.send("/programme", do="add")
    page = hands.get("")
    open_task = re.search(r"/tasks/(\d+)/(?:done|open)", page)
    assert open_task is not None
    hands.press(f"/tasks/{open_task[1]}/done")
    hands.press("/tasks", title="Mượn thêm 40 ghế", owner="Nhà văn hóa", due="2027-01-04")


def _list(hands: Hands) -> None:
    """Bring one list in, leave another open; excuse, remove, and take back."""
    for words, name in ((LIST, "bo-sung.csv"), (LATER, "de-sau.csv")):
        file = (io.BytesIO(words.encode()), name)
        draft = hands.press("/import", file=file).headers["Location"].rsplit("/", 1)[1]
        if name == "bo-sung.csv":
            hands.press(f"/import/{draft}/check", go="accept")
    household = [one["delegate"] for one in hands.people[30:]]
    hands.press(f"/delegates/{household[-1]}/excuse", reason="Đi viện thăm con")
    hands.press(f"/delegates/{household[-2]}/remove")
    hands.press(f"/delegates/{household[-3]}/remove")
    hands.press(f"/delegates/{household[-3]}/restore")
    hands.send("/delegates/new", to="/delegates/new", name="Phùng Văn Thêm", address="Số 1")


def _letters(hands: Hands) -> None:
    """Word the letters, carry a round by hand and a packed batch, reissue one, withdraw one."""
    hands.send("/invitations/wording", to="/wording", head_number="31", head_signer="Vũ Đức Bình")
    hands.press("/invitations/issue")
    round_ = re.search(r'name="round" value="(area:[^"]+)"', hands.get("/invitations/delivery"))
    assert round_ is not None
    begun = hands.press(
        "/invitations/batches", channel="print", round=round_[1], carrier="Bà Tâm, tổ trưởng"
    )
    batch = begun.headers["Location"].rsplit("/", 1)[1]
    rows = re.findall(
        r'name="delivery"[^>]*value="(\d+)"', hands.get(f"/invitations/batches/{batch}")
    )
    hands.press(f"/invitations/batches/{batch}/noted", delivery=rows[:3], what="met")
    hands.press(f"/invitations/batches/{batch}/noted", delivery=rows[3:4], what="not_met")
    hands.press("/invitations/batches", channel="pictures")
    last = [one["delegate"] for one in hands.people[-5:]]
    hands.press("/invitations/handed-over", delegate=[str(last[0])])
    hands.press(f"/invitations/{last[0]}/withdraw")


def _replies(hands: Hands) -> None:
    """Answer from one's own page: coming, not coming, somebody else, a question, the list."""
    one, two, three, four = (person["delegate"] for person in hands.people[40:44])
    hands.own(one, "/reply", answer="yes")
    hands.own(two, "/reply", answer="no", reason="Bận việc gia đình")
    hands.own(three, "/reply", answer="other", name="Trần Thị Thay", relation="con gái")
    hands.own(four, "/speak", topic="", note="Xin hỏi về cống ngõ 5")
    hands.own(one, "/question", topic="", text="Bao giờ ngõ 9 có tên?")
