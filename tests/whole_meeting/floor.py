"""The hall: who asks to speak, the order, speeches and answers, steps taken back."""

from __future__ import annotations

from typing import Any

from tests.whole_meeting.hands import Hands

AT = "/speakers"


def play(hands: Hands, present: list[int]) -> list[int]:
    """Run the speaking order with people who are inside; returns the finished turns."""
    topics = hands.call("organiser", "GET", "")["topics"]
    turns = [
        hands.call(
            "moderator", "POST", AT, {"delegate": person, "topic": topics[n % 7]["id"], "note": "x"}
        )["id"]
        for n, person in enumerate(present[8:16])
    ]
    hands.call("moderator", "PATCH", AT, {"open": True, "seconds": 240, "locked": 1})
    _arrange(hands)
    order = [one["id"] for one in hands.call("moderator", "GET", AT)["waiting"]]
    assert set(turns) <= set(order)
    _speech(hands, order[0], answered=True)
    _speech(hands, order[1], answered=False)
    _act(hands, order[2], "start")
    hands.call("moderator", "POST", f"{AT}/undo", {})
    _act(hands, order[2], "withdraw")
    _act(hands, order[3], "absent")
    hands.call("moderator", "POST", f"{AT}/{order[4]}/start", {})
    _act(hands, order[4], "pause")
    _act(hands, order[4], "resume")
    hands.call("moderator", "POST", f"{AT}/{order[4]}/extend", {"seconds": 30})
    _act(hands, order[4], "finish")
    _written(hands, present)
    hands.call("moderator", "PATCH", AT, {"slide": "conclusions"})
    return [order[0], order[1], order[4]]


def _act(hands: Hands, turn: int, action: str) -> Any:
    return hands.call("moderator", "POST", f"{AT}/{turn}/{action}", {})


def _speech(hands: Hands, turn: int, *, answered: bool) -> None:
    _act(hands, turn, "start")
    if answered:
        bodies = hands.call("moderator", "GET", AT)["bodies"]
        wanted = {"body": bodies[0]["id"], "seconds": 120}
        hands.call("moderator", "POST", f"{AT}/{turn}/answer", wanted)
        hands.call("moderator", "POST", f"{AT}/{turn}/follow_up", {"seconds": 60})
    _act(hands, turn, "finish")


def _arrange(hands: Hands) -> None:
    """Draw lots, then move the last one forward by hand."""
    version = hands.call("moderator", "GET", AT)["version"]
    wanted = {"policy": "draw", "preview": False, "version": version, "seed": "ngày hội"}
    found = hands.call("moderator", "POST", f"{AT}/arrange", wanted)
    ids = [one["id"] for one in found["waiting"]]
    moved = {"ids": [ids[0], ids[-1], *ids[1:-1]], "version": found["version"]}
    hands.call("moderator", "PUT", f"{AT}/order", moved)


def _written(hands: Hands, present: list[int]) -> None:
    asked = {"delegate": present[9], "text": "Khi nào đường Kim Đồng được sửa?"}
    made = hands.call("moderator", "POST", f"{AT}/questions", asked)
    hands.call("moderator", "POST", f"{AT}/questions/{made['id']}/read", {})
