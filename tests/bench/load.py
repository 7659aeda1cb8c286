"""A bounded closed-loop load from eight tablets, on the loopback address only."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue

TABLETS = 8
PROCESSES = 2


@dataclass(frozen=True)
class Load:
    """Where scans go, with which header, and the codes that are scanned."""

    port: int
    path: str
    headers: dict[str, str]
    codes: Sequence[str]


def _tablet(load: Load, codes: Sequence[str], taken: list[float], bad: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", load.port, timeout=30)
    headers = {"Content-Type": "application/json", **load.headers}
    for code in codes:
        body = json.dumps({"scan_id": str(uuid.uuid4()), "code": code})
        begin = time.perf_counter()
        connection.request("POST", load.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - begin)
        if answer.status != 200:
            bad.append(answer.status)
    connection.close()


def _process(
    load: Load, shares: list[list[str]], out: Queue[tuple[list[float], list[int]]]
) -> None:
    taken: list[float] = []
    bad: list[int] = []
    threads = [threading.Thread(target=_tablet, args=(load, s, taken, bad)) for s in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put((taken, bad))


def run(load: Load, count: int) -> tuple[float, list[float], list[int]]:
    """Send `count` scans; returns (scans a second, seconds of each, statuses other than 200)."""
    codes = [load.codes[i % len(load.codes)] for i in range(count)]
    shares = [codes[i::TABLETS] for i in range(TABLETS)]
    out: Queue[tuple[list[float], list[int]]] = multiprocessing.Queue()
    each = TABLETS // PROCESSES
    processes = [
        multiprocessing.Process(
            target=_process, args=(load, shares[i * each : (i + 1) * each], out)
        )
        for i in range(PROCESSES)
    ]
    begin = time.perf_counter()
    for process in processes:
        process.start()
    results = [out.get(timeout=300) for _ in processes]
    passed = time.perf_counter() - begin
    for process in processes:
        process.join()
    taken = [seconds for part, _ in results for seconds in part]
    return count / passed, taken, [status for _, part in results for status in part]
