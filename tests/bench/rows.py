"""The rows of the benchmark, each with its aim."""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from kiosk.plugins.delegates.importer import report
from tests.bench import servers
from tests.bench.kiosk import kiosk
from tests.bench.live import live
from tests.bench.load import Load
from tests.bench.load import run
from tests.delegates import lists
from tests.delegates import long_list

ROUNDS = 3
SCANS = 1500
TAIL_SCANS = 3000
IMPORTED = 5000


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _loads(port: int, made: dict[str, Any]) -> Load:
    codes = [item["code"] for item in made["codes"]]
    headers = {"Authorization": f"Bearer {made['tokens']['gate']}"}
    return Load(port, f"/api/v1/meetings/{made['meeting']}/scans", headers, codes)


def scans() -> dict[str, Any]:
    """Scans a second at 8 tablets, beside bare Flask and raw sqlite3, interleaved."""
    with tempfile.TemporaryDirectory() as folder:
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(ROUNDS):
            data = Path(folder) / str(number)
            data.mkdir()
            made = servers.demo(data, SCANS)
            with servers.reference(data) as port:
                bare = Load(port, "/scan", {}, [item["code"] for item in made["codes"]])
                run(bare, 200)
                theirs.append(run(bare, SCANS)[0])
            with servers.kiosk(data) as (port, _pid):
                load = _loads(port, made)
                run(Load(load.port, load.path, load.headers, load.codes[-100:]), 200)
                rate, _taken, bad = run(load, SCANS)
                ours.append(rate)
                if bad:
                    raise AssertionError(f"answers other than 200: {bad[:5]}")
    ratio = statistics.median(ours) / statistics.median(theirs)
    return {
        "scans_per_second": round(statistics.median(ours)),
        "reference_per_second": round(statistics.median(theirs)),
        "ratio": round(ratio, 3),
        "rounds": {"ours": [round(r) for r in ours], "reference": [round(r) for r in theirs]},
        "aim": "ratio >= 0.5",
    }


def tail() -> dict[str, Any]:
    """The slowest of 3,000 scans at 8 tablets, and the memory of all processes after them."""
    with tempfile.TemporaryDirectory() as folder:
        made = servers.demo(Path(folder), TAIL_SCANS)
        with servers.kiosk(Path(folder)) as (port, pid):
            load = _loads(port, made)
            run(Load(load.port, load.path, load.headers, load.codes[-100:]), 200)
            _rate, taken, bad = run(load, TAIL_SCANS)
            memory = servers.memory_mib(pid)
    return {
        "p50_ms": round(1000 * _share(taken, 0.5), 1),
        "p99_ms": round(1000 * _share(taken, 0.99), 1),
        "worst_ms": round(1000 * max(taken), 1),
        "not_200": len(bad),
        "memory_mib": round(memory),
        "aim": "p99 <= 25 ms, worst <= 100 ms, memory <= 160 MiB",
    }


def letters() -> dict[str, Any]:
    """Letters a second: the whole command's PDF of 130, and the pages alone."""
    with tempfile.TemporaryDirectory() as folder:
        made = servers.demo(Path(folder), 970)
        env = {**os.environ, "KIOSK_DATA": folder}
        program = (
            "import sys, time\n"
            "from kiosk import create_app\n"
            "from kiosk.db.base import db\n"
            "from kiosk.models import Meeting\n"
            "from kiosk.plugins.invitations import printing\n"
            "app = create_app()\n"
            "with app.app_context():\n"
            "    m = db.session.scalars(db.select(Meeting)).one()\n"
            "    for count in (130, 1000):\n"
            "        begin = time.perf_counter()\n"
            "        people = printing.chosen(db.session(), m)[-count:]\n"
            "        printing.letters_pdf(m, people, None, 'a5')\n"
            "        print(count, time.perf_counter() - begin)\n"
        )
        command = [str(servers.BIN / "python"), "-c", program]
        rows = [
            subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
            for _ in range(ROUNDS)
        ]
    taken: dict[int, list[float]] = {130: [], 1000: []}
    for output in rows:
        for line in output.splitlines():
            count, seconds = line.split()
            taken[int(count)].append(float(seconds))
    assert len(made["codes"]) == 1000
    return {
        "seconds_for_130": round(statistics.median(taken[130]), 3),
        "pages_per_second": round(1000 / statistics.median(taken[1000])),
        "aim": "130 in < 1 s, >= 400 pages a second",
    }


def start() -> dict[str, Any]:
    """Seconds from starting the command to the first page."""
    with tempfile.TemporaryDirectory() as folder:
        servers.demo(Path(folder), 100)
        taken = []
        for _ in range(5):
            begin = time.perf_counter()
            with servers.kiosk(Path(folder)) as (port, _pid):
                servers.wait_ready(port, "/login")
                taken.append(time.perf_counter() - begin)
    return {"seconds": round(statistics.median(taken), 2), "aim": "<= 0.8 s"}


def imports() -> dict[str, Any]:
    """5,000 rows of a list with all checks, beside calamine reading the same file alone."""
    data = long_list.workbook(IMPORTED)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(2 * ROUNDS):
        started = time.perf_counter()
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        report.read(data, "long.xlsx", lists.KNOWN, lists.YEAR)
        ours.append(time.perf_counter() - started)
    return {
        "rows_per_second": round(IMPORTED / statistics.median(ours)),
        "times_calamine": round(statistics.median(ours) / statistics.median(theirs), 1),
        "rounds": {"ours": ours, "calamine": theirs},
        "aim": "times_calamine <= 15",
    }


ROWS: dict[str, Callable[[], dict[str, Any]]] = {
    "scans": scans,
    "tail": tail,
    "letters": letters,
    "start": start,
    "live": live,
    "kiosk": kiosk,
    "import": imports,
}
