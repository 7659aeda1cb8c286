"""A thousand screens that follow one meeting while people arrive and the queue moves."""

from __future__ import annotations

import bisect
import http.client
import json
import multiprocessing
import random
import re
import select
import socket
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from dataclasses import field
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any

from tests.bench import servers

STREAMS = 1000
SECONDS = 30
SCANS_PER_SECOND = 20
STEPS_PER_SECOND = 2
SETTLE_SECONDS = 5
VIEWS = ("attendance", "speakers")
_HEAD = re.compile(rb"event: (\w+)\nid: (\d+)\n")


@dataclass
class Screen:
    """What one stream has received: of each view (moment, version)."""

    seen: dict[str, list[tuple[float, int]]] = field(
        default_factory=lambda: {view: [] for view in VIEWS}
    )
    connected_at: float = 0.0
    refused: int = 0


class Screens:
    """All the screens, followed by one loop: the load must not be what is measured."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self._address = ("127.0.0.1", port)
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        self._head = head.encode()
        self._poll = select.epoll()
        self._open: dict[int, tuple[socket.socket, Screen]] = {}
        self._rest: dict[int, bytes] = {}
        self._later: list[tuple[float, Screen]] = []

    def follow(self, screens: list[Screen], until: float) -> None:
        """Follow until the time is over; a screen comes back after a break as our page does."""
        waiting = list(screens)
        while time.time() < until:
            # Screens are not switched on at one moment.
            for screen in waiting[:8]:
                self._connect(screen)
            del waiting[:8]
            now = time.time()
            waiting += [screen for due, screen in self._later if due <= now]
            self._later = [pair for pair in self._later if pair[0] > now]
            for number, _event in self._poll.poll(0.02):
                self._read(number)
        for found, _screen in self._open.values():
            found.close()

    def _connect(self, screen: Screen) -> None:
        found = socket.create_connection(self._address)
        found.sendall(self._head)
        found.setblocking(False)
        self._open[found.fileno()] = (found, screen)
        self._rest[found.fileno()] = b""
        self._poll.register(found.fileno(), select.EPOLLIN)

    def _read(self, number: int) -> None:
        found, screen = self._open[number]
        try:
            data = found.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or data.startswith(b"HTTP/1.1 503"):
            screen.refused += 1
            self._poll.unregister(number)
            del self._open[number]
            found.close()
            self._later.append((time.time() + 0.8 + 2.2 * random.random(), screen))
            return
        now = time.time()
        data = self._rest[number] + data
        for match in _HEAD.finditer(data):
            screen.seen[match[1].decode()].append((now, int(match[2])))
            screen.connected_at = screen.connected_at or now
        # A head may be cut in two; one that was seen twice changes nothing.
        self._rest[number] = data[-48:]


def _watch(port: int, meeting: str, token: str, until: float, out: Queue[list[Screen]]) -> None:
    path = f"/live/{meeting}?" + "&".join(f"view={view}" for view in VIEWS)
    screens = [Screen() for _ in range(STREAMS)]
    Screens(port, path, token).follow(screens, until)
    out.put(screens)


class Steps:
    """Sends requests at an even pace; keeps when each version was answered."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self.taken: list[float] = []
        self.versions: list[tuple[float, int]] = []
        self.bad: list[int] = []

    def ask(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        begin = time.perf_counter()
        self._connection.request(method, path, json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        self.taken.append(time.perf_counter() - begin)
        if answer.status != 200:
            self.bad.append(answer.status)
        elif "version" in found:
            self.versions.append((time.time(), found["version"]))
        return found


def _evenly(per_second: int, seconds: float) -> Any:
    begin = time.monotonic()
    for number in range(int(per_second * seconds)):
        wait = begin + number / per_second - time.monotonic()
        if wait > 0:
            time.sleep(wait)  # the pace of the load
        yield number


def _arrive(steps: Steps, base: str, codes: list[str]) -> None:
    for number in _evenly(SCANS_PER_SECOND, SECONDS):
        body = {"scan_id": str(uuid.uuid4()), "code": codes[number % len(codes)]}
        steps.ask("POST", f"{base}/scans", body)


def _moderate(steps: Steps, base: str) -> None:
    for number in _evenly(STEPS_PER_SECOND, SECONDS):
        steps.ask("PATCH", f"{base}/speakers", {"seconds": 120 + number})


def _delays(steps: Steps, screens: list[Screen], view: str) -> list[float]:
    """Return for each answered change and stream how long the stream came after it."""
    found: list[float] = []
    for screen in screens:
        moments = sorted(screen.seen[view])
        versions = [version for _, version in moments]
        for answered, version in steps.versions:
            if not screen.connected_at or answered < screen.connected_at + 1:
                continue
            index = bisect.bisect_left(versions, version)
            if index < len(moments):
                found.append(max(0.0, moments[index][0] - answered))
    return found


def share(values: list[float], part: float) -> float:
    """Return the value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def live() -> dict[str, Any]:
    """1,000 streams on 2 workers, 20 scans and 2 queue changes a second; then all come back."""
    with tempfile.TemporaryDirectory() as folder:
        made = servers.demo(Path(folder), SCANS_PER_SECOND * SECONDS)
        with servers.kiosk(Path(folder)) as (port, pid):
            return _measure(port, pid, made)


def _measure(port: int, pid: int, made: dict[str, Any]) -> dict[str, Any]:
    base = f"/api/v1/meetings/{made['meeting']}"
    codes = [item["code"] for item in made["codes"]]
    warm = 6
    out: Queue[list[Screen]] = multiprocessing.Queue()
    until = time.time() + warm + SECONDS + SETTLE_SECONDS
    token = made["tokens"]["organiser"]
    watching = multiprocessing.Process(
        target=_watch, args=(port, made["meeting"], token, until, out)
    )
    watching.start()
    time.sleep(warm)  # until the screens are on
    door, floor = Steps(port, made["tokens"]["gate"]), Steps(port, made["tokens"]["moderator"])
    work = [
        threading.Thread(target=_arrive, args=(door, base, codes)),
        threading.Thread(target=_moderate, args=(floor, base)),
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    memory = servers.memory_mib(pid)
    screens = out.get(timeout=120)
    watching.join()
    last = {"attendance": door.versions[-1][1], "speakers": floor.versions[-1][1]}
    ended = sum(
        all(s.seen[view] and max(v for _, v in s.seen[view]) >= last[view] for view in VIEWS)
        for s in screens
    )
    seen, moved = _delays(door, screens, "attendance"), _delays(floor, screens, "speakers")
    again = _reconnect(port, made, base, codes)
    return {
        "streams_on_last_version": f"{ended} of {STREAMS}",
        "arrival_to_stream_p95_ms": round(1000 * share(seen, 0.95)),
        "queue_to_stream_p95_ms": round(1000 * share(moved, 0.95)),
        "scan_p95_ms": round(1000 * share(door.taken, 0.95), 1),
        "refused_at_first": sum(s.refused for s in screens),
        "not_200": len(door.bad) + len(floor.bad),
        "memory_mib": round(memory),
        **again,
        "aim": "all on the last; stream p95 <= 150 ms, scan p95 <= 20 ms, reconnecting <= 100 ms",
    }


def _reconnect(port: int, made: dict[str, Any], base: str, codes: list[str]) -> dict[str, Any]:
    """All streams connect at one moment; how long do scans take meanwhile?"""
    out: Queue[list[Screen]] = multiprocessing.Queue()
    until = time.time() + 8
    args = (port, made["meeting"], made["tokens"]["organiser"], until, out)
    watching = multiprocessing.Process(target=_watch, args=args)
    watching.start()
    door = Steps(port, made["tokens"]["gate"])
    while time.time() < until - 2:
        door.ask("POST", f"{base}/scans", {"scan_id": str(uuid.uuid4()), "code": codes[0]})
        time.sleep(0.02)  # the pace of the load
    screens = out.get(timeout=60)
    watching.join()
    back = [s.connected_at for s in screens if s.connected_at]
    return {
        "reconnected": f"{len(back)} of {STREAMS}",
        "scan_while_reconnecting_p95_ms": round(1000 * share(door.taken, 0.95), 1),
        "scan_while_reconnecting_worst_ms": round(1000 * max(door.taken), 1),
    }
