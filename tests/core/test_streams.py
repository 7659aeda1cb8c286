"""One screen: what the hub writes itself, what is left to the serving thread."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from kiosk.streams import Feed
from kiosk.streams import Frame
from kiosk.streams import Stream
from kiosk.streams import hung_up

KEY = (1, "attendance")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(5)
    yield ours, theirs
    ours.close()
    theirs.close()


def _frame(version: int, size: int = 10) -> Frame:
    return Frame(version, b"f" * size, b"n" * size)


def _asleep(stream: Stream, feeds: list[Feed]) -> Iterator[bytes]:
    """Take what the stream yields at first, so that the next look finds it idle."""
    served = stream.serve(feeds)
    assert next(served).startswith(b"retry:")
    assert stream._take(feeds) == []
    return served


def test_an_idle_stream_gets_its_chunk_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    stream = Stream(True, ours)
    _asleep(stream, [Feed(KEY)])
    stream.push(KEY, _frame(1))
    assert theirs.recv(100) == b"a\r\nffffffffff\r\n"
    stream.push(KEY, _frame(1))
    stream.push(KEY, _frame(2))
    assert theirs.recv(100) == b"a\r\nffffffffff\r\n"


def test_who_may_not_see_names_gets_the_other_copy(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    stream = Stream(False, ours)
    _asleep(stream, [Feed(KEY)])
    stream.push(KEY, _frame(1))
    assert theirs.recv(100) == b"a\r\nnnnnnnnnnn\r\n"


def test_what_a_full_socket_does_not_take_follows_whole(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    stream = Stream(True, ours)
    feed = Feed(KEY)
    _asleep(stream, [feed])
    big = _frame(1, 4_000_000)
    stream.push(KEY, big)
    got = bytearray()
    # The next frame waits until the rest of this one is through, and nothing comes between.
    feed.frame = _frame(2)
    stream.push(KEY, feed.frame)

    def read() -> None:
        while len(got) < len(big.full_chunk):
            got.extend(theirs.recv(1 << 20))

    reader = threading.Thread(target=read)
    reader.start()
    fresh = stream._take([feed])
    reader.join(timeout=10)
    assert bytes(got) == big.full_chunk
    assert fresh == [feed.frame.full]


def test_without_a_socket_of_its_own_everything_goes_through_the_thread() -> None:
    stream = Stream(True, None)
    feed = Feed(KEY)
    _asleep(stream, [feed])
    feed.frame = _frame(1)
    stream.push(KEY, feed.frame)
    assert stream._take([feed]) == [feed.frame.full]
    assert stream._take([feed]) == []


def test_a_screen_that_hung_up_is_noticed_without_writing(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    stream = Stream(True, ours)
    assert hung_up([stream, Stream(True, None)]) == []
    theirs.close()
    assert hung_up([stream]) == [stream]


def test_writing_to_a_closed_screen_ends_its_stream(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    stream = Stream(True, ours)
    served = _asleep(stream, [Feed(KEY)])
    theirs.close()
    stream.push(KEY, _frame(1))
    assert stream.gone
    assert list(served) == []
