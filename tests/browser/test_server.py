"""gunicorn itself: many at once, starting, stopping."""

from __future__ import annotations

import subprocess
import threading
import uuid
from collections import Counter

from tests.browser.conftest import KIOSK
from tests.browser.conftest import Server


def test_40_simultaneous_scans_of_one_code_admit_exactly_once(server: Server) -> None:
    code = server.demo["codes"][-1]["code"]
    start = threading.Barrier(40)
    answers: list[tuple[int, str]] = []

    def scan() -> None:
        body = {"scan_id": str(uuid.uuid4()), "code": code}
        start.wait()
        status, answer = server.call("POST", "/scans", "gate", body)
        answers.append((status, answer.get("verdict")))

    threads = [threading.Thread(target=scan) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answers) == {(200, "admitted"): 1, (200, "already_in"): 39}
    out = server.data / "scans.csv"
    server.run("export", server.demo["meeting"], "--what", "scans", "--out", str(out))
    assert len(out.read_text(encoding="utf-8-sig").strip().splitlines()) == 41


def test_a_wrong_setting_stops_the_start_with_one_line(server: Server) -> None:
    env = {**server.env, "KIOSK_LANGUAGE": "fr"}
    done = subprocess.run(
        [str(KIOSK), "serve"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "KIOSK_LANGUAGE: must be vi or en, not fr"


def test_bad_usage_exits_with_2(server: Server) -> None:
    for arguments in (
        ["serve", "--port", "99999"],
        ["dance"],
        ["token", "none", "--role", "gate", "--name", "x"],
    ):
        done = subprocess.run(
            [str(KIOSK), *arguments], env=server.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr


def test_a_token_from_the_command_line_opens_its_role(server: Server) -> None:
    printed = server.run("token", server.demo["meeting"], "--role", "observer", "--name", "Xem")
    server.demo["tokens"]["observer"] = printed.strip()
    assert server.call("GET", "/attendance", "observer")[0] == 200
    assert server.call("GET", "/delegates", "observer")[0] == 403


def test_making_the_demo_again_keeps_the_meeting(server: Server) -> None:
    assert "đã có sẵn" in server.run("demo")
    second = server.run("demo", "--meeting", "khu-khac", "--households", "12")
    assert "đã sẵn sàng" in second
