"""One screen: what goes out with the request, what the hub writes, when it is gone."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator

import pytest

from kiosk.live import streams
from kiosk.live.streams import Adopted
from kiosk.live.streams import Feed
from kiosk.live.streams import Frame
from kiosk.live.streams import HandedOver
from kiosk.live.streams import Threaded
from kiosk.live.streams import hung_up

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


@pytest.fixture
def adopt() -> Iterator[Callable[..., Adopted]]:
    """Make a screen whose connection is the hub's already."""
    made: list[Adopted] = []

    def make(connection: socket.socket, feed: Feed, *, names: bool = True) -> Adopted:
        stream = Adopted(names, connection)
        served = stream.serve([feed])
        assert re.fullmatch(rb"retry: \d+\n\n(f+|n+)?", next(served))
        with pytest.raises(HandedOver):
            next(served)
        made.append(stream)
        return stream

    yield make
    for stream in made:
        stream.end()


def test_the_first_frames_go_out_with_the_request_then_the_connection_is_the_hubs(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    feed = Feed(KEY, _frame(1))
    stream = adopt(ours, feed)
    assert ours.fileno() == -1
    assert stream.fileno() >= 0
    feed.frame = _frame(2)
    stream.push()
    stream.push()
    feed.frame = _frame(3)
    stream.push()
    assert theirs.recv(100) == b"a\r\nffffffffff\r\n" * 2
    stream.end()
    assert theirs.recv(100) == b"0\r\n\r\n"
    assert theirs.recv(100) == b""


def test_what_comes_while_the_request_still_writes_follows_it(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = pair
    feed = Feed(KEY, _frame(1))
    stream = Adopted(True, ours)
    served = stream.serve([feed])
    next(served)
    feed.frame = _frame(2)
    stream.push()
    with pytest.raises(HandedOver):
        next(served)
    assert theirs.recv(100) == b"a\r\nffffffffff\r\n"
    stream.end()


def test_who_may_not_see_names_gets_the_other_copy(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    feed = Feed(KEY, _frame(1))
    stream = adopt(ours, feed, names=False)
    feed.frame = _frame(2)
    stream.push()
    assert theirs.recv(100) == b"a\r\nnnnnnnnnnn\r\n"


def test_what_a_full_socket_does_not_take_follows_whole(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    feed = Feed(KEY)
    stream = adopt(ours, feed)
    big, last = _frame(1, 4_000_000), _frame(3)
    feed.frame = big
    stream.push()
    # Frames that come meanwhile wait until the rest is through; only the newest is sent.
    for feed.frame in (_frame(2), last):
        stream.push()
    whole = len(big.full_chunk) + len(last.full_chunk)
    got = bytearray()

    def read() -> None:
        while len(got) < whole:
            got.extend(theirs.recv(1 << 20))

    reader = threading.Thread(target=read)
    reader.start()
    until = time.monotonic() + 10
    while reader.is_alive():
        assert time.monotonic() < until
        stream.tend(time.monotonic())
        reader.join(timeout=0.001)
    assert bytes(got) == big.full_chunk + last.full_chunk
    assert not stream.gone


def test_a_screen_that_takes_nothing_for_long_is_gone(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, _theirs = pair
    feed = Feed(KEY)
    stream = adopt(ours, feed)
    feed.frame = _frame(1, 4_000_000)
    stream.push()
    # What the socket takes at first counts as moved.
    stream.tend(time.monotonic())
    stream.tend(time.monotonic() + streams.STUCK_SECONDS - 1)
    assert not stream.gone
    stream.tend(time.monotonic() + streams.STUCK_SECONDS + 1)
    assert stream.gone


def test_a_quiet_screen_gets_a_heartbeat(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    feed = Feed(KEY)
    stream = adopt(ours, feed)
    stream.tend(time.monotonic() + streams.HEARTBEAT_SECONDS - 1)
    stream.tend(time.monotonic() + streams.HEARTBEAT_SECONDS + 1)
    assert theirs.recv(100) == b"e\r\n: still here\n\n\r\n"


def test_a_screen_that_ends_before_its_connection_is_handed_over_ends_with_its_request(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    ours, _theirs = pair
    stream = Adopted(True, ours)
    served = stream.serve([Feed(KEY, _frame(1))])
    next(served)
    stream.end()
    assert list(served) == []
    assert ours.fileno() >= 0


def test_a_screen_with_a_thread_of_its_own_sleeps_until_there_is_news() -> None:
    stream = Threaded(True)
    feed = Feed(KEY, _frame(1))
    served = stream.serve([feed])
    assert next(served).startswith(b"retry:")
    assert next(served) == b"f" * 10
    feed.frame = _frame(2, 3)
    stream.push()
    assert next(served) == b"fff"
    stream.end()
    assert list(served) == []


def test_a_screen_that_hung_up_is_noticed_without_writing(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    stream = adopt(ours, Feed(KEY))
    assert hung_up([stream]) == []
    theirs.close()
    assert hung_up([stream]) == [stream]
    stream.end()
    assert hung_up([stream]) == []


def test_writing_to_a_closed_screen_ends_its_stream(
    pair: tuple[socket.socket, socket.socket], adopt: Callable[..., Adopted]
) -> None:
    ours, theirs = pair
    feed = Feed(KEY)
    stream = adopt(ours, feed)
    theirs.close()
    feed.frame = _frame(1)
    stream.push()
    assert stream.gone
