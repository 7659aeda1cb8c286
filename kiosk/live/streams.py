"""One screen that follows live views, and how encoded snapshots reach it.

A thread that sleeps for each of a thousand screens costs memory, and hundreds that begin or
end at one moment keep a scan waiting for the interpreter. Under our own server a screen's
connection is therefore handed over to the hub when its first frames are out: the hub writes
to it without ever waiting, and the request's thread is free. Behind TLS, or under another
server, every screen keeps its thread.
"""

from __future__ import annotations

import errno
import random
import select
import socket
import threading
import time
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

from kiosk.auth.stream_rights import Claim

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"
# A screen that takes nothing for so long is gone.
STUCK_SECONDS = 20.0
_LAST_CHUNK = b"0\r\n\r\n"

Key = tuple[int, str]


class HandedOver(OSError):
    """Ends a request whose connection is the hub's from now on.

    To gunicorn it looks like a client that went away: it writes no more and says nothing.
    """

    def __init__(self) -> None:
        super().__init__(errno.ENOTCONN, "the connection is the hub's")


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
    """One screen and what it was sent."""

    def __init__(self, names: bool) -> None:
        self.gone = False
        # With what right it was opened; None is asked for none.
        self.claim: Claim | None = None
        self._names = names
        self._feeds: list[Feed] = []
        self._sent: dict[Key, int] = {}

    def serve(self, feeds: Iterable[Feed]) -> Iterator[bytes]:
        """Yield what the server has to send itself; ends when the screen is gone."""
        raise NotImplementedError

    def push(self) -> None:
        """Send what is new, now or soon."""
        raise NotImplementedError

    def end(self) -> None:
        """End the stream."""
        raise NotImplementedError

    def expire(self) -> None:
        """Send nothing from now on: the right to it is gone. It ends at once or soon."""
        self.gone = True

    def _begin(self, feeds: Iterable[Feed]) -> bytes:
        self._feeds = list(feeds)
        return f"retry: {random.randint(1000, 3000)}\n\n".encode()  # noqa: S311  # jitter, not a secret

    def _fresh(self) -> list[Frame]:
        """Return the frames that were not sent yet and count them as sent."""
        found = []
        for feed in self._feeds:
            frame = feed.frame
            if frame is not None and frame.version != self._sent.get(feed.key):
                self._sent[feed.key] = frame.version
                found.append(frame)
        return found

    def _bytes(self, frames: Iterable[Frame]) -> bytes:
        return b"".join(frame.full if self._names else frame.nameless for frame in frames)

    def _chunks(self, frames: Iterable[Frame]) -> bytes:
        return b"".join(
            frame.full_chunk if self._names else frame.nameless_chunk for frame in frames
        )


class Threaded(Stream):
    """A screen with a thread of its own, which sleeps until there is news."""

    def __init__(self, names: bool) -> None:
        super().__init__(names)
        self._woken = threading.Event()

    def serve(self, feeds: Iterable[Feed]) -> Iterator[bytes]:
        """Yield every frame, and a heartbeat when nothing happens."""
        yield self._begin(feeds)
        while not self.gone:
            self._woken.clear()
            fresh = self._bytes(self._fresh())
            if fresh:
                yield fresh
            elif not self._woken.wait(HEARTBEAT_SECONDS):
                yield HEARTBEAT

    def push(self) -> None:
        """Let the thread look for news."""
        self._woken.set()

    def end(self) -> None:
        """Let the thread end."""
        self.gone = True
        self._woken.set()

    def expire(self) -> None:
        """Let the thread end; a frame on its way is not called back."""
        self.end()


class Adopted(Stream):
    """A screen whose connection the hub writes to itself after the first frames."""

    def __init__(self, names: bool, connection: socket.socket) -> None:
        super().__init__(names)
        self._given = connection
        self._own: socket.socket | None = None
        self._rest = b""
        self._moved_at = 0.0
        self._lock = threading.Lock()

    def fileno(self) -> int:
        """Return the connection's number, -1 while it is not the hub's."""
        own = self._own
        return -1 if own is None else own.fileno()

    def serve(self, feeds: Iterable[Feed]) -> Iterator[bytes]:
        """Yield the first frames, then raise `HandedOver`."""
        yield self._begin(feeds) + self._bytes(self._fresh())
        with self._lock:
            if self.gone:
                return
            self._own = socket.socket(fileno=self._given.detach())
            self._own.setblocking(False)
            self._moved_at = time.monotonic()
            self._send(self._chunks(self._fresh()))
        raise HandedOver

    def push(self) -> None:
        """Write what is new as far as the socket takes it at once."""
        with self._lock:
            # Nothing may come between the parts of a frame: the newest follows the rest.
            if self._own is not None and not self._rest and not self.gone:
                self._send(self._chunks(self._fresh()))

    def tend(self, now: float) -> None:
        """Write what was left, then what is new; without news a heartbeat."""
        with self._lock:
            if self._own is None or self.gone:
                return
            if self._rest:
                self._send(self._rest)
            if self._rest:
                self.gone = self.gone or now - self._moved_at > STUCK_SECONDS
                return
            fresh = self._chunks(self._fresh())
            if not fresh and now - self._moved_at > HEARTBEAT_SECONDS:
                fresh = _chunk(HEARTBEAT)
            self._send(fresh)

    def end(self) -> None:
        """Close the connection; one that is not the hub's yet ends with its request."""
        with self._lock:
            self.gone = True
            if self._own is not None:
                if not self._rest:
                    self._send(_LAST_CHUNK)
                self._own.close()
                self._own = None

    def _send(self, data: bytes) -> None:
        assert self._own is not None  # noqa: S101  # callers hold the lock and have looked
        if not data:
            return
        try:
            written = self._own.send(data)
        except BlockingIOError:
            written = 0
        except OSError:
            self.gone = True
            return
        if written:
            self._moved_at = time.monotonic()
        self._rest = data[written:]


def hung_up(streams: Iterable[Adopted]) -> list[Adopted]:
    """Return the streams whose screen has closed the connection.

    A screen that comes back would otherwise find its old place taken until the next write.
    """
    poll = select.poll()
    known: dict[int, Adopted] = {}
    for stream in streams:
        number = stream.fileno()
        if number >= 0:
            known[number] = stream
            poll.register(number, select.POLLRDHUP)
    return [known[number] for number, _event in poll.poll(0)]
