"""One screen that follows live views, and how an encoded snapshot reaches its socket.

Waking a thread for each of a thousand screens costs more than the bytes. Under gunicorn the
hub therefore writes a frame to the screen's socket itself, while the thread that serves the
stream sleeps; what the socket does not take at once is left to that thread. Behind TLS, or
under another server, every frame goes through the thread.
"""

from __future__ import annotations

import random
import select
import socket
import threading
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

HEARTBEAT_SECONDS = 15.0
# A screen that takes nothing for so long is gone.
STUCK_SECONDS = 20.0

Key = tuple[int, str]


@dataclass(frozen=True)
class Frame:
    """One encoded snapshot, for roles that see names and for roles that do not."""

    version: int
    full: bytes
    nameless: bytes
    # The same as chunks of HTTP/1.1, encoded once for all sockets.
    full_chunk: bytes = field(init=False, repr=False)
    nameless_chunk: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "full_chunk", _chunk(self.full))
        object.__setattr__(self, "nameless_chunk", _chunk(self.nameless))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@dataclass
class Feed:
    """A view of a meeting that somebody watches."""

    key: Key
    frame: Frame | None = None
    made_at: float = 0.0
    watchers: set[Stream] = field(default_factory=set)
    beginning: threading.Lock = field(default_factory=threading.Lock)


class Stream:
    """One screen. `socket` is given when the hub may write HTTP chunks to it itself."""

    def __init__(self, names: bool, direct: socket.socket | None) -> None:
        self.gone = False
        self._names = names
        self._direct = direct
        self._sent: dict[Key, int] = {}
        self._rest = b""
        # True only while the serving thread sleeps with nothing of its own on the way.
        self._idle = False
        self._lock = threading.Lock()
        self._woken = threading.Event()

    def fileno(self) -> int:
        """Return the socket's number, -1 when the server keeps it to itself."""
        return -1 if self._direct is None else self._direct.fileno()

    def wake(self) -> None:
        """Let the serving thread look for news."""
        self._woken.set()

    def end(self) -> None:
        """Let the serving thread end the stream."""
        self.gone = True
        self._woken.set()

    def push(self, key: Key, frame: Frame) -> None:
        """Write the frame now if that is possible at once, else wake the serving thread."""
        with self._lock:
            if self._direct is None or not self._idle or self._rest:
                self._woken.set()
                return
            if self._sent.get(key) == frame.version:
                return
            data = frame.full_chunk if self._names else frame.nameless_chunk
            try:
                written = self._direct.send(data, socket.MSG_DONTWAIT)
            except BlockingIOError:
                written = 0
            except OSError:
                self.gone = True
                self._woken.set()
                return
            self._sent[key] = frame.version
            if written < len(data):
                self._rest = data[written:]
                self._woken.set()

    def serve(self, feeds: Iterable[Feed]) -> Iterator[bytes]:
        """Yield what the hub could not write; returns when the screen is gone."""
        feeds = list(feeds)
        yield f"retry: {random.randint(1000, 3000)}\n\n".encode()  # noqa: S311  # jitter, not a secret
        while not self.gone:
            self._woken.clear()
            fresh = self._take(feeds)
            yield from fresh
            if fresh:
                continue
            if not self._woken.wait(HEARTBEAT_SECONDS):
                with self._lock:
                    self._idle = False
                yield b": still here\n\n"

    def _take(self, feeds: list[Feed]) -> list[bytes]:
        """Return the frames that were not sent yet; without any the stream is idle."""
        with self._lock:
            self._idle = False
            rest, self._rest = self._rest, b""
        if rest and not self._write_rest(rest):
            return []
        with self._lock:
            fresh = []
            for feed in feeds:
                frame = feed.frame
                if frame is not None and frame.version != self._sent.get(feed.key):
                    self._sent[feed.key] = frame.version
                    fresh.append(frame.full if self._names else frame.nameless)
            self._idle = not fresh
            return fresh

    def _write_rest(self, rest: bytes) -> bool:
        # The end of a chunk that was begun: nothing else may come between.
        assert self._direct is not None  # noqa: S101  # only a direct socket leaves a rest
        try:
            self._direct.settimeout(STUCK_SECONDS)
            self._direct.sendall(rest)
            self._direct.settimeout(None)
        except OSError:
            self.gone = True
            return False
        return True


def hung_up(streams: Iterable[Stream]) -> list[Stream]:
    """Return the streams whose screen has closed the connection.

    A screen that comes back would otherwise find its old place taken until the next write.
    """
    poll = select.poll()
    known: dict[int, Stream] = {}
    for stream in streams:
        number = stream.fileno()
        if number >= 0:
            known[number] = stream
            poll.register(number, select.POLLRDHUP)
    return [known[number] for number, _event in poll.poll(0)]
