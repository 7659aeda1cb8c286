"""Starts `kiosk` commands from one process in which everything is imported already.

Nearly all of a command's start is imports: seconds of work on a small machine, for each of the
hundred commands and servers that the browser's tests start. The program, its arguments, its
environment, its folder and its streams are the same; only the modules are there already. Tests
of the start itself, and those that kill a server, start the real one.
"""

from __future__ import annotations

import atexit
import json
import os
import random
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.cli import main
from kiosk.plugin import discover
from tests import once

# What is run in the command's place: it hands over what it was given, passes signals on and
# ends as the command ends. Without site-packages it starts in 20 milliseconds.
_CLIENT = """#!{python} -IS
import json, os, signal, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({path!r})
asked = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
server.sendall(asked)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda number, frame: server.sendall(bytes([number])))
ended = server.recv(4, socket.MSG_WAITALL)
code = int.from_bytes(ended, "big", signed=True)
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code if ended else 70)
"""


@cache
def command() -> Path:
    """Return what stands for `kiosk`; the process behind it ends with this one."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-warm-"))
    listening = folder / "socket"
    program = folder / "kiosk"
    program.write_text(_CLIENT.format(python=sys.executable, path=str(listening)))
    program.chmod(0o700)
    root = Path(__file__).resolve().parent.parent
    behind = subprocess.Popen(
        [sys.executable, "-m", "tests.warm", str(listening)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
    )
    assert behind.stdout is not None
    assert behind.stdout.readline() == b"listening\n"

    def end() -> None:
        assert behind.stdin is not None
        behind.stdin.close()
        behind.wait(20)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return program


class _Running:
    """The commands that run, by what tells of them."""

    def __init__(self, path: str) -> None:
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        self.listening.listen(64)
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(self.listening, selectors.EVENT_READ, self.start)
        self.waiting.register(sys.stdin.fileno(), selectors.EVENT_READ, self.end)
        self.pids: set[int] = set()

    def serve(self) -> None:
        while True:
            for key, _events in self.waiting.select():
                key.data()

    def end(self) -> None:
        for pid in self.pids:
            os.killpg(pid, signal.SIGKILL)
        os._exit(0)

    def start(self) -> None:
        client, _address = self.listening.accept()
        head, streams, _flags, _from = socket.recv_fds(client, 4, 3)
        asked = json.loads(client.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL))
        ready, go = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(go)
            client.close()
            self.waiting.close()
            self.listening.close()
            os.read(ready, 1)
            os.close(ready)
            _become(asked, streams)
        os.close(ready)
        for stream in streams:
            os.close(stream)
        self.pids.add(pid)
        ended = os.pidfd_open(pid)
        self.waiting.register(ended, selectors.EVENT_READ, lambda: self.tell(client, pid, ended))
        self.waiting.register(client, selectors.EVENT_READ, lambda: self.signalled(client, pid))
        os.close(go)

    def signalled(self, client: socket.socket, pid: int) -> None:
        """Pass a signal on; a client that is gone was killed, and its command is too."""
        if client.fileno() < 0:
            # Its command ended in the same moment, and was told first.
            return
        said = b""
        with suppress(ConnectionError):
            said = client.recv(8)
        for number in said or bytes([signal.SIGKILL]):
            if number == signal.SIGKILL:
                self.waiting.unregister(client)
                os.killpg(pid, signal.SIGKILL)
            else:
                os.kill(pid, number)

    def tell(self, client: socket.socket, pid: int, ended: int) -> None:
        """Tell the client how its command ended."""
        self.waiting.unregister(ended)
        os.close(ended)
        _pid, status = os.waitpid(pid, 0)
        self.pids.discard(pid)
        if client in self.waiting.get_map():
            self.waiting.unregister(client)
            code = os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True)
            # A client that was killed does not hear it any more.
            with suppress(ConnectionError):
                client.sendall(code)
        client.close()


def _become(asked: Any, streams: list[int]) -> None:
    """Be the command: in a group of its own, with its own streams, folder and environment."""
    arguments, environment, folder = asked
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    random.seed()
    sys.argv = ["kiosk", *arguments]
    # Else it would call itself after this module.
    sys.modules["__main__"].__package__ = None
    code: Any = 1
    try:
        main()
        code = 0
    except SystemExit as error:
        code = error.code
    except BaseException:
        # As the interpreter itself would tell it.
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    discover()
    once.modules()
    running = _Running(sys.argv[1])
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    running.serve()
