"""A private PostgreSQL cluster for the tests: started by them, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off "
    "-c wal_level=minimal -c max_wal_senders=0 -c max_connections=200 -c shared_buffers=64MB "
    "-c jit=off"
)


# In memory where there is room: a database for each test would keep the disk busy.
_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder is made by mkdtemp
_ROOM = 2 * 1024**3


def _home() -> Path:
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    home = Path(tempfile.mkdtemp(prefix="kiosk-postgres-", dir=_MEMORY if roomy else None))
    home.chmod(0o777)
    return home


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is missing: scripts/test installs it")
    return found[-1].parent


def _as_somebody(command: list[str]) -> None:
    """Run as ourselves, or as `postgres` when we are root, which the server refuses."""
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
        )
    else:
        subprocess.run(command, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def restartable() -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """Start a cluster; yield its URL without a database, and how to stop and start it."""
    home = _home()
    data, port = home / "data", _free_port()
    binaries = _binaries()
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    server = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 {_OPTIONS}"

    def start() -> None:
        _as_somebody([*control, "-l", str(home / "log"), "-o", server, "start"])

    def stop() -> None:
        _as_somebody([*control, "-m", "fast", "stop"])

    try:
        _as_somebody(
            [
                str(binaries / "initdb"),
                *("-D", str(data), "-U", "kiosk", "-A", "trust"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
            ]
        )
        start()
        try:
            yield f"postgresql+psycopg://kiosk@127.0.0.1:{port}", stop, start
        finally:
            stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster, yield its URL without a database, stop and remove it."""
    with restartable() as (url, _stop, _start):
        yield url


def fresh_database(url: str, template: str | None = None) -> str:
    """Create a database in the cluster, empty or a copy of a template, and return its URL."""
    server = url.rsplit("/", 1)[0] if template and url.count("/") > 2 else url
    name = f"kiosk_{uuid.uuid4().hex}"
    source = f' TEMPLATE "{template.rsplit("/", 1)[1]}" STRATEGY file_copy' if template else ""
    _ask(server, f'CREATE DATABASE "{name}"{source}')
    return f"{server}/{name}"


def drop(url: str) -> None:
    """Take a database away: two thousand of them would be 20 GB."""
    server, name = url.rsplit("/", 1)
    _ask(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _ask(server: str, statement: str) -> None:
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
