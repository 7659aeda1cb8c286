"""The door of the day: tablets, every way in, out and back, and what is left in doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from kiosk import clock
from tests.whole_meeting.hands import Hands


@dataclass(frozen=True)
class Came:
    """Who is inside and who is not, and the tokens of the paired devices by profile."""

    present: list[int]
    outside: list[int]
    devices: dict[str, str]


def play(hands: Hands) -> Came:
    """Open the doors and let people in."""
    hands.call("organiser", "PATCH", "", {"doors": "open"})
    devices = _tablets(hands)
    letters = {one["delegate"]: one for one in hands.people}
    officials = [one["delegate"] for one in hands.people[:8]]
    guests = [one["delegate"] for one in hands.people[30:44]]
    for person in officials + guests[:8]:
        _admit(hands, devices["gate"], code=letters[person]["code"], via="camera")
    _admit(hands, devices["desk"], code=letters[guests[8]]["short"], via="typed")
    _admit(hands, devices["desk"], delegate=guests[9], via="search")
    substitute = {"name": "Trần Thị Thay", "relation": "con gái"}
    _admit(hands, devices["desk"], code=letters[guests[10]]["code"], substitute=substitute)
    walk_in = {"name": "Đinh Văn Vãng", "area": "Khu Kim Đồng I"}
    _admit(hands, devices["desk"], via="walk_in", walk_in=walk_in)
    _household(hands, devices, guests[0])
    _out_and_back(hands, devices, letters, guests)
    _refused(hands, devices)
    _offline(hands, devices, letters, guests)
    _calls(hands, devices)
    inside = [*officials, *guests[1:7], *guests[8:11]]
    return Came(inside, [guests[0], guests[7], guests[13]], devices)


def _admit(hands: Hands, token: str, **scan: object) -> None:
    said = hands.scan(token, **scan)
    assert said["verdict"] == "admitted", said


def _tablets(hands: Hands) -> dict[str, str]:
    """Pair a tablet of each profile; one tells of its health, one is revoked."""
    tokens = {}
    for profile in ("gate", "desk", "screen", "lost"):
        kind = "gate" if profile == "lost" else profile
        asked = {"name": f"Máy {profile}", "profile": kind}
        code = hands.call("organiser", "POST", "/devices", asked)["code"]
        answer = hands.app.test_client().post("/api/v1/devices/pair", json={"code": code})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        paired = answer.get_json()
        tokens[profile] = paired["token"]
    lost = paired["device"]["id"]
    hands.call("organiser", "DELETE", f"/devices/{lost}")
    beat = {"sent_at": clock.rfc3339(clock.now()), "waiting": 0, "battery": 81, "charging": True}
    hands.call(tokens["gate"], "POST", "/devices/self/health", beat)
    return tokens


def _household(hands: Hands, devices: dict[str, str], member: int) -> None:
    """A second member of a household that is in already: an observer."""
    page = hands.get(f"/delegates/{member}")
    household = re.search(r"/delegates/household/(\d+)", page)
    assert household is not None
    at = f"/delegates/household/{household[1]}"
    hands.send(at, name="Nguyễn Văn Cùng Nhà", birth_year="1990")
    found = hands.call("desk", "GET", "/delegates?q=cung nha")["items"]
    said = hands.scan(devices["desk"], delegate=found[0]["id"], via="search")
    assert said["verdict"] == "household_in", said
    _admit(hands, devices["desk"], delegate=found[0]["id"], via="search", observer=True)


def _out_and_back(
    hands: Hands, devices: dict[str, str], letters: dict[int, dict[str, str]], guests: list[int]
) -> None:
    """One leaves, one leaves and comes back, one entry is taken back."""
    for person in (guests[0], guests[1]):
        code = letters[person]["code"]
        assert hands.scan(devices["gate"], code=code, direction="out")["verdict"] == "left"
    _admit(hands, devices["gate"], code=letters[guests[1]]["code"])
    undone = hands.scan(devices["desk"], delegate=guests[7], via="search", direction="undo")
    assert undone["verdict"] == "undone"


def _refused(hands: Hands, devices: dict[str, str]) -> None:
    """A letter that was withdrawn, and words that are no code."""
    withdrawn = hands.people[-5]["code"]
    assert hands.scan(devices["gate"], code=withdrawn)["verdict"] == "cancelled"
    assert hands.scan(devices["gate"], code="khong phai ma")["verdict"] in {"unknown", "mistyped"}


def _offline(
    hands: Hands, devices: dict[str, str], letters: dict[int, dict[str, str]], guests: list[int]
) -> None:
    """What the desk had kept without a network: one new, one that another tablet let in too."""
    at = clock.rfc3339(clock.now() - timedelta(minutes=3))
    kept = [
        {
            "scan_id": f"00000000-0000-4000-8000-00000000000{number}",
            "code": letters[person]["code"],
            "scanned_at": at,
            "offline": True,
        }
        for number, person in enumerate((guests[2], guests[3], guests[11]))
    ]
    results = hands.call(devices["desk"], "POST", "/scans/batch", {"scans": kept})["results"]
    assert [one["verdict"] for one in results] == ["review", "review", "admitted"], results
    number = re.search(r"/devices/conflicts/(\d+)", hands.get("/devices/conflicts"))
    assert number is not None
    hands.press(f"/devices/conflicts/{number[1]}", decision="same_person")


def _calls(hands: Hands, devices: dict[str, str]) -> None:
    """The gate calls for a helper twice; one is on the way, one was helped."""
    for reason in ("unknown", "help"):
        made = hands.call(devices["gate"], "POST", "/calls", {"reason": reason})
        hands.call(devices["desk"], "POST", f"/calls/{made['id']}/take")
    hands.call(devices["desk"], "POST", f"/calls/{made['id']}/done")
