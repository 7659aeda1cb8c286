"""Starting servers to measure, and their memory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent
WORKERS = 2


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def wait_ready(port: int, path: str = "/readyz", seconds: float = 30) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}{path}", timeout=2
            ) as answer:  # our own server
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.005)  # between two looks
    raise TimeoutError(f"no answer on port {port}")


def demo(data: Path, households: int) -> dict[str, Any]:
    """Make a demo meeting in a folder."""
    env = {**os.environ, "KIOSK_DATA": str(data)}
    command = [str(BIN / "kiosk"), "demo", "--json", "--households", str(households)]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def kiosk(data: Path) -> Iterator[tuple[int, int]]:
    """Serve the data folder; yields (port, process id)."""
    port = free_port()
    env = {**os.environ, "KIOSK_DATA": str(data), "PORT": str(port)}
    command = [str(BIN / "kiosk"), "serve", "--port", str(port), "--workers", str(WORKERS)]
    with _running(command, env, port) as pid:
        yield port, pid


@contextmanager
def reference(folder: Path) -> Iterator[int]:
    """Serve the reference; yields its port."""
    port = free_port()
    env = {**os.environ, "REFERENCE_DB": str(folder / "reference.sqlite3")}
    command = [
        *(str(BIN / "gunicorn"), "tests.bench.reference:app", "-b", f"127.0.0.1:{port}"),
        *("-w", str(WORKERS), "-k", "gthread", "--threads", "8", "--keep-alive", "30"),
        *("--log-level", "warning", "--no-control-socket"),
    ]
    with _running(command, env, port):
        yield port


@contextmanager
def _running(command: list[str], env: dict[str, str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, env=env)
    try:
        wait_ready(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def memory_mib(pid: int) -> float:
    """Return the memory of a process and its children (PSS: shared pages counted once)."""
    children = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    total = 0
    for number in (str(pid), *children):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
